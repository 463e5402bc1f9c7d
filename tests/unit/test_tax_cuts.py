"""A tax rate that changes cuts the periods that run on its day."""
from decimal import Decimal

import pytest

from odoo.addons.smart_billing.core import facts
from odoo.addons.smart_billing.core.facts import Every
from odoo.addons.smart_billing.core.planner import plan

from tests.unit.planner_lines import FLOOR, HALF_UP, billed, contract, day, lines
from tests.unit.planner_world import World, account, charge, event, one_plan, start

APRIL, OCTOBER, NEXT = day(4, 1, 2019), day(10, 1, 2019), day(4, 1, 2020)
CHANGES = {'tax_changes': (OCTOBER,)}
YEARLY = charge(price='10000', every=Every(1, 'year'), **CHANGES)
BEGIN = start(one_plan(YEARLY), APRIL)
# 183 of 366 days lie before October.
SMALL = YEARLY._replace(price=Decimal(9999))


def test_each_part_is_a_line_and_they_are_due_together():
    assert billed(BEGIN, until=APRIL) == [
        ('base', APRIL, OCTOBER, 5000), ('base', OCTOBER, NEXT, 5000)]
    assert billed(BEGIN, until=day(3, 31, 2019)) == []
    arrears = start(one_plan(YEARLY._replace(timing=facts.ARREARS)), APRIL)
    assert billed(arrears, until=day(3, 31, 2020)) == []
    assert len(billed(arrears, until=NEXT)) == 2


@pytest.mark.parametrize('rules', [FLOOR, HALF_UP, facts.Rules(0, facts.CEIL)])
def test_the_parts_add_up_to_the_whole(rules):
    halves = billed(start(one_plan(SMALL), APRIL), until=APRIL, rules=rules)
    assert halves[0][3] == 5000 - (rules == FLOOR)
    assert sum(line[3] for line in halves) == 9999
    thirds = SMALL._replace(tax_changes=(day(1, 5, 2020), APRIL, OCTOBER, day(5, 1, 2019), NEXT))
    parts = billed(start(one_plan(thirds), APRIL), until=APRIL, rules=rules)
    assert [line[1] for line in parts] == [APRIL, day(5, 1, 2019), OCTOBER, day(1, 5, 2020)]
    assert sum(line[3] for line in parts) == 9999


def test_no_cut_on_the_border_of_a_period():
    monthly = start(one_plan(charge(**CHANGES)), day(9, 1, 2019))
    assert [line[1:3] for line in billed(monthly, until=OCTOBER)] == [
        (day(9, 1, 2019), OCTOBER), (OCTOBER, day(11, 1, 2019))]


def test_without_proration_it_is_cut_by_days_all_the_same():
    full = start(one_plan(charge(prorate='none', **CHANGES)), day(9, 20, 2019))
    assert billed(full, until=day(9, 20, 2019), billing_day=15) == [
        ('base', day(9, 20, 2019), OCTOBER, 800), ('base', OCTOBER, day(10, 15, 2019), 700)]
    none = FLOOR._replace(proration=facts.NO_PRORATION)
    plain = start(one_plan(charge(**CHANGES)), day(9, 20, 2019))
    assert [line[3] for line in billed(
        plain, until=day(9, 20, 2019), billing_day=15, rules=none)] == [800, 700]


def test_a_rate_known_late_is_settled_for_the_days_from_then_on():
    world = World(FLOOR)
    before = start(one_plan(SMALL._replace(tax_changes=())), APRIL)
    world.run(account(contract(before)), APRIL)
    known = account(contract(start(one_plan(SMALL), APRIL)))
    assert lines(world.run(known, day(5, 1, 2019))) == [
        ('base', OCTOBER, NEXT, -5000), ('base', OCTOBER, NEXT, 5000)]
    assert world.run(known, day(5, 1, 2019)).items == ()
    assert world.totals() == {('c1', 'plan', 'base'): 9999}


def test_days_given_back_of_each_part():
    world = World(FLOOR)
    begin = start(one_plan(SMALL), APRIL)
    world.run(account(contract(begin)), APRIL)
    first, second = world.billed
    left = event(facts.CANCEL, day(9, 1, 2019), 2)
    result = world.run(account(contract(begin, left)), day(9, 1, 2019))
    assert [(item.credits, item.date_from, item.date_to) for item in result.items] == [
        (first.key, day(9, 1, 2019), OCTOBER), (second.key, OCTOBER, NEXT)]
    assert result.items[1].amount == -second.amount
    # 153 of 366 days are kept.
    assert world.totals() == {('c1', 'plan', 'base'): 9999 * 153 // 366}
    # Kept after all: the days before the change are due at once, the others with them.
    keep = account(contract(begin, left, event(facts.KEEP, day(9, 1, 2019), 3)))
    assert len(world.run(keep, day(9, 1, 2019)).items) == 2
    assert world.totals() == {('c1', 'plan', 'base'): 9999}


def test_days_inside_a_part_are_priced_by_themselves():
    pause = event(facts.SUSPEND, day(9, 1, 2019), 2), event(facts.RESUME, day(11, 1, 2019), 3)
    found = billed(start(one_plan(SMALL), APRIL), *pause, until=day(11, 1, 2019))
    assert found == [('base', APRIL, day(9, 1, 2019), 9999 * 153 // 366),
                     ('base', day(11, 1, 2019), NEXT, 9999 * 152 // 366)]


def test_an_agreed_price_and_a_rate_that_begin_on_one_day():
    price = facts.PriceOverride('plan', 'base', Decimal(3660), OCTOBER, None, 1)
    found = billed(start(one_plan(SMALL), APRIL), prices=[price], until=OCTOBER)
    assert found == [('base', APRIL, OCTOBER, 4999), ('base', OCTOBER, NEXT, 1830)]


def test_discounts_are_cut_with_their_charge():
    world = World(FLOOR)
    off = facts.Discount('O', amount=Decimal(333))
    given = [start(one_plan(SMALL), APRIL), event(facts.ADD_DISCOUNT, APRIL, 2, discount=off)]
    result = world.run(account(contract(*given)), APRIL)
    assert lines(result) == [
        ('base', APRIL, OCTOBER, 4999), ('base/O', APRIL, OCTOBER, -166),
        ('base', OCTOBER, NEXT, 5000), ('base/O', OCTOBER, NEXT, -167)]
    assert [item.terms for item in result.items] == [
        '9999', '9999>9666', '9999|183<0', '9999>9666|183<0']
    # Given in November it goes on from the days before.
    later = [given[0], given[1]._replace(effective=day(11, 1, 2019))]
    assert [line for line in billed(*later, until=APRIL) if '/' in line[0]] == [
        ('base/O', day(11, 1, 2019), NEXT, -138)]
    assert plan(account(contract(*given)), world.billed, APRIL, FLOOR).items == ()

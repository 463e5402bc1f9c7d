"""Usage: quantities of every aggregation, bounds, changes of tax and price, corrections."""
from datetime import date
from decimal import Decimal

import pytest

from odoo.addons.smart_billing.core import facts
from odoo.addons.smart_billing.core.errors import DomainError
from odoo.addons.smart_billing.core.metering import Meter
from odoo.addons.smart_billing.core.planner import plan

from tests.unit.planner_world import World, account, charge, event, one_plan, start

FLOOR = facts.Rules(0, facts.FLOOR)
JUNE, JULY = date(2026, 6, 1), date(2026, 7, 1)


def may(day):
    return JUNE if day == 32 else date(2026, 5, day)


def calls(price='10', **values):
    values.setdefault('model', facts.PER_UNIT)
    return charge('calls', price, type=facts.USAGE, metric='call', **values)


def used(*rows, metric='call'):
    """Rows of (day, quantity, subject), entered in this order."""
    return tuple(
        facts.Usage(metric, Decimal(row[1]), row[0], number, number, *row[2:])
        for number, row in enumerate(rows, start=1))


def here(one, *events, usage=(), begin=1, prices=(), **values):
    plan_of = one if isinstance(one, facts.Plan) else one_plan(one)
    first = start(plan_of, may(begin))
    contract = facts.Contract('c1', (first, *events), tuple(usage), prices=prices)
    return account(contract, **values)


def lines(result):
    return [(item.date_from, item.date_to, int(item.amount), item.quantity)
            for item in result.items]


def planned(account, target=JUNE, rules=FLOOR):
    return lines(plan(account, (), target, rules))


@pytest.fixture
def world():
    return World(FLOOR)


# aggregations ---------------------------------------------------------------------------------

@pytest.mark.parametrize(('aggregation', 'quantity'), [
    (facts.SUM, 24), (facts.MAX, 9), (facts.LAST, 8), (facts.UNIQUE, 2)])
def test_rows_become_one_quantity(aggregation, quantity):
    usage = used((may(20), 7, 'a'), (may(3), 9, 'b'), (may(20), 8, 'a'), (may(32), 50, 'c'))
    assert planned(here(calls(aggregation=aggregation), usage=usage)) == [
        (may(1), may(32), 10 * quantity, quantity)]


@pytest.mark.parametrize('aggregation', [facts.SUM, facts.MAX, facts.LAST, facts.UNIQUE])
def test_without_rows_nothing_is_used(aggregation):
    assert planned(here(calls(aggregation=aggregation))) == []
    fee = calls(aggregation=aggregation, model=facts.TIERED, tiers=(
        facts.Tier(None, Decimal(1), Decimal(500)),))
    assert planned(here(fee, usage=used((may(3), 4, 'x'), metric='other'))) == [
        (may(1), may(32), 500, 0)]


def test_an_id_that_comes_again_is_ignored():
    row = used((may(3), 4, 'a'))[0]
    again = row._replace(quantity=Decimal(9), sequence=7, day=may(4))
    assert planned(here(calls(), usage=(again, row))) == [(may(1), may(32), 40, 4)]


def test_the_last_of_one_day_is_the_one_entered_last():
    first, second = used((may(3), 4), (may(3), 6))
    meter = Meter((second, first))
    assert meter.rows(calls()).level(calls(aggregation=facts.LAST), [(may(1), may(32))]) == 6


def test_different_subjects_must_be_named():
    with pytest.raises(DomainError) as refused:
        planned(here(calls(aggregation=facts.UNIQUE), usage=used((may(3), 1, 'a'), (may(4), 1))))
    assert str(refused.value) == 'usage_without_subject metric=call day=2026-05-04'


def test_an_unknown_aggregation_is_refused():
    with pytest.raises(DomainError) as refused:
        planned(here(calls(aggregation='median')))
    assert str(refused.value) == 'unknown_aggregation charge=calls aggregation=median'


def test_a_sum_below_zero_is_refused():
    with pytest.raises(DomainError) as refused:
        planned(here(calls(), usage=used((may(3), -1))))
    assert refused.value.code == 'negative_quantity'


def test_usage_outside_the_contract_is_not_billed():
    usage = used((may(4), 1), (may(5), 10), (may(9), 100), (may(10), 1000), (may(20), 10000))
    ends = event(facts.CANCEL, may(10), 2)
    assert planned(here(calls(), ends, usage=usage, begin=5), JULY) == [
        (may(5), may(10), 1100, 110)]


def test_what_comes_due_next():
    for target, next_due in ((may(31), JUNE), (JUNE, JULY)):
        [outlook] = plan(here(calls()), (), target, FLOOR).outlooks
        assert outlook.next_due == next_due
    ends = here(calls(), event(facts.CANCEL, may(20), 2))
    assert [plan(ends, (), target, FLOOR).outlooks[0].next_due
            for target in (may(19), may(20))] == [may(20), None]


def test_prices_by_number_of_periods():
    steps = (facts.PriceStep(1, Decimal(1)), facts.PriceStep(1, Decimal(2)),
             facts.PriceStep(None, Decimal(3)))
    usage = used((may(20), 10), (JUNE, 10), (JULY, 10))
    result = plan(here(calls('0', steps=steps), usage=usage, begin=10), (), date(2026, 8, 1), FLOOR)
    assert [(int(item.amount), item.unit_price) for item in result.items] == [
        (10, 1), (20, 2), (30, 3)]


# bounds ---------------------------------------------------------------------------------------

@pytest.mark.parametrize(('quantity', 'amount'), [(0, 310), (50, 500), (100, 930)])
def test_amounts_are_bounded(quantity, amount):
    bounded = calls(minimum=Decimal(310), maximum=Decimal(930))
    usage = used((may(12), quantity))
    assert planned(here(bounded, usage=usage)) == [(may(1), may(32), amount, quantity)]


@pytest.mark.parametrize(('prorate', 'amount'), [
    ('both', 300), ('start', 630), ('end', 600), ('none', 930)])
def test_the_maximum_is_prorated_like_the_charge(prorate, amount):
    capped = calls(maximum=Decimal(930), prorate=prorate)
    ends = event(facts.CANCEL, may(21), 2)
    assert planned(here(capped, ends, usage=used((may(12), 200)), begin=11)) == [
        (may(11), may(21), amount, 200)]


def test_the_maximum_of_a_stay_holds_over_its_versions():
    capped = calls(maximum=Decimal(930), prorate='end')
    versions = (facts.PlanVersion(date(2000, 1, 1), None, (capped,)),
                facts.PlanVersion(may(21), may(21), (capped._replace(price=Decimal(20)),)))
    usage = used((may(12), 200), (may(22), 200))
    assert planned(here(facts.Plan('plan', versions), usage=usage, begin=11)) == [
        (may(11), may(21), 600, 200), (may(21), may(32), 330, 200)]


# one period at several prices or rates ----------------------------------------------------------

def test_sums_are_cut_where_the_price_changes():
    versions = (facts.PlanVersion(date(2000, 1, 1), None, (calls(),)),
                facts.PlanVersion(may(11), may(11), (calls('20'),)))
    usage = used((may(3), 4), (may(11), 5))
    assert planned(here(facts.Plan('plan', versions), usage=usage)) == [
        (may(1), may(11), 40, 4), (may(11), may(32), 100, 5)]


def test_levels_are_measured_once_and_shared_by_days():
    peak = calls('310', aggregation=facts.MAX)
    versions = (facts.PlanVersion(date(2000, 1, 1), None, (peak,)),
                facts.PlanVersion(may(11), may(11), (peak._replace(price=Decimal(620)),)))
    split = here(facts.Plan('plan', versions), usage=used((may(3), 2), (may(20), 3)))
    # Known, and due, when the period is over.
    assert planned(split, may(31)) == []
    assert planned(split) == [
        (may(1), may(11), 3 * 100, 3), (may(11), may(32), 3 * 420, 3)]


def test_a_change_of_the_tax_rate_cuts_but_costs_nothing(world):
    tiers = (facts.Tier(Decimal(10), Decimal(7)), facts.Tier(None, Decimal(5)))
    tiered = calls(model=facts.TIERED, tiers=tiers)
    usage = used((may(3), 8), (may(20), 8))
    assert planned(here(tiered, usage=usage)) == [(may(1), may(32), 100, 16)]
    cut = tiered._replace(tax_changes=(date(2019, 10, 1), may(11)))
    assert planned(here(cut, usage=usage)) == [(may(1), may(11), 56, 8), (may(11), may(32), 44, 8)]
    # Both parts are due with the whole.
    assert world.run(here(cut, usage=usage), may(15)).items == ()
    assert len(world.run(here(cut, usage=usage), JUNE).items) == 2


def test_two_changes_of_the_tax_rate_in_one_period(world):
    usage = used((may(3), 1), (may(12), 2), (may(22), 4))
    first, both = (calls(tax_changes=days) for days in ((may(11),), (may(11), may(21))))
    world.run(here(first, usage=usage), JUNE)
    assert lines(world.run(here(both, usage=usage), JUNE)) == [
        (may(21), may(32), -40, -4), (may(21), may(32), 40, 4)]
    assert planned(here(both, usage=usage)) == [
        (may(1), may(11), 10, 1), (may(11), may(21), 20, 2), (may(21), may(32), 40, 4)]


def test_a_change_of_the_tax_rate_shares_a_level_by_days():
    odd = calls('100', aggregation=facts.MAX, tax_changes=(may(11),))
    assert planned(here(odd, usage=used((may(20), 1)))) == [
        (may(1), may(11), 32, 1), (may(11), may(32), 68, 1)]


def test_bounds_hold_over_a_change_of_the_tax_rate():
    cut = calls(tax_changes=(may(11),), minimum=Decimal(310), maximum=Decimal(620))
    assert planned(here(cut)) == [(may(1), may(11), 100, 0), (may(11), may(32), 210, 0)]
    late, early = used((may(20), 90)), used((may(3), 90))
    assert planned(here(cut, usage=late)) == [
        (may(1), may(11), 100, 0), (may(11), may(32), 520, 90)]
    assert planned(here(cut, usage=early)) == [
        (may(1), may(11), 200, 90), (may(11), may(32), 420, 0)]


def test_a_tax_rate_that_became_known_late_bills_its_days_anew(world):
    usage = used((may(3), 8), (may(20), 8))
    world.run(here(calls(), usage=usage), JUNE)
    cut = here(calls(tax_changes=(may(11),)), usage=usage)
    assert lines(world.run(cut, JUNE)) == [
        (may(11), may(32), -80, -8), (may(11), may(32), 80, 8)]
    assert world.run(cut, JUNE).items == ()
    # And once more, the other way and back: every live line keeps a number of its own.
    for one in (here(calls(), usage=usage), cut, here(calls(), usage=usage)):
        world.run(one, JUNE)
    known = [(item.date_from, item.date_to, item.number)
             for item in world.billed if item.kind == facts.USAGE]
    assert len(known) == len(set(known)) == 5
    assert world.totals() == {('c1', 'plan', 'calls'): 160}


# options, agreed prices, discounts ------------------------------------------------------------

def take(day, sequence, option='calls'):
    return event(facts.ADD_OPTION, day, sequence, option=option)


def drop(day, sequence, option='calls'):
    return event(facts.DROP_OPTION, day, sequence, option=option)


def give(discount, day, sequence=2):
    return event(facts.ADD_DISCOUNT, day, sequence, discount=discount)


def off(code='off', **values):
    values = {key: Decimal(value) if key in ('percent', 'amount') else value
              for key, value in values.items()}
    return facts.Discount(code, charges=('calls',), **values)


def priced(result):
    return [(item.charge, item.date_from, item.date_to, int(item.amount))
            for item in result.items]


def test_only_usage_of_days_with_the_option_counts():
    usage = used((may(3), 1), (may(10), 20), (may(19), 300), (may(20), 4000), (may(25), 50000))
    option = calls('1', optional=True)
    assert planned(here(option, usage=usage)) == []
    assert planned(here(option, take(may(10), 2), drop(may(20), 3), take(may(25), 4),
                        usage=usage)) == [
        (may(10), may(20), 320, 320), (may(25), may(32), 50000, 50000)]
    # The quantity that is taken does not matter, another option neither.
    more = event(facts.ADD_OPTION, may(15), 3, option='calls', quantity=Decimal(5))
    assert planned(here(option, take(may(10), 2), more, take(may(1), 4, 'other'), usage=usage)) == [
        (may(10), may(32), 54320, 54320)]


def test_levels_of_an_option_are_measured_on_its_days_only():
    option = calls('30', optional=True, aggregation=facts.MAX)
    usage = used((may(3), 9), (may(12), 4), (may(27), 2), (JUNE, 8))
    taken = here(option, take(may(11), 2), drop(may(21), 3), take(may(27), 4), drop(JUNE, 5),
                 usage=usage)
    assert planned(taken, may(31)) == []
    assert planned(taken, JULY) == [(may(11), may(21), 80, 4), (may(27), may(32), 40, 4)]


def test_the_minimum_of_an_option_is_that_of_its_days():
    option = calls(optional=True, minimum=Decimal(310))
    ordinary = option._replace(prorate='end')
    taken = [take(may(11), 2), drop(may(21), 3)]
    assert planned(here(option, *taken)) == [(may(11), may(21), 100, 0)]
    assert planned(here(ordinary, *taken)) == [(may(11), may(21), 200, 0)]


def test_an_agreed_price_holds_on_its_days():
    usage = used((may(3), 1), (may(12), 2), (may(22), 4))
    prices = (facts.PriceOverride('plan', 'calls', Decimal(7), may(11), may(21), 1),
              facts.PriceOverride('plan', 'other', Decimal(9), may(1), None, 2))
    assert planned(here(calls(), usage=usage, prices=prices)) == [
        (may(1), may(11), 10, 1), (may(11), may(21), 14, 2), (may(21), may(32), 40, 4)]
    tiers = (facts.Tier(Decimal(1), Decimal(10)), facts.Tier(None, Decimal(5)))
    always = (facts.PriceOverride('plan', 'calls', Decimal(7), may(1), None, 1),)
    assert planned(here(calls(model=facts.TIERED, tiers=tiers), usage=usage, prices=always)) == [
        (may(1), may(32), 49, 7)]


def test_an_agreed_price_that_is_the_price_cuts_nothing():
    blocks = calls(model=facts.PACKAGE, size=Decimal(10))
    prices = (facts.PriceOverride('plan', 'calls', Decimal(10), may(11), may(21), 1),)
    usage = used((may(3), 1), (may(12), 2), (may(22), 4))
    assert planned(here(blocks, usage=usage, prices=prices)) == [(may(1), may(32), 10, 7)]


def test_a_discount_must_name_the_usage_charge():
    usage = used((may(3), 10))
    everything = facts.Discount('off', percent=Decimal(50))
    assert planned(here(calls(), give(everything, may(1)), usage=usage)) == [
        (may(1), may(32), 100, 10)]


@pytest.mark.parametrize(('discount', 'less'), [
    (off(percent=15), -16), (off(amount=62), -62), (off(amount=500), -105),
    (off(percent=100), -105), (off(percent=10, amount=5), -16)])
def test_a_discount_is_a_line_of_its_own(discount, less):
    """105 yen of usage; what is left is rounded down."""
    usage = used((may(3), 10))
    result = plan(here(calls('10.5'), give(discount, may(1)), usage=usage), (), JUNE, FLOOR)
    assert priced(result) == [
        ('calls', may(1), may(32), 105), ('calls/off', may(1), may(32), less)]
    line = result.items[1]
    assert (line.kind, line.discount, line.quantity, line.due) == (
        facts.USAGE, 'off', None, JUNE)


def test_a_discount_covers_the_usage_of_its_days():
    usage = used((may(3), 10), (may(12), 20), (may(22), 40))
    until = off(percent=50, until=may(21))
    given = here(calls(), give(until, may(11)), usage=usage)
    assert planned(given, may(31)) == []
    result = plan(given, (), JUNE, FLOOR)
    assert priced(result) == [
        ('calls', may(1), may(32), 700), ('calls/off', may(11), may(21), -100)]
    assert result.items[1].due == JUNE
    # A fixed amount is that of the days, and not more than their usage costs.
    fixed = here(calls(), give(off(amount=310, until=may(21)), may(11)), usage=usage)
    assert priced(plan(fixed, (), JUNE, FLOOR))[1] == ('calls/off', may(11), may(21), -100)


def test_a_discount_of_periods_begins_with_the_next_one():
    usage = used((may(3), 10), (JUNE, 20), (JULY, 40))
    given = here(calls(), give(off(percent=50, periods=1), may(2)), usage=usage)
    result = plan(given, (), date(2026, 8, 1), FLOOR)
    assert [line for line in priced(result) if line[0] == 'calls/off'] == [
        ('calls/off', JUNE, JULY, -100)]


def test_discounts_take_off_one_after_the_other():
    usage = used((may(3), 10))
    given = here(calls(), give(off('half', percent=50), may(1), 2),
                 give(off('third', percent=30), may(1), 3),
                 give(off('rest', amount=50), may(1), 4), usage=usage)
    assert priced(plan(given, (), JUNE, FLOOR))[1:] == [
        ('calls/half', may(1), may(32), -50), ('calls/third', may(1), may(32), -15),
        ('calls/rest', may(1), may(32), -35)]


def test_a_discount_is_cut_with_its_charge_and_due_with_it():
    usage = used((may(3), 3), (may(20), 3))
    cut = calls('5.5', tax_changes=(may(11),))
    given = here(cut, give(off(percent=50, until=may(26)), may(6)), usage=usage)
    assert plan(given, (), may(31), FLOOR).items == ()
    assert priced(plan(given, (), JUNE, FLOOR)) == [
        ('calls', may(1), may(11), 16), ('calls', may(11), may(32), 17),
        ('calls/off', may(11), may(26), -9)]
    early = here(cut, give(off(percent=50, until=may(6)), may(1)), usage=usage)
    assert priced(plan(early, (), JUNE, FLOOR)) == [
        ('calls', may(1), may(11), 16), ('calls/off', may(1), may(6), -8),
        ('calls', may(11), may(32), 17)]


def test_a_discount_on_a_level_takes_its_share_of_days():
    usage = used((may(3), 31))
    given = here(calls(aggregation=facts.MAX), give(off(percent=50), may(22)), usage=usage)
    assert priced(plan(given, (), JUNE, FLOOR)) == [
        ('calls', may(1), may(32), 310), ('calls/off', may(22), may(32), -50)]


def test_discounts_follow_their_charge(world):
    few, many = used((may(3), 10)), used((may(3), 10), (may(4), 4))
    half = off(percent=50)
    world.run(here(calls(), give(half, may(1)), usage=few), JUNE)
    assert priced(world.run(here(calls(), give(half, may(1)), usage=many), JUNE)) == [
        ('calls', may(1), may(32), 40), ('calls/off', may(1), may(32), -20)]
    result = world.run(here(calls(), give(half, may(1)), usage=few), JUNE)
    assert [(*line, item.kind, item.number)
            for line, item in zip(priced(result), result.items)] == [
        ('calls', may(1), may(32), -40, facts.USAGE, 2),
        ('calls/off', may(1), may(32), 20, facts.USAGE, 2)]
    ends = [give(half, may(1)), event(facts.END_DISCOUNT, may(1), 3, discount=half)]
    result = world.run(here(calls(), *ends, usage=few), JUNE)
    assert [(item.kind, item.charge, int(item.amount), item.quantity, item.discount)
            for item in result.items] == [
        (facts.CREDIT, 'calls/off', 50, None, 'off'), (facts.CREDIT, 'calls/off', 20, None, 'off'),
        (facts.CREDIT, 'calls/off', -20, None, 'off')]
    assert world.totals() == {('c1', 'plan', 'calls'): 100}
    assert world.run(here(calls(), *ends, usage=few), JUNE).items == ()


def test_a_discount_that_ends_earlier_returns_its_days(world):
    usage = used((may(3), 10), (may(20), 10))
    half = off(percent=50)
    world.run(here(calls(), give(half, may(1)), usage=usage), JUNE)
    ends = [give(half, may(1)), event(facts.END_DISCOUNT, may(10), 3, discount=half)]
    result = world.run(here(calls(), *ends, usage=usage), JUNE)
    assert [(item.kind, *line) for line, item in zip(priced(result), result.items)] == [
        (facts.CREDIT, 'calls/off', may(10), may(32), 50)]


# corrections ----------------------------------------------------------------------------------

@pytest.mark.parametrize(('aggregation', 'before', 'after', 'step'), [
    (facts.SUM, [(3, 9)], [(3, 9), (4, 2)], (20, 2)),
    (facts.SUM, [(3, 9), (4, 2)], [(3, 9)], (-20, -2)),
    (facts.SUM, [(3, 9)], [(3, 5)], (-40, -4)),
    (facts.MAX, [(3, 9)], [(3, 9), (4, 12)], (30, 3)),
    (facts.MAX, [(3, 9), (4, 12)], [(3, 9)], (-30, -3)),
    (facts.LAST, [(3, 9)], [(3, 9), (4, 2)], (-70, -7)),
    (facts.LAST, [(3, 9), (4, 2)], [(3, 9)], (70, 7)),
    (facts.UNIQUE, [(3, 1, 'a')], [(3, 1, 'a'), (4, 1, 'b')], (10, 1)),
    (facts.UNIQUE, [(3, 1, 'a'), (4, 1, 'b')], [(3, 1, 'a')], (-10, -1)),
])
def test_the_difference_is_a_further_line(world, aggregation, before, after, step):
    metered = calls(aggregation=aggregation)
    rows = [used(*((may(day), *rest) for day, *rest in some)) for some in (before, after)]
    world.run(here(metered, usage=rows[0]), JUNE)
    [item] = world.run(here(metered, usage=rows[1]), JUNE).items
    assert (item.amount, item.quantity, item.number, item.kind) == (*step, 1, facts.USAGE)
    assert (item.date_from, item.date_to) == (may(1), may(32))
    assert world.run(here(metered, usage=rows[1]), JUNE).items == ()


def revised(price):
    """The plan with another price of a call from the 11th on."""
    new = calls(price, key='new')
    return facts.Plan('plan', (facts.PlanVersion(date(2000, 1, 1), None, (calls(),)),
                               facts.PlanVersion(may(11), may(11), (new,))))


def test_a_revision_known_late_is_one_line_at_the_new_price(world):
    usage = used((may(3), 4), (may(11), 5))
    world.run(here(calls(), usage=usage), JUNE)
    [item] = world.run(here(revised('20'), usage=usage), JUNE).items
    assert (item.date_from, item.date_to, item.amount, item.quantity) == (
        may(1), may(32), 50, 0)
    assert (item.unit_price, item.charge_key) == (20, 'new')


def test_parts_at_two_prices_are_corrected_each_by_itself(world):
    world.run(here(revised('20'), usage=used((may(3), 4), (may(11), 5))), JUNE)
    more = used((may(3), 5), (may(11), 7))
    assert lines(world.run(here(revised('20'), usage=more), JUNE)) == [
        (may(1), may(11), 10, 1), (may(11), may(32), 40, 2)]


def test_days_that_come_and_go(world):
    """The end moves on, the usage turns out to be none, the end moves back, there is some."""
    usage = used((may(3), 1), (may(12), 2))
    early, later, again = (event(facts.CANCEL, may(day), number)
                           for number, day in ((2, 10), (3, 20), (4, 10)))
    world.run(here(calls(), early, usage=usage), may(20))
    [item] = world.run(here(calls(), early, later, usage=usage), may(20)).items
    assert (item.date_from, item.date_to, item.amount, item.number) == (may(10), may(20), 20, 1)
    # What is metered no more is a line with the difference, days that are gone are credited.
    back = here(calls(), early, later, again, usage=used((may(12), 2)))
    assert [(item.credits, item.date_from, item.date_to, int(item.amount), item.quantity)
            for item in world.run(back, may(20)).items] == [
        (None, may(1), may(10), -10, -1), (2, may(10), may(20), -20, -2)]
    assert lines(world.run(here(calls(), early, later, again, usage=usage), may(20))) == [
        (may(1), may(10), 10, 1)]


def test_days_go_back_to_the_line_that_billed_them(world):
    usage = used((may(3), 5), (may(12), 2), (may(16), 3))
    ends = [event(facts.CANCEL, may(day), number) for number, day in ((2, 10), (3, 20), (4, 15))]
    for number in (1, 2):
        world.run(here(calls(), *ends[:number], usage=usage), may(20))
    assert [(item.credits, item.date_from, item.date_to, int(item.amount), item.quantity)
            for item in world.run(here(calls(), *ends, usage=usage), may(20)).items] == [
        (2, may(15), may(20), -30, -3)]


def test_what_was_corrected_to_nothing_is_billed_again_though_days_go(world):
    world.run(here(calls(), usage=used((may(3), 5))), JUNE)
    world.run(here(calls()), JUNE)
    ends = event(facts.CANCEL, may(10), 2)
    assert lines(world.run(here(calls(), ends, usage=used((may(3), 3))), JUNE)) == [
        (may(1), may(10), 30, 3)]


def test_settled_periods_are_not_looked_at():
    usage = used((may(3), 5), (JUNE, 4))
    account = here(calls(), usage=usage)
    [contract] = account.contracts
    settled = account._replace(contracts=(contract._replace(settled_until=JUNE),))
    assert planned(settled, JULY) == [(JUNE, JULY, 40, 4)]


def test_a_run_for_an_earlier_day_gives_nothing_back(world):
    usage = used((may(3), 1), (JUNE, 2))
    world.run(here(calls(), usage=usage), JULY)
    assert plan(here(calls(), usage=usage), world.billed, may(5), FLOOR).items == ()


def test_a_correction_that_changes_no_amount_is_no_line(world):
    peak = calls(aggregation=facts.MAX)
    world.run(here(peak, usage=used((may(3), 9))), JUNE)
    assert world.run(here(peak, usage=used((may(3), 9), (may(4), 2))), JUNE).items == ()


def test_quantities_that_cost_nothing_are_told_with_the_next_line(world):
    blocks = calls(model=facts.PACKAGE, size=Decimal(10))
    for quantity in (5, 8, 12):
        result = world.run(here(blocks, usage=used((may(3), quantity))), JUNE)
    assert lines(result) == [(may(1), may(32), 10, 7)]


def test_credits_of_days_that_are_gone_never_exceed_their_line(world):
    world.run(here(calls(), usage=used((may(3), 1), (may(20), 2))), JUNE)
    usage = used((may(3), 1), (may(20), 2), (may(21), 30), (may(4), 4))
    world.run(here(calls(), usage=usage), JUNE)
    gone = here(calls(), event(facts.CANCEL, may(4), 2), usage=usage)
    result = world.run(gone, JUNE)
    assert [(item.credits, int(item.amount), item.quantity) for item in result.items] == [
        (2, -340, -36), (1, -20, 0)]
    assert world.run(gone, JUNE).items == ()
    assert world.totals() == {('c1', 'plan', 'calls'): 10}


def test_a_contract_that_never_was_returns_its_usage(world):
    usage = used((may(3), 5), (may(4), 2))
    world.run(here(calls(), usage=usage[:1]), JUNE)
    world.run(here(calls(), usage=usage), JUNE)
    world.run(here(calls(), usage=used((may(4), 2))), JUNE)
    never = here(calls(), event(facts.CANCEL, may(1), 2), usage=usage)
    assert lines(world.run(never, JUNE)) == [
        (may(1), may(32), -50, -5), (may(1), may(32), -20, -2), (may(1), may(32), 50, 5)]
    assert world.totals() == {}


class Counted(facts.Usage):
    """A row that counts how often it is looked at."""

    looks = 0

    def __getattribute__(self, name):
        Counted.looks += name in facts.Usage._fields
        return super().__getattribute__(name)


@pytest.mark.parametrize('aggregation', [facts.SUM, facts.MAX, facts.LAST, facts.UNIQUE])
def test_each_row_is_looked_at_a_few_times_however_many_there_are(aggregation):
    daily = calls('1', every=facts.Every(1, 'day'), aggregation=aggregation)
    looks = []
    for days in (30, 300):
        rows = used(*((date.fromordinal(may(1).toordinal() + number % days), 1, number)
                      for number in range(10 * days)))
        Counted.looks = 0
        account = here(daily, usage=[Counted(*row) for row in rows])
        last = date.fromordinal(may(1).toordinal() + days)
        assert len(plan(account, (), last, FLOOR).items) == days
        looks.append(Counted.looks / len(rows))
    assert looks[0] == looks[1] < 10

"""Discounts on recurring and one-time charges."""
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from odoo.addons.smart_billing.core import facts
from odoo.addons.smart_billing.core.discounts import left
from odoo.addons.smart_billing.core.facts import Discount, Every
from odoo.addons.smart_billing.core.planner import plan

from tests.unit.planner_lines import FLOOR, HALF_UP, billed, contract, day, lines
from tests.unit.planner_world import World, account, charge, event, one_plan, start

MAY, JUNE, JULY, AUGUST = day(5, 1), day(6, 1), day(7, 1), day(8, 1)
TENTH = Discount('T', percent=Decimal(10))
FREE = Discount('F', percent=Decimal(100))
OFF = Discount('O', amount=Decimal(310))
BEGIN = start(one_plan(charge()), MAY)


def give(discount, when, sequence=2, **values):
    return event(facts.ADD_DISCOUNT, when, sequence, discount=discount, **values)


def end(discount, when, sequence=3):
    return event(facts.END_DISCOUNT, when, sequence, discount=discount)


def less(found):
    return [line for line in found if '/' in line[0]]


@pytest.fixture
def world():
    return World(FLOOR)


@pytest.mark.parametrize(('amount', 'discount', 'rest'), [
    ('1000', TENTH, '900'), ('1000', OFF, '690'), ('300', OFF, '0'), ('1000', FREE, '0'),
    ('0', OFF, '0'), ('-50', TENTH, '-50'), ('10', Discount('x', percent=Decimal(150)), '0'),
    # Whatever was typed in, nothing gets dearer by it.
    ('10', Discount('x', percent=Decimal(-50)), '10'), ('10', Discount('x'), '10'),
])
def test_what_a_discount_leaves(amount, discount, rest):
    assert left(Fraction(amount), discount) == Fraction(rest)


def test_a_discount_is_a_line_of_its_own_behind_its_charge(world):
    plan_of_two = one_plan(charge(key='B', tax_percent=Decimal(8)), charge('extra', '300'))
    given = start(plan_of_two, MAY), give(TENTH, MAY)
    result = world.run(account(contract(*given)), MAY)
    assert lines(result) == [
        ('base', MAY, JUNE, 1500), ('base/T', MAY, JUNE, -150),
        ('extra', MAY, JUNE, 300), ('extra/T', MAY, JUNE, -30)]
    line = result.items[1]
    assert (line.kind, line.discount, line.tax_percent, line.charge_key, line.due) == (
        facts.RECURRING, 'T', 8, 'B', MAY)
    assert (line.quantity, line.unit_price, line.period_from, line.period_to) == (
        None, None, MAY, JUNE)
    assert world.run(account(contract(*given)), MAY).items == ()


def test_it_covers_the_recurring_charges_or_those_that_it_names():
    both = one_plan(charge(), charge('extra', '300'), charge('setup', '700', type=facts.ONE_TIME))
    named = TENTH._replace(charges=('extra', 'setup', 'nothing'))
    assert less(billed(start(both, MAY), give(TENTH, MAY), until=MAY)) == [
        ('base/T', MAY, JUNE, -150), ('extra/T', MAY, JUNE, -30)]
    assert less(billed(start(both, MAY), give(named, MAY), until=MAY)) == [
        ('setup/T', MAY, MAY, -70), ('extra/T', MAY, JUNE, -30)]


def test_an_amount_is_off_each_full_period_and_prorated_like_it():
    assert less(billed(start(one_plan(charge()), day(5, 11)), give(OFF, day(5, 11)),
                       until=JUNE)) == [
        ('base/O', day(5, 11), JUNE, -210), ('base/O', JUNE, JULY, -310)]


def test_days_that_are_credited_take_their_discount_back(world):
    given = BEGIN, give(OFF, MAY)
    world.run(account(contract(*given)), MAY)
    left_early = account(contract(*given, event(facts.CANCEL, day(5, 11), 3)))
    result = world.run(left_early, day(5, 11))
    assert lines(result) == [
        ('base', day(5, 11), JUNE, -1017), ('base/O', day(5, 11), JUNE, 210)]
    assert [item.discount for item in result.items] == [None, 'O']
    assert [item.credits for item in result.items] == [item.key for item in world.billed[:2]]
    assert [trim.item for trim in result.trims] == [item.credits for item in result.items]
    # Nothing is left where all is given back.
    never = account(contract(*given, event(facts.CANCEL, MAY, 4)))
    world.run(never, day(5, 11))
    assert world.totals() == {}


def test_given_and_ended_inside_a_period(world):
    """As if it had been known: only the line of the discount moves, by its own days."""
    given = [BEGIN, give(OFF, day(5, 11))]
    world.run(account(contract(BEGIN)), MAY)
    assert lines(world.run(account(contract(*given)), day(5, 11))) == [
        ('base/O', day(5, 11), JUNE, -210)]
    given.append(end(OFF, day(5, 21)))
    assert lines(world.run(account(contract(*given)), day(5, 21))) == [
        ('base/O', day(5, 21), JUNE, 110)]
    assert less(billed(*given, until=day(5, 31))) == [('base/O', day(5, 11), day(5, 21), -100)]


def test_a_discount_known_beforehand_comes_with_the_line_that_it_lowers(world):
    """Billed in advance, with the charge, though its days begin or end later."""
    ahead = account(contract(BEGIN, give(OFF, day(5, 11))))
    assert lines(world.run(ahead, MAY)) == [
        ('base', MAY, JUNE, 1500), ('base/O', day(5, 11), JUNE, -210)]
    arrears = start(one_plan(charge(timing=facts.ARREARS)), MAY)
    assert billed(arrears, give(OFF._replace(until=day(5, 11)), MAY), until=day(5, 20)) == []
    assert less(billed(arrears, give(OFF._replace(until=day(5, 11)), MAY), until=JUNE)) == [
        ('base/O', MAY, day(5, 11), -100)]


def test_a_discount_waits_for_the_days_of_its_charge(world):
    """The cancellation is moved: the charge's further days are due one by one, so is the rest."""
    given = [BEGIN, give(OFF, day(5, 16)), event(facts.CANCEL, day(5, 11), 3)]
    world.run(account(contract(*given)), MAY)
    given.append(event(facts.KEEP, day(5, 2), 4))
    assert world.run(account(contract(*given)), day(5, 10)).items == ()
    assert lines(world.run(account(contract(*given)), day(5, 11))) == [
        ('base', day(5, 11), JUNE, 1017), ('base/O', day(5, 16), JUNE, -160)]


def test_several_discounts_apply_in_the_order_of_entry():
    tenth_of_rest = less(billed(BEGIN, give(OFF, MAY, 2), give(TENTH, MAY, 3), until=MAY))
    assert tenth_of_rest == [('base/O', MAY, JUNE, -310), ('base/T', MAY, JUNE, -119)]
    tenth_first = less(billed(BEGIN, give(OFF, MAY, 3), give(TENTH, MAY, 2), until=MAY))
    assert tenth_first == [('base/T', MAY, JUNE, -150), ('base/O', MAY, JUNE, -310)]
    # What is free already cannot be lowered.
    assert less(billed(BEGIN, give(FREE, MAY, 2), give(TENTH, MAY, 3), until=MAY)) == [
        ('base/F', MAY, JUNE, -1500)]


def test_a_discount_is_not_cut_by_one_that_comes_on_top():
    assert less(billed(BEGIN, give(TENTH, MAY, 2), give(OFF, day(5, 11), 3), until=MAY)) == [
        ('base/T', MAY, JUNE, -150), ('base/O', day(5, 11), JUNE, -210)]
    # What an earlier one leaves from a day on is another amount.
    assert less(billed(BEGIN, give(TENTH, MAY, 3), give(OFF, day(5, 11), 2), until=MAY)) == [
        ('base/T', MAY, day(5, 11), -48), ('base/O', day(5, 11), JUNE, -210),
        ('base/T', day(5, 11), JUNE, -81)]


@pytest.mark.parametrize('rules', [FLOOR, HALF_UP, facts.Rules(0, facts.CEIL)])
def test_free_days_are_free_however_they_fall_apart(rules):
    """Two discounts one after the other take what one for all the days takes."""
    half = Discount('H', percent=Decimal(100))
    given = (start(one_plan(charge(price='101')), day(5, 4)), give(FREE, day(5, 4), 2),
             end(FREE, day(5, 12)), give(half, day(5, 12), 4), end(half, day(5, 20), 5),
             give(FREE, day(5, 20), 6))
    assert sum(line[3] for line in billed(*given, until=day(5, 31), rules=rules)) == 0


def test_rounding_never_leaves_less_than_nothing():
    """33.5 and 33.5 off 67 at half up would be 68; the net of each discount is rounded."""
    half = Discount('H', percent=Decimal(50))
    off = Discount('O', amount=Decimal('33.5'))
    assert billed(start(one_plan(charge(price='67')), MAY), give(half, MAY, 2), give(off, MAY, 3),
                  until=MAY, rules=HALF_UP) == [
        ('base', MAY, JUNE, 67), ('base/H', MAY, JUNE, -33), ('base/O', MAY, JUNE, -34)]


# periods ------------------------------------------------------------------------------------

TWICE = OFF._replace(periods=2)


def test_the_first_periods_from_the_gift_on():
    assert less(billed(BEGIN, give(TWICE, MAY), until=AUGUST)) == [
        ('base/O', MAY, JUNE, -310), ('base/O', JUNE, JULY, -310)]
    # Given inside a period, it begins with the next one.
    assert less(billed(BEGIN, give(TWICE, day(5, 2)), until=day(9, 1))) == [
        ('base/O', JUNE, JULY, -310), ('base/O', JULY, AUGUST, -310)]
    # A stub counts as one.
    assert less(billed(start(one_plan(charge()), day(5, 11)), give(TWICE, day(5, 11)),
                       until=AUGUST)) == [
        ('base/O', day(5, 11), JUNE, -210), ('base/O', JUNE, JULY, -310)]
    trial = start(one_plan(charge(), trial_days=40), MAY)
    assert less(billed(trial, give(TWICE._replace(periods=1), MAY), until=AUGUST)) == [
        ('base/O', day(6, 10), JULY, -310 * 21 // 30)]


def test_periods_of_each_charge_are_its_own():
    weekly = charge('weekly', '700', every=Every(1, 'week'))
    assert less(billed(start(one_plan(charge(), weekly), MAY), give(TWICE, MAY),
                       until=JULY)) == [
        ('weekly/O', MAY, day(5, 8), -310), ('base/O', MAY, JUNE, -310),
        ('weekly/O', day(5, 8), day(5, 15), -310), ('base/O', JUNE, JULY, -310)]


def test_periods_end_with_their_days_whatever_happens_to_the_plan():
    """A change of plan does not begin a discount anew, nor does it end it."""
    gold = one_plan(charge(price='3100'), code='gold')
    changed = event(facts.CHANGE_PLAN, day(6, 11), 3, plan=gold)
    assert less(billed(BEGIN, give(TWICE, MAY), changed, until=AUGUST)) == [
        ('base/O', MAY, JUNE, -310), ('base/O', JUNE, day(6, 11), -104),
        ('base/O', day(6, 11), JULY, -206)]
    # What the first plan does not have begins with the next one.
    plain = start(one_plan(charge('other'), code='plain'), MAY)
    assert less(billed(plain, give(OFF._replace(periods=1, charges=('base',)), MAY), changed,
                       until=AUGUST)) == [('base/O', day(6, 11), JULY, -206)]
    # Too late for a plan that is left before its next period begins.
    assert less(billed(BEGIN, give(OFF._replace(periods=1), day(6, 2)), changed,
                       until=AUGUST)) == [('base/O', day(6, 11), JULY, -206)]
    gone = event(facts.CHANGE_PLAN, day(5, 20), 3, plan=one_plan(code='none'))
    assert less(billed(BEGIN, give(TWICE, day(5, 2)), gone, until=AUGUST)) == []


def test_a_charge_that_comes_back_has_its_first_period_then():
    none = one_plan(code='none')
    back = [event(facts.CHANGE_PLAN, when, number, plan=plan_then) for number, when, plan_then in (
        (3, day(5, 20), none), (4, day(6, 11), BEGIN.plan))]
    given = give(OFF._replace(periods=1), day(5, 25))
    assert less(billed(BEGIN, given, *back, until=AUGUST)) == [('base/O', day(6, 11), JULY, -207)]
    # The trial that was left was no period.
    tried = start(one_plan(charge(), trial_days=30), MAY)
    assert less(billed(tried, given._replace(effective=MAY), *back, until=AUGUST)) == [
        ('base/O', day(6, 11), JULY, -207)]


def test_a_suspension_does_not_lengthen_it_and_a_revision_does_not_begin_it():
    paused = event(facts.SUSPEND, JUNE, 3), event(facts.RESUME, JULY, 4)
    assert less(billed(BEGIN, give(TWICE, MAY), *paused, until=AUGUST)) == [
        ('base/O', MAY, JUNE, -310)]
    dearer = charge(price='3100')
    revised = facts.Plan('plan', (
        facts.PlanVersion(date(2000, 1, 1), None, (charge(),)),
        facts.PlanVersion(day(5, 16), day(5, 16), (dearer,))))
    assert less(billed(start(revised, MAY), give(TWICE, day(5, 10)), until=AUGUST)) == [
        ('base/O', JUNE, JULY, -310), ('base/O', JULY, AUGUST, -310)]


def test_an_option_has_periods_from_when_it_is_taken():
    with_option = start(one_plan(charge('opt', '3100', optional=True)), MAY)
    take = event(facts.ADD_OPTION, day(5, 11), 3, option='opt')
    assert less(billed(with_option, give(TWICE, MAY), take, until=AUGUST)) == [
        ('opt/O', day(5, 11), JUNE, -210), ('opt/O', JUNE, JULY, -310)]
    assert less(billed(with_option, give(TWICE, MAY), until=AUGUST)) == []


def test_until_a_day_and_ended_and_given_anew():
    until = OFF._replace(until=day(6, 11))
    assert less(billed(BEGIN, give(until, MAY), until=JULY)) == [
        ('base/O', MAY, JUNE, -310), ('base/O', JUNE, day(6, 11), -104)]
    assert less(billed(BEGIN, give(until, day(6, 11)), until=JULY)) == []
    assert less(billed(BEGIN, give(until, day(4, 30)), until=JULY)) == []
    # Ended on the very day it was not given; given again its periods count anew.
    assert less(billed(BEGIN, give(OFF, MAY), end(OFF, MAY), until=JULY)) == []
    once = OFF._replace(periods=1)
    assert less(billed(BEGIN, give(once, MAY, 2), give(once, JUNE, 3), until=AUGUST)) == [
        ('base/O', MAY, JUNE, -310), ('base/O', JUNE, JULY, -310)]


# one-time charges ---------------------------------------------------------------------------

SETUP = charge('setup', '5000', type=facts.ONE_TIME, every=None)
VISIT = charge('visit', '3000', type=facts.ONE_TIME, model=facts.PER_UNIT, every=None,
               optional=True)
ON_SETUP = Discount('S', percent=Decimal(30), charges=('setup', 'visit'))


def test_a_one_time_charge_is_lowered_on_its_day():
    begin = start(one_plan(SETUP), MAY)
    assert billed(begin, give(ON_SETUP, MAY), until=MAY) == [
        ('setup', MAY, MAY, 5000), ('setup/S', MAY, MAY, -1500)]
    assert less(billed(begin, give(ON_SETUP, day(5, 2)), until=JUNE)) == []
    off = Discount('O', amount=Decimal(9000), charges=('setup',))
    assert less(billed(begin, give(ON_SETUP, MAY, 2), give(off, MAY, 3), until=MAY)) == [
        ('setup/S', MAY, MAY, -1500), ('setup/O', MAY, MAY, -3500)]
    assert less(billed(begin, give(off, MAY, 2), give(ON_SETUP, MAY, 3), until=MAY)) == [
        ('setup/O', MAY, MAY, -5000)]


def test_the_first_times_of_a_one_time_option():
    take = [event(facts.ADD_OPTION, day(5, number), number, option='visit')
            for number in (5, 12, 19, 26)]
    twice = ON_SETUP._replace(periods=2)
    assert less(billed(start(one_plan(VISIT), MAY), *take, give(twice, day(5, 6), 30),
                       until=JUNE)) == [
        ('visit/S', day(5, 12), day(5, 12), -900), ('visit/S', day(5, 19), day(5, 19), -900)]


def test_a_discount_of_a_one_time_charge_is_settled(world):
    begin = start(one_plan(SETUP), MAY)
    world.run(account(contract(begin)), MAY)
    given = [begin, give(ON_SETUP, MAY)]
    assert lines(world.run(account(contract(*given)), MAY)) == [('setup/S', MAY, MAY, -1500)]
    assert world.run(account(contract(*given)), MAY).items == ()
    given.append(end(ON_SETUP, MAY))
    [item] = world.run(account(contract(*given)), MAY).items
    assert (item.kind, item.amount, item.discount) == (facts.CREDIT, 1500, 'S')
    # Another discount under the same name takes more, then less.
    for percent, amount in ((40, -2000), (10, 1500)):
        again = give(ON_SETUP._replace(percent=Decimal(percent)), MAY, 5)
        assert lines(world.run(account(contract(begin, again)), MAY)) == [
            ('setup/S', MAY, MAY, amount)]
    # All goes with the contract.
    world.run(account(contract()), MAY)
    assert world.totals() == {}


def test_a_negative_price_is_no_discount_but_an_item_too(world):
    """A cash-back at the start: one line, and not a word about it afterwards."""
    back = start(one_plan(charge('back', '-3000', type=facts.ONE_TIME, every=None)), MAY)
    assert lines(world.run(account(contract(back, give(TENTH, MAY))), MAY)) == [
        ('back', MAY, MAY, -3000)]
    assert world.run(account(contract(back)), MAY).items == ()


# what else may happen -------------------------------------------------------------------------

def test_a_charge_that_is_never_refunded_keeps_its_discount(world):
    kept = [start(one_plan(charge(credit='none')), MAY), give(OFF, MAY)]
    world.run(account(contract(*kept)), MAY)
    left_early = account(contract(*kept, event(facts.CANCEL, day(5, 11), 3)))
    assert world.run(left_early, day(5, 11)).items == ()


def test_missing_days_that_turn_out_to_be_charged_are_lowered_too(world):
    """No proration at the end: a suspension saves those days, leaving the plan does not."""
    silver, none = one_plan(charge(prorate='start')), one_plan(code='none')
    paused = [start(silver, MAY), give(OFF, MAY), event(facts.SUSPEND, day(5, 11), 3)]
    moved = [*paused, event(facts.CHANGE_PLAN, day(5, 11), 4, plan=none)]
    world.run(account(contract(*paused)), MAY)
    assert lines(world.run(account(contract(*moved)), day(5, 11))) == [
        ('base', day(5, 11), JUNE, 1017), ('base/O', day(5, 11), JUNE, -210)]
    stayed = [*moved, event(facts.CHANGE_PLAN, day(5, 11), 5, plan=silver)]
    assert lines(world.run(account(contract(*stayed)), day(5, 11))) == [
        ('base', day(5, 11), JUNE, -1017), ('base/O', day(5, 11), JUNE, 210)]


def test_the_invoice_of_the_charge_dies_and_that_of_the_discount_lives(world):
    given = BEGIN, give(OFF, MAY)
    world.run(account(contract(BEGIN)), MAY)
    world.run(account(contract(*given)), MAY)
    del world.invoices[0]
    world.coverage.clear()
    # It is seen though the run is for an earlier day.
    assert world.run(account(contract(*given)), day(4, 30)).items == ()
    assert lines(world.run(account(contract(*given)), MAY)) == [('base', MAY, JUNE, 1500)]


def test_quantities_change_under_a_discount(world):
    seats = start(one_plan(charge(price='100', model=facts.PER_UNIT)), MAY, quantity=Decimal(3))
    given = seats, give(TENTH, MAY)
    assert lines(world.run(account(contract(*given)), MAY))[1] == ('base/T', MAY, JUNE, -30)
    more = event(facts.CHANGE_QUANTITY, day(5, 16), 3, quantity=Decimal(5))
    assert sum(item.amount for item in world.run(
        account(contract(*given, more)), day(5, 16)).items) == 92
    assert plan(account(contract(*given, more)), world.billed, day(5, 16), FLOOR).items == ()

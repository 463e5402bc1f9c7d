"""Options: charges that a contract takes and drops."""
from decimal import Decimal

import pytest

from odoo.addons.smart_billing.core import facts, timeline
from odoo.addons.smart_billing.core.planner import plan

from tests.unit.planner_lines import FLOOR, billed, contract, day, lines
from tests.unit.planner_world import World, account, charge, event, one_plan, start

MAY, JUNE, JULY = day(5, 1), day(6, 1), day(7, 1)
OPTION = charge('opt', '310', optional=True)
SEATS = charge('opt', '310', optional=True, model=facts.PER_UNIT)
VISIT = charge('visit', '5000', type=facts.ONE_TIME, model=facts.PER_UNIT, every=None,
               optional=True)
BEGIN = start(one_plan(charge(), OPTION), MAY)
SEATED = start(one_plan(SEATS), MAY)


def take(when, sequence, quantity=None, option='opt'):
    return event(facts.ADD_OPTION, when, sequence, option=option,
                 quantity=quantity and Decimal(quantity))


def drop(when, sequence, option='opt'):
    return event(facts.DROP_OPTION, when, sequence, option=option)


@pytest.fixture
def world():
    return World(FLOOR)


def test_an_option_is_billed_on_the_days_on_which_it_is_taken():
    assert billed(BEGIN, until=JUNE) == [('base', MAY, JUNE, 1500), ('base', JUNE, JULY, 1500)]
    found = billed(BEGIN, take(day(5, 11), 2), drop(day(6, 16), 3), until=day(8, 1))
    assert [line for line in found if line[0] == 'opt'] == [
        ('opt', day(5, 11), JUNE, 210), ('opt', JUNE, day(6, 16), 155)]


def test_the_days_given_back_of_an_option_that_is_dropped(world):
    taken = (BEGIN, take(MAY, 2))
    world.run(account(contract(*taken)), MAY)
    dropped = (*taken, drop(day(5, 11), 3))
    assert lines(world.run(account(contract(*dropped)), day(5, 11))) == [
        ('opt', day(5, 11), JUNE, -210)]
    # Taken again, it pays for the days from then on.
    again = account(contract(*dropped, take(day(5, 21), 4)))
    assert lines(world.run(again, day(5, 21))) == [('opt', day(5, 21), JUNE, 110)]
    assert world.run(again, day(5, 21)).items == ()


def test_nothing_comes_due_of_an_option_that_is_dropped_for_good(world):
    only = start(one_plan(OPTION), MAY)
    gone = account(contract(only, take(MAY, 2), drop(JUNE, 3)))
    assert world.run(gone, MAY).outlooks[0].next_due is None
    assert plan(account(contract(only)), (), MAY, FLOOR).outlooks[0].next_due is None
    later = account(contract(only, take(JULY, 2)))
    assert plan(later, (), MAY, FLOOR).outlooks[0].next_due == JULY


def test_the_quantity_of_an_option_is_its_own(world):
    events = [SEATED._replace(quantity=Decimal(7)), take(MAY, 2, 3)]
    assert lines(world.run(account(contract(*events)), MAY)) == [('opt', MAY, JUNE, 930)]
    events.append(event(facts.CHANGE_QUANTITY, day(5, 5), 3, quantity=Decimal(9)))
    assert world.run(account(contract(*events)), day(5, 5)).items == ()
    events.append(take(day(5, 11), 4, 5))
    assert lines(world.run(account(contract(*events)), day(5, 11))) == [
        ('opt', day(5, 11), JUNE, -630), ('opt', day(5, 11), JUNE, 1050)]
    assert world.billed[-1].quantity == 5


def test_a_flat_option_costs_the_same_whatever_the_quantity():
    assert billed(BEGIN, take(MAY, 2, 3), take(day(5, 11), 3, 1), until=MAY) == [
        ('base', MAY, JUNE, 1500), ('opt', MAY, JUNE, 310)]


def test_of_two_entries_for_a_day_the_later_one_holds():
    assert billed(SEATED, take(MAY, 3, 2), drop(MAY, 2), until=MAY) == [('opt', MAY, JUNE, 620)]
    assert billed(SEATED, take(MAY, 2), drop(MAY, 3), until=MAY) == []
    # A start entered anew later: what was taken before it counts for nothing.
    assert billed(SEATED, take(day(4, 30), 2), until=MAY) == []


def test_months_in_full_where_nothing_is_prorated():
    full = start(one_plan(OPTION._replace(prorate='none')), MAY)
    assert billed(full, take(day(5, 11), 2), drop(day(6, 16), 3), until=day(8, 1)) == [
        ('opt', day(5, 11), JUNE, 310), ('opt', JUNE, day(6, 16), 310)]


def test_suspended_days_and_the_trial_spare_options_too():
    trial = one_plan(OPTION, trial_days=10)
    assert billed(start(trial, MAY), take(MAY, 2), event(facts.SUSPEND, day(5, 16), 3),
                  event(facts.RESUME, day(5, 21), 4), until=day(5, 31)) == [
        ('opt', day(5, 11), day(5, 16), 50), ('opt', day(5, 21), JUNE, 110)]


def test_an_option_goes_on_with_the_next_plan_that_offers_it():
    dear = one_plan(OPTION._replace(price=Decimal(620)), code='dear')
    plain = one_plan(charge(), code='plain')
    events = [start(one_plan(OPTION, code='cheap'), MAY), take(MAY, 2)]
    for number, (when, plan_then) in enumerate(
            ((day(5, 11), plain), (day(5, 21), dear)), start=3):
        events.append(event(facts.CHANGE_PLAN, when, number, plan=plan_then))
    assert [line for line in billed(*events, until=day(5, 31)) if line[0] == 'opt'] == [
        ('opt', MAY, day(5, 11), 100), ('opt', day(5, 21), JUNE, 220)]


def test_end_of_period_asks_options_last():
    yearly = OPTION._replace(every=facts.Every(1, 'year'))
    end = event(facts.CANCEL, day(5, 5), 2, when=facts.END_OF_PERIOD)
    for charges, ends_on in (
            ((yearly, charge()), JUNE), ((yearly,), day(5, 1, 2027)),
            ((yearly, charge('calls', type=facts.USAGE)), day(5, 1, 2027))):
        line = timeline.build(account(), contract(start(one_plan(*charges), MAY), end))
        assert line.end == ends_on


# one-time options ---------------------------------------------------------------------------

WITH_VISITS = start(one_plan(charge(), VISIT), MAY)


def visits(result):
    return [line[1:] for line in result if line[0] == 'visit']


def test_a_one_time_option_is_billed_each_time_it_is_taken():
    events = [WITH_VISITS, take(day(5, 7), 2, 2, 'visit'), take(day(5, 7), 3, 3, 'visit'),
              take(day(6, 3), 4, None, 'visit'), drop(day(6, 10), 5, 'visit')]
    assert visits(billed(*events, until=day(5, 31))) == [(day(5, 7), day(5, 7), 15000)]
    assert visits(billed(*events, until=JULY)) == [
        (day(5, 7), day(5, 7), 15000), (day(6, 3), day(6, 3), 5000)]
    # Dropped on the very day it was not taken; after the end there is no contract.
    assert visits(billed(WITH_VISITS, take(day(5, 7), 2, 2, 'visit'), drop(day(5, 7), 3, 'visit'),
                         until=JULY)) == []
    assert visits(billed(*events, event(facts.CANCEL, day(5, 7), 9), until=JULY)) == []
    assert visits(billed(start(one_plan(charge()), MAY), events[1], until=JULY)) == []


def test_each_day_of_a_one_time_option_is_settled_by_itself(world):
    events = [WITH_VISITS, take(day(5, 7), 2, 2, 'visit'), take(day(6, 3), 3, 1, 'visit')]
    world.run(account(contract(*events)), JULY)
    more = [*events, take(day(5, 7), 4, 3, 'visit')]
    assert lines(world.run(account(contract(*more)), JULY)) == [
        ('visit', day(5, 7), day(5, 7), 5000)]
    none = [*more, drop(day(5, 7), 5, 'visit')]
    assert sorted(visits(lines(world.run(account(contract(*none)), JULY)))) == [
        (day(5, 7), day(5, 7), -10000), (day(5, 7), day(5, 7), -5000)]
    assert world.run(account(contract(*none)), JULY).items == ()


def test_settled_visits_are_not_looked_at(world):
    events = [WITH_VISITS, take(day(5, 7), 2, 2, 'visit'), take(day(6, 3), 3, 1, 'visit')]
    here = account(contract(*events, settled_until=JUNE))
    assert visits(lines(plan(here, (), day(6, 3), FLOOR))) == [(day(6, 3), day(6, 3), 5000)]

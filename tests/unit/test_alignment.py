"""Periods that follow the start of the plan's billing, and those of a contract that goes on."""
from decimal import Decimal

import pytest

from odoo.addons.smart_billing.core import facts
from odoo.addons.smart_billing.core.facts import Every
from odoo.addons.smart_billing.core.planner import plan

from tests.unit.planner_lines import FLOOR, billed, contract, day, lines
from tests.unit.planner_world import World, account, charge, event, one_plan, start

OWN = charge(align='start')
CALLS = charge('calls', '10', type=facts.USAGE, model=facts.PER_UNIT, metric='call')


def change(to, when, sequence):
    return event(facts.CHANGE_PLAN, when, sequence, plan=to)


def periods(found):
    return [line[1:3] for line in found]


def test_aligned_to_the_start_no_billing_day_moves_the_periods():
    moved = (facts.BillingDayChange(day(6, 1), 9, 20),)
    both = start(one_plan(charge(), charge('own', align='start')), day(5, 11))
    found = billed(both, until=day(6, 11), changes=moved)
    assert periods(line for line in found if line[0] == 'own') == [
        (day(5, 11), day(6, 11)), (day(6, 11), day(7, 11))]
    trial = start(one_plan(OWN, trial_days=9), day(5, 11))
    assert periods(billed(trial, until=day(6, 20))) == [
        (day(5, 20), day(6, 20)), (day(6, 20), day(7, 20))]


def test_the_next_plan_starts_anew_and_on_return_the_first_start_counts():
    silver, gold = one_plan(OWN, code='silver'), one_plan(OWN, code='gold')
    events = [start(silver, day(5, 11)), change(gold, day(5, 25), 2)]
    assert periods(billed(*events, until=day(6, 25))) == [
        (day(5, 11), day(5, 25)), (day(5, 25), day(6, 25)), (day(6, 25), day(7, 25))]
    events.append(change(silver, day(5, 30), 3))
    assert periods(billed(*events, until=day(6, 10))) == [
        (day(5, 11), day(5, 25)), (day(5, 25), day(5, 30)), (day(5, 30), day(6, 11))]
    # A stay that was left in its trial has started no billing.
    tried = one_plan(OWN, code='silver', trial_days=20)
    again = [start(tried, day(5, 11)), change(gold, day(5, 25), 2), change(tried, day(6, 20), 3)]
    assert periods(billed(*again, until=day(6, 24)))[-1] == (day(6, 20), day(7, 20))


def test_usage_aligned_to_the_start_runs_from_the_first_day_on_the_plan():
    own = CALLS._replace(align='start')
    usage = tuple(facts.Usage('call', Decimal(1), when, number) for number, when in enumerate(
        (day(5, 12), day(6, 12), day(7, 12))))
    trial = start(one_plan(own, trial_days=9), day(5, 11))
    here = account(contract(trial, usage=usage))
    assert periods(lines(plan(here, (), day(7, 11), FLOOR))) == [
        (day(5, 11), day(6, 11)), (day(6, 11), day(7, 11))]
    left_early = contract(trial, event(facts.CANCEL, day(5, 15), 2), usage=usage)
    assert periods(lines(plan(account(left_early), (), day(7, 11), FLOOR))) == [
        (day(5, 11), day(5, 15))]
    moved = contract(start(one_plan(code='none'), day(5, 1)),
                     change(one_plan(own), day(5, 11), 2), usage=usage)
    assert periods(lines(plan(account(moved), (), day(7, 11), FLOOR))) == [
        (day(5, 11), day(6, 11)), (day(6, 11), day(7, 11))]


def test_end_of_period_follows_the_alignment():
    end = event(facts.CANCEL, day(5, 20), 2, when=facts.END_OF_PERIOD)
    assert periods(billed(start(one_plan(OWN), day(5, 11)), end, until=day(9, 1))) == [
        (day(5, 11), day(6, 11))]


# going on with another payer ------------------------------------------------------------------

STEPS = (facts.PriceStep(2, Decimal(0)), facts.PriceStep(None, Decimal(1500)))


def two_payers(silver, moved_on, until, quantity=None, billing_day=None, **values):
    """A contract of May 11 that another account takes over; the lines of both and of one alone."""
    begin = start(silver, day(5, 11), quantity=quantity)
    given = contract(begin, event(facts.TRANSFER, moved_on, 2))
    taken = contract(start(silver, moved_on, 3, since=day(5, 11), quantity=quantity), code='c2',
                     **values)
    found = [lines(plan(account(one, billing_day=billing_day), (), until, FLOOR))
             for one in (given, taken, contract(begin))]
    return found


@pytest.mark.parametrize(('values', 'billing_day'), [
    ({}, None), ({}, 1), ({'align': 'start'}, 1), ({'every': Every(10, 'day')}, 1),
    ({'every': Every(1, 'year')}, None), ({'steps': STEPS}, None), ({'steps': STEPS}, 1),
    ({'steps': STEPS, 'align': 'start'}, 20),
])
def test_both_payers_together_pay_what_one_would_have_paid(values, billing_day):
    """At 3100 yen no rounding stands between them."""
    for trial in (0, 40):
        for moved_on in (day(5, 25), day(6, 11), day(7, 3)):
            silver = one_plan(charge(price='6200', **values), trial_days=trial)
            given, taken, alone = two_payers(
                silver, moved_on, day(7, 3), billing_day=billing_day)
            together = sum(line[3] for line in given + taken)
            assert abs(together - sum(line[3] for line in alone)) <= 1
            assert {line[2] for line in given} <= {line[2] for line in alone} | {moved_on}
            assert {line[1] for line in taken} <= {line[1] for line in alone} | {moved_on}


def test_one_time_charges_are_not_billed_again():
    setup = charge('setup', '5000', type=facts.ONE_TIME, every=None)
    visit = setup._replace(code='visit', optional=True)
    silver = one_plan(setup, visit)
    given, taken, _alone = two_payers(silver, day(6, 11), day(7, 1))
    assert (given, taken) == ([('setup', day(5, 11), day(5, 11), 5000)], [])
    # An option is carried over on the first day; what is taken later is billed.
    take = [event(facts.ADD_OPTION, when, number, option='visit')
            for number, when in enumerate((day(6, 11), day(6, 12)), start=4)]
    goes_on = start(silver, day(6, 11), since=day(5, 11))
    assert billed(goes_on, *take, until=day(7, 1)) == [('visit', day(6, 12), day(6, 12), 5000)]
    # Taken over on its very first day the contract begins here.
    at_once = start(silver, day(6, 11), since=day(6, 11))
    assert billed(at_once, until=day(7, 1)) == [('setup', day(6, 11), day(6, 11), 5000)]


def test_usage_goes_on_in_the_same_periods():
    usage = (facts.Usage('call', Decimal(3), day(6, 5), 1),)
    _given, taken, _alone = two_payers(one_plan(CALLS), day(5, 25), day(6, 11), usage=usage)
    assert taken == [('calls', day(5, 25), day(6, 11), 30)]
    own = CALLS._replace(align='start')
    _given, taken, _alone = two_payers(one_plan(own), day(5, 25), day(6, 11), billing_day=1,
                                       usage=usage)
    assert taken == [('calls', day(5, 25), day(6, 11), 30)]


def test_it_keeps_the_version_of_the_plan():
    old, new = charge(price='1000'), charge(price='3000')
    revised = facts.Plan('plan', (
        facts.PlanVersion(day(1, 1), None, (old,)), facts.PlanVersion(day(6, 1), None, (new,))))
    goes_on = start(revised, day(7, 1), since=day(5, 1))
    assert billed(goes_on, until=day(7, 1))[0][3] == 1000
    # The plan did not exist yet: it was changed to later, so its oldest version holds.
    assert billed(goes_on._replace(since=day(1, 1, 2020)), until=day(7, 1))[0][3] == 1000
    moved = revised._replace(versions=(
        revised.versions[0], revised.versions[1]._replace(existing_from=day(6, 15))))
    assert billed(goes_on._replace(plan=moved), until=day(7, 1))[0][3] == 3000


def test_a_discount_goes_on_with_its_periods():
    twice = facts.Discount('O', amount=Decimal(300), periods=2)
    silver, moved_on = one_plan(charge(), charge('opt', optional=True)), day(6, 20)
    carried = [start(silver, moved_on, since=day(5, 11)),
               event(facts.ADD_DISCOUNT, moved_on, 2, discount=twice, since=day(5, 11)),
               event(facts.ADD_OPTION, moved_on, 3, option='opt')]
    for billing_day, until in ((None, day(7, 11)), (1, day(7, 1))):
        found = billed(*carried, until=day(8, 1), billing_day=billing_day)
        lowered = [line for line in found if '/' in line[0]]
        # The first period began on May 11, so one is left of two.
        assert [line[:3] for line in lowered] == [
            ('base/O', moved_on, until), ('opt/O', moved_on, until)]
    usage = (facts.Usage('call', Decimal(9), day(6, 25), 1),)
    metered = contract(start(one_plan(CALLS), moved_on, since=day(5, 11)),
                       carried[1]._replace(discount=twice._replace(charges=('calls',))),
                       usage=usage)
    assert plan(account(metered), (), day(7, 1), FLOOR).items


def test_it_is_settled_like_any_other_contract():
    world = World(FLOOR)
    steps = one_plan(charge(steps=STEPS))
    here = contract(start(steps, day(6, 20), since=day(5, 11)))
    for when in (day(6, 20), day(7, 1)):
        world.run(account(here), when)
    assert [int(item.amount) for item in world.billed] == [1500]
    quick = here._replace(settled_until=day(7, 1))
    assert plan(account(quick), world.billed, day(8, 1), FLOOR) == plan(
        account(here), world.billed, day(8, 1), FLOOR)

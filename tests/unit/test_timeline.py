"""What a contract's events say about each day."""
from datetime import date
from decimal import Decimal

import pytest

from odoo.addons.smart_billing.core import facts, timeline
from odoo.addons.smart_billing.core.errors import DomainError
from odoo.addons.smart_billing.core.facts import Every, PlanVersion

from tests.unit.planner_world import MONTH, account, charge, event, one_plan, start

END = {'when': facts.END_OF_PERIOD}
SILVER, GOLD = one_plan(charge(), code='silver'), one_plan(charge(), code='gold')


def may(day):
    return date(2026, 5, day)


def built(*events, billing_day=1, changes=()):
    contract = facts.Contract('c1', events)
    return timeline.build(account(contract, billing_day=billing_day, changes=changes), contract)


def stays(line):
    return [(stay.plan.code, stay.date_from, stay.date_to) for stay in line.stays]


def change(plan, day, sequence, **values):
    return event(facts.CHANGE_PLAN, day, sequence, plan=plan, **values)


def state(line, day):
    return timeline.state_at(line, day)[:1] + timeline.state_at(line, day)[3:]


def test_without_a_start_it_is_a_draft():
    assert built() is None
    assert timeline.state_at(None, may(1)) == ('draft', None, None, None)


def test_two_starts_are_refused():
    with pytest.raises(DomainError) as refused:
        built(start(SILVER, may(1)), start(SILVER, may(2), 2))
    assert (refused.value.code, refused.value.context) == ('started_twice', {'contract': 'c1'})


def test_states_from_the_start_to_the_end():
    trial = SILVER._replace(trial_days=7)
    line = built(
        start(trial, may(4)), event(facts.SUSPEND, may(15), 2), event(facts.RESUME, may(20), 3),
        event(facts.CANCEL, date(2026, 6, 5), 4))
    assert state(line, may(3)) == ('pending', may(4))
    assert state(line, may(4)) == ('trial', may(11))
    assert state(line, may(11)) == ('active', may(15))
    assert state(line, may(15)) == ('suspended', may(20))
    assert state(line, may(20)) == ('active', date(2026, 6, 5))
    assert state(line, date(2026, 6, 5)) == ('ended', None)
    assert timeline.state_at(line, may(4)).plan is trial
    assert line.end == date(2026, 6, 5)


def test_nothing_changes_any_more():
    assert timeline.state_at(built(start(SILVER, may(1))), may(9)) == (
        'active', SILVER, Decimal(1), None)


def test_of_two_facts_for_a_day_the_one_entered_later_holds():
    line = built(start(SILVER, may(1)), change(GOLD, may(10), 3), change(SILVER, may(10), 2),
                 event(facts.CHANGE_QUANTITY, may(12), 5, quantity=Decimal(4)),
                 event(facts.CHANGE_QUANTITY, may(12), 4, quantity=Decimal(9)))
    assert stays(line) == [('silver', may(1), may(10)), ('gold', may(10), timeline.NEVER)]
    assert line.quantity_on(may(11)) == 1
    assert line.quantity_on(may(12)) == 4


def test_a_change_to_the_plan_in_force_is_none():
    line = built(start(SILVER, may(1)), change(GOLD, may(10), 2), change(SILVER, may(10), 3))
    assert stays(line) == [('silver', may(1), timeline.NEVER)]


def test_the_same_quantity_again_is_no_change():
    line = built(start(SILVER, may(1), quantity=Decimal(2)),
                 event(facts.CHANGE_QUANTITY, may(9), 2, quantity=Decimal(2)))
    assert len(line.quantities) == 1


def test_pauses_hold_until_the_next_of_the_two():
    line = built(start(SILVER, may(1)), event(facts.RESUME, may(2), 2),
                 event(facts.SUSPEND, may(5), 3), event(facts.SUSPEND, may(7), 4),
                 event(facts.RESUME, may(9), 5), event(facts.SUSPEND, may(20), 6))
    assert line.pauses == ((may(5), may(9)), (may(20), timeline.NEVER))


def test_end_of_period_follows_the_plan_of_that_day():
    yearly = one_plan(charge(every=Every(1, 'year')), code='yearly')
    line = built(start(SILVER, may(1)), change(yearly, may(10), 2, **END),
                 event(facts.CANCEL, date(2026, 7, 4), 3, **END))
    assert stays(line) == [
        ('silver', may(1), date(2026, 6, 1)), ('yearly', date(2026, 6, 1), date(2027, 6, 1))]


def test_end_of_period_on_a_boundary_is_a_whole_period_away():
    line = built(start(SILVER, may(1)), event(facts.CANCEL, date(2026, 6, 1), 2, **END))
    assert line.end == date(2026, 7, 1)


def test_end_of_period_knows_a_later_billing_day():
    moved = (facts.BillingDayChange(may(12), 9, 20), facts.BillingDayChange(may(12), 8, 25))
    line = built(start(SILVER, date(2026, 3, 31)),
                 event(facts.CANCEL, may(10), 2, **END), billing_day=31, changes=moved)
    assert line.end == may(20)


def test_end_of_period_in_a_trial_is_its_end():
    line = built(start(SILVER._replace(trial_days=10), may(4)),
                 event(facts.CANCEL, may(6), 2, **END))
    assert line.end == may(14)


def test_end_of_period_without_a_recurring_charge():
    usage = charge('calls', type=facts.USAGE, metric='call')
    line = built(start(one_plan(usage), may(4)), event(facts.CANCEL, may(6), 2, **END))
    assert line.end == date(2026, 6, 1)
    once = charge('setup', type=facts.ONE_TIME, every=None)
    line = built(start(one_plan(once), may(4)), event(facts.CANCEL, may(6), 2, **END))
    assert line.end == may(6)


def test_a_later_cancel_replaces_an_earlier_one():
    line = built(start(SILVER, may(1)), event(facts.CANCEL, may(20), 3),
                 event(facts.CANCEL, may(10), 2))
    assert line.end == may(20)


def test_the_earliest_end_counts():
    term = SILVER._replace(term=MONTH)
    assert built(start(term, may(4))).end == date(2026, 6, 4)
    assert built(start(term, may(4), end=may(20))).end == may(20)
    assert built(start(SILVER, may(4), end=may(20))).end == may(20)
    assert built(start(term, may(4)), event(facts.CANCEL, may(9), 2)).end == may(9)


def test_a_term_is_counted_from_the_first_day_of_the_contract():
    term = GOLD._replace(term=MONTH)
    assert built(start(SILVER, may(4)), change(term, may(20), 2)).end == date(2026, 6, 4)
    # The change leaves a plan before its term is over, or reaches one whose term is over.
    assert built(start(term, may(4)), change(SILVER, may(20), 2)).end == timeline.NEVER
    late = date(2026, 7, 1)
    assert built(start(SILVER, may(4)), change(term, late, 2)).end == late


def test_cancelled_on_the_first_day_or_before_it_was_never():
    line = built(start(SILVER, may(4)), event(facts.CANCEL, may(1), 2))
    assert (line.end, line.stays) == (may(4), ())
    assert timeline.state_at(line, may(4)) == ('ended', SILVER, Decimal(1), None)


def test_the_fee_depends_on_the_plan_that_ends():
    bound = SILVER._replace(minimum_term=Every(12, 'month'), cancellation_fee=Decimal(9500))
    assert built(start(bound, may(1)), event(facts.CANCEL, may(9), 2)).fee == (may(9), bound)
    over = date(2027, 5, 1)
    assert built(start(bound, may(1)), event(facts.CANCEL, over, 2)).fee is None
    assert built(start(SILVER, may(1)), event(facts.CANCEL, may(9), 2)).fee is None
    free = bound._replace(cancellation_fee=None)
    assert built(start(free, may(1)), event(facts.CANCEL, may(9), 2)).fee is None
    # An end that was agreed is no cancellation.
    assert built(start(bound, may(1), end=may(9)), event(facts.CANCEL, may(9), 2)).fee is None
    left = built(start(bound, may(1)), change(GOLD, may(9), 2), event(facts.CANCEL, may(9), 3))
    assert left.fee == (may(9), bound)


def test_events_before_the_start_set_nothing():
    line = built(start(SILVER, may(4)), change(GOLD, may(1), 2),
                 event(facts.CHANGE_QUANTITY, may(2), 3, quantity=Decimal(9)))
    assert stays(line) == [('silver', may(4), timeline.NEVER)]
    assert line.quantity_on(may(1)) == 1


def versions(*dates):
    return facts.Plan('silver', tuple(
        PlanVersion(day, existing, (charge(price=str(number)),))
        for number, (day, existing) in enumerate(dates)))


def prices(plan, day):
    [stay] = built(start(plan, day)).stays
    return [(span.date_from, span.version.charges[0].price) for span in stay.spans]


def test_newest_version_of_the_start_then_from_existing():
    plan = versions((date(2020, 1, 1), None), (may(5), date(2026, 8, 1)), (may(20), None))
    assert prices(plan, may(1)) == [(may(1), 0), (date(2026, 8, 1), 1)]
    assert prices(plan, may(5)) == [(may(5), 1)]
    assert prices(plan, may(21)) == [(may(21), 2)]


def test_a_start_before_every_version_is_refused():
    with pytest.raises(DomainError) as refused:
        prices(versions((may(5), None), (may(6), None)), may(1))
    assert refused.value.context == {'plan': 'silver', 'day': may(1)}


def test_a_periodic_charge_without_a_period_is_refused():
    broken = one_plan(charge(every=None))
    with pytest.raises(DomainError) as refused:
        built(start(broken, may(1)), event(facts.CANCEL, may(2), 2, **END))
    assert refused.value.code == 'charge_without_period'


@pytest.mark.parametrize(('trials', 'anchors'), [
    ((0, 0), [may(4), may(4)]), ((5, 0), [may(9), may(9)]), ((0, 9), [may(4), may(13)]),
    # The first plan was left in its trial: billing starts with the second.
    ((30, 0), [date(2026, 6, 3), may(10)]),
])
def test_periods_without_billing_day_count_from_where_billing_started(trials, anchors):
    line = built(start(SILVER._replace(trial_days=trials[0]), may(4)),
                 change(GOLD._replace(trial_days=trials[1]), may(10), 2), billing_day=None)
    assert [stay.anchor for stay in line.stays] == anchors

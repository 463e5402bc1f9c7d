"""Terms follow each other until one is not renewed."""
from datetime import date
from decimal import Decimal

import pytest

from odoo.addons.smart_billing.core import facts, timeline
from odoo.addons.smart_billing.core.errors import DomainError
from odoo.addons.smart_billing.core.facts import Every
from odoo.addons.smart_billing.core.planner import plan

from tests.unit.planner_world import MONTH, account, charge, event, one_plan, start

YEAR = Every(12, 'month')
FIXED = one_plan(charge(), code='fixed', term=YEAR)
ROLLING = FIXED._replace(code='rolling', renews=True)
OPEN = FIXED._replace(code='open', term=None)
APRIL = date(2024, 4, 1)
RULES = facts.Rules(0)


def april(year, month=4, day=1):
    return date(year, month, day)


def built(*events):
    contract = facts.Contract('c1', events)
    return timeline.build(account(contract), contract)


def renew(day, sequence=2, end=None):
    return event(facts.RENEW, day, sequence, end=end)


def change(to, day, sequence=2):
    return event(facts.CHANGE_PLAN, day, sequence, plan=to)


def cancel(day, sequence=9, when=facts.IMMEDIATE):
    return event(facts.CANCEL, day, sequence, when=when)


def ends(*events):
    return built(*events).end


def test_a_term_that_does_not_renew_ends_the_contract():
    assert ends(start(FIXED, APRIL)) == april(2025)
    assert ends(start(ROLLING, APRIL)) == timeline.NEVER
    assert ends(start(ROLLING, APRIL, end=april(2026, 6))) == april(2026, 6)


def test_a_renewal_adds_one_more_term():
    assert ends(start(FIXED, APRIL), renew(april(2025, 3))) == april(2026)
    # On the day on which the term is over it is not too late, later it is.
    assert ends(start(FIXED, APRIL), renew(april(2025))) == april(2026)
    assert ends(start(FIXED, APRIL), renew(april(2025, 4, 2))) == april(2025)
    assert ends(start(FIXED, APRIL), renew(april(2025)), renew(april(2026), 3)) == april(2027)
    assert ends(start(FIXED, APRIL), renew(APRIL), renew(april(2024, 5), 3)) == april(2026 + 1)
    # Two entries for one day are one renewal.
    assert ends(start(FIXED, APRIL), renew(APRIL), renew(APRIL, 3)) == april(2026)


def test_a_renewal_to_a_day():
    assert ends(start(FIXED, APRIL), renew(APRIL, end=april(2025, 10))) == april(2025, 10)
    # Another one counts from there.
    assert ends(start(FIXED, APRIL), renew(APRIL, end=april(2025, 10)),
                renew(april(2025, 9), 3)) == april(2026, 10)
    # A day that the term reaches anyway prolongs nothing.
    assert ends(start(FIXED, APRIL), renew(APRIL, end=april(2025))) == april(2025)


def test_an_agreed_end_is_renewed_too():
    begin = start(OPEN, APRIL, end=april(2024, 10))
    assert ends(begin) == april(2024, 10)
    assert ends(begin, renew(APRIL, end=april(2025))) == april(2025)
    # Without a term there is no "one more".
    assert ends(begin, renew(APRIL)) == april(2024, 10)
    assert ends(begin._replace(plan=FIXED), renew(APRIL)) == april(2025, 10)
    assert ends(begin._replace(plan=ROLLING), renew(APRIL)) == timeline.NEVER
    # The term is over before the agreed end: a renewal to a day beyond it replaces both.
    late = start(FIXED, APRIL, end=april(2025, 10))
    assert ends(late, renew(APRIL, end=april(2026))) == april(2026)
    assert ends(late, renew(APRIL, end=april(2025, 8))) == april(2025, 8)


def test_month_ends_do_not_drift_over_renewals():
    monthly = FIXED._replace(term=MONTH)
    begin = start(monthly, date(2024, 1, 31))
    assert ends(begin, renew(date(2024, 2, 10))) == date(2024, 3, 31)
    weekly = FIXED._replace(term=Every(2, 'week'))
    assert ends(start(weekly, date(2024, 1, 31)), renew(date(2024, 2, 10))) == date(2024, 2, 28)


def test_a_change_of_plan_measures_the_running_term_anew():
    half = FIXED._replace(code='half', term=Every(6, 'month'))
    assert ends(start(FIXED, APRIL), change(half, april(2024, 6))) == april(2024, 10)
    # The half year is over when the plan is reached.
    assert ends(start(FIXED, APRIL), change(half, april(2024, 12))) == april(2024, 12)
    assert ends(start(FIXED, APRIL), change(half, april(2024, 12)),
                renew(april(2024, 12), 3)) == april(2025, 6)
    # After a renewal it counts from the first day of the renewed term.
    assert ends(start(ROLLING, APRIL), change(half, april(2025, 6))) == april(2025, 10)
    assert ends(start(ROLLING, APRIL), change(FIXED, april(2025, 6))) == april(2026)
    assert ends(start(OPEN, APRIL), change(ROLLING, april(2025, 6))) == timeline.NEVER
    two_years = FIXED._replace(code='two', term=Every(2, 'year'))
    assert ends(start(FIXED, APRIL), change(two_years, april(2025))) == april(2026)
    begin = start(FIXED._replace(term=MONTH, renews=True), date(2024, 1, 31))
    assert ends(begin, change(FIXED._replace(code='x', term=Every(2, 'month')),
                              date(2024, 3, 1))) == date(2024, 4, 30)


def test_a_term_renewed_to_a_day_stays_over_a_change_of_plan():
    renewed = start(FIXED, APRIL), renew(APRIL, end=april(2026, 10))
    half = FIXED._replace(code='half', term=Every(6, 'month'))
    assert ends(*renewed, change(half, april(2025, 6), 3)) == april(2026, 10)
    assert ends(*renewed, change(half, april(2026, 10), 3)) == april(2026, 10)
    assert ends(*renewed, change(ROLLING, april(2026, 10), 3)) == timeline.NEVER
    assert ends(*renewed, change(OPEN, april(2025, 6), 3)) == april(2026, 10)


def renews_on(line, *days):
    return [line.renews_on(day) for day in days]


def test_the_day_on_which_a_term_renews():
    line = built(start(ROLLING, APRIL))
    assert renews_on(line, april(2024, 3), APRIL, april(2025, 3, 31), april(2025)) == [
        None, april(2025), april(2025), april(2026)]
    assert renews_on(built(start(OPEN, APRIL)), APRIL) == [None]
    assert renews_on(built(start(OPEN, APRIL), renew(APRIL)), APRIL) == [None]
    line = built(start(FIXED, APRIL), renew(april(2025, 3)))
    assert renews_on(line, APRIL, april(2025), april(2026)) == [april(2025), None, None]
    line = built(start(ROLLING, APRIL), cancel(april(2025, 2), when=facts.END_OF_TERM))
    assert (line.end, line.renews_on(APRIL)) == (april(2025), None)
    line = built(start(ROLLING, APRIL), cancel(april(2025, 8)))
    assert renews_on(line, APRIL, april(2025, 5)) == [april(2025), None]
    assert plan(account(facts.Contract('c1', (start(ROLLING, APRIL),))), (), APRIL,
                RULES).outlooks[0].renews_on == april(2025)


def test_a_term_that_renews_itself_is_followed_by_one_to_a_day():
    line = built(start(ROLLING, APRIL), renew(april(2025, 5), end=april(2027)),
                 renew(april(2025, 6), 3), renew(april(2025, 7), 4, end=april(2026)))
    assert renews_on(line, APRIL, april(2025), april(2026), april(2027, 3), april(2027, 4, 2)) == [
        april(2025), april(2026), april(2027), april(2027), april(2028)]
    # The change of plan comes before the term that was to be prolonged is over.
    line = built(start(ROLLING, APRIL), renew(april(2024, 5), end=april(2027)),
                 change(FIXED, april(2024, 12), 3))
    assert line.end == april(2027)
    # An end that was agreed is what a renewal prolongs.
    line = built(start(ROLLING, APRIL, end=april(2026, 6)),
                 renew(april(2024, 5), end=april(2026, 8)))
    assert renews_on(line, april(2025, 5), april(2026, 7)) == [april(2026), april(2026, 8)]


def test_cancelled_at_the_end_of_the_term():
    at_end = {'when': facts.END_OF_TERM}
    assert ends(start(ROLLING, APRIL), cancel(april(2025), **at_end)) == april(2026)
    assert ends(start(ROLLING, APRIL), cancel(april(2024, 3), **at_end)) == april(2025)
    assert ends(start(FIXED, APRIL), renew(APRIL), cancel(april(2024, 6), **at_end)) == april(2025)
    for events in ((start(OPEN, APRIL),), (start(OPEN, APRIL), renew(APRIL))):
        with pytest.raises(DomainError) as refused:
            ends(*events, cancel(april(2024, 6), **at_end))
        assert (refused.value.code, refused.value.context) == (
            'term_missing', {'contract': 'c1', 'day': april(2024, 6)})


# leaving ------------------------------------------------------------------------------------

def test_what_is_kept_goes_on():
    keep = event(facts.KEEP, april(2024, 6), 10)
    assert ends(start(OPEN, APRIL), cancel(april(2024, 8)), keep) == timeline.NEVER
    # All cancellations before it are withdrawn, one entered later holds.
    assert ends(start(OPEN, APRIL), cancel(april(2024, 8), 3), cancel(april(2024, 9), 4),
                keep) == timeline.NEVER
    assert ends(start(OPEN, APRIL), cancel(april(2024, 8), 3), keep,
                cancel(april(2024, 10), 11)) == april(2024, 10)


def test_a_transfer_ends_the_contract_without_a_fee():
    bound = OPEN._replace(minimum_term=YEAR, cancellation_fee=Decimal(9500))
    moved = event(facts.TRANSFER, april(2024, 6), 2)
    line = built(start(bound, APRIL), moved)
    assert (line.end, line.fee) == (april(2024, 6), None)
    line = built(start(bound, APRIL), moved, cancel(april(2024, 6)))
    assert (line.end, line.fee) == (april(2024, 6), None)
    line = built(start(bound, APRIL), moved, cancel(april(2024, 5)))
    assert (line.end, line.fee) == (april(2024, 5), (april(2024, 5), bound))
    line = built(start(bound, APRIL), moved, event(facts.TRANSFER, april(2024, 7), 3))
    assert line.end == april(2024, 7)
    line = built(start(bound, APRIL), moved._replace(effective=april(2024, 3)))
    assert (line.end, line.stays) == (APRIL, ())


TWO_YEARS = one_plan(charge(), code='two', term=Every(2, 'year'), renews=True,
                     minimum_term=Every(2, 'year'), cancellation_fee=Decimal(9500),
                     minimum_term_again=True, free_exit=MONTH)


@pytest.mark.parametrize(('values', 'day', 'costs'), [
    ({}, april(2025), True),
    # The term is over, and the month after it is free: the contract may end with it.
    ({}, april(2026, 3, 31), True),
    ({}, april(2026), False),
    ({}, april(2026, 5, 1), False),
    ({}, april(2026, 5, 2), True),
    ({}, april(2028), False),
    ({'free_exit': None}, april(2026), False),
    ({'free_exit': None}, april(2026, 4, 2), True),
    # Only the first minimum term binds.
    ({'minimum_term_again': False}, april(2026, 6), False),
    ({'minimum_term_again': False}, april(2025), True),
    # Only renewed terms bind.
    ({'minimum_term': None}, april(2025), False),
    ({'minimum_term': None}, april(2027), True),
    # A minimum term longer than a term has days of free exit inside.
    ({'minimum_term': Every(5, 'year')}, april(2026, 4, 2), False),
    ({'minimum_term': Every(5, 'year')}, april(2026, 6), True),
    ({'minimum_term': Every(5, 'year'), 'free_exit': None}, april(2026), True),
    ({'renews': False}, april(2025), True),
])
def test_what_leaving_costs(values, day, costs):
    line = built(start(TWO_YEARS._replace(**values), APRIL), cancel(day))
    assert line.end == day
    assert (line.fee is not None) == costs


def test_a_renewal_by_hand_starts_a_minimum_term_too():
    by_hand = TWO_YEARS._replace(renews=False, free_exit=None)
    begin = start(by_hand, APRIL), renew(april(2026))
    assert built(*begin, cancel(april(2027))).fee == (april(2027), by_hand)
    assert built(*begin, cancel(april(2028))).fee is None


# continuing ---------------------------------------------------------------------------------

def test_a_contract_that_continues_another_counts_from_its_first_day():
    bound = FIXED._replace(minimum_term=YEAR, cancellation_fee=Decimal(9500), trial_days=30)
    begin = start(bound, april(2024, 4, 11), since=APRIL)
    line = built(begin)
    assert line.end == april(2025)
    assert line.stays[0].billing_from == april(2024, 5)
    late = start(bound._replace(renews=True), april(2024, 12), since=APRIL)
    assert built(late).stays[0].billing_from == april(2024, 12)
    assert built(late, cancel(april(2025, 2))).fee is not None
    assert built(late, cancel(april(2025))).fee is None

"""Timelines that make no sense are refused when they are entered."""
from datetime import date
from decimal import Decimal

import pytest

from odoo.addons.smart_billing.core.checks import TimelineError, check_timeline
from odoo.addons.smart_billing.core.errors import DomainError
from odoo.addons.smart_billing.core.facts import Contract, Discount, Event, Every

from tests.unit.planner_world import account, charge, one_plan

PLAN = one_plan(charge())
YEARLY = one_plan(charge(), code='yearly', term=Every(1, 'year'))
ROLLING = YEARLY._replace(code='rolling', renews=True)
GIFT = Discount('gift', percent=Decimal(10))


def on(text):
    return date.fromisoformat(text)


def entered(*events, plan=PLAN):
    """Events (kind, day, values) in the order of their entry."""
    found = []
    for index, (kind, day, *more) in enumerate(events):
        values = {'plan': plan} if kind == 'start' else {}
        for each in more:
            values.update(each)
        found.append(Event(kind, on(day), index, **values))
    return Contract('c', tuple(found))


AT_END = {'when': 'end_of_period'}
AT_TERM = {'when': 'end_of_term'}
START = ('start', '2026-10-01')
OPTION = {'option': 'opt'}
DISCOUNT = {'discount': GIFT}


@pytest.mark.parametrize('events', [
    [START],
    [START, ('cancel', '2026-10-01')],
    [START, ('suspend', '2026-10-05'), ('resume', '2026-10-09')],
    [START, ('cancel', '2026-12-01'), ('suspend', '2026-11-01')],
    [START, ('cancel', '2026-11-01'), ('cancel', '2026-12-01'), ('suspend', '2026-11-15')],
    [START, ('cancel', '2026-10-11', AT_END), ('suspend', '2026-10-20')],
    # Without the account nobody knows when the period is over.
    [START, ('cancel', '2026-10-11', AT_END), ('suspend', '2026-11-20')],
    [START, ('cancel', '2026-11-01'), ('keep', '2026-11-01'), ('suspend', '2026-12-01')],
    [START, ('cancel', '2026-11-01'), ('keep', '2026-10-20'), ('cancel', '2026-12-01')],
    [START, ('add_option', '2026-11-01', OPTION), ('drop_option', '2026-11-01', OPTION)],
    # By the days from which they count, not by the order of entry.
    [START, ('drop_option', '2026-11-09', OPTION), ('add_option', '2026-11-01', OPTION)],
    [START, ('add_discount', '2026-11-01', DISCOUNT), ('end_discount', '2026-11-05', DISCOUNT)],
    # Taken back earlier than it was known at first.
    [START, ('suspend', '2026-10-05'), ('resume', '2026-10-20'), ('resume', '2026-10-09')],
    [START, ('add_discount', '2026-11-01', DISCOUNT), ('end_discount', '2026-11-09', DISCOUNT),
     ('end_discount', '2026-11-05', DISCOUNT)],
    # Of two for one day the later one holds.
    [START, ('change_quantity', '2026-11-01', {'quantity': Decimal(2)}),
     ('change_quantity', '2026-11-01', {'quantity': Decimal(3)})],
    [START, ('suspend', '2026-11-01'), ('resume', '2026-11-01')],
    [START, ('transfer', '2026-10-01')],
    [(*START, {'since': on('2026-01-01')}), ('cancel', '2026-10-05')],
    [(*START, {'end': on('2027-10-01')}), ('renew', '2027-09-01', {'end': on('2028-10-01')}),
     ('suspend', '2028-01-01')],
])
def test_sensible_timelines_pass(events):
    check_timeline(entered(*events))


@pytest.mark.parametrize('events', [
    [START, ('renew', '2027-10-01'), ('suspend', '2028-01-01')],
    [START, ('cancel', '2027-10-01')],
    [START, ('cancel', '2026-12-01', AT_TERM), ('suspend', '2027-09-30')],
    [START, ('renew', '2026-12-01', {'end': on('2029-04-01')}), ('cancel', '2029-01-01')],
])
def test_sensible_timelines_with_a_term_pass(events):
    check_timeline(entered(*events, plan=YEARLY))
    check_timeline(entered(*events, plan=ROLLING))


@pytest.mark.parametrize(('events', 'code', 'context'), [
    ([('cancel', '2026-10-01')], 'start_missing', {}),
    ([START, ('start', '2026-10-05')], 'started_twice', {'day': on('2026-10-05')}),
    ([(*START, {'since': on('2026-10-02')})], 'since_after_start',
     {'since': on('2026-10-02'), 'start': on('2026-10-01')}),
    ([(*START, {'end': on('2026-09-30')})], 'end_before_start',
     {'end': on('2026-09-30'), 'start': on('2026-10-01')}),
    ([START, ('suspend', '2026-09-30')], 'event_before_start',
     {'start': on('2026-10-01'), 'day': on('2026-09-30')}),
    ([START, ('transfer', '2026-09-30')], 'event_before_start',
     {'start': on('2026-10-01'), 'day': on('2026-09-30')}),
    ([START, ('resume', '2026-10-02')], 'resume_without_suspend', {'day': on('2026-10-02')}),
    ([START, ('suspend', '2026-10-05'), ('resume', '2026-10-04')],
     'resume_without_suspend', {'day': on('2026-10-04')}),
    ([START, ('suspend', '2026-10-05'), ('resume', '2026-10-06'), ('resume', '2026-10-07')],
     'resume_without_suspend', {'day': on('2026-10-07')}),
    ([START, ('drop_option', '2026-10-05', OPTION)],
     'option_not_taken', {'option': 'opt', 'day': on('2026-10-05')}),
    ([START, ('add_option', '2026-10-09', OPTION), ('drop_option', '2026-10-05', OPTION)],
     'option_not_taken', {'option': 'opt', 'day': on('2026-10-05')}),
    ([START, ('add_option', '2026-10-01', {'option': 'other'}),
      ('drop_option', '2026-10-05', OPTION)],
     'option_not_taken', {'option': 'opt', 'day': on('2026-10-05')}),
    ([START, ('end_discount', '2026-10-05', DISCOUNT)],
     'discount_not_given', {'discount': 'gift', 'day': on('2026-10-05')}),
    ([START, ('keep', '2026-10-05')], 'keep_without_cancel', {'day': on('2026-10-05')}),
    ([START, ('cancel', '2026-11-01'), ('keep', '2026-10-05'), ('keep', '2026-10-06')],
     'keep_without_cancel', {'day': on('2026-10-06')}),
    ([START, ('change_quantity', '2026-10-05', {'quantity': Decimal(-1)})],
     'negative_quantity', {'quantity': Decimal(-1), 'day': on('2026-10-05')}),
    ([(*START, {'quantity': Decimal(-2)})],
     'negative_quantity', {'quantity': Decimal(-2), 'day': on('2026-10-01')}),
    ([START, ('cancel', '2026-11-01'), ('change_plan', '2026-11-01', {'plan': YEARLY})],
     'event_after_end', {'end': on('2026-11-01'), 'day': on('2026-11-01')}),
    ([START, ('cancel', '2026-11-01'), ('keep', '2026-11-02')],
     'event_after_end', {'end': on('2026-11-01'), 'day': on('2026-11-02')}),
    ([START, ('transfer', '2026-11-01'), ('suspend', '2026-11-01')],
     'event_after_end', {'end': on('2026-11-01'), 'day': on('2026-11-01')}),
    ([(*START, {'end': on('2026-12-01')}), ('suspend', '2026-12-01')],
     'event_after_end', {'end': on('2026-12-01'), 'day': on('2026-12-01')}),
    ([(*START, {'end': on('2026-12-01')}), ('cancel', '2026-12-02')],
     'event_after_end', {'end': on('2026-12-01'), 'day': on('2026-12-02')}),
    ([START, ('renew', '2026-12-01')], 'term_missing', {'day': on('2026-12-01')}),
    ([(*START, {'end': on('2026-12-01')}), ('renew', '2026-11-01')],
     'term_missing', {'day': on('2026-11-01')}),
    ([(*START, {'end': on('2026-12-01')}),
      ('renew', '2026-11-01', {'end': on('2026-12-01')})],
     'renewal_not_later', {'end': on('2026-12-01'), 'day': on('2026-12-01')}),
    ([START, ('cancel', '2026-12-01', AT_TERM)], 'term_missing', {'day': on('2026-12-01')}),
])
def test_mistakes_are_named_with_their_days(events, code, context):
    with pytest.raises(TimelineError) as caught:
        check_timeline(entered(*events))
    assert (caught.value.code, caught.value.context) == (code, context)


def test_nothing_comes_after_a_term_that_ends_the_contract():
    for plan, end in ((YEARLY, '2027-10-01'), (ROLLING, None)):
        told = entered(START, ('suspend', '2027-10-01'), plan=plan)
        if end is None:
            check_timeline(told)
            continue
        with pytest.raises(TimelineError) as caught:
            check_timeline(told)
        assert caught.value.context == {'end': on(end), 'day': on('2027-10-01')}
    with pytest.raises(TimelineError) as caught:
        check_timeline(entered(START, ('renew', '2026-11-01', {'end': on('2027-10-01')}),
                               plan=ROLLING))
    assert caught.value.code == 'renewal_not_later'


def test_with_the_account_the_end_of_a_period_is_known():
    events = [START, ('cancel', '2026-10-11', AT_END), ('suspend', '2026-10-20')]
    check_timeline(entered(*events), account(billing_day=1))
    with pytest.raises(TimelineError) as caught:
        check_timeline(entered(*events), account(billing_day=15))
    assert caught.value.context == {'end': on('2026-10-15'), 'day': on('2026-10-20')}
    # The cancellation that was entered last is the one that counts.
    check_timeline(entered(*events[:2], ('cancel', '2026-12-01'), events[2]))


def test_a_plan_without_a_version_is_another_matter():
    young = PLAN._replace(versions=(PLAN.versions[0]._replace(valid_from=on('2026-11-01')),))
    with pytest.raises(DomainError) as caught:
        check_timeline(entered(START, plan=young))
    assert (caught.value.code, caught.value.context) == (
        'no_version', {'plan': 'plan', 'day': on('2026-10-01')})

"""Periods are counted from their anchor, and the billing day moves them by rule."""
from datetime import date
from itertools import islice

import pytest

from odoo.addons.smart_billing.core.errors import DomainError
from odoo.addons.smart_billing.core.facts import BillingDayChange, Every
from odoo.addons.smart_billing.core.periods import Schedule, add, day_in_month, month_of

MONTH, QUARTER, YEAR, WEEK = (
    Every(1, 'month'), Every(3, 'month'), Every(1, 'year'), Every(1, 'week'))


def borders(schedule, since, count):
    """First day of each of the next periods, and the last day + 1."""
    periods = list(islice(schedule.since(since), count))
    assert all(one.date_to == two.date_from for one, two in zip(periods, periods[1:]))
    assert all(schedule.on(one.date_from) == one for one in periods)
    return [str(one.date_from) for one in periods] + [str(periods[-1].date_to)]


def changed(effective, day, sequence=1):
    return BillingDayChange(effective, sequence, day)


@pytest.mark.parametrize(('month', 'day', 'expected'), [
    ((2024, 2), 31, 29), ((2025, 2), 31, 28), ((2100, 2), 30, 28), ((2000, 2), 29, 29),
    ((2025, 2), 28, 28), ((2025, 4), 31, 30), ((2025, 12), 31, 31)])
def test_a_day_that_the_month_lacks(month, day, expected):
    assert day_in_month(month_of(date(*month, 1)), day) == date(*month, expected)


def test_lengths():
    assert add(date(2024, 1, 31), MONTH) == date(2024, 2, 29)
    assert add(date(2024, 2, 29), YEAR) == date(2025, 2, 28)
    assert add(date(2024, 2, 29), Every(10, 'day')) == date(2024, 3, 10)
    assert add(date(2024, 2, 29), WEEK) == date(2024, 3, 7)
    with pytest.raises(DomainError) as refused:
        add(date(2024, 1, 1), Every(1, 'moon'))
    assert refused.value.context == {'unit': 'moon'}


def test_anniversary_comes_back_after_february():
    schedule = Schedule(date(2024, 1, 31), MONTH, date(2024, 1, 31))
    assert borders(schedule, date(2024, 1, 31), 3) == [
        '2024-01-31', '2024-02-29', '2024-03-31', '2024-04-30']


def test_billing_day_before_the_start_leads_one_length_on():
    schedule = Schedule(date(2012, 1, 31), MONTH, date(2012, 1, 31), 30)
    assert borders(schedule, date(2012, 1, 31), 2) == ['2012-01-31', '2012-02-29', '2012-03-30']
    stub = schedule.on(date(2012, 2, 1))
    assert (stub.full_from, stub.full_to, stub.number) == (date(2012, 1, 30), date(2012, 2, 29), 1)
    quarter = Schedule(date(2018, 1, 5), QUARTER, date(2018, 1, 5), 1)
    assert borders(quarter, date(2018, 1, 5), 2) == ['2018-01-05', '2018-04-01', '2018-07-01']


def test_billing_day_after_the_start_ends_the_stub_in_that_month():
    schedule = Schedule(date(2026, 1, 15), YEAR, date(2026, 1, 15), 31)
    stub = schedule.on(date(2026, 1, 20))
    assert (stub.date_to, stub.full_from) == (date(2026, 1, 31), date(2025, 1, 31))
    assert schedule.on(date(2026, 1, 31)).number == 2


def test_weeks_know_no_billing_day():
    changes = (changed(date(2026, 1, 10), 20),)
    schedule = Schedule(date(2026, 1, 8), WEEK, date(2026, 1, 1), 15, changes)
    assert borders(schedule, date(2026, 1, 8), 2) == ['2026-01-08', '2026-01-15', '2026-01-22']


def test_a_stay_that_begins_inside_a_period_of_the_anchor():
    schedule = Schedule(date(2023, 11, 19), YEAR, date(2023, 7, 19))
    first = schedule.on(date(2023, 11, 19))
    assert first == (date(2023, 11, 19), date(2024, 7, 19), date(2023, 7, 19), date(2024, 7, 19), 1)


def test_new_billing_day_cuts_the_running_period():
    schedule = Schedule(date(2026, 4, 1), MONTH, date(2026, 4, 1), 31,
                        (changed(date(2026, 5, 10), 20),))
    assert borders(schedule, date(2026, 4, 30), 2) == ['2026-04-30', '2026-05-20', '2026-06-20']
    # The measure is the period as it would have been.
    assert schedule.on(date(2026, 5, 1))[2:4] == (date(2026, 4, 30), date(2026, 5, 31))


def test_new_billing_day_after_the_end_leads_there_by_a_stub():
    schedule = Schedule(date(2026, 4, 1), MONTH, date(2026, 4, 1), 1,
                        (changed(date(2026, 5, 25), 10),))
    assert borders(schedule, date(2026, 5, 1), 2) == ['2026-05-01', '2026-06-01', '2026-06-10']
    assert schedule.on(date(2026, 6, 1))[2:4] == (date(2026, 5, 10), date(2026, 6, 10))


def test_new_billing_day_that_has_passed_comes_a_month_later():
    change = (changed(date(2026, 5, 25), 20),)
    schedule = Schedule(date(2026, 4, 30), MONTH, date(2026, 4, 30), 31, change)
    assert borders(schedule, date(2026, 4, 30), 3) == [
        '2026-04-30', '2026-05-31', '2026-06-20', '2026-07-20']
    assert schedule.on(date(2026, 6, 1))[2:] == (date(2026, 5, 20), date(2026, 6, 20), 2)


def test_two_changes_in_one_period():
    changes = (changed(date(2016, 5, 2), 15), changed(date(2016, 5, 6), 10, 2))
    schedule = Schedule(date(2016, 5, 1), MONTH, date(2016, 5, 1), 1, changes)
    assert borders(schedule, date(2016, 5, 1), 3) == [
        '2016-05-01', '2016-06-01', '2016-06-10', '2016-07-10']


def test_a_change_on_the_first_day_of_a_stub_may_leave_nothing_of_it():
    changes = (changed(date(2016, 5, 2), 15), changed(date(2016, 6, 1), 1, 2))
    schedule = Schedule(date(2016, 5, 1), MONTH, date(2016, 5, 1), 1, changes)
    assert borders(schedule, date(2016, 5, 1), 3) == [
        '2016-05-01', '2016-06-01', '2016-07-01', '2016-08-01']
    assert [one.number for one in islice(schedule.since(date(2016, 5, 1)), 3)] == [1, 2, 3]


def test_a_change_up_to_the_start_is_in_force_there():
    schedule = Schedule(date(2016, 5, 17), MONTH, date(2016, 5, 17), 20,
                        (changed(date(2016, 5, 17), 20),))
    assert borders(schedule, date(2016, 5, 17), 1) == ['2016-05-17', '2016-05-20']


def test_since_includes_a_cut_period_whose_full_period_goes_on():
    schedule = Schedule(date(2026, 4, 30), MONTH, date(2026, 4, 30), 31,
                        (changed(date(2026, 5, 10), 20),))
    later = next(schedule.since(date(2026, 5, 25)))
    assert (later.date_from, later.date_to) == (date(2026, 4, 30), date(2026, 5, 20))
    assert next(schedule.since(date(2026, 5, 31))).date_from == date(2026, 5, 20)


def test_no_period_is_shorter_than_one_unit():
    with pytest.raises(DomainError) as refused:
        Schedule(date(2026, 1, 1), Every(0, 'month'), date(2026, 1, 1))
    assert refused.value.code == 'period_too_short'

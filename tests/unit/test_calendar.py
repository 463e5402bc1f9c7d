"""Bank business days and the days that follow from them."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.smart_billing.core.calendar import (
    DebitDay,
    DebitRule,
    add_business_days,
    day_of_month,
    debit_days_from,
    debit_schedule,
    due_date,
    is_business_day,
    next_business_day,
    shift,
)
from odoo.addons.smart_billing.core.errors import CalendarError

HOLIDAYS = Path(__file__).parents[1] / 'golden' / 'calendar' / 'holidays.txt'
DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))
AGENT = DebitRule(days=(6,), cutoff_bd=7, result_bd=4, payout_bd=6)
# Published calendar of an agency: debit day, cut-off, result, payout.
PUBLISHED = [
    ('2021-01-06', '2020-12-24', '2021-01-13', '2021-01-15'),
    ('2021-02-08', '2021-01-28', '2021-02-15', '2021-02-17'),
    ('2021-03-08', '2021-02-25', '2021-03-12', '2021-03-16'),
    ('2021-04-06', '2021-03-26', '2021-04-12', '2021-04-14'),
    ('2021-05-06', '2021-04-21', '2021-05-12', '2021-05-14'),
    ('2021-06-07', '2021-05-27', '2021-06-11', '2021-06-15'),
    ('2021-07-06', '2021-06-25', '2021-07-12', '2021-07-14'),
]


def refusal(function, *args):
    with pytest.raises(CalendarError) as caught:
        function(*args)
    return caught.value


@pytest.mark.parametrize('row', PUBLISHED, ids=[row[0] for row in PUBLISHED])
def test_the_published_calendar_of_an_agency_is_reproduced(row):
    debit, cutoff, result, payout = map(date.fromisoformat, row)
    [entry] = debit_schedule(AGENT, debit.year, debit.month)
    assert entry == (date(debit.year, debit.month, 6), debit, cutoff, result, payout)


@pytest.mark.parametrize(('day', 'why'), [
    (date(2026, 9, 22), 'a day between two holidays'),
    (date(2027, 3, 22), 'a substitute holiday'),
    (date(2026, 12, 31), 'year end'),
    (date(2027, 1, 2), 'new year'),
    (date(2028, 1, 3), 'new year, a Monday'),
    (date(2026, 11, 7), 'a Saturday'),
    (date(2026, 11, 8), 'a Sunday'),
    (date(2026, 11, 3), 'Culture Day'),
])
def test_banks_are_closed(day, why):
    assert not is_business_day(day), why


@pytest.mark.parametrize('day', [date(2026, 12, 30), date(2027, 1, 4), date(2026, 9, 24)])
def test_banks_work(day):
    assert is_business_day(day)


def test_two_independent_holiday_tables_agree():
    listed = {line for line in HOLIDAYS.read_text().splitlines() if not line.startswith('#')}
    day = date(2024, 1, 1)
    while day.year <= 2030:
        year_end = (day.month, day.day) in {(12, 31), (1, 1), (1, 2), (1, 3)}
        closed = day.weekday() >= 5 or year_end or day.isoformat() in listed
        assert is_business_day(day) is not closed, day
        day += timedelta(days=1)


@pytest.mark.parametrize('year', [1948, 2100])
def test_a_year_without_a_table_is_refused(year):
    assert refusal(is_business_day, date(year, 5, 6)).code == 'year_unknown'


@pytest.mark.parametrize(('rule', 'expected'), [
    ('next', date(2026, 9, 24)), ('previous', date(2026, 9, 18)), ('none', date(2026, 9, 21))])
def test_a_closed_day_is_shifted_by_the_rule(rule, expected):
    assert shift(date(2026, 9, 21), rule) == expected


def test_an_unknown_rule_is_refused():
    assert refusal(shift, date(2026, 9, 21), 'nearest').context == {'rule': 'nearest'}


def test_counting_passes_over_closed_days_in_both_directions():
    assert add_business_days(date(2026, 12, 30), 1) == date(2027, 1, 4)
    assert add_business_days(date(2027, 1, 4), -1) == date(2026, 12, 30)
    assert add_business_days(date(2026, 9, 20), 2) == date(2026, 9, 25)


def test_counting_zero_days_leaves_even_a_closed_day():
    assert add_business_days(date(2026, 9, 20), 0) == date(2026, 9, 20)


@given(DAYS)
def test_the_next_business_day_is_later_and_none_lies_between(day):
    after = next_business_day(day)
    assert after > day and is_business_day(after)
    assert not any(is_business_day(day + timedelta(days=step))
                   for step in range(1, (after - day).days))


@given(DAYS, st.integers(1, 15))
def test_counting_there_and_back_returns_to_a_business_day(day, count):
    day = shift(day, 'next')
    assert add_business_days(add_business_days(day, count), -count) == day


@given(DAYS, st.sampled_from(['next', 'previous']))
def test_shifting_twice_is_shifting_once(day, rule):
    once = shift(day, rule)
    assert is_business_day(once)
    assert shift(once, rule) == once


# Days of a month, terms of payment

@pytest.mark.parametrize(('year', 'month', 'day', 'expected'), [
    (2026, 2, 31, date(2026, 2, 28)), (2028, 2, 30, date(2028, 2, 29)),
    (2026, 4, 31, date(2026, 4, 30)), (2026, 1, 31, date(2026, 1, 31)),
    (2026, 2, 1, date(2026, 2, 1))])
def test_a_day_that_a_month_does_not_have_is_its_last(year, month, day, expected):
    assert day_of_month(year, month, day) == expected


@pytest.mark.parametrize('day', [0, 32, -1])
def test_a_day_that_no_month_has_is_refused(day):
    assert refusal(day_of_month, 2026, 1, day).code == 'day_of_month'


@pytest.mark.parametrize(('closing', 'months', 'day', 'rule', 'expected'), [
    (date(2026, 10, 31), 1, 27, 'next', date(2026, 11, 27)),  # 月末締め翌月27日払い
    (date(2026, 10, 31), 1, 31, 'none', date(2026, 11, 30)),  # 翌月末払い
    (date(2026, 11, 30), 2, 31, 'next', date(2027, 2, 1)),  # 翌々月末, a Sunday
    (date(2026, 11, 30), 1, 27, 'next', date(2026, 12, 28)),
    (date(2026, 11, 30), 1, 27, 'previous', date(2026, 12, 25)),
    (date(2026, 12, 20), 2, 31, 'none', date(2027, 2, 28)),
    (date(2026, 12, 20), 13, 31, 'none', date(2028, 1, 31)),
    (date(2026, 10, 5), 0, 20, 'none', date(2026, 10, 20)),  # 当月20日払い
])
def test_terms_of_payment_give_the_due_date(closing, months, day, rule, expected):
    assert due_date(closing, months, day, rule) == expected


def test_terms_that_lie_in_the_past_are_refused():
    assert refusal(due_date, date(2026, 10, 31), -1, 27, 'none').code == 'months_negative'


# Debit days

def first_debit_day(*arguments):
    return next(debit_days_from(*arguments))


def test_month_end_is_a_debit_day_of_its_own_and_may_fall_into_the_next_month():
    rule = DebitRule(days=('EOM', 5), cutoff_bd=7, result_bd=4, payout_bd=6)
    assert [(entry.nominal, entry.debit) for entry in debit_schedule(rule, 2026, 5)] == [
        (date(2026, 5, 5), date(2026, 5, 7)), (date(2026, 5, 31), date(2026, 6, 1))]


def test_two_debit_days_that_meet_are_one():
    rule = DebitRule(days=(20, 21, 22, 23), cutoff_bd=9, result_bd=5, payout_bd=7)
    assert [entry.debit for entry in debit_schedule(rule, 2026, 9)] == [date(2026, 9, 24)]


def test_an_agent_that_debits_earlier_is_a_rule():
    rule = DebitRule(days=(27,), cutoff_bd=4, result_bd=2, payout_bd=3, shift='previous')
    [entry] = debit_schedule(rule, 2026, 12)
    assert (entry.debit, entry.cutoff) == (date(2026, 12, 25), date(2026, 12, 21))


def test_the_first_debit_day_is_not_before_the_due_date():
    entry = first_debit_day(AGENT, date(2021, 2, 9), date(2021, 1, 4))
    assert entry.debit == date(2021, 3, 8)


def test_the_cutoff_day_is_in_time_and_the_day_after_is_not():
    assert first_debit_day(AGENT, date(2021, 2, 1), date(2021, 1, 28)).debit == date(2021, 2, 8)
    assert first_debit_day(AGENT, date(2021, 2, 1), date(2021, 1, 29)).debit == date(2021, 3, 8)


def test_a_month_end_shifted_into_this_month_is_found():
    rule = DebitRule(days=('EOM',), cutoff_bd=0, result_bd=4, payout_bd=6)
    assert first_debit_day(rule, date(2026, 6, 1), date(2026, 6, 1)).debit == date(2026, 6, 1)


def test_a_rule_without_days_has_no_debit_day():
    rule = DebitRule(days=(), cutoff_bd=7, result_bd=4, payout_bd=6)
    assert refusal(first_debit_day, rule, date(2026, 1, 1), date(2026, 1, 1)).code == (
        'no_debit_day')


def test_the_agencys_own_calendar_goes_before_the_rule():
    feb = DebitDay(date(2021, 2, 6), date(2021, 2, 9), date(2021, 1, 25), date(2021, 2, 16),
                   date(2021, 2, 18))
    agency = {feb.nominal: feb, date(2021, 3, 6): None}
    days = debit_days_from(AGENT, date(2021, 2, 1), date(2021, 1, 4), agency)
    assert [next(days).debit for _day in range(3)] == [
        date(2021, 2, 9), date(2021, 4, 6), date(2021, 5, 6)]
    late = debit_days_from(AGENT, date(2021, 2, 1), date(2021, 1, 26), agency)
    assert next(late).debit == date(2021, 4, 6)


@given(DAYS, DAYS)
def test_no_earlier_debit_day_could_still_be_reached(earliest, sent_on):
    found = first_debit_day(AGENT, earliest, sent_on)
    assert found.debit >= earliest and found.cutoff >= sent_on
    before = found.nominal.replace(day=1) - timedelta(days=1)
    for entry in debit_schedule(AGENT, before.year, before.month):
        assert entry.debit < earliest or entry.cutoff < sent_on

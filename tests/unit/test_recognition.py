"""Revenue over days and months: parts add up, changes catch up."""
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.smart_billing.core import recognition
from odoo.addons.smart_billing.core.errors import DomainError
from odoo.addons.smart_billing.core.recognition import Earning, Part

APRIL, MAY, JUNE = date(2026, 4, 1), date(2026, 5, 1), date(2026, 6, 1)
NEXT_APRIL = date(2027, 4, 1)
YEAR = Earning('y', 12_000, APRIL, NEXT_APRIL, APRIL)


def test_a_year_by_months_is_twelve_equal_parts():
    parts = recognition.schedule(YEAR, 'months', 'half_up')
    assert [part.amount for part in parts] == [1_000] * 12
    assert parts[0] == Part('y', APRIL, 1_000)


def test_a_year_by_days_follows_the_length_of_months():
    parts = recognition.schedule(YEAR._replace(amount=36_500), 'days', 'floor')
    assert [part.amount for part in parts[:3]] == [3_000, 3_100, 3_000]


def test_parts_of_months_count_by_their_days():
    share = recognition.share_earned(date(2026, 4, 16), date(2026, 6, 16), MAY, 'months')
    assert share == Fraction(1, 2) / (Fraction(1, 2) + 1 + Fraction(1, 2))
    assert recognition.share_earned(date(2026, 4, 11), date(2026, 4, 21), date(2026, 4, 16),
                                    'months') == Fraction(1, 2)


def test_what_lies_in_the_past_is_earned_when_it_is_posted():
    late = YEAR._replace(posted_on=JUNE)
    parts = recognition.schedule(late, 'months', 'half_up')
    assert (parts[0].month, parts[0].amount) == (JUNE, 3_000)
    assert sum(part.amount for part in parts) == 12_000


def test_nothing_is_deferred_before_the_line_is_posted():
    ahead = YEAR._replace(posted_on=APRIL - timedelta(days=10))
    assert recognition.remaining(ahead, date(2026, 3, 1), 'days', 'floor') == 0
    assert recognition.remaining(ahead, date(2026, 3, 31), 'days', 'floor') == 12_000
    assert recognition.earned(ahead, APRIL, 'days', 'floor') == 0


def test_a_line_without_days_is_earned_at_once():
    fee = Earning('f', 500, MAY, MAY, APRIL)
    assert recognition.schedule(fee, 'days', 'floor') == [Part('f', MAY, 500)]
    assert recognition.earned(fee, MAY, 'days', 'floor') == 0


def test_a_month_of_many_lines():
    lines = [YEAR, YEAR._replace(key='z', amount=0), Earning('f', 500, MAY, MAY, MAY)]
    assert recognition.earned_between(lines, MAY, JUNE, 'months', 'floor') == [
        Part('y', MAY, 1_000), Part('f', MAY, 500)]


def test_an_unknown_method_is_refused():
    with pytest.raises(DomainError):
        recognition.schedule(YEAR, 'weeks', 'floor')


days = st.dates(date(2025, 1, 1), date(2028, 12, 31))
lines = st.builds(
    lambda amount, begin, length, posted: Earning(
        'l', amount, begin, begin + timedelta(days=length), posted),
    st.integers(-10**7, 10**7), days, st.integers(0, 800), days)
methods = st.sampled_from(['days', 'months'])
roundings = st.sampled_from(['floor', 'half_up', 'ceil'])


@given(lines, days, methods, roundings)
def test_earned_and_remaining_are_the_line(line, day, method, rounding):
    earned = recognition.earned(line, day, method, rounding)
    rest = recognition.remaining(line, day, method, rounding)
    assert earned + rest == (line.amount if day > line.posted_on else 0)
    assert abs(earned) <= abs(line.amount)


@given(lines, methods, roundings)
def test_a_schedule_adds_up_and_agrees_with_every_month(line, method, rounding):
    parts = recognition.schedule(line, method, rounding)
    assert sum(part.amount for part in parts) == line.amount
    total = 0
    for part in parts:
        total += part.amount
        following = (part.month + timedelta(days=32)).replace(day=1)
        assert recognition.earned(line, following, method, rounding) == total


@given(lines, days, methods, roundings)
def test_a_line_and_its_credit_cancel_out(line, day, method, rounding):
    credit = line._replace(amount=-line.amount)
    assert recognition.earned(line, day, method, rounding) == -recognition.earned(
        credit, day, method, rounding)

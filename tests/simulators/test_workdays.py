"""The agency's calendar against published dates and against a library it does not use."""
from datetime import date

import holidays as library
import pytest

from tests.simulators import national_holidays, workdays

# SMBCファイナンスサービス, debit day 6: debit, cut-off -7, result +4, payout +6.
PUBLISHED = [
    ('2021-01-06', '2020-12-24', '2021-01-13', '2021-01-15'),
    ('2021-02-08', '2021-01-28', '2021-02-15', '2021-02-17'),
    ('2021-03-08', '2021-02-25', '2021-03-12', '2021-03-16'),
    ('2021-04-06', '2021-03-26', '2021-04-12', '2021-04-14'),
    ('2021-05-06', '2021-04-21', '2021-05-12', '2021-05-14'),
    ('2021-06-07', '2021-05-27', '2021-06-11', '2021-06-15'),
    ('2021-07-06', '2021-06-25', '2021-07-12', '2021-07-14'),
]


@pytest.mark.parametrize('row', PUBLISHED)
def test_published_calendar_is_reproduced(row):
    debit, *others = map(date.fromisoformat, row)
    assert [workdays.shift(debit, count) for count in (-7, 4, 6)] == others
    assert workdays.is_debit_date(debit, (6,))


@pytest.mark.parametrize('year', range(2020, 2100))
def test_holidays_agree_with_a_library(year):
    assert national_holidays.holidays(year) == set(library.Japan(years=year))


def test_years_beyond_the_law_are_refused():
    with pytest.raises(ValueError, match='2019'):
        workdays.is_open(date(2019, 5, 1))


def test_bank_holidays_at_new_year():
    assert not any(workdays.is_open(date.fromisoformat(day)) for day in (
        '2026-12-31', '2027-01-01', '2026-01-02', '2029-01-03'))
    assert workdays.is_open(date(2026, 12, 30)) and workdays.is_open(date(2027, 1, 4))


@pytest.mark.parametrize(('day', 'nominal', 'expected'), [
    ('2026-10-27', (27,), True), ('2026-10-26', (27,), False), ('2026-10-28', (27,), False),
    ('2026-12-28', (27,), True),            # 27 December 2026 is a Sunday
    ('2026-12-27', (27,), False),
    ('2026-11-02', ('EOM',), True),         # 31 October 2026 is a Saturday
    ('2026-10-30', ('EOM',), False),
    ('2027-03-01', ('EOM',), True),         # 28 February 2027 is a Sunday
    ('2026-11-30', ('EOM',), True),
    ('2027-03-01', (29,), False), ('2027-03-01', (28, ), True),
    ('2026-10-08', (), True), ('2026-10-10', (), False)])
def test_debit_dates_move_to_the_next_business_day(day, nominal, expected):
    assert workdays.is_debit_date(date.fromisoformat(day), nominal) is expected

"""Days on which Japanese banks work, and the days that follow from them.

Banks are closed on Saturdays, Sundays, national and substitute holidays, and from 31 December to
3 January. Every function is pure: the day asked about is always an argument.
"""

import calendar
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import count
from types import MappingProxyType
from typing import NamedTuple

import holidays

from .errors import CalendarError

END_OF_MONTH = 'EOM'
LAST_DAY = 31  # 末日 in payment terms, and any day that a short month does not have
NEW_YEAR_CLOSURE = ((12, 31), (1, 1), (1, 2), (1, 3))
_ONE_DAY = timedelta(days=1)
_STEPS = {'none': None, 'next': _ONE_DAY, 'previous': -_ONE_DAY}


@lru_cache(maxsize=256)
def closed_days(year: int) -> frozenset[date]:
    """Return the weekdays and weekends of a year on which banks are closed by the calendar."""
    if not holidays.Japan.start_year <= year <= holidays.Japan.end_year:
        raise CalendarError('year_unknown', year=year)
    public = holidays.country_holidays('JP', years=year, expand=False)
    return frozenset(public) | {date(year, month, day) for month, day in NEW_YEAR_CLOSURE}


def is_business_day(day: date) -> bool:
    """Tell whether banks work on a day."""
    return day.weekday() < 5 and day not in closed_days(day.year)


def shift(day: date, rule: str) -> date:
    """Return the day itself if banks work on it, else the 'next' or 'previous' day they do.

    The rule 'none' leaves the day alone.
    """
    if rule not in _STEPS:
        raise CalendarError('shift_unknown', rule=rule)
    step = _STEPS[rule]
    while step and not is_business_day(day):
        day += step
    return day


def next_business_day(day: date) -> date:
    """Return the first business day after a day."""
    return add_business_days(day, 1)


def add_business_days(day: date, number: int) -> date:
    """Return the so many-th business day after a day, or before it when the number is negative.

    The day itself is never counted; a number of zero returns it unchanged.
    """
    step = _ONE_DAY if number > 0 else -_ONE_DAY
    for _ in range(abs(number)):
        day += step
        while not is_business_day(day):
            day += step
    return day


def day_of_month(year: int, month: int, day: int) -> date:
    """Return a day of a month; a day that the month does not have is its last."""
    if not 1 <= day <= LAST_DAY:
        raise CalendarError('day_of_month', day=day)
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))


def due_date(closing: date, months: int, day: int, rule: str) -> date:
    """Return when an invoice closed on a day is due (支払サイト).

    翌月27日払い is ``months=1, day=27``; 翌月末払い is ``months=1, day=31``.
    """
    if months < 0:
        raise CalendarError('months_negative', months=months)
    years, month = divmod(closing.month - 1 + months, 12)
    return shift(day_of_month(closing.year + years, month + 1, day), rule)


class DebitDay(NamedTuple):
    """One debit day (振替日) with the days that hang on it."""

    nominal: date  # as the agreement names it
    debit: date
    cutoff: date  # last day to send the request
    result: date  # the result file is there
    payout: date  # the agent pays


@dataclass(frozen=True, slots=True)
class DebitRule:
    """The calendar of a collection agent: its debit days and offsets in business days."""

    days: tuple[int | str, ...]  # days of the month, or END_OF_MONTH
    cutoff_bd: int
    result_bd: int
    payout_bd: int
    shift: str = 'next'


def debit_schedule(rule: DebitRule, year: int, month: int) -> list[DebitDay]:
    """Return the debit days whose nominal day is in a month, in order, each day once."""
    schedule = {}
    for nominal in sorted(_nominal_days(rule, year, month)):
        debit = shift(nominal, rule.shift)
        # Agents take one file a debit day: two nominal days that meet are one.
        schedule.setdefault(debit, DebitDay(
            nominal, debit,
            cutoff=add_business_days(debit, -rule.cutoff_bd),
            result=add_business_days(debit, rule.result_bd),
            payout=add_business_days(debit, rule.payout_bd)))
    return list(schedule.values())


def _nominal_days(rule: DebitRule, year: int, month: int) -> Iterator[date]:
    for day in rule.days:
        yield day_of_month(year, month, LAST_DAY if day == END_OF_MONTH else day)


def debit_days_from(rule: DebitRule, earliest: date, sent_on: date,
                    agency: Mapping[date, DebitDay | None] = MappingProxyType({})) -> (
                        Iterator[DebitDay]):
    """Yield the debit days not before a day that a file sent on a day can still reach.

    Without end, as far as the holidays are known.

    :param earliest: the due date of what is to be debited
    :param sent_on: the day of sending; the cut-off day itself is in time
    :param agency: by nominal day, what the agency's own calendar says instead of the rule; None:
        nothing is debited
    """
    if not rule.days and not any(agency.values()):
        raise CalendarError('no_debit_day', earliest=earliest.isoformat())
    start = max(earliest, sent_on)
    # A month earlier, since a month-end can be shifted into this month.
    for year, month in months_from(start.replace(day=1) - _ONE_DAY):
        days = {day.nominal: day for day in debit_schedule(rule, year, month)}
        days.update((nominal, day) for nominal, day in agency.items()
                    if (nominal.year, nominal.month) == (year, month))
        for day in sorted(filter(None, days.values()), key=lambda day: day.debit):
            if day.debit >= earliest and day.cutoff >= sent_on:
                yield day


def months_from(day: date) -> Iterator[tuple[int, int]]:
    """Yield (year, month) from the month of a day on, without end."""
    for number in count(day.year * 12 + day.month - 1):
        year, month = divmod(number, 12)
        yield year, month + 1

"""Revenue over the days for which it was billed (収益認識, 前受金の取崩し).

What an invoice line bills is earned on its days `[date_from, date_to)`. The amount earned up to a
day is rounded once, cumulatively, and a month's part is the difference of two such amounts: parts
always add up to the line, whatever the months and however often they are asked for. A line that
gives days back (a credit) is earned backwards in the same way, so a change or cancellation catches
up by itself: what lies in the past when the line is posted is earned at once.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from fractions import Fraction
from typing import NamedTuple

from .errors import DomainError
from .money import round_ratio
from .periods import day_in_month, month_of

BY_DAYS, BY_MONTHS = 'days', 'months'


class Earning(NamedTuple):
    """A billed line: its amount in minor units (signed), its days, the day it was posted.

    A line without days (`date_from == date_to`) is earned when it is posted, on its day or later.
    """

    key: object
    amount: int
    date_from: date
    date_to: date
    posted_on: date


class Part(NamedTuple):
    """What is earned of a line in a month; `month` is its first day."""

    key: object
    month: date
    amount: int


def share_earned(date_from: date, date_to: date, day: date, method: str) -> Fraction:
    """Return the share of a period that is over at the end of the day before `day`.

    By months every calendar month counts the same, and a month in which the period begins or ends
    counts by its days.
    """
    if day <= date_from:
        return Fraction(0)
    if day >= date_to:
        return Fraction(1)
    if method == BY_DAYS:
        return Fraction((day - date_from).days, (date_to - date_from).days)
    if method == BY_MONTHS:
        return _months(date_from, day) / _months(date_from, date_to)
    raise DomainError('unknown_method', method=method)


def _months(begin: date, end: date) -> Fraction:
    """Length of `[begin, end)`, not empty, in calendar months, parts of a month by its days."""
    first, last = month_of(begin), month_of(end)
    if first == last:
        return Fraction((end - begin).days, _length(first))
    head = Fraction((day_in_month(first + 1, 1) - begin).days, _length(first))
    tail = Fraction((end - day_in_month(last, 1)).days, _length(last))
    return head + (last - first - 1) + tail


def _length(month: int) -> int:
    return (day_in_month(month + 1, 1) - day_in_month(month, 1)).days


def earned(line: Earning, day: date, method: str, rounding: str) -> int:
    """Return what is earned of a line at the end of the day before `day`, in minor units.

    Nothing is earned in the books before the line is posted.
    """
    if day <= line.posted_on:
        return 0
    if line.date_from >= line.date_to:
        return line.amount if day > line.date_from else 0
    share = share_earned(line.date_from, line.date_to, day, method)
    numerator, denominator = share.as_integer_ratio()
    return round_ratio(line.amount * numerator, denominator, rounding)


def remaining(line: Earning, day: date, method: str, rounding: str) -> int:
    """Return what stays deferred (前受金) of a posted line at the end of the day before `day`."""
    if day <= line.posted_on:
        return 0
    return line.amount - earned(line, day, method, rounding)


def schedule(line: Earning, method: str, rounding: str) -> list[Part]:
    """Return what is earned month by month, months with nothing left out; sums up to the line."""
    last = max(line.date_to - timedelta(days=1), line.date_from, line.posted_on)
    parts, before = [], 0
    for month in range(month_of(line.posted_on), month_of(last) + 1):
        now = earned(line, day_in_month(month + 1, 1), method, rounding)
        if now != before:
            parts.append(Part(line.key, day_in_month(month, 1), now - before))
            before = now
    return parts


def earned_between(lines: Iterable[Earning], begin: date, end: date, method: str,
                   rounding: str) -> list[Part]:
    """Return what each line earns in `[begin, end)`, for a month's entry; zeros are left out."""
    parts = []
    for line in lines:
        amount = (earned(line, end, method, rounding) - earned(line, begin, method, rounding))
        if amount:
            parts.append(Part(line.key, day_in_month(month_of(begin), 1), amount))
    return parts

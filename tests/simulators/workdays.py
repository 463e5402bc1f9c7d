"""Bank business days (銀行営業日) of Japan, and the agency's dates counted in them.

Closed: Saturday, Sunday, national and substitute holidays, 31 December to 3 January.
"""
from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache

from .national_holidays import holidays

EOM = 'EOM'
_DAY = timedelta(days=1)


@lru_cache(maxsize=4096)
def is_open(day: date) -> bool:
    if day.weekday() >= 5 or (day.month, day.day) in {(12, 31), (1, 1), (1, 2), (1, 3)}:
        return False
    return day not in holidays(day.year)


def shift(day: date, count: int) -> date:
    """The `count`-th business day after (before, if negative) `day`; `day` is not counted."""
    step = _DAY if count > 0 else -_DAY
    for _ in range(abs(count)):
        day += step
        while not is_open(day):
            day += step
    return day


def is_debit_date(day: date, debit_days: Iterable[int | str]) -> bool:
    """Is `day` a nominal debit day, or the business day such a day was moved to?

    Always the next business day, never the previous one; a month end may move into the
    following month. No day named: any business day is a debit day.
    """
    if not is_open(day):
        return False
    wanted = set(debit_days)
    nominal = day
    while True:
        last = monthrange(nominal.year, nominal.month)[1]
        if not wanted or nominal.day in wanted or (EOM in wanted and nominal.day == last):
            return True
        nominal -= _DAY
        if is_open(nominal):
            return False

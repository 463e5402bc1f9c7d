"""Japan's holidays, from the law (国民の祝日に関する法律) itself, from 2020 on.

Not asked of a library: the addons do that, and the two sides shall not err together.
"""
from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

FIRST_YEAR, LAST_YEAR = 2020, 2099
_DAY = timedelta(days=1)
_FIXED = ((1, 1), (2, 11), (2, 23), (4, 29), (5, 3), (5, 4), (5, 5), (11, 3), (11, 23))
# 海の日, スポーツの日, 山の日 were moved for the Olympic Games by a law of their own.
_OLYMPIC = {2020: ((7, 23), (7, 24), (8, 10)), 2021: ((7, 22), (7, 23), (8, 8))}


@lru_cache
def holidays(year: int) -> frozenset[date]:
    """All holidays of a year: the named days, 振替休日 and 国民の休日."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f'holidays of {year} are not known here')
    named = _named(year)
    # Art. 3 (2): for a holiday on a Sunday, the next day that is not one itself.
    substitutes = set()
    for day in named:
        if day.weekday() == 6:
            while day in named:
                day += _DAY
            substitutes.add(day)
    # Art. 3 (3): a day between two named days.
    between = {day + _DAY for day in named if day + 2 * _DAY in named}
    return frozenset(named | substitutes | between)


def _named(year: int) -> set[date]:
    days = {date(year, month, day) for month, day in _FIXED}
    days |= {_monday(year, 1, 2), _monday(year, 9, 3),
             date(year, 3, _equinox(year, 20_843_100)), date(year, 9, _equinox(year, 23_248_800))}
    if year in _OLYMPIC:
        return days | {date(year, month, day) for month, day in _OLYMPIC[year]}
    return days | {_monday(year, 7, 3), _monday(year, 10, 2), date(year, 8, 11)}


def _monday(year: int, month: int, count: int) -> date:
    first = date(year, month, 1)
    return first + _DAY * (-first.weekday() % 7 + 7 * (count - 1))


def _equinox(year: int, base: int) -> int:
    """Day of the equinox by the usual approximation, in millionths of a day (1980-2099)."""
    since = year - 1980
    return (base + 242_194 * since) // 1_000_000 - since // 4

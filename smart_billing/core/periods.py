"""Periods of a charge: counted from an anchor, never from the period before (請求期間).

A grid is the endless row of boundaries `at(k)`.  A schedule is what a charge really runs through:
one regime a grid, from the day on which billing starts, over every change of the billing day.
"""
from bisect import bisect_right
from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from .errors import DomainError
from .facts import BillingDayChange, Every

MONTHS = {'month': 1, 'year': 12}
DAYS = {'day': 1, 'week': 7}

_MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def month_of(day: date) -> int:
    """The month as one number, so that months can be added."""
    return day.year * 12 + day.month - 1


def day_in_month(month: int, day: int) -> date:
    """That day of the month, or its last one where the month lacks the day."""
    year, index = divmod(month, 12)
    if day > 28 and day > (last := _MONTH_DAYS[index]):
        if index == 1 and (year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)):
            last = 29
        day = min(day, last)
    return date(year, index + 1, day)


def add(day: date, length: Every) -> date:
    """The day one length of time later."""
    if length.unit in DAYS:
        return day + timedelta(days=length.count * DAYS[length.unit])
    return day_in_month(month_of(day) + months_of(length), day.day)


def months_of(length: Every) -> int:
    """The length in months; an unknown unit is refused."""
    try:
        return length.count * MONTHS[length.unit]
    except KeyError:
        raise DomainError('unknown_unit', unit=length.unit) from None


class MonthGrid:
    """Boundaries on one day of every `step`-th month."""

    __slots__ = ('origin', 'day', 'step')

    def __init__(self, origin: int, day: int, step: int):
        self.origin, self.day, self.step = origin, day, step

    def at(self, k: int) -> date:
        return day_in_month(self.origin + k * self.step, self.day)

    def find(self, day: date) -> int:
        """The k with `at(k) <= day < at(k + 1)`."""
        k, later = divmod(day.year * 12 + day.month - 1 - self.origin, self.step)
        # In a month with a boundary the day decides; short months have theirs on the last day.
        if later or self.day <= day.day or (day.day >= 28 and self.at(k) <= day):
            return k
        return k - 1


class DayGrid:
    """Boundaries every `step` days."""

    __slots__ = ('origin', 'step')

    def __init__(self, origin: date, step: int):
        self.origin, self.step = origin.toordinal(), step

    def at(self, k: int) -> date:
        return date.fromordinal(self.origin + k * self.step)

    def find(self, day: date) -> int:
        return (day.toordinal() - self.origin) // self.step


class Period(NamedTuple):
    """`[date_from, date_to)`, the full period it lies in, and its number from 1."""

    date_from: date
    date_to: date
    full_from: date
    full_to: date
    number: int


class Regime(NamedTuple):
    """A stretch of a schedule with one grid; period k of the grid has number `shift + k`."""

    grid: MonthGrid | DayGrid
    begin: date
    end: date
    shift: int

    def period(self, k: int) -> Period:
        full_from, full_to = self.grid.at(k), self.grid.at(k + 1)
        return Period(max(full_from, self.begin), min(full_to, self.end),
                      full_from, full_to, self.shift + k)


def _regime(grid: MonthGrid | DayGrid, begin: date, number: int) -> Regime:
    return Regime(grid, begin, date.max, number - grid.find(begin))


class Schedule:
    """The periods of a charge from `start` on.

    `billing_day` is the one in force on `start`; None: boundaries are counted from `anchor`.
    `changes` of the billing day, in order, count where they take effect after `start`.
    """

    __slots__ = ('regimes',)

    def __init__(self, start: date, every: Every, anchor: date, billing_day: int | None = None,
                 changes: tuple[BillingDayChange, ...] = ()):
        if every.count < 1:
            raise DomainError('period_too_short', count=every.count)
        if every.unit in DAYS:
            grid = DayGrid(anchor, every.count * DAYS[every.unit])
            self.regimes = [_regime(grid, start, 1)]
            return
        step = months_of(every)
        if billing_day is None:
            grid = MonthGrid(month_of(anchor), anchor.day, step)
        else:
            grid = MonthGrid(month_of(start), billing_day, step)
        self.regimes = [_regime(grid, start, 1)]
        for change in changes:
            if change.effective > start:
                self._change_billing_day(change, step)

    def _change_billing_day(self, change: BillingDayChange, step: int) -> None:
        """The running period ends at E; the new day B cuts it, or a stub leads from E to B."""
        running = self.on(change.effective)
        new_day = day_in_month(month_of(running.date_to), change.billing_day)
        if new_day < change.effective:
            new_day = day_in_month(month_of(running.date_to) + 1, change.billing_day)
        border = min(new_day, running.date_to)
        kept = [regime for regime in self.regimes if regime.begin < border]
        if kept:
            kept[-1] = kept[-1]._replace(end=border)
        grid = MonthGrid(month_of(new_day), change.billing_day, step)
        number = running.number + (border > running.date_from)
        self.regimes = [*kept, _regime(grid, border, number)]

    def on(self, day: date) -> Period:
        """The period that runs on a day, which is not before the start."""
        index = bisect_right(self.regimes, day, key=lambda regime: regime.begin) - 1
        regime = self.regimes[index]
        return regime.period(regime.grid.find(day))

    def since(self, day: date) -> Iterator[Period]:
        """All periods whose *full* period ends after the day, in order, without end."""
        for regime in self.regimes:
            begin, end, grid, shift = regime.begin, regime.end, regime.grid, regime.shift
            last_day = end - timedelta(days=1)
            k = grid.find(max(begin, min(day, last_day)))
            full_to = grid.at(k)
            while full_to < end:
                full_from, full_to = full_to, grid.at(k + 1)
                if full_to > day:
                    yield Period(full_from if full_from > begin else begin,
                                 full_to if full_to < end else end,
                                 full_from, full_to, shift + k)
                k += 1

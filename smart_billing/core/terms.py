"""Terms: they follow each other until one is not renewed (契約期間, 自動更新).

Terms are counted from the first day of the contract, or of the one that it continues.  A plan that
renews lets the next term begin where one is over.  On any other plan the contract ends there, or
goes on by a renewal that was entered: the earliest one that has prolonged nothing yet and does not
take effect after that day.  A renewal to a day makes the next term as long as that.  A change of
plan measures the running term anew from its first day; a term that was renewed to a day stays.
"""
from bisect import bisect_right
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from .facts import Event, Every, Plan
from .periods import DAYS, DayGrid, MonthGrid, month_of, months_of
from .spans import NEVER


class Term(NamedTuple):
    """Days of one term; without an end it runs until `NEVER`."""

    date_from: date
    date_to: date


class _Row(NamedTuple):
    """Terms of one length in a row; without a grid a single one."""

    begin: date
    length: Every | None
    grid: MonthGrid | DayGrid | None


def _grid(begin: date, length: Every, day: int) -> MonthGrid | DayGrid:
    if length.unit in DAYS:
        return DayGrid(begin, length.count * DAYS[length.unit])
    return MonthGrid(month_of(begin), day, months_of(length))


class Terms:
    """The terms of a contract, and the `end` to which they and the agreed end lead.

    :param stays: (first day, first day after, plan) of the stays on plans, in order
    :param origin: the day from which terms are counted
    :param agreed: the end that was agreed on the start, `NEVER` for none
    :param renewals: events `renew`; of two for one day the one entered later holds
    """

    __slots__ = ('origin', 'end', '_rows', '_begin', '_over', '_agreed', '_renewals')

    def __init__(self, stays: Iterable[tuple[date, date, Plan]], origin: date, agreed: date,
                 renewals: Iterable[Event]):
        self.origin = self._begin = origin
        self.end = self._over = NEVER
        self._agreed = agreed
        self._rows = [_Row(origin, None, None)]
        by_day = {one.effective: one for one in sorted(renewals, key=lambda one: one.sequence)}
        self._renewals = [by_day[day] for day in sorted(by_day)]
        for begin, end, plan in stays:
            self._measure(plan.term, begin)
            if self._pass(begin, end, plan):
                return

    def on(self, day: date) -> Term:
        """The term that runs on a day; before the first day the first one."""
        index = max(bisect_right(self._rows, day, key=lambda row: row.begin), 1)
        row = self._rows[index - 1]
        after = self._rows[index].begin if index < len(self._rows) else NEVER
        if row.grid is None:
            return Term(row.begin, min(after, self._over))
        number = row.grid.find(max(day, row.begin))
        return Term(max(row.begin, row.grid.at(number)), min(after, row.grid.at(number + 1)))

    def _measure(self, length: Every | None, day: date) -> None:
        """From a day on the running term has the length of another plan."""
        row = self._rows[-1]
        if row.length == length or (row.grid is None and day <= self._over < NEVER):
            return
        day_of_month = row.grid.day if isinstance(row.grid, MonthGrid) else self._begin.day
        self._rows = [one for one in self._rows if one.begin < self._begin]
        self._enter_row(length, day_of_month)

    def _enter_row(self, length: Every | None, day_of_month: int) -> None:
        grid = _grid(self._begin, length, day_of_month) if length else None
        self._rows.append(_Row(self._begin, length, grid))
        self._over = grid.at(grid.find(self._begin) + 1) if grid else NEVER

    def _pass(self, begin: date, end: date, plan: Plan) -> bool:
        """Go through the terms of a stay; whether the contract ends in it."""
        while True:
            if plan.renews:
                self._roll(end)
            border = max(min(self._over, self._agreed), begin)
            if border >= end:
                return False
            if not self._go_on(border, plan):
                self.end = border
                return True

    def _roll(self, end: date) -> None:
        """Terms that renew themselves pass by, up to one that was renewed to a day."""
        if self._rows[-1].grid is None:
            return
        # While an end is agreed, that is what a renewal prolongs.
        for renewal in self._renewals if self._agreed == NEVER else ():
            if self._begin <= renewal.effective < end and renewal.end is not None:
                running = self.on(renewal.effective)
                if running.date_to < min(end, renewal.end):
                    self._begin, self._over = running
                    return
        if end < NEVER:
            self._begin, self._over = self.on(end)
        else:
            self._over = NEVER

    def _go_on(self, day: date, plan: Plan) -> bool:
        """Enter the term that follows on a day, if there is one."""
        automatic = plan.renews and day < self._agreed
        renewal = self._take(day, plan, automatic)
        if renewal is None and not automatic:
            return False
        to_a_day = renewal is not None and renewal.end is not None
        if day >= self._agreed or (to_a_day and renewal.end >= self._agreed):
            self._agreed = NEVER
        row, self._begin = self._rows[-1], day
        if to_a_day:
            self._rows.append(_Row(day, plan.term, None))
            self._over = renewal.end
        elif row.grid is not None and row.length == plan.term and day == self._over:
            self._over = row.grid.at(row.grid.find(day) + 1)
        else:
            self._enter_row(plan.term, day.day)
        return True

    def _take(self, day: date, plan: Plan, automatic: bool) -> Event | None:
        """The renewal that prolongs the term which is over on a day."""
        while self._renewals and self._renewals[0].effective <= day:
            renewal = self._renewals.pop(0)
            if renewal.end is None:
                if plan.term is not None and not automatic:
                    return renewal
            elif renewal.end > day:
                return renewal
        return None

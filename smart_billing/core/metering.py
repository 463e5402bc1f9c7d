"""Metered rows become quantities: sum, highest, last, number of different (利用量の集計)."""
from bisect import bisect_left
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from itertools import accumulate

from .errors import DomainError
from .facts import LAST, MAX, SUM, UNIQUE, Charge, Usage
from .intervals import Days

ZERO = Decimal(0)


class Rows:
    """The rows of one metric in the order of their days, then of their entry."""

    __slots__ = ('days', 'rows', '_totals')

    def __init__(self, rows: Iterable[Usage]):
        self.rows = sorted(rows, key=lambda row: row.day)
        self.days = [row.day for row in self.rows]
        self._totals: list[Decimal] | None = None

    def sum(self, begin: date, end: date) -> Decimal:
        """The sum of some days; any number of them costs one walk over the rows."""
        if self._totals is None:
            self._totals = list(accumulate((row.quantity for row in self.rows), initial=ZERO))
        return self._totals[bisect_left(self.days, end)] - self._totals[
            bisect_left(self.days, begin)]

    def level(self, charge: Charge, spans: Days) -> Decimal:
        """Highest, last or number of different over sorted spans of days; without rows 0."""
        aggregate = _LEVELS.get(charge.aggregation)
        if aggregate is None:
            raise DomainError('unknown_aggregation', charge=charge.code,
                              aggregation=charge.aggregation)
        within: list[Usage] = []
        for begin, end in spans:
            within += self.rows[bisect_left(self.days, begin):bisect_left(self.days, end)]
        return aggregate(within)


class Meter:
    """A contract's usage by metric; an id that comes again is ignored (二重取込の防止)."""

    __slots__ = ('_rows',)

    def __init__(self, usage: Iterable[Usage]):
        taken = set()
        by_metric: dict = {}
        for row in sorted(usage, key=lambda row: row.sequence):
            if row.external_id not in taken:
                taken.add(row.external_id)
                by_metric.setdefault(row.metric, []).append(row)
        self._rows = {metric: Rows(rows) for metric, rows in by_metric.items()}

    def rows(self, charge: Charge) -> Rows:
        return self._rows.get(charge.metric, _NO_ROWS)


def adds_up(charge: Charge) -> bool:
    """Whether the quantities of parts of a period add up to that of the period."""
    return charge.aggregation == SUM


def _highest(rows: list[Usage]) -> Decimal:
    return max((row.quantity for row in rows), default=ZERO)


def _last(rows: list[Usage]) -> Decimal:
    return rows[-1].quantity if rows else ZERO


def _different(rows: list[Usage]) -> Decimal:
    for row in rows:
        if row.subject is None:
            raise DomainError('usage_without_subject', metric=row.metric, day=row.day)
    return Decimal(len({row.subject for row in rows}))


_LEVELS = {MAX: _highest, LAST: _last, UNIQUE: _different}
_NO_ROWS = Rows(())

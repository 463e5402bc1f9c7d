"""Parts of a period: which days are charged, and what they cost (日割り).

The value of a set of days is the sum over its runs, each rounded once.  Every line is the
difference of two such values, so parts always add up to what the whole set costs, whatever the
order in which they were billed and given back.
"""
from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from .facts import FIXED_30, NO_PRORATION, Charge, Every, Rules
from .intervals import Days, Interval, split, subtract, union
from .money import round_ratio
from .periods import DAYS, Period, months_of


class Piece(NamedTuple):
    """Days that a group wants billed.

    `before`/`after` are missing days charged all the same.  `lead` are days that the piece goes on
    from: it costs what both cost together less what they cost alone, so that the parts of a cut
    stretch add up to the stretch.  `due` is the day on which the piece is due, None: by its days.
    """

    date_from: date
    date_to: date
    before: Sequence[Interval] = ()
    after: Sequence[Interval] = ()
    lead: Sequence[Interval] = ()
    due: date | None = None


def prorated_sides(charge: Charge, rules: Rules) -> tuple[bool, bool]:
    """Whether days missing at the start and at the end lower the amount."""
    if rules.proration == NO_PRORATION:
        return False, False
    return charge.prorate in ('both', 'start'), charge.prorate in ('both', 'end')


def missing_days(
    sides: tuple[bool, bool], period: Period, run_from: date, run_to: date,
) -> tuple[Days, Days]:
    """Days of the full period outside the run that are charged because no proration names them."""
    before = [] if sides[0] or run_from == period.full_from else [(period.full_from, run_from)]
    after = [] if sides[1] or run_to == period.full_to else [(run_to, period.full_to)]
    return before, after


def number_30(day: date) -> int:
    """Days counted in months of 30 (30 日固定); the 31st counts as the 30th."""
    return day.year * 360 + day.month * 30 + min(day.day, 30)


class Measure:
    """Counts days of one full period; `whole` is the length of the period."""

    __slots__ = ('full', 'fixed', 'whole')

    def __init__(self, full_from: date, full_to: date, every: Every | None, rules: Rules):
        self.full = [(full_from, full_to)]
        self.fixed = (rules.proration == FIXED_30 and every is not None
                      and every.unit not in DAYS)
        self.whole = 30 * months_of(every) if self.fixed else (full_to - full_from).days

    def count(self, days: Days) -> int:
        """Length of a set of days, the whole at most."""
        if days == self.full:
            return self.whole
        if self.fixed:
            length = sum(number_30(end) - number_30(begin) for begin, end in days)
        else:
            length = sum((end - begin).days for begin, end in days)
        return min(length, self.whole)


class Valuation:
    """Prices sets of days of one group: one charge, one full period, one price.

    With `before` it is what a discount changes: the price after it less the one before it.
    """

    __slots__ = ('amount', 'before', 'measure', 'pieces', 'rules')

    def __init__(self, amount: Fraction, measure: Measure, pieces: list[Piece], rules: Rules,
                 before: Fraction | None = None):
        self.amount, self.measure, self.pieces, self.rules = amount, measure, pieces, rules
        self.before = before

    def of(self, days: Days) -> int:
        """Minor units for the days: each run rounded once, no day charged twice."""
        cuts = {after.date_from for before, after in zip(self.pieces, self.pieces[1:])
                if before.date_to == after.date_from}
        total, charged = 0, []
        for run in split(days, cuts):
            part = subtract(self._with_missing(run), charged)
            charged = union([*charged, *part])
            total += self._price(part)
            for piece in self.pieces:
                if piece.lead and piece.date_from == run[0]:
                    total += (self._price(union([*piece.lead, *part]))
                              - self._price(piece.lead) - self._price(part))
        return total

    def _with_missing(self, run: tuple[date, date]) -> Days:
        """The run and the missing days that its first and last piece charge."""
        begin, end = run
        days = [run]
        for piece in self.pieces:
            if begin <= piece.date_from < end:
                days += piece.before
            if begin < piece.date_to <= end:
                days += piece.after
        return union(days)

    def _price(self, days: Days) -> int:
        counted = self.measure.count(days)
        value = self._rounded(self.amount, counted)
        return value if self.before is None else value - self._rounded(self.before, counted)

    def _rounded(self, amount: Fraction, counted: int) -> int:
        numerator, denominator = amount.as_integer_ratio()
        return round_ratio(
            numerator * 10 ** self.rules.digits * counted,
            denominator * self.measure.whole, self.rules.rounding)

"""Stretches of usage: days of one charge in one full period at one price (従量課金の区間).

What a stretch has cost by a day is one exact amount, rounded once, and a line is the step between
two of them: the parts into which a change of the tax rate cuts a stretch add up to what the whole
costs, and so do a discount and what it leaves.
"""
from collections.abc import Callable, Hashable, Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from .bill import GroupKey
from .discounts import Cover, left
from .facts import Charge, Discount, Rules, discount_code
from .intervals import Interval, split, union
from .metering import ZERO, Rows
from .money import to_minor
from .periods import Period
from .pricing import amount_of
from .proration import Measure, missing_days, prorated_sides
from .wanted import unit_price_of

NOTHING = Fraction(0)


class Segment(NamedTuple):
    """Days whose usage is one line, with their quantity and amount."""

    key: GroupKey
    date_from: date
    date_to: date
    due: date
    quantity: Decimal
    minor: int
    unit_price: Decimal | None
    charge: Charge
    discount: Hashable = None


class Measured:
    """Fixed amounts on the days of a stretch, prorated like the charge (最低料金, 上限額)."""

    __slots__ = ('charge', 'begin', 'run', 'missing', 'measure')

    def __init__(self, charge: Charge, period: Period, begin: date, run: Interval, rules: Rules):
        self.charge, self.begin = charge, begin
        self.run = max(period.date_from, run[0]), min(period.date_to, run[1])
        self.missing = missing_days(prorated_sides(charge, rules), period, *self.run)
        self.measure = Measure(period.full_from, period.full_to, charge.every, rules)

    def part(self, day: date) -> Fraction:
        """The part of a full period that the days before `day` are charged for."""
        if day == self.begin:
            return NOTHING
        before, after = self.missing
        charged = union([(self.begin, day), *(before if self.begin == self.run[0] else ()),
                         *(after if day == self.run[1] else ())])
        return Fraction(self.measure.count(charged), self.measure.whole)

    def bound(self, amount: Fraction, day: date) -> Fraction:
        charge = self.charge
        if charge.minimum is not None or charge.maximum is not None:
            part = self.part(day)
            if charge.minimum is not None:
                amount = max(amount, Fraction(charge.minimum) * part)
            if charge.maximum is not None:
                amount = min(amount, Fraction(charge.maximum) * part)
        return amount


class Stretch:
    """Days of a charge at one price.

    All its lines are due when it is over.  `level` is a quantity that belongs to more stretches
    than this one, with the number of days that share it; then `due` is the end of the last one.
    """

    __slots__ = ('plan', 'charge', 'period', 'begin', 'end', 'rows', 'measured', 'covers',
                 'level', 'due')

    def __init__(self, plan: Hashable, charge: Charge, period: Period, days: Interval, rows: Rows,
                 measured: Measured | None, covers: tuple[Cover, ...]):
        self.plan, self.charge, self.period = plan, charge, period
        self.begin, self.end = days
        self.rows, self.measured, self.covers = rows, measured, covers
        self.level: tuple[Decimal, int] | None = None
        self.due = self.end

    def quantity(self, begin: date, end: date) -> Decimal:
        return self.rows.sum(begin, end) if self.level is None else self.level[0]

    def cost(self, day: date) -> Fraction:
        """What the days before `day` cost, exactly."""
        if day == self.begin:
            return NOTHING
        amount = amount_of(self.charge, self.quantity(self.begin, day), self.charge.price)
        if self.level is not None:
            amount = amount * (day - self.begin).days / self.level[1]
        return amount if self.measured is None else self.measured.bound(amount, day)

    def segments(self, rules: Rules) -> Iterator[Segment]:
        """The lines of the charge, then those of the discounts that lower it, in their order."""
        price = unit_price_of(self.charge, self.charge.price)
        cost: Callable[[date], Fraction] = self.cost
        for begin, end, minor in self._parts((self.begin, self.end), _rounded(cost, rules)):
            yield Segment(self._key(self.charge.code, begin), begin, end, self.due,
                          self.quantity(begin, end), minor, price, self.charge)
        for cover in self.covers:
            days = max(self.begin, cover.date_from), min(self.end, cover.date_to)
            if days[0] >= days[1]:
                continue
            after = self._lowered(cost, cover.discount, days)
            less = _difference(_rounded(after, rules), _rounded(cost, rules))
            code = discount_code(self.charge.code, cover.discount.code)
            for begin, end, minor in self._parts(days, less):
                yield Segment(self._key(code, begin), begin, end, self.due, ZERO, minor, None,
                              self.charge, cover.discount.code)
            cost = after

    def _parts(self, days: Interval, minor: Callable[[date], int]) -> (
            Iterator[tuple[date, date, int]]):
        """Days cut where the tax rate changes, each with its step of the amount."""
        for begin, end in split([days], self.charge.tax_changes):
            yield begin, end, minor(end) - minor(begin)

    def _lowered(self, cost: Callable[[date], Fraction], discount: Discount, days: Interval) -> (
            Callable[[date], Fraction]):
        """What the days before a day cost when a discount lowers some of them."""
        known: dict[date, Fraction] = {}
        begin, end = days

        def lowered(day: date) -> Fraction:
            if day <= begin:
                return cost(day)
            if day not in known:
                last = min(day, end)
                base, less = cost(last) - cost(begin), discount
                if discount.amount is not None:
                    part = self.measured.part(last) - self.measured.part(begin)
                    less = discount._replace(amount=Fraction(discount.amount) * part)
                known[day] = cost(day) - base + left(base, less)
            return known[day]

        return lowered

    def _key(self, code: str, day: date) -> GroupKey:
        """The terms tell the change of the tax rate inside the full period that holds on a day."""
        full_from, full_to = self.period.full_from, self.period.full_to
        changes = [change for change in self.charge.tax_changes if full_from < change <= day]
        terms = f'|{(max(changes) - full_from).days}' if changes else ''
        return (self.plan, code, full_from, full_to, terms)


def _rounded(cost: Callable[[date], Fraction], rules: Rules) -> Callable[[date], int]:
    return lambda day: to_minor(cost(day), rules.digits, rules.rounding)


def _difference(after: Callable[[date], int], before: Callable[[date], int]) -> (
        Callable[[date], int]):
    return lambda day: after(day) - before(day)

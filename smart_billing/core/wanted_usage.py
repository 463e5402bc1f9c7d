"""What a timeline wants billed of its usage charges: segments of days (従量料金の予定).

A stretch is days of one charge in one full period at one price.  What it has cost by a day is one
exact amount, rounded once, and a segment is the step between two of them: the parts into which a
change of the tax rate cuts a stretch add up to what the whole costs.

A quantity that does not add up (highest, last, number of different) is measured once for all days
of a charge in a full period, and due when the last of them is over; stretches at different prices
share it by their days.
"""
from collections.abc import Hashable, Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from .bill import GroupKey
from .facts import USAGE, Charge, Rules
from .intervals import Interval, split, union
from .metering import Meter, Rows, adds_up
from .money import to_minor
from .periods import Period
from .pricing import amount_of, price_at
from .proration import Measure, missing_days, prorated_sides
from .spans import VersionSpan
from .timeline import Stay, Timeline, days_of_charge
from .wanted import unit_price_of


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


class Bounds:
    """Minimum and maximum of the days of a stretch (最低料金, 上限額), prorated like the charge."""

    __slots__ = ('charge', 'begin', 'run', 'missing', 'measure')

    def __init__(self, charge: Charge, period: Period, begin: date, run: Interval, rules: Rules):
        self.charge, self.begin = charge, begin
        self.run = max(period.date_from, run[0]), min(period.date_to, run[1])
        self.missing = missing_days(prorated_sides(charge, rules), period, *self.run)
        self.measure = Measure(period.full_from, period.full_to, charge.every, rules)

    def part(self, day: date) -> Fraction:
        """The part of a full period that the days before `day` are charged for."""
        before, after = self.missing
        charged = union([(self.begin, day), *(before if self.begin == self.run[0] else ()),
                         *(after if day == self.run[1] else ())])
        return Fraction(self.measure.count(charged), self.measure.whole)

    def bound(self, amount: Fraction, day: date) -> Fraction:
        part = self.part(day)
        if self.charge.minimum is not None:
            amount = max(amount, Fraction(self.charge.minimum) * part)
        if self.charge.maximum is not None:
            amount = min(amount, Fraction(self.charge.maximum) * part)
        return amount


class Stretch:
    """Days of one charge in one full period at one price.  `level`: quantity, days sharing it."""

    __slots__ = ('plan', 'charge', 'period', 'begin', 'end', 'due', 'rows', 'bounds', 'level')

    def __init__(self, plan: Hashable, charge: Charge, period: Period, days: Interval, rows: Rows,
                 bounds: Bounds | None):
        self.plan, self.charge, self.period = plan, charge, period
        self.begin, self.end = days
        self.due: date | None = None
        self.rows, self.bounds = rows, bounds
        self.level: tuple[Decimal, int] | None = None

    def quantity(self, begin: date, end: date) -> Decimal:
        return self.rows.sum(begin, end) if self.level is None else self.level[0]

    def cost(self, day: date) -> Fraction:
        """What the days before `day` cost, exactly."""
        amount = amount_of(self.charge, self.quantity(self.begin, day), self.charge.price)
        if self.level is not None:
            amount = amount * (day - self.begin).days / self.level[1]
        return amount if self.bounds is None else self.bounds.bound(amount, day)

    def segments(self, rules: Rules) -> Iterator[Segment]:
        charge = self.charge
        known = 0
        price = unit_price_of(charge, charge.price)
        for begin, end in split([(self.begin, self.end)], charge.tax_changes):
            cost = to_minor(self.cost(end), rules.digits, rules.rounding)
            yield Segment(
                self.key(begin), begin, end, self.due or end,
                self.quantity(begin, end), cost - known, price, charge)
            known = cost

    def key(self, day: date) -> GroupKey:
        """The terms tell the change of the tax rate inside the full period that holds on a day."""
        full_from, full_to = self.period.full_from, self.period.full_to
        changes = [change for change in self.charge.tax_changes if full_from < change <= day]
        terms = max(changes).isoformat() if changes else ''
        return (self.plan, self.charge.code, full_from, full_to, terms)


def usage_segments(timeline: Timeline, target: date, billed_to: dict, rules: Rules) -> (
        list[Segment]):
    """Segments up to the first one neither due nor billed, whatever is suspended meanwhile."""
    stretches: list[Stretch] = []
    meter = None
    for stay in timeline.stays:
        for span in stay.spans:
            for charge in span.version.charges:
                if charge.type == USAGE:
                    meter = meter or Meter(timeline.contract.usage)
                    ahead = max(target, billed_to.get((stay.plan.code, charge.code), target))
                    stretches += _stretches(timeline, stay, span, charge, meter.rows(charge),
                                            target, ahead, rules)
    _share_levels(stretches)
    return [segment for stretch in stretches for segment in stretch.segments(rules)]


def _stretches(timeline: Timeline, stay: Stay, span: VersionSpan, charge: Charge, rows: Rows,
               target: date, ahead: date, rules: Rules) -> Iterator[Stretch]:
    run = days_of_charge(stay, span, charge)
    is_bounded = charge.minimum is not None or charge.maximum is not None
    for period in _periods(timeline, stay, span, charge):
        priced = _priced(timeline, stay, charge, period)
        begin = max(period.date_from, span.date_from)
        end = min(period.date_to, span.date_to, stay.date_to)
        bounds = Bounds(priced, period, begin, run, rules) if is_bounded else None
        yield Stretch(stay.plan.code, priced, period, (begin, end), rows, bounds)
        if end > target and end >= ahead:
            return


def _periods(timeline: Timeline, stay: Stay, span: VersionSpan, charge: Charge) -> Iterator[Period]:
    settled = timeline.contract.settled_until
    begin, stop = span.date_from, min(span.date_to, stay.date_to)
    if begin >= stop:
        return
    since = begin if settled is None else max(begin, settled)
    for period in timeline.schedule(stay, charge.every, USAGE, charge.align).since(since):
        if period.date_from >= stop:
            return
        if period.date_to > begin:
            yield period


def _priced(timeline: Timeline, stay: Stay, charge: Charge, period: Period) -> Charge:
    """The charge at its price in a period (期間別価格)."""
    if not charge.steps:
        return charge
    number = timeline.number(stay, charge, period)
    return charge._replace(price=price_at(charge, number), steps=())


def _share_levels(stretches: list[Stretch]) -> None:
    """Measure what does not add up once for all stretches of a full period."""
    shared: dict = {}
    for stretch in stretches:
        if not adds_up(stretch.charge):
            charge, period = stretch.charge, stretch.period
            shared.setdefault((stretch.plan, charge.code, period.full_from, period.full_to,
                               charge.metric, charge.aggregation), []).append(stretch)
    for some in shared.values():
        days = union((stretch.begin, stretch.end) for stretch in some)
        quantity = some[0].rows.level(some[0].charge, days)
        level = quantity, sum((end - begin).days for begin, end in days)
        for stretch in some:
            stretch.level, stretch.due = level, days[-1][1]

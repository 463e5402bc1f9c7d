"""What a timeline wants billed of its usage charges: segments of days (従量料金の予定).

A quantity that does not add up (highest, last, number of different) is measured once for all days
of a charge in a full period, and due when the last of them is over; stretches at different prices
share it by their days.
"""
from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from .discounts import Cover, covers
from .facts import USAGE, Charge, Rules
from .intervals import Days, Interval, intersect, union
from .metering import Meter, Rows, adds_up
from .periods import Period
from .pricing import at_agreed_price, price_at
from .spans import PriceSpan, VersionSpan, whenever_taken
from .stretches import Measured, Segment, Stretch
from .timeline import Stay, Timeline, days_of_charge


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
                    walk = _Walk(timeline, stay, span, charge, meter.rows(charge), rules)
                    stretches += walk.stretches(target, ahead)
    if not stretches:
        return []
    _share_levels(stretches)
    return [segment for stretch in stretches for segment in stretch.segments(rules)]


class _Walk:
    """One usage charge of one version during one stay."""

    __slots__ = ('timeline', 'stay', 'charge', 'begin', 'stop', 'runs', 'rows', 'rules', 'agreed',
                 'covers', 'is_measured')

    def __init__(self, timeline: Timeline, stay: Stay, span: VersionSpan, charge: Charge,
                 rows: Rows, rules: Rules):
        self.timeline, self.stay, self.charge = timeline, stay, charge
        self.begin, self.stop = span.date_from, min(span.date_to, stay.date_to)
        self.rows, self.rules = rows, rules
        # Days of the charge without interruption; of an option those on which it is taken.
        self.runs: Days = [days_of_charge(stay, span, charge)]
        if charge.optional:
            taken = whenever_taken(timeline.options.get(charge.code, ()))
            self.runs = intersect(self.runs, [one[:2] for one in taken])
            self.stop = min(self.stop, self.runs[-1][1]) if self.runs else self.begin
        self.agreed: tuple[PriceSpan, ...] = timeline.agreed(stay.plan.code, charge.code)
        self.covers: tuple[Cover, ...] = covers(timeline, charge) if timeline.grants else ()
        self.is_measured = (
            charge.minimum is not None or charge.maximum is not None
            or any(cover.discount.amount is not None for cover in self.covers))

    def stretches(self, target: date, ahead: date) -> Iterator[Stretch]:
        """Stretches up to the first period that is neither due nor billed."""
        for period in self._periods():
            last = None
            for run in self.runs:
                begin = max(self.begin, period.date_from, run[0])
                last = min(self.stop, period.date_to, run[1])
                if begin < last:
                    for days, charge in self._priced(period, (begin, last)):
                        measured = Measured(charge, period, days[0], run, self.rules) if (
                            self.is_measured) else None
                        yield Stretch(self.stay.plan.code, charge, period, days, self.rows,
                                      measured, self.covers)
            if last is not None and last > target and last >= ahead:
                return

    def _periods(self) -> Iterator[Period]:
        if self.begin >= self.stop:
            return
        settled = self.timeline.contract.settled_until
        since = self.begin if settled is None else max(self.begin, settled)
        charge = self.charge
        schedule = self.timeline.schedule(self.stay, charge.every, USAGE, charge.align)
        for period in schedule.since(since):
            if period.date_from >= self.stop:
                return
            yield period

    def _priced(self, period: Period, days: Interval) -> list[tuple[Interval, Charge]]:
        """Days cut where an agreed price begins or ends, each with the charge at its price."""
        charge = self.charge
        if charge.steps:
            number = self.timeline.number(self.stay, charge, period)
            charge = charge._replace(price=price_at(charge, number), steps=())
        if not self.agreed:
            return [(days, charge)]
        borders = {day for span in self.agreed for day in span[:2] if days[0] < day < days[1]}
        found: list[tuple[Interval, Charge]] = []
        for begin, end in pairwise(sorted({*days, *borders})):
            price = next((span.price for span in self.agreed
                          if span.date_from <= begin < span.date_to), None)
            priced = charge if price is None else at_agreed_price(charge, price)
            if found and found[-1][1] == priced:
                begin = found.pop()[0][0]
            found.append(((begin, end), priced))
        return found


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

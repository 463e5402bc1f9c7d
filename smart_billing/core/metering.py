"""Usage: what a period's quantity costs, and what is still to bill of it (従量課金).

A segment is a stretch of days whose usage is one line.  Usage that arrives after its segment was
billed gives a further line: quantity added, amount now minus amount billed.
"""
from bisect import bisect_left
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate
from typing import NamedTuple

from .bill import Bill, Family, GroupKey, Price
from .facts import USAGE, Charge, Contract, Rules
from .intervals import Interval, intersect, subtract, union
from .money import to_minor
from .periods import Period
from .pricing import amount_of
from .proration import Measure, missing_days, prorated_sides
from .spans import VersionSpan
from .timeline import Stay, Timeline, days_of_charge
from .wanted import unit_price_of

ZERO = Decimal(0)


class Segment(NamedTuple):
    """Days whose usage is one line, with their quantity and amount."""

    key: GroupKey
    date_from: date
    date_to: date
    quantity: Decimal
    minor: int
    charge: Charge


class Meter:
    """Sums of a contract's usage; an id that comes again is ignored (二重取込の防止)."""

    def __init__(self, contract: Contract):
        taken = set()
        by_metric: dict[str, list] = {}
        for usage in sorted(contract.usage, key=lambda usage: usage.sequence):
            if usage.external_id not in taken:
                taken.add(usage.external_id)
                by_metric.setdefault(usage.metric, []).append((usage.day, usage.quantity))
        self._sums = {}
        for metric, rows in by_metric.items():
            rows.sort(key=lambda row: row[0])
            totals = accumulate((quantity for _day, quantity in rows), initial=ZERO)
            self._sums[metric] = ([day for day, _quantity in rows], list(totals))

    def sum(self, metric: str | None, begin: date, end: date) -> Decimal:
        days, totals = self._sums.get(metric, ((), (ZERO,)))
        return totals[bisect_left(days, end)] - totals[bisect_left(days, begin)]


def usage_segments(timeline: Timeline, target: date, billed_to: dict, rules: Rules) -> (
        list[Segment]):
    """Segments up to the first one neither due nor billed, whatever is suspended meanwhile."""
    found: list[Segment] = []
    meter = None
    for stay in timeline.stays:
        for span in stay.spans:
            for charge in span.version.charges:
                if charge.type == USAGE:
                    meter = meter or Meter(timeline.contract)
                    ahead = max(target, billed_to.get((stay.plan.code, charge.code), target))
                    for period in _periods(timeline, stay, span, charge):
                        found.append(_segment(stay, span, charge, period, meter, rules))
                        if found[-1].date_to > target and found[-1].date_to >= ahead:
                            break
    return found


def _periods(timeline: Timeline, stay: Stay, span: VersionSpan, charge: Charge) -> Iterator[Period]:
    settled = timeline.contract.settled_until
    begin, stop = span.date_from, min(span.date_to, stay.date_to)
    if begin >= stop:
        return
    since = begin if settled is None else max(begin, settled)
    for period in timeline.schedule(stay, charge.every, USAGE).since(since):
        if period.date_from >= stop:
            return
        if period.date_to > begin:
            yield period


def _segment(stay: Stay, span: VersionSpan, charge: Charge, period: Period, meter: Meter,
             rules: Rules) -> Segment:
    begin = max(period.date_from, span.date_from)
    end = min(period.date_to, span.date_to, stay.date_to)
    quantity = meter.sum(charge.metric, begin, end)
    amount = amount_of(charge, quantity, charge.price)
    if charge.minimum is not None:
        run = days_of_charge(stay, span, charge)
        amount = max(amount, _least(run, charge, period, (begin, end), rules))
    key = (stay.plan.code, charge.code, period.full_from, period.full_to, '')
    return Segment(key, begin, end, quantity, to_minor(amount, rules.digits, rules.rounding),
                   charge)


def _least(run: Interval, charge: Charge, period: Period, days: Interval, rules: Rules) -> Fraction:
    """The minimum for these days, prorated like the charge (最低利用料金の日割り)."""
    run = max(period.date_from, run[0]), min(period.date_to, run[1])
    before, after = missing_days(prorated_sides(charge, rules), period, *run)
    charged = union([days, *(before if days[0] == run[0] else ()),
                     *(after if days[1] == run[1] else ())])
    measure = Measure(period.full_from, period.full_to, charge.every, rules)
    return Fraction(charge.minimum) * measure.count(charged) / measure.whole


def settle_usage(bill: Bill, segments: list[Segment], families: list[Family]) -> None:
    """Bill segments that are due, and the difference where a segment was billed already."""
    standing: dict[GroupKey, list[Family]] = {}
    for family in families:
        standing.setdefault(family.key, []).append(family)
    wanted: dict[GroupKey, list[Segment]] = {}
    for segment in segments:
        if segment.key in standing:
            wanted.setdefault(segment.key, []).append(segment)
        elif bill.is_due(segment.date_to) and segment.minor:
            _bill(bill, segment, segment[1:3], segment.minor, segment.quantity, 0)
    for key, held in standing.items():
        for some, of_them in _overlapping(wanted.get(key, []), held):
            _settle(bill, some, of_them)


def _overlapping(segments: list[Segment], families: list[Family]) -> (
        Iterator[tuple[list[Segment], list[Family]]]):
    """Segments and billed items that share days, directly or through others."""
    spans = [(segment.date_from, segment.date_to, segment, None) for segment in segments]
    spans += [(family.item.date_from, family.item.date_to, None, family) for family in families]
    some: list[Segment] = []
    of_them: list[Family] = []
    reach = None
    for begin, end, segment, family in sorted(spans, key=lambda span: span[:2]):
        if reach is not None and begin >= reach:
            yield some, of_them
            some, of_them, reach = [], [], None
        reach = end if reach is None else max(reach, end)
        if segment is not None:
            some.append(segment)
        else:
            of_them.append(family)
    yield some, of_them


def _settle(bill: Bill, segments: list[Segment], families: list[Family]) -> None:
    if not segments:
        for family in families:
            if family.held:
                days = (family.item.date_from, family.item.date_to)
                bill.credit(family, days, -family.held, -family.quantity)
        return
    if not all([bill.is_due(segment.date_to) for segment in segments]):
        return
    step = sum(segment.minor for segment in segments) - sum(family.held for family in families)
    if not step:
        return
    quantity = (sum((segment.quantity for segment in segments), ZERO)
                - sum((family.quantity for family in families), ZERO))
    wanted = union(segment[1:3] for segment in segments)
    paid = union(days for family in families for days in family.paid)
    missing, given = subtract(wanted, paid), subtract(paid, wanted)
    if given and not missing and step < 0:
        family = next(one for one in families if intersect(one.paid, given))
        bill.credit(family, given[0], step, quantity)
        return
    days = missing[0] if missing else (wanted[0][0], wanted[-1][1])
    number = 1 + max((one.item.number for one in families), default=-1)
    _bill(bill, segments[-1], days, step, quantity, number)


def _bill(bill: Bill, segment: Segment, days: Interval, minor: int, quantity: Decimal,
          number: int) -> None:
    charge = segment.charge
    price = Price(Fraction(0), 0, '', quantity, unit_price_of(charge, charge.price), charge)
    bill.charge(USAGE, segment.key, days, minor, price, max(days[1], segment.date_to), number)

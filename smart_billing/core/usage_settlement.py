"""Usage: what is still to bill of a segment, and what goes back (従量課金の突合).

Usage that arrives after its segment was billed gives a further line: quantity added, amount now
minus amount billed.  Usage that changes or vanishes does the same, downwards.  Days that are no
longer metered for a charge are credited to the lines that billed them.
"""
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction

from .bill import Bill, Family, GroupKey, Price
from .facts import USAGE
from .intervals import Days, Interval, intersect, subtract, union
from .stretches import Segment

ZERO = Decimal(0)


def settle_usage(bill: Bill, segments: list[Segment], families: list[Family]) -> None:
    """Bill segments that are due, and the difference where a segment was billed already."""
    _Usage(bill, families).settle(segments)


class _Usage:
    """All usage lines of one contract."""

    __slots__ = ('bill', 'standing', '_numbers')

    def __init__(self, bill: Bill, families: list[Family]):
        self.bill = bill
        self.standing: dict[GroupKey, list[Family]] = {}
        self._numbers: dict[tuple, int] = {}
        for family in families:
            item = family.item
            self.standing.setdefault(family.key, []).append(family)
            self._note(item.plan, item.charge, (item.date_from, item.date_to), item.number)

    def settle(self, segments: list[Segment]) -> None:
        wanted: dict[GroupKey, list[Segment]] = {}
        for segment in segments:
            if segment.key in self.standing:
                wanted.setdefault(segment.key, []).append(segment)
            elif self.bill.is_due(segment.due) and segment.minor:
                self._charge(segment, segment[1:3], segment.minor, segment.quantity)
        for key, held in self.standing.items():
            for some, of_them in _overlapping(wanted.get(key, []), held):
                if some:
                    self._settle(some, of_them)
                else:
                    self._take_back(of_them)

    def _settle(self, segments: list[Segment], families: list[Family]) -> None:
        """From what the lines hold to what the segments cost."""
        if not all([self.bill.is_due(segment.due) for segment in segments]):
            return
        held = sum(family.held for family in families)
        step = sum(segment.minor for segment in segments) - held
        if not step:
            return
        quantity = (sum((segment.quantity for segment in segments), ZERO)
                    - sum((family.quantity for family in families), ZERO))
        wanted = union(segment[1:3] for segment in segments)
        paid = union(days for family in families for days in family.paid)
        missing, given = subtract(wanted, paid), subtract(paid, wanted)
        if given and not missing and step * held < 0:
            self._give_back(families, given, step, quantity)
            return
        days = missing[0] if missing else (wanted[0][0], wanted[-1][1])
        number = 1 + max((family.item.number for family in families), default=-1)
        self._charge(segments[-1], days, step, quantity, number)

    def _give_back(self, families: list[Family], given: Days, step: int, quantity: Decimal) -> None:
        """Credit the lines whose days are gone first, none of them beyond what it holds."""
        ordered = sorted(reversed(families), key=lambda one: not intersect(one.paid, given))
        for family in ordered:
            if step * family.held < 0:
                back = -family.held if abs(family.held) < abs(step) else step
                days = intersect(family.paid, given) or [
                    (family.item.date_from, family.item.date_to)]
                self._credit(family, days[0], back, quantity)
                step, quantity = step - back, ZERO

    def _take_back(self, families: list[Family]) -> None:
        for family in families:
            if family.held:
                days = (family.item.date_from, family.item.date_to)
                self._credit(family, days, -family.held, -family.quantity)

    def _credit(self, family: Family, days: Interval, minor: int, quantity: Decimal) -> None:
        told = quantity if family.item.discount is None else None
        self.bill.credit(family, days, minor, told)

    def _charge(self, segment: Segment, days: Interval, minor: int, quantity: Decimal,
                number: int = 0) -> None:
        """A line of usage; no two live ones have the same charge, days and number."""
        plan, code = segment.key[:2]
        number = max(number, self._numbers.get((plan, code, days), 0))
        self._note(plan, code, days, number)
        price = Price(Fraction(0), 0, '', quantity if segment.discount is None else None,
                      segment.unit_price, segment.charge, discount=segment.discount)
        due = max(days[1], segment.due)
        self.bill.charge(USAGE, segment.key, days, minor, price, due, number)

    def _note(self, plan: object, code: str, days: tuple[date, date], number: int) -> None:
        """The next number that is free for a charge and days."""
        key = (plan, code, days)
        self._numbers[key] = max(self._numbers.get(key, 0), number + 1)


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

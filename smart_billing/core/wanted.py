"""What a timeline wants billed of its recurring charges: groups of days (請求予定).

Everything that can still change is generated, from the day up to which history is settled to the
first line after the target: what is due, and what is billed ahead already, is decided later.
"""
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction

from .bill import GroupKey, Price
from .errors import DomainError
from .facts import ADVANCE, FLAT, PER_UNIT, RECURRING, Charge, Rules
from .intervals import Interval, subtract
from .money import to_minor
from .periods import Period
from .pricing import amount_of, price_at, with_minimum
from .proration import Measure, Piece, Valuation, missing_days, prorated_sides
from .spans import NEVER, QuantitySpan, VersionSpan
from .timeline import Stay, Timeline, days_of_charge


class Group:
    """Wanted days of one charge in one full period at one price."""

    __slots__ = ('charge', 'price', 'full_from', 'full_to', 'pieces')

    def __init__(self, price: Price, full_from: date, full_to: date):
        self.charge, self.price = price.charge, price
        self.full_from, self.full_to = full_from, full_to
        self.pieces: list[Piece] = []

    def valuation(self, rules: Rules) -> Valuation:
        measure = Measure(self.full_from, self.full_to, self.charge.every, rules)
        return Valuation(self.price.amount, measure, self.pieces, rules)


class Book:
    """Price terms by charge, quantity and period number, worked out once."""

    __slots__ = ('rules', '_known')

    def __init__(self, rules: Rules):
        self.rules = rules
        self._known: dict = {}

    def price(self, charge: Charge, quantity: Decimal | None, number: int) -> Price:
        # The cached value holds the charge, so its id is not given to another one.
        key = (id(charge), quantity, number) if charge.steps else (id(charge), quantity)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = price_of(charge, quantity, number, self.rules)
        return found


def price_of(charge: Charge, quantity: Decimal | None, number: int, rules: Rules) -> Price:
    """Price terms of a quantity in the period of that number."""
    step = price_at(charge, number)
    amount = with_minimum(charge, amount_of(charge, quantity or Decimal(0), step))
    terms = str(amount) if quantity is None else f'{Fraction(quantity)}@{amount}'
    minor = to_minor(amount, rules.digits, rules.rounding)
    return Price(amount, minor, terms, quantity, unit_price_of(charge, step), charge)


def unit_price_of(charge: Charge, price: Decimal) -> Decimal | None:
    """The price that a reader can multiply, None where one price does not tell the amount."""
    return price if charge.model in (FLAT, PER_UNIT) and charge.minimum is None else None


def amount_in(terms: str) -> Fraction:
    """The amount of a full period that the terms of an item tell."""
    try:
        return Fraction(terms.rpartition('@')[2])
    except ValueError:
        raise DomainError('terms_unreadable', terms=terms) from None


def recurring_groups(
    timeline: Timeline, target: date, billed_to: dict, rules: Rules, book: Book,
) -> dict[GroupKey, Group]:
    """Groups by key; `billed_to`: the last day + 1 billed by (plan code, charge code)."""
    groups: dict[GroupKey, Group] = {}
    pauses = timeline.pauses
    paused_from = pauses[-1][0] if pauses and pauses[-1][1] == NEVER else NEVER
    for stay in timeline.stays:
        for span in stay.spans:
            stop = min(span.date_to, stay.date_to, paused_from)
            begin = max(span.date_from, stay.billing_from)
            if begin >= stop:
                continue
            for charge in span.version.charges:
                if charge.type == RECURRING:
                    ahead = max(target, billed_to.get((stay.plan.code, charge.code), target))
                    walk = _Walk(timeline, stay, span, charge, (begin, stop), rules)
                    walk.collect(groups, target, ahead, book)
    return groups


class _Walk:
    """One charge of one version during one stay."""

    __slots__ = ('timeline', 'stay', 'charge', 'begin', 'stop', 'sides', 'run', 'quantities')

    def __init__(self, timeline: Timeline, stay: Stay, span: VersionSpan, charge: Charge,
                 days: Interval, rules: Rules):
        self.timeline, self.stay, self.charge = timeline, stay, charge
        self.begin, self.stop = days
        self.sides = prorated_sides(charge, rules)
        self.run = None if all(self.sides) else days_of_charge(stay, span, charge)
        # A flat price knows no quantity, so a change of quantity does not cut it.
        self.quantities = timeline.quantities
        if charge.model == FLAT:
            self.quantities = (QuantitySpan(date.min, NEVER, None),)

    def collect(self, groups: dict, target: date, ahead: date, book: Book) -> None:
        """Add pieces up to the first one that is neither due nor billed."""
        charge, code = self.charge, self.stay.plan.code
        advance = charge.timing == ADVANCE
        for period in self._periods():
            number = self.timeline.number(self.stay, charge, period) if charge.steps else 0
            last = None
            for span in self.quantities:
                for piece in self._pieces(period, span):
                    price = book.price(charge, span.quantity, number)
                    key = (code, charge.code, period.full_from, period.full_to, price.terms)
                    group = groups.get(key)
                    if group is None:
                        group = groups[key] = Group(price, period.full_from, period.full_to)
                    group.pieces.append(piece)
                    last = piece.date_from if advance else piece.date_to
            if last is not None and last > target and last >= ahead:
                return

    def _periods(self) -> Iterator[Period]:
        schedule = self.timeline.schedule(self.stay, self.charge.every, RECURRING)
        settled = self.timeline.contract.settled_until
        since = self.begin if settled is None else max(self.begin, settled)
        for period in schedule.since(since):
            if period.date_from >= self.stop:
                return
            yield period

    def _pieces(self, period: Period, span: QuantitySpan) -> list[Piece]:
        """The wanted days of a period at one quantity, without the suspended ones."""
        begin = max(self.begin, period.date_from, span.date_from)
        end = min(self.stop, period.date_to, span.date_to)
        if begin >= end:
            return []
        pauses = self.timeline.pauses
        if not pauses and self.run is None:
            return [Piece(begin, end)]
        pieces = [Piece(*days) for days in subtract([(begin, end)], pauses)]
        if pieces and self.run is not None:
            run_from = max(self.run[0], self.stay.billing_from, period.date_from, span.date_from)
            run_to = min(self.run[1], period.date_to, span.date_to)
            before, after = missing_days(self.sides, period, run_from, run_to)
            # A run that begins or ends suspended charges no missing days beyond that.
            if pieces[0].date_from == run_from:
                pieces[0] = pieces[0]._replace(before=before)
            if pieces[-1].date_to == run_to:
                pieces[-1] = pieces[-1]._replace(after=after)
        return pieces

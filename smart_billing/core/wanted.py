"""What a timeline wants billed of its recurring charges: groups of days (請求予定).

Everything that can still change is generated, from the day up to which history is settled to the
first line after the target: what is due, and what is billed ahead already, is decided later.
"""
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import NamedTuple

from .bill import GroupKey, Price
from .discounts import Cover, covers, left
from .errors import DomainError
from .facts import ADVANCE, FLAT, PER_UNIT, RECURRING, Charge, Discount, Rules, discount_code
from .intervals import Interval, subtract
from .money import to_minor
from .parts import Part, lowered, parts_of
from .periods import Period
from .pricing import amount_of, at_agreed_price, price_at, within_bounds
from .proration import Measure, Piece, Valuation, missing_days, prorated_sides
from .spans import NEVER, PriceSpan, QuantitySpan, VersionSpan
from .timeline import Stay, Timeline, days_of_charge


class Group:
    """Wanted days of one charge in one full period at one price.

    A discount has groups of its own; `hosts` are the groups of the charge that it lowers.
    """

    __slots__ = ('charge', 'price', 'full_from', 'full_to', 'pieces', 'hosts')

    def __init__(self, price: Price, full_from: date, full_to: date,
                 hosts: set[GroupKey] | None = None):
        self.charge, self.price = price.charge, price
        self.full_from, self.full_to = full_from, full_to
        self.pieces: list[Piece] = []
        self.hosts = hosts

    def valuation(self, rules: Rules) -> Valuation:
        measure = Measure(self.full_from, self.full_to, self.charge.every, rules)
        return Valuation(self.price.amount, measure, self.pieces, rules, self.price.before)


class Wanted(NamedTuple):
    """Groups of charges and of the discounts on them, by key."""

    charges: dict[GroupKey, Group]
    discounts: dict[GroupKey, Group]


class Book:
    """Price terms by charge, quantity and period number, worked out once."""

    __slots__ = ('rules', '_known', '_agreed', '_lowered')

    def __init__(self, rules: Rules):
        self.rules = rules
        self._known: dict = {}
        self._agreed: dict = {}
        self._lowered: dict = {}

    def price(self, charge: Charge, quantity: Decimal | None, number: int) -> Price:
        # The cached value holds the charge, so its id is not given to another one.
        key = (id(charge), quantity, number) if charge.steps else (id(charge), quantity)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = price_of(charge, quantity, number, self.rules)
        return found

    def at_agreed_price(self, charge: Charge, price: Decimal) -> Charge:
        key = (id(charge), price)
        found = self._agreed.get(key)
        if found is None:
            found = self._agreed[key] = (at_agreed_price(charge, price), charge)
        return found[0]

    def lowered(self, price: Price, discount: Discount) -> Price:
        """What a discount takes off; the price itself where it takes nothing."""
        key = (id(price), discount)
        found = self._lowered.get(key)
        if found is None:
            found = self._lowered[key] = (lowered_price(price, discount, self.rules), price)
        return found[0]


def price_of(charge: Charge, quantity: Decimal | None, number: int, rules: Rules) -> Price:
    """Price terms of a quantity in the period of that number."""
    step = price_at(charge, number)
    amount = within_bounds(charge, amount_of(charge, quantity or Decimal(0), step))
    terms = str(amount) if quantity is None else f'{Fraction(quantity)}@{amount}'
    minor = to_minor(amount, rules.digits, rules.rounding)
    return Price(amount, minor, terms, quantity, unit_price_of(charge, step), charge)


def lowered_price(price: Price, discount: Discount, rules: Rules) -> Price:
    """The terms of a discount on a price, or on what the discount before it has left."""
    amount = left(price.amount, discount)
    if amount == price.amount:
        return price
    minor = (to_minor(amount, rules.digits, rules.rounding)
             - to_minor(price.amount, rules.digits, rules.rounding))
    quantity, at, _amount = price.terms.rpartition('@')
    terms = f'{quantity}{at}{price.amount}>{amount}'
    return Price(amount, minor, terms, None, None, price.charge, price.amount, discount.code)


def unit_price_of(charge: Charge, price: Decimal) -> Decimal | None:
    """The price that a reader can multiply, None where one price does not tell the amount."""
    bounded = charge.minimum is not None or charge.maximum is not None
    return price if charge.model in (FLAT, PER_UNIT) and not bounded else None


def amounts_in(terms: str) -> tuple[Fraction, Fraction | None]:
    """The amount of a full period that the terms of an item tell, and of a discount that before."""
    told = terms.partition('|')[0].partition('<')[0].rpartition('@')[2]
    before, _sign, amount = told.rpartition('>')
    try:
        return Fraction(amount), Fraction(before) if before else None
    except ValueError:
        raise DomainError('terms_unreadable', terms=terms) from None


def recurring_groups(
    timeline: Timeline, target: date, billed_to: dict, rules: Rules, book: Book,
) -> Wanted:
    """Groups by key; `billed_to`: the last day + 1 billed by (plan code, charge code)."""
    wanted = Wanted({}, {})
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
                    walk = _Walk(timeline, stay, span, charge, (begin, stop), book)
                    walk.collect(wanted, target, ahead)
    return wanted


class _Walk:
    """One charge of one version during one stay."""

    __slots__ = ('timeline', 'stay', 'charge', 'begin', 'stop', 'sides', 'run', 'quantities',
                 'book', 'agreed', 'covers')

    def __init__(self, timeline: Timeline, stay: Stay, span: VersionSpan, charge: Charge,
                 days: Interval, book: Book):
        self.timeline, self.stay, self.charge, self.book = timeline, stay, charge, book
        self.begin, self.stop = days
        self.sides = prorated_sides(charge, book.rules)
        self.run = None if all(self.sides) else days_of_charge(stay, span, charge)
        self.quantities = timeline.taken(charge)
        if charge.optional:
            last = self.quantities[-1].date_to if self.quantities else self.begin
            self.stop = min(self.stop, last)
        self.agreed: tuple[PriceSpan, ...] = ()
        if timeline.contract.prices:
            self.agreed = timeline.agreed(stay.plan.code, charge.code)
        self.covers: tuple[Cover, ...] = covers(timeline, charge) if timeline.grants else ()

    def collect(self, wanted: Wanted, target: date, ahead: date) -> None:
        """Add pieces up to the first one that is neither due nor billed."""
        charge, advance = self.charge, self.charge.timing == ADVANCE
        one_part = not (self.agreed or self.covers or charge.tax_changes)
        for period in self._periods():
            number = self.timeline.number(self.stay, charge, period) if charge.steps else 0
            last = None
            for span in self.quantities:
                for piece in self._pieces(period, span):
                    if one_part:
                        part = Part(piece, self.book.price(charge, span.quantity, number))
                        self._add(wanted.charges, charge.code, period, part)
                    else:
                        self._add_parts(wanted, period, piece, span.quantity, number)
                    last = piece.date_from if advance else piece.date_to
            if last is not None and last > target and last >= ahead:
                return

    def _add(self, groups: dict[GroupKey, Group], code: str, period: Period, part: Part,
             host: GroupKey | None = None) -> GroupKey:
        piece, price, suffix = part
        key = (self.stay.plan.code, code, period.full_from, period.full_to, price.terms + suffix)
        group = groups.get(key)
        if group is None:
            hosts = None if host is None else set()
            group = groups[key] = Group(price, period.full_from, period.full_to, hosts)
        group.pieces.append(piece)
        if host is not None:
            group.hosts.add(host)
        return key

    def _add_parts(self, wanted: Wanted, period: Period, piece: Piece, quantity: Decimal | None,
                   number: int) -> None:
        """A piece in parts, each with its discounts."""
        charge = self.charge
        price_on = partial(self._price_on, quantity, number)
        for part in parts_of(piece, period, charge, self.agreed, price_on):
            host = self._add(wanted.charges, charge.code, period, part)
            for less in lowered(part, self.covers, period, self.book.lowered):
                code = discount_code(charge.code, less.price.discount)
                self._add(wanted.discounts, code, period, less, host)

    def _price_on(self, quantity: Decimal | None, number: int, agreed: PriceSpan | None) -> Price:
        charge = self.charge
        if agreed is not None:
            charge = self.book.at_agreed_price(charge, agreed.price)
        return self.book.price(charge, quantity, number)

    def _periods(self) -> Iterator[Period]:
        charge = self.charge
        schedule = self.timeline.schedule(self.stay, charge.every, RECURRING, charge.align)
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

"""Charges without a period: one-time charges and the cancellation fee (初期費用, 違約金)."""
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from .bill import Bill, Family, Price, base_code
from .discounts import once_lowered
from .facts import ADD_OPTION, DROP_OPTION, FEE, FLAT, ONE_TIME, Charge, discount_code
from .spans import in_force, put, taken_by
from .timeline import Stay, Timeline
from .wanted import Book, price_of


class Single(NamedTuple):
    """A line that is wanted once, on one day; one of an option may come again on another day."""

    kind: str
    plan: object
    code: str
    day: date
    price: Price

    @property
    def key(self) -> tuple:
        return _key(self.kind, self.plan, self.code, self.day, self.price.charge)


def _key(kind: str, plan: object, code: str, day: date, charge: Charge | None) -> tuple:
    return kind, plan, code, day if charge and charge.optional else None


def singles_of(timeline: Timeline, book: Book) -> Iterator[Single]:
    """One-time charges of the first day and of options, and the fee that the end brings."""
    settled = timeline.contract.settled_until
    # What a contract continues was billed when that began.
    continued = timeline.origin < timeline.first_day
    if timeline.stays and not continued and (settled is None or settled <= timeline.first_day):
        yield from _of_first_day(timeline, book)
    if timeline.options:
        yield from _of_options(timeline, settled, continued, book)
    fee = timeline.fee
    if fee is not None and (settled is None or settled <= fee.day):
        charge = Charge(FEE, type=FEE, price=fee.plan.cancellation_fee, key=fee.plan.fee_key)
        yield Single(FEE, fee.plan.code, FEE, fee.day, price_of(charge, None, 1, book.rules))


def _of_first_day(timeline: Timeline, book: Book) -> Iterator[Single]:
    stay, day = timeline.stays[0], timeline.first_day
    for charge in stay.spans[0].version.charges:
        if charge.type == ONE_TIME and not charge.optional:
            quantity = timeline.quantity_on(day)
            yield from _once(timeline, stay, charge, [day], (day, quantity), book)


def _of_options(timeline: Timeline, settled: date | None, continued: bool, book: Book) -> (
        Iterator[Single]):
    """One-time charges on each day on which an option is taken, where the plan offers them."""
    for option, taken in _days_taken(timeline, continued).items():
        for day, quantity in taken.items():
            if settled is not None and day < settled:
                continue
            stay = timeline.stay_on(day)
            for charge in in_force(stay.spans, day).version.charges:
                if charge.code == option and charge.type == ONE_TIME and charge.optional:
                    yield from _once(timeline, stay, charge, list(taken), (day, quantity), book)


def _days_taken(timeline: Timeline, continued: bool) -> dict[str, dict[date, Decimal]]:
    """By option the days on which the contract took it, and how much of it."""
    settings: dict[str, dict] = {}
    for event in timeline.contract.events:
        day = event.effective
        if event.kind in (ADD_OPTION, DROP_OPTION) and timeline.first_day <= day < timeline.end:
            if not (continued and day == timeline.first_day):
                put(settings.setdefault(event.option, {}), day, event.sequence, taken_by(event))
    return {
        option: {day: days[day][1] for day in sorted(days) if days[day][1] is not None}
        for option, days in settings.items()}


def _once(timeline: Timeline, stay: Stay, charge: Charge, days: list[date],
          taken: tuple[date, Decimal], book: Book) -> Iterator[Single]:
    """The line of a one-time charge and those of the discounts on it."""
    day, quantity = taken
    plan = stay.plan.code
    asked = charge
    for span in timeline.agreed(plan, charge.code):
        if span.date_from <= day < span.date_to:
            asked = book.at_agreed_price(charge, span.price)
    price = book.price(asked, None if asked.model == FLAT else quantity, 1)
    yield Single(ONE_TIME, plan, charge.code, day, price)
    for discount in once_lowered(timeline, charge, days, day) if timeline.grants else ():
        less = book.lowered(price, discount)
        if less is not price:
            price = less
            yield Single(ONE_TIME, plan, discount_code(charge.code, discount.code), day, price)


def settle_singles(bill: Bill, wanted: list[Single], families: list[Family],
                   timeline: Timeline | None) -> None:
    """Bill what is due, give back what is no longer wanted."""
    standing: dict[tuple, list[Family]] = {}
    for family in families:
        item = family.item
        charge = timeline and timeline.charge_named(item.plan, base_code(item))
        key = _key(item.kind, item.plan, item.charge, item.date_from, charge)
        standing.setdefault(key, []).append(family)
    for single in wanted:
        _settle(bill, single, standing.pop(single.key, []))
    for held in standing.values():
        item = held[0].item
        charge = timeline and timeline.charge_named(item.plan, base_code(item))
        if charge and charge.credit == 'none':
            continue
        for family in held:
            if family.held:
                _give_back(bill, family, -family.held)


def _settle(bill: Bill, single: Single, held: list[Family]) -> None:
    price = single.price
    already = sum(family.held for family in held)
    step = price.minor - already
    if not step or not bill.is_due(single.day):
        return
    if step * already < 0:
        if price.charge.credit != 'none':
            _give_back(bill, held[-1], step)
        return
    number = 1 + max((family.item.number for family in held), default=-1)
    billed = sum((family.quantity for family in held), Decimal(0))
    if held and price.quantity is not None:
        price = price._replace(quantity=price.quantity - billed)
    key = (single.plan, single.code, single.day, single.day, '')
    bill.charge(single.kind, key, (single.day, single.day), step, price, single.day, number)


def _give_back(bill: Bill, family: Family, minor: int) -> None:
    bill.credit(family, (family.item.date_from, family.item.date_to), minor, family.item.quantity)

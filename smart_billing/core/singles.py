"""Charges without a period: one-time charges and the cancellation fee (初期費用, 違約金)."""
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from .bill import Bill, Family, Price
from .facts import FEE, FLAT, ONE_TIME, Charge
from .timeline import Timeline
from .wanted import Book, price_of


class Single(NamedTuple):
    """A line that is wanted once, on one day."""

    kind: str
    plan: object
    day: date
    price: Price

    @property
    def key(self) -> tuple:
        return (self.kind, self.plan, self.price.charge.code)


def singles_of(timeline: Timeline, book: Book) -> Iterator[Single]:
    """One-time charges of the plan of the first day, and the fee that the end brings."""
    first_day = timeline.first_day
    settled = timeline.contract.settled_until
    continued = timeline.origin < first_day
    if timeline.stays and not continued and (settled is None or settled <= first_day):
        stay = timeline.stays[0]
        for charge in stay.spans[0].version.charges:
            if charge.type == ONE_TIME:
                price = book.price(charge, _quantity(timeline, charge), 1)
                yield Single(ONE_TIME, stay.plan.code, first_day, price)
    fee = timeline.fee
    if fee is not None and (settled is None or settled <= fee.day):
        charge = Charge(FEE, type=FEE, price=fee.plan.cancellation_fee, key=fee.plan.fee_key)
        yield Single(FEE, fee.plan.code, fee.day, price_of(charge, None, 1, book.rules))


def _quantity(timeline: Timeline, charge: Charge) -> Decimal | None:
    return None if charge.model == FLAT else timeline.quantity_on(timeline.first_day)


def settle_singles(bill: Bill, wanted: list[Single], families: list[Family],
                   timeline: Timeline | None) -> None:
    """Bill what is due, give back what is no longer wanted."""
    standing: dict[tuple, list[Family]] = {}
    for family in families:
        item = family.item
        standing.setdefault((item.kind, item.plan, item.charge), []).append(family)
    for single in wanted:
        _settle(bill, single, standing.pop(single.key, []))
    for (_kind, plan, code), held in standing.items():
        charge = timeline and timeline.charge_named(plan, code)
        if charge and charge.credit == 'none':
            continue
        for family in held:
            if family.held:
                _give_back(bill, family, -family.held)


def _settle(bill: Bill, single: Single, held: list[Family]) -> None:
    price = single.price
    step = price.minor - sum(family.held for family in held)
    if not step or not bill.is_due(single.day):
        return
    if step < 0:
        if price.charge.credit != 'none':
            _give_back(bill, held[-1], step)
        return
    number = 1 + max((family.item.number for family in held), default=-1)
    billed = sum((family.quantity for family in held), Decimal(0))
    if held and price.quantity is not None:
        price = price._replace(quantity=price.quantity - billed)
    key = (single.plan, price.charge.code, single.day, single.day, '')
    bill.charge(single.kind, key, (single.day, single.day), step, price, single.day, number)


def _give_back(bill: Bill, family: Family, minor: int) -> None:
    bill.credit(family, (family.item.date_from, family.item.date_to), minor, family.item.quantity)

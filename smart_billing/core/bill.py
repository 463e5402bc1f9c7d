"""What stands on a contract's account, and the lines that are added to it (請求残高の突合)."""
from collections.abc import Hashable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from .facts import CREDIT, BilledItem, Charge, DueItem, Rules, Trim, discount_code
from .intervals import Days, subtract
from .money import from_minor, to_minor

ZERO = Decimal(0)

GroupKey = tuple  # (plan code, charge code, full_from, full_to, terms)


class Price(NamedTuple):
    """Price terms of one full period; `minor` is the amount rounded.

    Those of a discount are what is left of the amount `before` it; `minor` is what it takes off.
    """

    amount: Fraction
    minor: int
    terms: str
    quantity: Decimal | None
    unit_price: Decimal | None
    charge: Charge
    before: Fraction | None = None
    discount: Hashable = None


def base_code(item: BilledItem | DueItem) -> str:
    """The code of the charge that an item bills or lowers."""
    if item.discount is None:
        return item.charge
    return item.charge.removesuffix(discount_code('', item.discount))


class Family:
    """A billed item with the live credits on it: days still paid for, money still held."""

    __slots__ = ('item', 'credits', 'paid', 'held')

    def __init__(self, item: BilledItem, credits: Sequence[BilledItem], rules: Rules):
        self.item, self.credits = item, credits
        self.paid: Days = [(item.date_from, item.date_to)]
        self.held = to_minor(item.amount, rules.digits, rules.rounding)
        if credits:
            self.paid = subtract(self.paid, [(one.date_from, one.date_to) for one in credits])
            self.held += sum(
                to_minor(one.amount, rules.digits, rules.rounding) for one in credits)

    @property
    def quantity(self) -> Decimal:
        return sum((one.quantity or ZERO for one in (self.item, *self.credits)), ZERO)

    @property
    def key(self) -> GroupKey:
        item = self.item
        return (item.plan, item.charge, item.period_from, item.period_to, item.terms)


def families_of(items: Iterable[BilledItem], rules: Rules) -> list[Family]:
    """Families in the order of the items; a credit whose item is gone heads a family of its own."""
    items = list(items)
    credits: dict = {}
    keys = None
    for item in items:
        if item.credits is not None:
            keys = keys or {one.key for one in items}
            if item.credits in keys:
                credits.setdefault(item.credits, []).append(item)
    return [Family(item, credits.get(item.key, ()), rules)
            for item in items if item.credits is None or item.credits not in keys]


class Bill:
    """Collects the lines of one contract in one run."""

    __slots__ = ('contract', 'target', 'rules', 'items', 'trims', 'next_due')

    def __init__(self, contract: object, target: date, rules: Rules):
        self.contract, self.target, self.rules = contract, target, rules
        self.items: list[DueItem] = []
        self.trims: list[Trim] = []
        self.next_due: date | None = None

    def is_due(self, day: date) -> bool:
        """Whether the day has come; the first one that has not is remembered."""
        if day <= self.target:
            return True
        if self.next_due is None or day < self.next_due:
            self.next_due = day
        return False

    def charge(self, kind: str, key: GroupKey, days: tuple[date, date], minor: int, price: Price,
               due: date, number: int = 0) -> None:
        """Add a line that bills days."""
        plan, code, full_from, full_to, terms = key
        percent = price.charge.tax_percent
        if percent is None:
            percent = self.rules.tax_percent
        self.items.append(DueItem(
            self.contract, plan, code, kind, days[0], days[1],
            from_minor(minor, self.rules.digits), price.quantity, price.unit_price,
            full_from, full_to, terms, due, None, number, percent, price.charge.key,
            price.discount))

    def credit(self, family: Family, days: tuple[date, date], minor: int,
               quantity: Decimal | None, unit_price: Decimal | None = None) -> None:
        """Add a line that gives days of a billed item back, at the tax of that item."""
        item = family.item
        percent = self.rules.tax_percent if item.tax_percent is None else item.tax_percent
        self.items.append(DueItem(
            self.contract, item.plan, item.charge, CREDIT, days[0], days[1],
            from_minor(minor, self.rules.digits), quantity, unit_price,
            item.period_from, item.period_to, item.terms, self.target, item.key,
            len(family.credits), percent, item.charge_key, item.discount))

"""What a quantity costs: flat, per unit, tiered, volume, package (料金モデル)."""
from decimal import Decimal
from fractions import Fraction

from .errors import DomainError
from .facts import FLAT, PACKAGE, PER_UNIT, TIERED, VOLUME, Charge, Tier


def price_at(charge: Charge, number: int) -> Decimal:
    """The price in the `number`-th period since the plan's billing started (step price)."""
    left = number
    for step in charge.steps:
        if step.periods is None or left <= step.periods:
            return step.price
        left -= step.periods
    return charge.steps[-1].price if charge.steps else charge.price


def amount_of(charge: Charge, quantity: Decimal, price: Decimal) -> Fraction:
    """The exact amount of a quantity in one full period, before minimum and maximum."""
    exact = _MODELS.get(charge.model)
    if exact is None:
        raise DomainError('unknown_model', charge=charge.code, model=charge.model)
    if quantity < 0:
        raise DomainError('negative_quantity', charge=charge.code, quantity=quantity)
    return exact(charge, Fraction(quantity), Fraction(price))


def within_bounds(charge: Charge, amount: Fraction) -> Fraction:
    """The amount of a full period, between the least and the most that one costs (最低料金, 上限額).

    Where the two contradict each other the most holds.
    """
    if charge.minimum is not None:
        amount = max(amount, Fraction(charge.minimum))
    if charge.maximum is not None:
        amount = min(amount, Fraction(charge.maximum))
    return amount


def at_agreed_price(charge: Charge, price: Decimal) -> Charge:
    """The charge at a price of its own: for all periods, of tiers and volumes for every unit."""
    model = PER_UNIT if charge.model in (TIERED, VOLUME) else charge.model
    return charge._replace(price=price, model=model, steps=(), tiers=())


def _flat(charge: Charge, quantity: Fraction, price: Fraction) -> Fraction:
    return price


def _per_unit(charge: Charge, quantity: Fraction, price: Fraction) -> Fraction:
    return price * quantity


def _tiered(charge: Charge, quantity: Fraction, price: Fraction) -> Fraction:
    """Each tier at its own price; a tier reached adds its flat fee, the first always is."""
    total, below = Fraction(0), Fraction(0)
    for tier in _reached(charge, quantity):
        top = quantity if tier.up_to is None else min(quantity, Fraction(tier.up_to))
        total += (top - below) * Fraction(tier.price) + Fraction(tier.flat_fee)
        below = top
    return total


def _volume(charge: Charge, quantity: Fraction, price: Fraction) -> Fraction:
    """All units at the price of the tier reached."""
    tier = _reached(charge, quantity)[-1]
    return quantity * Fraction(tier.price) + Fraction(tier.flat_fee)


def _package(charge: Charge, quantity: Fraction, price: Fraction) -> Fraction:
    """Begun blocks of `size` units, after the free units."""
    if not charge.size or charge.size <= 0:
        raise DomainError('package_without_size', charge=charge.code)
    beyond = max(quantity - Fraction(charge.free), Fraction(0))
    return price * -(-beyond // Fraction(charge.size))


def _reached(charge: Charge, quantity: Fraction) -> list[Tier]:
    reached = []
    for tier in charge.tiers:
        reached.append(tier)
        if tier.up_to is None or quantity <= Fraction(tier.up_to):
            return reached
    raise DomainError('quantity_beyond_tiers', charge=charge.code, quantity=quantity)


_MODELS = {FLAT: _flat, PER_UNIT: _per_unit, TIERED: _tiered, VOLUME: _volume, PACKAGE: _package}

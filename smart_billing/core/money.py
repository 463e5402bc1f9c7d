"""Money: exact ratios in, one rounding, amounts with the currency's digits out (端数処理).

Inside the core an amount is an integer of minor units (yen, cents) or an exact `Fraction`; at the
border it is a `Decimal` with the currency's digits.  Every rounding names its direction and works
on the absolute value, so that a credit is rounded like the charge it gives back.
"""
from decimal import Decimal
from fractions import Fraction

from .errors import DomainError
from .facts import CEIL, FLOOR, HALF_UP


def round_ratio(numerator: int, denominator: int, direction: str) -> int:
    """Round `numerator / denominator` (denominator > 0) to an integer by its absolute value."""
    quotient, rest = divmod(abs(numerator), denominator)
    if rest:
        if direction == HALF_UP:
            quotient += 2 * rest >= denominator
        elif direction == CEIL:
            quotient += 1
        elif direction != FLOOR:
            raise DomainError('unknown_rounding', rounding=direction)
    return -quotient if numerator < 0 else quotient


def to_minor(value: Decimal | Fraction | int, digits: int, direction: str) -> int:
    """Round a value to an integer of the currency's minor unit."""
    numerator, denominator = value.as_integer_ratio()
    return round_ratio(numerator * 10 ** digits, denominator, direction)


def from_minor(minor: int, digits: int) -> Decimal:
    """The amount of an integer of minor units, with the currency's digits."""
    return Decimal(minor).scaleb(-digits) if digits else Decimal(minor)


def round_amount(value: Decimal | Fraction | int, digits: int, direction: str) -> Decimal:
    """Round once to the currency's digits."""
    return from_minor(to_minor(value, digits, direction), digits)

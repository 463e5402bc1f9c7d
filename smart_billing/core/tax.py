"""Tax: once per rate per invoice, on the signed sum of its lines (適格請求書の端数処理).

The sum of a rate may be negative (a credit note); rounding by absolute value makes the tax of a
credit note the exact mirror of the same invoice.
"""
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from .money import round_amount


class TaxOfRate(NamedTuple):
    """One rate of an invoice: `base` net of tax, `tax`, both with the currency's digits."""

    percent: Decimal
    base: Decimal
    tax: Decimal


def tax_on(base: Decimal, percent: Decimal, digits: int, direction: str) -> Decimal:
    """The tax that comes on top of a net sum (外税)."""
    return round_amount(Fraction(base) * Fraction(percent) / 100, digits, direction)


def tax_in(gross: Decimal, percent: Decimal, digits: int, direction: str) -> Decimal:
    """The tax that a gross sum contains (内税)."""
    rate = Fraction(percent)
    return round_amount(Fraction(gross) * rate / (100 + rate), digits, direction)


def taxes_of(
    lines: Iterable[tuple[Decimal, Decimal]], digits: int, direction: str, included: bool = False,
) -> tuple[TaxOfRate, ...]:
    """Tax of an invoice's `(percent, amount)` lines, one entry a rate, lowest rate first.

    With `included` the amounts are gross, and the base is what remains after the tax.
    """
    sums: dict[Decimal, Decimal] = {}
    for percent, amount in lines:
        sums[percent] = sums.get(percent, Decimal(0)) + amount
    found = []
    for percent in sorted(sums):
        total = sums[percent]
        if included:
            tax = tax_in(total, percent, digits, direction)
            found.append(TaxOfRate(percent, total - tax, tax))
        else:
            found.append(TaxOfRate(percent, total, tax_on(total, percent, digits, direction)))
    return tuple(found)

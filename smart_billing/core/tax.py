"""Consumption tax: once per rate and invoice, on the signed sum of its lines (適格請求書の端数処理).

Prices may be net (外税) or contain the tax (内税). Where an invoice has both at one rate, the law
wants them brought to one kind before the tax is taken (インボイス Q&A, 税抜価額と税込価額が混在する
場合): here the net sum is brought to gross, and the tax is what the gross sum of the rate contains.
For prices of one kind that is the tax of that kind, so there is one rule (a law of the tests).

The sum of a rate may be negative (a credit note); rounding by absolute value makes the tax of a
credit note the exact mirror of the same invoice.
"""
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from .money import round_amount


class TaxLine(NamedTuple):
    """An amount of an invoice with its rate; `included`: the amount contains the tax (内税)."""

    percent: Decimal
    amount: Decimal
    included: bool = False


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


def tax_of_rate(
    net: Decimal, gross: Decimal, percent: Decimal, digits: int, direction: str,
) -> TaxOfRate:
    """The tax of one rate, from the sum of its net prices and the sum of its gross prices."""
    total = net + tax_on(net, percent, digits, direction) + gross
    tax = tax_in(total, percent, digits, direction)
    return TaxOfRate(percent, total - tax, tax)


def taxes_of(
    lines: Iterable[tuple[Decimal, Decimal]], digits: int, direction: str, included: bool = False,
) -> tuple[TaxOfRate, ...]:
    """Tax of an invoice's `(percent, amount)` lines, one entry a rate, lowest rate first.

    With `included` the amounts are gross, and the base is what remains after the tax.
    """
    return taxes_of_lines(
        (TaxLine(percent, amount, included) for percent, amount in lines), digits, direction)


def taxes_of_lines(
    lines: Iterable[TaxLine], digits: int, direction: str,
) -> tuple[TaxOfRate, ...]:
    """The same for lines of which some contain the tax and others do not."""
    sums: dict[Decimal, list[Decimal]] = {}
    for percent, amount, included in lines:
        pair = sums.setdefault(percent, [Decimal(0), Decimal(0)])
        pair[included] += amount
    return tuple(tax_of_rate(*sums[percent], percent, digits, direction)
                 for percent in sorted(sums))


class InvoiceTotals(NamedTuple):
    """What an invoice comes to: `total` to pay, of it `tax`, and each rate."""

    total: Decimal
    tax: Decimal
    rates: tuple[TaxOfRate, ...]


def totals_of(
    lines: Iterable[tuple[Decimal, Iterable[tuple[Decimal, bool]]]], digits: int, direction: str,
) -> InvoiceTotals:
    """The totals of `(amount, taxes)` lines, each tax being `(percent, included)`.

    A line without taxes counts with its amount alone.
    """
    total = Decimal(0)
    sums: dict[Decimal, list[Decimal]] = {}
    for amount, taxes in lines:
        total += amount
        for percent, included in taxes:
            sums.setdefault(percent, [Decimal(0), Decimal(0)])[included] += amount
    rates = tuple(tax_of_rate(*sums[percent], percent, digits, direction)
                  for percent in sorted(sums))
    added = sum((tax_on(sums[rate.percent][0], rate.percent, digits, direction)
                 for rate in rates), Decimal(0))
    return InvoiceTotals(
        total + added, sum((rate.tax for rate in rates), Decimal(0)), rates)

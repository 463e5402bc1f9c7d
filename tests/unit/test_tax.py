"""Tax once per rate per invoice, on the signed sum."""
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.smart_billing.core.facts import CEIL, FLOOR, HALF_UP
from odoo.addons.smart_billing.core.tax import (
    TaxLine,
    TaxOfRate,
    tax_in,
    tax_on,
    taxes_of,
    taxes_of_lines,
    totals_of,
)

TEN, EIGHT, NONE = Decimal(10), Decimal(8), Decimal(0)


@pytest.mark.parametrize(('direction', 'expected'), [(FLOOR, 31), (HALF_UP, 32), (CEIL, 32)])
def test_three_lines_are_rounded_once(direction, expected):
    lines = [(TEN, Decimal(105))] * 3
    assert taxes_of(lines, 0, direction) == (TaxOfRate(TEN, Decimal(315), Decimal(expected)),)


def test_each_rate_has_its_own_sum():
    lines = [(TEN, Decimal(1555)), (NONE, Decimal(333)), (EIGHT, Decimal(106)),
             (TEN, Decimal(-1037)), (EIGHT, Decimal(-6))]
    assert taxes_of(lines, 0, FLOOR) == (
        TaxOfRate(NONE, Decimal(333), Decimal(0)), TaxOfRate(EIGHT, Decimal(100), Decimal(8)),
        TaxOfRate(TEN, Decimal(518), Decimal(51)))


def test_a_credit_note_mirrors_the_invoice():
    assert tax_on(Decimal(-1037), TEN, 0, FLOOR) == -103
    assert tax_on(Decimal('-35.71'), Decimal(20), 2, HALF_UP) == Decimal('-7.14')


@pytest.mark.parametrize(('gross', 'direction', 'tax'), [
    (1000, FLOOR, 90), (1000, HALF_UP, 91), (1000, CEIL, 91), (-1000, FLOOR, -90)])
def test_tax_that_the_price_contains(gross, direction, tax):
    assert tax_in(Decimal(gross), TEN, 0, direction) == tax
    assert taxes_of([(TEN, Decimal(gross))], 0, direction, included=True) == (
        TaxOfRate(TEN, Decimal(gross - tax), Decimal(tax)),)


def test_no_lines_no_tax():
    assert taxes_of([], 0, FLOOR) == ()


# === NET AND GROSS PRICES ON ONE INVOICE === #

DIRECTIONS = st.sampled_from((FLOOR, HALF_UP, CEIL))
RATES = st.sampled_from(tuple(map(Decimal, ('0', '3', '5', '8', '10', '20', '23.33'))))
MINOR = st.integers(min_value=-10**9, max_value=10**9)


def test_net_and_gross_prices_of_one_rate_are_taxed_once():
    # 315 net + 31 tax = 346, with 105 gross 451 in all; 451 × 10 / 110 = 41, not 31 + 9.
    lines = [TaxLine(TEN, Decimal(315)), TaxLine(TEN, Decimal(105), True)]
    assert taxes_of_lines(lines, 0, FLOOR) == (TaxOfRate(TEN, Decimal(410), Decimal(41)),)


@given(MINOR, RATES, st.sampled_from((0, 2)), DIRECTIONS)
def test_net_prices_alone_have_the_tax_that_comes_on_top(minor, percent, digits, direction):
    net = Decimal(minor).scaleb(-digits)
    tax = tax_on(net, percent, digits, direction)
    assert taxes_of([(percent, net)], digits, direction) == (TaxOfRate(percent, net, tax),)


@given(st.lists(st.tuples(RATES, MINOR, st.booleans()), max_size=8), DIRECTIONS)
def test_gross_prices_stay_what_the_customer_was_told(rows, direction):
    lines = [TaxLine(percent, Decimal(amount), included) for percent, amount, included in rows]
    for found in taxes_of_lines(lines, 0, direction):
        own = [line for line in lines if line.percent == found.percent]
        net = sum(line.amount for line in own if not line.included)
        gross = sum(line.amount for line in own if line.included)
        assert found.base + found.tax == (
            gross + net + tax_on(Decimal(net), found.percent, 0, direction))


@given(st.lists(st.tuples(RATES, MINOR, st.booleans()), max_size=8), DIRECTIONS)
def test_a_credit_note_is_the_exact_mirror(rows, direction):
    lines = [TaxLine(percent, Decimal(amount), included) for percent, amount, included in rows]
    turned = [line._replace(amount=-line.amount) for line in lines]
    assert taxes_of_lines(turned, 0, direction) == tuple(
        TaxOfRate(percent, -base, -tax)
        for percent, base, tax in taxes_of_lines(lines, 0, direction))


def test_totals_of_net_gross_and_untaxed_lines():
    lines = [(Decimal(315), [(TEN, False)]), (Decimal(105), [(TEN, True)]), (Decimal(50), []),
             (Decimal(-108), [(EIGHT, True)])]
    found = totals_of(lines, 0, FLOOR)
    assert found.rates == (TaxOfRate(EIGHT, Decimal(-100), Decimal(-8)),
                           TaxOfRate(TEN, Decimal(410), Decimal(41)))
    assert (found.total, found.tax) == (346 + 105 + 50 - 108, 41 - 8)


def test_a_line_with_two_taxes_pays_both():
    assert totals_of([(Decimal(100), [(TEN, False), (EIGHT, False)])], 0, FLOOR)[:2] == (118, 18)


@given(st.lists(st.tuples(RATES, MINOR, st.booleans()), max_size=8), DIRECTIONS)
def test_totals_are_the_bases_and_taxes_of_all_rates(rows, direction):
    lines = [TaxLine(percent, Decimal(amount), included) for percent, amount, included in rows]
    found = totals_of(
        [(line.amount, [(line.percent, line.included)]) for line in lines], 0, direction)
    assert found.rates == taxes_of_lines(lines, 0, direction)
    assert found.total == sum(rate.base + rate.tax for rate in found.rates)

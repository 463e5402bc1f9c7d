"""Tax once per rate per invoice, on the signed sum."""
from decimal import Decimal

import pytest

from odoo.addons.smart_billing.core.facts import CEIL, FLOOR, HALF_UP
from odoo.addons.smart_billing.core.tax import TaxOfRate, tax_in, tax_on, taxes_of

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

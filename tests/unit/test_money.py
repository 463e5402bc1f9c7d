"""One rounding, by absolute value, in the direction that is named."""
from decimal import Decimal
from fractions import Fraction

import pytest

from odoo.addons.smart_billing.core.errors import DomainError
from odoo.addons.smart_billing.core.facts import CEIL, FLOOR, HALF_UP
from odoo.addons.smart_billing.core.money import from_minor, round_amount, round_ratio, to_minor


@pytest.mark.parametrize(('direction', 'expected'), [
    (FLOOR, [1, 1, 1, 2]), (HALF_UP, [1, 2, 2, 2]), (CEIL, [2, 2, 2, 2])])
def test_directions(direction, expected):
    tenths = [14, 15, 16, 20]
    assert [round_ratio(value, 10, direction) for value in tenths] == expected
    # A credit is rounded like the charge it gives back.
    assert [round_ratio(-value, 10, direction) for value in tenths] == [-one for one in expected]


def test_exact_values_need_no_direction():
    assert round_ratio(-30, 10, FLOOR) == -3


def test_unknown_direction_is_refused():
    with pytest.raises(DomainError) as refused:
        round_ratio(1, 3, 'even')
    assert refused.value.code == 'unknown_rounding'
    assert refused.value.context == {'rounding': 'even'}


def test_digits_of_the_currency():
    assert str(round_amount(Fraction(2995 * 24, 3000), 2, HALF_UP)) == '23.96'
    assert str(round_amount(Decimal('499.5'), 0, FLOOR)) == '499'
    assert str(round_amount(7, 2, FLOOR)) == '7.00'
    assert to_minor(Decimal('23.71'), 2, FLOOR) == 2371
    assert str(from_minor(-2371, 2)) == '-23.71'
    assert str(from_minor(1980, 0)) == '1980'

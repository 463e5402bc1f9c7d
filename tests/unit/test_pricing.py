"""What a quantity costs under each model."""
from decimal import Decimal

import pytest

from odoo.addons.smart_billing.core.errors import DomainError
from odoo.addons.smart_billing.core.facts import (
    FLAT,
    PACKAGE,
    PER_UNIT,
    TIERED,
    VOLUME,
    PriceStep,
    Tier,
)
from odoo.addons.smart_billing.core.pricing import amount_of, price_at, within_bounds

from tests.unit.planner_world import charge

TIERS = (Tier(Decimal(10), Decimal('1.5'), Decimal(100)), Tier(Decimal(110), Decimal(1)),
         Tier(None, Decimal('0.5'), Decimal(7)))


def cost(quantity, **values):
    one = charge(**values)
    return amount_of(one, Decimal(quantity), one.price)


def test_flat_and_per_unit():
    assert cost('3', model=FLAT) == 1500
    assert cost('1.5', model=PER_UNIT, price='333') == Decimal('499.5')


@pytest.mark.parametrize(('quantity', 'amount'), [
    ('0', '100'), ('10', '115'), ('10.5', '115.5'), ('110', '215'), ('111', '222.5')])
def test_tiers_each_at_its_price(quantity, amount):
    assert cost(quantity, model=TIERED, tiers=TIERS) == Decimal(amount)


@pytest.mark.parametrize(('quantity', 'amount'), [
    ('0', '100'), ('10', '115'), ('11', '11'), ('200', '107')])
def test_volume_at_the_tier_reached(quantity, amount):
    assert cost(quantity, model=VOLUME, tiers=TIERS) == Decimal(amount)


@pytest.mark.parametrize(('quantity', 'blocks'), [
    ('0', 0), ('50', 0), ('50.1', 1), ('150', 1), ('151', 2)])
def test_begun_blocks_after_the_free_units(quantity, blocks):
    package = {'model': PACKAGE, 'price': '2.95', 'size': Decimal(100), 'free': Decimal(50)}
    assert cost(quantity, **package) == blocks * Decimal('2.95')


def test_price_by_number_of_periods():
    steps = (PriceStep(1, Decimal(0)), PriceStep(2, Decimal(990)), PriceStep(None, Decimal(1980)))
    assert [price_at(charge(steps=steps), number) for number in range(1, 6)] == [
        0, 990, 990, 1980, 1980]
    # The last step holds on even where its length is stated.
    assert price_at(charge(steps=steps[:2]), 9) == 990
    assert price_at(charge(), 9) == 1500


def test_minimum_of_a_full_period():
    assert within_bounds(charge(), 3) == 3
    assert within_bounds(charge(minimum=Decimal(10)), 3) == 10
    assert within_bounds(charge(minimum=Decimal(10)), 11) == 11


@pytest.mark.parametrize(('code', 'quantity', 'values'), [
    ('unknown_model', '1', {'model': 'magic'}),
    ('negative_quantity', '-1', {'model': PER_UNIT}),
    ('package_without_size', '1', {'model': PACKAGE}),
    ('quantity_beyond_tiers', '11', {'model': TIERED, 'tiers': TIERS[:1]}),
])
def test_what_has_no_price_is_refused(code, quantity, values):
    with pytest.raises(DomainError) as refused:
        cost(quantity, **values)
    assert refused.value.code == code
    assert refused.value.context['charge'] == 'base'

"""What a price sheet must not say; and that what it may say has a price for every quantity."""
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.smart_billing.core import facts
from odoo.addons.smart_billing.core.facts import Every, PlanVersion, PriceStep, Tier
from odoo.addons.smart_billing.core.price_sheet import faults_of, raised
from odoo.addons.smart_billing.core.pricing import amount_of

from tests.unit.planner_world import charge, one_plan

YEAR = Every(1, 'year')
TIERS = (Tier(Decimal(10), Decimal(2)), Tier(Decimal('20.5'), Decimal(1)), Tier(None, Decimal(0)))


def codes(plan):
    return [fault.code for fault in faults_of(plan)]


def charge_codes(**values):
    faults = faults_of(one_plan(charge(**values)))
    assert all(fault.charge.code == values.get('code', 'base') for fault in faults)
    assert all(fault.version.valid_from == date(2000, 1, 1) for fault in faults)
    return [fault.code for fault in faults]


@pytest.mark.parametrize('values', [
    {},
    {'model': facts.PER_UNIT, 'minimum': Decimal(100), 'maximum': Decimal(100)},
    {'minimum': Decimal(100)},
    {'model': facts.TIERED, 'tiers': TIERS},
    {'model': facts.VOLUME, 'tiers': TIERS[2:]},
    {'model': facts.PACKAGE, 'size': Decimal(10), 'free': Decimal(5)},
    {'type': facts.USAGE, 'model': facts.PER_UNIT, 'metric': 'gb'},
    {'type': facts.ONE_TIME, 'every': None, 'optional': True},
    {'steps': (PriceStep(3, Decimal(100)), PriceStep(None, Decimal(200)))},
    {'type': facts.USAGE, 'metric': 'gb', 'steps': (PriceStep(None, Decimal(1)),)},
    {'every': Every(2, 'week'), 'align': 'start'},
    {'code': 'add-on 1'},
])
def test_ordinary_charges_have_no_fault(values):
    assert charge_codes(**values) == []


@pytest.mark.parametrize(('code', 'values'), [
    ('tiers_missing', {'model': facts.TIERED}),
    ('tiers_unused', {'tiers': TIERS}),
    ('last_tier_limited', {'model': facts.VOLUME, 'tiers': TIERS[:2]}),
    ('tier_without_limit', {'model': facts.TIERED, 'tiers': (TIERS[0], TIERS[2], TIERS[2])}),
    ('tiers_not_ascending', {'model': facts.TIERED, 'tiers': (TIERS[1], TIERS[0], TIERS[2])}),
    ('tiers_not_ascending', {'model': facts.TIERED, 'tiers': (TIERS[0], TIERS[0], TIERS[2])}),
    ('package_without_size', {'model': facts.PACKAGE, 'free': Decimal(1)}),
    ('package_unused', {'size': Decimal(1)}),
    ('package_unused', {'model': facts.PER_UNIT, 'free': Decimal(1)}),
    ('steps_unused', {'type': facts.ONE_TIME, 'steps': (PriceStep(None, Decimal(1)),)}),
    ('steps_unused', {
        'model': facts.TIERED, 'tiers': TIERS, 'steps': (PriceStep(None, Decimal(1)),)}),
    ('steps_not_open', {'steps': (PriceStep(2, Decimal(1)),)}),
    ('steps_not_open', {'steps': (PriceStep(None, Decimal(1)), PriceStep(None, Decimal(2)))}),
    ('bounds_without_period', {'type': facts.ONE_TIME, 'maximum': Decimal(1)}),
    ('minimum_above_maximum', {'minimum': Decimal(2), 'maximum': Decimal(1)}),
    ('usage_without_metric', {'type': facts.USAGE}),
    ('metric_unused', {'metric': 'gb'}),
    ('code_unfit', {'code': 'a,b'}),
    ('code_unfit', {'code': 'base/1'}),
    ('code_unfit', {'code': ' base'}),
    ('code_unfit', {'code': ''}),
    ('code_reserved', {'code': facts.FEE}),
])
def test_charges_that_tell_no_price_are_found(code, values):
    assert charge_codes(**values) == [code]


def test_limit_of_the_last_tier_is_compared_too():
    tiers = (TIERS[1], TIERS[0])
    assert charge_codes(model=facts.TIERED, tiers=tiers) == [
        'last_tier_limited', 'tiers_not_ascending']


@given(st.lists(st.decimals('0.01', 1000, places=2), max_size=6), st.booleans(),
       st.decimals(0, 2000, places=2))
def test_tiers_without_a_fault_have_a_price_for_every_quantity(limits, is_open, quantity):
    tiers = [Tier(limit, Decimal(1)) for limit in limits]
    tiers += [Tier(None, Decimal(1))] * is_open
    one = charge(model=facts.TIERED, tiers=tuple(tiers))
    if not faults_of(one_plan(one)):
        assert amount_of(one, quantity, one.price) == quantity


@pytest.mark.parametrize('values', [
    {'term': YEAR, 'renews': True, 'minimum_term': Every(24, 'month'), 'trial_days': 366,
     'cancellation_fee': Decimal(1), 'free_exit': Every(1, 'month')},
    {'term': YEAR, 'minimum_term': Every(12, 'month'), 'cancellation_fee': Decimal(1)},
    {'term': Every(1, 'month'), 'trial_days': 31},
    {'term': YEAR, 'minimum_term': Every(52, 'week')},
    {'term': YEAR, 'renews': True, 'minimum_term_again': True, 'cancellation_fee': Decimal(1)},
])
def test_ordinary_terms_have_no_fault(values):
    assert codes(one_plan(charge(), **values)) == []


@pytest.mark.parametrize(('code', 'values'), [
    ('renews_without_term', {'renews': True}),
    ('minimum_again_without_renewal', {'term': YEAR, 'minimum_term_again': True}),
    ('free_exit_without_renewal', {'free_exit': Every(1, 'month')}),
    ('free_exit_without_renewal', {
        'term': YEAR, 'renews': True, 'free_exit': Every(1, 'month')}),
    ('fee_without_minimum_term', {'cancellation_fee': Decimal(9500)}),
    ('minimum_term_beyond_term', {'term': YEAR, 'minimum_term': Every(13, 'month')}),
    ('minimum_term_beyond_term', {'term': Every(30, 'day'), 'minimum_term': Every(2, 'month')}),
    ('trial_beyond_term', {'term': Every(1, 'month'), 'trial_days': 32}),
])
def test_terms_without_meaning_are_found(code, values):
    assert codes(one_plan(charge(), **values)) == [code]


def version(valid_from, existing_from=None):
    return PlanVersion(valid_from, existing_from, (charge(),))


def versions(*dated):
    return facts.Plan('plan', tuple(version(*days) for days in dated))


def test_versions_that_follow_each_other_have_no_fault():
    assert codes(versions(
        (date(2024, 1, 1),), (date(2025, 1, 1), date(2025, 4, 1)),
        (date(2026, 1, 1), date(2026, 1, 1)), (date(2027, 1, 1),))) == []


def test_a_version_reaches_new_contracts_first():
    [fault] = faults_of(versions((date(2025, 1, 1), date(2024, 12, 31))))
    assert fault.code == 'existing_before_new'
    assert fault.version.valid_from == date(2025, 1, 1)


@pytest.mark.parametrize('day', [date(2026, 4, 1), date(2026, 7, 1)])
def test_a_version_that_a_newer_one_overtakes_is_found(day):
    [fault] = faults_of(versions(
        (date(2025, 1, 1), day), (date(2026, 1, 1), date(2026, 4, 1)),
        (date(2027, 1, 1), date(2027, 1, 1))))
    assert (fault.code, fault.version.valid_from) == ('existing_never_reached', date(2025, 1, 1))
    assert fault.context['newer'] == date(2026, 1, 1)


def test_two_versions_of_a_day_are_found():
    [fault] = faults_of(versions((date(2025, 1, 1),), (date(2025, 1, 1),)))
    assert (fault.code, fault.version.valid_from) == ('version_twice', date(2025, 1, 1))


def test_two_charges_of_a_code_are_found():
    [fault] = faults_of(one_plan(charge(), charge('extra'), charge(key='second')))
    assert (fault.code, fault.charge.key) == ('code_twice', 'second')


@pytest.mark.parametrize(('price', 'percent', 'step', 'new'), [
    ('980', '10', None, '1078'), ('985', '10', None, '1084'), ('0.25', '10', None, '0.28'),
    ('980', '-12.5', None, '858'), ('980', '10', '10', '1080'), ('1005', '0', '10', '1010'),
    ('1200', '8', '100', '1300'), ('0', '10', '10', '0'), ('1000.00', '3.3', None, '1033')])
def test_price_raised_by_a_percentage(price, percent, step, new):
    found = raised(Decimal(price), Decimal(percent), 0, step and Decimal(step))
    assert str(found) == new

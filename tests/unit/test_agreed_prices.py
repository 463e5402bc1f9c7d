"""Prices agreed with one customer, and what bounds a charge."""
from decimal import Decimal

import pytest

from odoo.addons.smart_billing.core import facts
from odoo.addons.smart_billing.core.facts import PriceOverride
from odoo.addons.smart_billing.core.spans import NEVER, agreed_prices

from tests.unit.planner_lines import FLOOR, billed, contract, day, lines
from tests.unit.planner_world import World, account, charge, event, one_plan, start

MAY, JUNE, JULY, AUGUST = day(5, 1), day(6, 1), day(7, 1), day(8, 1)
BEGIN = start(one_plan(charge()), MAY)


def agreed(price, begin, end=None, sequence=1, code='base', plan='plan'):
    return PriceOverride(plan, code, Decimal(price), begin, end, sequence)


def spans(*prices):
    return [(span.date_from, span.date_to, int(span.price))
            for span in agreed_prices(prices, 'plan', 'base')]


@pytest.mark.parametrize(('prices', 'found'), [
    ([agreed(900, MAY)], [(MAY, NEVER, 900)]),
    ([agreed(900, MAY, plan='other'), agreed(900, MAY, code='other')], []),
    ([agreed(900, MAY, MAY)], []),
    # The higher sequence holds, in the midst or around, whatever the order of the list.
    ([agreed(900, MAY, AUGUST), agreed(800, JUNE, JULY, 2)],
     [(MAY, JUNE, 900), (JUNE, JULY, 800), (JULY, AUGUST, 900)]),
    ([agreed(900, MAY, AUGUST, 2), agreed(800, JUNE, JULY)], [(MAY, AUGUST, 900)]),
    ([agreed(800, JULY, AUGUST, 2), agreed(800, MAY, JULY)], [(MAY, AUGUST, 800)]),
])
def test_on_which_days_a_price_is_agreed(prices, found):
    assert spans(*prices) == found


def test_an_agreed_price_cuts_the_period_like_a_revision():
    assert billed(BEGIN, prices=[agreed(3100, day(5, 11), day(6, 16))], until=JUNE) == [
        ('base', MAY, day(5, 11), 483), ('base', day(5, 11), JUNE, 2100),
        ('base', JUNE, day(6, 16), 1550)]


def test_agreed_after_the_fact():
    world = World(FLOOR)
    world.run(account(contract(BEGIN)), MAY)
    cheaper = account(contract(BEGIN, prices=(agreed(310, day(5, 11)),)))
    assert lines(world.run(cheaper, day(5, 11))) == [
        ('base', day(5, 11), JUNE, 483 - 1500), ('base', day(5, 11), JUNE, 210)]
    assert world.run(cheaper, day(5, 11)).items == ()
    assert world.billed[-1].terms == '310'
    # Withdrawn, all is as it was.
    world.run(account(contract(BEGIN)), day(5, 11))
    assert world.totals() == {('c1', 'plan', 'base'): 1500}


def test_the_price_of_the_list_agreed_changes_nothing():
    """No cut, so that no rounding moves."""
    assert billed(BEGIN, prices=[agreed(1500, day(5, 11), day(5, 20))], until=MAY) == [
        ('base', MAY, JUNE, 1500)]


def test_without_proration_the_missing_days_keep_their_price():
    """They are charged once, with the part that they touch."""
    full = start(one_plan(charge(prorate='none')), day(5, 6))
    assert billed(full, event(facts.CANCEL, day(5, 26), 2),
                  prices=[agreed(3100, day(5, 16))], until=JUNE) == [
        ('base', day(5, 6), day(5, 16), 1500 * 15 // 31),
        ('base', day(5, 16), day(5, 26), 3100 * 16 // 31)]


def test_it_replaces_the_steps():
    steps = (facts.PriceStep(1, Decimal(0)), facts.PriceStep(None, Decimal(1500)))
    stepped = start(one_plan(charge(steps=steps)), MAY)
    assert billed(stepped, prices=[agreed(700, MAY, day(5, 16))], until=JUNE) == [
        ('base', MAY, day(5, 16), 700 * 15 // 31), ('base', JUNE, JULY, 1500)]


TIERS = (facts.Tier(Decimal(3), Decimal(100), Decimal(50)), facts.Tier(None, Decimal(70)))


@pytest.mark.parametrize(('values', 'amount'), [
    ({'model': facts.PER_UNIT}, 40), ({'model': facts.FLAT}, 8),
    ({'model': facts.PACKAGE, 'size': Decimal(2), 'free': Decimal(1)}, 16),
    # Of a table of tiers it is the price of every unit.
    ({'model': facts.TIERED, 'tiers': TIERS}, 40), ({'model': facts.VOLUME, 'tiers': TIERS}, 40),
    ({'model': facts.PER_UNIT, 'minimum': Decimal(55)}, 55),
    ({'model': facts.PER_UNIT, 'maximum': Decimal(33)}, 33),
])
def test_what_it_means_for_each_model(values, amount):
    seats = start(one_plan(charge(**values)), MAY, quantity=Decimal(5))
    assert billed(seats, prices=[agreed(8, MAY)], until=MAY) == [('base', MAY, JUNE, amount)]


@pytest.mark.parametrize(('values', 'amount'), [
    # Three at 100, two at 70, a flat fee for the first tier; all five at 70.
    ({'model': facts.TIERED, 'tiers': TIERS}, 490), ({'model': facts.VOLUME, 'tiers': TIERS}, 350),
    ({'model': facts.PACKAGE, 'size': Decimal(2), 'free': Decimal(1)}, 3000),
])
def test_every_model_prices_a_recurring_charge_too(values, amount):
    seats = start(one_plan(charge(**values)), MAY, quantity=Decimal(5))
    assert billed(seats, until=MAY) == [('base', MAY, JUNE, amount)]


def test_of_a_one_time_charge_the_price_of_its_day():
    begin = start(one_plan(charge('setup', '5000', type=facts.ONE_TIME, every=None)), MAY)
    price = agreed(2000, MAY, day(5, 2), code='setup')
    assert billed(begin, prices=[price], until=MAY) == [('setup', MAY, MAY, 2000)]
    late = price._replace(date_from=day(5, 2), date_to=None)
    assert billed(begin, prices=[late], until=MAY) == [('setup', MAY, MAY, 5000)]


def test_discounts_come_off_the_agreed_price():
    tenth = event(facts.ADD_DISCOUNT, MAY, 2,
                  discount=facts.Discount('T', percent=Decimal(10)))
    assert billed(BEGIN, tenth, prices=[agreed(3100, day(5, 11))], until=MAY)[1] == (
        'base/T', MAY, day(5, 11), 1350 * 10 // 31 - 483)
    assert billed(BEGIN, tenth, prices=[agreed(3100, day(5, 11))], until=JUNE)[3] == (
        'base/T', day(5, 11), JUNE, -210)


# minimum and maximum -------------------------------------------------------------------------

def test_the_bounds_of_a_full_period_are_prorated():
    capped = charge(price='100', model=facts.PER_UNIT, minimum=Decimal(310), maximum=Decimal(620))
    for quantity, amount in ((1, 310), (4, 400), (9, 620)):
        begin = start(one_plan(capped), day(5, 11), quantity=Decimal(quantity))
        assert billed(begin, until=JUNE) == [
            ('base', day(5, 11), JUNE, amount * 21 // 31), ('base', JUNE, JULY, amount)]


def test_the_unit_price_is_told_where_it_tells_the_amount():
    for values, told in (({}, 100), ({'maximum': Decimal(9)}, None),
                         ({'minimum': Decimal(9)}, None)):
        seats = start(one_plan(charge(price='100', model=facts.PER_UNIT, **values)), MAY)
        world = World(FLOOR)
        assert world.run(account(contract(seats)), MAY).items[0].unit_price == told

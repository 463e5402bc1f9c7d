"""Charges typed in by hand: billed once, corrected by their difference, credited when gone."""
from datetime import date
from decimal import Decimal

import pytest

from odoo.addons.smart_billing.core import facts
from odoo.addons.smart_billing.core.planner import plan

from tests.unit.planner_world import World, account, charge, event, one_plan, start

FLOOR = facts.Rules(0, facts.FLOOR, tax_percent=Decimal(10))
MAY = date(2026, 5, 10)
JUNE = date(2026, 6, 1)


def typed(amount, key='visit', day=MAY, contract=None, **values):
    return facts.OneOff(key, contract, day, Decimal(amount), **values)


def house(*one_offs, contracts=()):
    return account(*contracts)._replace(one_offs=one_offs)


def told(result):
    return [(item.kind, int(item.amount), item.quantity, item.number, item.credits)
            for item in result.items]


@pytest.fixture
def world():
    return World(FLOOR)


def test_it_is_billed_once_on_its_day(world):
    here = house(typed('5000', quantity=Decimal(2), unit_price=Decimal(2500)))
    assert world.run(here, date(2026, 5, 9)).items == ()
    [item] = world.run(here, MAY).items
    assert (item.kind, item.charge, item.plan, item.contract, item.one_off) == (
        'one_off', 'one_off', None, None, 'visit')
    assert (item.amount, item.quantity, item.unit_price) == (5000, 2, 2500)
    assert (item.date_from, item.date_to, item.due, item.tax_percent) == (MAY, MAY, MAY, 10)
    assert world.run(here, JUNE).items == ()


def test_it_may_belong_to_a_contract_and_have_a_tax_of_its_own(world):
    begin = start(one_plan(charge()), date(2026, 5, 1))
    contract = facts.Contract('c1', (begin,))
    meal = typed('800', contract='c1', tax_percent=Decimal(8))
    result = world.run(house(meal, contracts=(contract,)), MAY)
    assert [(item.contract, item.charge, item.tax_percent) for item in result.items] == [
        ('c1', 'base', 10), ('c1', 'one_off', 8)]
    assert world.run(house(meal, contracts=(contract,)), MAY).items == ()


def test_two_on_one_day_are_two_lines(world):
    here = house(typed('100', 'a'), typed('100', 'b'), typed('-30', 'c'), typed('0', 'd'))
    assert [item.one_off for item in world.run(here, MAY).items] == ['a', 'b', 'c']
    assert world.run(here, MAY).items == ()


def test_what_vanishes_is_credited(world):
    world.run(house(typed('5000', quantity=Decimal(2), tax_percent=Decimal(8))), MAY)
    result = world.run(house(), JUNE)
    assert told(result) == [('credit', -5000, -2, 0, 1)]
    assert (result.items[0].tax_percent, result.items[0].one_off) == (8, 'visit')
    assert world.run(house(), JUNE).items == ()


def test_what_comes_back_is_billed_again(world):
    here = house(typed('5000'))
    world.run(here, MAY)
    world.run(house(), MAY)
    assert told(world.run(here, MAY)) == [('one_off', 5000, None, 1, None)]
    assert world.run(here, MAY).items == ()


def test_a_higher_amount_bills_the_difference(world):
    world.run(house(typed('5000', quantity=Decimal(2), unit_price=Decimal(2500))), MAY)
    more = house(typed('7500', quantity=Decimal(3), unit_price=Decimal(2500)))
    assert told(world.run(more, MAY)) == [('one_off', 2500, 1, 1, None)]
    # A price that changes tells no quantity.
    dearer = house(typed('9000', quantity=Decimal(3), unit_price=Decimal(3000)))
    [item] = world.run(dearer, MAY).items
    assert (item.amount, item.quantity, item.unit_price, item.number) == (1500, None, None, 2)


def test_a_lower_amount_is_credited_to_the_lines_that_hold_it(world):
    for amount, quantity in (('5000', 5), ('7000', 7)):
        world.run(house(typed(amount, quantity=Decimal(quantity), unit_price=Decimal(1000))), MAY)
    less = house(typed('4000', quantity=Decimal(4), unit_price=Decimal(1000)))
    assert told(world.run(less, MAY)) == [
        ('credit', -2000, -3, 0, 2), ('credit', -1000, None, 0, 1)]
    assert world.run(less, MAY).items == ()


def test_a_charge_that_becomes_a_credit_is_given_back_first(world):
    world.run(house(typed('500')), MAY)
    turned = house(typed('-200'))
    assert told(world.run(turned, MAY)) == [
        ('credit', -500, None, 0, 1), ('one_off', -200, None, 1, None)]
    assert told(world.run(house(typed('-150')), MAY)) == [('credit', 50, None, 0, 3)]
    assert told(world.run(house(typed('-350')), MAY)) == [('one_off', -200, None, 2, None)]


def test_a_new_amount_waits_for_a_new_day(world):
    world.run(house(typed('500')), MAY)
    later = house(typed('700', day=JUNE))
    assert world.run(later, MAY).items == ()
    assert told(world.run(later, JUNE)) == [('one_off', 200, None, 1, None)]


def test_a_deleted_invoice_is_billed_again_and_its_credit_undone(world):
    world.run(house(typed('5000')), MAY)
    world.run(house(), MAY)
    del world.invoices[0]
    assert told(world.run(house(), MAY)) == [('credit', 5000, None, 0, 2)]
    assert plan(house(), world.billed, MAY, FLOOR).items == ()
    del world.invoices[:]
    assert told(world.run(house(typed('5000')), MAY)) == [('one_off', 5000, None, 0, None)]


def test_a_credit_takes_the_companys_tax_where_the_item_tells_none(world):
    world.run(house(typed('500')), MAY)
    [item] = world.billed
    result = plan(house(), [item._replace(tax_percent=None)], MAY, FLOOR)
    assert result.items[0].tax_percent == 10


def test_amounts_are_rounded_once():
    [item] = plan(house(typed('100.5'), ), (), MAY, FLOOR).items
    assert item.amount == 100
    assert plan(house(typed('0.5')), (), MAY, FLOOR).items == ()
    [item] = plan(house(typed('0.5')), (), MAY, FLOOR._replace(digits=2)).items
    assert str(item.amount) == '0.50'


def test_one_offs_of_a_contract_without_events_are_billed(world):
    empty = facts.Contract('c1', ())
    here = house(typed('500', contract='c1'), contracts=(empty,))
    assert told(world.run(here, MAY)) == [('one_off', 500, None, 0, None)]
    gone = house(typed('500', contract='c1'), contracts=(
        facts.Contract('c1', (start(one_plan(), MAY), event(facts.CANCEL, MAY, 2))),))
    assert world.run(gone, MAY).items == ()

"""What people look up of a contract: terms, options, discounts of one day (契約の現況)."""
from datetime import date
from decimal import Decimal

from odoo.addons.smart_billing.core import facts
from odoo.addons.smart_billing.core.standing import Standing, standing_of
from odoo.addons.smart_billing.core.timeline import build

from tests.unit.planner_world import account, charge, event, one_plan, start

SIX, TWELVE = facts.Every(6, 'month'), facts.Every(12, 'month')
ONE = facts.Every(1, 'month')
PLAIN = one_plan(charge(), charge('support', '500', optional=True))
BOUND = one_plan(charge(), term=SIX, renews=True, minimum_term=TWELVE,
                 cancellation_fee=Decimal(9000))
HALF = facts.Discount('half', percent=Decimal(50))
LESS = facts.Discount('less', amount=Decimal(100), until=date(2026, 8, 1))


def day(month, number=1, year=2026):
    return date(year, month, number)


def standing(on, *events):
    contract = facts.Contract('c', events)
    return standing_of(build(account(contract), contract), on)


def test_plain_contract_has_nothing_to_look_up():
    assert standing(day(5), start(PLAIN, day(4))) == Standing(None, None, (), (), None)


def test_terms_renew_one_after_the_other():
    begin = start(BOUND, day(4))
    assert standing(day(5), begin).renews_on == day(10)
    assert standing(day(10), begin).renews_on == day(4, year=2027)
    assert standing(day(5), start(BOUND._replace(renews=False), day(4))).renews_on is None


def test_minimum_term_binds_until_it_is_over():
    begin = start(BOUND, day(4))
    assert standing(day(5), begin).bound_until == day(4, year=2027)
    assert standing(day(4, year=2027), begin).bound_until is None
    free = start(BOUND._replace(cancellation_fee=None), day(4))
    assert standing(day(5), free).bound_until is None


def test_renewed_minimum_term_binds_until_the_term_is_over():
    again = start(BOUND._replace(minimum_term_again=True), day(4))
    assert standing(day(5, year=2027), again).bound_until == day(10, year=2027)
    free_exit = start(BOUND._replace(minimum_term_again=True, free_exit=ONE), day(4))
    assert standing(day(6, year=2027), free_exit).bound_until == day(10, year=2027)
    leaving = standing(day(4, 20, year=2027), free_exit)
    assert (leaving.bound_until, leaving.next_change) == (None, day(5, 2, year=2027))


def test_plan_without_terms_binds_by_its_minimum_term():
    begin = start(BOUND._replace(term=None, renews=False), day(4))
    assert standing(day(5), begin).bound_until == day(4, year=2027)


def test_contract_that_ends_before_its_minimum_term_is_over():
    begin = start(BOUND._replace(term=None, renews=False), day(4))
    assert standing(day(5), begin, event(facts.CANCEL, day(7), 2)).bound_until == day(
        4, year=2027)


def test_options_and_discounts_of_the_day():
    events = [
        start(PLAIN, day(4)),
        event(facts.ADD_OPTION, day(5), 2, option='support', quantity=Decimal(2)),
        event(facts.ADD_OPTION, day(6), 3, option='support', quantity=Decimal(3)),
        event(facts.DROP_OPTION, day(9), 4, option='support'),
        event(facts.ADD_DISCOUNT, day(4), 5, discount=HALF),
        event(facts.ADD_DISCOUNT, day(4), 6, discount=LESS)]
    assert standing(day(4), *events).options == ()
    june = standing(day(6), *events)
    assert (june.options, june.discounts) == ((('support', Decimal(3)),), ('half', 'less'))
    assert standing(day(8), *events).discounts == ('half',)
    assert standing(day(9), *events).options == ()


def test_next_change_is_the_first_of_all():
    events = [start(BOUND, day(4)), event(facts.ADD_DISCOUNT, day(4), 2, discount=LESS)]
    days = [day(3), day(4), day(8), day(10), day(4, year=2027)]
    assert [standing(one, *events).next_change for one in days] == [
        day(4), day(8), day(10), day(4, year=2027), day(10, year=2027)]


def test_contract_that_starts_later_stands_as_on_its_first_day():
    assert standing(day(3), start(BOUND, day(4))).renews_on == day(10)


def test_contract_that_is_over_stands_nowhere():
    over = standing(day(8), start(BOUND, day(4)), event(facts.CANCEL, day(8), 2))
    assert over == Standing(None, None, (), (), None)

"""A contract that another payer goes on with: what is handed over (契約承継)."""
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from odoo.addons.smart_billing.core import facts
from odoo.addons.smart_billing.core.carry import carried, differences
from odoo.addons.smart_billing.core.checks import check_timeline
from odoo.addons.smart_billing.core.errors import DomainError
from odoo.addons.smart_billing.core.timeline import build

from tests.unit.planner_cases import cases
from tests.unit.planner_world import account, charge, event, one_plan, start

STEPS = (facts.PriceStep(3, Decimal(500)), facts.PriceStep(None, Decimal(1000)))
SUPPORT = charge('support', '500', optional=True)
TERM = facts.Every(6, 'month')
PLAIN = one_plan(charge(), SUPPORT)
OTHER = facts.Plan('other', (
    facts.PlanVersion(date(2000, 1, 1), None, (charge(price='900', steps=STEPS),)),
    facts.PlanVersion(date(2026, 6, 1), None, (charge(price='950', steps=STEPS), SUPPORT))))
BOUND = one_plan(charge(), code='bound', term=TERM, minimum_term=facts.Every(12, 'month'),
                 cancellation_fee=Decimal(9000))
ROLLING = BOUND._replace(code='rolling', renews=True, minimum_term_again=True)
HALF = facts.Discount('half', percent=Decimal(50), periods=4)
LESS = facts.Discount('less', amount=Decimal(100), until=date(2027, 3, 1))

few = settings(max_examples=60, deadline=None, derandomize=True, database=None,
               suppress_health_check=list(HealthCheck))


def day(month, number=1, year=2026):
    return date(year, month, number)


def timeline(*events, billing_day=1):
    contract = facts.Contract('old', events)
    return build(account(contract, billing_day=billing_day), contract)


def heir(old, on):
    contract = facts.Contract('new', carried(old, on))
    return build(account(contract, billing_day=old.billing_days.first), contract)


def told(old, on):
    return [(one.kind, one.effective) for one in carried(old, on)]


def test_plan_quantity_and_first_day_of_the_old_contract_are_handed_over():
    old = timeline(start(PLAIN, day(4, 10), quantity=Decimal(2)),
                   event(facts.CHANGE_QUANTITY, day(6), 2, quantity=Decimal(3)))
    [begin] = carried(old, day(8, 15))
    assert begin == facts.Event(
        facts.START, day(8, 15), 1, PLAIN, Decimal(3), since=day(4, 10))


def test_what_is_known_to_come_is_entered_anew():
    old = timeline(
        start(PLAIN, day(4)),
        event(facts.CHANGE_PLAN, day(8, 20), 2, plan=OTHER, when=facts.END_OF_PERIOD),
        event(facts.CHANGE_QUANTITY, day(10), 3, quantity=Decimal(5)),
        event(facts.SUSPEND, day(8), 4), event(facts.RESUME, day(8, 20), 5),
        event(facts.SUSPEND, day(11), 6),
        event(facts.CANCEL, day(12, 10), 7, when=facts.END_OF_PERIOD))
    assert told(old, day(8, 15)) == [
        (facts.START, day(8, 15)), (facts.CHANGE_PLAN, day(9)), (facts.CHANGE_QUANTITY, day(10)),
        (facts.SUSPEND, day(8, 15)), (facts.RESUME, day(8, 20)), (facts.SUSPEND, day(11)),
        (facts.CANCEL, day(1, year=2027))]
    assert differences(old, heir(old, day(8, 15))) == ()


def test_what_is_over_is_not_handed_over():
    old = timeline(
        start(PLAIN, day(4)), event(facts.SUSPEND, day(5), 2), event(facts.RESUME, day(6), 3),
        event(facts.ADD_OPTION, day(5), 4, option='support'),
        event(facts.DROP_OPTION, day(6), 5, option='support'),
        event(facts.ADD_DISCOUNT, day(4), 6, discount=HALF),
        event(facts.END_DISCOUNT, day(6), 7, discount=HALF),
        event(facts.CANCEL, day(12), 8), event(facts.KEEP, day(6), 9))
    assert told(old, day(8)) == [(facts.START, day(8))]


def test_options_keep_their_quantities_and_their_ends():
    old = timeline(
        start(PLAIN, day(4)),
        event(facts.ADD_OPTION, day(5), 2, option='support', quantity=Decimal(2)),
        event(facts.ADD_OPTION, day(9), 3, option='support', quantity=Decimal(4)),
        event(facts.DROP_OPTION, day(10), 4, option='support'))
    assert [(one.kind, one.effective, one.quantity) for one in carried(old, day(8))[1:]] == [
        (facts.ADD_OPTION, day(8), Decimal(2)), (facts.ADD_OPTION, day(9), Decimal(4)),
        (facts.DROP_OPTION, day(10), None)]


def test_discounts_go_on_with_the_periods_that_are_left():
    old = timeline(start(PLAIN, day(4)), event(facts.ADD_DISCOUNT, day(5), 2, discount=HALF),
                   event(facts.ADD_DISCOUNT, day(6), 3, discount=LESS))
    _start, half, less = carried(old, day(7))
    assert (half.discount, half.effective, half.since) == (HALF, day(7), day(5))
    assert (less.discount, less.since) == (LESS, day(6))
    assert differences(old, heir(old, day(7))) == ()


def test_discount_that_is_given_again_later_is_not_ended_by_its_first_end():
    old = timeline(start(PLAIN, day(4)), event(facts.ADD_DISCOUNT, day(9), 2, discount=HALF),
                   event(facts.ADD_DISCOUNT, day(5), 3, discount=HALF))
    assert told(old, day(7))[1:] == [(facts.ADD_DISCOUNT, day(9)), (facts.ADD_DISCOUNT, day(7))]
    assert differences(old, heir(old, day(7))) == ()


def test_discount_that_ends_is_ended():
    old = timeline(start(PLAIN, day(4)), event(facts.ADD_DISCOUNT, day(4), 2, discount=LESS),
                   event(facts.END_DISCOUNT, day(9), 3, discount=LESS))
    assert told(old, day(7))[1:] == [(facts.ADD_DISCOUNT, day(7)), (facts.END_DISCOUNT, day(9))]


def test_version_and_price_steps_count_from_the_change_to_the_plan():
    """The newest version on the day of the change, and the periods since then."""
    old = timeline(start(PLAIN, day(4)), event(facts.CHANGE_PLAN, day(7), 2, plan=OTHER))
    new = heir(old, day(9))
    assert carried(old, day(9))[0].plan_since == day(7)
    assert differences(old, new) == ()
    untold = facts.Contract('new', (carried(old, day(9))[0]._replace(plan_since=None),))
    assert differences(old, build(account(untold), untold)) == ('version',)
    assert differences(new, heir(new, day(10))) == (), "and another payer again"


def test_transfer_on_the_day_of_a_change_of_plan():
    old = timeline(start(PLAIN, day(4)), event(facts.CHANGE_PLAN, day(7), 2, plan=OTHER))
    assert told(old, day(7)) == [(facts.START, day(7))]
    assert differences(old, heir(old, day(7))) == ()


def test_contract_of_the_same_first_day_continues_nothing():
    old = timeline(start(PLAIN, day(4)))
    assert carried(old, day(4))[0].since is None


@pytest.mark.parametrize('plan', [BOUND, ROLLING], ids=['ends', 'renews'])
@pytest.mark.parametrize('more', [
    (), (event(facts.RENEW, day(5), 2),),
    (event(facts.RENEW, day(5), 2), event(facts.RENEW, day(11), 3)),
    (event(facts.RENEW, day(5), 2, end=day(2, year=2027)),),
    (event(facts.RENEW, day(5), 2), event(facts.RENEW, day(1, year=2027), 3)),
    (event(facts.CANCEL, day(12), 2),), (event(facts.CANCEL, day(12), 2, when=facts.END_OF_TERM),),
], ids=['none', 'renewed', 'twice', 'to a day', 'again later', 'cancelled', 'at the end'])
@pytest.mark.parametrize('on', [day(6), day(10), day(11, 15)], ids=str)
def test_terms_and_fee_go_on(plan, more, on):
    old = timeline(start(plan, day(4)), *more)
    if on < old.end:
        # What a plan that renews itself has been prolonged to in between has no place in a start.
        odd = plan is ROLLING and more and more[0].end and on >= day(10)
        assert differences(old, heir(old, on)) == (('term',) if odd else ())


def test_agreed_end_is_kept_and_prolonged():
    old = timeline(start(PLAIN, day(4), end=day(10)))
    assert carried(old, day(6))[0].end == day(10)
    longer = timeline(start(PLAIN, day(4), end=day(10)),
                      event(facts.RENEW, day(5), 2, end=day(4, year=2027)))
    assert differences(longer, heir(longer, day(6))) == ()
    assert differences(longer, heir(longer, day(11))) == ()


def test_agreed_end_of_a_change_to_a_plan_whose_term_is_over():
    """The contract would end with the change; the other payer's ends on that day, too."""
    old = timeline(start(PLAIN, day(4)), event(facts.CHANGE_PLAN, day(11), 2, plan=BOUND))
    assert old.end == day(11)
    assert carried(old, day(8))[0].end == day(11)
    assert differences(old, heir(old, day(8))) == ()


def test_each_difference_has_a_name():
    old = timeline(start(PLAIN, day(4)))
    others = {
        'plan': (start(OTHER, day(6)),),
        'quantity': (start(PLAIN, day(6), quantity=Decimal(2)),),
        'suspension': (start(PLAIN, day(6)), event(facts.SUSPEND, day(6), 2)),
        'option': (start(PLAIN, day(6)), event(facts.ADD_OPTION, day(6), 2, option='support')),
        'discount': (start(PLAIN, day(6)), event(facts.ADD_DISCOUNT, day(6), 2, discount=HALF)),
        'end': (start(PLAIN, day(6), end=day(10)),),
    }
    for name, events in others.items():
        assert name in differences(old, timeline(*events))
    dear = timeline(start(BOUND, day(4)), event(facts.CANCEL, day(8), 2))
    assert 'fee' in differences(dear, timeline(
        start(BOUND, day(6), since=day(4, year=2024), end=day(8))))
    monthly = timeline(start(PLAIN, day(4, 20)), billing_day=None)
    assert differences(monthly, timeline(start(PLAIN, day(6, 5)), billing_day=None)) == ('period',)
    assert differences(monthly, timeline(start(PLAIN, day(6, 5)), billing_day=1)) == ()
    stepped = timeline(start(OTHER, day(1)))
    assert differences(stepped, timeline(start(OTHER, day(3)))) == ('price_step',)


@given(cases(), st.integers(0, 300))
@few
def test_another_payer_goes_on_as_this_one_would_have(case, days):
    contract = case.account.contracts[0]
    assume(all(one.kind != facts.TRANSFER for one in contract.events))
    old = build(case.account, contract)
    on = old.first_day + timedelta(days=days)
    assume(on < old.end)
    new = facts.Contract('new', carried(old, on))
    if is_allowed(case.account, contract):
        check_timeline(new, case.account)
    assert set(differences(old, build(case.account, new))) <= odd(old)


def is_allowed(payer, contract):
    try:
        check_timeline(contract, payer)
    except DomainError:
        return False
    return True


def odd(old):
    """What a start cannot say, and `differences` names, so that it can be refused."""
    plans = [stay.plan for stay in old.stays]
    found = set()
    if len(plans) > len({plan.code for plan in plans}):
        found |= {'period', 'price_step'}
    if len(plans) > 1 and old.billing_days.on(old.first_day) is None:
        found |= {'period', 'price_step'}
    if len(plans) > 1 and any(grant.discount.periods for grant in old.grants):
        found.add('discount')
    events = old.contract.events
    if any(one.kind == facts.RENEW and (one.end or events[0].end) for one in events):
        found.add('term')
    return found


@st.composite
def lives(draw):
    """A contract with options, discounts, terms and renewals, on one plan or two without terms."""
    plans = draw(st.sampled_from([[PLAIN, OTHER], [BOUND], [ROLLING]]))
    events = [start(draw(st.sampled_from(plans)), day(4), end=draw(
        st.sampled_from([None, None, day(12), day(3, year=2027)])))]
    for number in range(draw(st.integers(1, 7))):
        kind = draw(st.sampled_from([
            facts.ADD_OPTION, facts.DROP_OPTION, facts.ADD_DISCOUNT, facts.END_DISCOUNT,
            facts.RENEW, facts.CHANGE_PLAN, facts.CANCEL, facts.KEEP]))
        values = {}
        if kind in (facts.ADD_OPTION, facts.DROP_OPTION):
            values = {'option': 'support', 'quantity': Decimal(draw(st.integers(1, 3)))}
        elif kind in (facts.ADD_DISCOUNT, facts.END_DISCOUNT):
            values = {'discount': draw(st.sampled_from([HALF, LESS]))}
        elif kind == facts.RENEW:
            values = {'end': draw(st.sampled_from([None, None, day(2, year=2027)]))}
        elif kind == facts.CHANGE_PLAN:
            values = {'plan': draw(st.sampled_from(plans))}
        on = day(4) + timedelta(days=draw(st.integers(0, 300)))
        events.append(event(kind, on, number + 2, **values))
    return tuple(events)


@given(lives(), st.integers(1, 300))
@few
def test_options_discounts_and_terms_go_on_as_they_would_have(events, days):
    try:
        old = timeline(*events)
    except DomainError:
        assume(False)
    on = day(4) + timedelta(days=days)
    assume(on < old.end)
    assume(is_allowed(account(), old.contract))
    check_timeline(facts.Contract('new', carried(old, on)), account())
    assert set(differences(old, heir(old, on))) <= odd(old)

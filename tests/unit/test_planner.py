"""The planner in situations that no scenario file tells."""
from datetime import date
from decimal import Decimal

import pytest

from odoo.addons.smart_billing.core import facts
from odoo.addons.smart_billing.core.errors import DomainError
from odoo.addons.smart_billing.core.planner import Planner, plan

from tests.unit.planner_world import World, account, charge, event, one_plan, start

FLOOR = facts.Rules(0, facts.FLOOR)
NO_REFUND = {'credit': 'none'}
JUNE = date(2026, 6, 1)


def may(day):
    return JUNE if day == 32 else date(2026, 5, day)


def contract(*events, code='c1', usage=(), settled_until=None):
    return facts.Contract(code, events, tuple(usage), settled_until)


def lines(result):
    return [(item.charge, item.date_from, item.date_to, int(item.amount)) for item in result.items]


def used(day, quantity, number):
    return facts.Usage('call', Decimal(quantity), day, number, number)


def change(plan, day, sequence):
    return event(facts.CHANGE_PLAN, day, sequence, plan=plan)


@pytest.fixture
def world():
    return World(FLOOR)


def test_a_cancellation_moved_on_bills_what_is_left_of_the_whole(world):
    begin = start(one_plan(charge()), may(1))
    world.run(account(contract(begin)), may(1))
    early = event(facts.CANCEL, may(10), 2)
    assert lines(world.run(account(contract(begin, early)), may(5))) == [
        ('base', may(10), may(32), 435 - 1500)]
    later = event(facts.CANCEL, may(20), 3)
    moved = account(contract(begin, early, later))
    assert lines(world.run(moved, may(9))) == []
    # 19 days cost 919; by itself the second part would be 483.
    assert lines(world.run(moved, may(10))) == [('base', may(10), may(20), 919 - 435)]


def test_lines_of_one_period_are_given_back_each_in_full(world):
    begin = start(one_plan(charge()), may(1))
    until = [event(facts.CANCEL, may(20), 2), event(facts.KEEP, may(2), 3),
             event(facts.CANCEL, may(10), 4)]
    for number, target in ((1, 1), (2, 20)):
        world.run(account(contract(begin, *until[:number])), may(target))
    assert [int(item.amount) for item in world.billed] == [919, 581]
    # The second line is given back as it was billed; of the first one 435 are kept.
    assert lines(world.run(account(contract(begin, *until)), may(21))) == [
        ('base', may(10), may(20), 435 - 919), ('base', may(20), may(32), -581)]


def test_lines_billed_in_the_other_order_are_given_back_each_in_full(world):
    begin = start(one_plan(charge()), may(1))
    pauses = [event(facts.SUSPEND, may(1), 2), event(facts.RESUME, may(10), 3),
              event(facts.RESUME, may(1), 4), event(facts.SUSPEND, may(1), 5),
              event(facts.SUSPEND, may(10), 6)]
    for number, amounts in ((2, [1064]), (3, [436]), (5, [-436, -1064])):
        result = world.run(account(contract(begin, *pauses[:number])), may(20))
        assert [int(item.amount) for item in result.items] == amounts
    assert world.totals() == {}


def test_runs_of_days_of_one_line_are_given_back_in_their_order(world):
    begin = start(one_plan(charge(price='1000')), may(1))
    world.run(account(contract(begin)), may(1))
    pauses = [event(kind, may(number), number) for kind, number in (
        (facts.SUSPEND, 5), (facts.RESUME, 9), (facts.SUSPEND, 15), (facts.RESUME, 22))]
    # 4 days cost 129 and 23 days 741; then 6 and 10 of those are kept: 193 and 322.
    assert lines(world.run(account(contract(begin, *pauses)), may(5))) == [
        ('base', may(5), may(9), 870 - 1000), ('base', may(15), may(22), 129 + 193 + 322 - 870)]


def test_what_comes_due_next(world):
    begin = start(one_plan(charge(), charge('data', timing=facts.ARREARS)), may(1))
    [outlook] = plan(account(contract(begin)), (), date(2026, 4, 1), FLOOR).outlooks
    assert outlook == ('c1', 'pending', 'plan', Decimal(1), may(1), None, None)
    assert world.run(account(contract(begin)), may(1)).outlooks[0].next_due == JUNE
    end = event(facts.CANCEL, may(10), 2)
    [outlook] = world.run(account(contract(begin, end)), may(5)).outlooks
    assert outlook == ('c1', 'active', 'plan', Decimal(1), may(10), may(10), None)
    [outlook] = world.run(account(contract(begin, end)), may(10)).outlooks
    assert outlook == ('c1', 'ended', 'plan', Decimal(1), None, may(10), None)


def test_suspended_without_end_nothing_comes_due(world):
    begin = start(one_plan(charge()), may(1))
    paused = account(contract(begin, event(facts.SUSPEND, may(10), 2)))
    [outlook] = world.run(paused, may(1)).outlooks
    assert (outlook.next_due, outlook.state) == (None, 'active')
    assert plan(paused, world.billed, may(10), FLOOR).outlooks[0].state == 'suspended'


def test_a_contract_without_start_gives_everything_back(world):
    world.run(account(contract(start(one_plan(charge()), may(1)))), may(1))
    result = world.run(account(contract()), may(1))
    assert lines(result) == [('base', may(1), may(32), -1500)]
    assert result.outlooks == (('c1', 'draft', None, None, None, None, None),)
    assert world.totals() == {}


def test_a_plan_entered_wrongly_is_settled_from_the_first_day(world):
    silver = one_plan(charge(), charge('setup', '300', type=facts.ONE_TIME), code='silver')
    gold = one_plan(charge(price='2480'), charge('setup', '500', type=facts.ONE_TIME), code='gold')
    begin = start(silver, may(1))
    world.run(account(contract(begin)), may(1))
    assert lines(world.run(account(contract(begin, change(gold, may(1), 2))), may(3))) == [
        ('setup', may(1), may(1), -300), ('base', may(1), may(32), -1500),
        ('setup', may(1), may(1), 500), ('base', may(1), may(32), 2480)]
    assert world.totals() == {('c1', 'gold', 'base'): 2480, ('c1', 'gold', 'setup'): 500}


def test_credits_of_what_has_gone_altogether_fall_on_its_runs_of_days(world):
    silver, gold = one_plan(charge(), code='silver'), one_plan(charge('fee'), code='gold')
    begin = start(silver, may(1))
    events = [begin, event(facts.SUSPEND, may(10), 2), event(facts.RESUME, may(20), 3)]
    world.run(account(contract(begin)), may(1))
    world.run(account(contract(*events)), may(20))
    assert lines(world.run(account(contract(*events, change(gold, may(1), 4))), may(20)))[:2] == [
        ('base', may(1), may(10), -435), ('fee', may(1), may(10), 435)]
    assert world.totals() == {('c1', 'gold', 'fee'): 435 + 580}


def test_a_fee_without_refund_keeps_its_money_and_lends_its_days(world):
    seats = one_plan(charge(model=facts.PER_UNIT, price='100', **NO_REFUND))
    begin = start(seats, may(1), quantity=Decimal(3))
    more = event(facts.CHANGE_QUANTITY, may(10), 2, quantity=Decimal(5))
    world.run(account(contract(begin)), may(1))
    [old] = world.billed
    result = world.run(account(contract(begin, more)), may(10))
    assert lines(result) == [('base', may(10), may(32), 500 * 22 // 31)]
    assert result.trims == ((old.key, may(10), may(32)),)
    # Back to three seats: these days are paid for already.
    back = event(facts.CHANGE_QUANTITY, may(20), 3, quantity=Decimal(3))
    assert world.run(account(contract(begin, more, back)), may(20)).items == ()


def test_each_credit_trims_the_days_it_gives_back(world):
    begin = start(one_plan(charge()), may(1))
    world.run(account(contract(begin)), may(1))
    [item] = world.billed
    pause = (event(facts.SUSPEND, may(5), 2), event(facts.RESUME, may(7), 3))
    result = world.run(account(contract(begin, *pause)), may(7))
    assert result.trims == ((item.key, may(5), may(7)),)
    assert result.items[0].credits == item.key
    assert world.coverage[item.key] == [(may(1), may(5)), (may(7), may(32))]


def test_days_billed_twice_are_given_back_once(world):
    here = account(contract(start(one_plan(charge()), may(1))))
    world.run(here, may(1))
    world.invoices.append([world.billed[0]._replace(key='double')])
    result = plan(here, world.billed, may(1), FLOOR)
    assert [(item.credits, item.amount) for item in result.items] == [('double', -1500)]


def test_a_credit_whose_item_was_cancelled_is_taken_back(world):
    begin = start(one_plan(charge()), may(1))
    ended = account(contract(begin, event(facts.CANCEL, may(10), 2)))
    world.run(account(contract(begin)), may(1))
    world.run(ended, may(10))
    del world.invoices[0]
    world.coverage.clear()
    assert lines(world.run(ended, may(10))) == [
        ('base', may(1), may(10), 435), ('base', may(10), may(32), 1065)]
    assert plan(ended, world.billed, may(10), FLOOR).items == ()


def test_missing_days_that_turn_out_to_be_charged_or_not(world):
    """No proration at the end: a suspension saves those days, leaving the plan does not."""
    silver, free = one_plan(charge(prorate='start')), one_plan(code='free')
    paused = [start(silver, may(1)), event(facts.SUSPEND, may(10), 2)]
    left = [*paused, change(free, may(10), 3)]
    stayed = [*left, change(silver, may(10), 4)]
    assert lines(world.run(account(contract(*paused)), may(1))) == [
        ('base', may(1), may(10), 435)]
    assert lines(world.run(account(contract(*left)), may(10))) == [
        ('base', may(10), may(32), 1065)]
    assert lines(world.run(account(contract(*stayed)), may(11))) == [
        ('base', may(10), may(32), -1065)]
    assert world.totals() == {('c1', 'plan', 'base'): 435}


def test_missing_days_that_were_charged_with_the_first_line(world):
    silver, free = one_plan(charge(prorate='start')), one_plan(code='free')
    left = [start(silver, may(1)), event(facts.SUSPEND, may(10), 2), change(free, may(10), 3)]
    stayed = account(contract(*left, change(silver, may(10), 4)))
    assert lines(world.run(account(contract(*left)), may(1))) == [
        ('base', may(1), may(10), 1500)]
    assert lines(world.run(stayed, may(2))) == [('base', may(10), may(32), -1065)]
    assert plan(stayed, world.billed, may(2), FLOOR).items == ()


def test_days_that_go_and_let_missing_days_be_charged_are_no_credit(world):
    """Suspended from the 10th on; then the contract leaves the plan on the 9th already."""
    silver, free = one_plan(charge(prorate='start')), one_plan(code='free')
    paused = [start(silver, may(1)), event(facts.SUSPEND, may(10), 2)]
    world.run(account(contract(*paused)), may(1))
    left = account(contract(*paused, change(free, may(9), 3)))
    result = world.run(left, may(9))
    assert [item.kind for item in result.items] == [facts.RECURRING]
    assert lines(result) == [('base', may(9), may(32), 1065)]
    assert plan(left, world.billed, may(9), FLOOR)[:2] == ((), ())


def test_missing_days_that_another_quantity_covers_are_charged_over_the_own_ones(world):
    """Suspended on the 10th; then three seats become five on that day, and nothing is suspended."""
    seats = one_plan(charge(model=facts.PER_UNIT, price='100', prorate='start'))
    begin = start(seats, may(1), quantity=Decimal(3))
    paused = [begin, event(facts.SUSPEND, may(10), 2)]
    world.run(account(contract(*paused)), may(1))
    more = event(facts.CHANGE_QUANTITY, may(10), 3, quantity=Decimal(5))
    changed = account(contract(*paused, more, event(facts.RESUME, may(10), 4)))
    assert lines(world.run(changed, may(10))) == [
        ('base', may(1), may(10), 300 - 87), ('base', may(10), may(32), 500 * 22 // 31)]
    assert plan(changed, world.billed, may(10), FLOOR)[:2] == ((), ())


def test_no_line_gives_back_missing_days_that_another_one_was_billed(world):
    """Two versions at one price: the first part was billed with the days before the start."""
    one = facts.PlanVersion(date(2000, 1, 1), None, (charge(prorate='end'),))
    two = facts.PlanVersion(may(20), may(20), (charge(prorate='end'),))
    begin = start(facts.Plan('plan', (one, two)), may(10))
    world.run(account(contract(begin)), may(20))
    assert [int(item.amount) for item in world.billed] == [919, 580]
    never = account(contract(begin, event(facts.CANCEL, may(10), 2)))
    assert lines(world.run(never, may(20))) == [
        ('base', may(10), may(20), -919), ('base', may(20), may(32), -580)]


def test_missing_days_before_the_first_are_settled_too(world):
    gold, free = one_plan(charge(prorate='end')), one_plan(code='free')
    events = [start(free, may(1)), change(gold, may(10), 2), event(facts.SUSPEND, may(9), 3),
              event(facts.RESUME, may(12), 4)]
    world.run(account(contract(*events)), may(12))
    assert world.totals() == {('c1', 'plan', 'base'): 1500 * 20 // 31}
    # On that plan from the 12th only, it is not the suspension that keeps the first days away.
    events += [change(free, may(10), 5), change(gold, may(12), 6)]
    assert lines(world.run(account(contract(*events)), may(12))) == [
        ('base', may(1), may(12), 1500 - 1500 * 20 // 31)]


def test_nothing_is_settled_where_no_day_is_missing(world):
    """The same price in two versions: the border between them moves the rounding, not money."""
    one, two = (facts.PlanVersion(day, may(16), (charge(price='1000', prorate='none'),))
                for day in (date(2000, 1, 1), may(3)))
    world.run(account(contract(start(facts.Plan('plan', (one,)), may(1)))), may(1))
    revised = account(contract(start(facts.Plan('plan', (one, two)), may(1))))
    assert world.run(revised, may(20)).items == ()


def test_usage_that_the_plan_change_moves_away(world):
    calls = charge('calls', '10', type=facts.USAGE, model=facts.PER_UNIT, metric='call')
    silver = one_plan(calls, code='silver')
    gold = one_plan(calls._replace(price=Decimal(20)), code='gold')
    begin, usage = start(silver, may(1)), [used(may(3), 5, 1), used(may(12), 7, 2)]
    world.run(account(contract(begin, usage=usage)), JUNE)
    result = world.run(account(contract(begin, change(gold, may(10), 2), usage=usage)), JUNE)
    assert lines(result) == [('calls', may(10), may(32), -70), ('calls', may(10), may(32), 140)]
    assert [item.quantity for item in result.items] == [-7, 7]
    # Coming back after all: the days are billed on the old plan again.
    again = [begin, change(gold, may(10), 2), change(silver, may(10), 3)]
    assert sorted(lines(world.run(account(contract(*again, usage=usage)), JUNE))) == [
        ('calls', may(10), may(32), -140), ('calls', may(10), may(32), 70)]


def test_usage_waits_for_the_end_of_a_segment_that_grew(world):
    calls = charge('calls', '10', type=facts.USAGE, model=facts.PER_UNIT, metric='call')
    begin, usage = start(one_plan(calls), may(1)), [used(may(3), 5, 1)]
    early = event(facts.CANCEL, may(10), 2)
    later = event(facts.CANCEL, may(20), 3)
    world.run(account(contract(begin, early, usage=usage)), may(10))
    usage.append(used(may(12), 2, 2))
    longer = account(contract(begin, early, later, usage=usage))
    waiting = world.run(longer, may(15))
    assert (waiting.items, waiting.outlooks[0].next_due) == ((), may(20))
    assert lines(world.run(longer, may(20))) == [('calls', may(10), may(20), 20)]


def test_usage_that_was_one_line_waits_for_all_its_segments(world):
    calls = charge('calls', '10', type=facts.USAGE, model=facts.PER_UNIT, metric='call')
    silver, free = one_plan(calls), one_plan(code='free')
    events, usage = [start(silver, may(1))], [used(may(day), 1, day) for day in (3, 7, 12, 22, 23)]
    early = event(facts.CANCEL, may(20), 2)
    world.run(account(contract(*events, early, usage=usage)), may(20))
    events += [early, change(free, may(5), 3), change(silver, may(10), 4),
               event(facts.CANCEL, date(2026, 8, 1), 5)]
    parted = account(contract(*events, usage=usage))
    assert world.run(parted, may(25)).items == ()
    # Three units are billed; the one of the 7th goes, those of the 22nd and 23rd come.
    assert lines(world.run(parted, JUNE)) == [('calls', may(20), may(32), 10)]


def test_a_correction_of_usage_may_be_negative(world):
    calls = charge('calls', '10', type=facts.USAGE, model=facts.PER_UNIT, metric='call')
    begin, usage = start(one_plan(calls), may(1)), [used(may(3), 5, 1)]
    world.run(account(contract(begin, usage=usage)), JUNE)
    usage += [used(may(4), -2, 2)]
    [item] = world.run(account(contract(begin, usage=usage)), JUNE).items
    assert (item.kind, item.amount, item.quantity, item.number) == (facts.USAGE, -20, -2, 1)


def test_a_minimum_without_proration_is_due_in_full(world):
    calls = charge('calls', '10', type=facts.USAGE, model=facts.PER_UNIT, metric='call',
                   minimum=Decimal(310), prorate='none')
    begin = start(one_plan(calls), may(5), end=may(10))
    assert lines(world.run(account(contract(begin)), JUNE)) == [('calls', may(5), may(10), 310)]


def test_a_one_time_charge_follows_the_quantity_of_the_first_day(world):
    setup = charge('setup', '100', type=facts.ONE_TIME, model=facts.PER_UNIT)
    begin = start(one_plan(setup), may(1), quantity=Decimal(3))
    more = event(facts.CHANGE_QUANTITY, may(1), 2, quantity=Decimal(5))
    less = event(facts.CHANGE_QUANTITY, may(1), 3, quantity=Decimal(4))
    world.run(account(contract(begin)), may(1))
    [item] = world.run(account(contract(begin, more)), may(2)).items
    assert (item.amount, item.quantity, item.number) == (200, 2, 1)
    [item] = world.run(account(contract(begin, more, less)), may(3)).items
    assert (item.kind, item.amount) == (facts.CREDIT, -100)
    assert world.run(account(contract(begin, more, less)), may(3)).items == ()


def test_one_time_charges_without_refund_stay(world):
    setup = charge('setup', '100', type=facts.ONE_TIME, model=facts.PER_UNIT, **NO_REFUND)
    begin = start(one_plan(setup), may(1), quantity=Decimal(3))
    world.run(account(contract(begin)), may(1))
    less = event(facts.CHANGE_QUANTITY, may(1), 2, quantity=Decimal(1))
    assert world.run(account(contract(begin, less)), may(1)).items == ()
    never = event(facts.CANCEL, may(1), 3)
    assert world.run(account(contract(begin, never)), may(1)).items == ()


def test_a_cancellation_withdrawn_returns_its_fee(world):
    bound = one_plan(minimum_term=facts.Every(3, 'month'), cancellation_fee=Decimal(9500))
    begin, early = start(bound, may(1)), event(facts.CANCEL, may(10), 2)
    assert lines(world.run(account(contract(begin, early)), may(10))) == [
        ('cancellation_fee', may(10), may(10), 9500)]
    # Another day inside the minimum term costs the same fee, one after it costs none.
    still = event(facts.CANCEL, may(20), 3)
    assert world.run(account(contract(begin, early, still)), may(20)).items == ()
    over = event(facts.CANCEL, date(2026, 8, 1), 4)
    assert lines(world.run(account(contract(begin, early, still, over)), may(21))) == [
        ('cancellation_fee', may(10), may(10), -9500)]


def test_introductory_price_does_not_begin_anew_on_return(world):
    steps = (facts.PriceStep(1, Decimal(0)), facts.PriceStep(None, Decimal(1500)))
    silver = one_plan(charge(steps=steps), code='silver')
    gold = one_plan(charge(price='2480'), code='gold')
    events = [start(silver, date(2026, 4, 1)), change(gold, may(10), 2), change(silver, may(20), 3)]
    world.run(account(contract(events[0])), may(1))
    assert lines(world.run(account(contract(*events)), may(20))) == [
        ('base', may(10), may(20), -485), ('base', may(10), may(20), 800)]


def test_tax_of_a_credit_is_that_of_the_item(world):
    taxed = charge(tax_percent=Decimal(8), key='K')
    begin = start(one_plan(taxed), may(1))
    [item] = world.run(account(contract(begin)), may(1)).items
    assert (item.tax_percent, item.charge_key) == (8, 'K')
    [item] = world.run(account(contract()), may(1)).items
    assert (item.tax_percent, item.charge_key) == (8, 'K')
    world.invoices[-1:] = []
    world.invoices[0] = [one._replace(tax_percent=None) for one in world.invoices[0]]
    rules = FLOOR._replace(tax_percent=Decimal(10))
    assert plan(account(contract()), world.billed, may(1), rules).items[0].tax_percent == 10


def test_more_lines_than_the_bound_are_refused():
    rules = FLOOR._replace(max_lines=3)
    here = account(contract(start(one_plan(charge()), may(1))))
    assert len(plan(here, (), date(2026, 7, 1), rules).items) == 3
    with pytest.raises(DomainError) as refused:
        plan(here, (), date(2026, 8, 1), rules)
    assert refused.value.code == 'too_many_lines'
    assert refused.value.context == {'contract': 'c1', 'lines': 4}


def test_items_without_terms_are_refused(world):
    begin = start(one_plan(charge()), may(1))
    world.run(account(contract(begin)), may(1))
    broken = [world.billed[0]._replace(terms='')]
    with pytest.raises(DomainError) as refused:
        plan(account(contract(begin)), broken, may(1), FLOOR)
    assert refused.value.code == 'terms_unreadable'


def test_a_cut_period_is_compared_until_its_full_period_has_passed(world):
    """Cut on the 20th by a new billing day, measured by the month: a pause is settled by it."""
    moved = {'billing_day': 31, 'changes': (facts.BillingDayChange(may(10), 1, 20),)}
    begin = start(one_plan(charge(price='9300')), date(2026, 4, 30))
    world.run(account(contract(begin), **moved), may(25))
    settled = contract(begin, settled_until=may(25))
    assert plan(account(settled, **moved), world.billed, may(25), FLOOR).items == ()
    until_june = contract(begin, settled_until=JUNE)
    recent = [item for item in world.billed if item.period_to > JUNE]
    assert len(recent) == len(world.billed) - 1
    assert plan(account(until_june, **moved), recent, JUNE, FLOOR).items == ()


def test_one_planner_serves_many_accounts():
    planner = Planner(FLOOR)
    silver = one_plan(charge())
    for price in ('1500', '980'):
        silver = one_plan(charge(price=price))
        here = account(contract(start(silver, may(1))))
        assert planner.plan(here, (), may(1)) == plan(here, (), may(1), FLOOR)

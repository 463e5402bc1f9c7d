"""What holds for every timeline: the order, the day and the number of runs do not matter."""
from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.addons.smart_billing.core import facts
from odoo.addons.smart_billing.core.planner import plan

from tests.unit.planner_world import START, World, accounts, rules

LAST = START + timedelta(days=430)
few = settings(max_examples=20, deadline=None, derandomize=True,
               suppress_health_check=list(HealthCheck))
run_days = st.lists(st.integers(0, 430).map(lambda n: START + timedelta(days=n)),
                    max_size=6).map(sorted)


def contract_of(account):
    return account.contracts[0]


@few
@given(accounts(), rules, run_days)
def test_a_repeated_run_bills_nothing(account, rules, targets):
    world = World(rules)
    for target in [*targets, LAST]:
        world.run(account, target)
        again = plan(account, world.billed, target, rules)
        assert again.items == ()
        assert again.trims == ()


@few
@given(accounts(), rules, run_days)
def test_late_is_on_time(account, rules, targets):
    often, once = World(rules), World(rules)
    for target in [*targets, LAST]:
        often.run(account, target)
    once.run(account, LAST)
    assert often.totals() == once.totals()


@few
@given(accounts(), rules, run_days)
def test_a_run_for_an_earlier_day_changes_nothing(account, rules, targets):
    world = World(rules)
    world.run(account, LAST)
    for target in targets:
        assert world.run(account, target).items == ()


@few
@given(accounts(credit=('prorate',)), rules, run_days)
def test_retroactive_is_known_in_time(account, rules, targets):
    """One more event, usage row or change of billing day is entered after each run."""
    late, known = World(rules), World(rules)
    contract = contract_of(account)
    for number, target in enumerate(targets):
        some = contract._replace(events=contract.events[:number + 1],
                                 usage=contract.usage[:number])
        late.run(account._replace(
            contracts=(some,), billing_day_changes=account.billing_day_changes[:number]), target)
    late.run(account, LAST)
    known.run(account, LAST)
    assert late.totals() == known.totals()


@few
@given(accounts(contracts=3), rules, st.randoms(use_true_random=False))
def test_the_order_of_contracts_does_not_matter(account, rules, random):
    shuffled = list(account.contracts)
    random.shuffle(shuffled)
    one = plan(account, (), LAST, rules)
    other = plan(account._replace(contracts=tuple(shuffled)), (), LAST, rules)
    assert sorted(map(str, one.items)) == sorted(map(str, other.items))


@few
@given(accounts(), rules, run_days)
def test_not_more_is_credited_than_billed(account, rules, targets):
    world = World(rules)
    contract = contract_of(account)
    for number, target in enumerate([*targets, LAST]):
        some = contract._replace(events=contract.events[:number + 1])
        world.run(account._replace(contracts=(some,)), target)
        assert all(amount > 0 for amount in world.totals().values())


@few
@given(accounts(), rules, run_days, st.integers(0, 5))
def test_a_deleted_invoice_is_billed_again(account, rules, targets, which):
    world = World(rules)
    for target in targets:
        world.run(account, target)
    world.run(account, LAST)
    before = world.totals()
    if world.invoices:
        world.invoices.pop(which % len(world.invoices))
        world.coverage.clear()
    world.run(account, LAST)
    assert world.totals() == before
    assert plan(account, world.billed, LAST, rules).items == ()


@few
@given(accounts(), rules, st.integers(0, 300), st.integers(0, 130))
def test_settled_history_makes_no_difference(account, rules, first, more):
    """Events that take effect after the settled day find the same lines without the history."""
    settled = START + timedelta(days=first)
    contract = contract_of(account)
    early = contract._replace(
        events=tuple(one for one in contract.events
                     if one.kind == facts.START or one.effective < settled),
        usage=tuple(one for one in contract.usage if one.day < settled))
    changes = tuple(one for one in account.billing_day_changes if one.effective < settled)
    if any(one.kind == facts.CANCEL for one in early.events):
        contract = early
    world = World(rules)
    world.run(account._replace(contracts=(early,), billing_day_changes=changes), settled)
    target = settled + timedelta(days=more)
    start_day = contract.events[0].effective
    quick = contract._replace(settled_until=settled if start_day <= settled else None)
    kept = [item for item in world.billed if item.period_to > settled
            or item.period_from == item.period_to == settled]
    full = plan(account._replace(contracts=(contract,)), world.billed, target, rules)
    fast = plan(account._replace(contracts=(quick,)), kept, target, rules)
    assert fast == full
    assert plan(account._replace(contracts=(quick,)), world.billed, target, rules) == full


def shifted(value, years):
    """The same facts, years later."""
    if isinstance(value, date):
        return value if value == date.max else value.replace(year=value.year + years)
    if isinstance(value, tuple):
        parts = [shifted(part, years) for part in value]
        return type(value)(*parts) if hasattr(value, '_fields') else tuple(parts)
    return value


@few
@given(accounts(), rules)
def test_shifted_by_a_cycle_of_the_calendar(account, rules):
    here = plan(account, (), LAST, rules)
    there = plan(shifted(account, 28), (), shifted(LAST, 28), rules)
    assert there == shifted(here, 28)

"""What holds for every timeline.  A law takes a case and fails by an assertion.

The tests try each law on a few cases, the soak tries all of them on thousands.
"""
from datetime import date

from odoo.addons.smart_billing.core import facts
from odoo.addons.smart_billing.core.money import to_minor
from odoo.addons.smart_billing.core.planner import Planner, plan
from odoo.addons.smart_billing.core.wanted import amount_in

from tests.unit.planner_cases import LAST, START, known
from tests.unit.planner_world import World


def on_time(case, *more):
    """The world of somebody who knows everything and bills on all days of runs."""
    world = World(case.rules)
    for target in [*case.targets, LAST, *more]:
        world.run(case.account, target)
    return world


def with_mistakes(case):
    """The world of somebody who learns of things run by run, and of the rest in the end."""
    world = World(case.rules)
    for number, target in enumerate(case.targets):
        world.run(known(case.account, number), target)
    world.run(case.account, LAST)
    return world


def a_repeated_run_bills_nothing(case):
    world = World(case.rules)
    for target in [*case.targets, LAST]:
        world.run(case.account, target)
        again = plan(case.account, world.billed, target, case.rules)
        assert (again.items, again.trims) == ((), ())


def late_is_on_time(case):
    once = World(case.rules)
    once.run(case.account, LAST)
    assert on_time(case).totals() == once.totals()


def a_run_for_an_earlier_day_changes_nothing(case):
    world = World(case.rules)
    world.run(case.account, LAST)
    for target in case.targets:
        assert world.run(case.account, target).items == ()


def retroactive_is_known_in_time(case):
    in_time = World(case.rules)
    in_time.run(case.account, LAST)
    late = with_mistakes(case)
    assert late.totals() == in_time.totals()
    again = plan(case.account, late.billed, LAST, case.rules)
    assert (again.items, again.trims) == ((), ())


def not_more_is_credited_than_billed(case):
    """No line gives back more than it billed, and charges end at zero or more."""
    world = with_mistakes(case)
    held = {item.key: item.amount for item in world.billed}
    for item in world.billed:
        if item.credits is not None:
            held[item.credits] += item.amount
    for item in world.billed:
        assert min(0, item.amount) <= held[item.key] <= max(0, item.amount), item
    for (_contract, plan_code, _charge), amount in world.totals().items():
        assert plan_code is None or amount > 0


def a_deleted_invoice_is_billed_again(case):
    world = on_time(case)
    before = world.totals()
    for which in (len(case.targets), 0):
        if which < len(world.invoices):
            world.delete(which)
            world.run(case.account, LAST)
    assert world.totals() == before
    assert plan(case.account, world.billed, LAST, case.rules).items == ()


def contracts_and_accounts_do_not_meet(case):
    """Any order of contracts, each by itself, one planner for all: the same lines."""
    account, planner = case.account, Planner(case.rules)
    together = planner.plan(account, (), LAST)
    turned = planner.plan(account._replace(contracts=account.contracts[::-1]), (), LAST)
    assert sorted(map(str, turned.items)) == sorted(map(str, together.items))
    alone = [plan(account._replace(contracts=(one,), one_offs=()), (), LAST, case.rules)
             for one in account.contracts]
    alone.append(plan(account._replace(contracts=()), (), LAST, case.rules))
    assert [item for one in alone for item in one.items] == list(together.items)
    assert [one for each in alone for one in each.outlooks] == list(together.outlooks)


def a_dry_run_is_a_real_run(case):
    """Planning changes nothing: asked before, the planner tells what the run will bill."""
    world = World(case.rules)
    for target in [*case.targets, LAST]:
        told = plan(case.account, world.billed, target, case.rules)
        assert world.run(case.account, target) == told


def parts_add_up_to_the_whole(case):
    """A full period whose days are all paid at one price holds exactly that price.

    Where a revision cuts the period each part is rounded, though its price may be the same.
    """
    world = with_mistakes(case)
    cuts = {version.existing_from for contract in case.account.contracts
            for event in contract.events if event.plan for version in event.plan.versions}
    held, paid = {}, {}
    for item in world.billed:
        if item.terms and (item.kind == facts.RECURRING or item.credits):
            key = (item.contract, item.plan, item.charge, item.period_from, item.period_to,
                   item.terms)
            held[key] = held.get(key, 0) + item.amount
            for begin, end in world.coverage.get(item.key, ()):
                paid[key] = paid.get(key, 0) + (end - begin).days
    for key, amount in held.items():
        is_cut = any(day and key[3] < day < key[4] for day in cuts)
        if paid.get(key) == (key[4] - key[3]).days and not is_cut:
            price = to_minor(amount_in(key[5]), case.rules.digits, case.rules.rounding)
            assert amount * 10 ** case.rules.digits == price, key


def settled_history_makes_no_difference(case):
    """Entries that take effect after the settled day find the same lines without the history."""
    settled = case.targets[0] if case.targets else START
    target = case.targets[-1] if case.targets else LAST
    [contract] = case.account.contracts
    early = contract._replace(
        events=tuple(one for one in contract.events
                     if one.kind == facts.START or one.effective < settled),
        usage=tuple(one for one in contract.usage if one.day < settled))
    if any(one.kind == facts.CANCEL for one in early.events):
        contract = early
    world = World(case.rules)
    world.run(case.account._replace(
        contracts=(early,), billing_day_changes=tuple(
            one for one in case.account.billing_day_changes if one.effective < settled)), settled)
    begins = contract.events[0].effective
    quick = contract._replace(settled_until=settled if begins <= settled else None)
    recent = [item for item in world.billed if item.one_off or item.period_to > settled
              or item.period_from == item.period_to == settled]
    full = plan(case.account._replace(contracts=(contract,)), world.billed, target, case.rules)
    for items in (recent, world.billed):
        assert plan(case.account._replace(contracts=(quick,)), items, target, case.rules) == full


def years_do_not_matter(case):
    """Shifted by a cycle of leap years, or among years without a leap day, all stays the same."""
    here = plan(case.account, (), LAST, case.rules)
    for years in (4, 28, 400):
        assert plan(shifted(case.account, years), (), shifted(LAST, years), case.rules) == shifted(
            here, years)
    # From March 2096 to February 2104 there is no 29 February: 2100 is no leap year.
    base = 2098 - START.year
    there = plan(shifted(case.account, base), (), shifted(LAST, base), case.rules)
    for years in (1, 2, 3):
        moved = plan(shifted(case.account, base + years), (), shifted(LAST, base + years),
                     case.rules)
        assert moved == shifted(there, years)


def shifted(value, years):
    """The same facts, years later."""
    if isinstance(value, date):
        return value if value == date.max else value.replace(year=value.year + years)
    if isinstance(value, str) and len(value) == 10 and value[4] == value[7] == '-':
        return shifted(date.fromisoformat(value), years).isoformat()
    if isinstance(value, tuple):
        parts = [shifted(part, years) for part in value]
        return type(value)(*parts) if hasattr(value, '_fields') else tuple(parts)
    return value


# Laws with what their cases must be like, as arguments of `planner_cases.cases`.
REFUNDED = {'credit': ('prorate',)}
LAWS = {
    a_repeated_run_bills_nothing: {},
    late_is_on_time: {},
    a_run_for_an_earlier_day_changes_nothing: {},
    retroactive_is_known_in_time: REFUNDED,
    not_more_is_credited_than_billed: {},
    a_deleted_invoice_is_billed_again: {},
    contracts_and_accounts_do_not_meet: {'contract_count': 3},
    a_dry_run_is_a_real_run: {},
    parts_add_up_to_the_whole: {},
    settled_history_makes_no_difference: {},
    years_do_not_matter: {},
}

"""What holds for every timeline.  A law takes a trial of a case and fails by an assertion.

The tests try each law on a few cases, the soak tries all of them on thousands.
"""
from collections import Counter
from datetime import date
from functools import cached_property

from odoo.addons.smart_billing.core import facts
from odoo.addons.smart_billing.core.money import to_minor
from odoo.addons.smart_billing.core.planner import Planner, plan
from odoo.addons.smart_billing.core.wanted import amounts_in

from tests.unit.planner_cases import LAST, START, known
from tests.unit.planner_world import World


class Trial:
    """A case, and the worlds that come of it; laws read them and change none."""

    def __init__(self, case):
        self.case = case
        self.account, self.rules, self.targets = case

    @cached_property
    def steps(self):
        """A run on each day: what was told before it, its result, and what a next one told."""
        world, found = World(self.rules), []
        for target in (*self.targets, LAST):
            told = self.plan(world, target)
            found.append((told, world.run(self.account, target), self.plan(world, target)))
        self.__dict__['on_time'] = world
        return found

    @cached_property
    def on_time(self):
        """The world of somebody who knows everything and bills on all days of runs."""
        assert self.steps
        return self.__dict__['on_time']

    @cached_property
    def once(self):
        """The world of somebody who bills everything in the end."""
        world = World(self.rules)
        world.run(self.account, LAST)
        return world

    @cached_property
    def stages(self):
        """What is known at each run, with mistakes that are corrected in the end."""
        found = [(known(self.account, number), target)
                 for number, target in enumerate(self.targets)]
        return [*found, (self.account, LAST)]

    @cached_property
    def late(self):
        """The world of somebody who learns of things run by run."""
        world = World(self.rules)
        for account, target in self.stages:
            world.run(account, target)
        return world

    def plan(self, world, target):
        return plan(self.account, world.billed, target, self.rules)

    def charges(self):
        for contract in self.account.contracts:
            for event in contract.events:
                for version in event.plan.versions if event.plan else ():
                    yield from version.charges


def a_repeated_run_bills_nothing(trial):
    for _told, _result, again in trial.steps:
        assert (again.items, again.trims) == ((), ())


def a_dry_run_is_a_real_run(trial):
    """Planning changes nothing: asked before, the planner tells what the run will bill."""
    for told, result, _again in trial.steps:
        assert told == result


def late_is_on_time(trial):
    assert trial.on_time.totals() == trial.once.totals()


def a_run_for_an_earlier_day_changes_nothing(trial):
    for target in trial.targets:
        assert trial.plan(trial.once, target).items == ()


def retroactive_is_known_in_time(trial):
    if any(charge.credit == 'none' for charge in trial.charges()):
        return
    assert trial.late.totals() == trial.once.totals()
    again = trial.plan(trial.late, LAST)
    assert (again.items, again.trims) == ((), ())


def not_more_is_credited_than_billed(trial):
    """No line gives back more than it billed; no charge ends below zero, no discount above."""
    held = {item.key: item.amount for item in trial.late.billed}
    for item in trial.late.billed:
        if item.credits is not None:
            held[item.credits] += item.amount
    for item in trial.late.billed:
        assert min(0, item.amount) <= held[item.key] <= max(0, item.amount), item
    charged = Counter()
    for (contract, plan_code, code), amount in trial.late.totals().items():
        if plan_code is not None:
            code, _sign, discount = code.partition('/')
            assert (amount < 0) == bool(discount), (code, discount)
            charged[contract, plan_code, code] += amount
    assert all(amount >= 0 for amount in charged.values()), charged


def a_deleted_invoice_is_billed_again(trial):
    world = trial.on_time.copy()
    for which in (len(trial.targets), 0):
        if which < len(world.invoices):
            world.delete(which)
            world.run(trial.account, LAST)
    assert world.totals() == trial.on_time.totals()
    assert trial.plan(world, LAST).items == ()


def contracts_do_not_meet(trial):
    """Any order of contracts, each by itself, one planner for all: the same lines."""
    account, planner = trial.account, Planner(trial.rules)
    together = planner.plan(account, (), LAST)
    turned = planner.plan(account._replace(contracts=account.contracts[::-1]), (), LAST)
    assert sorted(map(str, turned.items)) == sorted(map(str, together.items))
    alone = [plan(account._replace(contracts=(one,), one_offs=()), (), LAST, trial.rules)
             for one in account.contracts]
    alone.append(plan(account._replace(contracts=()), (), LAST, trial.rules))
    assert [item for one in alone for item in one.items] == list(together.items)
    assert [one for each in alone for one in each.outlooks] == list(together.outlooks)


def parts_add_up_to_the_whole(trial):
    """A full period whose days are all paid at one price holds exactly that price.

    A change of the tax rate, told behind the terms, parts a period and not its price.  Where a
    revision cuts the period each part is rounded, though its price may be the same.
    """
    cuts = {version.existing_from for contract in trial.account.contracts
            for event in contract.events if event.plan for version in event.plan.versions}
    held, paid = Counter(), Counter()
    for item in trial.late.billed:
        if item.terms and (item.kind == facts.RECURRING or item.credits):
            terms = item.terms.partition('|')[0].partition('<')[0]
            key = (item.contract, item.plan, item.charge, item.period_from, item.period_to, terms)
            held[key] += item.amount
            for begin, end in trial.late.coverage.get(item.key, ()):
                paid[key] += (end - begin).days
    for key, amount in held.items():
        is_cut = any(day and key[3] < day < key[4] for day in cuts)
        if paid[key] == (key[4] - key[3]).days and not is_cut:
            price, before = (
                value and to_minor(value, trial.rules.digits, trial.rules.rounding)
                for value in amounts_in(key[5]))
            assert amount * 10 ** trial.rules.digits == price - (before or 0), key


def settled_history_makes_no_difference(trial):
    """Entries that take effect after the settled day find the same lines without the history."""
    settled = trial.targets[0] if trial.targets else START
    target = trial.targets[-1] if trial.targets else LAST
    early = tuple(_before(contract, settled) for contract in trial.account.contracts)
    late = tuple(
        one if any(event.kind in (facts.CANCEL, facts.KEEP, facts.TRANSFER)
                   for event in one.events) else contract
        for one, contract in zip(early, trial.account.contracts))
    world = World(trial.rules)
    world.run(trial.account._replace(
        contracts=early, billing_day_changes=tuple(
            one for one in trial.account.billing_day_changes if one.effective < settled)), settled)
    quick = tuple(
        one._replace(settled_until=settled if one.events[0].effective <= settled else None)
        for one in late)
    recent = [item for item in world.billed if item.one_off or item.period_to > settled
              or item.period_from == item.period_to == settled]
    full = plan(trial.account._replace(contracts=late), world.billed, target, trial.rules)
    for items in (recent, world.billed):
        fast = plan(trial.account._replace(contracts=quick), items, target, trial.rules)
        assert fast == full


def _before(contract, day):
    """A contract as far as it takes effect before a day; the start is known."""
    return contract._replace(
        events=tuple(one for one in contract.events
                     if one.kind == facts.START or one.effective < day),
        usage=tuple(one for one in contract.usage if one.day < day),
        prices=tuple(one for one in contract.prices if one.date_from < day))


def history_is_settled_run_by_run(trial):
    """Settled by each run, and taken back by what is entered, as `facts` says."""
    world = World(trial.rules)
    before, settled = None, {}
    for account, target in trial.stages:
        settled = before and {
            one.code: _taken_back(settled[one.code], before, account, number)
            for number, one in enumerate(account.contracts)} or {}
        quick = account._replace(contracts=tuple(
            one._replace(settled_until=settled.get(one.code)) for one in account.contracts))
        open_items = [
            item for item in world.billed if item.one_off or item.contract not in settled
            or item.period_to > settled[item.contract]
            or item.period_from == item.period_to == settled[item.contract]]
        fast = plan(quick, open_items, target, trial.rules)
        assert fast == world.run(account, target), (target, settled)
        before, settled = account, {one.code: target for one in account.contracts}


def _taken_back(settled, before, account, number):
    """The day up to which the history of a contract is still what it should be."""
    old, new = before.contracts[number], account.contracts[number]
    entered = set(new.events) - set(old.events)
    leaving = {facts.CANCEL, facts.KEEP, facts.TRANSFER}
    days = {event.effective for event in entered}
    if any(event.kind in leaving for event in entered):
        days |= {event.effective for event in new.events if event.kind in leaving}
    days |= {row.day for row in set(old.usage) ^ set(new.usage)}
    days |= {price.date_from for price in set(old.prices) ^ set(new.prices)}
    days |= {change.effective for change in
             set(before.billing_day_changes) ^ set(account.billing_day_changes)}
    return min(days | {settled})


def years_do_not_matter(trial):
    """Shifted by a cycle of leap years, or among years without a leap day, all stays the same."""
    here = plan(trial.account, (), LAST, trial.rules)
    for years in (4, 28, 400):
        moved = plan(shifted(trial.account, years), (), shifted(LAST, years), trial.rules)
        assert moved == shifted(here, years)
    # From March 2096 to February 2104 there is no 29 February: 2100 is no leap year.
    base = 2098 - START.year
    there = plan(shifted(trial.account, base), (), shifted(LAST, base), trial.rules)
    for years in (1, 2, 3):
        moved = plan(shifted(trial.account, base + years), (), shifted(LAST, base + years),
                     trial.rules)
        assert moved == shifted(there, years)


def shifted(value, years):
    """The same facts, years later."""
    if isinstance(value, date):
        return value if value == date.max else value.replace(year=value.year + years)
    if isinstance(value, tuple):
        parts = [shifted(part, years) for part in value]
        return type(value)(*parts) if hasattr(value, '_fields') else tuple(parts)
    return value


LAWS = (
    a_repeated_run_bills_nothing,
    a_dry_run_is_a_real_run,
    late_is_on_time,
    a_run_for_an_earlier_day_changes_nothing,
    retroactive_is_known_in_time,
    not_more_is_credited_than_billed,
    a_deleted_invoice_is_billed_again,
    contracts_do_not_meet,
    parts_add_up_to_the_whole,
    settled_history_makes_no_difference,
    history_is_settled_run_by_run,
    years_do_not_matter,
)

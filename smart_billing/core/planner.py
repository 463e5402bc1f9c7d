"""The planner: everything that is due, minus everything that is billed (請求計画).

One pure function serves the first run, a late one, a repeated one, the repair after a retroactive
change and the billing of a deleted draft.  It reads no clock: the target day is an argument.
"""
from collections.abc import Iterable
from datetime import date

from .bill import Bill, Family, base_code, families_of
from .errors import DomainError
from .facts import (
    CREDIT,
    FEE,
    ONE_TIME,
    RECURRING,
    USAGE,
    Account,
    BilledItem,
    Contract,
    DueItem,
    Outlook,
    Result,
    Rules,
)
from .one_offs import due_one_offs
from .settlement import settle_recurring
from .singles import settle_singles, singles_of
from .timeline import DRAFT, NEVER, BillingDays, Timeline, build, standing_on
from .usage_settlement import settle_usage
from .wanted import Book, Wanted, recurring_groups
from .wanted_usage import usage_segments


class Planner:
    """Plans accounts under one company's rules; price terms are worked out once for all."""

    def __init__(self, rules: Rules):
        self.rules = rules
        self.book = Book(rules)

    def plan(self, account: Account, billed: Iterable[BilledItem], target: date) -> Result:
        """Lines due up to and including the target day that are not billed and live."""
        standing: dict = {}
        typed_in = []
        for item in billed:
            if item.one_off is None:
                standing.setdefault(item.contract, []).append(item)
            else:
                typed_in.append(item)
        billing_days = BillingDays(account.billing_day, account.billing_day_changes)
        items, trims, outlooks = [], [], []
        for contract in account.contracts:
            bill, outlook = self._contract(
                account, contract, billing_days, standing.get(contract.code, ()), target)
            items += bill.items
            trims += bill.trims
            outlooks.append(outlook)
        items += due_one_offs(account, typed_in, target, self.rules)
        return Result(tuple(items), tuple(trims), tuple(outlooks))

    def _contract(self, account: Account, contract: Contract, billing_days: BillingDays,
                  billed: Iterable[BilledItem], target: date) -> tuple[Bill, Outlook]:
        rules = self.rules
        bill = Bill(contract.code, target, rules)
        timeline = build(account, contract, billing_days)
        by_kind: dict[str, list[Family]] = {}
        billed_to: dict = {}
        for family in families_of(_unsettled(contract, billed), rules):
            item = family.item
            by_kind.setdefault(item.kind, []).append(family)
            charge = (item.plan, base_code(item))
            billed_to[charge] = max(billed_to.get(charge, item.date_to), item.date_to)
        wanted, segments, singles = Wanted({}, {}), [], []
        if timeline is not None:
            wanted = recurring_groups(timeline, target, billed_to, rules, self.book)
            segments = usage_segments(timeline, target, billed_to, rules)
            singles = list(singles_of(timeline, self.book))
        once = by_kind.get(ONE_TIME, []) + by_kind.get(FEE, [])
        if singles or once:
            settle_singles(bill, singles, once, timeline)
        settle_recurring(bill, timeline, wanted, by_kind.get(RECURRING, []))
        if segments or USAGE in by_kind:
            settle_usage(bill, segments, by_kind.get(USAGE, []))
        if CREDIT in by_kind:
            _take_back(bill, by_kind[CREDIT])
        if len(bill.items) > rules.max_lines:
            raise DomainError('too_many_lines', contract=contract.code, lines=len(bill.items))
        if len(bill.items) > 1:
            _sort(bill.items)
        return bill, _outlook(contract, timeline, bill)


def plan(account: Account, billed: Iterable[BilledItem], target: date, rules: Rules) -> Result:
    """Plan one account; for many of one company keep a `Planner`."""
    return Planner(rules).plan(account, billed, target)


def _unsettled(contract: Contract, billed: Iterable[BilledItem]) -> list[BilledItem]:
    settled = contract.settled_until
    if settled is None:
        return list(billed)
    return [item for item in billed if item.period_to > settled
            or item.period_from == item.period_to == settled]


def _take_back(bill: Bill, families: list[Family]) -> None:
    """A credit whose item is gone gave back what is no longer billed: it is undone."""
    for family in families:
        if family.held:
            item = family.item
            bill.credit(family, (item.date_from, item.date_to), -family.held, item.quantity)


def _sort(items: list[DueItem]) -> None:
    """By day, credits first; behind a charge stand the discounts that lower it."""
    items.sort(key=_by_day)
    if any(item.discount is not None for item in items):
        places: dict = {}
        for item in items:
            places.setdefault((item.plan, base_code(item)), len(places))
        items.sort(key=lambda item: (
            *_by_day(item)[:2], places[item.plan, base_code(item)], item.discount is not None))


def _by_day(item: DueItem) -> tuple:
    return (item.date_from, item.kind != CREDIT, item.date_to)


def _outlook(contract: Contract, timeline: Timeline | None, bill: Bill) -> Outlook:
    if timeline is None:
        return Outlook(contract.code, DRAFT, None, None, None, None)
    state, plan_then = standing_on(timeline, bill.target)
    return Outlook(
        contract.code, state, plan_then.code, timeline.quantity_on(bill.target), bill.next_due,
        None if timeline.end == NEVER else timeline.end, timeline.renews_on(bill.target))

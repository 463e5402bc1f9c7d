"""What a change does to the next invoices: before and after, by the planner itself (変更の影響)."""
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from odoo.exceptions import UserError

from ..core.errors import DomainError
from . import planning
from .causes import causes_of
from .dry_run import undone
from .names import LineNames

# How many due days beyond the change are looked at: the first one settles it, the second one shows
# what is billed from then on.
DUE_DAYS = 2


class Line(NamedTuple):
    text: str
    amount: Decimal


class Effect(NamedTuple):
    """`before` and `after`: {contract id: {due day: [Line]}}, everything due until `until`.

    What is overdue is due on the first day. A contract that another payer's continues is shown
    together with it.
    """

    until: date
    before: dict
    after: dict

    def days(self, contract_id):
        return sorted(self.before.get(contract_id, {}).keys()
                      | self.after.get(contract_id, {}).keys())

    def totals(self, contract_id):
        """:return: (net amount before, net amount after) of a contract"""
        return tuple(
            sum((line.amount for lines in side.get(contract_id, {}).values() for line in lines),
                Decimal(0))
            for side in (self.before, self.after))


def effect_of(contracts, change, day):
    """Plan the contracts' next invoices, do the change, plan them again, undo it.

    :param change: callable (the contracts in an environment of its own); enters the change
    :param date day: day from which it counts
    :return: Effect
    :raise UserError: what the change itself would raise
    """
    day = max([day, *(company._sb_today() for company in contracts.company_id)])
    known = _horizon(contracts, day)
    # Nothing is read with the caller's own environment until the change is undone.
    with undone(contracts.env) as env:
        changed = contracts.with_env(env)
        change(changed)
        heirs = _heirs(changed)
        until = max(known, _horizon(changed + heirs, day))
        after = _due(changed + heirs, until, {
            heir.id: heir.continues_id.id for heir in heirs})
    return Effect(until, _due(contracts, until, {}), after)


def _heirs(contracts):
    """Contracts of other payers that go on with these."""
    return contracts.search([('continues_id', 'in', contracts.ids)])


def _horizon(contracts, day):
    """The day on which each of the contracts has been billed some more times after `day`."""
    for _step in range(DUE_DAYS):
        due_days = [
            outlook.next_due for results in _plan(contracts, day).values() for result in results
            for outlook in result.outlooks
            if outlook.contract in contracts._ids and outlook.next_due]
        if not due_days:
            break
        day = max(due_days)
    return day


def _due(contracts, until, shown_as):
    """:return: {contract id: {due day: [Line]}} of what falls due until a day"""
    found = {}
    for company, planned in _planned(contracts, until):
        today = company._sb_today()
        accounts = contracts.account_id.filtered(lambda account, p=planned: account.id in p)
        names = LineNames(contracts.env, accounts, causes_of(contracts.env, planned))
        for account_id, result in planned.items():
            for due in result.items:
                if due.contract in contracts._ids:
                    by_day = found.setdefault(shown_as.get(due.contract, due.contract), {})
                    by_day.setdefault(max(due.due, today), []).append(
                        Line(names(account_id, due), due.amount))
    return found


def _plan(contracts, day):
    return {company: planned.values() for company, planned in _planned(contracts, day)}


def _planned(contracts, day):
    for company, own in contracts.grouped('company_id').items():
        try:
            yield company, planning.plan_accounts(
                contracts.env, company, own.account_id.ids, day)
        except DomainError as error:
            raise UserError(contracts.env._(
                "The planner refuses what would be billed: %(error)s", error=str(error))) from error

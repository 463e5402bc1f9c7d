"""What a run would do, account by account: the same decisions, texts and taxes, written nowhere.

The dry run of a run, the dry run for any day and any accounts, and the proforma invoice read it.
"""
from datetime import date
from typing import NamedTuple

from ..core.facts import DueItem
from ..core.tax import InvoiceTotals
from .causes import causes_of
from .decide import Decision, decide
from .names import LineNames
from .taxes import TaxBook, totals


class Line(NamedTuple):
    due: DueItem
    name: str
    taxes: object     # account.tax records
    reason: str | None


class Forecast(NamedTuple):
    """One account; without lines where nothing is due or the planner refused."""

    account: object   # smart.billing.account record
    decision: Decision
    lines: tuple[Line, ...] = ()
    totals: InvoiceTotals | None = None
    invoice_date: date | None = None
    due_date: date | None = None

    @property
    def is_refund(self):
        return self.totals is not None and self.totals.total < 0


class Terms(NamedTuple):
    """What a dry run needs to know beside the accounts; a run has the same fields."""

    date_target: date
    date_closing: date
    date_invoice: date | None
    carry_over: bool


def forecast(company, accounts, terms):
    """:param accounts: a chunk of billing accounts of the company
    :param terms: a `Terms`, or anything with its fields
    :return: [Forecast], one an account, in their order
    """
    env = company.env
    decisions = decide(company, accounts, terms.date_target, carry_over=terms.carry_over)
    planned = {key: one.result for key, one in decisions.items() if one.result}
    causes = causes_of(env, planned)
    names, book = LineNames(env, accounts, causes), TaxBook(company)
    found = []
    for account in accounts:
        decision = decisions[account.id]
        items = decision.result.items if decision.result else ()
        lines = tuple(
            Line(due, names(account.id, due), book.of_due(account, due),
                 causes[due].explained(env) if due in causes else None)
            for due in items)
        if not lines:
            found.append(Forecast(account, decision))
            continue
        found.append(Forecast(
            account, decision, lines,
            totals(company, [(line.due.amount, line.taxes) for line in lines]),
            *account._invoice_dates(terms.date_closing, terms.date_invoice)))
    return found

"""Small amounts are left to a later invoice (繰越): nothing of them is written.

The planner brings them again at the next run. They are billed at the latest after the months that
the company sets, and with the last invoice of an account of which no contract goes on.
"""
from decimal import Decimal

from odoo import fields
from odoo.tools import format_amount

from .bounds import net_of
from .taxes import TaxBook, totals


def too_small(company, accounts, target, planned):
    """:param planned: {account id: core.facts.Result} with items
    :return: {account id: sentence} of the accounts that are carried over
    """
    found, book = {}, None
    for account in accounts:
        result, bound = planned.get(account.id), account._carry_bound()
        # A sum far above the bound needs no tax to be known.
        if not result or not bound or abs(net_of(result)) >= 2 * bound:
            continue
        if _is_last(result) or _is_long_ago(account, target):
            continue
        book = book or TaxBook(company)
        total = totals(
            company, [(due.amount, book.of_due(account, due)) for due in result.items]).total
        if abs(total) < bound:
            found[account.id] = company.env._(
                "%(total)s with tax is below the bound of %(bound)s: carried over to a later "
                "invoice.", total=_money(company, total), bound=_money(company, bound))
    return found


def _is_last(result):
    """Whether no contract of the account brings anything more."""
    return all(outlook.next_due is None for outlook in result.outlooks)


def _is_long_ago(account, target):
    """Whether the first run that carried the account over lies too long ago."""
    since, months = account.carried_since, account.company_id.sb_carry_months
    return bool(since) and target >= fields.Date.add(since, months=months)


def _money(company, amount):
    return format_amount(company.env, float(Decimal(amount)), company.currency_id)

"""Dry runs: what would be billed, by the same planner as the real run, written nowhere."""
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from markupsafe import Markup

from odoo.tools import format_amount, format_date

from . import compute, planning
from .causes import causes_of
from .forecast import forecast
from .names import LineNames

# A preview is for reading: beyond this many accounts only the totals are shown.
MOST_ACCOUNTS_SHOWN = 200

# How many due days ahead of today the next charge is looked for (the first ones may be billed).
MOST_STEPS_AHEAD = 40


class NextCharge(NamedTuple):
    date: date
    amount: Decimal
    text: str


def next_charge(contract):
    """What the next run will bill for this contract, and when; None when nothing will.

    What is overdue by now counts as due on the earliest of its days.
    """
    account, target = contract.account_id, contract.company_id._sb_today()
    for _step in range(MOST_STEPS_AHEAD):
        planned = planning.plan_accounts(contract.env, contract.company_id, account.ids, target)
        result = planned[account.id]
        own = [due for due in result.items if due.contract == contract.id]
        if own:
            names = LineNames(contract.env, account, causes_of(contract.env, planned))
            return NextCharge(
                min(due.due for due in own), sum(due.amount for due in own),
                '\n'.join(f'{names(account.id, due)}: {_money(contract, due.amount)}'
                          for due in own))
        target = next(outlook.next_due for outlook in result.outlooks
                      if outlook.contract == contract.id)
        if target is None:
            return None
    return None


def _money(record, amount):
    return format_amount(record.env, float(amount), record.currency_id)


def run_preview(run):
    """The whole run as a table: accounts, lines, totals with tax. Nothing is written."""
    accounts = compute.accounts_due(run)
    totals = {'accounts': 0, 'lines': 0, 'tax': Decimal(0), 'total': Decimal(0)}
    rows, problems = [], []
    chunk = run.company_id.sb_run_chunk or 200
    for start in range(0, len(accounts), chunk):
        for one in forecast(run.company_id, accounts[start:start + chunk], run):
            if one.decision.reasons:
                problems.append((one.account, ' '.join(one.decision.reasons)))
            elif one.lines:
                _count(totals, one)
                if len(rows) < MOST_ACCOUNTS_SHOWN:
                    rows.append(_account_rows(run, one))
    return _html(run, totals, rows, problems)


def _count(totals, one):
    totals['accounts'] += 1
    totals['lines'] += len(one.lines)
    totals['tax'] += one.totals.tax
    totals['total'] += one.totals.total


def _account_rows(run, one):
    head = Markup(
        '<tr class="table-active"><th>%s</th><th>%s</th><th class="text-end">%s</th></tr>')
    line = Markup('<tr><td>%s</td><td>%s</td><td class="text-end">%s</td></tr>')
    tax = run.env._("with tax %(tax)s", tax=_money(run, one.totals.tax))
    html = head % (one.account.display_name, tax, _money(run, one.totals.total))
    for name, due in ((each.name, each.due) for each in one.lines):
        html += line % (name, format_date(run.env, due.due), _money(run, due.amount))
    return html


def _html(run, totals, rows, problems):
    env = run.env
    html = Markup('<p>%s</p>') % env._(
        "%(accounts)s accounts, %(lines)s lines, %(total)s with tax of %(tax)s. Nothing was "
        "written.", accounts=totals['accounts'], lines=totals['lines'],
        total=_money(run, totals['total']), tax=_money(run, totals['tax']))
    for account, reason in problems:
        html += Markup('<p class="text-danger">%s: %s</p>') % (account.display_name, reason)
    if rows:
        html += Markup(
            '<table class="table table-sm"><thead><tr><th>%s</th><th>%s</th>'
            '<th class="text-end">%s</th></tr></thead><tbody>') % (
            env._("Line"), env._("Due"), env._("Amount"))
        html += Markup('').join(rows) + Markup('</tbody></table>')
    if totals['accounts'] > len(rows):
        html += Markup('<p>%s</p>') % env._(
            "The first %(shown)s accounts are shown.", shown=len(rows))
    return html

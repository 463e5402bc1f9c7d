"""Safety bounds: what looks like nonsense is parked and shown, not billed.

A typing error in a start day, a price or a meter is found here before it reaches a customer. The
bounds are settings of the company; a billing manager may have an account billed all the same.
"""
from decimal import Decimal

from odoo import fields
from odoo.tools import SQL, format_amount, format_date

from ..core import facts

# How far back the last usage of a charge is looked for.
_USAGE_MONTHS = 13


def net_of(result):
    """The sum of what an account is billed, before tax is added."""
    return sum((due.amount for due in result.items), Decimal(0))


def broken(company, target, planned):
    """:return: {account id: [sentence]} of the accounts that would leave the bounds"""
    billed = {account_id: result for account_id, result in planned.items() if result.items}
    found = {}
    for check in (_amounts, _horizon, _growth, _usage):
        for account_id, sentence in check(company, target, billed):
            found.setdefault(account_id, []).append(sentence)
    return found


def _amounts(company, _target, billed):
    bound = Decimal(str(company.sb_max_amount))
    for account_id, result in billed.items():
        net = net_of(result)
        if bound and abs(net) > bound:
            yield account_id, company.env._(
                "The account would be billed %(net)s, above the safety bound of %(bound)s.",
                net=_money(company, net), bound=_money(company, bound))


def _horizon(company, target, billed):
    """A contract that began years ago by a typing error would be billed all those years."""
    if not company.sb_max_months_back:
        return
    horizon = fields.Date.subtract(target, months=company.sb_max_months_back)
    for account_id, result in billed.items():
        oldest = min((due for due in result.items
                      if due.kind != facts.CREDIT and due.date_from < horizon),
                     key=lambda due: due.date_from, default=None)
        if oldest:
            yield account_id, company.env._(
                "%(what)s would be billed from %(day)s on, more than %(months)s months before the "
                "run's day.", what=_what(company, oldest), months=company.sb_max_months_back,
                day=format_date(company.env, oldest.date_from))


def _growth(company, _target, billed):
    percent = company.sb_max_growth
    last = _last_invoices(company.env, billed) if percent and billed else {}
    for account_id, result in billed.items():
        before, net = last.get(account_id), net_of(result)
        if before and net > before * (100 + Decimal(str(percent))) / 100:
            yield account_id, company.env._(
                "The account would be billed %(net)s, more than %(percent)g %% above its last "
                "invoice of %(before)s.", net=_money(company, net), percent=percent,
                before=_money(company, before))


def _last_invoices(env, billed):
    """:return: {account id: net amount of what its last run billed, where that is positive}"""
    env.flush_all()
    rows = env.execute_query(SQL(
        """ SELECT account_id, amount::text FROM (
                SELECT DISTINCT ON (i.account_id) i.account_id, i.run_id, SUM(i.amount) AS amount
                  FROM smart_billing_item i
                 WHERE i.live AND i.account_id IN %s AND i.move_id IS NOT NULL
              GROUP BY i.account_id, i.run_id
                HAVING SUM(i.amount) > 0
              ORDER BY i.account_id, i.run_id DESC) AS last """, tuple(billed)))
    return {account_id: Decimal(amount) for account_id, amount in rows}


def _usage(company, target, billed):
    percent = company.sb_max_usage_growth
    metered = {
        account_id: [due for due in result.items if due.kind == facts.USAGE and due.quantity]
        for account_id, result in billed.items()}
    contracts = {due.contract for own in metered.values() for due in own}
    if not percent or not contracts:
        return
    last = _last_usages(company.env, contracts, target)
    for account_id, own in metered.items():
        for due in own:
            before = _before(last.get((due.contract, due.charge), ()), due.period_from)
            if before and due.quantity > before * (100 + Decimal(str(percent))) / 100:
                yield account_id, company.env._(
                    "%(what)s: the usage of %(quantity)s is more than %(percent)g %% above the "
                    "%(before)s of the period before.", what=_what(company, due),
                    quantity=f'{due.quantity.normalize():f}', percent=percent,
                    before=f'{before.normalize():f}')


def _last_usages(env, contracts, target):
    """:return: {(contract, charge): [(first day of the period, quantity)]}, oldest first"""
    env.flush_all()
    known = {}
    for contract_id, charge, period_from, quantity in env.execute_query(SQL(
            """ SELECT contract_id, charge_code, period_from, SUM(quantity)::text
                  FROM smart_billing_item
                 WHERE live AND kind = 'usage' AND contract_id IN %s AND period_to >= %s
              GROUP BY contract_id, charge_code, period_from
              ORDER BY period_from """,
            tuple(contracts), fields.Date.subtract(target, months=_USAGE_MONTHS))):
        known.setdefault((contract_id, charge), []).append((period_from, Decimal(quantity or 0)))
    return known


def _before(periods, day):
    return next((quantity for first, quantity in reversed(periods) if first < day), None)


def _what(company, due):
    if due.contract:
        return company.env['smart.billing.contract'].browse(due.contract).name
    return company.env['smart.billing.one.off'].browse(due.one_off).name


def _money(company, amount):
    return format_amount(company.env, float(amount), company.currency_id)

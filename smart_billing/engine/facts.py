"""Read what the planner needs, in a fixed number of queries however many accounts there are.

Amounts travel as text from the database to Decimal: a numeric never passes through a float.
"""
from decimal import Decimal

from odoo.tools import SQL

from ..core import facts, timeline
from . import catalogue, one_offs, usage

# Kinds of events that say a quantity; on others the column's 0 means nothing.
_WITH_QUANTITY = (facts.START, facts.CHANGE_QUANTITY, facts.ADD_OPTION)


def rules_of(company):
    """The company's rounding and proration as the planner's `Rules`."""
    return facts.Rules(
        digits=company.currency_id.decimal_places,
        rounding=company.sb_rounding,
        proration=company.sb_proration,
        max_lines=company.sb_max_lines,
    )


def read_accounts(env, account_ids, whole=False):
    """All confirmed contracts with their events, and the one-off charges to settle.

    :param bool whole: as if no history were settled
    :return: {account id: facts.Account}
    """
    if not account_ids:
        return {}
    env.flush_all()
    ids = tuple(account_ids)
    rows = env.execute_query(SQL(
        'SELECT id, billing_day FROM smart_billing_account WHERE id IN %s', ids))
    changes = _day_changes(env, ids)
    contract_rows = env.execute_query(SQL(
        """ SELECT c.account_id, c.id, c.settled_until FROM smart_billing_contract c
             WHERE c.account_id IN %s
               AND EXISTS (SELECT 1 FROM smart_billing_contract_event e WHERE e.contract_id = c.id)
          ORDER BY c.id """, ids))
    contracts = _contracts(env, tuple(row[1] for row in contract_rows))
    settled = {} if whole else {row[1]: row[2] for row in contract_rows}
    metered = usage.read_usage(env, tuple(contracts), settled)
    typed_in = one_offs.read(env, ids, whole)
    by_account = {}
    for account_id, contract_id, _settled in contract_rows:
        by_account.setdefault(account_id, []).append(contracts[contract_id]._replace(
            settled_until=settled.get(contract_id), usage=tuple(metered.get(contract_id, ()))))
    return {
        account_id: facts.Account(
            code=account_id,
            billing_day=billing_day or None,
            billing_day_changes=tuple(changes.get(account_id, ())),
            contracts=tuple(by_account.get(account_id, ())),
            one_offs=tuple(typed_in.get(account_id, ())),
        )
        for account_id, billing_day in rows
    }


def read_contracts(env, contract_ids):
    """:return: {contract id: facts.Contract} of those that have events"""
    if not contract_ids:
        return {}
    env.flush_all()
    return _contracts(env, tuple(contract_ids))


def timeline_builder(env, contract_ids):
    """A function (core.facts.Contract) -> core.timeline.Timeline for these contracts.

    For callers that want to know which contract a complaint of the core is about.
    """
    accounts = read_billing_days(env, contract_ids)
    return lambda contract: timeline.build(accounts[contract.code], contract)


def read_billing_days(env, contract_ids):
    """:return: {contract id: facts.Account} that says its billing days and no contracts"""
    if not contract_ids:
        return {}
    rows = env.execute_query(SQL(
        """ SELECT c.id, a.id, a.billing_day
              FROM smart_billing_contract c JOIN smart_billing_account a ON a.id = c.account_id
             WHERE c.id IN %s """, tuple(contract_ids)))
    changes = _day_changes(env, tuple({row[1] for row in rows}))
    return {
        contract_id: facts.Account(
            account_id, billing_day or None, tuple(changes.get(account_id, ())), ())
        for contract_id, account_id, billing_day in rows
    }


def read_billed(env, account_ids, whole=False):
    """The live items that may have to be settled: those of settled periods are not read.

    A credit has the period of the item that it credits, so both are read or neither.

    :param bool whole: as if no history were settled
    :return: {account id: [facts.BilledItem]}
    """
    if not account_ids:
        return {}
    env.flush_all()
    rows = env.execute_query(SQL(
        """ WITH contract AS (
                SELECT id, CASE WHEN %(whole)s THEN NULL ELSE settled_until END AS settled
                  FROM smart_billing_contract WHERE account_id IN %(accounts)s),
            unsettled AS (
                SELECT i.* FROM contract c JOIN smart_billing_item i
                    ON i.contract_id = c.id AND i.live AND i.one_off_id IS NULL
                   AND i.period_to >= COALESCE(c.settled, '-infinity')
                 WHERE c.settled IS NULL OR i.period_to > c.settled OR i.period_from = i.period_to
             UNION ALL
                SELECT i.* FROM smart_billing_one_off o JOIN smart_billing_item i
                    ON i.one_off_id = o.id AND i.live
                 WHERE o.account_id IN %(accounts)s AND (o.settled IS NOT TRUE OR %(whole)s))
            SELECT i.account_id, i.id, i.contract_id, i.plan_id, i.charge_code, i.kind,
                   i.date_from, i.date_to, i.amount::text, i.quantity::text, i.period_from,
                   i.period_to, i.terms, i.credited_item_id, i.number, i.charge_id,
                   i.discount_id, i.one_off_id
              FROM unsettled i
          ORDER BY i.id """, accounts=tuple(account_ids), whole=whole))
    billed = {}
    for row in rows:
        billed.setdefault(row[0], []).append(facts.BilledItem(
            key=row[1], contract=row[2], plan=row[3], charge=row[4], kind=row[5],
            date_from=row[6], date_to=row[7], amount=Decimal(row[8]), quantity=_decimal(row[9]),
            period_from=row[10], period_to=row[11], terms=row[12] or '', credits=row[13],
            number=row[14], charge_key=row[15], discount=row[16], one_off=row[17],
        ))
    return billed


def _decimal(text):
    return None if text is None else Decimal(text)


def _day_changes(env, account_ids):
    rows = env.execute_query(SQL(
        """ SELECT account_id, date_effective, id, billing_day
              FROM smart_billing_account_day_change WHERE account_id IN %s ORDER BY id """,
        account_ids))
    changes = {}
    for account_id, effective, sequence, billing_day in rows:
        changes.setdefault(account_id, []).append(
            facts.BillingDayChange(effective, sequence, billing_day))
    return changes


def _contracts(env, contract_ids):
    if not contract_ids:
        return {}
    rows = env.execute_query(SQL(
        """ SELECT contract_id, kind, date_effective, id, plan_id, quantity::text, at_period_end,
                   at_term_end, date_end, option_code, discount_id, date_since,
                   date_plan_since
              FROM smart_billing_contract_event WHERE contract_id IN %s ORDER BY id """,
        contract_ids))
    plans = catalogue.read_plans(env, {row[4] for row in rows if row[4]})
    discounts = catalogue.read_discounts(env, {row[10] for row in rows if row[10]})
    prices = catalogue.read_agreed_prices(env, contract_ids)
    events = {}
    for (contract_id, kind, effective, sequence, plan_id, quantity, period_end, term_end, end,
         option, discount_id, since, plan_since) in rows:
        events.setdefault(contract_id, []).append(facts.Event(
            kind=kind, effective=effective, sequence=sequence, plan=plans.get(plan_id),
            quantity=_decimal(quantity) if kind in _WITH_QUANTITY else None,
            when=_when(period_end, term_end), end=end, option=option or None,
            discount=discounts.get(discount_id), since=since, plan_since=plan_since))
    return {contract_id: facts.Contract(
                code=contract_id, events=tuple(own), prices=tuple(prices.get(contract_id, ())))
            for contract_id, own in events.items()}


def _when(period_end, term_end):
    if term_end:
        return facts.END_OF_TERM
    return facts.END_OF_PERIOD if period_end else facts.IMMEDIATE

"""Read what the planner needs, in a fixed number of queries however many accounts there are.

Amounts travel as text from the database to Decimal: a numeric never passes through a float.
"""
from decimal import Decimal

from odoo.tools import SQL

from ..core import facts, timeline

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


def read_accounts(env, account_ids):
    """:return: {account id: facts.Account} with all confirmed contracts of these accounts"""
    if not account_ids:
        return {}
    env.flush_all()
    ids = tuple(account_ids)
    rows = env.execute_query(SQL(
        'SELECT id, billing_day FROM smart_billing_account WHERE id IN %s', ids))
    changes = _day_changes(env, ids)
    contract_rows = env.execute_query(SQL(
        """ SELECT c.account_id, c.id FROM smart_billing_contract c
             WHERE c.account_id IN %s
               AND EXISTS (SELECT 1 FROM smart_billing_contract_event e WHERE e.contract_id = c.id)
          ORDER BY c.id """, ids))
    contracts = _contracts(env, tuple(row[1] for row in contract_rows))
    by_account = {}
    for account_id, contract_id in contract_rows:
        by_account.setdefault(account_id, []).append(contracts[contract_id])
    return {
        account_id: facts.Account(
            code=account_id,
            billing_day=billing_day or None,
            billing_day_changes=tuple(changes.get(account_id, ())),
            contracts=tuple(by_account.get(account_id, ())),
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
    if not contract_ids:
        return timeline.build
    rows = env.execute_query(SQL(
        """ SELECT c.id, a.id, a.billing_day
              FROM smart_billing_contract c JOIN smart_billing_account a ON a.id = c.account_id
             WHERE c.id IN %s """, tuple(contract_ids)))
    changes = _day_changes(env, tuple({row[1] for row in rows}))
    accounts = {
        contract_id: facts.Account(
            account_id, billing_day or None, tuple(changes.get(account_id, ())), ())
        for contract_id, account_id, billing_day in rows
    }
    return lambda contract: timeline.build(accounts[contract.code], contract)


def read_billed(env, account_ids):
    """:return: {account id: [facts.BilledItem]} of all live items"""
    if not account_ids:
        return {}
    env.flush_all()
    rows = env.execute_query(SQL(
        """ SELECT account_id, id, contract_id, plan_id, charge_code, kind, date_from, date_to,
                   amount::text, quantity::text, period_from, period_to, terms, credited_item_id,
                   number, charge_id
              FROM smart_billing_item
             WHERE live AND account_id IN %s
          ORDER BY id """, tuple(account_ids)))
    billed = {}
    for row in rows:
        billed.setdefault(row[0], []).append(facts.BilledItem(
            key=row[1], contract=row[2], plan=row[3], charge=row[4], kind=row[5],
            date_from=row[6], date_to=row[7], amount=Decimal(row[8]), quantity=_decimal(row[9]),
            period_from=row[10], period_to=row[11], terms=row[12] or '', credits=row[13],
            number=row[14], charge_key=row[15],
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
                   at_term_end, date_end, option_code, discount_id, date_since
              FROM smart_billing_contract_event WHERE contract_id IN %s ORDER BY id """,
        contract_ids))
    plans = read_plans(env, {row[4] for row in rows if row[4]})
    discounts = read_discounts(env, {row[10] for row in rows if row[10]})
    prices = _agreed_prices(env, contract_ids)
    events = {}
    for (contract_id, kind, effective, sequence, plan_id, quantity, period_end, term_end, end,
         option, discount_id, since) in rows:
        events.setdefault(contract_id, []).append(facts.Event(
            kind=kind, effective=effective, sequence=sequence, plan=plans.get(plan_id),
            quantity=_decimal(quantity) if kind in _WITH_QUANTITY else None,
            when=_when(period_end, term_end), end=end, option=option or None,
            discount=discounts.get(discount_id), since=since))
    return {contract_id: facts.Contract(
                code=contract_id, events=tuple(own), prices=tuple(prices.get(contract_id, ())))
            for contract_id, own in events.items()}


def _when(period_end, term_end):
    if term_end:
        return facts.END_OF_TERM
    return facts.END_OF_PERIOD if period_end else facts.IMMEDIATE


def read_discounts(env, discount_ids):
    """:return: {discount id: facts.Discount}, known to the planner by its id"""
    if not discount_ids:
        return {}
    rows = env.execute_query(SQL(
        """ SELECT id, discount_type, percent::text, amount::text, periods, date_until,
                   charge_codes
              FROM smart_billing_discount WHERE id IN %s """, tuple(discount_ids)))
    return {
        discount_id: facts.Discount(
            code=discount_id,
            percent=Decimal(percent or 0) if kind == 'percent' else None,
            amount=Decimal(amount or 0) if kind == 'amount' else None,
            periods=periods or None,
            until=until,
            charges=tuple(filter(None, map(str.strip, (charges or '').split(',')))))
        for discount_id, kind, percent, amount, periods, until, charges in rows
    }


def _agreed_prices(env, contract_ids):
    """The prices agreed for a contract or for all of its account (個別価格).

    The sequence says which of two for one day holds: the contract's own before the account's, and
    of two alike the one entered later.

    :return: {contract id: [facts.PriceOverride]}
    """
    prices = {}
    for contract_id, plan_id, charge, price, begin, end in env.execute_query(SQL(
            """ SELECT c.id, o.plan_id, o.charge_code, o.price::text, o.date_from, o.date_to
                  FROM smart_billing_contract c
                  JOIN smart_billing_price_override o
                    ON o.account_id = c.account_id
                   AND (o.contract_id IS NULL OR o.contract_id = c.id)
                 WHERE c.id IN %s
              ORDER BY c.id, o.contract_id IS NOT NULL, o.id """, contract_ids)):
        own = prices.setdefault(contract_id, [])
        own.append(facts.PriceOverride(
            plan_id, charge, Decimal(price), begin, end, sequence=len(own)))
    return prices


def read_plans(env, plan_ids):
    """:return: {plan id: facts.Plan} with all versions and charges"""
    if not plan_ids:
        return {}
    ids = tuple(plan_ids)
    charges = _charges(env, ids)
    versions = {}
    for version_id, plan_id, valid_from, existing_from in env.execute_query(SQL(
            """ SELECT id, plan_id, date_from, existing_from FROM smart_billing_plan_version
                 WHERE plan_id IN %s ORDER BY date_from """, ids)):
        versions.setdefault(plan_id, []).append(facts.PlanVersion(
            valid_from, existing_from, tuple(charges.get(version_id, ()))))
    rows = env.execute_query(SQL(
        """ SELECT id, trial_days, term_count, term_unit, minimum_term_count, minimum_term_unit,
                   cancellation_fee::text
              FROM smart_billing_plan WHERE id IN %s """, ids))
    return {
        plan_id: facts.Plan(
            code=plan_id,
            versions=tuple(versions.get(plan_id, ())),
            trial_days=trial or 0,
            term=_every(term, term_unit),
            minimum_term=_every(minimum, minimum_unit),
            cancellation_fee=Decimal(fee) if fee and Decimal(fee) else None,
        )
        for plan_id, trial, term, term_unit, minimum, minimum_unit, fee in rows
    }


def _every(count, unit):
    return facts.Every(count, unit) if count else None


def _charges(env, plan_ids):
    """:return: {version id: [facts.Charge]} in the order of the price sheet"""
    rows = env.execute_query(SQL(
        """ SELECT version_id, id, code, charge_type, model, price::text, every_count, every_unit,
                   timing, prorate, credit, minimum::text
              FROM smart_billing_charge WHERE plan_id IN %s ORDER BY sequence, id """, plan_ids))
    steps = _steps(env, tuple(row[1] for row in rows))
    charges = {}
    for (version_id, charge_id, code, kind, model, price, count, unit, timing, prorate, credit,
         minimum) in rows:
        charges.setdefault(version_id, []).append(facts.Charge(
            code=code, type=kind, model=model, price=Decimal(price or 0),
            every=facts.Every(count, unit) if kind != facts.ONE_TIME else None,
            timing=timing, prorate=prorate, credit=credit,
            minimum=Decimal(minimum) if minimum and Decimal(minimum) else None,
            steps=tuple(steps.get(charge_id, ())), key=charge_id))
    return charges


def _steps(env, charge_ids):
    steps = {}
    if charge_ids:
        for charge_id, periods, price in env.execute_query(SQL(
                """ SELECT charge_id, periods, price::text FROM smart_billing_charge_step
                     WHERE charge_id IN %s ORDER BY sequence, id """, charge_ids)):
            steps.setdefault(charge_id, []).append(
                facts.PriceStep(periods or None, Decimal(price)))
    return steps

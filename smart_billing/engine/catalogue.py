"""Read the catalogue (商品管理): plans with their versions and charges, discounts, agreed prices.

A fixed number of queries however many plans there are.  Numbers travel as text from the database
to Decimal; what a record says with 0 or nothing ("without limit", "none") is None in the core.
"""
from decimal import Decimal

from odoo.tools import SQL

from ..core import facts
from .taxes import change_days


def read_plans(env, plan_ids):
    """:return: {plan id: facts.Plan} with all versions and charges

    The cancellation fee has no charge record, so it has no key either: its line is known by the
    plan.
    """
    if not plan_ids:
        return {}
    ids = tuple(plan_ids)
    versions = _versions(env, ids)
    rows = env.execute_query(SQL(
        """ SELECT id, trial_days, term_count, term_unit, minimum_term_count, minimum_term_unit,
                   cancellation_fee::text, renews, minimum_term_again, free_exit_count,
                   free_exit_unit
              FROM smart_billing_plan WHERE id IN %s """, ids))
    return {
        plan_id: facts.Plan(
            code=plan_id,
            versions=tuple(versions.get(plan_id, ())),
            trial_days=trial or 0,
            term=_every(term, term_unit),
            minimum_term=_every(minimum, minimum_unit),
            cancellation_fee=_above_zero(fee),
            renews=bool(renews),
            minimum_term_again=bool(again),
            free_exit=_every(exit_count, exit_unit),
        )
        for (plan_id, trial, term, term_unit, minimum, minimum_unit, fee, renews, again,
             exit_count, exit_unit) in rows
    }


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
            charges=split_codes(charges))
        for discount_id, kind, percent, amount, periods, until, charges in rows
    }


def split_codes(text):
    """The charge codes of a list that people write with commas."""
    return tuple(filter(None, map(str.strip, (text or '').split(','))))


def read_agreed_prices(env, contract_ids):
    """The prices agreed for a contract or for all of its account (個別価格).

    The sequence says which of two for one day holds: the contract's own before the account's, and
    of two alike the one entered later.

    :return: {contract id: [facts.PriceOverride]}
    """
    if not contract_ids:
        return {}
    prices = {}
    for contract_id, plan_id, charge, price, begin, end in env.execute_query(SQL(
            """ SELECT c.id, o.plan_id, o.charge_code, o.price::text, o.date_from, o.date_to
                  FROM smart_billing_contract c
                  JOIN smart_billing_price_override o
                    ON o.account_id = c.account_id
                   AND (o.contract_id IS NULL OR o.contract_id = c.id)
                 WHERE c.id IN %s
              ORDER BY c.id, o.contract_id IS NOT NULL, o.id """, tuple(contract_ids))):
        own = prices.setdefault(contract_id, [])
        own.append(facts.PriceOverride(
            plan_id, charge, Decimal(price), begin, end, sequence=len(own)))
    return prices


def _versions(env, plan_ids):
    """:return: {plan id: [facts.PlanVersion]}, oldest first"""
    charges = _charges(env, plan_ids)
    versions = {}
    for version_id, plan_id, valid_from, existing_from in env.execute_query(SQL(
            """ SELECT id, plan_id, date_from, existing_from FROM smart_billing_plan_version
                 WHERE plan_id IN %s ORDER BY date_from """, plan_ids)):
        versions.setdefault(plan_id, []).append(facts.PlanVersion(
            valid_from, existing_from, tuple(charges.get(version_id, ()))))
    return versions


def metering_key(metric, aggregation):
    """The name by which usage and charges meet in the planner.

    Two charges may make different quantities of one metric (the sum and the highest value), and
    usage comes condensed for each.
    """
    return f'{metric}/{aggregation}'


def metric_of_key(key):
    """The code of the metric in a `metering_key`."""
    return key.rpartition('/')[0]


def _charges(env, plan_ids):
    """:return: {version id: [facts.Charge]} in the order of the price sheet"""
    rows = env.execute_query(SQL(
        """ SELECT c.version_id, c.id, c.code, c.charge_type, c.model, c.price::text,
                   c.every_count, c.every_unit, c.timing, c.prorate, c.credit, c.minimum::text,
                   c.maximum::text, c.package_size::text, c.free_units::text, m.code,
                   c.aggregation, c.optional, c.align
              FROM smart_billing_charge c
              LEFT JOIN smart_billing_metric m ON m.id = c.metric_id
             WHERE c.plan_id IN %s ORDER BY c.sequence, c.id """, plan_ids))
    charge_ids = tuple(row[1] for row in rows)
    steps, tiers = _steps(env, charge_ids), _tiers(env, charge_ids)
    changes = change_days(env, charge_ids)
    charges = {}
    for (version_id, charge_id, code, kind, model, price, count, unit, timing, prorate, credit,
         minimum, maximum, size, free, metric, aggregation, optional, align) in rows:
        charges.setdefault(version_id, []).append(facts.Charge(
            code=code, type=kind, model=model, price=Decimal(price or 0),
            every=facts.Every(count, unit) if kind != facts.ONE_TIME else None,
            timing=timing, prorate=prorate, credit=credit,
            minimum=_above_zero(minimum), maximum=_above_zero(maximum),
            steps=tuple(steps.get(charge_id, ())), tiers=tuple(tiers.get(charge_id, ())),
            size=_above_zero(size), free=Decimal(free or 0),
            metric=metric and metering_key(metric, aggregation),
            aggregation=aggregation, optional=bool(optional), align=align, key=charge_id,
            tax_changes=changes.get(charge_id, ())))
    return charges


def _steps(env, charge_ids):
    """:return: {charge id: [facts.PriceStep]}"""
    steps = {}
    if charge_ids:
        for charge_id, periods, price in env.execute_query(SQL(
                """ SELECT charge_id, periods, price::text FROM smart_billing_charge_step
                     WHERE charge_id IN %s ORDER BY sequence, id """, charge_ids)):
            steps.setdefault(charge_id, []).append(
                facts.PriceStep(periods or None, Decimal(price)))
    return steps


def _tiers(env, charge_ids):
    """:return: {charge id: [facts.Tier]}, lowest tier first"""
    tiers = {}
    if charge_ids:
        for charge_id, up_to, price, flat_fee in env.execute_query(SQL(
                """ SELECT charge_id, up_to::text, price::text, flat_fee::text
                      FROM smart_billing_charge_tier
                     WHERE charge_id IN %s ORDER BY sequence, id """, charge_ids)):
            tiers.setdefault(charge_id, []).append(facts.Tier(
                _above_zero(up_to), Decimal(price or 0), Decimal(flat_fee or 0)))
    return tiers


def _every(count, unit):
    return facts.Every(count, unit) if count else None


def _above_zero(text):
    """A number, or None where the record says 0 or nothing."""
    return Decimal(text) if text and Decimal(text) else None

"""Write what is billed: items and the days they cover, in sets.

The exclusion constraint on the coverage and the unique index on one-time items are the law; an
insert that would bill a day twice fails and takes its whole chunk with it.
"""
from odoo.tools import SQL

from ..core import facts

_COLUMNS = (
    'run_id', 'account_id', 'contract_id', 'company_id', 'plan_id', 'charge_id', 'charge_code',
    'kind', 'name', 'date_from', 'date_to', 'period_from', 'period_to', 'terms', 'number',
    'quantity', 'unit_price', 'amount', 'credited_item_id', 'discount_id', 'one_off_id', 'reason',
    'live', 'create_uid', 'create_date', 'write_uid', 'write_date',
)


def write_items(env, run, planned, names, causes):
    """Insert the due items of a chunk of accounts with their coverage.

    :param run: the billing run
    :param planned: {account id: facts.Result}
    :param names: callable (account id, DueItem) -> text of the line
    :param causes: {DueItem: causes.Cause} of what settles the past
    :return: number of items written
    """
    rows = [
        _row(env, run, account_id, due, names(account_id, due), causes.get(due))
        for account_id, result in planned.items() for due in result.items
    ]
    trims = [trim for result in planned.values() for trim in result.trims]
    if trims:
        _trim(env, trims)
    if rows:
        _insert(env, rows)
    return len(rows)


def _row(env, run, account_id, due, name, cause):
    return (
        run.id, account_id, due.contract, run.company_id.id, due.plan, due.charge_key,
        due.charge, due.kind, name, due.date_from, due.date_to, due.period_from, due.period_to,
        due.terms, due.number, due.quantity, due.unit_price, due.amount, due.credits, due.discount,
        due.one_off, cause and cause.explained(env), True, env.uid,
        env.cr.now(), env.uid, env.cr.now(),
    )


def _insert(env, rows):
    """One statement for the items, one for the coverage of those that are recurring."""
    columns = SQL(', ').join(SQL.identifier(column) for column in _COLUMNS)
    values = SQL(', ').join(SQL('%s', row) for row in rows)
    env.execute_query(SQL(
        """ WITH new AS (
                INSERT INTO smart_billing_item (%(columns)s)
                SELECT run_id, account_id, contract_id::integer, company_id, plan_id::integer,
                       COALESCE(charge_id::integer,
                                (SELECT credited.charge_id FROM smart_billing_item credited
                                  WHERE credited.id = due.credited_item_id::integer)),
                       charge_code, kind, name, date_from, date_to, period_from::date,
                       period_to::date, terms, number, quantity::numeric, unit_price::numeric,
                       amount::numeric, credited_item_id::integer, discount_id::integer,
                       one_off_id::integer, reason, live, create_uid, create_date, write_uid,
                       write_date
                  FROM (VALUES %(values)s) AS due (%(columns)s)
             RETURNING id, contract_id, plan_id, charge_code, kind, date_from, date_to)
            INSERT INTO smart_billing_coverage
                        (item_id, contract_id, plan_id, charge_code, date_from, date_to)
            SELECT id, contract_id, plan_id, charge_code, date_from, date_to
              FROM new WHERE kind = %(recurring)s
         RETURNING id """,
        columns=columns, values=values, recurring=facts.RECURRING))


def _trim(env, trims):
    """Take days out of the coverage of live items; an interval may shrink, vanish or fall apart."""
    values = SQL(', ').join(
        SQL('(%s, %s::date, %s::date)', trim.item, trim.date_from, trim.date_to)
        for trim in trims)
    env.execute_query(SQL(
        """ WITH trim (item_id, date_from, date_to) AS (VALUES %(values)s),
                 given_back AS (
                     SELECT item_id, range_agg(daterange(date_from, date_to)) AS days
                       FROM trim GROUP BY item_id),
                 gone AS (
                     DELETE FROM smart_billing_coverage c USING given_back g
                      WHERE c.item_id = g.item_id
                        AND daterange(c.date_from, c.date_to) && g.days
                  RETURNING c.item_id, c.contract_id, c.plan_id, c.charge_code,
                            datemultirange(daterange(c.date_from, c.date_to)) - g.days AS kept)
            INSERT INTO smart_billing_coverage
                        (item_id, contract_id, plan_id, charge_code, date_from, date_to)
            SELECT item_id, contract_id, plan_id, charge_code, lower(days), upper(days)
              FROM gone, unnest(kept) AS days
         RETURNING id """,
        values=values))

"""Free what is not billed any more: a deleted draft, a cancelled invoice (請求取消).

Its items die, their days are free, and the days that its credits had given back return to the
items they came from, as far as no newer item covers them.
"""
from odoo.exceptions import UserError
from odoo.tools import SQL

from . import settled


def release(env, moves):
    """Make the items of these invoices dead and restore what they had credited.

    :raise UserError: a later invoice builds on one of them and must be cancelled first
    """
    env.flush_all()
    rows = env.execute_query(SQL(
        'SELECT id FROM smart_billing_item WHERE live AND move_id IN %s', tuple(moves.ids)))
    release_items(env, [row[0] for row in rows])


def release_items(env, item_ids):
    """The same for items that have no invoice yet (a run that is cancelled half way)."""
    if not item_ids:
        return
    ids = tuple(item_ids)
    _refuse_if_built_upon(env, ids)
    affected = _affected(env, ids)
    env.execute_query(SQL(
        'DELETE FROM smart_billing_coverage WHERE item_id IN %s RETURNING id', ids))
    died = env.execute_query(SQL(
        """ UPDATE smart_billing_item SET live = FALSE, write_date = now() AT TIME ZONE 'UTC',
                   write_uid = %s
             WHERE id IN %s
         RETURNING contract_id, one_off_id, COALESCE(period_from, date_from) """, env.uid, ids))
    for item_id in affected:
        _restore(env, item_id)
    env['smart.billing.item'].invalidate_model(['live', 'coverage_ids'])
    # Whoever may delete the draft frees its periods, with or without rights on contracts.
    days = {}
    for contract_id, _one_off, day in died:
        if contract_id:
            days[contract_id] = min(day, days.get(contract_id, day))
    settled.pull_back(env, days)
    env['smart.billing.one.off'].sudo().browse(
        {row[1] for row in died if row[1]})._forget_settled()


def _refuse_if_built_upon(env, ids):
    rows = env.execute_query(SQL(
        """ SELECT c.id FROM smart_billing_item c
             WHERE c.live AND c.credited_item_id IN %s AND c.id NOT IN %s LIMIT 1 """, ids, ids))
    if rows:
        item = env['smart.billing.item'].sudo().browse(rows[0][0])
        raise UserError(env._(
            "Invoice %(invoice)s credits days of this one (contract %(contract)s). Cancel that "
            "invoice first.", invoice=item.move_id.display_name or item.run_id.display_name,
            contract=item.contract_id.name))


def _affected(env, ids):
    """Live items whose coverage may grow again, newest first."""
    return [row[0] for row in env.execute_query(SQL(
        """ SELECT DISTINCT old.id
              FROM smart_billing_item died
              JOIN smart_billing_item old
                ON old.live AND old.kind = 'recurring' AND old.id NOT IN %(ids)s
               AND old.contract_id = died.contract_id AND old.plan_id = died.plan_id
               AND old.charge_code = died.charge_code
               AND daterange(old.date_from, old.date_to) && daterange(died.date_from, died.date_to)
             WHERE died.id IN %(ids)s
          ORDER BY old.id DESC """, ids=ids))]


def _restore(env, item_id):
    """An item's coverage = its days, less its live credits, less what others cover."""
    env.execute_query(SQL(
        """ WITH item AS (SELECT * FROM smart_billing_item WHERE id = %(item)s),
                 credited AS (
                     SELECT range_agg(daterange(c.date_from, c.date_to)) AS days
                       FROM smart_billing_item c
                      WHERE c.live AND c.credited_item_id = %(item)s AND c.date_from < c.date_to),
                 others AS (
                     SELECT range_agg(daterange(o.date_from, o.date_to)) AS days
                       FROM smart_billing_coverage o JOIN item i
                         ON o.contract_id = i.contract_id AND o.plan_id = i.plan_id
                        AND o.charge_code = i.charge_code
                      WHERE o.item_id != %(item)s),
                 kept AS (
                     SELECT datemultirange(daterange(i.date_from, i.date_to))
                            - COALESCE(c.days, '{}'::datemultirange)
                            - COALESCE(o.days, '{}'::datemultirange) AS days
                       FROM item i, credited c, others o),
                 missing AS (
                     SELECT k.days - COALESCE(
                                (SELECT range_agg(daterange(own.date_from, own.date_to))
                                   FROM smart_billing_coverage own WHERE own.item_id = %(item)s),
                                '{}'::datemultirange) AS days
                       FROM kept k)
            INSERT INTO smart_billing_coverage
                        (item_id, contract_id, plan_id, charge_code, date_from, date_to)
            SELECT i.id, i.contract_id, i.plan_id, i.charge_code, lower(d), upper(d)
              FROM item i, missing m, unnest(m.days) AS d
         RETURNING id """, item=item_id))

"""Usage stays with its days when another payer goes on with a contract (契約承継)."""
from odoo.tools import SQL

from .settled import pull_back


def move(env, heirs, days):
    """Measurements that count from the transfer on become the other contract's, with their history.

    What was billed of them on the old contract is given back there by the next run.

    :param heirs: {contract id: id of the contract that goes on with it}
    :param days: {contract id: day of the transfer}
    """
    env.flush_all()
    values = SQL(', ').join(
        SQL('(%s, %s, %s::date)', old, heir, days[old]) for old, heir in heirs.items())
    rows = env.execute_query(SQL(
        """ WITH transfer (old_id, heir_id, day) AS (VALUES %s),
                 counted AS (
                     SELECT u.contract_id, u.external_id, t.heir_id
                       FROM transfer t JOIN smart_billing_usage u ON u.contract_id = t.old_id
                      WHERE u.replaced = 0 AND u.date_counted >= t.day)
            UPDATE smart_billing_usage u SET contract_id = c.heir_id
              FROM counted c
             WHERE u.contract_id = c.contract_id AND u.external_id = c.external_id
         RETURNING c.contract_id """, values))
    env['smart.billing.usage'].invalidate_model(['contract_id'])
    moved = {contract_id for contract_id, in rows}
    pull_back(env, {old: days[old] for old in moved})

"""What history is settled: the cache that keeps the cost of a run flat over the years.

`settled_until` of a contract promises the planner that everything in full periods that end on or
before that day is billed as it should be (see `core.facts`). A run that stored its items moves it
on; whatever is entered with an earlier day pulls it back. Empty regenerates everything, which is
always right: the cache can be emptied at any time and fills itself.

The row is written by every change, also where it says "look again" already. A run that planned
the contract before the change was committed then collides with it in the database and is done
again; it cannot note as settled what it did not know.
"""
from odoo.tools import SQL


def pull_back(env, days):
    """These contracts are looked at again, each from the day on which something changed.

    :param days: {contract id: day; None: from the first day on}
    """
    if not days:
        return
    env.flush_all()
    values = SQL(', ').join(
        SQL('(%s, %s::date)', contract_id, days[contract_id]) for contract_id in sorted(days))
    env.execute_query(SQL(
        """ WITH changed (id, day) AS (VALUES %s),
                 locked AS (
                     SELECT c.id FROM smart_billing_contract c JOIN changed USING (id)
                   ORDER BY c.id FOR NO KEY UPDATE OF c)
            UPDATE smart_billing_contract c
               SET next_due_date = NULL,
                   settled_until = CASE WHEN changed.day IS NULL OR c.settled_until IS NULL
                                        THEN NULL
                                        ELSE LEAST(c.settled_until, changed.day) END
              FROM changed JOIN locked USING (id)
             WHERE c.id = changed.id
         RETURNING c.id """, values))
    env['smart.billing.contract'].invalidate_model(['next_due_date', 'settled_until'])


def note(env, outlooks, target, never):
    """What is due by the target day has been stored: when the contracts need a look again.

    :param outlooks: core.facts.Outlook of the contracts that were planned
    :param never: the day that stands for "nothing will ever be due"
    """
    if not outlooks:
        return
    values = SQL(', ').join(
        SQL('(%s, %s::date)', outlook.contract, outlook.next_due or never)
        for outlook in outlooks)
    env.execute_query(SQL(
        """ UPDATE smart_billing_contract c
               SET next_due_date = due.day,
                   settled_until = GREATEST(c.settled_until, %(target)s)
              FROM (VALUES %(values)s) AS due (contract_id, day)
             WHERE c.id = due.contract_id
               AND (c.next_due_date IS DISTINCT FROM due.day
                    OR c.settled_until IS NULL OR c.settled_until < %(target)s)
         RETURNING c.id """, values=values, target=target))
    env['smart.billing.contract'].invalidate_model(['next_due_date', 'settled_until'])

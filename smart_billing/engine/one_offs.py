"""One-off charges for the planner, and which of them are settled (スポット請求)."""
from decimal import Decimal

from odoo.tools import SQL

from ..core import facts


def read(env, account_ids, whole=False):
    """Those that may have to be billed; what is settled is neither read nor compared.

    One that is archived is not among them: what was billed of it is given back.

    :param bool whole: as if none were settled
    :return: {account id: [facts.OneOff]}
    """
    typed_in = {}
    for account_id, key, contract_id, day, amount, quantity, price in env.execute_query(SQL(
            """ SELECT account_id, id, contract_id, date, amount::text, quantity::text,
                       unit_price::text
                  FROM smart_billing_one_off
                 WHERE active AND (settled IS NOT TRUE OR %s) AND account_id IN %s
              ORDER BY id """, whole, tuple(account_ids))):
        typed_in.setdefault(account_id, []).append(facts.OneOff(
            key, contract_id, day, Decimal(amount), Decimal(quantity), Decimal(price)))
    return typed_in


def is_due(target):
    """:return: condition on account `a`: a one-off charge of it has to be billed or given back"""
    return SQL(
        """ EXISTS (SELECT 1 FROM smart_billing_one_off o
                     WHERE o.account_id = a.id AND o.settled IS NOT TRUE
                       AND (o.date <= %s OR NOT o.active)) """, target)


def note_settled(env, account_ids, target):
    """What is due by the target day has been billed, what was archived has been given back."""
    env.flush_all()
    env.execute_query(SQL(
        """ UPDATE smart_billing_one_off SET settled = TRUE
             WHERE account_id IN %s AND settled IS NOT TRUE AND (date <= %s OR NOT active)
         RETURNING id """, tuple(account_ids), target))
    env['smart.billing.one.off'].invalidate_model(['settled'])

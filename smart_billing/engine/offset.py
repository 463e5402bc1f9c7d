"""Credits against what the same account owes (相殺), in sets.

Open credit notes, and money that was collected for an invoice cancelled later, pay the account's
open invoices, those due first at first. An invoice that a service has been asked to collect is
left alone: the service collects what it was asked for.
"""
from odoo.tools import SQL

# Requests whose amount stands in a file already.
_ASKED = ('sealed', 'sent', 'unknown')


def offset(env, account_ids):
    """Reconcile open credits of billing accounts with their open invoices.

    What is still to be asked of services follows: requests of invoices that are settled now are
    closed, the others ask for the rest. As these rows are written, a file that is made at the
    same moment conflicts and is made again.

    :return: the invoices that became smaller
    """
    plan = _plan(env, account_ids)
    invoices = env['account.move'].union(*(lines.move_id for lines in plan)).filtered(
        lambda move: move.move_type == 'out_invoice')
    if plan:
        env['account.move.line']._reconcile_plan(plan)
        invoices.sb_request_ids._refresh_amounts()
    return invoices


def _plan(env, account_ids):
    """:return: [open receivable items of one account, with debits and credits among them]"""
    if not account_ids:
        return []
    env.flush_all()
    rows = env.execute_query(SQL(
        """ WITH open AS (
                SELECT m.sb_account_id AS owner, l.*
                  FROM account_move_line l JOIN account_move m ON m.id = l.move_id
                 WHERE m.sb_account_id IN %(accounts)s AND m.state = 'posted'
                   AND l.display_type = 'payment_term' AND NOT l.reconciled
                   AND CASE m.move_type
                       WHEN 'out_refund' THEN m.sb_credit_use = 'offset'
                       WHEN 'out_invoice' THEN NOT EXISTS (
                           SELECT 1 FROM smart_billing_collection_request r
                            WHERE r.move_id = m.id AND r.state IN %(asked)s)
                       END
             UNION
                SELECT r.account_id AS owner, l.*
                  FROM smart_billing_receipt s
                  JOIN smart_billing_collection_request r ON r.id = s.request_id
                  JOIN account_move_line l ON l.id = s.move_line_id
                  JOIN account_account a ON a.id = l.account_id
                  JOIN smart_billing_account payer ON payer.id = r.account_id
                  JOIN res_company company ON company.id = payer.company_id
                 WHERE r.account_id IN %(accounts)s AND NOT l.reconciled
                   AND l.parent_state = 'posted' AND a.account_type = 'asset_receivable'
                   AND COALESCE(payer.credit_policy, company.sb_credit_policy) = 'offset')
            SELECT array_agg(id ORDER BY id)
              FROM open
             WHERE amount_residual_currency != 0
          GROUP BY owner, account_id, currency_id
            HAVING min(amount_residual_currency) < 0 AND max(amount_residual_currency) > 0
          ORDER BY owner, account_id, currency_id """,
        accounts=tuple(account_ids), asked=_ASKED))
    return [env['account.move.line'].browse(ids) for [ids] in rows]

"""What an account still owes of earlier invoices (前回繰越残高)."""
from decimal import Decimal

from odoo.tools import SQL


def open_balances(company, account_ids):
    """Open amounts of posted invoices, less those of credit notes; one query.

    :return: {account id: Decimal}, only where something is open and the company tells it
    """
    if not company.sb_show_balance or not account_ids:
        return {}
    company.env.flush_all()
    return {account_id: Decimal(amount) for account_id, amount in company.env.execute_query(SQL(
        """ SELECT sb_account_id, SUM(amount_residual_signed)::text
              FROM account_move
             WHERE sb_account_id IN %s AND company_id = %s AND state = 'posted'
               AND move_type IN ('out_invoice', 'out_refund') AND amount_residual != 0
          GROUP BY sb_account_id
            HAVING SUM(amount_residual_signed) != 0 """, tuple(account_ids), company.id))}

"""The writer that goes through Odoo's ORM: the reference for every other one."""
from odoo import Command

# No mail is sent and no change is tracked while a run writes; the run itself is the history.
_CONTEXT = {
    'tracking_disable': True,
    'mail_create_nosubscribe': True,
    'mail_notrack': True,
    'no_reset_password': True,
}


class OrmWriter:
    """Invoices through `account.move.create` and `_post(soft=False)`."""

    def write_drafts(self, env, drafts):
        moves = env['account.move'].with_context(**_CONTEXT)
        return moves.create([move_values(draft) for draft in drafts])

    def post(self, env, moves):
        # soft=False: a run may be dated ahead of today; the default would leave it in draft.
        moves.with_context(**_CONTEXT)._post(soft=False)


def move_values(draft):
    """:return: values of `account.move` for one InvoiceDraft"""
    sign = -1 if draft.is_refund else 1
    return {
        'move_type': 'out_refund' if draft.is_refund else 'out_invoice',
        'company_id': draft.company,
        'journal_id': draft.journal,
        'partner_id': draft.partner,
        'currency_id': draft.currency,
        'invoice_date': draft.invoice_date,
        'date': draft.invoice_date,
        'invoice_date_due': draft.due_date,
        'invoice_payment_term_id': False,
        'sb_run_id': draft.run,
        'sb_account_id': draft.account,
        'sb_open_balance': float(draft.open_balance),
        'invoice_line_ids': [
            Command.create(line_values(line, index, sign))
            for index, line in enumerate(draft.lines)],
    }


def line_values(line, index, sign):
    """The line carries the item's amount exactly: quantity 1, price = amount.

    Odoo rounds quantity × price half up; the amount of an item is rounded by the company's rule.
    """
    return {
        'sequence': index,
        'name': line.name,
        'product_id': line.product,
        'quantity': 1,
        'price_unit': float(sign * line.amount),
        'sb_quantity': line.quantity,
        'sb_unit_price': line.unit_price,
        'sb_date_from': line.date_from,
        'sb_date_to': line.date_to,
        'sb_contract_id': line.contract,
        'tax_ids': [Command.set(line.taxes)],
    }

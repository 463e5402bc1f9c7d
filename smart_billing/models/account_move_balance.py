from odoo import fields, models
from odoo.tools import format_amount


class AccountMove(models.Model):
    """What was open of earlier invoices when an invoice was made (前回繰越残高)."""

    _inherit = 'account.move'

    sb_open_balance = fields.Monetary(
        string="Open from earlier invoices", readonly=True, copy=False,
        help="When this invoice was made; it is not part of it. Below zero: credit of the "
             "customer.")
    sb_balance_text = fields.Char(
        string="Open balance", compute='_compute_sb_balance_text',
        help="The same as a sentence in the payer's language, as the invoice tells it.")

    def _compute_sb_balance_text(self):
        for move in self:
            own = move.with_context(lang=move.partner_id.lang or self.env.lang)
            amount = format_amount(own.env, abs(move.sb_open_balance), move.currency_id)
            if not move.sb_open_balance:
                move.sb_balance_text = False
            elif move.sb_open_balance > 0:
                move.sb_balance_text = own.env._(
                    "Open from earlier invoices: %(amount)s. It is not part of this invoice.",
                    amount=amount)
            else:
                move.sb_balance_text = own.env._(
                    "Your credit from earlier invoices: %(amount)s. It is not part of this "
                    "invoice.", amount=amount)

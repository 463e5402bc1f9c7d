from odoo import fields, models

from .window import window


class BillingAccount(models.Model):
    _inherit = 'smart.billing.account'

    credit_policy = fields.Selection(
        [('offset', "Offset against invoices"), ('refund', "Refund")],
        string="Credit notes", tracking=True,
        help="What becomes of the money of credit notes (相殺・返金). Empty: as the company has it.")
    open_credit = fields.Monetary(
        compute='_compute_open_credit',
        help="Credit notes that are neither offset nor paid out in full.")

    def _compute_open_credit(self):
        credits = dict(self.env['account.move'].sudo()._read_group(
            self._credit_domain(), ['sb_account_id'], ['amount_residual:sum']))
        for account in self:
            account.open_credit = credits.get(account, 0)

    def _credit_domain(self):
        return [('sb_account_id', 'in', self.ids), ('move_type', '=', 'out_refund'),
                ('state', '=', 'posted'), ('payment_state', 'in', ('not_paid', 'partial'))]

    def action_view_credits(self):
        self.ensure_one()
        return window(
            self.env._("Open credit notes of %(account)s", account=self.display_name),
            'account.move', self._credit_domain())

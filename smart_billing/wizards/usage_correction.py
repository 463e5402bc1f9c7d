from odoo import fields, models


class UsageCorrection(models.TransientModel):
    """Put a measurement right, or take it back (利用量の訂正・取消)."""

    _name = 'smart.billing.usage.correction'
    _description = 'Correct Usage'

    usage_id = fields.Many2one('smart.billing.usage', required=True, readonly=True)
    contract_id = fields.Many2one(related='usage_id.contract_id')
    metric_id = fields.Many2one(related='usage_id.metric_id')
    date_measured = fields.Date(related='usage_id.date_measured')
    old_quantity = fields.Float(
        related='usage_id.quantity', string="Quantity so far", digits=False)
    quantity = fields.Float(
        string="Right quantity", digits=False, min_display_digits='Product Unit')
    reason = fields.Char(help="For the history; it is not printed on invoices.")

    def action_correct(self):
        self.ensure_one()
        return self._show(self.usage_id.correct_usage(self.quantity, self.reason or None))

    def action_withdraw(self):
        self.ensure_one()
        return self._show(self.usage_id.withdraw_usage(self.reason or None))

    def _show(self, ids):
        return {
            'type': 'ir.actions.act_window', 'res_model': 'smart.billing.usage',
            'res_id': ids[0], 'view_mode': 'form', 'name': self.env._("Usage"),
        }

from odoo import fields, models


class BillAnyway(models.TransientModel):
    """Why accounts beyond a safety bound are billed all the same."""

    _name = 'smart.billing.bill.anyway'
    _description = 'Bill Anyway'

    line_ids = fields.Many2many('smart.billing.run.account', required=True)
    reason = fields.Char(string="Why it is right", required=True)

    def action_apply(self):
        self.line_ids.bill_anyway(self.reason)
        return {'type': 'ir.actions.act_window_close'}

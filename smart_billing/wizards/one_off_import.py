from odoo import fields, models

from ..models.window import window


class OneOffImport(models.TransientModel):
    """One-off charges from a CSV file (スポット請求取込)."""

    _name = 'smart.billing.one.off.import'
    _description = 'Import One-Off Charges'
    _inherit = ['smart.billing.csv.import']

    one_off_ids = fields.Many2many('smart.billing.one.off', readonly=True)

    def _load(self, rows):
        return self.env['smart.billing.one.off'].create_one_offs(rows)

    def _loaded_values(self, ids):
        return {'one_off_ids': ids}

    def _example(self):
        return 'ref,account_code,contract,name,product,date,quantity,unit_price'

    def action_view_one_offs(self):
        name = self.env._("Imported one-off charges")
        return window(name, 'smart.billing.one.off', [('id', 'in', self.one_off_ids.ids)])

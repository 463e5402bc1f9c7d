from odoo import fields, models

from ..models.window import window


class ContractImport(models.TransientModel):
    """Contracts from a CSV file (契約取込): good rows load, bad ones are listed with the reason."""

    _name = 'smart.billing.contract.import'
    _description = 'Import Contracts'
    _inherit = ['smart.billing.csv.import']

    contract_ids = fields.Many2many('smart.billing.contract', readonly=True)

    def _load(self, rows):
        return self.env['smart.billing.contract'].create_contracts(rows)

    def _loaded_values(self, ids):
        return {'contract_ids': ids}

    def _example(self):
        return 'ref,account_ref,partner_name,plan,quantity,date_start'

    def action_view_contracts(self):
        name = self.env._("Imported contracts")
        return window(name, 'smart.billing.contract', [('id', 'in', self.contract_ids.ids)])

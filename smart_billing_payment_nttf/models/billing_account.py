from odoo import fields, models

from odoo.addons.smart_billing.models.window import window


class BillingAccount(models.Model):
    _inherit = 'smart.billing.account'

    mandate_ids = fields.One2many('smart.billing.mandate', 'account_id', string="Mandates")
    mandate_count = fields.Integer(compute='_compute_mandate_count')
    mandate_id = fields.Many2one(
        'smart.billing.mandate', string="Active mandate", compute='_compute_mandate_id')

    def _compute_mandate_count(self):
        counts = dict(self.env['smart.billing.mandate']._read_group(
            [('account_id', 'in', self.ids)], ['account_id'], ['__count']))
        for account in self:
            account.mandate_count = counts.get(account, 0)

    def _compute_mandate_id(self):
        active = self.env['smart.billing.mandate'].search([
            ('account_id', 'in', self.ids), ('state', '=', 'active')])
        by_account = {mandate.account_id: mandate for mandate in active}
        for account in self:
            account.mandate_id = by_account.get(account, False)

    def action_view_mandates(self):
        self.ensure_one()
        name = self.env._("Mandates")
        return window(
            name, 'smart.billing.mandate', [('account_id', '=', self.id)],
            default_account_id=self.id)

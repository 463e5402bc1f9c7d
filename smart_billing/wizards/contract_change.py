from odoo import api, fields, models

from ..engine import preview


class ContractChange(models.TransientModel):
    """Enter an event on one or many contracts, and see what it does to the next invoice."""

    _name = 'smart.billing.contract.change'
    _description = 'Change Contracts'

    contract_ids = fields.Many2many(
        'smart.billing.contract', required=True,
        default=lambda self: self.env['smart.billing.contract'].browse(
            self.env.context.get('active_ids', [])))
    company_id = fields.Many2one(related='contract_ids.company_id')
    kind = fields.Selection(
        selection=[
            ('change_plan', "Change of plan"),
            ('change_quantity', "Change of quantity"),
            ('suspend', "Suspension"),
            ('resume', "Resumption"),
            ('cancel', "Cancellation"),
        ],
        required=True, default='change_plan')
    date_effective = fields.Date(
        string="Counts from", required=True,
        default=lambda self: self.env.company._sb_today(),
        help="May lie in the past: what was billed is settled on the next invoice.")
    at_period_end = fields.Boolean(
        string="At the end of the period",
        help="Counts from the end of the period that runs on that day.")
    plan_id = fields.Many2one('smart.billing.plan', domain="[('company_id', '=', company_id)]")
    quantity = fields.Float(default=1, digits='Product Unit')
    reason = fields.Char()
    preview_text = fields.Text(compute='_compute_preview_text', string="Next charge after it")

    @api.depends('kind', 'date_effective', 'at_period_end', 'plan_id', 'quantity')
    def _compute_preview_text(self):
        """Enter the events in a savepoint that is rolled back: the preview is the real thing."""
        for wizard in self:
            wizard.preview_text = wizard._preview()

    def _preview(self):
        contracts = self.contract_ids._origin[:5]
        if not contracts or (self.kind == 'change_plan' and not self.plan_id):
            return False
        return preview.after(contracts, lambda: contracts.add_event(**self._event_values()))

    def _event_values(self):
        return {
            'kind': self.kind,
            'date_effective': self.date_effective,
            'at_period_end': self.at_period_end and self.kind in ('change_plan', 'cancel'),
            'plan_id': self.plan_id.id if self.kind == 'change_plan' else None,
            'quantity': self.quantity if self.kind == 'change_quantity' else None,
            'reason': self.reason or None,
        }

    def action_apply(self):
        self.contract_ids.add_event(**self._event_values())
        return {'type': 'ir.actions.act_window_close'}

from odoo import fields, models

from .window import window


class ResCompany(models.Model):
    """How far a billing run trusts what was typed in (請求の安全上限)."""

    _inherit = 'res.company'

    sb_max_months_back = fields.Integer(
        string="Most months billed afterwards",
        default=24,
        help="Safety bound: an account with a line that begins longer ago is parked, not billed. "
             "0 means no bound.",
    )
    sb_max_growth = fields.Float(
        string="Most growth of an invoice",
        help="Safety bound, in percent: an account that would be billed so much more than by its "
             "last run is parked. 0 means no bound.",
    )
    sb_max_usage_growth = fields.Float(
        string="Most growth of usage",
        help="Safety bound, in percent: an account with a usage so much higher than in the period "
             "before is parked. 0 means no bound.",
    )
    sb_overdue_days = fields.Integer(
        string="Days until a missing invoice is reported",
        default=35,
        help="A contract with something due so many days ago and on no invoice is listed as past "
             "due; a little more than a billing cycle is right. 0: no check.",
    )
    sb_responsible_id = fields.Many2one(
        'res.users',
        string="Responsible for billing",
        help="Gets activities about contracts that are past due without an invoice.",
    )

    _sb_bounds_valid = models.Constraint(
        'CHECK (sb_max_months_back >= 0 AND sb_max_growth >= 0 AND sb_max_usage_growth >= 0 '
        'AND sb_overdue_days >= 0)',
        "Safety bounds cannot be negative; 0 means no bound.")

    def action_sb_check_overdue(self):
        """Look for missing invoices now."""
        for company in self:
            self.env['smart.billing.contract']._check_overdue(company)
        name = self.env._("Past due without invoice")
        return window(name, 'smart.billing.contract', [('overdue_since', '!=', False)])


class ResConfigSettings(models.TransientModel):
    _inherit = 'res.config.settings'

    sb_max_months_back = fields.Integer(
        related='company_id.sb_max_months_back', readonly=False)
    sb_max_growth = fields.Float(related='company_id.sb_max_growth', readonly=False)
    sb_max_usage_growth = fields.Float(
        related='company_id.sb_max_usage_growth', readonly=False)
    sb_overdue_days = fields.Integer(related='company_id.sb_overdue_days', readonly=False)
    sb_responsible_id = fields.Many2one(related='company_id.sb_responsible_id', readonly=False)

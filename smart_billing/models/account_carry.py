from decimal import Decimal

from odoo import fields, models


class BillingAccount(models.Model):
    """Small amounts of an account wait for a later invoice (繰越)."""

    _inherit = 'smart.billing.account'

    carry_policy = fields.Selection(
        [('company', "As the company says"), ('own', "Below an amount of its own"),
         ('never', "Never")],
        string="Carry over small amounts", required=True, default='company', tracking=True,
        help="An invoice below the bound is not made; its lines come on a later one (繰越).")
    carry_below = fields.Monetary(
        string="Carry over below", tracking=True, help="Total with tax.")
    carried_since = fields.Date(
        readonly=True, copy=False, index='btree_not_null',
        help="Day of the first run that carried something over that is not billed yet.")
    carried_amount = fields.Monetary(
        readonly=True, copy=False, help="Net of tax, as the last run saw it.")

    _carry_valid = models.Constraint(
        'CHECK (carry_below >= 0)', "The bound for carrying over cannot be negative.")

    def _carry_bound(self):
        """:return: Decimal: totals below it are carried over; 0: none are"""
        self.ensure_one()
        bound = {
            'company': self.company_id.sb_carry_below, 'own': self.carry_below, 'never': 0,
        }[self.carry_policy]
        return Decimal(str(bound or 0))


class ResCompany(models.Model):
    _inherit = 'res.company'

    sb_carry_below = fields.Monetary(
        string="Carry over invoices below",
        help="A total with tax below this amount is carried over to a later invoice (繰越). 0: none "
             "is.",
    )
    sb_carry_months = fields.Integer(
        string="Carry over for at most",
        default=3,
        help="Months after which a small amount is billed all the same.",
    )
    sb_show_balance = fields.Boolean(
        string="Tell the open balance",
        help="Invoices of billing runs tell what is open from earlier ones (前回繰越残高).",
    )

    _sb_carry_valid = models.Constraint(
        'CHECK (sb_carry_below >= 0 AND sb_carry_months >= 0)',
        "The bound and the months for carrying over cannot be negative.")


class ResConfigSettings(models.TransientModel):
    _inherit = 'res.config.settings'

    sb_carry_below = fields.Monetary(
        related='company_id.sb_carry_below', readonly=False, currency_field='currency_id')
    sb_carry_months = fields.Integer(related='company_id.sb_carry_months', readonly=False)
    sb_show_balance = fields.Boolean(related='company_id.sb_show_balance', readonly=False)

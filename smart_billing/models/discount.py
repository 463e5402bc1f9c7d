from odoo import api, fields, models
from odoo.tools import SQL

from ..engine import settled

# What a discount takes off, for how long and of what.
VALUES = {'discount_type', 'percent', 'amount', 'periods', 'date_until', 'charge_codes'}


class Discount(models.Model):
    """What may be taken off contracts (割引), with or without a coupon code (クーポン)."""

    _name = 'smart.billing.discount'
    _description = 'Discount'
    _inherit = ['mail.thread']
    _order = 'name'

    name = fields.Char(required=True, translate=True, help="Text of the invoice line.")
    coupon_code = fields.Char(
        copy=False, help="What the customer types in. Empty: only operators give this discount.")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        'res.company', required=True, index=True, default=lambda self: self.env.company)
    currency_id = fields.Many2one(related='company_id.currency_id')
    discount_type = fields.Selection(
        [('percent', "Percent"), ('amount', "Amount")], required=True, default='percent')
    percent = fields.Float(digits=(5, 2), help="0 to 100, of the price of each period.")
    amount = fields.Monetary(help="Off each full period of each charge that it covers.")
    periods = fields.Integer(help="For so many periods of each charge. 0: without end.")
    date_until = fields.Date(
        string="Ends before", help="The first day without the discount. Empty: without end.")
    charge_codes = fields.Char(
        string="Charges", help="Codes of the charges it lowers, separated by commas. Empty: all "
                               "recurring charges; one-time and usage charges must be named.")
    plan_ids = fields.Many2many(
        'smart.billing.plan', string="Only for plans", check_company=True,
        help="Empty: for all plans.")
    redeem_from = fields.Date(help="First day on which it may be given.")
    redeem_until = fields.Date(help="Last day on which it may be given.")
    max_redemptions = fields.Integer(
        string="Most redemptions", help="How often it may be given in all. 0: without limit.")
    max_per_account = fields.Integer(
        string="Most per billing account",
        help="How often one billing account may be given it. 0: without limit.")

    _check_company_auto = True
    _rec_names_search = ['name', 'coupon_code']
    _coupon_once = models.UniqueIndex(
        '(company_id, lower(coupon_code)) WHERE coupon_code IS NOT NULL',
        "There is already a discount with this coupon code in the company.")
    _values_valid = models.Constraint(
        'CHECK (percent BETWEEN 0 AND 100 AND amount >= 0 AND periods >= 0 '
        'AND max_redemptions >= 0 AND max_per_account >= 0)',
        "Percent is 0 to 100; amounts, periods and limits cannot be negative.")

    @api.depends('name', 'coupon_code')
    def _compute_display_name(self):
        for discount in self:
            code = f'[{discount.coupon_code}] ' if discount.coupon_code else ''
            discount.display_name = f'{code}{discount.name or ""}'

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & VALUES:
            self._forget_settled()
        return result

    def _forget_settled(self):
        """Contracts that were given these discounts are looked at again, from that day on."""
        self.env.flush_all()
        settled.pull_back(self.env, dict(self.env.execute_query(SQL(
            """ SELECT contract_id, MIN(date_effective) FROM smart_billing_contract_event
                 WHERE discount_id IN %s GROUP BY contract_id """, tuple(self.ids)))))

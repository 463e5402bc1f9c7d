from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from ..engine import settled
from ..engine.catalogue import split_codes
from ..engine.price_text import discount_text
from .price_sheet_part import differs


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

    value_text = fields.Char(string="What it takes off", compute='_compute_value_text')

    _check_company_auto = True
    _rec_names_search = ['name', 'coupon_code']
    _coupon_once = models.UniqueIndex(
        '(company_id, lower(coupon_code)) WHERE coupon_code IS NOT NULL',
        "There is already a discount with this coupon code in the company.")
    _values_valid = models.Constraint(
        'CHECK (percent BETWEEN 0 AND 100 AND amount >= 0 AND periods >= 0 '
        'AND max_redemptions >= 0 AND max_per_account >= 0)',
        "Percent is 0 to 100; amounts, periods and limits cannot be negative.")

    # Fields that decide what is taken off; they are frozen once they were used for that.
    _price_fields = frozenset({
        'company_id', 'discount_type', 'percent', 'amount', 'periods', 'date_until',
        'charge_codes',
    })

    @api.depends('name', 'coupon_code')
    def _compute_display_name(self):
        for discount in self:
            code = f'[{discount.coupon_code}] ' if discount.coupon_code else ''
            discount.display_name = f'{code}{discount.name or ""}'

    @api.depends('discount_type', 'percent', 'amount', 'periods', 'date_until', 'charge_codes',
                 'currency_id')
    @api.depends_context('lang')
    def _compute_value_text(self):
        for discount in self:
            discount.value_text = discount_text(discount)

    # === CONSTRAINT METHODS === #

    @api.constrains('discount_type', 'percent', 'amount')
    def _check_value(self):
        for discount in self:
            if not discount[discount.discount_type]:
                raise ValidationError(self.env._(
                    "Discount %(discount)s takes nothing off. Enter its percent or its amount.",
                    discount=discount.display_name))

    @api.constrains('redeem_from', 'redeem_until', 'date_until')
    def _check_days(self):
        for discount in self:
            first, last, end = discount.redeem_from, discount.redeem_until, discount.date_until
            if first and last and first > last:
                raise ValidationError(self.env._(
                    "Discount %(discount)s could never be given: it opens on %(first)s, after "
                    "its last day %(last)s. Change one of the two.",
                    discount=discount.display_name, first=first, last=last))
            if first and end and first >= end:
                raise ValidationError(self.env._(
                    "Discount %(discount)s ends before %(end)s, but may be given only from "
                    "%(first)s on. Change one of the two.",
                    discount=discount.display_name, first=first, end=end))

    @api.constrains('charge_codes', 'plan_ids', 'company_id')
    def _check_charges(self):
        """Each code is one of a plan that the discount is for; a misspelt one would do nothing."""
        for discount in self:
            domain = [('company_id', '=', discount.company_id.id)]
            if discount.plan_ids:
                domain.append(('plan_id', 'in', discount.plan_ids.ids))
            known = {code for [code] in self.env['smart.billing.charge']._read_group(
                domain, ['code'])}
            for code in split_codes(discount.charge_codes):
                if code not in known:
                    raise ValidationError(self.env._(
                        "Discount %(discount)s: no plan that it is for has a charge with the code "
                        "'%(code)s'. They have: %(known)s.", discount=discount.display_name,
                        code=code, known=', '.join(sorted(known)) or self.env._("none")))

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._tidy(vals) for vals in vals_list])

    def _tidy(self, vals):
        """A coupon code is what customers type: without spaces around it, and none is none."""
        if isinstance(vals.get('coupon_code'), str):
            return {**vals, 'coupon_code': vals['coupon_code'].strip() or False}
        return vals

    def write(self, vals):
        vals = self._tidy(vals)
        changed = self.filtered(lambda discount: any(
            differs(discount, name, vals[name]) for name in vals.keys() & self._price_fields))
        changed._refuse_billed()
        result = super().write(vals)
        changed._forget_settled()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_given(self):
        given = self.env['smart.billing.contract.event'].search(
            [('discount_id', 'in', self.ids)], limit=1)
        if given:
            raise UserError(self.env._(
                "Discount %(discount)s was given to contract %(contract)s. Archive it instead of "
                "deleting it: nobody is given it any more.",
                discount=given.discount_id.display_name, contract=given.contract_id.name))

    def _refuse_billed(self):
        for discount, in self.env['smart.billing.item']._read_group(
                [('discount_id', 'in', self.ids), ('live', '=', True)], ['discount_id']):
            raise UserError(self.env._(
                "Discount %(discount)s stands on invoices; what it takes off cannot change in "
                "place. Archive it and make a new one.", discount=discount.display_name))

    def _forget_settled(self):
        """Contracts that were given these discounts are looked at again, from that day on."""
        if self:
            self.env.flush_all()
            settled.pull_back(self.env, dict(self.env.execute_query(SQL(
                """ SELECT contract_id, MIN(date_effective) FROM smart_billing_contract_event
                     WHERE discount_id IN %s GROUP BY contract_id """, tuple(self.ids)))))

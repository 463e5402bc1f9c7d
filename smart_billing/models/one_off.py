from decimal import Decimal

from odoo import api, fields, models

from ..core.money import round_amount


class OneOff(models.Model):
    """A charge or a credit typed in by hand, billed once by the next run (スポット請求)."""

    _name = 'smart.billing.one.off'
    _description = 'One-Off Charge'
    _inherit = ['mail.thread']
    _order = 'date desc, id desc'

    account_id = fields.Many2one(
        'smart.billing.account', string="Billing account", required=True, ondelete='restrict',
        index=True, check_company=True)
    contract_id = fields.Many2one(
        'smart.billing.contract', ondelete='restrict', index='btree_not_null',
        check_company=True, domain="[('account_id', '=', account_id)]")
    company_id = fields.Many2one(related='account_id.company_id', store=True, index=True)
    currency_id = fields.Many2one(related='company_id.currency_id')
    ref = fields.Char(
        string="External reference", copy=False, index='btree_not_null',
        help="Identity in the front system; the same reference is the same charge.")
    name = fields.Char(string="Description", required=True, help="Text of the invoice line.")
    product_id = fields.Many2one(
        'product.product', required=True, ondelete='restrict', check_company=True,
        help="Its accounts and taxes are those of the invoice line.")
    date = fields.Date(
        required=True, default=lambda self: self.env.company._sb_today(),
        help="Billed by the first run whose target day is not before it.")
    quantity = fields.Float(default=1, digits='Product Unit')
    unit_price = fields.Float(
        digits=(16, 6), required=True, help="Below zero for a credit (値引き).")
    amount = fields.Monetary(compute='_compute_amount', store=True)
    tax_included = fields.Boolean(help="The price contains the tax (内税).")
    active = fields.Boolean(
        default=True, help="A charge that was billed and is archived is credited by the next run.")

    _check_company_auto = True
    _ref_once = models.UniqueIndex(
        '(company_id, ref) WHERE ref IS NOT NULL',
        "Another one-off charge has this external reference.")
    _quantity_positive = models.Constraint(
        'CHECK (quantity > 0)', "The quantity must be above zero; a credit has a negative price.")

    @api.depends('quantity', 'unit_price', 'company_id.sb_rounding')
    def _compute_amount(self):
        """Quantity × price, rounded once in the company's direction."""
        for one_off in self:
            company = one_off.company_id
            exact = Decimal(str(one_off.quantity)) * Decimal(str(one_off.unit_price))
            one_off.amount = float(round_amount(
                exact, company.currency_id.decimal_places, company.sb_rounding or 'floor'))

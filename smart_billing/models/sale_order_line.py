from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine import rows as reader


class SaleOrderLine(models.Model):
    _inherit = 'sale.order.line'

    sb_plan_id = fields.Many2one(related='product_template_id.sb_plan_id', string="Billing plan")
    sb_charge_code = fields.Char(
        related='product_template_id.sb_charge_code', string="Charge of the plan")
    sb_contract_ids = fields.One2many(
        'smart.billing.contract', 'sale_line_id', groups='smart_billing.group_billing_auditor,'
                                                         'smart_billing.group_billing_user')
    sb_agreed_price = fields.Boolean(
        string="Agreed price",
        help="The unit price of this line holds for this customer in place of the plan's price "
             "(個別価格). Otherwise the plan sets the price.")

    # === COMPUTE METHODS === #

    def _sb_billed_by_contract(self):
        return self.filtered(lambda line: line.sb_plan_id or line.sb_charge_code)

    @api.depends('product_template_id.sb_plan_id', 'product_template_id.sb_charge_code')
    def _compute_qty_to_invoice(self):
        """Plan lines have nothing to invoice: their contracts are billed by runs."""
        contracted = self._sb_billed_by_contract()
        contracted.qty_to_invoice = 0
        return super(SaleOrderLine, self - contracted)._compute_qty_to_invoice()

    @api.depends('product_template_id.sb_plan_id', 'product_template_id.sb_charge_code')
    def _compute_invoice_status(self):
        contracted = self._sb_billed_by_contract()
        contracted.invoice_status = 'no'
        return super(SaleOrderLine, self - contracted)._compute_invoice_status()

    @api.depends('product_template_id.sb_plan_id', 'product_template_id.sb_charge_code')
    def _compute_untaxed_amount_to_invoice(self):
        contracted = self._sb_billed_by_contract()
        contracted.untaxed_amount_to_invoice = 0
        return super(SaleOrderLine, self - contracted)._compute_untaxed_amount_to_invoice()

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """A plan or an option that is added to a confirmed order is sold with it."""
        lines = super().create(vals_list)
        added = lines._sb_billed_by_contract().filtered(lambda line: line.state == 'sale')
        added.order_id._sb_make_contracts()
        return lines

    def write(self, vals):
        if vals.keys() & {'product_uom_qty', 'product_id'}:
            self._sb_refuse_contracted(vals)
        return super().write(vals)

    def _sb_refuse_contracted(self, vals):
        """The contract of a sold line changes by dated events, not with the order."""
        changed = self._sb_billed_by_contract().filtered(
            lambda line: line.state == 'sale' and any(
                vals[name] != (line[name].id if name == 'product_id' else line[name])
                for name in vals.keys() & {'product_uom_qty', 'product_id'}))
        if changed:
            raise UserError(self.env._(
                "Line '%(line)s' of order %(order)s is billed by its contract. Change the contract "
                "with the day from which it counts, or sell the new plan with a line of its own.",
                line=changed[0].name, order=changed[0].order_id.name))

    # === CONTRACTS === #

    def _sb_prepare_contract(self):
        """What the contract of a plan line starts with, see `contract.action_confirm`."""
        self.ensure_one()
        order, account = self.order_id, self.order_id.sudo()._sb_billing_account()
        start = order.sb_date_start or order.company_id._sb_today()
        parts = order._sb_parts()[self]
        optional = self.sudo().sb_plan_id._option_codes()[self.sb_plan_id.id]
        options = parts.filtered(lambda line: line.sb_charge_code in optional)
        Contract = self.env['smart.billing.contract'].sudo().with_company(order.company_id)
        discounts = [Contract._discount_by_coupon(code).id
                     for code in reader.names({'coupon': order.sb_coupon_code or ''}, 'coupon')]
        return {
            'account_id': account.id,
            'start_plan_id': self.sb_plan_id.id,
            'start_quantity': self.product_uom_qty,
            'date_start': start,
            'date_last': order.sb_date_last,
            'sale_line_id': self.id,
            'start_option_ids': [fields.Command.create({
                'option_code': line.sb_charge_code, 'quantity': line.product_uom_qty})
                for line in options],
            'start_discount_ids': [fields.Command.set(discounts)],
            'price_ids': [fields.Command.create({
                'account_id': account.id, 'plan_id': self.sb_plan_id.id, 'charge_code': code,
                'price': price, 'date_from': start, 'reason': order.name})
                for code, price in self._sb_agreed_prices(parts, start)],
        }

    def _sb_agreed_prices(self, parts, day):
        """[(charge code, price)] that the order agrees on for the plan and its charges."""
        agreed = []
        for line in self + parts:
            code = line.sb_charge_code or line.sudo().sb_plan_id._main_charge_code(day)
            if line.sb_agreed_price:
                agreed.append((code, line._sb_net_price()))
            elif line.discount:
                raise UserError(self.env._(
                    "Line '%(line)s' of order %(order)s has a discount of %(discount)s %%, but its "
                    "price is not agreed, so the contract would bill the plan's price. Tick "
                    "'Agreed price', or give the discount as a coupon.",
                    line=line.name, order=line.order_id.name, discount=line.discount))
        return agreed

    def _sb_net_price(self):
        """Unit price less the line's discount, in exact decimals."""
        percent = 100 - Decimal(str(self.discount))
        return float(Decimal(str(self.price_unit)) * percent / 100)

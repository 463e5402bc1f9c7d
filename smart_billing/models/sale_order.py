from odoo import api, fields, models
from odoo.exceptions import UserError

from .window import window


class SaleOrder(models.Model):
    _inherit = 'sale.order'

    sb_account_id = fields.Many2one(
        'smart.billing.account', string="Billing account", check_company=True, copy=False,
        domain="[('company_id', '=', company_id)]",
        help="Who pays for the contracts of this order. Empty: the invoice address's account, "
             "made if it has none.")
    sb_date_start = fields.Date(
        string="Contracts start on", copy=False,
        help="First day of the contracts of this order. Empty: the day of confirmation.")
    sb_contract_count = fields.Integer(
        compute='_compute_sb_contract_count', compute_sudo=True)

    def _compute_sb_contract_count(self):
        counts = {}
        for line, count in self.env['smart.billing.contract']._read_group(
                [('sale_line_id', 'in', self.order_line.ids)], ['sale_line_id'], ['__count']):
            counts[line.order_id.id] = counts.get(line.order_id.id, 0) + count
        for order in self:
            order.sb_contract_count = counts.get(order.id, 0)

    def _action_confirm(self):
        result = super()._action_confirm()
        self._sb_make_contracts()
        return result

    def _sb_make_contracts(self):
        """A confirmed contract for each plan line that has none yet; repeated, it adds nothing.

        A sales person sells plans without being a user of Smart Billing.
        """
        Contract = self.env['smart.billing.contract'].sudo()
        lines = self.order_line.filtered(lambda line: line.sb_plan_id and line.product_uom_qty > 0)
        known = Contract.search([('sale_line_id', 'in', lines.ids)]).sale_line_id
        vals_list = []
        for line in lines - known:
            order = line.order_id
            vals_list.append({
                'account_id': order.sudo()._sb_billing_account().id,
                'start_plan_id': line.sb_plan_id.id,
                'start_quantity': line.product_uom_qty,
                'date_start': order.sb_date_start or order.company_id._sb_today(),
                'sale_line_id': line.id,
            })
        Contract.create(vals_list).action_confirm()

    def _sb_billing_account(self):
        """The order's account, else the payer's own, else a new one with the usual terms."""
        self.ensure_one()
        if not self.sb_account_id:
            Account = self.env['smart.billing.account']
            payer = self.partner_invoice_id
            domain = [('partner_id', '=', payer.id), ('company_id', '=', self.company_id.id)]
            self.sb_account_id = Account.search(domain, limit=1) or Account.create({
                'partner_id': payer.id, 'company_id': self.company_id.id})
        return self.sb_account_id

    def _action_cancel(self):
        """Contracts of a cancelled order end before they begin, unless they were billed."""
        contracts = self.env['smart.billing.contract'].sudo().search(
            [('sale_line_id', 'in', self.order_line.ids), ('state', '!=', 'ended')])
        billed = contracts.filtered('item_count')
        if billed:
            raise UserError(self.env._(
                "Contract %(contract)s of this order has been billed. Cancel the contract, with "
                "the day on which it ends, instead of the order.", contract=billed[0].name))
        for contract in contracts:
            contract.add_event(
                'cancel', date_effective=contract.date_start,
                reason=self.env._("Order %(order)s cancelled", order=contract.sale_order_id.name))
        return super()._action_cancel()

    def action_sb_view_contracts(self):
        self.ensure_one()
        return window(
            self.env._("Contracts of %(order)s", order=self.name),
            'smart.billing.contract', [('sale_line_id', 'in', self.order_line.ids)])


class SaleOrderLine(models.Model):
    _inherit = 'sale.order.line'

    sb_plan_id = fields.Many2one(related='product_template_id.sb_plan_id', string="Billing plan")

    @api.depends('product_template_id.sb_plan_id')
    def _compute_qty_to_invoice(self):
        """Plan lines have nothing to invoice: their contracts are billed by runs."""
        plan_lines = self.filtered('sb_plan_id')
        plan_lines.qty_to_invoice = 0
        return super(SaleOrderLine, self - plan_lines)._compute_qty_to_invoice()

    @api.depends('product_template_id.sb_plan_id')
    def _compute_invoice_status(self):
        plan_lines = self.filtered('sb_plan_id')
        plan_lines.invoice_status = 'no'
        return super(SaleOrderLine, self - plan_lines)._compute_invoice_status()

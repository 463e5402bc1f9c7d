from odoo import fields, models
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
    sb_date_last = fields.Date(
        string="Contracts end on", copy=False,
        help="Last day of the contracts of this order. Empty: until they are cancelled.")
    sb_coupon_code = fields.Char(
        string="Coupon", copy=False,
        help="Codes of discounts that the contracts are given from their first day on; several "
             "with commas.")
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
        new = lines - known
        Contract.create([line._sb_prepare_contract() for line in new]).action_confirm()
        for order in self:
            order._sb_take_later_options(new)

    def _sb_take_later_options(self, new):
        """Options sold after the contract was made are taken from the day on which they are sold.

        :param new: plan lines whose contract was made just now, with the options of the order
        """
        for plan_line, parts in self._sb_parts().items():
            contract = plan_line.sudo().sb_contract_ids
            for line in parts if contract and plan_line not in new else ():
                if line.sb_charge_code in contract._options_offered()[contract.id]:
                    contract._enter(
                        'add_option', self.company_id._sb_today(),
                        option_code=line.sb_charge_code, quantity=line.product_uom_qty,
                        ref=f'sale.order.line {line.id}')

    def _sb_parts(self):
        """What belongs to which plan line (オプション・初期費用の行).

        A line for a charge belongs to the last plan line above it whose plan has that charge, else
        to the first one below.

        :return: {plan line: lines of charges}
        :raise UserError: a line for a charge that no plan of the order has
        """
        self.ensure_one()
        ordered = self.order_line.filtered(lambda line: line.product_uom_qty > 0).sorted(
            lambda line: (line.sequence, line.id))
        plan_lines = ordered.filtered('sb_plan_id')
        codes = plan_lines.sudo().sb_plan_id._charge_codes()
        parts = {line: self.env['sale.order.line'] for line in plan_lines}
        places = {line: place for place, line in enumerate(ordered)}
        for line in ordered.filtered(lambda line: line.sb_charge_code and not line.sb_plan_id):
            owners = [plan_line for plan_line in plan_lines
                      if line.sb_charge_code in codes[plan_line.sb_plan_id.id]]
            if not owners:
                raise UserError(self.env._(
                    "Line '%(line)s' of order %(order)s stands for the charge '%(code)s', which no "
                    "plan of the order has. Add the plan to the order or take the line off.",
                    line=line.name, order=self.name, code=line.sb_charge_code))
            above = [owner for owner in owners if places[owner] < places[line]]
            parts[above[-1] if above else owners[0]] += line
        return parts

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

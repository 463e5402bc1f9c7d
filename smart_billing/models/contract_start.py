from odoo import fields, models
from odoo.exceptions import UserError


class Contract(models.Model):
    """How a contract begins: its confirmation writes the first events (契約開始)."""

    _inherit = 'smart.billing.contract'

    start_option_ids = fields.One2many(
        'smart.billing.contract.option', 'contract_id', string="Options at the start")
    start_discount_ids = fields.Many2many(
        'smart.billing.discount', 'smart_billing_contract_start_discount_rel',
        string="Discounts at the start", check_company=True, copy=False,
        domain="[('company_id', '=', company_id)]",
        help="Given from the first day on; a coupon is redeemed when the contract is confirmed.")
    price_ids = fields.One2many(
        'smart.billing.price.override', 'contract_id', string="Agreed prices")

    def action_confirm(self):
        """Write the first events of draft contracts; a repeat is a no-op."""
        drafts = self.filtered(lambda contract: not contract.event_ids)
        drafts.start_plan_id._check_usable()
        drafts._check_start_options()
        self.env['smart.billing.contract.event'].create([
            values for contract in drafts for values in contract._prepare_start()])
        drafts._give_start_discounts()
        return True

    def _prepare_start(self):
        """What the first day says: plan, quantity, end, and the options taken from then on."""
        start = {
            'contract_id': self.id,
            'kind': 'start',
            'date_effective': self.date_start,
            'plan_id': self.start_plan_id.id,
            'quantity': self.start_quantity,
            'date_end': self.date_last and fields.Date.add(self.date_last, days=1),
        }
        return [start, *({
            'contract_id': self.id,
            'kind': 'add_option',
            'date_effective': self.date_start,
            'option_code': option.option_code,
            'quantity': option.quantity,
        } for option in self.start_option_ids)]

    def _check_start_options(self):
        offered = self.start_plan_id._option_codes()
        for option in self.start_option_ids:
            if option.option_code not in offered[option.plan_id.id]:
                raise UserError(self.env._(
                    "Plan %(plan)s of contract %(contract)s offers no option '%(code)s'. It "
                    "offers: %(codes)s.", plan=option.plan_id.display_name,
                    contract=option.contract_id.name, code=option.option_code,
                    codes=', '.join(sorted(offered[option.plan_id.id])) or self.env._("none")))

    def _give_start_discounts(self):
        """By the door of all discounts, so that a coupon counts as redeemed."""
        given = {}
        for contract in self:
            for discount in contract.start_discount_ids:
                given.setdefault((discount, contract.date_start), self.browse())
                given[discount, contract.date_start] += contract
        for (discount, day), contracts in given.items():
            contracts._enter('add_discount', day, discount_id=discount.id)

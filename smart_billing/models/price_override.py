from odoo import api, fields, models

from ..engine import settled


class PriceOverride(models.Model):
    """A price agreed with one customer, in place of the plan's, for some days (個別価格).

    Without a contract it holds for all contracts of the billing account. Of two for one day the
    contract's own goes before the account's, and the one entered later before the earlier.
    """

    _name = 'smart.billing.price.override'
    _description = 'Agreed Price'
    _inherit = ['mail.thread']
    _order = 'account_id, plan_id, charge_code, date_from desc, id desc'

    account_id = fields.Many2one(
        'smart.billing.account', string="Billing account", required=True, ondelete='cascade',
        index=True, check_company=True)
    contract_id = fields.Many2one(
        'smart.billing.contract', ondelete='cascade', index='btree_not_null',
        check_company=True, domain="[('account_id', '=', account_id)]",
        help="Empty: for all contracts of the billing account.")
    company_id = fields.Many2one(related='account_id.company_id', store=True, index=True)
    currency_id = fields.Many2one(related='company_id.currency_id')
    plan_id = fields.Many2one(
        'smart.billing.plan', required=True, ondelete='restrict', index=True, check_company=True)
    charge_code = fields.Char(string="Charge", required=True, help="Code of the plan's charge.")
    price = fields.Float(digits=(16, 6), required=True)
    date_from = fields.Date(required=True)
    date_to = fields.Date(
        string="Ends before", help="The first day without the agreed price. Empty: without end.")
    reason = fields.Char()

    _check_company_auto = True
    _price_not_negative = models.Constraint(
        'CHECK (price >= 0)', "An agreed price cannot be negative.")
    _not_empty = models.Constraint(
        'CHECK (date_to IS NULL OR date_to > date_from)', "An agreed price holds at least one day.")

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        prices = super().create(vals_list)
        prices._forget_settled()
        return prices

    def write(self, vals):
        self._forget_settled()
        result = super().write(vals)
        self._forget_settled()
        return result

    def unlink(self):
        self._forget_settled()
        return super().unlink()

    def _forget_settled(self):
        """The contracts that the prices are for are looked at again, from their first days."""
        days = {}
        for price in self:
            for contract in price.contract_id or price.account_id.contract_ids:
                day = days.get(contract.id, price.date_from)
                days[contract.id] = min(day, price.date_from)
        settled.pull_back(self.env, days)

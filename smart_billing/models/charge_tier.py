from odoo import api, fields, models


class ChargeTier(models.Model):
    """One row of a tier table (段階料金)."""

    _name = 'smart.billing.charge.tier'
    _description = 'Price Tier'
    _inherit = ['smart.billing.price.sheet.part']
    _order = 'charge_id, sequence, id'

    charge_id = fields.Many2one(
        'smart.billing.charge', required=True, ondelete='cascade', index=True)
    company_id = fields.Many2one(related='charge_id.company_id', store=True, index=True)
    currency_id = fields.Many2one(related='company_id.currency_id')
    sequence = fields.Integer(default=10)
    up_to = fields.Float(
        string="Up to", digits=(16, 6),
        help="Last quantity of this tier. 0: without limit, on the last tier only.")
    price = fields.Float(
        string="Unit price", digits=(16, 6), required=True, help="Price of one unit in this tier.")
    flat_fee = fields.Monetary(help="Added once when the tier is reached.")

    _valid = models.Constraint(
        'CHECK (up_to >= 0 AND price >= 0 AND flat_fee >= 0)',
        "Limits and prices of a tier cannot be negative.")

    _price_fields = frozenset({'charge_id', 'sequence', 'up_to', 'price', 'flat_fee'})

    def _sheet_days(self):
        return self.charge_id._sheet_days()

    def _refuse_billed(self):
        self.charge_id._refuse_billed()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_billed(self):
        self._refuse_billed()


class Charge(models.Model):
    _inherit = 'smart.billing.charge'

    tier_ids = fields.One2many(
        'smart.billing.charge.tier', 'charge_id', string="Tiers", copy=True,
        help="Prices by quantity, lowest tier first; the last one has no limit.")

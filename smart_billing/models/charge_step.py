from odoo import api, fields, models


class ChargeStep(models.Model):
    """A price for a number of periods since the plan's billing started (段階的な料金)."""

    _name = 'smart.billing.charge.step'
    _description = 'Price Step'
    _inherit = ['smart.billing.price.sheet.part']
    _order = 'charge_id, sequence, id'

    charge_id = fields.Many2one(
        'smart.billing.charge', required=True, ondelete='cascade', index=True)
    company_id = fields.Many2one(related='charge_id.company_id', store=True, index=True)
    currency_id = fields.Many2one(related='company_id.currency_id')
    sequence = fields.Integer(default=10)
    periods = fields.Integer(
        string="For periods", help="How many periods have this price; a part of a period counts "
                                   "as one. 0: all that follow, on the last step only.")
    price = fields.Float(digits=(16, 6), required=True)

    _valid = models.Constraint(
        'CHECK (periods >= 0 AND price >= 0)', "Periods and prices of a step cannot be negative.")

    _price_fields = frozenset({'charge_id', 'sequence', 'periods', 'price'})

    def _sheet_days(self):
        return self.charge_id._sheet_days()

    def _refuse_billed(self):
        self.charge_id._refuse_billed()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_billed(self):
        self._refuse_billed()


class Charge(models.Model):
    _inherit = 'smart.billing.charge'

    step_ids = fields.One2many(
        'smart.billing.charge.step', 'charge_id', string="Price steps", copy=True,
        help="Prices that change with the number of periods (introductory price). Empty: the "
             "price above, always.")

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ChargeStep(models.Model):
    """A price for a number of periods since the plan's billing started (段階的な料金)."""

    _name = 'smart.billing.charge.step'
    _description = 'Price Step'
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

    def write(self, vals):
        self.charge_id._refuse_if_billed({})
        result = super().write(vals)
        self.charge_id.plan_id._forget_settled()
        return result

    @api.model_create_multi
    def create(self, vals_list):
        self.env['smart.billing.charge'].browse(
            [vals['charge_id'] for vals in vals_list])._refuse_if_billed({})
        steps = super().create(vals_list)
        steps.charge_id.plan_id._forget_settled()
        return steps

    @api.ondelete(at_uninstall=False)
    def _unlink_except_billed(self):
        self.charge_id._refuse_if_billed({})


class Charge(models.Model):
    _inherit = 'smart.billing.charge'

    step_ids = fields.One2many(
        'smart.billing.charge.step', 'charge_id', string="Price steps", copy=True,
        help="Prices that change with the number of periods (introductory price). Empty: the "
             "price above, always.")

    @api.constrains('step_ids')
    def _check_steps(self):
        """Each step but the last says for how many periods; the last one has no end."""
        for charge in self.filtered('step_ids'):
            *first, last = charge.step_ids.sorted(lambda step: (step.sequence, step.id))
            if last.periods or not all(step.periods for step in first):
                raise ValidationError(self.env._(
                    "Price steps of %(charge)s: every step but the last needs its number of "
                    "periods, and the last has 0 (all that follow).", charge=charge.name))

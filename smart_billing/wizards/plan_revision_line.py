from odoo import api, fields, models


class PlanRevisionLine(models.TransientModel):
    """One amount of the price sheet, before and after."""

    _name = 'smart.billing.plan.revision.line'
    _description = 'New Price'

    revision_id = fields.Many2one(
        'smart.billing.plan.revision', required=True, ondelete='cascade', index=True)
    name = fields.Char(string="Charge", readonly=True)
    part_model = fields.Char(readonly=True)
    part_id = fields.Integer(readonly=True)
    part_field = fields.Char(readonly=True)
    old_price = fields.Float(digits=(16, 6), readonly=True)
    new_price = fields.Float(digits=(16, 6))
    difference = fields.Float(
        string="Change", digits=(16, 6), compute='_compute_difference')

    _not_negative = models.Constraint(
        'CHECK (new_price >= 0)', "Prices cannot be negative.")

    @api.depends('old_price', 'new_price')
    def _compute_difference(self):
        for line in self:
            line.difference = line.new_price - line.old_price

    def _amount(self):
        """The amount of the old version that it is about."""
        return self.env[self.part_model].browse(self.part_id), self.part_field

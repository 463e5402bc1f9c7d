from odoo import fields, models


class SimulationChoice(models.TransientModel):
    """An option that the imagined contract takes, or what it uses a month."""

    _name = 'smart.billing.simulation.choice'
    _description = 'Option or Usage of a Simulation'

    simulation_id = fields.Many2one('smart.billing.simulation', required=True, ondelete='cascade')
    name = fields.Char(readonly=True)
    option_code = fields.Char(readonly=True)
    metric_id = fields.Many2one('smart.billing.metric', readonly=True)
    unit = fields.Char(related='metric_id.unit')
    quantity = fields.Float(
        digits=(16, 6), help="Of an option: how many are taken, 0: none. Of usage: a month.")

    _not_negative = models.Constraint(
        'CHECK (quantity >= 0)', "Quantities of options and usage cannot be negative.")


class SimulationLine(models.TransientModel):
    """One amount of one month."""

    _name = 'smart.billing.simulation.line'
    _description = 'Amount of a Simulation'
    _order = 'date, sequence, id'

    simulation_id = fields.Many2one(
        'smart.billing.simulation', required=True, ondelete='cascade', index=True)
    currency_id = fields.Many2one(related='simulation_id.currency_id')
    sequence = fields.Integer()
    date = fields.Date(string="Month", required=True)
    name = fields.Char(string="Charge", required=True)
    kind = fields.Selection(
        [('charge', "Charge"), ('discount', "Discount"), ('tax', "Tax")], required=True)
    amount = fields.Monetary(required=True)

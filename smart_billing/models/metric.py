from odoo import fields, models


class Metric(models.Model):
    """What is measured (利用量の種別): the name by which usage and charges meet."""

    _name = 'smart.billing.metric'
    _description = 'Metric'
    _order = 'code'

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        required=True, help="Short name by which usage files and the API refer to the metric.")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        'res.company', required=True, index=True, default=lambda self: self.env.company)
    unit = fields.Char(
        translate=True, help="Unit as the invoice prints it, for example GB, kWh, calls.")

    late_policy = fields.Selection(
        [('own_period', "For its own period"), ('next_period', "For the period that is open"),
         ('refuse', "Not at all")],
        string="Late usage counts", required=True, default='own_period',
        help="Usage of a day whose period is billed already (締め後の利用量). For its own period: "
             "the next invoice has a further line for that period. For the period that is open: "
             "it counts on the first day of that period; the measured day stays visible. Not at "
             "all: the row is refused with the reason. Corrections always count for the period of "
             "what they correct.")
    late_grace_days = fields.Integer(
        string="Grace (days)",
        help="So many days after its period was due, late usage still counts for its own period "
             "(猶予日数).")
    after_end = fields.Selection(
        [('refuse', "Is refused"), ('last_day', "Counts on the last day"),
         ('keep', "Is kept, not billed")],
        string="Usage after the end", required=True, default='refuse',
        help="Usage of a day on which the contract had ended already (解約後の利用). Kept usage "
             "is billed if the end of the contract moves behind it.")
    days_ahead = fields.Integer(
        string="Most days ahead", default=31,
        help="A measurement dated further ahead of the day on which it is received is refused as "
             "a typing error. 0: no limit.")

    _check_company_auto = True
    _rec_names_search = ['name', 'code']
    _code_once = models.UniqueIndex(
        '(company_id, code)', "There is already a metric with this code in the company.")
    _days_not_negative = models.Constraint(
        'CHECK (late_grace_days >= 0 AND days_ahead >= 0)', "A number of days is not negative.")

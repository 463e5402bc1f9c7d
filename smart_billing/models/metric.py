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

    _check_company_auto = True
    _rec_names_search = ['name', 'code']
    _code_once = models.UniqueIndex(
        '(company_id, code)', "There is already a metric with this code in the company.")

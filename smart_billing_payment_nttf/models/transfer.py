from odoo import fields, models


class Transfer(models.Model):
    _inherit = 'smart.billing.transfer'

    remote_modified = fields.Datetime(
        readonly=True, string="Modified at the service",
        help="With name and size it tells a file that was fetched before from a new one.")

from odoo import fields, models


class CancelReason(models.Model):
    """Why customers leave (解約理由): a list of the company's own, to be counted by."""

    _name = 'smart.billing.cancel.reason'
    _description = 'Cancellation Reason'
    _order = 'sequence, id'

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        'res.company', index='btree_not_null', help="Empty: for all companies.")

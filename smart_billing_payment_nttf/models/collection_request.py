from odoo import fields, models


class CollectionRequest(models.Model):
    _inherit = 'smart.billing.collection.request'

    mandate_id = fields.Many2one(
        'smart.billing.mandate', readonly=True, copy=False, ondelete='restrict',
        index='btree_not_null',
        help="The mandate whose account went into the file; results are told to it.")

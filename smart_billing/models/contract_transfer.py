from odoo import fields, models


class Contract(models.Model):
    """One contract goes on as another payer's (契約承継)."""

    _inherit = 'smart.billing.contract'

    continues_id = fields.Many2one(
        'smart.billing.contract', string="Goes on with", readonly=True, copy=False,
        ondelete='restrict', index='btree_not_null',
        help="The contract of another payer that this one goes on with.")
    continued_by_ids = fields.One2many(
        'smart.billing.contract', 'continues_id', string="Continued by", readonly=True)

    _continued_once = models.UniqueIndex(
        '(continues_id) WHERE continues_id IS NOT NULL',
        "Another contract goes on with this one already.")

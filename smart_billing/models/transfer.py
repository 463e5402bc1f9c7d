from odoo import fields, models


class Transfer(models.Model):
    """The log of what went to a service and what came from it (伝送記録). Never a payload."""

    _name = 'smart.billing.transfer'
    _description = 'Transfer'
    _order = 'id desc'

    provider_id = fields.Many2one(
        'payment.provider', required=True, ondelete='restrict', index=True,
        string="Collection service")
    company_id = fields.Many2one(related='provider_id.company_id', store=True, index=True)
    batch_id = fields.Many2one('smart.billing.collection.batch', ondelete='cascade', index=True)
    receipt_file_id = fields.Many2one(
        'smart.billing.receipt.file', ondelete='cascade', index=True)
    direction = fields.Selection([('out', "Sent"), ('in', "Received")], required=True)
    file_name = fields.Char(required=True)
    size = fields.Integer(string="Bytes")
    sha256 = fields.Char(string="SHA-256")
    outcome = fields.Selection(
        selection=[('done', "Done"), ('refused', "Refused"), ('unknown', "Unknown")],
        required=True, index=True,
        help="Unknown: the connection broke; the service's folder is read before anything is "
             "sent again.")
    message = fields.Char()

from odoo import fields, models
from odoo.exceptions import UserError


class CollectionBatch(models.Model):
    _inherit = 'smart.billing.collection.batch'

    date_payout = fields.Date(
        string="Payout expected", help="When the service pays out what it collected (入金日).")
    provider_code = fields.Selection(related='provider_id.code', string="Kind of service")

    # === ACTION METHODS: what the service answered about an unknown transfer === #

    def action_nttf_arrived(self):
        """The service says that it has the file."""
        for batch in self:
            batch._nttf_check_unknown()
            batch._nttf_answer('done')
            batch._mark_sent()
        return True

    def action_nttf_not_arrived(self):
        """The service says that it has no such file: it may be sent again."""
        for batch in self:
            batch._nttf_check_unknown()
            batch._nttf_answer('refused')
            batch._set_state('sealed', problem=False)
        return True

    def _nttf_check_unknown(self):
        self.ensure_one()
        if self.state != 'sending':
            raise UserError(self.env._(
                "%(batch)s is not waiting for an answer about its transfer.", batch=self.name))

    def _nttf_answer(self, outcome):
        """Note who asked the service; the transfer's outcome is known from now on."""
        rows = self.provider_id._nttf_open_rows(self)
        rows.write({'outcome': outcome, 'message': self.env._(
            "Answered by the service, noted by %(user)s", user=self.env.user.name)})
        self.message_post(body=self.env._(
            "The service was asked about %(file)s: arrived.", file=self.file_name)
            if outcome == 'done' else self.env._(
            "The service was asked about %(file)s: not arrived.", file=self.file_name))

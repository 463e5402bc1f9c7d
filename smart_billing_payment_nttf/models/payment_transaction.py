from odoo import models


class PaymentTransaction(models.Model):
    _inherit = 'payment.transaction'

    def _send_payment_request(self):
        """A direct debit cannot be made online: it goes into a batch of its debit day."""
        own = self.filtered(lambda transaction: transaction.provider_code == 'nttf')
        for transaction in own:
            transaction._set_error(self.env._(
                "A direct debit is collected on its debit day, not at once. Open the invoice's "
                "collection requests, or choose another way to pay."))
        return super(PaymentTransaction, self - own)._send_payment_request()

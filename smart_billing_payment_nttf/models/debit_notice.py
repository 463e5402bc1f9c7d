from datetime import timedelta

from odoo import api, fields, models


class CollectionRequest(models.Model):
    """The notice of amount and day before a debit (口座振替のお知らせ)."""

    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = 'smart.billing.collection.request'

    debit_notice_on = fields.Datetime(
        string="Debit notice sent", readonly=True, copy=False,
        help="When the customer was told the amount and the day of the debit.")

    @api.model
    def _cron_debit_notices(self, limit=200):
        """Queue the notices of the debits that are near; each request is told once.

        The mark is committed with the queued mail, so that a job that is killed tells nobody
        twice. Odoo's mail queue sends outside this transaction.
        """
        progress = self.env['ir.cron']._commit_progress
        left = progress(remaining=1)
        for provider in self.env['payment.provider'].search([
                ('code', '=', 'nttf'), ('nttf_notice_days', '>', 0)]):
            provider = provider.with_context(lang=provider.company_id._sb_lang())
            while left and (requests := self._debit_notices_due(provider, limit)):
                requests = requests.try_lock_for_update()
                if not requests:
                    break
                requests._queue_debit_notices()
                left = progress(len(requests))

    def _debit_notices_due(self, provider, limit):
        until = provider.company_id._sb_today() + timedelta(days=provider.nttf_notice_days)
        return self.search([
            ('provider_id', '=', provider.id), ('state', 'in', ('open', 'sealed', 'sent')),
            ('problem', '=', False), ('debit_notice_on', '=', False),
            ('batch_id.date_collect', '<=', until),
            ('batch_id.date_collect', '>', provider.company_id._sb_today()),
            ('account_id.partner_id.email', '!=', False),
        ], limit=limit, order='id')

    def _queue_debit_notices(self):
        template = self.env.ref('smart_billing_payment_nttf.mail_template_debit_notice')
        for request in self:
            template.send_mail(request.id, force_send=False)
        self.write({'debit_notice_on': fields.Datetime.now()})

    def _debit_account_text(self):
        """Bank and masked account that will be debited, as the notice names them."""
        mandates = self.provider_id._nttf_mandates(self.account_id)
        mandate = mandates.get(self.account_id.id)
        return mandate._mirror_text() if mandate else ''


class PaymentProvider(models.Model):
    _inherit = 'payment.provider'  # pylint: disable=consider-merging-classes-inherited

    nttf_notice_days = fields.Integer(
        string="Debit notice (days before)", default=0,
        help="So many days before the debit the customer is told amount and day by mail "
             "(口座振替のお知らせ). 0: no notice.")

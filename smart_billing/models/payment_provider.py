import psycopg2.errors

from odoo import api, fields, models
from odoo.exceptions import LockError, UserError

from ..core.errors import DomainError
from .window import window


class PaymentProvider(models.Model):
    """A collection service (決済サービス): Odoo's own provider, plus the doors of collection.

    A connector answers the `_sb_*` hooks for its own `code`; the engine calls nothing else of it.
    """

    _inherit = 'payment.provider'

    sb_is_collection = fields.Boolean(
        string="Collects for Smart Billing", compute='_compute_sb_is_collection', store=True,
        help="Billing accounts can be collected through this service.")
    sb_clearing_journal_id = fields.Many2one(
        'account.journal', string="Clearing journal", check_company=True,
        domain="[('type', '=', 'general')]",
        help="Journal of the entries that this service's receipts make (収納仕訳帳).")
    sb_clearing_account_id = fields.Many2one(
        'account.account', string="Clearing account", check_company=True,
        domain="[('account_type', '=', 'asset_current'), ('reconcile', '=', True)]",
        help="What the service has collected and not yet paid out (未収入金).")
    sb_suspense_account_id = fields.Many2one(
        'account.account', string="Suspense account", check_company=True,
        domain="[('account_type', '=', 'liability_current'), ('reconcile', '=', True)]",
        help="Money that cannot be given to an invoice yet (仮受金).")
    sb_send_automatically = fields.Boolean(
        string="Send by itself at the cut-off", default=True,
        help="On the cut-off day the scheduled job seals and sends the batch. Without it, an "
             "operator sends each batch.")
    sb_batch_count = fields.Integer(compute='_compute_sb_batch_count')

    # === COMPUTE METHODS === #

    def _sb_collection_codes(self):
        """Provider codes that collect for Smart Billing; each connector adds its own."""
        return set()

    @api.depends('code')
    def _compute_sb_is_collection(self):
        codes = self._sb_collection_codes()
        for provider in self:
            provider.sb_is_collection = provider.code in codes

    def _compute_sb_batch_count(self):
        counts = dict(self.env['smart.billing.collection.batch']._read_group(
            [('provider_id', 'in', self.ids)], ['provider_id'], ['__count']))
        for provider in self:
            provider.sb_batch_count = counts.get(provider, 0)

    # === HOOKS OF THE CONNECTORS === #

    def _sb_refuse(self):
        raise UserError(self.env._(
            "%(provider)s does not collect for Smart Billing. Choose another collection service "
            "on the billing account.", provider=self.name))

    def _sb_batch_for(self, date_due):
        """The gathering batch of the service's first collection day on or after `date_due`."""
        self._sb_refuse()

    def _sb_batch_after(self, batch):
        """The gathering batch of the collection day that follows `batch`'s."""
        self._sb_refuse()

    def _sb_customer_number(self, move):
        """The number under which the service will report on the invoice's request."""
        self._sb_refuse()

    def _sb_collection_kind(self, move):
        """How the service collects, for the words of the invoice: debit, slip, card or service."""
        return 'service'

    def _sb_check_requests(self, requests, date_collect):
        """Why requests cannot be sent. Called before a file is made, and never raises for a row.

        :return: request id -> sentence with the field and the remedy
        """
        self._sb_refuse()

    def _sb_encode_batch(self, batch, requests):
        """:return: (file name, bytes) of the batch with exactly these requests"""
        self._sb_refuse()

    def _sb_send_batch(self, batch):
        """Bring a batch in state 'sending' to 'sent', 'rejected' or back to 'sealed'.

        Leaves it in 'sending' where the outcome is unknown; called again it asks first.
        """
        self._sb_refuse()

    def _sb_fetch_files(self):
        """Store every waiting file of the service (`receipt.file._store`), each committed."""
        self._sb_refuse()

    def _sb_decode_file(self, file, content):
        """Read a stored file.

        :raise DomainError: the file is refused whole
        :return: (batch, rows): the batch it answers (or an empty record) and one dict of
            `smart.billing.receipt` values for each row, with request_id where it matched and
            `problem` where it did not settle by itself
        """
        self._sb_refuse()

    def _sb_after_results(self, receipts):
        """Consequences of results outside the engine (a mandate is suspended, …)."""

    # === HELPERS === #

    def _sb_gathering_batch(self, date_collect, **values):
        """The draft batch of a collection day: found, or made with the next free part."""
        self.ensure_one()
        Batch = self.env['smart.billing.collection.batch']
        batches = Batch.search([
            ('provider_id', '=', self.id), ('date_collect', '=', date_collect),
            ('state', '!=', 'cancelled')])
        draft = batches.filtered(lambda batch: batch.state == 'draft')[:1]
        if draft:
            return draft
        try:
            with self.env.cr.savepoint():
                return Batch.create({
                    'provider_id': self.id,
                    'date_collect': date_collect,
                    'part': max(batches.mapped('part'), default=0) + 1,
                    **values,
                })
        except psycopg2.errors.UniqueViolation as error:
            # Made a moment ago, and not visible in this transaction yet.
            raise LockError(self.env._(
                "Another process has just opened the batch of %(date)s. Try again.",
                date=date_collect)) from error

    def _sb_explain(self, error):
        """An error of the pure code, or of Odoo, as a sentence for the operator."""
        if isinstance(error, DomainError):
            return self._sb_explain_domain_error(error)
        return str(error)

    def _sb_explain_domain_error(self, error):
        details = ', '.join(f'{key}: {value}' for key, value in error.context.items())
        return self.env._("%(code)s (%(details)s)", code=error.code, details=details)

    def _sb_check_accounts(self):
        """The clearing journal and accounts must be there before anything is posted."""
        for provider in self:
            if not (provider.sb_clearing_journal_id and provider.sb_clearing_account_id
                    and provider.sb_suspense_account_id):
                raise UserError(self.env._(
                    "%(provider)s lacks its clearing journal, clearing account or suspense "
                    "account. Set them on the service's form (Configuration > Collection "
                    "services).", provider=provider.name))

    def action_sb_view_batches(self):
        self.ensure_one()
        return window(
            self.env._("Batches of %(provider)s", provider=self.name),
            'smart.billing.collection.batch', [('provider_id', '=', self.id)])

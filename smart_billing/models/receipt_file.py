import base64
import hashlib

import psycopg2.errors

from odoo import api, fields, models
from odoo.exceptions import LockError, UserError

from ..core.errors import DomainError
from ..engine.conflicts import giving_way
from .window import window


class ReceiptFile(models.Model):
    """A file that came back from a service, byte for byte (収納データ).

    stored: kept before anything else is done with it; accepted: read, its rows are receipts;
    applied: money is posted and the requests know their outcome; refused: nothing of it counts,
    the reason is said; duplicate bytes never come this far (the database refuses them).
    """

    _name = 'smart.billing.receipt.file'
    _description = 'Receipt File'
    _inherit = ['mail.thread', 'smart.billing.state.mixin']
    _order = 'id desc'

    _transitions = {
        'stored': {'accepted', 'refused'},
        'accepted': {'applied'},
        'refused': {'stored'},
        'applied': set(),
    }

    name = fields.Char(required=True, readonly=True, string="File name")
    provider_id = fields.Many2one(
        'payment.provider', required=True, ondelete='restrict', index=True,
        string="Collection service")
    company_id = fields.Many2one(related='provider_id.company_id', store=True, index=True)
    currency_id = fields.Many2one(related='company_id.currency_id')
    batch_id = fields.Many2one(
        'smart.billing.collection.batch', readonly=True, ondelete='restrict', index=True)
    content = fields.Binary(
        attachment=True, readonly=True, groups='smart_billing.group_billing_manager')
    size = fields.Integer(readonly=True, string="Bytes")
    sha256 = fields.Char(required=True, readonly=True, string="SHA-256")
    state = fields.Selection(
        selection=[
            ('stored', "Stored"),
            ('accepted', "Read"),
            ('applied', "Applied"),
            ('refused', "Refused"),
        ],
        default='stored', required=True, readonly=True, index=True, tracking=True,
    )
    problem = fields.Text(readonly=True)
    receipt_ids = fields.One2many('smart.billing.receipt', 'file_id')
    receipt_count = fields.Integer(compute='_compute_totals', string="Receipts")
    collected_amount = fields.Monetary(compute='_compute_totals')
    exception_count = fields.Integer(compute='_compute_totals', string="Exceptions")
    move_ids = fields.One2many('account.move', 'sb_receipt_file_id', string="Entries")

    _bytes_once = models.UniqueIndex(
        '(provider_id, sha256)', "This file was received before; it is not read a second time.")

    # === COMPUTE METHODS === #

    def _compute_totals(self):
        groups = self.env['smart.billing.receipt']._read_group(
            [('file_id', 'in', self.ids)], ['file_id', 'kind', 'state'],
            ['__count', 'amount:sum'])
        for file in self:
            own = [row for row in groups if row[0] == file]
            file.receipt_count = sum(row[3] for row in own)
            file.exception_count = sum(
                row[3] for row in own if row[2] in ('exception', 'suspense'))
            file.collected_amount = sum(row[4] for row in own if row[1] == 'collected')

    # === CRUD METHODS === #

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        if self:
            raise UserError(self.env._(
                "Received files are kept: they prove what the service reported."))

    # === ACTION METHODS === #

    def action_process(self):
        self.env.ref('smart_billing.cron_process_receipts')._trigger()
        return True

    def action_retry(self):
        """Read a refused file again, after what it complained about was put right."""
        self._set_state('stored', problem=False)
        self.action_process()
        return True

    def action_view_receipts(self):
        self.ensure_one()
        return window(
            self.env._("Receipts of %(file)s", file=self.name),
            'smart.billing.receipt', [('file_id', '=', self.id)])

    # === STORING === #

    @api.model
    def _store(self, provider, name, content):
        """Keep the bytes before anything else; the same bytes again give the stored file.

        :param bytes content: the file as received
        :return: (file, new): the stored file and whether it is new
        :raise LockError: another process is storing these very bytes
        """
        sha256 = hashlib.sha256(content).hexdigest()
        known = self.search([('provider_id', '=', provider.id), ('sha256', '=', sha256)])
        if known:
            return known, False
        try:
            with self.env.cr.savepoint():
                return self.create({
                    'name': name,
                    'provider_id': provider.id,
                    'content': base64.b64encode(content),
                    'size': len(content),
                    'sha256': sha256,
                }), True
        except psycopg2.errors.UniqueViolation as error:
            # Stored a moment ago, and not visible in this transaction yet.
            raise LockError(self.env._(
                "Another process is taking over %(file)s. It is looked at again next time.",
                file=name)) from error

    # === FETCHING AND PROCESSING === #

    @api.model
    def _cron_fetch(self):
        """Collect the files that wait at the services; each is stored and committed at once."""
        providers = self.env['payment.provider'].search(
            [('state', 'in', ('enabled', 'test')), ('sb_is_collection', '=', True)])
        progress = self.env['ir.cron']._commit_progress
        progress(remaining=len(providers))
        for provider in providers:
            with giving_way(self.env):
                provider.with_context(lang=provider.company_id._sb_lang())._sb_fetch_files()
            if not progress(1):
                break
        self.env.ref('smart_billing.cron_process_receipts')._trigger()

    @api.model
    def _cron_process(self):
        """Read stored files and apply accepted ones, one committed step after the other."""
        progress = self.env['ir.cron']._commit_progress
        files = self.search([('state', 'in', ('stored', 'accepted'))], order='id')
        left = progress(remaining=len(files))
        for file in files:
            file = file.with_context(lang=file.company_id._sb_lang())
            with giving_way(self.env):
                while left and file._advance():
                    left = progress()
            left = left and progress(1)
            if not left:
                break

    def _advance(self):
        """Do one step of one file under its lock: read it, or apply what was read.

        :return: whether another step may follow
        """
        file = self.try_lock_for_update().filtered_domain(
            [('state', 'in', ('stored', 'accepted'))])
        if not file:
            return False
        if file.state == 'stored':
            file._read()
            return file.state == 'accepted'
        try:
            with self.env.cr.savepoint():
                file._apply()
                self.env.flush_all()
        except UserError as error:
            self.env.invalidate_all(flush=False)
            file.problem = str(error)
        return False

    def _read(self):
        """Turn the bytes into receipts, or refuse the file; both leave the bytes in place."""
        content = base64.b64decode(self.sudo().content or b'')
        try:
            with self.env.cr.savepoint():
                batch, rows = self.provider_id._sb_decode_file(self, content)
                self._check_not_applied(batch)
                self._create_receipts(rows)
                self._set_state('accepted', batch_id=batch.id, problem=False)
        except (DomainError, UserError) as error:
            self._set_state('refused', problem=self.provider_id._sb_explain(error))

    def _check_not_applied(self, batch):
        """A batch has one result: a second file about it is refused, whatever its bytes."""
        if not batch:
            return
        other = self.search([('batch_id', '=', batch.id), ('id', '!=', self.id),
                             ('state', 'in', ('accepted', 'applied'))], limit=1)
        if other:
            raise UserError(self.env._(
                "The result of batch %(batch)s was applied already from file %(file)s. Nothing of "
                "this file is used. If the service corrected its result, ask it for a "
                "correction record.", batch=batch.name, file=other.name))

    def _create_receipts(self, rows):
        """:param rows: dicts of receipt values, each with 'line'"""
        self.env['smart.billing.receipt'].create([
            {'file_id': self.id, 'company_id': self.company_id.id, **row} for row in rows])

    # === APPLYING === #

    def _apply(self):
        """Post the money, reconcile, tell the requests their outcome: one transaction a file."""
        receipts = self.receipt_ids.filtered(lambda r: r.state == 'new')
        receipts._settle()
        if self.batch_id:
            self._close_batch()
        self._set_state('applied', problem=False)

    def _close_batch(self):
        """Requests that the result does not mention have an unknown outcome: never sent again."""
        silent = self.batch_id.request_ids.filtered(lambda r: r.state == 'sent')
        silent._set_state('unknown', result_reason=self.env._(
            "The result file %(file)s does not mention this request. Ask the service before "
            "anything is collected again.", file=self.name))
        self.batch_id._set_state('answered')

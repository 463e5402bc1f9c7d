import base64
import hashlib

from odoo import api, fields, models
from odoo.exceptions import LockError, UserError
from odoo.tools import SQL

from ..engine.conflicts import giving_way
from .window import window


class CollectionBatch(models.Model):
    """What goes to a collection service in one file (請求データ).

    draft: requests gather; sealed: the file is made and kept, nothing changes any more; sending:
    a transfer is under way, its outcome is unknown until the service's folder was read again;
    sent: the service has it; answered: the result is applied; rejected: the service refused it.
    """

    _name = 'smart.billing.collection.batch'
    _description = 'Collection Batch'
    _inherit = ['mail.thread', 'smart.billing.state.mixin']
    _order = 'date_collect desc, id desc'

    _transitions = {
        'draft': {'sealed', 'cancelled'},
        'sealed': {'sending', 'draft', 'cancelled'},
        'sending': {'sent', 'sealed', 'rejected'},
        'sent': {'answered', 'rejected'},
        'rejected': {'draft', 'cancelled'},
        'answered': set(),
        'cancelled': set(),
    }

    name = fields.Char(required=True, readonly=True, copy=False, default='/')
    company_id = fields.Many2one(related='provider_id.company_id', store=True, index=True)
    currency_id = fields.Many2one(related='company_id.currency_id')
    provider_id = fields.Many2one(
        'payment.provider', required=True, ondelete='restrict', index=True,
        string="Collection service")
    date_collect = fields.Date(
        string="Collection day", required=True, index=True,
        help="The day on which the service collects (振替日).")
    date_cutoff = fields.Date(
        string="Cut-off", help="Last day on which the service takes the file (データ締切日).")
    date_result = fields.Date(string="Result expected")
    part = fields.Integer(default=1, readonly=True)
    state = fields.Selection(
        selection=[
            ('draft', "Gathering"),
            ('sealed', "Sealed"),
            ('sending', "Sending"),
            ('sent', "Sent"),
            ('answered', "Answered"),
            ('rejected', "Rejected"),
            ('cancelled', "Cancelled"),
        ],
        default='draft', required=True, readonly=True, copy=False, index=True, tracking=True,
    )
    send_requested = fields.Boolean(
        readonly=True, copy=False,
        help="Someone asked for this batch to be sent; the scheduled job does it.")
    request_ids = fields.One2many('smart.billing.collection.request', 'batch_id')
    request_count = fields.Integer(compute='_compute_totals', string="Requests")
    amount = fields.Monetary(compute='_compute_totals')
    collected_count = fields.Integer(compute='_compute_totals', string="Collected")
    collected_amount = fields.Monetary(compute='_compute_totals')
    failed_count = fields.Integer(compute='_compute_totals', string="Not collected")
    failed_amount = fields.Monetary(compute='_compute_totals', string="Amount not collected")
    problem_count = fields.Integer(compute='_compute_totals', string="With a problem")
    file_name = fields.Char(readonly=True, copy=False)
    file_content = fields.Binary(
        attachment=True, readonly=True, copy=False, string="File",
        groups='smart_billing.group_billing_manager')
    file_sha256 = fields.Char(readonly=True, copy=False, string="SHA-256")
    problem = fields.Text(readonly=True, copy=False)
    sealed_on = fields.Datetime(readonly=True, copy=False)
    sealed_by_id = fields.Many2one('res.users', readonly=True, copy=False, string="Sealed by")
    sent_on = fields.Datetime(readonly=True, copy=False)
    receipt_file_ids = fields.One2many('smart.billing.receipt.file', 'batch_id')
    transfer_ids = fields.One2many('smart.billing.transfer', 'batch_id')

    _once = models.UniqueIndex(
        "(provider_id, date_collect, part) WHERE state != 'cancelled'",
        "There is already a batch of this service for that collection day.",
    )

    # === COMPUTE METHODS === #

    def _compute_totals(self):
        """Count and add up in grouped queries, whatever the number of requests."""
        Request = self.env['smart.billing.collection.request']
        totals = {}
        for batch, state, count, amount in Request._read_group(
                [('batch_id', 'in', self.ids)], ['batch_id', 'state'], ['__count', 'amount:sum']):
            totals.setdefault(batch.id, {})[state] = (count, amount)
        problems = dict(Request._read_group(
            [('batch_id', 'in', self.ids), ('problem', '!=', False), ('state', '=', 'open')],
            ['batch_id'], ['__count']))
        for batch in self:
            by_state = totals.get(batch.id, {})
            kept = [value for state, value in by_state.items() if state != 'cancelled']
            batch.request_count = sum(count for count, _amount in kept)
            batch.amount = sum(amount for _count, amount in kept)
            batch.collected_count, batch.collected_amount = by_state.get('collected', (0, 0))
            batch.failed_count, batch.failed_amount = by_state.get('failed', (0, 0))
            batch.problem_count = problems.get(batch, 0)

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get('name', '/') == '/':
                vals['name'] = self.env['ir.sequence'].next_by_code(
                    'smart.billing.collection.batch') or '/'
        return super().create(vals_list)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sealed(self):
        if any(batch.state not in ('draft', 'cancelled') for batch in self):
            raise UserError(self.env._(
                "A sealed or sent batch cannot be deleted: it tells what the service was asked to "
                "collect. Recall it instead, as long as it was not sent."))

    # === ACTION METHODS === #

    def action_seal(self):
        """Make the file now, so that it can be looked at before it is sent."""
        for batch in self:
            batch._seal()
        return True

    def action_send(self):
        """Ask the scheduled job to send the batches; a request never waits for a network."""
        self.filtered(lambda batch: batch.state in ('draft', 'sealed')).send_requested = True
        self.env.ref('smart_billing.cron_send_batches')._trigger()
        return True

    def action_recall(self):
        """Take sealed, unsent batches back into gathering; their files are void."""
        for batch in self:
            batch.request_ids.filtered(lambda r: r.state == 'sealed')._set_state('open')
            batch._set_state_with_file(
                'draft', file_content=False, file_name=False, file_sha256=False,
                sealed_on=False, sealed_by_id=False, send_requested=False, problem=False)
        return True

    def action_cancel(self):
        """Cancel unsent batches; their invoices can be collected in another way."""
        self._close_to_joiners()
        for batch in self:
            batch.request_ids.filtered(
                lambda r: r.state in ('open', 'sealed'))._set_state('cancelled')
            batch._set_state('cancelled', send_requested=False)
        return True

    def action_view_requests(self):
        self.ensure_one()
        return window(
            self.env._("Requests of %(batch)s", batch=self.name),
            'smart.billing.collection.request', [('batch_id', '=', self.id)])

    def action_view_receipt_files(self):
        self.ensure_one()
        return window(
            self.env._("Results of %(batch)s", batch=self.name),
            'smart.billing.receipt.file', [('batch_id', '=', self.id)])

    # === SEALING === #

    def _seal(self):
        """Check every open request, put those with a problem aside, make and keep the file.

        What goes into the file is what is open at this moment, with the residual amount of its
        invoice. A request with a problem stays open, says what is wrong and goes to a later batch.
        """
        self.ensure_one()
        if self.state == 'sealed':
            return
        self._close_to_joiners()
        requests = self.request_ids.filtered(lambda r: r.state == 'open')
        requests._refresh_amounts()
        requests = requests.filtered(lambda r: r.state == 'open')
        if self.request_ids and not requests:
            self._set_state('cancelled', send_requested=False, problem=self.env._(
                "Nothing is left to be asked for: each request says how its invoice was settled."))
            return
        problems = self.provider_id._sb_check_requests(requests, self.date_collect)
        requests._note_problems(problems)
        good = requests.filtered(lambda r: r.id not in problems)
        if not good:
            raise UserError(self.env._(
                "Batch %(batch)s has no request that can be sent. Open its requests: each says "
                "what is wrong.", batch=self.name))
        file_name, content = self.provider_id._sb_encode_batch(self, good)
        good._set_state('sealed')
        (requests - good)._move_to_next_batch()
        self._set_state_with_file(
            'sealed',
            file_name=file_name,
            file_content=base64.b64encode(content),
            file_sha256=hashlib.sha256(content).hexdigest(),
            sealed_on=fields.Datetime.now(),
            sealed_by_id=self.env.uid,
            problem=False,
        )

    def _set_state_with_file(self, state, **values):
        """Users make and void files whose bytes, with all bank accounts, only managers open."""
        self.check_access('write')
        return self.sudo()._set_state(state, **values)

    def _hold_open(self):
        """Keep these batches from being sealed until this transaction's requests have joined.

        Many may join at once. Whoever saw a batch before another process sealed it fails here
        with a conflict and looks again; its requests would stay behind in a batch that is gone.
        """
        if self:
            self.env.execute_query(SQL(
                'SELECT id FROM smart_billing_collection_batch WHERE id IN %s ORDER BY id '
                'FOR SHARE', tuple(self.ids)))

    def _close_to_joiners(self):
        """Keep others out until this transaction ends, and be sure to see all who are in.

        What was committed after this transaction began is invisible to it; only another one can
        tell whether the lock came in time.
        """
        self.lock_for_update()
        seen = set(self.request_ids.ids)
        with self.env.registry.cursor() as cursor:
            cursor.execute(SQL(
                'SELECT id FROM smart_billing_collection_request WHERE batch_id = ANY(%s)',
                self.ids))
            joined = {row[0] for row in cursor.fetchall()} - seen
        if joined:
            raise LockError(self.env._("Requests are joining the batch right now. Try again."))

    # === SENDING (never inside the transaction that bills) === #

    @api.model
    def _cron_send(self):
        """Seal what is asked for or due by its cut-off, and send what is sealed.

        Each batch is committed before its transfer starts ('sending'), so that a crash in the
        middle leaves an unknown outcome, which the next turn resolves by looking at the service's
        folder, never by sending again.
        """
        asked = [('state', 'in', ('draft', 'sealed')), ('send_requested', '=', True)]
        waiting = [('state', 'in', ('draft', 'sealed')), ('date_cutoff', '!=', False),
                   ('provider_id.sb_send_automatically', '=', True)]
        batches = (self.search([('state', '=', 'sending')]) | self.search(asked)
                   | self.search(waiting).filtered(lambda batch: batch._is_due()))
        progress = self.env['ir.cron']._commit_progress
        progress(remaining=len(batches))
        for batch in batches:
            with giving_way(self.env):
                batch.with_context(lang=batch.company_id._sb_lang())._send_guarded()
            if not progress(1):
                break

    def _is_due(self):
        """Whether today is the cut-off or later, and the service still has time to collect."""
        return self.date_cutoff <= self.company_id._sb_today() < self.date_collect

    def _send_guarded(self):
        """Send one batch; an error stays on the batch in words and does not stop the others."""
        self.ensure_one()
        batch = self.try_lock_for_update()
        if not batch or batch.state not in ('draft', 'sealed', 'sending'):
            return
        try:
            if batch.state == 'draft':
                with self.env.cr.savepoint():
                    batch._seal()
            if batch.state == 'sealed':
                batch._set_state('sending')
        except LockError:
            raise  # another process is at it: nothing is wrong with the batch
        except UserError as error:
            batch.write({'problem': str(error), 'send_requested': False})
            return
        # The outcome is unknown from here on until the service has been asked.
        self.env['ir.cron']._commit_progress()
        batch = self.try_lock_for_update()
        if batch and batch.state == 'sending':
            batch.provider_id._sb_send_batch(batch)

    def _mark_sent(self):
        """The service has the file, byte for byte."""
        self.ensure_one()
        self.request_ids.filtered(lambda r: r.state == 'sealed')._set_state('sent')
        self._set_state(
            'sent', sent_on=fields.Datetime.now(), problem=False, send_requested=False)

    def _mark_rejected(self, reason):
        """The service refused the whole file: its requests are open again."""
        self.ensure_one()
        self.request_ids.filtered(lambda r: r.state in ('sealed', 'sent'))._set_state('open')
        self._set_state('rejected', problem=reason, send_requested=False)

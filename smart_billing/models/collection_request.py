from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

# Of these, the database admits one per invoice: a request whose money may still come.
COLLECTABLE = ('open', 'sealed', 'sent', 'unknown')


class CollectionRequest(models.Model):
    """One attempt to collect one invoice through a service (回収依頼).

    Every request ends in exactly one of collected, failed, cancelled; reversed may follow
    collected (a collection that was taken back).
    """

    _name = 'smart.billing.collection.request'
    _description = 'Collection Request'
    _inherit = ['smart.billing.state.mixin']
    _order = 'id desc'

    _transitions = {
        'open': {'sealed', 'cancelled'},
        'sealed': {'sent', 'open', 'cancelled'},
        'sent': {'collected', 'failed', 'unknown', 'open'},
        'unknown': {'collected', 'failed', 'cancelled'},
        'collected': {'reversed'},
        'failed': set(),
        'cancelled': set(),
        'reversed': set(),
    }

    move_id = fields.Many2one(
        'account.move', string="Invoice", required=True, ondelete='restrict', index=True)
    account_id = fields.Many2one(
        'smart.billing.account', string="Billing account", required=True, ondelete='restrict',
        index=True)
    partner_id = fields.Many2one(related='account_id.partner_id')
    company_id = fields.Many2one('res.company', required=True, index=True)
    currency_id = fields.Many2one(related='company_id.currency_id')
    provider_id = fields.Many2one(
        'payment.provider', string="Collection service", required=True, ondelete='restrict',
        index=True)
    batch_id = fields.Many2one(
        'smart.billing.collection.batch', ondelete='restrict', index=True)
    attempt = fields.Integer(default=1, required=True, readonly=True)
    amount = fields.Monetary(required=True, readonly=True)
    customer_number = fields.Char(
        required=True, readonly=True, index=True,
        help="The number under which the service reports on this request (顧客番号).")
    state = fields.Selection(
        selection=[
            ('open', "To send"),
            ('sealed', "Sealed"),
            ('sent', "Sent"),
            ('unknown', "Outcome unknown"),
            ('collected', "Collected"),
            ('failed', "Not collected"),
            ('cancelled', "Cancelled"),
            ('reversed', "Reversed"),
        ],
        default='open', required=True, readonly=True, index=True,
    )
    problem = fields.Char(
        readonly=True, help="Why this request cannot go into a file, and what to do about it.")
    result_code = fields.Char(readonly=True, help="The service's own code (振替結果コード).")
    result_reason = fields.Char(readonly=True, string="Result in words")
    date_result = fields.Date(readonly=True, string="Value date")
    receipt_ids = fields.One2many('smart.billing.receipt', 'request_id')

    _one_collectable = models.UniqueIndex(
        "(move_id) WHERE state IN ('open', 'sealed', 'sent', 'unknown')",
        "This invoice is being collected already: wait for the result or cancel that request.",
    )
    _attempt_once = models.UniqueIndex(
        '(move_id, attempt)', "This attempt to collect the invoice exists already.")
    _number_in_batch = models.UniqueIndex(
        "(batch_id, customer_number) WHERE state NOT IN ('open', 'cancelled')",
        "A customer number may appear once in a file.",
    )
    _amount_positive = models.Constraint('CHECK (amount > 0)', "A request asks for an amount.")

    @api.depends('move_id', 'attempt')
    def _compute_display_name(self):
        for request in self:
            request.display_name = f'{request.move_id.name or ""} #{request.attempt}'

    # === ACTION METHODS === #

    def action_cancel(self):
        self._set_state('cancelled')
        return True

    def action_retry(self):
        """Collect the invoices of failed requests once more, in the service's next batch."""
        stuck = self.filtered(lambda r: r.state not in ('failed', 'cancelled', 'reversed'))
        if stuck:
            raise UserError(self.env._(
                "%(request)s is still under way. Only a request that failed or was cancelled can "
                "be tried again.", request=stuck[0].display_name))
        return self.env['smart.billing.collection.request']._create_for_moves(
            self.move_id.filtered(lambda move: move.payment_state in ('not_paid', 'partial')))

    # === BUSINESS METHODS === #

    @api.model
    def _create_for_moves(self, moves):
        """Ask the service of each invoice's account to collect what is open.

        Invoices with nothing open, without a service, or with a request under way are passed
        over, so that the call can be repeated.

        :param moves: posted customer invoices of billing accounts
        :return: the new requests
        """
        moves = moves.filtered(lambda move: move.state == 'posted'
                               and move.move_type == 'out_invoice' and move.amount_residual > 0
                               and move.sb_account_id.provider_id)
        attempts, busy = self._attempts_of(moves.ids)
        batches, vals_list = {}, []
        for move in moves.filtered(lambda move: move.id not in busy):
            provider = move.sb_account_id.provider_id
            key = (provider, move.invoice_date_due)
            if key not in batches:
                batches[key] = provider._sb_batch_for(move.invoice_date_due)
            vals_list.append({
                'move_id': move.id,
                'account_id': move.sb_account_id.id,
                'company_id': move.company_id.id,
                'provider_id': provider.id,
                'batch_id': batches[key].id,
                'attempt': attempts.get(move.id, 0) + 1,
                'amount': move.amount_residual,
                'customer_number': provider._sb_customer_number(move),
            })
        self.env['smart.billing.collection.batch'].union(*batches.values())._hold_open()
        requests = self.create(vals_list)
        for batch, own in requests.grouped('batch_id').items():
            own._note_problems(batch.provider_id._sb_check_requests(own, batch.date_collect))
        return requests

    def _attempts_of(self, move_ids):
        """Highest attempt by invoice, and the invoices with a request under way."""
        if not move_ids:
            return {}, set()
        rows = self.env.execute_query(SQL(
            """ SELECT move_id, MAX(attempt), BOOL_OR(state IN %s)
                  FROM smart_billing_collection_request
                 WHERE move_id IN %s
              GROUP BY move_id """, COLLECTABLE, tuple(move_ids)))
        return ({move_id: attempt for move_id, attempt, _busy in rows},
                {move_id for move_id, _attempt, busy in rows if busy})

    def _refresh_amounts(self):
        """Ask for what is still open of the invoice, or for nothing any more."""
        for request in self.filtered(lambda r: r.state == 'open'):
            residual = request.move_id.amount_residual
            if request.move_id.state != 'posted' or residual <= 0:
                request._set_state(
                    'cancelled', problem=False, result_reason=request._reason_nothing_is_open())
            elif request.amount != residual:
                request.amount = residual

    def _reason_nothing_is_open(self):
        """Who has settled the invoice before its batch was sealed, in words."""
        move = self.move_id
        if move.state != 'posted':
            return self.env._("The invoice is not posted any more.")
        credits = move.line_ids.matched_credit_ids.credit_move_id.move_id
        notes = credits.filtered(lambda credit: credit.move_type == 'out_refund')
        if notes:
            return self.env._(
                "Settled before it was asked for: offset against %(notes)s.",
                notes=', '.join(notes.mapped('name')))
        return self.env._("Settled before it was asked for, by another payment.")

    def _move_to_next_batch(self):
        """Leave a batch that is sealed without these requests; they stay open in a later one."""
        for batch in self.batch_id:
            later = batch.provider_id._sb_batch_after(batch)
            later._hold_open()
            self.filtered(lambda r, b=batch: r.batch_id == b).batch_id = later

    def _note_problems(self, problems):
        """Write each problem on its request and clear those that are gone.

        :param dict problems: request id -> sentence
        """
        for request in self:
            problem = problems.get(request.id, False)
            if request.problem != problem:
                request.problem = problem

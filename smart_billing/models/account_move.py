from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine import release
from .window import window


class AccountMove(models.Model):
    """Invoices of billing runs, and entries of received files."""

    _inherit = 'account.move'

    sb_run_id = fields.Many2one(
        'smart.billing.run', string="Billing run", readonly=True, copy=False,
        ondelete='restrict', index='btree_not_null')
    sb_account_id = fields.Many2one(
        'smart.billing.account', string="Billing account", readonly=True, copy=False,
        ondelete='restrict', index='btree_not_null')
    sb_receipt_file_id = fields.Many2one(
        'smart.billing.receipt.file', string="Receipt file", readonly=True, copy=False,
        ondelete='restrict', index='btree_not_null')
    sb_item_ids = fields.One2many('smart.billing.item', 'move_id', string="Billed items")
    sb_request_ids = fields.One2many(
        'smart.billing.collection.request', 'move_id', string="Collection requests")
    sb_request_count = fields.Integer(compute='_compute_sb_request_count', compute_sudo=True)
    sb_delivered_on = fields.Datetime(string="Delivered on", readonly=True, copy=False)
    collection_state = fields.Selection(
        selection=[
            ('to_send', "To be collected"),
            ('sent', "With the service"),
            ('unknown', "Outcome unknown"),
            ('collected', "Collected"),
            ('failed', "Not collected"),
            ('cancelled', "Cancelled"),
            ('reversed', "Reversed"),
        ],
        string="Collection", compute='_compute_collection_state', store=True, copy=False,
        index='btree_not_null',
        help="Where the latest request to collect this invoice stands (回収状況).")
    collection_reason = fields.Char(
        string="Collection result", compute='_compute_collection_state', store=True, copy=False,
        help="Why the invoice was not collected, in words.")

    _sb_once_per_run = models.UniqueIndex(
        '(sb_run_id, sb_account_id) WHERE sb_run_id IS NOT NULL',
        "The run has made the invoice of this billing account already.")

    # === COMPUTE METHODS === #

    @api.depends('sb_request_ids.state', 'sb_request_ids.result_reason',
                 'sb_request_ids.problem')
    def _compute_collection_state(self):
        states = {'open': 'to_send', 'sealed': 'to_send'}
        for move in self:
            latest = move.sb_request_ids.sorted('attempt')[-1:]
            move.collection_state = states.get(latest.state, latest.state)
            move.collection_reason = latest.result_reason or latest.problem

    def _compute_sb_request_count(self):
        counts = dict(self.env['smart.billing.collection.request']._read_group(
            [('move_id', 'in', self.ids)], ['move_id'], ['__count']))
        for move in self:
            move.sb_request_count = counts.get(move, 0)

    # === CRUD AND STATE: what is billed follows the invoice === #

    def unlink(self):
        self._sb_release_items()
        return super().unlink()

    def button_cancel(self):
        result = super().button_cancel()
        self.filtered(lambda move: move.state == 'cancel')._sb_release_items()
        return result

    def button_draft(self):
        """An invoice whose items are free again must not come back to life."""
        revived = self.filtered(lambda move: move.state == 'cancel' and move.sb_run_id)
        if revived:
            raise UserError(self.env._(
                "Invoice %(invoice)s was cancelled and its periods are free to be billed again. "
                "Start a billing run instead of reopening it.", invoice=revived[0].display_name))
        # An accountant need not be a user of Smart Billing to edit the ledger.
        asked = self.sudo().sb_request_ids.filtered(
            lambda request: request.state in ('sealed', 'sent', 'unknown'))
        if asked:
            raise UserError(self.env._(
                "Invoice %(invoice)s is being collected. Wait for the result, or recall the batch "
                "as long as it was not sent.", invoice=asked[0].move_id.display_name))
        return super().button_draft()

    def _sb_release_items(self):
        moves = self.filtered('sb_run_id')
        if moves:
            release.release(self.env, moves)

    # === ACTION METHODS === #

    def action_sb_cancel_invoice(self):
        """Cancel posted invoices by a full reversal; their periods are billed again (請求取消).

        A credit note is cancelled by an invoice. What was collected already stays as the
        customer's credit.
        """
        for move in self:
            if move.state != 'posted' or not move.sb_account_id:
                raise UserError(self.env._(
                    "Only a posted invoice of a billing account can be cancelled this way; "
                    "%(invoice)s is not one.", invoice=move.display_name))
            if not move.sb_item_ids.filtered('live'):
                raise UserError(self.env._(
                    "Invoice %(invoice)s is cancelled already.", invoice=move.display_name))
            move._sb_refuse_while_collecting()
        reversals = self.env['account.move']
        for move in self:
            move.sb_request_ids.filtered(lambda r: r.state == 'open')._set_state('cancelled')
            move._sb_release_items()
            reversals |= move._reverse_moves([{
                'invoice_date': move.invoice_date,
                'date': move.date,
                'ref': self.env._("Cancellation of %(invoice)s", invoice=move.name),
                'sb_account_id': move.sb_account_id.id,
            }], cancel=True)
        name = self.env._("Reversals of cancelled invoices")
        return window(name, 'account.move', [('id', 'in', reversals.ids)])

    def _sb_refuse_while_collecting(self):
        busy = self.sb_request_ids.filtered(lambda r: r.state in ('sealed', 'sent', 'unknown'))
        if busy:
            raise UserError(self.env._(
                "Invoice %(invoice)s is being collected: cancel it when the result is there, or "
                "recall its batch as long as it was not sent.",
                invoice=busy[0].move_id.display_name))

    def action_sb_view_requests(self):
        self.ensure_one()
        return window(
            self.env._("Collection of %(invoice)s", invoice=self.name),
            'smart.billing.collection.request', [('move_id', '=', self.id)])

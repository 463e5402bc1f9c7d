from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine.offset import offset
from .window import window


class AccountMove(models.Model):
    """Credit notes of billing accounts (適格返還請求書): offset or refunded (相殺・返金)."""

    _inherit = 'account.move'

    sb_credit_use = fields.Selection(
        [('offset', "Offset against invoices"), ('refund', "Refund")],
        string="Credit is used by", compute='_compute_sb_credit_use', store=True, readonly=False,
        copy=False, tracking=True,
        help="Offset: it pays open and next invoices of the billing account by itself (相殺). "
             "Refund: it waits in the list of refunds until it is paid out (返金).")
    sb_credited_move_ids = fields.Many2many(
        'account.move', string="Credited invoices", compute='_compute_sb_credited_move_ids',
        compute_sudo=True,
        help="The invoices of which this document gives something back; a return invoice names "
             "them (適格返還請求書).")

    sb_billed = fields.Boolean(
        compute='_compute_sb_billed', compute_sudo=True,
        help="What it bills or credits counts; it falls when the document is cancelled.")

    def _compute_sb_billed(self):
        billed = self.env['smart.billing.item']._read_group(
            [('move_id', 'in', self.ids), ('live', '=', True)], ['move_id'])
        live = self.browse().union(*(move for [move] in billed))
        for move in self:
            move.sb_billed = move in live

    @api.depends('move_type', 'sb_account_id')
    def _compute_sb_credit_use(self):
        for move in self:
            if move.move_type == 'out_refund' and move.sb_account_id:
                move.sb_credit_use = (move.sb_credit_use or move.sb_account_id.credit_policy
                                      or move.company_id.sb_credit_policy)
            else:
                move.sb_credit_use = False

    @api.depends('reversed_entry_id', 'sb_item_ids.credited_item_id.move_id')
    def _compute_sb_credited_move_ids(self):
        for move in self:
            move.sb_credited_move_ids = (
                move.reversed_entry_id | move.sb_item_ids.credited_item_id.move_id).sorted(
                    lambda credited: (credited.invoice_date or credited.date, credited.id))

    # === POSTING === #

    def _post(self, soft=True):
        """What people post for a billing account is offset like what runs post."""
        posted = super()._post(soft)
        by_hand = posted.filtered(lambda move: move.sb_account_id and not move.sb_run_id)
        by_hand._sb_offset()
        return posted

    def _sb_offset(self):
        # An accountant need not be a user of Smart Billing to edit the ledger.
        return offset(self.sudo().env, self.sudo().sb_account_id.ids)

    def _reverse_moves(self, default_values_list=None, cancel=False):
        """A credit note belongs to the billing account of what it reverses.

        Where it had been offset, those invoices are open again and asked for again.
        """
        values_list = default_values_list or [{} for _move in self]
        for move, values in zip(self, values_list, strict=True):
            if move.sb_account_id:
                values.setdefault('sb_account_id', move.sb_account_id.id)
        opened = self._sb_offset_invoices() if cancel else self.browse()
        reversals = super()._reverse_moves(values_list, cancel=cancel)
        if opened:
            opened._sb_offset()
            self.env['smart.billing.collection.request'].sudo()._create_for_moves(
                opened.sudo().filtered('sb_request_ids'))
        return reversals

    def _sb_offset_invoices(self):
        """The invoices that these credit notes have paid."""
        notes = self.sudo().filtered(lambda move: move.move_type == 'out_refund'
                                     and move.sb_account_id)
        return notes.line_ids.matched_debit_ids.debit_move_id.move_id.filtered(
            lambda move: move.move_type == 'out_invoice').sudo(False)

    # === ACTION METHODS === #

    def action_sb_refund(self):
        """Pay these credit notes out instead of offsetting what is left of them."""
        self._sb_open_credits().sb_credit_use = 'refund'
        return True

    def action_sb_offset(self):
        """Offset these credit notes instead of paying them out."""
        notes = self._sb_open_credits()
        notes.sb_credit_use = 'offset'
        notes._sb_offset()
        return True

    def _sb_open_credits(self):
        for move in self:
            if not (move.move_type == 'out_refund' and move.sb_account_id
                    and move.state == 'posted' and move.amount_residual > 0):
                raise UserError(self.env._(
                    "%(document)s is no open credit note of a billing account; only such a one "
                    "is offset or refunded.", document=move.display_name))
        return self

    def action_sb_view_credited(self):
        self.ensure_one()
        return window(
            self.env._("Invoices credited by %(document)s", document=self.name),
            'account.move', [('id', 'in', self.sb_credited_move_ids.ids)])

from odoo import models
from odoo.exceptions import UserError

from .window import window


class AccountMove(models.Model):
    """Cancelled invoices that are billed again (請求取消・再請求)."""

    _inherit = 'account.move'

    def action_sb_cancel_and_bill_again(self):
        """Reverse in full and start a run for the same accounts and the same closing.

        What was corrected meanwhile is billed right; everything else that is due until the run's
        day comes with it, as on any invoice.
        """
        done = {}
        for move in self:
            done.setdefault(move.sb_run_id, self.browse())
            done[move.sb_run_id] |= move
        self.action_sb_cancel_invoice()
        runs = self.env['smart.billing.run'].create([
            moves._sb_prepare_run(run) for run, moves in done.items()])
        runs.action_start()
        return window(self.env._("Billed again"), 'smart.billing.run', [('id', 'in', runs.ids)])

    def _sb_prepare_run(self, run):
        """Values of the run that bills again what these invoices of `run` billed.

        :raise UserError: one of them was made by no run
        """
        if not run:
            raise UserError(self.env._(
                "Invoice %(invoice)s was made by no billing run. Cancel it and make another by "
                "hand.", invoice=self[:1].display_name))
        today = run.company_id._sb_today()
        # A payer cannot pay on a day that has passed: what is late is dated and due today.
        late = min(self.mapped('invoice_date_due')) < today
        return {
            'company_id': run.company_id.id,
            'date_target': run.date_target,
            'date_closing': run.date_closing,
            'date_invoice': today if late else run.date_invoice,
            'account_ids': [(6, 0, self.sb_account_id.ids)],
            'carry_over': False,
        }

    def button_draft(self):
        """The reversal of a cancelled invoice stays: its periods may be billed again by now."""
        origins = self.sudo().reversed_entry_id.filtered('sb_run_id')
        freed = origins.filtered(lambda move: not any(move.sb_item_ids.mapped('live')))
        kept = self.sudo().filtered(lambda move: move.reversed_entry_id in freed)
        if kept:
            raise UserError(self.env._(
                "%(reversal)s cancels invoice %(invoice)s, whose periods are free to be billed "
                "again. It stays as it is; cancel the new invoice instead if that one is wrong.",
                reversal=kept[0].display_name, invoice=kept[0].reversed_entry_id.display_name))
        return super().button_draft()

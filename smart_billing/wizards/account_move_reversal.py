from odoo import models
from odoo.exceptions import UserError


class AccountMoveReversal(models.TransientModel):
    _inherit = 'account.move.reversal'

    def reverse_moves(self, is_modify=False):
        """What a run billed is reversed by a cancellation, which frees its periods, or not at all.

        Otherwise the invoice would be gone while its periods still count as billed.
        """
        billed = self.move_ids.sudo().filtered(lambda move: any(move.sb_item_ids.mapped('live')))
        if billed:
            raise UserError(self.env._(
                "Invoice %(invoice)s was made by billing run %(run)s. To take it back whole, use "
                "'Cancel the invoice' or 'Cancel and bill again' on it; to give back a part, enter "
                "a one-off charge with a negative price, which comes on the next invoice.",
                invoice=billed[0].display_name, run=billed[0].sb_run_id.name))
        return super().reverse_moves(is_modify=is_modify)

from odoo import api, models

from .ir_actions_report import INVOICE_REPORT


class AccountMove(models.Model):
    _inherit = 'account.move'

    def _sb_has_own_layout(self):
        """Whether the invoice is printed as a qualified invoice in the Japanese layout.

        A layout that was chosen for the customer or the journal goes first.
        """
        self.ensure_one()
        use = self.company_id.sb_invoice_report
        chosen = (self.commercial_partner_id.with_company(self.company_id)
                  .invoice_template_pdf_report_id
                  or self.journal_id.with_company(self.company_id).invoice_template_pdf_report_id)
        return (self.move_type in ('out_invoice', 'out_refund') and not chosen
                and (use == 'all' or use == 'accounts' and bool(self.sb_account_id)))

    def action_print_pdf(self):
        """Our layout asks nobody to design Odoo's letterhead first."""
        self.ensure_one()
        if self._sb_has_own_layout():
            return self.env['ir.actions.report']._get_report(INVOICE_REPORT).report_action(
                self.id, config=False)
        return super().action_print_pdf()

    def _get_invoice_pdf_proforma(self):
        """An invoice of ours that was not mailed yet is no proforma: it has its number."""
        document = super()._get_invoice_pdf_proforma()
        if self.state == 'posted' and self._sb_has_own_layout():
            document['filename'] = self._get_invoice_report_filename()
        return document


class AccountMoveSend(models.AbstractModel):
    _inherit = 'account.move.send'

    @api.model
    def _get_default_pdf_report_id(self, move):
        if move._sb_has_own_layout():
            return self.env['ir.actions.report']._get_report(INVOICE_REPORT)
        return super()._get_default_pdf_report_id(move)

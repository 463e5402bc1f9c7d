from odoo import api, models

from .invoice_document import document_of


class ReportInvoice(models.AbstractModel):
    """Values of the invoice on paper (請求書)."""

    _name = 'report.smart_billing.report_invoice'
    _description = 'Invoice on Paper'

    @api.model
    def _get_report_values(self, docids, data=None):
        moves = self.env['account.move'].browse(docids)
        return {
            'doc_ids': docids,
            'doc_model': 'account.move',
            'docs': moves,
            'documents': [document_of(move) for move in moves],
        }

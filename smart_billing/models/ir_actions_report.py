from collections import OrderedDict

import lxml.html

from odoo import api, models

from odoo.addons.base.models import ir_actions_report

INVOICE_REPORT = 'smart_billing.report_invoice'
ODOO_INVOICE_REPORT = 'account.report_invoice_with_payments'

# Without the patches a pixel is drawn 1/1.305 of its size, whatever dpi and zoom say (measured
# with wkhtmltopdf 0.12.6 of Debian).
UNPATCHED_ZOOM = 1.305


class IrActionsReport(models.Model):
    """Invoices on paper: the layout for invoices of billing accounts, printed one by one."""

    _inherit = 'ir.actions.report'

    def _sb_is_invoice(self, report_ref):
        return self._get_report(report_ref).report_name == INVOICE_REPORT

    def _sb_invoice_layout(self, report_ref, res_ids):
        """Where Odoo's general invoice is asked for: ours, if it is meant for these invoices.

        Portal, mail and print buttons ask for the general one by its name.
        """
        ids = [res_ids] if isinstance(res_ids, int) else res_ids
        if ids and self._get_report(report_ref).report_name == ODOO_INVOICE_REPORT:
            moves = self.env['account.move'].browse(ids).sudo()
            if all(move._sb_has_own_layout() for move in moves):
                return INVOICE_REPORT
        return report_ref

    @api.model
    def _render_qweb_html(self, report_ref, docids, data=None):
        return super()._render_qweb_html(
            self._sb_invoice_layout(report_ref, docids), docids, data=data)

    def _pre_render_qweb_pdf(self, report_ref, res_ids=None, data=None):
        return super()._pre_render_qweb_pdf(
            self._sb_invoice_layout(report_ref, res_ids), res_ids=res_ids, data=data)

    def _render_qweb_pdf_prepare_streams(self, report_ref, data, res_ids=None):
        """Each invoice by itself: an unpatched wkhtmltopdf takes one document at a time.

        Nor could several be told apart again in one file.
        """
        prepare = super()._render_qweb_pdf_prepare_streams
        if not self._sb_is_invoice(report_ref):
            return prepare(report_ref, data, res_ids=res_ids)
        streams = OrderedDict()
        for res_id in dict.fromkeys(res_ids or ()):
            streams.update(prepare(report_ref, dict(data or {}), res_ids=[res_id]))
        return streams

    def _prepare_html(self, html, report_model=False):
        """Our documents are whole pages already: no layout, no assets, no header and footer."""
        if self.report_name != INVOICE_REPORT:
            return super()._prepare_html(html, report_model=report_model)
        root = lxml.html.fromstring(html, parser=lxml.html.HTMLParser(encoding='utf-8'))
        style = ''.join(lxml.html.tostring(node, encoding='unicode')
                        for node in root.xpath('//head/style'))
        zoom = '' if ir_actions_report._wkhtml().is_patched_qt else f'zoom: {UNPATCHED_ZOOM}'
        bodies, ids = [], []
        for node in root.xpath("//div[starts-with(@class, 'article')]"):
            article = lxml.html.tostring(node, encoding='unicode')
            bodies.append(
                f'<!DOCTYPE html><html><head><meta charset="utf-8">{style}</head>'
                f'<body style="{zoom}">{article}</body></html>')
            ids.append(int(node.get('data-oe-id')))
        return bodies, ids, None, None, {}

    def _build_wkhtmltopdf_args(self, paperformat_id, landscape, specific_paperformat_args=None,
                                set_viewport_size=False):
        """No second is waited for scripts: our documents have none."""
        arguments = super()._build_wkhtmltopdf_args(
            paperformat_id, landscape, specific_paperformat_args, set_viewport_size)
        ours = self.env.ref('smart_billing.paperformat_invoice', raise_if_not_found=False)
        if paperformat_id == ours and '--javascript-delay' in arguments:
            arguments[arguments.index('--javascript-delay') + 1] = '0'
        return arguments

import subprocess
import tempfile
from datetime import date
from shutil import which

from odoo import Command

from odoo.addons.smart_billing.reports.invoice_document import document_of

from .common import BillingCase

ISSUER_NUMBER = 'T7000012050002'


class PaperCase(BillingCase):
    """A company that issues qualified invoices, and ways to read them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({
            'vat': ISSUER_NUMBER, 'zip': '100-0001', 'city': '千代田区', 'street': '千代田1-1',
            'state_id': cls.env.ref('base.state_jp_jp-13').id, 'phone': '03-1234-5678'})
        cls.env['res.lang']._activate_lang('ja_JP')
        cls.reduced = cls.env['account.tax'].create({
            'name': 'Reduced 8', 'amount': 8, 'type_tax_use': 'sale',
            'company_id': cls.company.id})
        cls.newspaper = cls.env['product.product'].create({
            'name': 'Newspaper', 'type': 'service', 'company_id': cls.company.id,
            'taxes_id': [Command.set(cls.reduced.ids)]})
        cls.news = cls.make_plan('news', '4400', product_id=cls.newspaper.id)
        cls.bank = cls.env['res.partner.bank'].create({
            'acc_number': '1234567', 'partner_id': cls.company.partner_id.id,
            'bank_id': cls.env['res.bank'].create({'name': '見本銀行'}).id, 'sb_branch': '本店(001)',
            'sb_account_type': 'ordinary', 'acc_holder_name': 'カ)テスト', 'allow_out_payment': True})

    def payer(self, name='株式会社ミライ', lang='ja_JP', **values):
        account = self.make_account(name)
        account.partner_id.write({
            'lang': lang, 'is_company': True, 'country_id': self.env.ref('base.jp').id,
            'zip': '530-0001', 'state_id': self.env.ref('base.state_jp_jp-27').id,
            'city': '大阪市', 'street': '梅田2-2', **values})
        return account

    def one_off(self, account, price, **values):
        return self.env['smart.billing.one.off'].create({
            'account_id': account.id, 'name': 'Work', 'product_id': self.product.id,
            'date': date(2026, 10, 1), 'unit_price': price, **values})

    def html(self, moves):
        return self.env['ir.actions.report']._render_qweb_html(
            'account.account_invoices', moves.ids)[0].decode()

    def pdf_text(self, move):
        """The text of the real PDF, as a person would read it."""
        if not (which('wkhtmltopdf') and which('pdftotext')):
            self.skipTest("wkhtmltopdf or pdftotext is not installed")
        content, kind = self.env['ir.actions.report'].with_context(
            force_report_rendering=True)._render_qweb_pdf('account.account_invoices', move.ids)
        self.assertEqual(kind, 'pdf')
        with tempfile.NamedTemporaryFile(suffix='.pdf') as file:
            file.write(content)
            file.flush()
            return subprocess.run(
                ['pdftotext', '-layout', file.name, '-'], capture_output=True, check=True,
                encoding='utf-8').stdout

    document = staticmethod(document_of)

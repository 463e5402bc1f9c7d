from datetime import date

from odoo.exceptions import UserError
from odoo.tests import TransactionCase, tagged

from odoo.addons.smart_billing.core.errors import FieldError

from .. import explain
from ..models.res_config_settings import SLIP_FONT
from ..paper.fonts import OCR_FONT, find_font
from ..paper.slip import render_slip
from ..paper.values import Addressee, Line, Sender, SlipPage, TaxTotal
from ..wire.slip_code import Issuer, Slip


@tagged('post_install', '-at_install')
class TestSlipPaper(TransactionCase):
    """The font that slips are printed with, and what an operator reads when one is refused."""

    def _page(self, **changes):
        values = {
            'addressee': Addressee('1000005', ('東京都千代田区丸の内1-1-1',), ('山田 太郎',)),
            'sender': Sender('スマート通信株式会社', '5300001', ('大阪府大阪市北区梅田1-2-3',)),
            'issuer': Issuer('929023', '25207', '00150900584', '29023', '123'),
            'slip': Slip('0678901234565918', 0, date(2026, 10, 31), False, 11_000),
            'customer_number': 'C0001', 'invoice_number': 'INV/2026/00001',
            'issued_on': date(2026, 10, 5), 'lines': (Line('基本料', 10_000),),
            'taxes': (TaxTotal('10%対象', 10_000, 1_000),), **changes}
        return SlipPage(**values)

    def test_slips_are_printed_with_the_machines_font(self):
        typefaces = self.env['res.config.settings']._sb_slip_typefaces()
        self.assertIn(str(find_font()), typefaces.text)
        pdf = render_slip(self._page(), typefaces)
        self.assertTrue(pdf.startswith(b'%PDF-') and pdf.rstrip().endswith(b'%%EOF'))

    def test_slips_are_printed_with_the_font_of_the_settings(self):
        self.env['res.config.settings'].create({'sb_slip_font': str(find_font())}).execute()
        self.assertEqual(self.env['ir.config_parameter'].get_param(SLIP_FONT), str(find_font()))
        typefaces = self.env['res.config.settings']._sb_slip_typefaces()
        self.assertTrue(render_slip(self._page(), typefaces))

    def test_a_font_without_japanese_is_not_taken(self):
        settings = self.env['res.config.settings'].create({'sb_slip_font': str(OCR_FONT)})
        with self.assertRaisesRegex(UserError, 'IPAex Gothic'):
            settings.execute()
        self.assertFalse(self.env['ir.config_parameter'].get_param(SLIP_FONT))

    def test_a_font_that_went_away_is_named(self):
        self.env['ir.config_parameter'].set_param(SLIP_FONT, '/gone/font.ttf')
        with self.assertRaisesRegex(UserError, '/gone/font.ttf'):
            self.env['res.config.settings']._sb_slip_typefaces()

    def test_a_refused_slip_is_explained_with_its_invoice(self):
        typefaces = self.env['res.config.settings']._sb_slip_typefaces()
        refused = (
            ({'addressee': Addressee('1000005', ('1-2-3-' * 30,), ('山田',))},
             'The address of INV/2026/00001 takes more than the 4 lines'),
            ({'addressee': Addressee('1000005', ('東京都',), ('𠮷田',))},
             "The name of INV/2026/00001 holds '𠮷'"),
            ({'slip': Slip('0678901234565918', 0, None, False, 11_001)},
             'makes 11000 yen, not 11001'),
        )
        for changes, sentence in refused:
            with self.assertRaises(FieldError) as caught:
                render_slip(self._page(**changes), typefaces)
            self.assertIn(sentence, explain.explain(self.env, caught.exception))

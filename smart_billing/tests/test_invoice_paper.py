from datetime import date

from odoo import Command
from odoo.tests import HttpCase, tagged

from ..models.ir_actions_report import INVOICE_REPORT
from .common_paper import ISSUER_NUMBER, PaperCase


@tagged('post_install', '-at_install')
class TestInvoicePaper(PaperCase):
    """What the law wants on a qualified invoice is on the paper (適格請求書の記載事項)."""

    def facts(self, document):
        return {entry.label: entry.text for entry in document.facts}

    def test_every_item_of_a_qualified_invoice_in_japanese(self):
        account = self.payer()
        self.make_contract(account)
        self.make_contract(account, self.news)
        move = self.bill(date(2026, 10, 1)).move_ids
        document = self.document(move)
        self.assertEqual((document.title, document.subtitle), ("請求書", "適格請求書"))
        self.assertEqual((document.issuer, document.registration),
                         ("Test Billing KK", f"登録番号 {ISSUER_NUMBER}"))
        self.assertEqual(self.facts(document), {
            "請求書番号": move.name, "発行日": "2026年9月30日", "お客様番号": account.code,
            "取引期間": "2026年10月1日〜2026年10月31日"})
        self.assertEqual(document.recipient_name, ("株式会社ミライ 御中",))
        self.assertEqual(document.recipient, ("〒530-0001", "大阪府大阪市梅田2-2"))
        self.assertEqual(document.rates, (
            ("10%対象", "1,000", "100", "1,100"), ("8%対象 ※", "4,400", "352", "4,752")))
        self.assertEqual(document.total, ("合計", "5,400", "452", "5,852"))
        rows = [row for row in document.pages[0].rows if not row.heading]
        self.assertEqual([(row.text, row.period, row.rate, row.amount) for row in rows], [
            ("Basic fee", "2026/10/01〜10/31", "10%", "1,000"),
            ("News fee ※", "2026/10/01〜10/31", "8%", "4,400")])
        self.assertIn("※は軽減税率対象品目です。", document.notes)
        self.assertEqual([entry.text for entry in document.dates], ["2026年10月27日"])
        self.assertEqual([entry.text for entry in document.payment],
                         ["見本銀行", "本店(001)", "普通 1234567", "カ)テスト"])

    def test_the_same_in_english(self):
        account = self.payer('Mirai Inc.', 'en_US')
        self.company.sb_issuer_latin = "Test Billing Inc.\nTokyo"
        self.make_contract(account, self.news)
        document = self.document(self.bill(date(2026, 10, 1)).move_ids)
        self.assertEqual((document.title, document.subtitle), ("Invoice", "Qualified invoice"))
        self.assertEqual(document.registration, f"Registration number {ISSUER_NUMBER}")
        self.assertEqual((document.issuer, document.issuer_lines[0]),
                         ("Test Billing Inc.", "Tokyo"))
        self.assertEqual(document.recipient_name, ("Mirai Inc.",))
        self.assertEqual(document.recipient, ("梅田2-2", "大阪市 Osaka 530-0001", "Japan"))
        self.assertEqual(document.rates, (("Subject to 8% ※", "4,400", "352", "4,752"),))
        [row] = document.pages[0].rows
        self.assertRegex(row.period, r'^Oct 1.–.31, 2026$')

    def test_a_return_invoice_names_what_it_gives_back(self):
        account = self.payer()
        contract = self.make_contract(account)
        invoice = self.bill(date(2026, 10, 1)).move_ids
        contract.add_event('cancel', date(2026, 10, 11))
        note = self.bill(date(2026, 10, 20)).move_ids
        document = self.document(note)
        self.assertEqual(document.title, "適格返還請求書")
        self.assertEqual(self.facts(document)["返還の対象"], f"{invoice.name} (2026年9月30日)")
        [row] = document.pages[0].rows
        self.assertEqual((row.note, row.quantity), (
            f"元の請求: {invoice.name}(2026年9月30日)", "日割り"))
        self.assertEqual(document.headline.text, "¥\xa0745")
        self.assertEqual(document.sums, (
            (f"相殺先 {invoice.name}(2026年9月30日)", "-745"), ("未精算の返還額", "0")))
        # And the invoice, printed again, tells what is left.
        self.assertEqual(self.document(invoice).headline.text, "¥\xa0355")

    def test_a_credit_is_taken_off_the_next_invoice(self):
        account = self.payer()
        self.one_off(account, -300)
        note = self.bill(date(2026, 10, 1)).move_ids
        self.make_contract(account)
        move = self.bill(date(2026, 10, 1)).move_ids
        document = self.document(move)
        self.assertEqual(document.sums, (
            (f"相殺 {note.name}(2026年9月30日)", "-330"), ("差引ご請求額", "770")))
        self.assertEqual(document.headline.text, "¥\xa0770")

    def test_nothing_is_asked_for_when_nothing_is_left(self):
        account = self.payer()
        self.one_off(account, -2000)
        self.bill(date(2026, 10, 1))
        self.make_contract(account)
        document = self.document(self.bill(date(2026, 10, 1)).move_ids)
        self.assertEqual(document.payment_text, "お支払いいただく金額はございません。")
        self.assertFalse(document.payment or document.dates)

    def test_gross_prices_are_marked_where_net_ones_stand_beside_them(self):
        account = self.payer()
        self.make_contract(account)
        self.one_off(account, 1078, tax_included=True)
        document = self.document(self.bill(date(2026, 10, 1)).move_ids)
        self.assertEqual(document.amount_title, "金額")
        amounts = [row.amount for row in document.pages[0].rows if not row.heading]
        self.assertCountEqual(amounts, ["1,000", "1,078 (税込)"])
        self.assertTrue(any("消費税込み" in note for note in document.notes))
        self.plan.tax_included = False
        other = self.payer("個人", is_company=False)
        self.one_off(other, 1078, tax_included=True)
        document = self.document(self.bill(date(2026, 10, 1)).move_ids)
        self.assertEqual((document.amount_title, document.recipient_name),
                         ("金額(税込)", ("個人 様",)))

    def test_an_invoice_of_the_past_stays_as_it_was_issued(self):
        """Whatever direction of rounding the company takes later."""
        account = self.payer()
        self.one_off(account, 1548, tax_included=True)
        move = self.bill(date(2026, 10, 1)).move_ids
        rates = self.document(move).rates
        self.assertEqual(rates, (("10%対象", "1,408", "140", "1,548"),))
        self.company.sb_tax_rounding = 'ceil'
        self.env.invalidate_all()
        self.assertEqual(self.document(move).rates, rates)

    def test_a_person_in_a_firm_is_addressed(self):
        account = self.payer()
        person = self.env['res.partner'].create({
            'name': '鈴木 花子', 'function': '経理部', 'parent_id': account.partner_id.id,
            'type': 'invoice', 'lang': 'ja_JP'})
        self.make_contract(account)
        document = self.document(self.bill(date(2026, 10, 1)).move_ids)
        self.assertEqual(document.recipient_name, ("株式会社ミライ", "経理部", f"{person.name} 様"))

    def test_a_draft_is_no_invoice(self):
        self.company.sb_run_approval = True
        self.make_contract(self.payer())
        document = self.document(self.bill(date(2026, 10, 1)).move_ids)
        self.assertEqual(document.subtitle, "下書き(確認用)")

    def test_an_issuer_without_a_number_issues_no_qualified_invoice(self):
        self.company.vat = False
        self.make_contract(self.payer())
        document = self.document(self.bill(date(2026, 10, 1)).move_ids)
        self.assertEqual((document.subtitle, document.registration), ('', ''))

    def test_an_invoice_by_hand_is_printed_too(self):
        self.company.sb_invoice_report = 'all'
        move = self.env['account.move'].create({
            'move_type': 'out_invoice', 'partner_id': self.payer().partner_id.id,
            'invoice_date': date(2026, 10, 1), 'narration': '<p>備考です</p>',
            'invoice_line_ids': [
                Command.create({'display_type': 'line_section', 'name': '見出し'}),
                Command.create({'name': '部品\n型番 A', 'quantity': 2.5, 'price_unit': 100,
                                'tax_ids': [Command.set(self.tax.ids)]})]})
        move.action_post()
        document = self.document(move)
        heading, row = document.pages[0].rows
        self.assertTrue(heading.heading)
        self.assertEqual((row.text, row.quantity, row.unit_price, row.amount, row.period),
                         ("部品\n型番 A", "2.5", "100", "250", "2026/10/01"))
        self.assertIn("備考です", document.notes)
        self.assertIn("部品", self.html(move))

    def test_a_hundred_lines_go_over_pages_and_none_is_lost(self):
        account = self.payer()
        for number in range(100):
            self.one_off(account, 100, name=f'Work {number:03}')
        move = self.bill(date(2026, 10, 1)).move_ids
        pages = self.document(move).pages
        self.assertGreater(len(pages), 2)
        self.assertEqual([row.text for page in pages for row in page.rows],
                         [f'Work {number:03}' for number in range(100)])
        self.assertEqual([page.with_tail for page in pages], [False] * (len(pages) - 1) + [True])
        text = self.pdf_text(move)
        self.assertEqual(text.count('\f'), len(pages), "a page of the document is a page on paper")
        for number in range(100):
            self.assertIn(f'Work {number:03}', text)
        self.assertIn(f'{len(pages)} / {len(pages)} ページ', text)

    def test_the_paper_says_31_for_three_times_105(self):
        account = self.payer()
        for _number in range(3):
            self.one_off(account, 105)
        move = self.bill(date(2026, 10, 1)).move_ids
        self.assertRegex(self.pdf_text(move), r'10%対象\s+315\s+31\s+346')
        move.action_sb_cancel_invoice()
        self.assertRegex(self.pdf_text(move.reversal_move_ids), r'10%対象\s+315\s+31\s+346')


@tagged('post_install', '-at_install')
class TestDoorsOfThePaper(PaperCase, HttpCase):
    """Print button, mail and portal give the same paper."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account = cls.make_account('株式会社トビラ')
        cls.account.partner_id.write({'lang': 'ja_JP', 'email': 'tobira@example.com'})
        cls.make_contract(cls.account)

    def process(self):
        self.env.ref('smart_billing.cron_process_runs').method_direct_trigger()
        self.env.invalidate_all()

    def by_hand(self):
        move = self.env['account.move'].create({
            'move_type': 'out_invoice', 'partner_id': self.account.partner_id.id,
            'invoice_date': date(2026, 10, 1), 'invoice_line_ids': [Command.create({
                'name': 'Part', 'price_unit': 100, 'tax_ids': [Command.set(self.tax.ids)]})]})
        move.action_post()
        return move

    def test_print_button_and_mail(self):
        move = self.bill(date(2026, 10, 1)).move_ids
        self.assertEqual(move.action_print_pdf()['report_name'], INVOICE_REPORT)
        self.assertIn("適格請求書", self.html(move))
        self.env['account.move.send']._generate_and_send_invoices(
            move, sending_methods=['manual'])
        self.assertIn("適格請求書", move.invoice_pdf_report_id.raw.decode())

    def test_portal(self):
        move = self.bill(date(2026, 10, 1)).move_ids
        url = f'/my/invoices/{move.id}?access_token={move._portal_ensure_token()}'
        for kind in ('&report_type=html', '&report_type=pdf', '&report_type=pdf&download=true'):
            answer = self.url_open(url + kind)
            self.assertEqual(answer.status_code, 200, kind)
            self.assertIn("適格請求書", answer.content.decode(), kind)

    def test_which_invoices_is_a_setting(self):
        ours, theirs = self.bill(date(2026, 10, 1)).move_ids, self.by_hand()
        for setting, expected in (('accounts', [True, False]), ('all', [True, True]),
                                  ('none', [False, False])):
            self.company.sb_invoice_report = setting
            self.assertEqual(
                ["適格請求書" in self.html(move) for move in (ours, theirs)], expected, setting)
        self.company.sb_invoice_report = 'all'
        self.account.partner_id.invoice_template_pdf_report_id = self.env.ref(
            'account.account_invoices')
        self.assertNotIn("適格請求書", self.html(ours), "a layout chosen for the customer stays")

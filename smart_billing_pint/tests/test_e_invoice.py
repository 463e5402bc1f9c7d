import random
from datetime import date
from decimal import Decimal

from lxml import etree

from odoo.tests import tagged

from odoo.addons.smart_billing.tests.common_paper import PaperCase

NAMES = {
    'cac': 'urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2',
    'cbc': 'urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2',
}


@tagged('post_install', '-at_install')
class TestEInvoice(PaperCase):
    """The e-invoice has the totals of the ledger, and says what the law wants."""

    def export(self, move):
        """The document as a tree; the format's own rules must find nothing."""
        xml, errors = self.env['account.edi.xml.pint_jp']._export_invoice(move)
        self.assertFalse(errors)
        return etree.fromstring(xml)

    def texts(self, tree, path):
        return [node.text for node in tree.iterfind(path, NAMES)]

    def text(self, tree, path):
        [text] = self.texts(tree, path)
        return text

    def firm(self):
        return self.payer(vat='T7000012050002', phone='06-1234-5678')

    def rates(self, tree):
        """{(category, percent): (base, tax)}"""
        return {
            (self.text(part, 'cac:TaxCategory/cbc:ID'),
             Decimal(self.text(part, 'cac:TaxCategory/cbc:Percent'))): (
                Decimal(self.text(part, 'cbc:TaxableAmount')),
                Decimal(self.text(part, 'cbc:TaxAmount')))
            for part in tree.iterfind('cac:TaxTotal/cac:TaxSubtotal', NAMES)}

    def check_totals(self, tree, move):
        """Totals = ledger, and lines, bases and taxes add up as the format demands."""
        total = {name: Decimal(self.text(tree, f'cac:LegalMonetaryTotal/cbc:{name}')) for name in (
            'LineExtensionAmount', 'TaxExclusiveAmount', 'TaxInclusiveAmount', 'PayableAmount')}
        lines = sum(map(Decimal, (
            self.texts(tree, 'cac:InvoiceLine/cbc:LineExtensionAmount')
            + self.texts(tree, 'cac:CreditNoteLine/cbc:LineExtensionAmount'))))
        rates = self.rates(tree).values()
        self.assertEqual(total['LineExtensionAmount'], lines)
        self.assertEqual(total['TaxExclusiveAmount'], Decimal(str(move.amount_untaxed)))
        self.assertEqual(total['TaxInclusiveAmount'], Decimal(str(move.amount_total)))
        self.assertEqual(total['PayableAmount'], Decimal(str(move.amount_residual)))
        self.assertEqual(sum(base for base, _tax in rates), total['TaxExclusiveAmount'])
        self.assertEqual(sum(tax for _base, tax in rates), Decimal(str(move.amount_tax)))
        for (code, percent), (base, _tax) in self.rates(tree).items():
            self.assertEqual(sum(
                Decimal(self.text(line, 'cbc:LineExtensionAmount'))
                for tag in ('Invoice', 'CreditNote')
                for line in tree.iterfind(f'cac:{tag}Line', NAMES)
                if self.text(line, './/cac:ClassifiedTaxCategory/cbc:ID') == code
                and Decimal(self.text(line, './/cac:ClassifiedTaxCategory/cbc:Percent')) == percent
            ), base, "the lines of a category add up to its base")

    def test_three_times_105_has_tax_31(self):
        account = self.firm()
        for _number in range(3):
            self.one_off(account, 105)
        move = self.bill(date(2026, 10, 1)).move_ids
        tree = self.export(move)
        self.assertEqual(self.rates(tree), {('S', 10): (315, 31)})
        self.check_totals(tree, move)

    def test_reduced_rate_days_and_issuer(self):
        account = self.firm()
        self.make_contract(account)
        self.make_contract(account, self.news)
        move = self.bill(date(2026, 10, 1)).move_ids
        tree = self.export(move)
        self.assertEqual(self.rates(tree), {('S', 10): (1000, 100), ('AA', 8): (4400, 352)})
        self.check_totals(tree, move)
        period = 'cac:InvoicePeriod/cbc:'
        for where in ('', 'cac:InvoiceLine[1]/', 'cac:InvoiceLine[2]/'):
            self.assertEqual(
                (self.text(tree, f'{where}{period}StartDate'),
                 self.text(tree, f'{where}{period}EndDate')), ('2026-10-01', '2026-10-31'))
        self.assertEqual(
            self.text(tree, 'cac:AccountingSupplierParty//cac:PartyTaxScheme/cbc:CompanyID'),
            self.company.vat)

    def test_a_return_invoice_names_what_it_gives_back(self):
        account = self.firm()
        contract = self.make_contract(account, self.news)
        invoice = self.bill(date(2026, 10, 1)).move_ids
        contract.add_event('cancel', date(2026, 10, 11))
        note = self.bill(date(2026, 10, 20)).move_ids
        tree = self.export(note)
        self.assertTrue(tree.tag.endswith('CreditNote'))
        self.assertEqual(self.rates(tree), {('AA', 8): (2981, 238)})
        self.check_totals(tree, note)
        reference = 'cac:BillingReference/cac:InvoiceDocumentReference/cbc:'
        self.assertEqual((self.text(tree, f'{reference}ID'),
                          self.text(tree, f'{reference}IssueDate')),
                         (invoice.name, str(invoice.invoice_date)))

    def test_any_invoice_has_the_totals_of_the_ledger(self):
        """Net and gross prices, credits, two rates, all directions."""
        chance = random.Random(20261001)
        for number, direction in enumerate(('floor', 'half_up', 'ceil') * 5):
            self.company.sb_tax_rounding = direction
            account = self.firm()
            for _line in range(chance.randrange(1, 9)):
                self.one_off(
                    account, chance.choice((1, 1, 1, -1)) * chance.randrange(1, 5000),
                    product_id=chance.choice((self.product, self.newspaper)).id,
                    tax_included=chance.random() < 0.5)
            run = self.bill(date(2026, 10, 1), account_ids=[(6, 0, account.ids)])
            with self.subTest(number=number, direction=direction):
                self.check_totals(self.export(run.move_ids), run.move_ids)

    def test_a_credit_that_was_offset_lowers_what_is_to_pay(self):
        account = self.firm()
        self.one_off(account, -300)
        self.bill(date(2026, 10, 1))
        self.make_contract(account)
        move = self.bill(date(2026, 10, 1)).move_ids
        tree = self.export(move)
        self.check_totals(tree, move)
        self.assertEqual(self.text(tree, 'cac:LegalMonetaryTotal/cbc:PrepaidAmount'), '330')

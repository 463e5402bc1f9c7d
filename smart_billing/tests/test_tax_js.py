import random
from decimal import Decimal

from odoo import Command
from odoo.tests import tagged

from odoo.addons.account.tests.common import TestTaxCommon

from ..core.tax import TaxLine, taxes_of_lines

DIRECTIONS = ('floor', 'half_up', 'ceil')


@tagged('post_install', '-at_install')
class TestTaxInJavaScript(TestTaxCommon):
    """The browser's taxes, Odoo's and the rule of the core are one, for any document."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        cls.company.tax_calculation_rounding_method = 'round_globally'
        cls.yen = cls.env.ref('base.JPY')
        cls.yen.active = True
        cls.taxes = cls.env['account.tax'].create([{
            'name': f'{rate} {kind} {number}', 'amount': rate, 'type_tax_use': 'sale',
            'price_include_override': kind,
        } for rate in (8, 10) for kind in ('tax_excluded', 'tax_included') for number in (1, 2)])
        cls.company.account_fiscal_country_id = cls.env.ref('base.jp')

    def _jsonify_company(self, company):
        values = super()._jsonify_company(company)
        return {**values, 'sb_tax_direction': company._sb_tax_direction()}

    def document(self, *lines, currency=None, rate=None):
        """:param lines: (tax or None, price)"""
        return self.populate_document(self.init_document([{
            'price_unit': price, 'tax_ids': tax or self.env['account.tax'],
        } for tax, price in lines], currency=currency or self.yen, rate=rate))

    def check(self, document):
        """Python = JavaScript (with the tour that follows), and Python = core."""
        self.assert_base_lines_tax_details(
            document, {'base_lines_tax_details': self._extract_base_lines_details(document)})
        self.assertEqual(self.in_ledger(document), self.in_core(document))

    def in_ledger(self, document):
        """{rate: (base, tax)} by Odoo's engine, in the document's currency."""
        def by_rate(_line, tax_data):
            return tax_data['tax'].amount if tax_data else None

        Tax = self.env['account.tax']
        digits = document['currency'].decimal_places
        values = Tax._aggregate_base_lines_aggregated_values(
            Tax._aggregate_base_lines_tax_details(document['lines'], by_rate))
        return {rate: tuple(Decimal(f'{found[field]:.{digits}f}') + 0 for field in (
            'base_amount_currency', 'tax_amount_currency')) for rate, found in values.items()}

    def in_core(self, document):
        taxes = taxes_of_lines([TaxLine(
            Decimal(str(line['tax_ids'].amount)), Decimal(str(line['price_unit'])),
            line['tax_ids'].price_include) for line in document['lines']],
            document['currency'].decimal_places, self.company._sb_tax_direction())
        return {float(found.percent): (found.base, found.tax) for found in taxes}

    def total_in_ledger(self, document):
        return self.env['account.tax']._get_tax_totals_summary(
            document['lines'], document['currency'], self.company)['total_amount_currency']

    def test_any_document_has_the_same_taxes_everywhere(self):
        chance = random.Random(20261001)
        for direction in DIRECTIONS * 15:
            self.company.sb_tax_rounding = direction
            document = self.document(*[
                (chance.choice(self.taxes), chance.choice((1, 1, 1, -1)) * chance.randrange(5000))
                for _line in range(chance.randrange(1, 13))])
            self.check(document)
            self.assertEqual(
                self.total_in_ledger(document), sum(map(sum, self.in_core(document).values())))
        self._run_js_tests()

    def test_eleven_gross_prices_of_100_have_tax_100(self):
        """A sum of parts that no float holds exactly must not lose a yen."""
        self.company.sb_tax_rounding = 'floor'
        included = self.taxes.filtered('price_include')[-1]
        document = self.document(*[(included, 100)] * 11)
        self.assertEqual(self.in_ledger(document), {10: (1000, 100)})
        self.check(document)
        self._run_js_tests()

    def test_cents_and_foreign_money_are_rounded_in_the_direction(self):
        """In foreign money each of the two currencies is rounded once, with its own digits."""
        self.company.sb_tax_rounding = 'floor'
        tax = self.taxes.filtered(lambda t: t.amount == 10 and not t.price_include)[0]
        dollars = self.document(
            (tax, 1.05), (tax, 1.05), (tax, 1.06), currency=self.company.currency_id)
        self.assertEqual(self.in_ledger(dollars), {10: (Decimal('3.16'), Decimal('0.31'))})
        self.check(dollars)
        yen = self.document((tax, 109), (tax, 109), (tax, 109), rate=150.0)
        self.assertEqual(self.in_ledger(yen), {10: (327, 32)})
        self.assertAlmostEqual(sum(
            data['tax_amount'] for line in yen['lines']
            for data in line['tax_details']['taxes_data']), 0.21)
        self.check(yen)
        self._run_js_tests()

    def test_other_companies_are_left_alone(self):
        """Half up outside Japan is Odoo's own rounding, by tax record."""
        self.company.account_fiscal_country_id = self.env.ref('base.us')
        self.company.sb_tax_rounding = 'half_up'
        first, second = self.taxes.filtered(lambda t: t.amount == 10 and not t.price_include)
        document = self.document((first, 105), (second, 105))
        self.assertEqual(self.in_ledger(document), {10: (210, 22)})
        self.company.account_fiscal_country_id = self.env.ref('base.jp')
        document = self.document((first, 105), (second, 105))
        self.assertEqual(self.in_ledger(document), {10: (210, 21)})
        self.check(document)
        self._run_js_tests()


@tagged('post_install', '-at_install')
class TestInvoiceForm(TestTaxCommon):
    """3 × 105 yen at 10 %: the form's live totals, before and after saving, and the ledger."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        company = cls.env['res.company'].create({
            'name': 'Form KK', 'country_id': cls.env.ref('base.jp').id,
            'currency_id': cls.env.ref('base.JPY').id})
        cls.env['account.chart.template'].try_loading('jp', company, install_demo=False)
        company.sb_tax_rounding = 'floor'
        cls.tax = company.account_sale_tax_id
        cls.product = cls.env['product.product'].create({
            'name': 'Cut yen', 'list_price': 105, 'company_id': company.id,
            'taxes_id': [Command.set(cls.tax.ids)]})
        cls.env['res.partner'].create({'name': 'Form Customer', 'company_id': company.id})
        cls.accountant = cls.env['res.users'].create({
            'name': 'Tax Accountant', 'login': 'tax_accountant', 'password': 'tax_accountant',
            'company_id': company.id, 'company_ids': [Command.set(company.ids)],
            'group_ids': [Command.set(cls.env.ref('account.group_account_manager').ids)]})
        cls.jp_company = company

    def test_live_totals(self):
        self.start_tour('/odoo/action-account.action_move_out_invoice_type',
                        'smart_billing_live_totals', login='tax_accountant')
        invoice = self.env['account.move'].search([
            ('company_id', '=', self.jp_company.id), ('move_type', '=', 'out_invoice')])
        self.assertEqual((invoice.amount_tax, invoice.amount_total), (31, 346))

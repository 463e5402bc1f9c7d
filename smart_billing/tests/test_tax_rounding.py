from odoo import Command
from odoo.tests import tagged

from .common import BillingCase


@tagged('post_install', '-at_install')
class TestTaxRounding(BillingCase):
    """Tax once per rate and document, in the company's direction."""

    def invoice(self, *prices, move_type='out_invoice', taxes=None):
        return self.env['account.move'].create({
            'move_type': move_type,
            'partner_id': self.env['res.partner'].create({'name': 'P'}).id,
            'invoice_date': '2026-10-01',
            'invoice_line_ids': [Command.create({
                'name': 'line', 'price_unit': price, 'quantity': 1,
                'tax_ids': [Command.set((taxes or self.tax).ids)],
            }) for price in prices],
        })

    def test_three_times_105_has_tax_31(self):
        self.assertEqual(self.invoice(105, 105, 105).amount_tax, 31)

    def test_direction_is_the_companys(self):
        for direction, tax in (('floor', 154), ('half_up', 155), ('ceil', 155)):
            self.company.sb_tax_rounding = direction
            self.assertEqual(self.invoice(1548).amount_tax, tax, direction)
        self.company.sb_tax_rounding = 'ceil'
        self.assertEqual(self.invoice(1541).amount_tax, 155)

    def test_credit_note_mirrors_the_invoice(self):
        self.assertEqual(self.invoice(1037, move_type='out_refund').amount_tax, 103)
        invoice = self.invoice(1037)
        invoice.action_post()
        reversal = invoice._reverse_moves(cancel=True)
        self.assertEqual(reversal.amount_tax, 103)
        self.assertEqual(invoice.payment_state, 'reversed')

    def test_negative_line_lowers_the_sum_before_the_tax(self):
        self.assertEqual(self.invoice(2000, -355).amount_tax, 164)

    def test_two_tax_records_of_one_rate_are_rounded_together(self):
        twin = self.tax.copy({'name': 'Same rate, other record'})
        move = self.invoice(105, 105)
        move.invoice_line_ids[1].tax_ids = twin
        self.assertEqual(move.amount_tax, 21)
        move = self.invoice(109, 109)
        move.invoice_line_ids[1].tax_ids = twin
        self.assertEqual(move.amount_tax, 21)

    def test_adding_and_removing_a_line_keeps_the_rule(self):
        move = self.invoice(105, 105, 105)
        move.write({'invoice_line_ids': [Command.create({
            'name': 'more', 'price_unit': 105, 'quantity': 1,
            'tax_ids': [Command.set(self.tax.ids)]})]})
        self.assertEqual(move.amount_tax, 42)
        move.write({'invoice_line_ids': [Command.delete(move.invoice_line_ids[-1].id)]})
        self.assertEqual(move.amount_tax, 31)

    def test_added_and_removed_lines_and_the_reversal_keep_the_rule(self):
        """3 × 105: one line more, the same line less, posted and reversed: 31 each time."""
        move = self.invoice(105, 105, 105)
        move.invoice_line_ids = [Command.create({
            'name': 'more', 'price_unit': 105, 'tax_ids': [Command.set(self.tax.ids)]})]
        move.invoice_line_ids[-1].unlink()
        move.action_post()
        reversal = move._reverse_moves(cancel=True)
        for document in move | reversal:
            taxes = document.line_ids.filtered('tax_line_id')
            self.assertEqual((abs(sum(taxes.mapped('balance'))), document.amount_total), (31, 346))
        self.assertEqual(sum((move | reversal).line_ids.mapped('balance')), 0)

    def test_a_reversal_of_part_has_the_tax_of_its_own_sum(self):
        move = self.invoice(105, 105, 105)
        move.action_post()
        reversal = move._reverse_moves()
        reversal.invoice_line_ids[0].unlink()
        self.assertEqual((reversal.move_type, reversal.amount_tax), ('out_refund', 21))

    def test_tax_set_by_hand_holds_until_the_lines_change(self):
        """As in Odoo itself; what is computed anew is the rule's, not half up."""
        move = self.invoice(105, 105, 105)
        tax_line = move.line_ids.filtered('tax_line_id')
        receivable = move.line_ids.filtered(lambda line: line.display_type == 'payment_term')
        move.write({'line_ids': [
            Command.update(tax_line.id, {'amount_currency': -32}),
            Command.update(receivable.id, {'amount_currency': 347})]})
        self.assertEqual(move.amount_tax, 32)
        self.assertEqual(move.tax_totals['tax_amount_currency'], 32)
        move.invoice_line_ids[0].name = 'A new text'
        self.assertEqual(move.amount_tax, 32)
        move.invoice_line_ids[0].price_unit = 106
        self.assertEqual(move.amount_tax, 31)

    def test_foreign_money_is_cut_in_both_currencies(self):
        dollar = self.env.ref('base.USD')
        dollar.active = True
        self.env['res.currency.rate'].create({
            'name': '2026-10-01', 'currency_id': dollar.id, 'company_id': self.company.id,
            'inverse_company_rate': 150})
        move = self.invoice(10.59)
        move.currency_id = dollar
        tax_line = move.line_ids.filtered('tax_line_id')
        # 1.059 dollars; 10.59 dollars are 1589 yen (1588.5), of which 158.9 are tax.
        self.assertEqual((tax_line.amount_currency, tax_line.balance), (-1.05, -158))

    def test_net_and_gross_prices_of_one_rate(self):
        included = self.tax.copy({'name': '10 incl', 'price_include_override': 'tax_included'})
        move = self.invoice(105, 105, 105, 105)
        move.invoice_line_ids[3].tax_ids = included
        # 315 + 31 + 105 = 451, of which 10/110 are 41.
        self.assertEqual((move.amount_total, move.amount_tax), (451, 41))
        move.action_post()
        self.assertEqual(sum(move.line_ids.filtered('tax_line_id').mapped('balance')), -41)
        reversal = move._reverse_moves(cancel=True)
        self.assertEqual((reversal.amount_total, reversal.amount_tax), (451, 41))
        self.assertEqual(move.payment_state, 'reversed')

    def test_lines_of_a_rate_add_up_to_its_base(self):
        """What rounding leaves of gross prices stays at its own rate, in the ledger too."""
        eight = self.tax.copy({'name': '8 incl', 'amount': 8,
                               'price_include_override': 'tax_included'})
        ten = self.tax.copy({'name': '10 incl', 'price_include_override': 'tax_included'})
        move = self.invoice(534, 541, 2587, 1201, taxes=ten)
        move.invoice_line_ids[1:3].tax_ids = eight
        for tax in (ten, eight):
            lines = move.invoice_line_ids.filtered(lambda line, t=tax: line.tax_ids == t)
            tax_line = move.line_ids.filtered(lambda line, t=tax: line.tax_line_id == t)
            self.assertEqual(sum(lines.mapped('balance')), tax_line.tax_base_amount)
            self.assertEqual(sum((lines | tax_line).mapped('balance')),
                             -sum(lines.mapped('price_unit')))

    def test_a_japanese_company_starts_with_cut_off(self):
        self.company.sb_tax_rounding = 'half_up'
        self.company.tax_calculation_rounding_method = 'round_per_line'
        self.env['account.chart.template'].try_loading('jp', self.company)
        self.assertEqual(self.company.sb_tax_rounding, 'half_up', "a choice is kept")
        fresh = self.env['res.company'].create({
            'name': 'Fresh KK', 'country_id': self.env.ref('base.jp').id})
        self.env['account.chart.template'].try_loading('jp', fresh, install_demo=False)
        self.assertEqual((fresh.sb_tax_rounding, fresh.tax_calculation_rounding_method),
                         ('floor', 'round_globally'))

    def test_tax_included_price(self):
        included = self.tax.copy({'name': '10 incl', 'price_include_override': 'tax_included'})
        move = self.invoice(1548, taxes=included)
        self.assertEqual((move.amount_total, move.amount_tax), (1548, 140))
        move = self.invoice(105, 105, 105, taxes=included)
        self.assertEqual((move.amount_total, move.amount_tax), (315, 28))

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

    def test_tax_included_price(self):
        included = self.tax.copy({'name': '10 incl', 'price_include_override': 'tax_included'})
        move = self.invoice(1548, taxes=included)
        self.assertEqual((move.amount_total, move.amount_tax), (1548, 140))
        move = self.invoice(105, 105, 105, taxes=included)
        self.assertEqual((move.amount_total, move.amount_tax), (315, 28))

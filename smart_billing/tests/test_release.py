from datetime import date

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import BillingCase


@tagged('post_install', '-at_install')
class TestRelease(BillingCase):
    """A deleted draft and a cancelled invoice free what they billed."""

    def coverage(self, contract):
        return self.env['smart.billing.coverage'].search(
            [('contract_id', '=', contract.id)]).mapped(lambda c: (c.date_from, c.date_to))

    def test_deleted_draft_is_billed_again(self):
        self.company.sb_run_approval = True
        contract = self.make_contract()
        run = self.bill(date(2026, 10, 1))
        run.move_ids.unlink()
        self.assertFalse(self.coverage(contract))
        again = self.bill(date(2026, 10, 1))
        self.assertEqual(len(self.items_of(again)), 1)
        run.action_approve()
        self.process()
        self.assertEqual(run.line_ids.state, 'released')

    def test_credit_trims_the_days_and_its_cancellation_restores_them(self):
        contract = self.make_contract()
        self.bill(date(2026, 10, 1))
        contract.add_event('suspend', date(2026, 10, 11))
        contract.add_event('resume', date(2026, 10, 21))
        run = self.bill(date(2026, 10, 21))
        # What is kept falls apart: 10 and 11 of 31 days, each rounded once (322 + 354).
        self.assertEqual(self.items_of(run)[0][4], -324)
        self.assertEqual(self.coverage(contract), [
            (date(2026, 10, 1), date(2026, 10, 11)), (date(2026, 10, 21), date(2026, 11, 1))])
        run.move_ids.action_sb_cancel_invoice()
        days = self.env['smart.billing.coverage'].search([('contract_id', '=', contract.id)])
        self.assertEqual(sum((c.date_to - c.date_from).days for c in days), 31)
        again = self.bill(date(2026, 10, 21))
        self.assertEqual(self.items_of(again)[0][4], -324)

    def test_cancelled_invoice_is_reversed_in_full_and_billed_again(self):
        contract = self.make_contract(self.make_account(), self.arrears, start=date(2026, 10, 15))
        run = self.bill(date(2026, 11, 1))
        invoice = run.move_ids
        invoice.action_sb_cancel_invoice()
        self.assertEqual(invoice.payment_state, 'reversed')
        reversal = invoice.reversal_move_ids
        self.assertEqual((reversal.amount_tax, reversal.amount_total),
                         (invoice.amount_tax, invoice.amount_total))
        self.assertFalse(self.coverage(contract))
        self.assertEqual(len(self.items_of(self.bill(date(2026, 11, 1)))), 1)
        with self.assertRaisesRegex(UserError, 'cancelled already'):
            invoice.action_sb_cancel_invoice()

    def test_invoice_that_a_later_credit_builds_on_is_cancelled_last(self):
        contract = self.make_contract()
        first = self.bill(date(2026, 10, 1))
        contract.add_event('cancel', date(2026, 10, 11))
        second = self.bill(date(2026, 10, 12))
        with self.assertRaisesRegex(UserError, 'Cancel that invoice first'):
            first.move_ids.action_sb_cancel_invoice()
        second.move_ids.action_sb_cancel_invoice()
        first.move_ids.action_sb_cancel_invoice()
        self.assertFalse(self.coverage(contract))

    def test_billed_line_of_a_draft_is_not_edited_but_own_lines_are_added(self):
        self.company.sb_run_approval = True
        self.make_contract()
        move = self.bill(date(2026, 10, 1)).move_ids
        with self.assertRaisesRegex(UserError, 'Correct the contract'):
            move.invoice_line_ids.price_unit = 1
        with self.assertRaisesRegex(UserError, 'Correct the contract'):
            move.invoice_line_ids.unlink()
        move.write({'invoice_line_ids': [Command.create({'name': 'Gift', 'price_unit': 100})]})
        self.assertEqual(move.amount_untaxed, 1100)
        move.unlink()

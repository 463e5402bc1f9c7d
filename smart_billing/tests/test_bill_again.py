from datetime import date

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .common import BillingCase


@tagged('post_install', '-at_install')
class TestBillAgain(BillingCase):
    """Whatever happens to an invoice, its periods are billed once in the end (請求取消・再請求)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.sb_business_date = date(2026, 10, 20)
        cls.accountant = new_test_user(
            cls.env, 'accountant', 'account.group_account_invoice',
            company_ids=[Command.set(cls.company.ids)], company_id=cls.company.id)

    def again(self, invoice):
        action = invoice.action_sb_cancel_and_bill_again()
        self.process()
        return self.env['smart.billing.run'].search(action['domain'])

    def open_credit(self, account):
        """What the customer has paid and no invoice has taken."""
        lines = self.env['account.move.line'].search([
            ('partner_id', '=', account.partner_id.id), ('parent_state', '=', 'posted'),
            ('account_id.account_type', '=', 'asset_receivable'), ('reconciled', '=', False)])
        return sum(lines.mapped('amount_residual'))

    def test_one_button_cancels_and_bills_what_is_right_now(self):
        contract = self.make_contract(plan=self.make_plan('seats', '1000', model='per_unit'))
        other = self.make_contract()
        invoice = self.bill(date(2026, 10, 1)).move_ids.filtered(
            lambda move: move.sb_account_id == contract.account_id)
        contract.add_event('change_quantity', date(2026, 10, 1), quantity=3)
        run = self.again(invoice)
        self.assertEqual(invoice.payment_state, 'reversed')
        self.assertEqual(run.line_ids.account_id, contract.account_id)
        self.assertEqual((run.move_ids.amount_untaxed, run.move_ids.state), (3000, 'posted'))
        self.assertEqual((run.move_ids.invoice_date, run.move_ids.invoice_date_due),
                         (invoice.invoice_date, invoice.invoice_date_due))
        self.assertFalse(self.bill(date(2026, 10, 1)).move_ids)
        self.assertEqual(len(other.item_ids), 1)

    def test_several_invoices_of_several_runs(self):
        first, second = self.make_contract(), self.make_contract()
        runs = self.bill(date(2026, 10, 1)) | self.bill(date(2026, 11, 1))
        again = self.again(runs.move_ids)
        self.assertEqual(sorted(again.mapped('date_target')),
                         [date(2026, 10, 1), date(2026, 11, 1)])
        for contract in (first, second):
            self.assertEqual(contract.item_ids.filtered('live').mapped('amount'), [1000, 1000])
        self.assertEqual(set(again.move_ids.mapped('state')), {'posted'})

    def test_late_one_is_due_today(self):
        self.make_contract()
        invoice = self.bill(date(2026, 10, 1)).move_ids
        self.company.sb_business_date = date(2027, 3, 10)
        again = self.again(invoice).move_ids
        self.assertEqual((again.invoice_date, again.invoice_date_due),
                         (date(2027, 3, 10), date(2027, 3, 10)))

    def test_what_was_paid_stays_as_credit_of_the_customer(self):
        contract = self.make_contract()
        invoice = self.bill(date(2026, 10, 1)).move_ids
        self.env['account.payment.register'].with_context(
            active_model='account.move', active_ids=invoice.ids).create(
            {'amount': 400, 'payment_date': date(2026, 10, 5)}).action_create_payments()
        self.assertEqual(self.open_credit(contract.account_id), 700)
        again = self.again(invoice).move_ids
        self.assertEqual(again.amount_residual, 1100)
        self.assertEqual(self.open_credit(contract.account_id), 700)
        self.assertEqual(invoice.amount_residual, 0)
        self.assertFalse(invoice.reversal_move_ids.amount_residual)

    def test_credit_note_is_cancelled_by_an_invoice(self):
        contract = self.make_contract()
        self.bill(date(2026, 10, 1))
        contract.add_event('cancel', date(2026, 10, 11))
        credit = self.bill(date(2026, 10, 12)).move_ids
        self.assertEqual(credit.move_type, 'out_refund')
        run = self.again(credit)
        self.assertEqual(credit.reversal_move_ids.move_type, 'out_invoice')
        self.assertEqual(credit.reversal_move_ids.amount_total, credit.amount_total)
        self.assertEqual(run.move_ids.move_type, 'out_refund')
        self.assertEqual(run.move_ids.amount_total, credit.amount_total)

    def test_odoos_own_reversal_is_refused_in_words(self):
        self.make_contract()
        invoice = self.bill(date(2026, 10, 1)).move_ids
        for button in ('refund_moves', 'modify_moves'):
            wizard = self.env['account.move.reversal'].with_user(self.accountant).with_context(
                active_model='account.move', active_ids=invoice.ids).create(
                {'journal_id': invoice.journal_id.id})
            with self.assertRaisesRegex(UserError, "use 'Cancel the invoice'"):
                getattr(wizard, button)()
        self.assertFalse(invoice.reversal_move_ids)
        own = self.env['account.move'].create({
            'move_type': 'out_invoice', 'partner_id': invoice.partner_id.id,
            'invoice_line_ids': [Command.create({'name': 'By hand', 'price_unit': 5})]})
        own.action_post()
        self.env['account.move.reversal'].with_context(
            active_model='account.move', active_ids=own.ids).create(
            {'journal_id': own.journal_id.id}).refund_moves()
        self.assertTrue(own.reversal_move_ids)

    def test_reversal_of_a_cancelled_invoice_does_not_come_undone(self):
        self.make_contract()
        invoice = self.bill(date(2026, 10, 1)).move_ids
        invoice.action_sb_cancel_invoice()
        with self.assertRaisesRegex(UserError, 'whose periods are free to be billed again'):
            invoice.reversal_move_ids.with_user(self.accountant).button_draft()

    def test_back_to_draft_and_posted_again_bills_nothing_twice(self):
        contract = self.make_contract()
        invoice = self.bill(date(2026, 10, 1)).move_ids
        invoice.with_user(self.accountant).button_draft()
        self.assertFalse(self.bill(date(2026, 10, 1)).move_ids)
        invoice.with_user(self.accountant).action_post()
        self.assertEqual(len(contract.item_ids), 1)
        invoice.button_draft()
        invoice.button_cancel()
        with self.assertRaisesRegex(UserError, 'Start a billing run instead'):
            invoice.button_draft()
        self.assertEqual(len(self.bill(date(2026, 10, 1)).move_ids), 1)

    def test_draft_deleted_by_someone_without_rights_on_billing(self):
        self.company.sb_run_approval = True
        contract = self.make_contract()
        run = self.bill(date(2026, 10, 1))
        run.move_ids.with_user(self.accountant).unlink()
        self.assertFalse(contract.item_ids.filtered('live'))
        run.action_approve()
        self.process()
        self.assertEqual(run.line_ids.state, 'released')
        self.company.sb_run_approval = False
        self.assertEqual(self.bill(date(2026, 10, 1)).move_ids.amount_untaxed, 1000)

    def test_invoice_of_no_run_is_refused(self):
        account = self.make_account()
        move = self.env['account.move'].create({
            'move_type': 'out_invoice', 'partner_id': account.partner_id.id,
            'sb_account_id': account.id, 'invoice_date': date(2026, 10, 1),
            'invoice_line_ids': [Command.create({'name': 'By hand', 'price_unit': 5})]})
        move.action_post()
        with self.assertRaisesRegex(UserError, 'was made by no billing run|cancelled already'):
            move.action_sb_cancel_and_bill_again()
        self.assertEqual(move.payment_state, 'not_paid')

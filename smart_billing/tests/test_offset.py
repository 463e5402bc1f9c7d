from datetime import date

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import BillingCase


@tagged('post_install', '-at_install')
class TestOffset(BillingCase):
    """Credit notes pay open and next invoices, or are refunded (相殺・返金)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account = cls.make_account()

    def credited(self, days_kept=10, account=None):
        """An invoice of 1,100 for October, and the run that credits the rest of the month."""
        contract = self.make_contract(account or self.account)
        invoice = self.bill(date(2026, 10, 1)).move_ids
        contract.add_event('cancel', date(2026, 10, 1 + days_kept))
        note = self.bill(date(2026, 10, 20)).move_ids
        self.assertEqual(note.move_type, 'out_refund')
        return invoice, note

    def pay(self, invoice):
        self.env['account.payment.register'].with_context(
            active_model='account.move', active_ids=invoice.ids).create({})._create_payments()

    def test_a_credit_note_pays_the_open_invoice_when_it_is_posted(self):
        invoice, note = self.credited()
        # 10 of 31 days are kept, 322 of 1,000; 678 and their tax of 67 go back.
        self.assertEqual((note.amount_total, note.amount_residual), (745, 0))
        self.assertEqual((invoice.amount_residual, invoice.payment_state), (355, 'partial'))

    def test_a_credit_note_names_what_it_gives_back(self):
        invoice, note = self.credited()
        self.assertEqual(note.sb_credited_move_ids, invoice)
        self.assertFalse(invoice.sb_credited_move_ids)

    def test_a_credit_waits_for_the_next_invoice(self):
        contract = self.make_contract(self.account)
        invoice = self.bill(date(2026, 10, 1)).move_ids
        self.pay(invoice)
        contract.add_event('cancel', date(2026, 10, 11))
        note = self.bill(date(2026, 10, 20)).move_ids
        self.assertEqual((note.amount_residual, self.account.open_credit), (745, 745))
        self.make_contract(self.account, start=date(2026, 11, 1))
        following = self.bill(date(2026, 11, 1)).move_ids
        self.assertEqual((following.amount_total, following.amount_residual), (1100, 355))
        self.assertEqual((note.amount_residual, self.account.open_credit), (0, 0))

    def test_invoices_due_first_are_paid_first(self):
        contract = self.make_contract(self.account)
        first = self.bill(date(2026, 10, 1)).move_ids
        second = self.bill(date(2026, 11, 1)).move_ids
        contract.add_event('cancel', date(2026, 10, 1))
        note = self.bill(date(2026, 11, 1)).move_ids
        self.assertEqual(note.amount_total, 2200)
        self.assertEqual((first | second).mapped('amount_residual'), [0, 0])
        other = self.make_account('Other')
        contract = self.make_contract(other)
        first = self.bill(date(2026, 10, 1)).move_ids
        second = self.bill(date(2026, 11, 1)).move_ids
        contract.add_event('cancel', date(2026, 11, 1))
        self.bill(date(2026, 11, 2))
        self.assertEqual((first | second).mapped('amount_residual'), [0, 1100])

    def test_others_pay_their_own_invoices(self):
        other = self.make_account('Other')
        self.make_contract(other)
        self.credited()
        [invoice] = self.env['account.move'].search([('sb_account_id', '=', other.id)])
        self.assertEqual(invoice.amount_residual, 1100)

    def test_refund_by_setting_of_the_company_or_of_the_account(self):
        self.company.sb_credit_policy = 'refund'
        invoice, note = self.credited()
        self.assertEqual((note.sb_credit_use, note.amount_residual), ('refund', 745))
        self.assertEqual(invoice.amount_residual, 1100)
        self.pay(note)
        self.assertIn(note.payment_state, ('paid', 'in_payment'))
        other = self.make_account('Other', credit_policy='offset')
        _invoice, note = self.credited(account=other)
        self.assertEqual((note.sb_credit_use, note.amount_residual), ('offset', 0))

    def test_an_accountant_decides_otherwise(self):
        self.account.credit_policy = 'refund'
        invoice, note = self.credited()
        note.action_sb_offset()
        self.assertEqual((note.amount_residual, invoice.amount_residual), (0, 355))
        with self.assertRaisesRegex(UserError, 'no open credit note'):
            note.action_sb_refund()

    def test_cancelling_a_credit_note_opens_the_invoice_again(self):
        invoice, note = self.credited()
        note.action_sb_cancel_invoice()
        self.assertEqual((invoice.amount_residual, note.amount_residual), (1100, 0))
        again = self.bill(date(2026, 10, 20)).move_ids
        self.assertEqual((again.amount_total, invoice.amount_residual), (745, 355))

    def test_cancelling_an_offset_invoice_frees_the_credit_for_others(self):
        self.make_contract(self.account, self.arrears, start=date(2026, 8, 1))
        open_invoice = self.bill(date(2026, 9, 1)).move_ids
        self.assertEqual(open_invoice.amount_total, 3300)
        invoice, note = self.credited()
        self.assertEqual((note.amount_residual, open_invoice.amount_residual), (0, 2555))
        # The invoice of October bills September's arrears too.
        self.assertEqual(invoice.amount_residual, 4400)
        open_invoice.action_sb_cancel_invoice()
        self.assertEqual((note.amount_residual, invoice.amount_residual), (0, 3655))

    def test_a_credit_note_by_hand_belongs_to_the_account(self):
        self.make_contract(self.account)
        invoice = self.bill(date(2026, 10, 1)).move_ids
        self.make_contract(self.account, start=date(2026, 11, 1))
        second = self.bill(date(2026, 11, 1)).move_ids
        self.pay(invoice)
        note = invoice._reverse_moves([{'invoice_date': invoice.invoice_date}])
        note.invoice_line_ids.price_unit = 100
        note.action_post()
        self.assertEqual((note.sb_account_id, note.sb_credited_move_ids), (self.account, invoice))
        self.assertEqual(note.amount_residual, 0)
        self.assertEqual(second.amount_residual, second.amount_total - 110)

    def test_an_account_of_net_zero_is_paid_at_once(self):
        for price in (500, -500):
            self.env['smart.billing.one.off'].create({
                'account_id': self.account.id, 'name': 'Work', 'product_id': self.product.id,
                'date': date(2026, 10, 1), 'unit_price': price})
        move = self.bill(date(2026, 10, 1)).move_ids
        self.assertEqual((move.state, move.amount_total, move.payment_state), ('posted', 0, 'paid'))
        self.assertFalse(move.sb_request_ids)

    def test_offsets_are_made_in_sets(self):
        """The queries that find the pairs do not grow with the accounts."""
        from ..engine.offset import _plan

        self.company.sb_credit_policy = 'refund'
        accounts = [self.make_account(f'Account {number}') for number in range(6)]
        contracts = [self.make_contract(account) for account in accounts]
        self.bill(date(2026, 10, 1))
        for contract in contracts:
            contract.add_event('cancel', date(2026, 10, 11))
        self.bill(date(2026, 10, 20)).move_ids.sb_credit_use = 'offset'
        self.env.flush_all()
        counts = []
        for number in (2, 6):
            before = self.cr.sql_log_count
            pairs = _plan(self.env, [account.id for account in accounts[:number]])
            counts.append(self.cr.sql_log_count - before)
            self.assertEqual(len(pairs), number)
        self.assertEqual(counts[0], counts[1])

    def test_a_credit_that_was_typed_into_a_run_is_offset_too(self):
        """A negative one-off alone makes a credit note."""
        self.make_contract(self.account)
        invoice = self.bill(date(2026, 10, 1)).move_ids
        self.env['smart.billing.one.off'].create({
            'account_id': self.account.id, 'name': 'Goodwill', 'product_id': self.product.id,
            'date': date(2026, 10, 2), 'unit_price': -100})
        note = self.bill(date(2026, 10, 2)).move_ids
        self.assertEqual((note.move_type, note.amount_total), ('out_refund', 110))
        self.assertEqual(invoice.amount_residual, 990)
        self.assertEqual(
            invoice.line_ids.matched_credit_ids.credit_move_id.move_id, note)


@tagged('post_install', '-at_install')
class TestAccountantOffsets(BillingCase):

    def test_an_accountant_posts_a_credit_note_of_an_account(self):
        """He need not be a user of Smart Billing."""
        accountant = self.env['res.users'].create({
            'name': 'Accountant', 'login': 'offset_accountant', 'company_id': self.company.id,
            'company_ids': [Command.set(self.company.ids)],
            'group_ids': [Command.set(self.env.ref('account.group_account_manager').ids)]})
        self.make_contract()
        invoice = self.bill(date(2026, 10, 1)).move_ids.with_user(accountant)
        note = invoice._reverse_moves([{'invoice_date': invoice.invoice_date}])
        note.action_post()
        self.assertEqual((note.amount_residual, invoice.amount_residual), (0, 0))

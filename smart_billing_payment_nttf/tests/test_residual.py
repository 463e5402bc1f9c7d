from datetime import date

from odoo import Command
from odoo.tests import tagged

from odoo.addons.smart_billing.reports.invoice_document import document_of

from .common import NttfCase


@tagged('post_install', '-at_install')
class TestResidual(NttfCase):
    """A service is asked for what is open when the batch is sealed (残額請求)."""

    def credit(self, account, amount, day=date(2026, 10, 1)):
        """A posted credit note of an account, without tax."""
        note = self.env['account.move'].create({
            'move_type': 'out_refund', 'partner_id': account.partner_id.id,
            'company_id': self.company.id, 'sb_account_id': account.id, 'invoice_date': day,
            'invoice_line_ids': [Command.create({
                'name': 'Credit', 'price_unit': amount, 'tax_ids': [Command.clear()]})]})
        note.action_post()
        return note

    def asked(self, batch):
        """What the sealed file asks for."""
        return [record.amount for record in self.sent_records(batch).records]

    def test_a_credit_between_drafting_and_sealing_lowers_what_is_asked(self):
        account = self.make_payer()
        request = self.ask(account)
        self.credit(account, 300)
        self.assertEqual(request.amount, 800)
        request.batch_id.action_seal()
        self.assertEqual(self.asked(request.batch_id), [800])

    def test_a_request_whose_invoice_is_settled_is_closed_with_its_reason(self):
        account, other = self.make_payer(), self.make_payer('Other')
        settled, kept = self.ask(account, other)
        note = self.credit(account, 1100)
        self.assertEqual(settled.state, 'cancelled')
        self.assertIn(note.name, settled.result_reason)
        self.assertIn(note.name, settled.move_id.collection_reason)
        settled.batch_id.action_seal()
        self.assertEqual((kept.state, self.asked(kept.batch_id)), ('sealed', [1100]))

    def test_a_credit_over_two_batches(self):
        """It settles what is due first and lowers the next; each file asks for the rest."""
        account, other = self.make_payer(), self.make_payer('Other')
        first, second = self.ask(account), self.ask(account, due=date(2026, 11, 27))
        with_first = self.ask(other)
        self.assertEqual(first.batch_id, with_first.batch_id)
        self.assertNotEqual(first.batch_id, second.batch_id)
        self.credit(account, 1500)
        self.assertEqual((first.state, second.amount), ('cancelled', 700))
        first.batch_id.action_seal()
        second.batch_id.action_seal()
        self.assertEqual(self.asked(first.batch_id), [1100])
        self.assertEqual(self.asked(second.batch_id), [700])

    def test_what_is_in_a_file_is_not_offset_any_more(self):
        """The credit waits for the next invoice: the service collects what it was asked for."""
        account = self.make_payer()
        batch = self.sent_batch(account)
        note = self.credit(account, 300)
        self.assertEqual((batch.request_ids.amount, note.amount_residual), (1100, 300))
        self.receive(self.answer(batch, {account: '0'}), batch=batch)
        self.assertEqual(batch.request_ids.move_id.payment_state, 'paid')
        following = self.ask(account, due=date(2026, 11, 27))
        self.assertEqual((following.amount, note.amount_residual), (800, 0))

    def test_a_recalled_batch_asks_for_the_rest(self):
        account = self.make_payer()
        request = self.ask(account)
        batch = request.batch_id
        batch.action_seal()
        note = self.credit(account, 300)
        self.assertEqual(note.amount_residual, 300)
        batch.action_recall()
        note.action_sb_offset()
        batch.action_seal()
        self.assertEqual(self.asked(batch), [800])

    def test_a_batch_of_settled_requests_is_cancelled(self):
        account = self.make_payer()
        request = self.ask(account)
        self.credit(account, 1100)
        batch = request.batch_id
        batch.action_send()
        with self.enter_registry_test_mode():
            self.env.ref('smart_billing.cron_send_batches').method_direct_trigger()
        self.assertEqual(batch.state, 'cancelled')
        self.assertIn('Nothing is left', batch.problem)

    def test_money_of_a_cancelled_invoice_pays_the_next_one(self):
        """Collected, cancelled, billed anew: the customer is not debited twice."""
        account = self.make_payer()
        contract = self.make_contract(account)
        invoice = self.bill(date(2026, 10, 1)).move_ids
        batch = invoice.sb_request_ids.batch_id
        batch.action_seal()
        batch._set_state('sending')
        batch._mark_sent()
        self.receive(self.answer(batch, {account: '0'}), batch=batch)
        self.assertEqual(invoice.collection_state, 'collected')
        invoice.action_sb_cancel_invoice()
        again = self.bill(date(2026, 10, 1)).move_ids
        self.assertEqual(again.sb_item_ids.contract_id, contract)
        self.assertEqual((again.amount_total, again.amount_residual), (1100, 0))
        self.assertFalse(again.sb_request_ids)

    def test_a_cancelled_credit_note_is_asked_for_again(self):
        account = self.make_payer()
        request = self.ask(account)
        note = self.credit(account, 1100)
        self.assertEqual(request.state, 'cancelled')
        note._reverse_moves(cancel=True)
        asked = request.move_id.sb_request_ids.filtered(lambda r: r.state == 'open')
        self.assertEqual((asked.attempt, asked.amount), (2, 1100))

    def test_the_paper_tells_the_day_of_the_debit(self):
        account = self.make_payer()
        account.partner_id.lang = 'en_US'
        move = self.ask(account).move_id
        document = document_of(move)
        self.assertEqual([(entry.label, entry.text) for entry in document.payment],
                         [("Day of the debit", "October 27, 2026")])
        self.assertFalse("transfer" in document.payment_text)

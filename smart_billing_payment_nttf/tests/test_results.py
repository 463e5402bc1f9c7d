from datetime import date

from odoo.tests import tagged

from .common import CONSIGNOR, NttfCase


@tagged('post_install', '-at_install')
class TestResults(NttfCase):
    """From the bytes of a result file to the ledger, the invoice and the mandate."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first, cls.second = cls.make_payer('A'), cls.make_payer('B')
        cls.batch = cls.sent_batch(cls.first, cls.second)

    def request_of(self, account):
        return self.batch.request_ids.filtered(lambda request: request.account_id == account)

    def posted(self, account):
        return sum(self.env['account.move.line'].search([
            ('account_id', '=', account.id), ('parent_state', '=', 'posted')]).mapped('balance'))

    def test_collected_is_paid_and_failed_stays_open_with_the_reason(self):
        file = self.receive(self.answer(self.batch, {self.first: '0', self.second: '1'}),
                            batch=self.batch)
        self.assertEqual((file.state, file.problem, file.exception_count), ('applied', False, 0))
        self.assertEqual(self.batch.state, 'answered')
        paid, failed = self.request_of(self.first), self.request_of(self.second)
        self.assertEqual((paid.state, paid.date_result), ('collected', date(2026, 10, 27)))
        self.assertIn(paid.move_id.payment_state, ('paid', 'in_payment'))
        self.assertEqual(paid.move_id.collection_state, 'collected')
        self.assertEqual((failed.state, failed.result_reason), ('failed', "Insufficient funds"))
        self.assertEqual(failed.move_id.payment_state, 'not_paid')
        self.assertEqual(failed.move_id.collection_reason, "Insufficient funds")
        self.assertEqual((self.posted(self.clearing), self.posted(self.suspense)), (1100, 0))

    def test_a_success_ends_the_first_debit(self):
        self.receive(self.answer(self.batch, {self.first: '0', self.second: '1'}),
                     batch=self.batch)
        self.assertEqual(self.first.mandate_ids.new_code, '0')
        self.assertEqual(self.second.mandate_ids.new_code, '1', "nothing was debited")

    def test_codes_2_3_and_4_suspend_the_mandate_and_others_do_not(self):
        accounts = [self.make_payer(f'Code {code}') for code in '123489']
        batch = self.sent_batch(*accounts, due=date(2026, 11, 27))
        self.receive(self.answer(batch, dict(zip(accounts, '123489'))), batch=batch)
        states = {code: account.mandate_ids.state for code, account in zip('123489', accounts)}
        self.assertEqual(states, {'1': 'active', '2': 'suspended', '3': 'suspended',
                                  '4': 'suspended', '8': 'active', '9': 'active'})
        self.assertIn("Stopped by the account holder (result code 3 of 2026-11-27)",
                      accounts[2].mandate_ids.suspension_reason)
        self.assertFalse(accounts[2].mandate_ids.token_id.active)
        self.assertEqual(set(batch.request_ids.mapped('state')), {'failed'})
        request = self.ask(accounts[1], due=date(2026, 12, 28))
        self.assertIn("is suspended (No such account", request.problem)

    def test_a_mandate_that_was_replaced_meanwhile_is_not_the_one_that_failed(self):
        self.first.mandate_ids.action_end()
        newer = self.first.mandate_ids.copy({'account_number': '7777777'})
        newer.action_activate()
        self.receive(self.answer(self.batch, {self.first: '2', self.second: '0'}),
                     batch=self.batch)
        self.assertEqual(newer.state, 'active')

    def test_an_account_changed_after_the_file_was_made_does_not_disturb_its_result(self):
        self.first.mandate_ids.account_number = '7654321'
        file = self.receive(self.answer(self.batch, {self.first: '0', self.second: '0'}),
                            batch=self.batch)
        self.assertEqual(file.exception_count, 0)

    def test_an_unknown_code_is_an_exception_and_never_sent_again_by_itself(self):
        file = self.receive(self.answer(self.batch, {self.first: '7', self.second: '0'}),
                            batch=self.batch)
        receipt = file.receipt_ids.filtered(lambda r: r.account_id == self.first)
        self.assertEqual((receipt.kind, receipt.state), ('unclear', 'exception'))
        self.assertIn("Result code '7'", receipt.problem)
        self.assertEqual(self.request_of(self.first).state, 'unknown')
        self.assertEqual(self.request_of(self.second).state, 'collected')

    def test_money_of_an_unknown_customer_goes_to_suspense(self):
        content = self.answer(self.batch, {self.first: '0'}, customer_number='9' * 20)
        file = self.receive(content, batch=self.batch)
        self.assertEqual(file.receipt_ids.state, 'suspense')
        self.assertIn("was not in the file", file.receipt_ids.problem)
        self.assertEqual((self.posted(self.clearing), self.posted(self.suspense)), (1100, -1100))
        self.assertEqual(self.request_of(self.first).state, 'unknown')

    def test_another_amount_or_account_does_not_pay_the_invoice(self):
        for values, word in (({'amount': 1101}, "reports 1101 yen, but 1100"),
                             ({'account_number': '9999999'}, "another bank account")):
            with self.subTest(word), self.env.cr.savepoint() as savepoint:
                file = self.receive(self.answer(self.batch, {self.first: '0'}, **values),
                                    batch=self.batch)
                self.assertEqual(file.receipt_ids.state, 'suspense')
                self.assertIn(word, file.receipt_ids.problem)
                self.assertEqual(self.request_of(self.first).move_id.payment_state, 'not_paid')
                savepoint.rollback()

    def test_a_record_the_result_leaves_out_is_unknown(self):
        self.receive(self.answer(self.batch, {self.first: '0'}), batch=self.batch)
        self.assertEqual(self.request_of(self.second).state, 'unknown')

    # === FILES THAT ARE REFUSED WHOLE === #

    def assertRefused(self, content, *words, name=None):
        file = self.receive(content, name=name, batch=self.batch)
        self.assertEqual(file.state, 'refused')
        for word in words:
            self.assertIn(word, file.problem)
        self.assertFalse(file.receipt_ids)
        self.assertEqual(self.batch.state, 'sent')
        self.assertEqual((self.posted(self.clearing), self.posted(self.suspense)), (0, 0))
        return file

    def good(self):
        return self.answer(self.batch, {self.first: '0', self.second: '1'})

    def test_a_truncated_file(self):
        self.assertRefused(self.good()[:300], "cut off", "send it again")
        self.assertRefused(b''.join(self.good().splitlines(keepends=True)[:-1]), "cut off")
        self.assertRefused(b'', "empty")

    def test_wrong_totals_name_both_numbers(self):
        lines = self.good().splitlines(keepends=True)
        lines[3] = lines[3][:19] + b'000002' + lines[3][25:]
        self.assertRefused(b''.join(lines), "says 2 as number collected, the records make 1")

    def test_an_ebcdic_flag(self):
        good = self.good()
        self.assertRefused(good[:3] + b'1' + good[4:], "EBCDIC", "code 0 (JIS)")

    def test_stray_line_endings(self):
        good = self.good()
        self.assertRefused(good[:244].replace(b'\r\n', b'\n') + good[244:], "Take the file as")
        self.profile.result_separator = 'none'
        self.assertRefused(good, "Records end with 'crlf'", "none")

    def test_another_consignors_file(self):
        good = self.good()
        self.assertRefused(good[:4] + b'9999999999' + good[14:],
                           "for consignor 9999999999", "somebody else")

    def test_another_debit_day(self):
        good = self.good()
        self.assertRefused(good[:54] + b'1127' + good[58:], "1127", "1027")

    def test_no_such_batch(self):
        good = self.good()
        content = good[:54] + b'1127' + good[58:]
        self.assertRefused(content, "No batch for debit day 1127",
                           name=f'{CONSIGNOR}_20261127_01.res')

    def test_a_batch_that_was_never_sent_has_no_result(self):
        third = self.make_payer('C')
        batch = self.ask(third, due=date(2026, 11, 27)).batch_id
        batch.action_seal()
        file = self.receive(self.answer(batch, {third: '0'}), batch=batch)
        self.assertEqual(file.state, 'refused')
        self.assertIn(f"{batch.name} was not sent", file.problem)
        self.assertEqual(batch.state, 'sealed')

    def test_the_same_result_twice_counts_once(self):
        content = self.good()
        first = self.receive(content, batch=self.batch)
        again = self.receive(content, name=f'{CONSIGNOR}_20261027_02.res')
        self.assertEqual(again, first)
        other = self.answer(self.batch, {self.first: '0', self.second: '0'})
        second = self.receive(other, batch=self.batch)
        self.assertEqual(second.state, 'refused')
        self.assertIn("was applied already", second.problem)
        self.assertEqual(self.posted(self.clearing), 1100)

    def test_a_file_of_any_name_finds_its_batch_by_header_and_totals(self):
        file = self.receive(self.good(), name='FURIKAE.TXT')
        self.assertEqual((file.state, file.batch_id), ('applied', self.batch))

    def test_a_result_answers_an_unknown_transfer(self):
        third = self.make_payer('C')
        batch = self.ask(third, due=date(2026, 11, 27)).batch_id
        batch.action_seal()
        batch._set_state('sending')
        file = self.receive(self.answer(batch, {third: '0'}), batch=batch)
        self.assertEqual((file.state, batch.state), ('applied', 'answered'))

    def test_a_refused_file_can_be_read_again_after_the_profile_was_corrected(self):
        self.profile.result_separator = 'none'
        file = self.assertRefused(self.good(), "Records end with")
        self.profile.result_separator = 'crlf'
        file.action_retry()
        with self.enter_registry_test_mode():
            self.env.ref('smart_billing.cron_process_receipts').method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(file.state, 'applied')

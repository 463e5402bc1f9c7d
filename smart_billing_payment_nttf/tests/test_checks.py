from datetime import date
from hashlib import sha256

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .common import CONSIGNOR, NttfCase


@tagged('post_install', '-at_install')
class TestChecks(NttfCase):
    """What cannot be sent stays behind and says why; the rest goes into the file."""

    def assertParked(self, request, *words):
        for word in words:
            self.assertIn(word, request.problem)
        batch = request.batch_id
        good = self.ask(self.make_payer('Good'))
        self.assertFalse(good.problem)
        batch.action_seal()
        self.assertEqual((request.state, good.state), ('open', 'sealed'))
        self.assertEqual(request.batch_id.date_collect, date(2026, 11, 27))
        self.assertEqual(len(self.sent_records(batch).records), 1)

    def test_a_missing_mandate_names_the_account(self):
        account = self.make_account('No mandate', provider_id=self.provider.id)
        self.assertParked(self.ask(account), account.code, "has no direct-debit mandate")

    def test_a_suspended_mandate_tells_its_reason(self):
        account = self.make_payer()
        account.mandate_ids._suspend("No such account")
        self.assertParked(
            self.ask(account), account.mandate_ids.name, "suspended", "No such account")

    def test_a_mandate_that_is_not_confirmed_waits(self):
        account = self.make_payer()
        account.mandate_ids.action_end()
        mandate = account.mandate_ids.copy({'account_number': '7654321'})
        mandate.action_file()
        self.assertParked(self.ask(account), mandate.name, "not active yet")

    def test_a_mandate_of_other_days_waits(self):
        late = self.make_payer('Late', date_start=date(2026, 11, 1))
        request = self.ask(late)
        self.assertIn("valid from 2026-11-01", request.problem)
        over = self.make_payer('Over', date_start=date(2026, 1, 1), date_end=date(2026, 10, 26))
        self.assertParked(self.ask(over), "was valid until 2026-10-26")

    def test_unreadable_kana_names_mandate_character_and_remedy(self):
        account = self.make_payer()
        # As an import or an older version may have left it: the field's own check is passed by.
        self.env.cr.execute("UPDATE smart_billing_mandate SET holder_kana = %s WHERE id = %s",
                            ('山田', account.mandate_ids.id))
        self.env.invalidate_all()
        self.assertParked(self.ask(account), account.mandate_ids.name, "'山'", "in kana")

    def test_a_name_that_is_too_long_says_by_how_much(self):
        account = self.make_payer()
        self.env.cr.execute("UPDATE smart_billing_mandate SET holder_kana = %s WHERE id = %s",
                            ('ｱ' * 31, account.mandate_ids.id))
        self.env.invalidate_all()
        self.assertParked(self.ask(account), "31 characters", "only 30 fit", "Shorten")

    def test_an_amount_over_the_limit_says_the_limit(self):
        self.profile.max_amount = 300000
        self.assertParked(
            self.ask(self.make_payer(), amount=300001), "300001", "limit of 300000", "Split")

    def test_an_amount_under_the_minimum_says_the_minimum(self):
        self.profile.min_amount = 500
        request = self.ask(self.make_payer(), amount=499)
        self.assertIn("minimum of 500 yen", request.problem)

    def test_an_amount_that_does_not_fit_the_field(self):
        self.assertParked(
            self.ask(self.make_payer(), amount=10000000000), "limit of 9999999999")

    def test_nothing_left_to_pay_is_no_debit_of_zero(self):
        request = self.ask(self.make_payer())
        good = self.ask(self.make_payer('Good'))
        refund = request.move_id._reverse_moves([{'invoice_date': date(2026, 10, 1)}], cancel=True)
        self.assertEqual(refund.state, 'posted')
        good.batch_id.action_seal()
        self.assertEqual(request.state, 'cancelled')
        self.assertEqual(len(self.sent_records(good.batch_id).records), 1)

    def test_an_account_number_with_letters_names_the_field(self):
        account = self.make_payer()
        self.env.cr.execute("UPDATE smart_billing_mandate SET account_number = %s WHERE id = %s",
                            ('12A4567', account.mandate_ids.id))
        self.env.invalidate_all()
        request = self.ask(account)
        self.assertIn("account number may hold digits only", request.problem)
        self.assertNotIn('12A4567', request.problem, "no account number in a sentence")

    def test_the_second_request_of_a_customer_goes_to_the_next_debit_day(self):
        account = self.make_payer()
        first, second = self.ask(account), self.ask(account, amount=2200)
        self.assertFalse(first.problem)
        self.assertIn(first.move_id.name, second.problem)
        batch = first.batch_id
        batch.action_seal()
        self.assertEqual((first.state, second.state), ('sealed', 'open'))
        self.assertEqual(second.batch_id.date_collect, date(2026, 11, 27))
        second.batch_id.action_seal()
        self.assertEqual(second.state, 'sealed')
        self.assertFalse(second.problem)

    def test_a_request_with_a_problem_does_not_hold_up_the_customers_others(self):
        self.profile.max_amount = 300000
        account = self.make_payer()
        first, second = self.ask(account, amount=300001), self.ask(account)
        self.assertTrue(first.problem)
        self.assertFalse(second.problem)

    def test_a_problem_that_is_cured_is_forgotten(self):
        account = self.make_payer()
        account.mandate_ids._suspend("Form came back")
        request = self.ask(account)
        self.assertTrue(request.problem)
        account.mandate_ids.action_activate()
        request.batch_id.action_seal()
        self.assertEqual((request.state, request.problem), ('sealed', False))

    def test_a_batch_without_a_good_request_is_not_sealed(self):
        request = self.ask(self.make_account('None', provider_id=self.provider.id))
        with self.assertRaisesRegex(UserError, "no request that can be sent"):
            request.batch_id.action_seal()

    def test_checks_read_in_sets(self):
        accounts = [self.make_payer(f'Payer {number}') for number in range(12)]
        requests = self.ask(*accounts)
        counts = []
        for number in (3, 12):
            self.env.invalidate_all()
            some = requests[:number]
            some.mapped('move_id.name')
            before = self.cr.sql_log_count
            self.provider._sb_check_requests(some, date(2026, 10, 27))
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1], "queries must not grow with the rows")


@tagged('post_install', '-at_install')
class TestEncoding(NttfCase):

    def test_the_file_holds_what_was_asked_in_the_format_of_the_standard(self):
        first = self.make_payer('A', holder_kana='株式会社ヤマダ')
        second = self.make_payer('B', account_number='7654321', account_type='2')
        batch = self.ask(first, second).batch_id
        batch.action_seal()
        self.assertEqual(batch.file_name, f'{CONSIGNOR}_20261027_01.dat')
        sent = self.sent_records(batch)
        self.assertEqual(
            (sent.header.consignor_code, sent.header.consignor_name, sent.header.debit_date,
             sent.header.bank_code, sent.header.bank_name, sent.header.account_number),
            (CONSIGNOR, 'ｶ)ｻﾝﾌﾟﾙｻ-ﾋﾞｽ', '1027', '0001', 'ﾐｽﾞﾎ', '0000001'))
        self.assertEqual([
            (r.customer_number[-10:], r.holder_name, r.amount, r.account_type, r.account_number,
             r.new_code, r.bank_name, r.branch_name) for r in sent.records], [
            (first.code, 'ｶ)ﾔﾏﾀﾞ', 1100, '1', '1234567', '1', 'ﾐｽﾞﾎ', 'ﾄｳｷﾖｳ'),
            (second.code, 'ﾔﾏﾀﾞ ﾀﾛｳ', 1100, '2', '7654321', '1', 'ﾐｽﾞﾎ', 'ﾄｳｷﾖｳ')])
        self.assertEqual((sent.trailer.count, sent.trailer.amount), (2, 2200))

    def test_the_same_batch_sealed_again_gives_the_same_bytes(self):
        batch = self.ask(self.make_payer('A'), self.make_payer('B')).batch_id
        batch.action_seal()
        first = batch.file_sha256
        batch.action_recall()
        batch.action_seal()
        self.assertEqual(batch.file_sha256, first)
        self.assertEqual(
            sha256(self.env['ir.attachment'].search([
                ('res_model', '=', batch._name), ('res_id', '=', batch.id),
                ('res_field', '=', 'file_content')]).raw).hexdigest(), first)

    def test_the_request_remembers_its_mandate(self):
        account = self.make_payer()
        request = self.ask(account)
        request.batch_id.action_seal()
        self.assertEqual(request.mandate_id, account.mandate_ids)

    def test_a_consignor_without_an_account_is_told_before_the_file_is_made(self):
        self.provider.write({'state': 'disabled', 'nttf_consignor_name': False})
        batch = self.ask(self.make_payer()).batch_id
        with self.assertRaisesRegex(UserError, "consignor name is empty"):
            batch.action_seal()
        self.assertEqual(batch.state, 'draft')

    def test_a_billing_user_makes_the_file_without_seeing_bank_accounts(self):
        user = new_test_user(
            self.env, 'nttf_operator', 'smart_billing.group_billing_user',
            company_id=self.company.id, company_ids=[Command.set(self.company.ids)])
        request = self.ask(self.make_payer())
        batch = request.batch_id.with_user(user)
        batch.action_seal()
        self.assertEqual((batch.state, request.state), ('sealed', 'sealed'))
        batch.action_recall()
        self.assertEqual(batch.state, 'draft')

    def test_a_foreign_currency_cannot_be_debited(self):
        request = self.ask(self.make_payer())
        self.company.currency_id.rounding = 0.01
        with self.assertRaisesRegex(UserError, "collects yen only"):
            self.provider._sb_check_requests(request, date(2026, 10, 27))

    def test_problems_are_told_in_the_users_language(self):
        self.env['res.lang']._activate_lang('ja_JP')
        self.env['ir.module.module'].search(
            [('name', '=', 'smart_billing_payment_nttf')])._update_translations(['ja_JP'])
        self.profile.max_amount = 1000
        request = self.ask(self.make_payer())
        problem = self.provider.with_context(lang='ja_JP')._sb_check_requests(
            request, date(2026, 10, 27))[request.id]
        self.assertIn("金額 1100 円がサービスの上限 1000 円を超えています", problem)

from datetime import date, timedelta

from psycopg2 import IntegrityError

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import NttfCase


@tagged('post_install', '-at_install')
class TestMandate(NttfCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account = cls.make_payer()
        cls.mandate = cls.account.mandate_ids
        cls.user = new_test_user(
            cls.env, 'nttf_user', 'smart_billing.group_billing_user', company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)])
        cls.auditor = new_test_user(
            cls.env, 'nttf_auditor', 'smart_billing.group_billing_auditor',
            company_id=cls.company.id, company_ids=[Command.set(cls.company.ids)])

    def new(self, **values):
        return self.env['smart.billing.mandate'].create({
            'account_id': self.make_account('New').id, 'provider_id': self.provider.id, **values})

    def test_a_mandate_lives_from_application_to_end(self):
        mandate = self.new(bank_code='0001', branch_code='001', account_number='1',
                           holder_kana='ヤマダ')
        self.assertEqual(mandate.state, 'applied')
        mandate.action_file()
        mandate.action_return()
        mandate.action_file()
        mandate.action_activate()
        self.assertEqual((mandate.state, mandate.date_start), ('active', date(2026, 10, 1)))
        mandate.action_suspend()
        self.assertEqual(mandate.suspension_reason, "Suspended by hand")
        mandate.action_activate()
        self.assertFalse(mandate.suspension_reason)
        mandate.action_end()
        self.assertEqual((mandate.state, mandate.date_end), ('ended', date(2026, 10, 1)))
        with self.assertRaisesRegex(UserError, "cannot go from 'Ended' to 'Active'"):
            mandate.action_activate()

    def test_an_incomplete_form_says_what_is_missing(self):
        mandate = self.new(bank_code='0001')
        with self.assertRaisesRegex(UserError, "Branch Code, Account Number, Account holder in"):
            mandate.action_file()
        self.assertEqual(mandate.state, 'applied')

    def test_bank_and_branch_are_known_by_their_codes(self):
        self.assertEqual((self.mandate.bank_name, self.mandate.branch_name),
                         ('みずほ', '東京営業部'))
        mandate = self.new(bank_code='9900', branch_code='019')
        self.assertEqual(mandate.branch_kana, 'ゼロイチキユウ')

    def test_an_unknown_bank_or_branch_is_named(self):
        with self.assertRaisesRegex(ValidationError, "no bank 9998"):
            self.new(bank_code='9998')
        mandate = self.new(bank_code='0001', branch_code='999', account_number='1',
                           holder_kana='ヤマダ')
        with self.assertRaisesRegex(UserError, "no branch 999"):
            mandate.action_file()

    def test_codes_are_digits_of_their_length(self):
        for values, word in (({'bank_code': '12'}, "bank code has 4 digits"),
                             ({'bank_code': '0001', 'branch_code': 'A01'}, "branch code has 3"),
                             ({'account_number': '12-4567'}, "account number has 7 digits")):
            with self.assertRaisesRegex(ValidationError, word), self.env.cr.savepoint():
                self.new(**values)

    def test_a_short_number_gets_its_zeros(self):
        self.assertEqual(self.new(account_number='42').account_number, '0000042')

    def test_kana_are_written_as_bank_files_take_them(self):
        for entered, written in (('株式会社ヤマダ', 'ｶ)ﾔﾏﾀﾞ'), ('やまだ　たろう', 'ﾔﾏﾀﾞ ﾀﾛｳ'),
                                 ('キャノン', 'ｷﾔﾉﾝ')):
            self.mandate.holder_kana = entered
            self.assertEqual(self.mandate.holder_kana, written)

    def test_unreadable_kana_name_the_character_on_the_field(self):
        for entered, word in (('山田', "'山' .character 1. is kanji"), ('ア♪', "'♪'"),
                              ('ア' * 31, "only 30 fit"), ('ヲノ', "'ヲ'")):
            with self.assertRaisesRegex(ValidationError, word), self.env.cr.savepoint():
                self.mandate.holder_kana = entered
        self.assertEqual(self.mandate.holder_kana, 'ﾔﾏﾀﾞ ﾀﾛｳ')

    @mute_logger('odoo.sql_db')
    def test_one_active_mandate_an_account_is_the_databases_law(self):
        second = self.mandate.copy({'account_number': '7654321'})
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            second.action_activate()
            second.flush_recordset()
        self.mandate.action_end()
        second.invalidate_recordset()
        second.action_activate()
        self.assertEqual(self.account.mandate_id, second)

    def test_a_used_mandate_is_kept(self):
        with self.assertRaisesRegex(UserError, "cannot be deleted"):
            self.mandate.unlink()
        self.new().unlink()

    def test_an_ended_mandate_keeps_its_account(self):
        self.mandate.action_end()
        with self.assertRaisesRegex(UserError, "not edited any more"):
            self.mandate.account_number = '7777777'

    # === NEW CODE (新規コード) === #

    def test_first_then_known_then_changed(self):
        self.assertEqual(self.mandate.new_code, '1')
        self.mandate._confirm_debit(fields.Datetime.now())
        self.assertEqual(self.mandate.new_code, '0')
        self.mandate.account_number = '7654321'
        self.assertEqual(self.mandate.new_code, '2')
        self.mandate.holder_kana = 'ヤマダ ハナコ'
        self.assertEqual(self.mandate.new_code, '2', "the name is not the account")
        self.mandate._confirm_debit(fields.Datetime.now() + timedelta(seconds=1))
        self.assertEqual(self.mandate.new_code, '0')

    def test_a_change_while_the_file_is_away_is_told_with_the_next_one(self):
        sealed_on = fields.Datetime.now() - timedelta(days=1)
        self.mandate._confirm_debit(sealed_on)
        self.mandate.branch_code = '004'
        self.mandate._confirm_debit(sealed_on)
        self.assertEqual(self.mandate.new_code, '2')

    def test_a_new_mandate_of_a_debited_account_is_a_change(self):
        self.mandate._confirm_debit(False)
        self.mandate.action_end()
        self.assertEqual(self.mandate.copy({'account_number': '1111111'}).new_code, '2')

    # === JAPAN POST BANK === #

    def test_symbol_and_number_become_branch_and_account_by_the_profiles_rule(self):
        mandate = self.new(yucho_entry='12340-12345671')
        self.assertEqual((mandate.bank_code, mandate.branch_code, mandate.account_number),
                         ('9900', '234', '1234567'))
        self.profile.yucho_rule = 'transfer'
        mandate.yucho_entry = '12340-1-12345671'
        self.assertEqual(mandate.branch_code, '238')

    def test_a_wrong_symbol_is_refused_with_the_remedy(self):
        for entry, word in (('12345-12345671', "not a symbol"), ('99', "記号-番号")):
            with self.assertRaisesRegex(ValidationError, word), self.env.cr.savepoint():
                self.new(yucho_entry=entry)

    # === WHO SEES WHAT === #

    def test_others_than_managers_see_the_end_of_the_number_only(self):
        for user in (self.user, self.auditor):
            own = self.mandate.with_user(user)
            self.assertEqual(own.account_number_masked, '••••567')
            with self.assertRaises(AccessError):
                own.account_number
            self.assertNotIn('account_number', own.fields_get())
        self.assertEqual(self.mandate.account_number, '1234567')

    def test_a_user_enters_a_number_and_does_not_see_it_again(self):
        mandate = self.env['smart.billing.mandate'].with_user(self.user).create({
            'account_id': self.make_account('Own').id, 'provider_id': self.provider.id,
            'bank_code': '0001', 'branch_code': '001', 'account_number_masked': '7654321',
            'holder_kana': 'ヤマダ'})
        mandate.env.invalidate_all()
        self.assertEqual(mandate.account_number_masked, '••••321')
        self.assertEqual(mandate.sudo().account_number, '7654321')
        mandate.account_number_masked = '••••321'
        self.assertEqual(mandate.sudo().account_number, '7654321', "an unchanged mask is no entry")
        mandate.action_activate()
        self.assertEqual(mandate.state, 'active')

    def test_an_auditor_changes_nothing(self):
        with self.assertRaises(AccessError):
            self.mandate.with_user(self.auditor).action_suspend()

    def test_mandates_of_another_company_are_out_of_sight(self):
        stranger = new_test_user(
            self.env, 'nttf_stranger', 'smart_billing.group_billing_manager')
        stranger.write({'company_ids': [Command.set(self.env.ref('base.main_company').ids)],
                        'company_id': self.env.ref('base.main_company').id})
        own = self.env(user=stranger, context={})
        self.assertFalse(own['smart.billing.mandate'].search([('id', '=', self.mandate.id)]))

    def test_the_account_leads_to_its_mandates(self):
        self.assertEqual(self.account.mandate_count, 1)
        action = self.account.action_view_mandates()
        self.assertEqual(self.env[action['res_model']].search(action['domain']), self.mandate)

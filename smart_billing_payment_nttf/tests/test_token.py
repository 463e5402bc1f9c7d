from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import NttfCase


@tagged('post_install', '-at_install')
class TestToken(NttfCase):
    """An active mandate is mirrored by a token, which nothing else archives, offers or charges."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account = cls.make_payer()
        cls.mandate = cls.account.mandate_ids
        cls.token = cls.mandate.token_id

    def test_the_mirror_shows_bank_and_the_numbers_end(self):
        self.assertTrue(self.token.active)
        self.assertEqual(self.token.partner_id, self.account.partner_id)
        self.assertEqual(self.token.payment_details, 'みずほ 東京営業部 ••••567')
        self.mandate.account_number = '7654321'
        self.assertEqual(self.token.payment_details, 'みずほ 東京営業部 ••••321')

    def test_the_mirror_goes_and_comes_with_the_mandate(self):
        self.mandate.action_suspend()
        self.assertFalse(self.token.active)
        self.mandate.action_activate()
        self.assertTrue(self.mandate.token_id.active)
        self.mandate.action_end()
        self.assertFalse(self.mandate.token_id.active)

    def test_an_imported_active_mandate_is_complete_and_has_its_mirror(self):
        values = {'account_id': self.make_account('Import').id, 'provider_id': self.provider.id,
                  'state': 'active', 'bank_code': '0001', 'branch_code': '001',
                  'holder_kana': 'ヤマダ'}
        with self.assertRaisesRegex(UserError, "lacks: Account Number"), self.env.cr.savepoint():
            self.mandate.create(values)
        mandate = self.mandate.create({**values, 'account_number': '7654321'})
        self.assertTrue(mandate.token_id.active)

    def test_there_is_no_token_before_activation(self):
        mandate = self.mandate.copy({'account_number': '7654321'})
        mandate.action_file()
        self.assertFalse(mandate.token_id)

    def test_switching_the_service_off_and_to_test_archives_nothing(self):
        for state in ('test', 'enabled', 'disabled'):
            self.provider.state = state
            self.assertTrue(self.token.active, state)
            self.assertTrue(self.token.payment_method_id.active)

    def test_a_portal_user_cannot_remove_the_account(self):
        with self.assertRaisesRegex(UserError, self.mandate.name):
            self.token.active = False
        self.assertTrue(self.token.active)

    def test_an_old_mirror_cannot_be_revived(self):
        self.mandate.action_end()
        with self.assertRaisesRegex(UserError, "no active direct-debit mandate"):
            self.token.active = True

    def test_the_account_is_not_offered_at_pay_now_nor_on_the_portal(self):
        for validation in (False, True):
            tokens = self.env['payment.token']._get_available_tokens(
                self.provider.ids, self.account.partner_id.id, is_validation=validation)
            self.assertFalse(tokens)

    def test_the_service_is_not_offered_at_pay_now(self):
        providers = self.env['payment.provider']._get_compatible_providers(
            self.company.id, self.account.partner_id.id, 1100,
            currency_id=self.company.currency_id.id)
        self.assertNotIn(self.provider, providers)

    def test_a_charge_through_the_token_is_refused_in_words(self):
        transaction = self.env['payment.transaction'].create({
            'provider_id': self.provider.id, 'payment_method_id': self.token.payment_method_id.id,
            'token_id': self.token.id, 'reference': 'TEST-1', 'amount': 1100,
            'currency_id': self.company.currency_id.id, 'operation': 'offline',
            'partner_id': self.account.partner_id.id})
        transaction._charge_with_token()
        self.assertEqual(transaction.state, 'error')
        self.assertIn("collected on its debit day", transaction.state_message)

    def test_other_providers_tokens_are_left_alone(self):
        other = self.env['payment.provider'].create({
            'name': 'Other', 'code': 'none', 'state': 'test',
            'company_id': self.company.id})
        token = self.env['payment.token'].create({
            'provider_id': other.id, 'payment_method_id': self.token.payment_method_id.id,
            'partner_id': self.account.partner_id.id, 'provider_ref': 'other'})
        self.assertIn(token, self.env['payment.token']._get_available_tokens(
            other.ids, self.account.partner_id.id))
        other.state = 'disabled'
        self.assertFalse(token.active)

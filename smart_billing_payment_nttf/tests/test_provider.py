from pathlib import Path

from odoo.exceptions import UserError, ValidationError
from odoo.modules.module import get_module_path
from odoo.tests import new_test_user, tagged

from .common import NttfCase


@tagged('post_install', '-at_install')
class TestProvider(NttfCase):

    def test_secrets_are_stored_encrypted_and_never_shown(self):
        self.provider.write({'nttf_password': 's3cret', 'nttf_private_key': 'PRIVATE'})
        self.provider.flush_recordset()
        self.env.invalidate_all()
        self.env.cr.execute("SELECT * FROM payment_provider WHERE id = %s", [self.provider.id])
        row = str(self.env.cr.dictfetchone())
        self.assertNotIn('s3cret', row)
        self.assertNotIn('PRIVATE', row)
        self.assertFalse(self.provider.nttf_password)
        self.assertTrue(self.provider.nttf_has_password)
        self.provider.write({'nttf_host': 'localhost', 'nttf_user': 'me'})
        endpoint = self.provider._nttf_endpoint()
        self.assertEqual((endpoint.password, endpoint.private_key), ('s3cret', 'PRIVATE'))

    def test_saving_the_form_again_keeps_the_password(self):
        self.provider.nttf_password = 's3cret'
        self.provider.write({'nttf_password': False, 'nttf_host': 'localhost', 'nttf_user': 'me'})
        self.assertEqual(self.provider._nttf_endpoint().password, 's3cret')

    def test_a_foreign_key_asks_for_the_credentials_again(self):
        self.provider.write({'nttf_host': 'localhost', 'nttf_user': 'me',
                             'nttf_password_sealed': 'gAAAAABfoo'})
        with self.assertRaisesRegex(UserError, "Enter them again"):
            self.provider._nttf_endpoint()

    def test_secrets_are_for_the_system_group_alone(self):
        manager = new_test_user(self.env, 'nttf_manager', 'smart_billing.group_billing_manager')
        names = self.env['payment.provider'].with_user(manager).fields_get()
        for name in ('nttf_password', 'nttf_password_sealed', 'nttf_private_key',
                     'nttf_private_key_sealed', 'nttf_host', 'nttf_user', 'nttf_host_key'):
            self.assertNotIn(name, names)

    def test_a_copy_has_no_secrets(self):
        self.provider.nttf_password = 's3cret'
        self.assertFalse(self.provider.copy().nttf_has_password)

    def test_a_neutralized_database_cannot_reach_the_agency(self):
        self.provider.write({'nttf_host': 'agency.example', 'nttf_user': 'me',
                             'nttf_password': 's3cret'})
        self.provider.flush_recordset()
        path = Path(get_module_path('smart_billing_payment_nttf')) / 'data' / 'neutralize.sql'
        self.env.cr.execute(path.read_text(encoding='utf-8'))
        self.env.invalidate_all()
        self.assertFalse(self.provider.nttf_has_password)
        with self.assertRaisesRegex(UserError, "no SFTP host or user"):
            self.provider._nttf_endpoint()

    def test_resetting_the_credentials_forgets_them(self):
        self.provider.nttf_password = 's3cret'
        self.provider.action_reset_credentials()
        self.assertFalse(self.provider.nttf_has_password)
        self.assertEqual(self.provider.state, 'disabled')

    def test_what_the_header_needs_is_checked_when_it_is_entered(self):
        for values, word in (({'nttf_consignor_code': '123'}, "consignor code has 10 digits"),
                             ({'nttf_bank_code': '12'}, "collecting bank has 4 digits"),
                             ({'nttf_consignor_name': '見本'}, "is kanji"),
                             ({'nttf_consignor_name': 'ア' * 41}, "only 40 fit")):
            with self.assertRaisesRegex(ValidationError, word), self.env.cr.savepoint():
                self.provider.write(values)

    def test_the_service_cannot_be_switched_on_without_a_consignor(self):
        provider = self.provider.copy()
        with self.assertRaisesRegex(ValidationError, "Consignor code"):
            provider.state = 'enabled'

    def test_no_payment_method_line_goes_on_a_bank_journal(self):
        self.assertFalse(self.env['account.payment.method'].search([('code', '=', 'nttf')]))
        self.assertFalse(self.env['account.payment.method.line'].search([
            ('payment_provider_id', '=', self.provider.id)]))

    def test_the_host_key_needs_a_host(self):
        with self.assertRaisesRegex(UserError, "Enter the SFTP host"):
            self.provider.action_nttf_read_host_key()
        self.provider.write({'nttf_host': '127.0.0.1', 'nttf_port': 1})
        with self.assertRaisesRegex(UserError, "127.0.0.1, port 1, cannot be reached"):
            self.provider.action_nttf_read_host_key()

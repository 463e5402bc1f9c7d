from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import NttfCase


@tagged('post_install', '-at_install')
class TestProfile(NttfCase):

    def test_what_cannot_be_a_calendar_or_a_name_is_refused_in_words(self):
        for values, word in (
                ({'debit_days': '27, 40'}, "'40' is no debit day"),
                ({'debit_days': ' '}, "at least one debit day"),
                ({'upload_template': '{date}.dat'}, "must hold"),
                ({'result_template': '{date}_{part}_{year}'}, "is not known"),
                ({'report_template': '../{date}{part}'}, "letters, digits"),
                ({'upload_folder': '/up load'}, "letters, digits"),
                ({'result_folder': '/../etc'}, "letters, digits")):
            with self.assertRaisesRegex(ValidationError, word), self.env.cr.savepoint():
                self.profile.write(values)

    def test_file_names_follow_the_profile(self):
        self.profile.upload_template = 'KF-{date}-{part}-{mmdd}.txt'
        batch = self.ask(self.make_payer()).batch_id
        batch.action_seal()
        self.assertEqual(batch.file_name, 'KF-20261027-01-1027.txt')

    def test_records_follow_the_profile(self):
        self.profile.write({'separator': 'none', 'bank_names': False})
        batch = self.ask(self.make_payer()).batch_id
        batch.action_seal()
        sent = self.sent_records(batch)
        self.assertEqual(sent.records[0].bank_name, '')
        content = self.env['ir.attachment'].search([
            ('res_model', '=', batch._name), ('res_id', '=', batch.id),
            ('res_field', '=', 'file_content')]).raw
        self.assertEqual(len(content), 4 * 120)

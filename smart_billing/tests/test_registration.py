from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged

from .common import BillingCase

RIGHT, WRONG = 'T7000012050002', 'T7000012050003'


@tagged('post_install', '-at_install')
class TestRegistrationNumber(BillingCase):
    """The issuer's number is looked at; a wrong one is shown, or refused (登録番号)."""

    def test_a_missing_or_wrong_number_is_told_in_words(self):
        self.assertIn('has no registration number', self.company.sb_registration_problem)
        for number, words in ((WRONG, 'check digit'), ('7000012050002', 'T and 13 digits')):
            self.company.vat = number
            self.assertIn(words, self.company.sb_registration_problem)
        self.company.vat = RIGHT
        self.assertFalse(self.company.sb_registration_problem)

    def test_a_strict_company_refuses_a_wrong_number(self):
        self.company.sb_registration_check = 'strict'
        for record in (self.company, self.company.partner_id):
            with self.assertRaisesRegex(ValidationError, 'check digit'), self.env.cr.savepoint():
                record.vat = WRONG
            record.vat = RIGHT
            record.vat = False
        self.company.sb_registration_check = 'warn'
        self.company.vat = WRONG
        with self.assertRaisesRegex(ValidationError, 'check digit'):
            self.company.sb_registration_check = 'strict'

    def test_customers_and_companies_elsewhere_are_not_looked_at(self):
        self.company.sb_registration_check = 'strict'
        self.env['res.partner'].create({'name': 'Customer', 'vat': WRONG})
        self.company.country_id = self.env.ref('base.us')
        self.company.vat = 'US123'
        self.assertFalse(self.company.sb_registration_problem)

    def test_the_settings_page_shows_it(self):
        settings = Form(self.env['res.config.settings'])
        settings.sb_registration_number = WRONG
        settings.save().execute()
        self.assertEqual(self.company.vat, WRONG)
        self.assertIn('check digit', Form(self.env['res.config.settings']).sb_registration_problem)

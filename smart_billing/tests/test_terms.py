from datetime import date

import psycopg2

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import BillingCase

# code: (closing day, invoice date, due day); 2026-10-31 is a Saturday, 2027-01-01..03 and the
# weekend of the 27th February 2027 are days on which banks are closed.
CUSTOM = {
    'EOM-EOM': (date(2026, 10, 31), date(2026, 10, 31), date(2026, 11, 30)),
    'EOM-27': (date(2027, 1, 31), date(2027, 1, 31), date(2027, 3, 1)),
    'EOM-10': (date(2026, 10, 31), date(2026, 10, 31), date(2026, 11, 10)),
    'EOM-20': (date(2026, 11, 30), date(2026, 11, 30), date(2026, 12, 21)),
    'EOM-EOM2': (date(2026, 12, 31), date(2026, 12, 31), date(2027, 3, 1)),
    '20-EOM': (date(2026, 11, 20), date(2026, 11, 20), date(2027, 1, 4)),
    '20-27': (date(2026, 10, 20), date(2026, 10, 20), date(2026, 11, 27)),
    '20-20': (date(2026, 10, 20), date(2026, 10, 20), date(2026, 11, 20)),
    '15-15': (date(2026, 10, 15), date(2026, 10, 15), date(2026, 11, 16)),
    '25-EOM': (date(2028, 1, 25), date(2028, 1, 25), date(2028, 2, 29)),
    'OWN-EOM': (date(2026, 10, 9), date(2026, 10, 31), date(2026, 11, 30)),
}


@tagged('post_install', '-at_install')
class TestTerms(BillingCase):
    """Terms by their custom (締め日・支払条件): chosen by any door, the same days."""

    def terms(self, code):
        return self.env['smart.billing.terms'].search([('code', '=', code)])

    def test_days_of_every_preset(self):
        self.assertEqual(
            set(self.env['smart.billing.terms'].search([('company_id', '=', False)]).mapped(
                'code')), set(CUSTOM))
        for code, (closing, issue, due) in CUSTOM.items():
            account = self.make_account(code, terms_id=self.terms(code).id)
            self.assertEqual(account._invoice_dates(closing), (issue, due), code)

    def test_invoice_date_moves_to_a_day_on_which_banks_work(self):
        account = self.make_account(issue_shift='previous', due_month_offset=0, due_day=1)
        self.assertEqual(account._invoice_dates(date(2026, 10, 31)),
                         (date(2026, 10, 30), date(2026, 10, 30)))
        account.issue_shift = 'next'
        self.assertEqual(account._invoice_dates(date(2026, 10, 31))[0], date(2026, 11, 2))
        self.assertEqual(
            account._invoice_dates(date(2026, 10, 31), date(2026, 10, 25))[0], date(2026, 10, 25))

    def test_run_dates_its_invoices_by_the_terms(self):
        account = self.make_account(terms_id=self.terms('20-27').id)
        self.make_contract(account, start=date(2026, 9, 21))
        move = self.bill(date(2026, 9, 21), billing_day=21).move_ids
        self.assertEqual((move.invoice_date, move.invoice_date_due),
                         (date(2026, 9, 20), date(2026, 10, 27)))

    def test_form_rpc_and_csv_take_the_same_days_over(self):
        terms = self.terms('20-27')
        form = Form(self.env['smart.billing.account'].with_context(
            default_company_id=self.company.id))
        form.partner_id = self.env['res.partner'].create({'name': 'By form'})
        form.terms_id = terms
        by_form = form.save()
        by_rpc = self.make_account(terms_id=terms.id)
        result = self.env['smart.billing.contract'].create_contracts([{
            'plan': 'basic', 'date_start': '2026-10-01', 'partner_name': 'By file',
            'terms': '20-27'}])
        self.assertFalse(result['problems'])
        by_file = self.env['smart.billing.contract'].browse(result['ids']).account_id
        for account in by_form | by_rpc | by_file:
            self.assertEqual((account.billing_day, account.issue_day, account.due_day,
                              account.due_month_offset, account.terms_id), (21, 20, 27, 1, terms))

    def test_what_is_said_beside_the_terms_goes_before_and_they_are_not_named(self):
        account = self.make_account(terms_id=self.terms('20-27').id, due_day=10)
        self.assertEqual((account.billing_day, account.due_day, account.terms_id.id),
                         (21, 10, False))
        account.terms_id = self.terms('EOM-EOM')
        self.assertEqual((account.billing_day, account.due_day), (1, 31))
        account.closing_day = 15
        self.assertFalse(account.terms_id)
        self.assertEqual(account.due_day, 31)

    def test_usual_terms_of_the_company(self):
        self.company.sb_terms_id = self.terms('20-27')
        self.assertEqual(self.make_account().billing_day, 21)
        self.assertEqual(self.make_account(closing_day=31).billing_day, 1)

    def test_later_changes_of_the_terms_do_not_reach_accounts(self):
        terms = self.env['smart.billing.terms'].create(
            {'name': 'Ours', 'code': 'OURS', 'company_id': self.company.id, 'due_day': 5})
        account = self.make_account(terms_id=terms.id)
        terms.due_day = 6
        self.assertEqual(account.due_day, 5)

    def test_terms_with_another_closing_day_are_refused_once_billed(self):
        contract = self.make_contract()
        self.bill(date(2026, 10, 1))
        with self.assertRaisesRegex(UserError, "Use 'Change billing day'"):
            contract.account_id.terms_id = self.terms('20-27')
        contract.account_id.terms_id = self.terms('EOM-EOM')
        self.assertEqual(contract.account_id.due_day, 31)

    @mute_logger('odoo.sql_db')
    def test_bad_terms_are_refused_in_words(self):
        Terms = self.env['smart.billing.terms']
        for values in ({'closing_day': 29}, {'due_day': 0}, {'issue_month_offset': -1}):
            with self.assertRaises(psycopg2.IntegrityError), self.env.cr.savepoint():
                Terms.create({'name': 'Bad', **values})
        other = self.env['res.company'].create({'name': 'Other KK'})
        theirs = Terms.create({'name': 'Theirs', 'company_id': other.id})
        with self.assertRaisesRegex(ValidationError, 'belong to Other KK'):
            self.make_account(terms_id=theirs.id)
        result = self.env['smart.billing.contract'].create_contracts([{
            'plan': 'basic', 'date_start': '2026-10-01', 'partner_name': 'X', 'terms': '30-30'}])
        self.assertIn('no closing and payment terms', result['problems'][0]['reason'])

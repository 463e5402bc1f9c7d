from datetime import date

from odoo.tests import tagged

from ..reports.invoice_document import document_of
from .common import BillingCase


@tagged('post_install', '-at_install')
class TestCarryOver(BillingCase):
    """Small amounts come on a later invoice (繰越): nothing of them is written, none is lost."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.sb_carry_below = 1200

    def test_small_invoice_waits_until_it_is_worth_making(self):
        contract = self.make_contract()
        run = self.bill(date(2026, 10, 1))
        line = run.line_ids
        self.assertEqual((line.state, line.bound_net, run.carried_count, run.state),
                         ('carried', 1000, 1, 'done'))
        self.assertRegex(line.reason, r'1,100 with tax is below the bound of .*1,200')
        self.assertFalse(run.move_ids or contract.item_ids)
        account = contract.account_id
        self.assertEqual((account.carried_since, account.carried_amount),
                         (date(2026, 10, 1), 1000))
        second = self.bill(date(2026, 11, 1))
        self.assertEqual([line[2] for line in self.items_of(second)],
                         [date(2026, 10, 1), date(2026, 11, 1)])
        self.assertEqual(second.move_ids.amount_total, 2200)
        self.assertFalse(account.carried_since or account.carried_amount)

    def test_bound_is_compared_with_tax(self):
        self.company.sb_carry_below = 1100
        self.make_contract()
        self.assertEqual(self.bill(date(2026, 10, 1)).move_ids.amount_total, 1100)

    def test_small_credit_waits_too(self):
        contract = self.make_contract()
        self.company.sb_carry_below = 0
        self.bill(date(2026, 10, 1))
        self.company.sb_carry_below = 500
        contract.add_event('suspend', date(2026, 10, 30))
        contract.add_event('resume', date(2026, 11, 1))
        self.assertEqual(self.bill(date(2026, 10, 30)).line_ids.state, 'carried')
        run = self.bill(date(2026, 11, 1))
        self.assertEqual(run.move_ids.amount_untaxed, 935)

    def test_last_invoice_is_not_carried(self):
        contract = self.make_contract(date_last=date(2026, 10, 31))
        self.assertEqual(self.bill(date(2026, 10, 1)).move_ids.amount_untaxed, 1000)
        self.assertFalse(contract.account_id.carried_since)

    def test_one_off_without_contracts_is_not_carried(self):
        self.env['smart.billing.one.off'].create({
            'account_id': self.make_account().id, 'name': 'Visit', 'date': date(2026, 10, 1),
            'product_id': self.product.id, 'unit_price': 100})
        self.assertEqual(self.bill(date(2026, 10, 1)).move_ids.amount_untaxed, 100)

    def test_after_so_many_months_it_is_billed_all_the_same(self):
        self.company.write({'sb_carry_below': 100000, 'sb_carry_months': 2})
        self.make_contract()
        states = [self.bill(day).line_ids.state for day in (
            date(2026, 10, 1), date(2026, 11, 1), date(2026, 12, 1), date(2027, 1, 1))]
        self.assertEqual(states, ['carried', 'carried', 'done', 'carried'])

    def test_account_may_have_a_bound_of_its_own_or_none(self):
        never = self.make_account(carry_policy='never')
        own = self.make_account(carry_policy='own', carry_below=1100)
        more = self.make_account(carry_policy='own', carry_below=1101)
        for account in never | own | more:
            self.make_contract(account)
        run = self.bill(date(2026, 10, 1))
        self.assertEqual(run.move_ids.sb_account_id, never | own)
        self.assertEqual(run.line_ids.filtered(lambda line: line.state == 'carried').account_id,
                         more)

    def test_run_may_bill_everything(self):
        self.make_contract()
        self.bill(date(2026, 10, 1))
        self.assertEqual(self.bill(date(2026, 10, 1), carry_over=False).move_ids.amount_untaxed,
                         1000)

    def test_what_is_billed_again_is_not_carried(self):
        self.make_contract()
        invoice = self.bill(date(2026, 10, 1), carry_over=False).move_ids
        invoice.action_sb_cancel_and_bill_again()
        self.process()
        self.assertTrue(invoice.sb_account_id.contract_ids.item_ids.filtered('live'))

    def test_preview_tells_what_would_be_carried(self):
        self.make_contract()
        run = self.env['smart.billing.run'].create({'date_target': date(2026, 10, 1)})
        run.action_preview()
        self.assertIn('carried over to a later invoice', run.preview_html)
        self.assertIn('0 accounts', run.preview_html)

    def test_carried_account_is_not_reported_as_forgotten(self):
        self.company.sb_carry_below = 100000
        contract = self.make_contract()
        self.bill(date(2026, 10, 1))
        self.company.sb_business_date = date(2026, 11, 30)
        self.company.action_sb_check_overdue()
        self.assertFalse(contract.overdue_since)

    def test_invoice_tells_the_open_balance_when_the_company_wants_it(self):
        self.company.sb_carry_below = 0
        contract = self.make_contract()
        contract.account_id.partner_id.lang = 'en_US'
        first = self.bill(date(2026, 10, 1)).move_ids
        self.assertFalse(first.sb_balance_text)
        self.assertFalse(self.bill(date(2026, 11, 1)).move_ids.sb_open_balance)
        self.company.sb_show_balance = True
        move = self.bill(date(2026, 12, 1)).move_ids
        self.assertEqual(move.sb_open_balance, 2200)
        self.assertRegex(move.sb_balance_text, r'Open from earlier invoices: .*2,200')
        self.assertEqual(move.amount_total, 1100)
        self.assertIn(move.sb_balance_text, document_of(move).notes)

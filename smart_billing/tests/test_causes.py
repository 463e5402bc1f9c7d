from datetime import date

from odoo import Command
from odoo.tests import tagged

from .common import BillingCase


@tagged('post_install', '-at_install')
class TestCauses(BillingCase):
    """A line that settles the past says because of which change (遡及精算の理由)."""

    def lines(self, run):
        """{text of the invoice line: what the company's people read} of a run."""
        return {item.move_line_id.name: item.reason for item in self.env[
            'smart.billing.item'].search([('run_id', '=', run.id)], order='id')}

    def test_change_of_plan_names_itself_on_credit_and_charge(self):
        contract = self.make_contract()
        premium = self.make_plan('premium', '2000')
        self.bill(date(2026, 10, 1))
        contract.add_event('change_plan', date(2026, 10, 11), plan_id=premium.id,
                           reason='asked by telephone')
        self.assertEqual(self.lines(self.bill(date(2026, 10, 12))), {
            'Credit: Basic fee 10/11/2026 - 10/31/2026 (Change of plan from 10/11/2026)':
                'Change of plan from 10/11/2026: asked by telephone',
            'Premium fee 10/11/2026 - 10/31/2026': False})

    def test_charge_that_is_late_because_of_a_change_says_so(self):
        contract = self.make_contract()
        premium = self.make_plan('premium', '2000')
        self.bill(date(2026, 11, 1))
        contract.add_event('change_plan', date(2026, 10, 11), plan_id=premium.id)
        texts = list(self.lines(self.bill(date(2026, 11, 2))))
        self.assertEqual(len(texts), 4)
        for text in texts:
            self.assertIn('(Change of plan from 10/11/2026)', text)

    def test_each_line_names_its_own_change(self):
        contract = self.make_contract()
        self.bill(date(2026, 10, 1))
        contract.add_event('suspend', date(2026, 10, 5))
        contract.add_event('resume', date(2026, 10, 8))
        contract.add_event('cancel', date(2026, 10, 21))
        self.assertEqual(list(self.lines(self.bill(date(2026, 10, 22)))), [
            'Credit: Basic fee 10/05/2026 - 10/07/2026 (Suspension from 10/05/2026)',
            'Credit: Basic fee 10/21/2026 - 10/31/2026 (Cancellation from 10/21/2026)'])

    def test_price_revision_that_comes_late(self):
        self.make_contract()
        self.bill(date(2026, 10, 1))
        self.plan.version_ids = [Command.create({
            'date_from': date(2026, 10, 16), 'existing_from': date(2026, 10, 16),
            'charge_ids': [Command.create({
                'name': 'Basic fee', 'code': 'base', 'price': 1200,
                'product_id': self.product.id})]})]
        credit, charge = self.lines(self.bill(date(2026, 10, 16)))
        self.assertIn('(Price revision from 10/16/2026)', credit)
        self.assertEqual(charge, 'Basic fee 10/16/2026 - 10/31/2026')

    def test_change_of_billing_day(self):
        contract = self.make_contract(
            self.make_account(billing_day=21), start=date(2026, 10, 21))
        self.bill(date(2026, 10, 21))
        contract.account_id.change_billing_day(5, date(2026, 10, 25))
        self.assertEqual(list(self.lines(self.bill(date(2026, 10, 25)))), [
            'Credit: Basic fee 11/05/2026 - 11/20/2026 (Change of billing day from 10/25/2026)'])

    def test_what_a_cancelled_invoice_billed_is_billed_with_its_number(self):
        self.make_contract()
        invoice = self.bill(date(2026, 10, 1)).move_ids
        invoice.action_sb_cancel_invoice()
        self.assertEqual(list(self.lines(self.bill(date(2026, 10, 1)))), [
            f'Basic fee 10/01/2026 - 10/31/2026 (invoice {invoice.name} was cancelled)'])

    def test_ordinary_lines_have_no_cause(self):
        contract = self.make_contract()
        self.bill(date(2026, 10, 1))
        contract.add_event('change_quantity', date(2026, 10, 2), quantity=2)
        self.assertEqual(self.lines(self.bill(date(2026, 11, 1))), {
            'Basic fee 11/01/2026 - 11/30/2026': False})

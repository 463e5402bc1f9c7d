from datetime import date

from psycopg2.errors import ExclusionViolation

from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ..models.price_sheet_part import check_now
from .common import BillingCase


@tagged('post_install', '-at_install')
class TestPriceOverride(BillingCase):
    """Agreed prices: of which charge, on which days, and what stays once it was billed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.contract = cls.make_contract()
        cls.account = cls.contract.account_id

    def agree(self, **values):
        return self.env['smart.billing.price.override'].create({
            'account_id': self.account.id, 'plan_id': self.plan.id, 'charge_code': 'base',
            'price': 800, 'date_from': date(2026, 10, 1), **values})

    def test_unknown_charge_is_answered_with_the_known_ones(self):
        with self.refused(r"Plan \[basic\] Basic has no charge with the code 'bsae'. It has: base"):
            self.agree(charge_code='bsae')
        agreed = self.agree()
        with self.refused("no charge with the code"):
            agreed.charge_code = 'other'

    def test_two_prices_of_one_day_are_refused(self):
        self.agree(date_to=date(2027, 1, 1))
        with self.refused("another agreed price for charge 'base' .*from 2026-10-01 on. End it"):
            self.agree(date_from=date(2026, 12, 31))
        later = self.agree(date_from=date(2027, 1, 1))
        with self.refused('another agreed price'):
            later.date_from = date(2026, 12, 1)
        with self.refused('another agreed price'):
            self.agree(date_from=date(2026, 9, 1), date_to=False)

    def test_contract_has_its_own_beside_the_accounts(self):
        self.agree()
        self.agree(contract_id=self.contract.id)
        with self.refused('another agreed price'):
            self.agree(contract_id=self.contract.id, date_from=date(2028, 1, 1))

    @mute_logger('odoo.sql_db')
    def test_database_knows_the_rule_too(self):
        agreed = self.agree()
        self.env.flush_all()
        with self.assertRaises(ExclusionViolation), self.env.cr.savepoint():
            self.env.cr.execute(
                """ INSERT INTO smart_billing_price_override
                           (account_id, plan_id, charge_code, price, date_from)
                    SELECT account_id, plan_id, charge_code, 1, '2030-01-01'
                      FROM smart_billing_price_override WHERE id = %s """, (agreed.id,))
            check_now(self.env, 'smart_billing_price_override_one_a_day')

    def test_account_is_that_of_the_contract(self):
        agreed = self.env['smart.billing.price.override'].create({
            'contract_id': self.contract.id, 'plan_id': self.plan.id, 'charge_code': 'base',
            'price': 800, 'date_from': date(2026, 10, 1)})
        self.assertEqual(agreed.account_id, self.account)
        with self.refused('is not paid by billing account'):
            agreed.account_id = self.make_account()

    def test_charge_is_chosen_from_those_of_the_plan(self):
        with Form(self.env['smart.billing.price.override']) as form:
            form.account_id = self.account
            form.plan_id = self.plan
            form.charge_id = self.plan.version_ids.charge_ids
            form.price = 700
            form.date_from = date(2027, 1, 1)
            self.assertIn('1,000 a month', form.list_price_text)
        self.assertEqual(form.record.charge_code, 'base')
        by_rpc = self.env['smart.billing.price.override'].create({
            'account_id': self.account.id, 'plan_id': self.plan.id, 'price': 800,
            'charge_id': self.plan.version_ids.charge_ids.id, 'date_from': '2026-10-01',
            'date_to': '2027-01-01'})
        self.assertEqual(by_rpc.charge_code, 'base')

    def test_what_was_billed_is_ended_not_changed(self):
        agreed = self.agree()
        agreed.price = 850
        self.bill(date(2026, 10, 1))
        for values in ({'price': 900}, {'date_from': date(2026, 11, 1)}, {'charge_code': 'x'}):
            with self.refused("End it with 'Ends before', and enter a new one"):
                agreed.write(values)
        with self.refused('has been billed'):
            agreed.unlink()
        agreed.write({'price': 850.0, 'reason': 'Founding customer'})
        agreed.date_to = date(2026, 11, 1)
        self.agree(date_from=date(2026, 11, 1), price=700)

    def test_price_that_nothing_was_billed_at_may_change(self):
        self.bill(date(2026, 10, 1))
        agreed = self.agree(date_from=date(2027, 1, 1))
        agreed.price = 700
        agreed.unlink()

    def test_price_for_days_that_were_billed_before_it_was_entered_may_change(self):
        self.bill(date(2026, 10, 1))
        agreed = self.agree()
        # All of a test is one transaction, with one time.
        self.env.cr.execute(
            "UPDATE smart_billing_price_override SET create_date = now() + interval '1 hour' "
            'WHERE id = %s', (agreed.id,))
        agreed.price = 750
        run = self.bill(date(2026, 10, 2))
        self.assertEqual([line[4] for line in self.items_of(run)], [-1000, 750])
        self.env.cr.execute(
            "UPDATE smart_billing_item SET create_date = now() + interval '2 hours' "
            'WHERE run_id = %s', (run.id,))
        with self.refused('has been billed'):
            agreed.price = 700

    def test_contracts_that_have_it_are_looked_at_again(self):
        sister, other = self.make_contract(self.account), self.make_contract()
        self.bill(date(2026, 10, 1))
        contracts = self.contract + sister + other
        self.assertTrue(all(contracts.mapped('next_due_date')))
        agreed = self.agree(contract_id=self.contract.id, date_from=date(2026, 12, 1))
        self.assertEqual([bool(day) for day in contracts.mapped('next_due_date')],
                         [False, True, True])
        agreed.contract_id = False
        self.assertEqual([bool(day) for day in contracts.mapped('next_due_date')],
                         [False, False, True])

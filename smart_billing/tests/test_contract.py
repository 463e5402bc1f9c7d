from datetime import date

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .common import BillingCase


@tagged('post_install', '-at_install')
@freeze_time('2026-10-15 03:00:00')
class TestContract(BillingCase):

    def test_confirmed_contract_is_active_on_its_plan(self):
        contract = self.make_contract()
        self.assertEqual(
            (contract.state, contract.plan_id, contract.quantity), ('active', self.plan, 1))

    def test_contract_that_starts_later_is_pending_until_its_first_day(self):
        contract = self.make_contract(start=date(2026, 11, 1))
        self.assertEqual((contract.state, contract.state_until), ('pending', date(2026, 11, 1)))

    def test_calendar_changes_states_without_an_event(self):
        contract = self.make_contract(start=date(2026, 11, 1))
        with freeze_time('2026-11-01 03:00:00'), self.enter_registry_test_mode():
            self.env.ref('smart_billing.cron_refresh_contracts').method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(contract.state, 'active')

    def test_cancellation_in_the_future_keeps_the_contract_active_and_shows_its_end(self):
        contract = self.make_contract()
        contract.add_event('cancel', date(2026, 12, 1))
        self.assertEqual((contract.state, contract.date_end), ('active', date(2026, 12, 1)))

    def test_change_of_plan_and_suspension_are_derived_from_events(self):
        contract = self.make_contract()
        contract.add_event('change_plan', date(2026, 10, 10), plan_id=self.arrears.id)
        self.assertEqual(contract.plan_id, self.arrears)
        contract.add_event('suspend', date(2026, 10, 12))
        self.assertEqual(contract.state, 'suspended')
        contract.add_event('resume', date(2026, 10, 14))
        self.assertEqual(contract.state, 'active')

    def test_event_before_the_start_is_refused_with_both_days(self):
        contract = self.make_contract()
        with self.assertRaisesRegex(UserError, '2026-10-01.*2026-09-30'):
            contract.add_event('suspend', date(2026, 9, 30))

    def test_resume_without_suspension_is_refused(self):
        contract = self.make_contract()
        with self.assertRaisesRegex(UserError, 'not suspended on 2026-10-20'):
            contract.add_event('resume', date(2026, 10, 20))

    def test_events_are_history(self):
        contract = self.make_contract()
        with self.assertRaisesRegex(UserError, 'not edited'):
            contract.event_ids.date_effective = date(2026, 9, 1)
        with self.assertRaisesRegex(UserError, 'not deleted'):
            contract.event_ids.unlink()

    def test_plan_without_charges_cannot_be_contracted(self):
        empty = self.env['smart.billing.plan'].create(
            {'name': 'Empty', 'code': 'empty', 'company_id': self.company.id})
        with self.assertRaisesRegex(UserError, 'no version with charges'):
            self.make_contract(plan=empty)

    def test_billed_price_cannot_change_in_place(self):
        self.make_contract()
        self.bill(date(2026, 10, 1))
        with self.assertRaisesRegex(UserError, 'Make a new version'):
            self.plan.version_ids.charge_ids.price = 2000

    def test_next_charge_says_what_the_next_run_bills(self):
        contract = self.make_contract()
        self.bill(date(2026, 10, 1))
        self.assertEqual(
            (contract.next_charge_date, contract.next_charge_amount), (date(2026, 11, 1), 1000))
        self.bill(date(2026, 11, 1))
        contract.invalidate_recordset()
        self.assertEqual(contract.next_charge_date, date(2026, 12, 1))

    def test_closing_day_is_the_day_before_the_billing_day(self):
        account = self.make_account(billing_day=21)
        self.assertEqual(account.closing_day, 20)
        account.closing_day = 31
        self.assertEqual(account.billing_day, 1)
        with self.assertRaisesRegex(UserError, '1 to 27, or 31'):
            account.closing_day = 29

    def test_closing_day_31_closes_february_on_its_last_day(self):
        account = self.make_account(closing_day=31)
        self.make_contract(account, self.arrears, start=date(2027, 1, 1))
        run = self.bill(date(2027, 3, 1))
        self.assertEqual([line[2:] for line in self.items_of(run)], [
            (date(2027, 1, 1), date(2027, 2, 1), 3000.0),
            (date(2027, 2, 1), date(2027, 3, 1), 3000.0)])
        self.assertEqual(run.date_closing, date(2027, 2, 28))
        self.assertEqual(run.move_ids.invoice_date, date(2027, 2, 28))
        self.assertEqual(run.move_ids.invoice_date_due, date(2027, 3, 29))  # the 27th: a Saturday

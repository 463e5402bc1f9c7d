from datetime import date

from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import BillingCase


@tagged('post_install', '-at_install')
class TestHealth(BillingCase):
    """Contracts that should have been billed and were not are found (請求漏れの点検)."""

    def check(self, today):
        self.company.sb_business_date = today
        with self.enter_registry_test_mode():
            self.env.ref('smart_billing.cron_check_overdue').method_direct_trigger()
        self.env.invalidate_all()

    def test_contract_that_no_run_took(self):
        contract, later = self.make_contract(), self.make_contract(start=date(2026, 12, 1))
        self.check(date(2026, 11, 4))
        self.assertFalse(contract.overdue_since)
        self.check(date(2026, 11, 5))
        self.assertEqual(contract.overdue_since, date(2026, 10, 1))
        self.assertEqual(contract.overdue_reason, 'No billing run took the account.')
        self.assertFalse(later.overdue_since)

    def test_contract_that_was_billed_once_and_then_forgotten(self):
        contract = self.make_contract()
        self.bill(date(2026, 10, 1))
        self.check(date(2026, 12, 5))
        self.assertFalse(contract.overdue_since)
        self.check(date(2026, 12, 6))
        self.assertEqual(contract.overdue_since, date(2026, 11, 1))
        self.bill(date(2026, 12, 6))
        self.check(date(2026, 12, 6))
        self.assertFalse(contract.overdue_since)

    def test_parked_account_tells_the_reason_of_its_run(self):
        self.company.sb_max_amount = 10
        contract = self.make_contract()
        self.bill(date(2026, 10, 31))
        self.check(date(2026, 11, 30))
        self.assertIn('above the safety bound', contract.overdue_reason)

    def test_who_looks_after_billing_gets_one_activity_an_account(self):
        user = new_test_user(
            self.env, 'clerk', 'smart_billing.group_billing_user',
            company_ids=[(6, 0, self.company.ids)], company_id=self.company.id)
        self.company.sb_responsible_id = user
        account = self.make_account()
        self.make_contract(account)
        self.make_contract(account)
        for day in (date(2026, 11, 30), date(2026, 12, 1)):
            self.check(day)
            self.assertEqual(account.activity_ids.user_id, user)
            self.assertEqual(len(account.activity_ids), 1)
        self.bill(date(2026, 12, 1))
        self.check(date(2026, 12, 1))
        self.assertFalse(account.activity_ids)

    def test_account_that_cannot_be_planned_is_listed(self):
        contract = self.make_contract()
        self.env.flush_all()
        self.env.cr.execute(
            "INSERT INTO smart_billing_contract_event (contract_id, company_id, kind,"
            " date_effective, date_entered) VALUES (%s, %s, 'resume', '2026-10-05', now())",
            (contract.id, self.company.id))
        self.env.invalidate_all()
        with mute_logger('odoo.addons.smart_billing.engine.steps'):
            self.check(date(2026, 11, 30))
        self.assertTrue(contract.overdue_since)

    def test_button_and_setting(self):
        contract = self.make_contract()
        self.company.sb_business_date = date(2026, 11, 30)
        self.company.sb_overdue_days = 365
        self.company.action_sb_check_overdue()
        self.assertFalse(contract.overdue_since)
        self.company.sb_overdue_days = 10
        action = self.company.action_sb_check_overdue()
        self.assertEqual(self.env['smart.billing.contract'].search(action['domain']), contract)

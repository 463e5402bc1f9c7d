from datetime import date

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import BillingCase


@tagged('post_install', '-at_install')
class TestSchedule(BillingCase):
    """The month runs by itself (締めスケジュール)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.sb_business_date = date(2026, 10, 10)

    def schedule(self, **values):
        return self.env['smart.billing.run.schedule'].create({
            'name': 'Closing', 'company_id': self.company.id, **values})

    def on(self, day):
        self.company.sb_business_date = day
        with self.enter_registry_test_mode():
            self.env.ref('smart_billing.cron_make_runs').method_direct_trigger()
        self.process()

    def test_two_closings_a_month_each_with_its_accounts(self):
        month_end, twenty = self.make_account('End'), self.make_account('20', closing_day=20)
        self.make_contract(month_end, start=date(2026, 10, 1))
        self.make_contract(twenty, start=date(2026, 9, 21))
        first, second = self.schedule(), self.schedule(closing_day=20)
        self.assertEqual((first.date_next, second.date_next),
                         (date(2026, 10, 31), date(2026, 10, 20)))
        self.on(date(2026, 10, 19))
        self.assertFalse((first | second).run_ids)
        self.on(date(2026, 10, 20))
        self.assertEqual(second.run_ids.line_ids.account_id, twenty)
        self.assertEqual((second.run_ids.state, second.run_ids.date_target),
                         ('done', date(2026, 10, 21)))
        self.assertEqual(second.run_ids.move_ids.invoice_date_due, date(2026, 11, 27))
        self.on(date(2026, 10, 31))
        self.assertEqual(first.run_ids.line_ids.account_id, month_end)
        self.assertEqual((first.date_next, second.date_next),
                         (date(2026, 11, 30), date(2026, 11, 20)))
        self.on(date(2026, 10, 31))
        self.assertEqual((len(first.run_ids), len(second.run_ids)), (1, 1))

    def test_missed_closings_are_made_one_by_one(self):
        self.make_contract(start=date(2026, 10, 1))
        schedule = self.schedule()
        self.on(date(2027, 1, 5))
        self.assertEqual(schedule.run_ids.sorted('date_closing').mapped('date_closing'),
                         [date(2026, 10, 31), date(2026, 11, 30), date(2026, 12, 31)])
        self.assertEqual(schedule.date_next, date(2027, 1, 31))
        self.assertEqual([run.item_count for run in schedule.run_ids.sorted('date_closing')],
                         [2, 1, 1])

    def test_run_in_advance_of_its_closing(self):
        self.make_contract(start=date(2026, 11, 1))
        schedule = self.schedule(lead_days=15)
        self.assertEqual(schedule.date_run, date(2026, 10, 16))
        self.on(date(2026, 10, 16))
        self.assertEqual(self.items_of(schedule.run_ids)[0][2], date(2026, 11, 1))

    def test_draft_and_approval(self):
        self.make_contract(start=date(2026, 10, 1))
        draft = self.schedule(start=False)
        asking = self.schedule(approval='yes', takes='all')
        self.on(date(2026, 10, 31))
        self.assertEqual((draft.run_ids.state, asking.run_ids.state), ('draft', 'to_approve'))
        self.company.sb_run_approval = True
        quick = self.schedule(approval='no', date_next=date(2026, 11, 30), lead_days=30)
        self.on(date(2026, 10, 31))
        self.assertEqual((quick.run_ids.needs_approval, quick.run_ids.state), (False, 'done'))

    def test_account_whose_closing_day_was_changed_goes_with_the_new_one(self):
        account = self.make_account()
        self.make_contract(account, start=date(2026, 10, 1))
        self.bill(date(2026, 10, 1))
        account.change_billing_day(21, date(2026, 10, 15))
        twenty, month_end = self.schedule(closing_day=20), self.schedule()
        self.on(date(2026, 11, 20))
        self.assertIn(account, twenty.run_ids.line_ids.account_id)
        self.assertNotIn(account, month_end.run_ids.line_ids.account_id)

    def test_every_second_month_and_a_wrong_next_day(self):
        schedule = self.schedule(every_months=2)
        schedule.action_make_run()
        self.assertEqual(schedule.date_next, date(2026, 12, 31))
        with self.assertRaisesRegex(ValidationError, 'is not such a day'):
            schedule.date_next = date(2026, 12, 30)
        schedule.closing_day = 15
        self.assertEqual(schedule.date_next, date(2026, 10, 15))
        self.assertEqual(schedule.run_count, 1)

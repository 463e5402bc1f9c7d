from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import BillingCase


@tagged('post_install', '-at_install')
class TestBounds(BillingCase):
    """What looks like nonsense is parked, and billed only when a manager says so."""

    def parked(self, target=date(2026, 10, 31)):
        run = self.bill(target)
        self.assertFalse(run.move_ids)
        return run.parked_ids

    def test_contract_that_began_years_ago_by_a_typing_error(self):
        self.make_contract(start=date(2016, 10, 1))
        line = self.parked()
        self.assertIn('from 10/01/2016 on, more than 24 months before', line.reason)
        self.assertTrue(line.out_of_bounds)
        self.assertEqual((line.bound_net, line.bound_lines), (121000, 121))

    def test_more_lines_than_the_bound(self):
        self.company.sb_max_lines = 5
        contract = self.make_contract(start=date(2026, 1, 1))
        line = self.parked()
        self.assertIn(f'{contract.name} would be billed 10 lines at once', line.reason)
        self.assertEqual((line.bound_net, line.bound_lines), (10000, 10))

    def test_much_more_than_the_last_invoice(self):
        self.company.sb_max_growth = 50
        contract = self.make_contract(plan=self.make_plan('seats', '1000', model='per_unit'))
        self.bill(date(2026, 10, 1))
        contract.add_event('change_quantity', date(2026, 11, 1), quantity=2)
        line = self.parked(date(2026, 11, 1))
        self.assertRegex(line.reason, r'2,000.* more than 50 % above its last invoice of .*1,000')
        self.company.sb_max_growth = 100
        line.action_retry()
        self.process()
        self.assertEqual(line.state, 'done')

    def test_two_reasons_are_both_told(self):
        self.company.sb_max_amount = 1000
        self.make_contract(start=date(2016, 10, 1))
        self.assertRegex(self.parked().reason, r'(?s)safety bound of.*\n.*from 10/01/2016')

    def test_manager_bills_it_anyway_and_the_run_remembers(self):
        self.make_contract(start=date(2016, 10, 1))
        good = self.make_contract()
        run = self.bill(date(2026, 10, 31))
        self.assertEqual(run.move_ids.sb_account_id, good.account_id)
        wizard = self.env['smart.billing.bill.anyway'].with_context(
            **run.parked_ids.action_bill_anyway()['context']).create({'reason': 'taken over'})
        wizard.action_apply()
        self.process()
        line = run.line_ids.filtered('released_by_id')
        self.assertEqual((line.state, line.item_count), ('done', 121))
        self.assertEqual((line.released_by_id, line.release_reason),
                         (self.env.user, 'taken over'))
        self.assertIn('taken over', ''.join(run.message_ids.mapped('body')))

    def test_lines_beyond_the_bound_are_billed_anyway(self):
        self.company.sb_max_lines = 5
        self.make_contract(start=date(2026, 1, 1))
        line = self.parked()
        line.bill_anyway('right')
        self.process()
        self.assertEqual((line.state, line.item_count), ('done', 10))

    def test_another_bill_than_the_one_released_is_parked_again(self):
        contract = self.make_contract(start=date(2016, 10, 1))
        line = self.parked()
        line.bill_anyway('right')
        contract.add_event('cancel', date(2026, 1, 1))
        self.process()
        self.assertEqual((line.state, line.released_by_id.id), ('parked', False))
        self.assertIn('released for another amount', line.reason)
        self.assertFalse(line.run_id.move_ids)

    def test_only_a_manager_with_a_reason_and_only_what_a_bound_parked(self):
        self.make_contract(start=date(2016, 10, 1))
        line = self.parked()
        user = new_test_user(
            self.env, 'clerk', 'smart_billing.group_billing_user',
            company_ids=[(6, 0, self.company.ids)], company_id=self.company.id)
        with self.assertRaisesRegex(UserError, 'Only a billing manager'):
            line.with_user(user).bill_anyway('please')
        with self.assertRaises(AccessError):
            line.with_user(user).write({'released_by_id': user.id})
        with self.assertRaisesRegex(UserError, 'Say why'):
            line.bill_anyway(' ')
        line._park('something else', out_of_bounds=False)
        with self.assertRaisesRegex(UserError, 'not parked by a safety bound'):
            line.bill_anyway('right')

    def test_preview_tells_what_would_be_parked(self):
        self.make_contract(start=date(2016, 10, 1))
        run = self.env['smart.billing.run'].create({'date_target': date(2026, 10, 31)})
        run.action_preview()
        self.assertIn('from 10/01/2016', run.preview_html)
        self.assertIn('0 accounts', run.preview_html)

    def test_usage_many_times_that_of_the_period_before(self):
        self.company.sb_max_usage_growth = 300
        metric = self.env['smart.billing.metric'].create({
            'name': 'Calls', 'code': 'calls', 'company_id': self.company.id})
        plan = self.make_plan(
            'metered', '2', charge_type='usage', model='per_unit', metric_id=metric.id)
        contract = self.make_contract(plan=plan)
        for day, quantity in (('2026-10-10', 100), ('2026-11-10', 401)):
            self.env['smart.billing.usage'].record_usage(
                contract=contract.name, metric='calls', date=day, quantity=quantity,
                external_id=day)
        self.assertEqual(self.bill(date(2026, 11, 1)).move_ids.amount_untaxed, 200)
        line = self.parked(date(2026, 12, 1))
        self.assertIn(
            f'{contract.name}: the usage of 401 is more than 300 % above the 100 of the period '
            'before', line.reason)
        line.bill_anyway('a campaign')
        self.process()
        self.assertEqual(line.move_id.amount_untaxed, 802)

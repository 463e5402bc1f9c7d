from datetime import date
from unittest.mock import patch

import psycopg2.errors

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.smart_billing.engine import drafts

from .common import BillingCase


@tagged('post_install', '-at_install')
class TestRun(BillingCase):

    def test_one_invoice_an_account_with_all_its_contracts(self):
        account = self.make_account()
        self.make_contract(account)
        self.make_contract(account, start=date(2026, 10, 16))
        run = self.bill(date(2026, 10, 31))
        self.assertEqual(run.state, 'done')
        self.assertEqual(run.move_ids.state, 'posted')
        self.assertEqual([line[2:] for line in self.items_of(run)], [
            (date(2026, 10, 1), date(2026, 11, 1), 1000.0),
            (date(2026, 10, 16), date(2026, 11, 1), 516.0)])
        self.assertEqual(run.move_ids.amount_untaxed, 1516)
        self.assertEqual(run.move_ids.amount_tax, 151)

    def test_items_point_at_their_invoice_lines(self):
        self.make_contract()
        run = self.bill(date(2026, 11, 1))
        items = self.env['smart.billing.item'].search([('run_id', '=', run.id)])
        self.assertEqual(len(items), 2)
        for item in items:
            self.assertEqual(item.move_line_id.price_subtotal, item.amount)
            self.assertEqual(item.move_line_id.sb_date_from, item.date_from)

    def test_second_run_of_the_same_day_bills_nothing(self):
        self.make_contract()
        self.bill(date(2026, 10, 1))
        again = self.bill(date(2026, 10, 1))
        self.assertEqual((again.state, again.item_count, again.invoice_count), ('done', 0, 0))

    def test_late_run_catches_up_period_by_period(self):
        self.make_contract()
        run = self.bill(date(2026, 12, 5))
        self.assertEqual([line[2] for line in self.items_of(run)],
                         [date(2026, 10, 1), date(2026, 11, 1), date(2026, 12, 1)])

    def test_run_waits_for_approval_before_numbers_are_given(self):
        self.company.sb_run_approval = True
        self.make_contract()
        run = self.bill(date(2026, 10, 1))
        self.assertEqual((run.state, run.move_ids.state, run.move_ids.name),
                         ('to_approve', 'draft', False))
        run.action_approve()
        self.process()
        self.assertEqual((run.state, run.move_ids.state), ('done', 'posted'))
        self.assertEqual(run.approved_by_id, self.env.user)

    def test_cancelled_run_frees_its_periods(self):
        self.company.sb_run_approval = True
        self.make_contract()
        run = self.bill(date(2026, 10, 1))
        run.action_cancel()
        self.assertFalse(run.move_ids)
        again = self.bill(date(2026, 10, 1))
        self.assertEqual(len(self.items_of(again)), 1)

    def test_preview_shows_what_the_run_bills_and_writes_nothing(self):
        self.make_contract()
        run = self.env['smart.billing.run'].create({'date_target': date(2026, 11, 1)})
        before = self.env['smart.billing.item'].search_count([])
        run.action_preview()
        self.assertEqual(self.env['smart.billing.item'].search_count([]), before)
        self.assertIn('1 accounts, 2 lines', run.preview_html)
        run.action_start()
        self.process()
        self.assertEqual(len(self.items_of(run)), 2)

    @mute_logger('odoo.addons.smart_billing.engine.steps')
    def test_bad_account_is_parked_and_the_others_are_billed(self):
        bad, good = self.make_account('Bad'), self.make_account('Good')
        self.make_contract(bad)
        self.make_contract(good)
        self.company.sb_max_amount = 1500
        self.make_contract(bad)
        run = self.bill(date(2026, 10, 1))
        self.assertEqual(run.parked_ids.account_id, bad)
        self.assertRegex(run.parked_ids.reason, 'above the safety bound of .*1,500')
        self.assertEqual(run.move_ids.sb_account_id, good)
        self.assertEqual(run.state, 'done')
        self.company.sb_max_amount = 0
        run.action_retry_parked()
        self.process()
        self.assertEqual(run.move_ids.sb_account_id, bad | good)
        self.assertFalse(run.parked_ids)

    @mute_logger('odoo.addons.smart_billing.engine.steps')
    def test_account_parked_at_a_later_step_resumes_there(self):
        self.make_contract()
        journal_of = drafts.journal_of

        refusal = UserError('no journal today')
        with patch.object(drafts, 'journal_of', side_effect=refusal):
            run = self.bill(date(2026, 10, 1))
        self.assertEqual(run.parked_ids.reason, 'no journal today')
        self.assertEqual(run.item_count, 1)
        with patch.object(drafts, 'journal_of', journal_of):
            run.action_retry_parked()
            self.process()
        self.assertEqual((run.item_count, run.posted_count), (1, 1))

    def test_database_refuses_to_bill_a_day_twice(self):
        contract = self.make_contract()
        self.bill(date(2026, 10, 1))
        item = contract.item_ids
        with (mute_logger('odoo.sql_db'), self.env.cr.savepoint(),
              self.assertRaises(psycopg2.errors.ExclusionViolation)):
            self.env['smart.billing.coverage'].create({
                'item_id': item.id, 'contract_id': contract.id, 'plan_id': self.plan.id,
                'charge_code': 'base', 'date_from': date(2026, 10, 31),
                'date_to': date(2026, 11, 2)})

    def test_only_chosen_billing_days_and_accounts_are_taken(self):
        first, twenty = self.make_account('First'), self.make_account('20', billing_day=21)
        self.make_contract(first)
        self.make_contract(twenty)
        run = self.bill(date(2026, 10, 31), billing_day=21)
        self.assertEqual(run.line_ids.account_id, twenty)
        run = self.bill(date(2026, 10, 31), account_ids=[(6, 0, first.ids)])
        self.assertEqual(run.line_ids.account_id, first)

    def test_negative_sum_becomes_a_credit_note(self):
        contract = self.make_contract()
        self.bill(date(2026, 10, 1))
        contract.add_event('cancel', date(2026, 10, 11))
        run = self.bill(date(2026, 10, 12))
        move = run.move_ids
        self.assertEqual((move.move_type, move.amount_untaxed, move.amount_tax),
                         ('out_refund', 678, 67))
        self.assertFalse(move.sb_request_ids)

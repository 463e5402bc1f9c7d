"""Faults R1 to R11 of other subscription add-ons: here the same situation is right."""
import base64
from datetime import date
from unittest.mock import patch

import psycopg2.errors

from odoo import Command
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from odoo.addons.smart_billing.engine import drafts

from .common import BillingCase


@tagged('post_install', '-at_install')
class TestPeerFaults(BillingCase):

    def own_day(self):
        """An account whose contracts keep their own days."""
        return self.make_account(billing_day=0)

    def periods(self, contract):
        return [(item.date_from, item.date_to) for item in contract.item_ids.filtered(
            'live').sorted('date_from')]

    MONTHS_FROM_THE_31ST = [
        (date(2024, 1, 31), date(2024, 2, 29)), (date(2024, 2, 29), date(2024, 3, 31)),
        (date(2024, 3, 31), date(2024, 4, 30)), (date(2024, 4, 30), date(2024, 5, 31))]

    def test_r1_the_31st_comes_back_after_february(self):
        contract = self.make_contract(self.own_day(), start=date(2024, 1, 31))
        self.bill(date(2024, 5, 10))
        self.assertEqual(self.periods(contract), self.MONTHS_FROM_THE_31ST)

    def test_r2_one_late_run_bills_all_periods_on_one_invoice_with_a_date_by_rule(self):
        account = self.own_day()
        contract = self.make_contract(account, start=date(2024, 1, 31))
        move = self.bill(date(2024, 5, 10)).move_ids
        self.assertEqual(len(move), 1)
        self.assertEqual([(line.sb_date_from, line.sb_date_to) for line in
                          move.invoice_line_ids], self.MONTHS_FROM_THE_31ST)
        self.assertEqual(move.invoice_date, account._invoice_dates(date(2024, 5, 9))[0])
        move.action_sb_cancel_invoice()
        dated = self.bill(date(2024, 5, 10), date_invoice=date(2024, 5, 10)).move_ids
        self.assertEqual((dated.invoice_date, len(dated.invoice_line_ids)),
                         (date(2024, 5, 10), 4))
        self.assertEqual(len(self.periods(contract)), 4)

    def test_r3_last_part_of_a_period_by_days_by_30_days_or_in_full(self):
        full = self.make_plan('full', '1000', prorate='none')
        amounts = {}
        for proration in ('actual_days', 'fixed_30', 'none'):
            self.company.sb_proration = proration
            for plan in (self.plan, full):
                contract = self.make_contract(
                    plan=plan, start=date(2026, 1, 1), date_last=date(2026, 2, 10))
                self.bill(date(2026, 2, 10),
                          account_ids=[Command.set(contract.account_id.ids)])
                amounts[proration, plan.code] = contract.item_ids.sorted('date_from').mapped(
                    'amount')
        self.assertEqual(amounts, {
            ('actual_days', 'basic'): [1000, 357], ('actual_days', 'full'): [1000, 1000],
            ('fixed_30', 'basic'): [1000, 333], ('fixed_30', 'full'): [1000, 1000],
            ('none', 'basic'): [1000, 1000], ('none', 'full'): [1000, 1000]})

    def test_r4_form_rpc_and_file_give_the_same_recurrence(self):
        self.make_plan('quarterly', '3000', every_count=3, timing='arrears')
        form = Form(self.env['smart.billing.contract'])
        form.account_id = self.own_day()
        form.start_plan_id = self.env['smart.billing.plan'].search([('code', '=', 'quarterly')])
        form.date_start = date(2026, 6, 9)
        by_form = form.save()
        by_form.action_confirm()
        row = {'plan': 'quarterly', 'date_start': '2026-06-09', 'billing_day': 0}
        result = self.env['smart.billing.contract'].create_contracts(
            [{**row, 'partner_name': 'By RPC'}])
        text = 'plan,date_start,billing_day,partner_name\nquarterly,2026-06-09,0,By file\n'
        wizard = self.env['smart.billing.contract.import'].create(
            {'file_content': base64.b64encode(text.encode())})
        wizard.action_import()
        contracts = by_form | by_form.browse(result['ids']) | wizard.contract_ids
        self.assertEqual(len(contracts), 3)
        self.bill(date(2026, 12, 9))
        for contract in contracts:
            self.assertEqual(self.periods(contract), [
                (date(2026, 6, 9), date(2026, 9, 9)), (date(2026, 9, 9), date(2026, 12, 9))])
            self.assertEqual(contract.item_ids.mapped('amount'), [3000, 3000])

    def test_r5_deleted_draft_gives_its_period_back(self):
        self.company.sb_run_approval = True
        contract = self.make_contract()
        self.bill(date(2026, 10, 1)).move_ids.unlink()
        self.assertFalse(self.periods(contract))
        self.bill(date(2026, 10, 2))
        self.assertEqual(self.periods(contract), [(date(2026, 10, 1), date(2026, 11, 1))])

    def test_r6_no_reset_date_bills_a_period_twice(self):
        contract = self.make_contract()
        self.bill(date(2026, 10, 1))
        for day in (None, date(2026, 10, 1), date(2020, 1, 1)):
            self.env.cr.execute(
                'UPDATE smart_billing_contract SET next_due_date = %s, settled_until = NULL'
                ' WHERE id = %s', (day, contract.id))
            self.env.invalidate_all()
            self.assertFalse(self.bill(date(2026, 10, 31)).move_ids)
        # And by no way at all: the database knows the days.
        with (mute_logger('odoo.sql_db'), self.env.cr.savepoint(),
              self.assertRaises(psycopg2.errors.ExclusionViolation)):
            self.env.cr.execute(
                'INSERT INTO smart_billing_coverage'
                ' (item_id, contract_id, plan_id, charge_code, date_from, date_to)'
                ' SELECT item_id, contract_id, plan_id, charge_code, date_from, date_to'
                '   FROM smart_billing_coverage WHERE contract_id = %s', (contract.id,))
        self.assertEqual(len(self.periods(contract)), 1)

    def test_r7_no_drift_over_separate_monthly_runs(self):
        contract = self.make_contract(self.own_day(), start=date(2024, 1, 31))
        for day in (date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 31), date(2024, 4, 30)):
            self.assertEqual(len(self.bill(day).move_ids), 1)
        self.assertEqual(self.periods(contract), self.MONTHS_FROM_THE_31ST)

    @mute_logger('odoo.addons.smart_billing.engine.steps')
    def test_r8_mail_that_fails_after_posting_makes_no_second_invoice(self):
        contract = self.make_contract(self.make_account(delivery='email'))
        contract.partner_id.email = 'sato@example.com'
        with patch.object(drafts, '_queue_mails', side_effect=OSError('mail server is away')):
            run = self.bill(date(2026, 10, 1))
            self.process()
        self.assertEqual((run.parked_ids.reason, run.move_ids.state),
                         ('mail server is away', 'posted'))
        again = self.bill(date(2026, 10, 1))
        self.assertFalse(again.move_ids)
        run.action_retry_parked()
        self.process()
        self.assertEqual((run.line_ids.state, len(run.move_ids), len(contract.item_ids)),
                         ('done', 1, 1))

    @mute_logger('odoo.addons.smart_billing.engine.steps')
    def test_r9_one_bad_contract_does_not_stop_the_others(self):
        bad, good = self.make_contract(), self.make_contract()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE smart_billing_contract_event SET plan_id = %s WHERE contract_id = %s",
            (self.env['smart.billing.plan'].create({'name': 'No prices', 'code': 'none'}).id,
             bad.id))
        self.env.invalidate_all()
        run = self.bill(date(2026, 10, 1))
        self.assertEqual((run.state, run.move_ids.sb_account_id), ('done', good.account_id))
        self.assertEqual(run.parked_ids.account_id, bad.account_id)
        self.assertTrue(run.parked_ids.reason)
        self.assertFalse(run.parked_ids.out_of_bounds)

    def test_r10_days_that_were_given_stay_and_defaults_are_of_the_day(self):
        contract = self.make_contract(start=date(2024, 1, 31))
        self.assertEqual((contract.date_start, contract.event_ids.date_effective),
                         (date(2024, 1, 31), date(2024, 1, 31)))
        contract.add_event('suspend', date(2026, 10, 1))
        self.assertEqual(contract.date_start, date(2024, 1, 31))
        Contract = self.env['smart.billing.contract']
        # Eight in the evening in London is the next day in Tokyo.
        for moment, day in (('2026-10-31 20:00:00', date(2026, 11, 1)),
                            ('2026-11-01 14:00:00', date(2026, 11, 1)),
                            ('2026-11-01 15:00:00', date(2026, 11, 2))):
            with freeze_time(moment):
                self.assertEqual(Contract.default_get(['date_start'])['date_start'], day)

    def test_r11_only_the_companys_default_income_account(self):
        category = self.env['product.category'].create({'name': 'Without accounts'})
        self.product.categ_id = category
        self.product.property_account_income_id = False
        category.with_company(self.company).property_account_income_categ_id = False
        self.assertTrue(self.company.income_account_id)
        self.make_contract()
        line = self.bill(date(2026, 10, 1)).move_ids.invoice_line_ids
        self.assertEqual(line.account_id, self.company.income_account_id)

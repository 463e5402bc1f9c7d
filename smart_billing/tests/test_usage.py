from datetime import date
from decimal import Decimal

import psycopg2.errors

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from .common_usage import UsageCase


@tagged('post_install', '-at_install')
class TestUsage(UsageCase):
    """One row a measurement, exactly once, history that stays (利用量)."""

    def test_rows_load_and_say_what_became_of_them(self):
        answer = self.load(
            self.row('u1', 5), self.row('u2', '2.5', date='2026/10/31', subject='site A'))
        self.assertEqual(answer['problems'], [])
        self.assertEqual((answer['loaded'], answer['known']), (2, 0))
        usage = self.usage.browse(answer['ids'])
        self.assertEqual(usage.mapped('quantity'), [5, 2.5])
        self.assertEqual(usage[1].date_measured, usage[1].date_counted)
        self.assertEqual((usage[1].date_counted, usage[1].subject, usage[1].user_id),
                         (date(2026, 10, 31), 'site A', self.env.user))

    def test_number_or_reference_name_the_contract(self):
        self.contract.ref = 'FRONT-1'
        answer = self.load(
            self.row('u1'), self.row('u2', contract='FRONT-1'),
            {**self.row('u3'), 'contract': None, 'contract_id': self.contract.id})
        self.assertEqual(answer['problems'], [])
        self.assertEqual(self.usage.browse(answer['ids']).contract_id, self.contract)

    def test_a_moment_counts_on_its_day_where_the_company_is(self):
        answer = self.load(self.row('u1', date='2026-10-31T15:00:00Z'),
                           self.row('u2', date='2026-10-31T23:59:59'))
        self.assertEqual(self.usage.browse(answer['ids']).mapped('date_measured'),
                         [date(2026, 11, 1), date(2026, 10, 31)])

    def test_the_same_call_again_changes_nothing(self):
        rows = [self.row('u1', 5), self.row('u2', 7, subject='a')]
        first, again = self.load(*rows), self.load(*rows)
        self.assertEqual((again['ids'], again['loaded'], again['known']), (first['ids'], 0, 2))
        self.assertEqual(self.usage.search_count([('contract_id', '=', self.contract.id)]), 2)

    def test_known_id_with_other_values_is_refused_with_the_known_ones(self):
        self.load(self.row('u1', 5))
        for change in ({'quantity': 6}, {'date': '2026-10-11'}, {'subject': 'x'}):
            [problem] = self.load({**self.row('u1', 5), **change})['problems']
            self.assertEqual(problem['code'], 'usage_other_values')
            self.assertRegex(problem['reason'], 'known with other values: calls 5 on')
        self.assertEqual(self.counting('u1').quantity, 5)

    def test_the_same_id_twice_in_one_call(self):
        answer = self.load(self.row('u1', 5), self.row('u1', 5), self.row('u1', 6))
        self.assertEqual(answer['ids'][0], answer['ids'][1])
        self.assertFalse(answer['ids'][2])
        self.assertEqual([problem['row'] for problem in answer['problems']], [2])
        self.assertEqual((answer['loaded'], answer['known']), (1, 1))

    def test_two_contracts_may_use_the_same_id(self):
        other = self.make_contract(plan=self.metered)
        answer = self.load(self.row('u1'), self.row('u1', contract=other.name))
        self.assertEqual(answer['loaded'], 2)

    def test_database_refuses_an_id_twice(self):
        self.load(self.row('u1'))
        with (mute_logger('odoo.sql_db'), self.env.cr.savepoint(),
              self.assertRaises(psycopg2.errors.UniqueViolation)):
            self.env.cr.execute(
                """ INSERT INTO smart_billing_usage (contract_id, metric_id, quantity,
                           date_measured, date_counted, external_id, replaced)
                    SELECT contract_id, metric_id, 1, date_measured, date_counted, external_id,
                           replaced
                      FROM smart_billing_usage WHERE contract_id = %s """, [self.contract.id])

    def test_bad_rows_are_told_and_the_others_load(self):
        draft = self.env['smart.billing.contract'].create({
            'account_id': self.make_account().id, 'start_plan_id': self.metered.id,
            'date_start': date(2026, 10, 1)})
        ended = self.make_contract(plan=self.metered, date_last=date(2026, 10, 9))
        bad = [
            (self.row('b1', contract='nobody'), 'nobody'),
            (self.row('b2', contract=draft.name), 'is a draft'),
            (self.row('b3', metric='steam'), "no metric with the code 'steam'"),
            (self.row('b4', date='2026-09-30'), 'starts on'),
            (self.row('b5', contract=ended.name), 'has ended'),
            (self.row('b6', quantity=-1), 'below zero'),
            (self.row('b7', quantity='many'), "'many' is no quantity"),
            (self.row('b8', date='2026-02-30'), 'is no day'),
            (self.row(''), "'External ID' is missing"),
            ({**self.row('b9'), 'colour': 'red'}, "Unknown key 'colour'"),
            (self.row('b10', date='2062-10-01'), '31 days ahead'),
            ('row', 'named values'),
            ({**self.row('b11'), 'contract_id': 'x'}, 'no contract'),
            (self.row('b12', action='delete'), "'delete' is no action"),
        ]
        answer = self.load(self.row('good'), *[row for row, _words in bad], self.row('better'))
        self.assertEqual(answer['loaded'], 2)
        self.assertEqual([problem['row'] for problem in answer['problems']],
                         list(range(1, len(bad) + 1)))
        for problem, (_row, words) in zip(answer['problems'], bad, strict=True):
            self.assertRegex(problem['reason'], words)
        self.assertEqual(answer['ids'].count(False), len(bad))

    def test_another_companys_contract_and_metric_are_unknown(self):
        other = self.env['res.company'].create({'name': 'Other KK'})
        self.env.user.company_ids = [Command.link(other.id)]
        [problem] = self.usage.with_company(other).load_usage([self.row('u1')])['problems']
        self.assertEqual(problem['code'], 'usage_no_contract')

    def test_usage_of_another_company_is_not_seen(self):
        self.load(self.row('u1'))
        other = self.env['res.company'].create({'name': 'Other KK'})
        guest = new_test_user(
            self.env, 'guest', 'smart_billing.group_billing_user',
            company_ids=[Command.set(other.ids)], company_id=other.id)
        seen = self.usage.with_user(guest).with_context(allowed_company_ids=other.ids)
        self.assertFalse(seen.search_count([]))

    def test_a_load_takes_the_same_queries_however_many_rows(self):
        def load(first, count):
            before = self.cr.sql_log_count
            answer = self.load(*[self.row(f'q{row}', row) for row in range(first, first + count)])
            self.assertEqual(answer['loaded'], count)
            return self.cr.sql_log_count - before

        load(0, 1)
        self.assertEqual(load(1, 10), load(11, 2000))

    def test_single_call_gives_the_id_or_says_why_not(self):
        call = {'contract': self.contract.name, 'metric': 'calls', 'quantity': 3,
                'date': '2026-10-05', 'external_id': 'one'}
        usage_id = self.usage.record_usage(**call)
        self.assertEqual(self.usage.record_usage(**call), usage_id)
        with self.assertRaisesRegex(UserError, 'below zero'):
            self.usage.record_usage(**{**call, 'quantity': -3})

    def test_form_obeys_the_same_rules(self):
        form = Form(self.usage)
        form.contract_id, form.metric_id = self.contract, self.calls
        form.quantity, form.date_measured = 4, date(2026, 10, 8)
        usage = form.save()
        self.assertTrue(usage.external_id.startswith('U'))
        self.assertEqual((usage.quantity, usage.date_counted), (4, date(2026, 10, 8)))
        with self.assertRaisesRegex(UserError, 'starts on'):
            self.usage.create({'contract_id': self.contract.id, 'metric_id': self.calls.id,
                               'quantity': 1, 'date_measured': date(2026, 9, 1)})

    def test_history_is_neither_edited_nor_deleted(self):
        usage = self.usage.browse(self.load(self.row('u1'))['ids'])
        with self.assertRaisesRegex(UserError, 'not edited'):
            usage.quantity = 7
        with self.assertRaisesRegex(UserError, 'not deleted'):
            usage.unlink()

    def test_a_counted_subject_is_needed_where_a_plan_counts_subjects(self):
        self.make_plan('seats', '500', charge_type='usage', model='per_unit',
                       metric_id=self.calls.id, aggregation='unique')
        [problem] = self.load(self.row('u1'))['problems']
        self.assertEqual(problem['code'], 'usage_no_subject')
        self.assertFalse(self.load(self.row('u2', subject='user 1'))['problems'])


@tagged('post_install', '-at_install')
class TestUsageCorrection(UsageCase):
    """Corrections keep what they replace (訂正・取消)."""

    def versions(self, external_id):
        return [(usage.quantity, usage.replaced, usage.withdrawn) for usage in self.usage.search(
            [('external_id', '=', external_id)], order='id')]

    def test_correction_keeps_the_replaced_version(self):
        self.load(self.row('u1', 5))
        answer = self.load(self.row('u1', 7, action='correct', reason='misread'))
        self.assertEqual((answer['corrected'], answer['loaded']), (1, 0))
        self.assertEqual(self.versions('u1'), [(5, 1, False), (7, 0, False)])
        self.load(self.row('u1', 6, action='correct'))
        self.assertEqual(self.versions('u1'), [(5, 1, False), (7, 2, False), (6, 0, False)])
        self.assertEqual(self.usage.search([('reason', '=', 'misread')]).quantity, 7)

    def test_correction_again_changes_nothing(self):
        self.load(self.row('u1', 5))
        row = self.row('u1', 7, action='correct')
        first, again = self.load(row), self.load(row)
        self.assertEqual((again['ids'], again['known'], again['corrected']), (first['ids'], 1, 0))

    def test_measurement_sent_again_after_its_correction_changes_nothing(self):
        self.load(self.row('u1', 5))
        corrected = self.load(self.row('u1', 7, action='correct'))
        again = self.load(self.row('u1', 5))
        self.assertEqual((again['ids'], again['known']), (corrected['ids'], 1))
        self.assertEqual(self.counting('u1').quantity, 7)

    def test_withdrawal_and_return(self):
        self.load(self.row('u1', 5))
        withdraw = {'contract': self.contract.name, 'external_id': 'u1', 'action': 'withdraw'}
        self.assertEqual(self.load(withdraw)['corrected'], 1)
        self.assertEqual(self.load(withdraw)['known'], 1)
        self.assertEqual(self.load(self.row('u1', 5))['known'], 1)
        self.assertEqual(self.versions('u1'), [(5, 1, False), (0, 0, True)])
        self.load(self.row('u1', 5, action='correct'))
        self.assertEqual(self.versions('u1')[-1], (5, 0, False))

    def test_nothing_to_correct_is_told(self):
        answer = self.load(self.row('u1', action='correct'), self.row('u1'),
                           self.row('u2', action='withdraw'))
        self.assertEqual([problem['code'] for problem in answer['problems']],
                         ['usage_nothing_to_correct'] * 2)
        self.assertEqual(answer['loaded'], 1)

    def test_rows_of_one_call_work_in_their_order(self):
        answer = self.load(
            self.row('u1', 5), self.row('u1', 7, action='correct'), self.row('u1', 5),
            self.row('u1', 8, action='correct'), self.row('u1', 9))
        self.assertEqual(self.versions('u1'), [(5, 1, False), (7, 2, False), (8, 0, False)])
        self.assertEqual([problem['row'] for problem in answer['problems']], [4])

    def test_correction_moves_the_day(self):
        self.load(self.row('u1', 5))
        self.load(self.row('u1', 5, date='2026-11-02', action='correct'))
        self.assertEqual(self.counting('u1').date_counted, date(2026, 11, 2))

    def test_correction_by_button(self):
        usage = self.usage.browse(self.load(self.row('u1', 5))['ids'])
        action = usage.action_correct()
        wizard = Form(self.env[action['res_model']].with_context(**action['context']))
        self.assertEqual(wizard.old_quantity, 5)
        wizard.quantity, wizard.reason = 6, 'misread'
        wizard.save().action_correct()
        self.assertEqual(self.versions('u1'), [(5, 1, False), (6, 0, False)])
        with self.assertRaisesRegex(UserError, 'replaced by a correction already'):
            usage.withdraw_usage()
        self.counting('u1').withdraw_usage('never happened')
        self.assertEqual(self.counting('u1').withdrawn, True)
        with self.assertRaisesRegex(UserError, 'below zero'):
            self.counting('u1').correct_usage(-1)

    def test_last_value_stays_last_when_an_earlier_one_is_corrected(self):
        gauge = self.make_plan('gauge', '10', charge_type='usage', model='per_unit',
                               metric_id=self.calls.id, aggregation='last')
        contract = self.make_contract(plan=gauge)
        self.load(self.row('first', 5, contract=contract.name),
                  self.row('second', 8, contract=contract.name),
                  self.row('first', 6, contract=contract.name, action='correct'))
        self.assertEqual(
            self.quantities(contract), {('calls/last', date(2026, 10, 10)): Decimal(8)})

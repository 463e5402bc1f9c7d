from datetime import date
from decimal import Decimal

from odoo import Command
from odoo.tests import tagged

from odoo.addons.smart_billing.core import facts as core
from odoo.addons.smart_billing.engine import facts, usage

from .common_usage import UsageCase

OCT, NOV, DEC = date(2026, 10, 1), date(2026, 11, 1), date(2026, 12, 1)


@tagged('post_install', '-at_install')
class TestUsageBilling(UsageCase):
    """From measurements to invoice lines, and back."""

    def lines(self, run):
        return [(item.date_from, item.date_to, item.quantity, item.amount)
                for item in self.env['smart.billing.item'].search(
                    [('run_id', '=', run.id)], order='id')]

    def test_the_invoice_line_names_quantity_and_unit(self):
        self.load(self.row('u1', 1234), self.row('u2', '0.125', date='2026-10-31'))
        run = self.bill(NOV)
        self.assertEqual(self.lines(run), [(OCT, NOV, 1234.125, 12341)])
        line = run.move_ids.invoice_line_ids
        self.assertEqual(line.name, 'Metered fee 10/01/2026 - 10/31/2026 1,234.125 calls')
        self.assertEqual((line.sb_quantity, line.price_subtotal), (1234.125, 12341))

    def test_from_item_and_invoice_to_the_measurements_that_they_bill(self):
        self.load(self.row('u1', 5), self.row('u2', 6, date='2026-10-31'),
                  self.row('u3', 7, date='2026-11-01'), self.row('u4', 8))
        self.load({**self.row('u4'), 'action': 'withdraw'})
        invoice = self.bill(NOV).move_ids
        self.assertTrue(invoice.sb_has_usage)
        for action in (invoice.action_sb_view_usage(), invoice.sb_item_ids.action_view_usage()):
            found = self.env[action['res_model']].search(action['domain'])
            self.assertEqual(sorted(found.mapped('external_id')), ['u1', 'u2'])
        usage = self.counting('u1')
        action = usage.action_view_items()
        self.assertEqual(self.env[action['res_model']].search(action['domain']),
                         invoice.sb_item_ids)
        self.assertEqual(self.contract.usage_count, 3)
        self.make_contract()
        self.assertFalse((self.bill(NOV).move_ids - invoice).sb_has_usage)

    def test_correction_before_billing_bills_the_right_quantity(self):
        self.load(self.row('u1', 5))
        self.load(self.row('u1', 3, action='correct'))
        self.assertEqual(self.lines(self.bill(NOV)), [(OCT, NOV, 3, 30)])

    def test_correction_after_billing_is_settled_by_the_next_run(self):
        self.load(self.row('u1', 5), self.row('u2', 10))
        self.bill(NOV)
        self.load(self.row('u1', 9, action='correct'))
        self.assertEqual(self.lines(self.bill(NOV)), [(OCT, NOV, 4, 40)])
        self.load({**self.row('u2'), 'action': 'withdraw'})
        self.assertEqual(self.lines(self.bill(NOV)), [(OCT, NOV, -10, -100)])
        self.assertEqual(self.bill(NOV).item_count, 0)

    def test_correction_that_moves_the_day_moves_the_money(self):
        self.load(self.row('u1', 5))
        self.bill(NOV)
        self.load(self.row('u1', 5, date='2026-11-15', action='correct'))
        self.assertEqual(self.lines(self.bill(DEC)), [(OCT, NOV, -5, -50), (NOV, DEC, 5, 50)])

    def test_late_usage_is_a_further_line_of_its_period(self):
        self.load(self.row('u1', 5))
        self.bill(NOV)
        self.load(self.row('u2', 2))
        self.assertEqual(self.lines(self.bill(NOV)), [(OCT, NOV, 2, 20)])

    def test_late_usage_counts_in_the_open_period_where_the_metric_says_so(self):
        self.calls.late_policy = 'next_period'
        self.load(self.row('u1', 5))
        self.bill(NOV)
        self.load(self.row('u2', 2), self.row('u3', 3, date='2026-11-10'))
        late = self.counting('u2')
        self.assertEqual((late.date_measured, late.date_counted), (date(2026, 10, 10), NOV))
        self.assertEqual(self.counting('u3').date_counted, date(2026, 11, 10))
        self.assertEqual(self.bill(NOV).item_count, 0)
        self.assertEqual(self.lines(self.bill(DEC)), [(NOV, DEC, 5, 50)])
        # Sent again it is known, though its period is closed by now.
        self.assertEqual(self.load(self.row('u2', 2))['known'], 1)

    def test_a_period_without_usage_is_closed_by_the_run_that_looked_at_it(self):
        self.calls.late_policy = 'refuse'
        self.bill(NOV)
        [problem] = self.load(self.row('u1'))['problems']
        self.assertEqual(problem['code'], 'usage_closed')
        self.assertRegex(problem['reason'], 'is billed, and metric calls takes no late usage')

    def test_refused_late_usage_is_told_and_corrections_are_taken(self):
        self.calls.late_policy = 'refuse'
        self.load(self.row('u1', 5))
        self.bill(NOV)
        answer = self.load(self.row('u2'), self.row('u1', 5), self.row('u1', 6, action='correct'),
                           self.row('u3', date='2026-11-01'))
        self.assertEqual([problem['row'] for problem in answer['problems']], [0])
        self.assertEqual((answer['known'], answer['corrected'], answer['loaded']), (1, 1, 1))

    def test_grace_keeps_the_period_open_for_some_days(self):
        self.calls.write({'late_policy': 'refuse', 'late_grace_days': 3})
        self.bill(NOV)
        self.company.sb_business_date = date(2026, 11, 3)
        self.assertFalse(self.load(self.row('u1'))['problems'])
        self.company.sb_business_date = date(2026, 11, 4)
        self.assertTrue(self.load(self.row('u2'))['problems'])

    def test_a_cancelled_invoice_opens_its_period_again(self):
        self.calls.late_policy = 'refuse'
        self.load(self.row('u1', 5))
        self.bill(NOV).move_ids.action_sb_cancel_invoice()
        self.assertFalse(self.load(self.row('u2', 1))['problems'])
        self.assertEqual(self.lines(self.bill(NOV)), [(OCT, NOV, 6, 60)])

    def test_usage_after_the_end(self):
        self.contract.add_event('cancel', date(2026, 10, 20))
        row = self.row('u1', 5, date='2026-10-25')
        self.assertEqual(self.load(row)['problems'][0]['code'], 'usage_after_end')
        self.calls.after_end = 'last_day'
        self.load(row)
        self.assertEqual(self.counting('u1').date_counted, date(2026, 10, 19))
        self.calls.after_end = 'keep'
        self.load(self.row('u2', 7, date='2026-10-25'))
        self.assertEqual(self.lines(self.bill(NOV)), [(OCT, date(2026, 10, 20), 5, 50)])
        self.contract.add_event('keep', date(2026, 10, 10))
        self.assertEqual(sum(line[3] for line in self.lines(self.bill(NOV))), 70)

    def test_open_period_of_an_ended_contract_is_its_own(self):
        self.calls.late_policy = 'next_period'
        self.contract.add_event('cancel', NOV)
        self.load(self.row('u1', 5))
        self.bill(NOV)
        self.load(self.row('u2', 1))
        self.assertEqual(self.lines(self.bill(DEC)), [(OCT, NOV, 1, 10)])

    def test_usage_pulls_the_settled_history_back(self):
        self.bill(DEC)
        self.assertEqual(self.contract.settled_until, DEC)
        self.load(self.row('u1', 5, date='2026-11-05'))
        self.assertEqual((self.contract.settled_until, self.contract.next_due_date),
                         (date(2026, 11, 5), False))
        self.assertEqual(self.lines(self.bill(DEC)), [(NOV, DEC, 5, 50)])

    def test_quantities_by_every_aggregation_in_one_plan(self):
        plan = self.env['smart.billing.plan'].create({
            'name': 'All', 'code': 'all', 'company_id': self.company.id,
            'version_ids': [Command.create({'date_from': date(2000, 1, 1), 'charge_ids': [
                Command.create({
                    'name': kind, 'code': kind, 'charge_type': 'usage', 'model': 'per_unit',
                    'price': 1, 'product_id': self.product.id, 'metric_id': self.calls.id,
                    'aggregation': kind})
                for kind in ('sum', 'max', 'last', 'unique')]})]})
        contract = self.make_contract(plan=plan)
        days = ('2026-10-10', '2026-10-10', '2026-10-11', '2026-10-12')
        self.load(*[
            self.row(f'u{index}', quantity, contract=contract.name, date=days[index],
                     subject=subject)
            for index, (quantity, subject) in enumerate(
                ((5, 'a'), (9, 'b'), (2, 'a'), (4, 'a')))])
        invoice = self.bill(NOV).move_ids.filtered(lambda move: move.sb_item_ids.contract_id
                                                   == contract)
        self.assertEqual({item.charge_code: item.quantity for item in invoice.sb_item_ids},
                         {'sum': 20, 'max': 9, 'last': 4, 'unique': 2})
        self.load(*[{'contract': contract.name, 'external_id': taken_back, 'action': 'withdraw'}
                    for taken_back in ('u1', 'u3')])
        self.bill(NOV)
        billed = contract.item_ids.grouped('charge_code')
        self.assertEqual({code: sum(items.mapped('quantity')) for code, items in billed.items()},
                         {'sum': 7, 'max': 5, 'last': 2, 'unique': 1})

    def test_a_day_is_one_row_for_the_planner_however_much_was_measured(self):
        self.load(*[self.row(f'u{row}', 2) for row in range(500)])
        [told] = usage.read_usage(self.env, self.contract.ids)[self.contract.id]
        self.assertEqual((told.metric, told.quantity, told.day),
                         ('calls/sum', Decimal(1000), date(2026, 10, 10)))

    def test_reading_takes_one_query_and_nothing_that_is_settled(self):
        contracts = self.contract + self.make_contract(plan=self.metered)
        for contract in contracts:
            self.load(self.row('u1', contract=contract.name),
                      self.row('u2', contract=contract.name, date='2026-11-20'))
        with self.assertQueryCount(1):
            told = usage.read_usage(self.env, contracts.ids, {contracts[0].id: date(2027, 1, 1)})
        self.assertEqual([len(told[contract.id]) for contract in contracts], [1, 2])

    def test_what_is_settled_is_read_again_for_a_period_that_it_cuts(self):
        """Quantities of a period that runs on the settled day are needed from its first day."""
        plan = self.make_plan('quarterly', '10', charge_type='usage', model='per_unit',
                              metric_id=self.calls.id, every_count=3)
        contract = self.make_contract(plan=plan)
        self.load(self.row('u1', 5, date='2026-10-01', contract=contract.name))
        self.bill(date(2026, 12, 20))
        self.assertEqual(contract.settled_until, date(2026, 12, 20))
        run = self.bill(date(2027, 1, 1))
        self.assertEqual(self.lines(run), [(OCT, date(2027, 1, 1), 5, 50)])

    def test_metrics_of_other_plans_are_not_read_and_are_told(self):
        steam = self.calls.copy({'code': 'steam'})
        answer = self.load(self.row('u1'), self.row('u2', metric=steam.code))
        self.assertEqual((answer['loaded'], answer['unbilled']), (2, 1))
        self.assertEqual(self.quantities(self.contract), {
            ('calls/sum', date(2026, 10, 10)): Decimal(1)})

    def test_the_planner_is_told_the_metric_of_the_charge(self):
        self.load(self.row('u1'))
        told = facts.read_accounts(self.env, self.contract.account_id.ids)
        [contract] = told[self.contract.account_id.id].contracts
        [charge] = contract.events[0].plan.versions[0].charges
        self.assertEqual((charge.type, charge.metric), (core.USAGE, contract.usage[0].metric))

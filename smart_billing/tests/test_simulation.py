from datetime import date

from odoo import Command
from odoo.tests import Form, freeze_time, tagged

from .common import BillingCase


@tagged('post_install', '-at_install')
@freeze_time('2026-10-15 03:00:00')
class TestSimulation(BillingCase):
    """What a plan would cost: the planner's answer for a contract that does not exist."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.metric = cls.env['smart.billing.metric'].create({
            'name': 'Traffic', 'code': 'gb', 'unit': 'GB', 'company_id': cls.company.id})
        cls.charge = cls.plan.version_ids.charge_ids
        cls.charge.copy({'code': 'support', 'name': 'Support', 'price': 500, 'optional': True})
        cls.charge.copy({
            'code': 'traffic', 'name': 'Traffic', 'charge_type': 'usage', 'model': 'per_unit',
            'metric_id': cls.metric.id, 'price': 20})
        cls.discount = cls.env['smart.billing.discount'].create({
            'name': 'Autumn', 'percent': 50, 'periods': 2, 'coupon_code': 'AUTUMN',
            'charge_codes': 'base', 'company_id': cls.company.id})

    def amounts(self, answer, charge):
        return [next((line['amount'] for line in month['lines'] if line['charge'] == charge), None)
                for month in answer]

    def test_year_of_a_price_in_advance_and_of_one_in_arrears(self):
        for plan in (self.plan, self.arrears):
            answer = plan.simulate(date(2026, 11, 1), billing_day=1)
            price = plan.version_ids.charge_ids[0].price
            self.assertEqual([month['month'][:7] for month in answer][::11],
                             ['2026-11', '2027-10'])
            self.assertEqual(self.amounts(answer, 'base'), [str(int(price))] * 12)

    def test_same_lines_as_a_real_contract_bills(self):
        answer = self.plan.simulate(
            date(2026, 10, 15), 3, quantity=2, options={'support': 2}, coupon_code='AUTUMN',
            billing_day=1)
        contract = self.make_contract(start=date(2026, 10, 15), start_quantity=2)
        contract.add_event('add_option', date(2026, 10, 15), option_code='support', quantity=2)
        contract.add_event('add_discount', date(2026, 10, 15), coupon_code='AUTUMN')
        run = self.bill(date(2026, 12, 1))
        billed = sorted(str(int(item.amount)) for item in run.move_ids.sb_item_ids)
        self.assertEqual(
            sorted(line['amount'] for month in answer for line in month['lines']), billed)

    def test_usage_options_and_tax(self):
        [month, _next] = self.plan.simulate(
            date(2026, 11, 1), 2, options={'support': 1}, usage={'gb': 15}, billing_day=1)
        self.assertEqual({line['name']: line['amount'] for line in month['lines']},
                         {'Basic fee': '1000', 'Support': '500', 'Traffic': '300'})
        self.assertEqual((month['tax'], month['total']), ('180', '1980'))

    def test_revision_to_come_shows_from_its_day(self):
        self.plan.version_ids = [Command.create({
            'date_from': date(2027, 1, 1), 'existing_from': date(2027, 1, 1),
            'charge_ids': [Command.create({
                'name': 'Basic fee', 'code': 'base', 'price': 1200,
                'product_id': self.product.id})]})]
        answer = self.plan.simulate(date(2026, 12, 1), 2, billing_day=1)
        self.assertEqual(self.amounts(answer, 'base'), ['1000', '1200'])

    def test_unknown_names_and_days_are_refused(self):
        with self.refused("no option and no metric 'backup'. It has: support"):
            self.plan.simulate(date(2026, 11, 1), options={'backup': 1})
        with self.refused("no option and no metric 'calls'. It has: gb"):
            self.plan.simulate(date(2026, 11, 1), usage={'calls': 1})
        with self.refused('no discount with the coupon code'):
            self.plan.simulate(date(2026, 11, 1), coupon_code='SPRING')
        self.discount.plan_ids = self.arrears
        with self.refused(r'AUTUMN\] Autumn is not for plan \[basic\] Basic. It is for: \[arrears'):
            self.plan.simulate(date(2026, 11, 1), coupon_code='AUTUMN')
        with self.refused('no version that is valid on 1999-12-31'):
            self.plan.simulate(date(1999, 12, 31))

    def wizard(self):
        return Form(self.env['smart.billing.simulation'].with_context(
            default_plan_id=self.plan.id))

    def test_form_answers_while_one_types(self):
        with self.wizard() as form:
            self.assertEqual(form.date_start, date(2026, 10, 15))
            self.assertIn('Basic fee', form.table_html)
            self.assertNotIn('Traffic', form.table_html)
            with form.choice_ids.edit(1) as choice:
                choice.quantity = 10
            self.assertIn('Traffic', form.table_html)
            form.coupon_code = 'autumn'
            self.assertIn('Autumn: Basic fee', form.table_html)
            form.date_start = date(1999, 1, 1)
            self.assertIn('no version that is valid on 1999-01-01', form.table_html)
            form.date_start = date(2026, 11, 1)

    def test_version_that_is_not_valid_yet_can_be_tried(self):
        version = self.plan.version_ids.copy({'date_from': date(2027, 4, 1)})
        version.charge_ids[0].price = 1500
        with self.wizard() as form:
            form.version_id = version
            self.assertEqual(form.date_start, date(2027, 4, 1))
            form.date_start = date(2026, 11, 1)
            self.assertIn('1,500', form.table_html)

    def test_chart_has_the_amounts_of_the_table(self):
        form = self.wizard()
        form.date_start = date(2026, 11, 1)
        wizard = form.save()
        action = wizard.action_view_chart()
        lines = self.env['smart.billing.simulation.line'].search(action['domain'])
        self.assertEqual(sum(lines.mapped('amount')), 12 * 1100)
        self.assertEqual({(line.kind, line.amount) for line in lines},
                         {('charge', 1000), ('tax', 100)})
        wizard.action_view_chart()
        self.assertEqual(len(wizard.line_ids), len(lines))

    def test_nothing_of_the_books_is_written(self):
        counts = [self.env[model].search_count([]) for model in (
            'smart.billing.contract', 'smart.billing.account', 'smart.billing.item')]
        self.plan.simulate(date(2026, 11, 1), coupon_code='AUTUMN')
        self.assertEqual(counts, [self.env[model].search_count([]) for model in (
            'smart.billing.contract', 'smart.billing.account', 'smart.billing.item')])
        self.assertFalse(self.discount.redemption_ids)

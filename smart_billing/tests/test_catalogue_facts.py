from datetime import date
from decimal import Decimal

from odoo import Command
from odoo.tests import tagged

from ..core import facts as core
from ..engine import catalogue
from .common import BillingCase


@tagged('post_install', '-at_install')
class TestCatalogueFacts(BillingCase):
    """What the planner is told about plans: each field of a record in the core's value."""

    def told(self, plan):
        self.env.flush_all()
        return catalogue.read_plans(self.env, plan.ids)[plan.id]

    def charge_told(self, **values):
        plan = self.make_plan('told', **{'price': 1000, **values})
        return self.told(plan).versions[0].charges[0]

    def test_terms_of_a_plan(self):
        self.plan.write({
            'trial_days': 14, 'term_count': 1, 'term_unit': 'year', 'minimum_term_count': 6,
            'cancellation_fee': 9500, 'renews': True, 'minimum_term_again': True,
            'cancellation_product_id': self.product.id,
            'free_exit_count': 2, 'free_exit_unit': 'month'})
        told = self.told(self.plan)
        self.assertEqual(told._replace(versions=()), core.Plan(
            code=self.plan.id, versions=(), trial_days=14, term=core.Every(1, 'year'),
            minimum_term=core.Every(6, 'month'), cancellation_fee=Decimal(9500), renews=True,
            minimum_term_again=True, free_exit=core.Every(2, 'month')))

    def test_plan_without_terms_has_none(self):
        self.assertEqual(
            self.told(self.plan)._replace(versions=()), core.Plan(self.plan.id, ()))

    def test_plain_charge_leaves_out_what_it_does_not_say(self):
        self.assertEqual(self.charge_told(), core.Charge(
            'base', price=Decimal(1000), every=core.Every(1, 'month'),
            key=self.env['smart.billing.charge'].search([], order='id desc', limit=1).id))

    def test_every_field_of_a_recurring_charge(self):
        told = self.charge_told(
            every_count=2, every_unit='week', timing='arrears', prorate='end', credit='none',
            minimum=500, maximum=90000, align='start', optional=True, model='per_unit',
            price=0.000123)
        self.assertEqual(told._replace(key=None), core.Charge(
            'base', model='per_unit', price=Decimal('0.000123'), every=core.Every(2, 'week'),
            timing='arrears', prorate='end', credit='none', minimum=Decimal(500),
            maximum=Decimal(90000), align='start', optional=True))

    def test_usage_names_its_metric_and_how_it_is_aggregated(self):
        metric = self.env['smart.billing.metric'].create({
            'name': 'Traffic', 'code': 'gb', 'company_id': self.company.id})
        told = self.charge_told(
            charge_type='usage', model='package', metric_id=metric.id, aggregation='max',
            package_size=10, free_units=2.5)
        self.assertEqual((told.type, told.metric, told.aggregation), ('usage', 'gb/max', 'max'))
        self.assertEqual((told.size, told.free), (Decimal(10), Decimal('2.5')))

    def test_tiers_in_their_order_the_last_without_limit(self):
        told = self.charge_told(model='tiered', tier_ids=[
            Command.create({'sequence': 1, 'up_to': 10.5, 'price': 1.5, 'flat_fee': 100}),
            Command.create({'sequence': 2, 'price': 0.75})])
        self.assertEqual(told.tiers, (
            core.Tier(Decimal('10.5'), Decimal('1.5'), Decimal(100)),
            core.Tier(None, Decimal('0.75'))))

    def test_steps_in_their_order(self):
        told = self.charge_told(step_ids=[
            Command.create({'sequence': 1, 'periods': 3, 'price': 100}),
            Command.create({'sequence': 2, 'price': 1000})])
        self.assertEqual(told.steps, (
            core.PriceStep(3, Decimal(100)), core.PriceStep(None, Decimal(1000))))

    def test_one_time_charge_has_no_period(self):
        told = self.charge_told(charge_type='one_time')
        self.assertEqual((told.type, told.every), ('one_time', None))

    def test_charges_come_in_the_order_of_the_price_sheet(self):
        version = self.plan.version_ids
        self.env['smart.billing.charge'].create([{
            'version_id': version.id, 'name': code, 'code': code, 'sequence': sequence,
            'product_id': self.product.id} for code, sequence in (('last', 30), ('first', 1))])
        self.assertEqual([charge.code for charge in self.told(self.plan).versions[0].charges],
                         ['first', 'base', 'last'])

    def test_versions_come_oldest_first(self):
        self.env['smart.billing.plan.version'].create({
            'plan_id': self.plan.id, 'date_from': date(2026, 1, 1),
            'existing_from': date(2026, 4, 1)})
        old, new = self.told(self.plan).versions
        self.assertEqual((old.valid_from, old.existing_from), (date(2000, 1, 1), None))
        self.assertEqual((new.valid_from, new.existing_from),
                         (date(2026, 1, 1), date(2026, 4, 1)))

    def test_reading_takes_the_same_queries_however_many_plans(self):
        plans = self.make_plan('one', '100')
        self.env.flush_all()
        before = self.cr.sql_log_count
        catalogue.read_plans(self.env, plans.ids)
        queries = self.cr.sql_log_count - before
        plans += self.make_plan('two', '200') + self.make_plan('three', '300')
        self.env.flush_all()
        with self.assertQueryCount(queries):
            catalogue.read_plans(self.env, plans.ids)

from datetime import date

from psycopg2.errors import UniqueViolation

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import BillingCase


@tagged('post_install', '-at_install')
class TestCatalogue(BillingCase):

    def test_introductory_price_ends_after_its_periods(self):
        plan = self.make_plan('intro', '1000', step_ids=[
            Command.create({'sequence': 1, 'periods': 2, 'price': 300}),
            Command.create({'sequence': 2, 'periods': 0, 'price': 1000})])
        self.make_contract(plan=plan)
        run = self.bill(date(2027, 1, 1))
        self.assertEqual([line[4] for line in self.items_of(run)], [300, 300, 1000, 1000])
        with self.assertRaisesRegex(UserError, 'Make a new version'):
            plan.version_ids.charge_ids.step_ids[0].price = 1

    def test_steps_without_an_open_end_are_refused(self):
        with self.assertRaisesRegex(ValidationError, 'the last has 0'):
            self.make_plan('open', '1000', step_ids=[
                Command.create({'periods': 2, 'price': 300})])

    def test_price_revision_reaches_running_contracts_on_its_day(self):
        self.make_contract()
        self.bill(date(2026, 10, 1))
        self.env['smart.billing.plan.version'].create({
            'plan_id': self.plan.id, 'date_from': date(2026, 10, 15),
            'existing_from': date(2026, 11, 1),
            'charge_ids': [Command.create({
                'name': 'Basic fee', 'code': 'base', 'price': 1200,
                'product_id': self.product.id})]})
        run = self.bill(date(2026, 11, 1))
        self.assertEqual([line[2:] for line in self.items_of(run)],
                         [(date(2026, 11, 1), date(2026, 12, 1), 1200.0)])

    def test_revision_cannot_reach_old_contracts_before_new_ones(self):
        with self.assertRaisesRegex(ValidationError, 'on or after 2026-11-01'):
            self.env['smart.billing.plan.version'].create({
                'plan_id': self.plan.id, 'date_from': date(2026, 11, 1),
                'existing_from': date(2026, 10, 1)})

    @mute_logger('odoo.sql_db')
    def test_company_has_one_plan_of_a_code(self):
        with self.assertRaises(UniqueViolation), self.env.cr.savepoint():
            self.make_plan('basic', '1')

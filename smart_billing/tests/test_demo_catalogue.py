from datetime import date

from odoo.tests import freeze_time, tagged
from odoo.tools import convert_file

from .common import BillingCase

FILES = ('demo_catalogue.xml', 'demo_contracts.xml', 'demo_price_models.xml')


@tagged('post_install', '-at_install')
@freeze_time('2026-11-15 03:00:00')
class TestDemoCatalogue(BillingCase):
    """The demo's price sheets load, and each of them has a price."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.references = {}
        for name in FILES:
            convert_file(cls.env, 'smart_billing', f'demo/{name}', cls.references, mode='init',
                         noupdate=True)
        cls.plans = cls.env['smart.billing.plan'].search([('company_id', '=', cls.company.id)])

    def test_there_is_one_of_each_kind_of_price(self):
        charges = self.plans.version_ids.charge_ids
        for name in ('charge_type', 'model', 'timing', 'aggregation'):
            known = {key for key, _label in charges._fields[name].selection}
            self.assertEqual(known - {'last'}, set(charges.mapped(name)), name)
        for name in ('minimum', 'maximum', 'free_units', 'step_ids', 'optional'):
            self.assertTrue(charges.filtered(name), name)
        for name in ('trial_days', 'minimum_term_count', 'renews', 'free_exit_count',
                     'tax_included'):
            self.assertTrue(self.plans.filtered(name), name)

    def test_each_plan_can_be_simulated(self):
        for plan in self.plans - self.plan - self.arrears:
            charges = plan.version_ids.charge_ids
            answer = plan.simulate(
                date(2026, 12, 1), quantity=10, billing_day=1,
                options=dict.fromkeys(charges.filtered('optional').mapped('code'), 1),
                usage=dict.fromkeys(charges.metric_id.mapped('code'), 1500))
            billed = {line['charge'] for month in answer for line in month['lines']}
            self.assertEqual(set(plan.current_version_id.charge_ids.mapped('code')), billed,
                             plan.code)

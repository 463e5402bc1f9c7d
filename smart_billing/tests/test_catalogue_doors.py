from datetime import date

from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user, tagged

from ..engine import catalogue
from .common import BillingCase

HEAD = ('id', 'name', 'code', 'company_id', 'trial_days', 'version_ids/id',
        'version_ids/date_from', 'version_ids/existing_from', 'version_ids/charge_ids/id',
        'version_ids/charge_ids/code', 'version_ids/charge_ids/name',
        'version_ids/charge_ids/product_id/id', 'version_ids/charge_ids/charge_type',
        'version_ids/charge_ids/model', 'version_ids/charge_ids/price',
        'version_ids/charge_ids/metric_id/.id', 'version_ids/charge_ids/tier_ids/sequence',
        'version_ids/charge_ids/tier_ids/up_to', 'version_ids/charge_ids/tier_ids/price',
        'version_ids/charge_ids/tier_ids/flat_fee')


@tagged('post_install', '-at_install')
class TestCatalogueDoors(BillingCase):
    """A plan by file, by form and by RPC: the same price sheet, the same refusals."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.metric = cls.env['smart.billing.metric'].create({
            'name': 'Traffic', 'code': 'gb', 'company_id': cls.company.id})
        cls.env['ir.model.data'].create({
            'module': '__import__', 'name': 'fee_product', 'model': 'product.product',
            'res_id': cls.product.id})

    def rows(self):
        """Two versions, the older one with a tier table over three rows."""
        def row(**values):
            return [str(values.get(name, '')) for name in HEAD]

        usage = {
            'version_ids/charge_ids/id': '__import__.p_old_usage',
            'version_ids/charge_ids/code': 'traffic', 'version_ids/charge_ids/name': 'Traffic',
            'version_ids/charge_ids/product_id/id': '__import__.fee_product',
            'version_ids/charge_ids/charge_type': 'usage',
            'version_ids/charge_ids/model': 'tiered',
            'version_ids/charge_ids/metric_id/.id': self.metric.id}
        tier = 'version_ids/charge_ids/tier_ids/{}'.format
        base = {
            'version_ids/charge_ids/code': 'base', 'version_ids/charge_ids/name': 'Fee',
            'version_ids/charge_ids/product_id/id': '__import__.fee_product',
            'version_ids/charge_ids/charge_type': 'recurring',
            'version_ids/charge_ids/model': 'flat'}
        return [
            row(id='__import__.p', name='Imported', code='imported',
                company_id=self.company.name, trial_days=7, **{
                    'version_ids/id': '__import__.p_old', 'version_ids/date_from': '2024-04-01',
                    **base, 'version_ids/charge_ids/id': '__import__.p_old_base',
                    'version_ids/charge_ids/price': 980}),
            row(**usage, **{tier('sequence'): 1, tier('up_to'): 10, tier('price'): 5}),
            row(**{tier('sequence'): 2, tier('up_to'): 100, tier('price'): 4.5}),
            row(**{tier('sequence'): 3, tier('up_to'): 0, tier('price'): 4,
                   tier('flat_fee'): 100}),
            row(**{'version_ids/id': '__import__.p_new', 'version_ids/date_from': '2026-04-01',
                   'version_ids/existing_from': '2026-10-01', **base,
                   'version_ids/charge_ids/id': '__import__.p_new_base',
                   'version_ids/charge_ids/price': 1080}),
        ]

    def load(self):
        return self.env['smart.billing.plan'].load(list(HEAD), self.rows())

    def told(self, plan):
        """What the planner is told, without the ids."""
        self.env.flush_all()
        told = catalogue.read_plans(self.env, plan.ids)[plan.id]
        return told._replace(code=None, versions=tuple(
            version._replace(charges=tuple(
                charge._replace(key=None) for charge in version.charges))
            for version in told.versions))

    def test_file_with_nested_versions_charges_and_tiers(self):
        result = self.load()
        self.assertFalse(result['messages'])
        plan = self.env['smart.billing.plan'].browse(result['ids'])
        told = self.told(plan)
        self.assertEqual(plan.trial_days, 7)
        self.assertEqual([version.valid_from for version in told.versions],
                         [date(2024, 4, 1), date(2026, 4, 1)])
        self.assertEqual(told.versions[1].existing_from, date(2026, 10, 1))
        usage = told.versions[0].charges[1]
        self.assertEqual([tier.up_to for tier in usage.tiers], [10, 100, None])
        self.assertEqual(usage.tiers[2].flat_fee, 100)

    def test_same_file_again_changes_nothing(self):
        [plan_id] = self.load()['ids']
        before = self.told(self.env['smart.billing.plan'].browse(plan_id))
        # What was billed does not stand in the way of a file that says the same.
        contract = self.make_contract(
            plan=self.env['smart.billing.plan'].browse(plan_id), start=date(2024, 4, 1))
        self.assertTrue(self.bill(date(2024, 4, 8)).move_ids)
        rows = self.rows()
        # Rows of tiers have no identity of their own: a file that comes again leaves them out.
        again = self.env['smart.billing.plan'].load(
            list(HEAD[:-4]), [row[:-4] for row in rows if row[0] or row[5] or row[8]])
        self.assertFalse(again['messages'])
        self.assertEqual(again['ids'], [plan_id])
        self.assertEqual(self.told(contract.start_plan_id), before)

    def test_bad_file_is_refused_with_its_reason(self):
        for words, row, column, value in (
                ('the tier up to 1 follows the one up to 10', 2,
                 'version_ids/charge_ids/tier_ids/up_to', '1'),
                ('Give Traffic another code', 1, 'version_ids/charge_ids/code', 'base'),
                ('before new contracts get it', 4, 'version_ids/existing_from', '2026-03-31')):
            rows = self.rows()
            rows[row][HEAD.index(column)] = value
            result = self.env['smart.billing.plan'].load(list(HEAD), rows)
            self.assertFalse(result['ids'])
            self.assertIn(words, result['messages'][0]['message'])
            self.assertFalse(self.env['smart.billing.plan'].search([('code', '=', 'imported')]))

    def test_export_can_be_loaded_again(self):
        self.load()
        plan = self.env.ref('__import__.p')
        before = self.told(plan)
        head = [name.replace('/.id', '/id') for name in HEAD]
        rows = plan.export_data(head)['datas']
        self.env['ir.model.data'].search([('module', '=', '__import__'), (
            'name', 'in', ('p', 'p_old', 'p_new', 'p_old_base', 'p_old_usage', 'p_new_base'))
        ]).unlink()
        plan.code = 'first'
        result = self.env['smart.billing.plan'].load(
            head, [['' if value is False else str(value) for value in row] for row in rows])
        self.assertFalse(result['messages'])
        copy = self.env['smart.billing.plan'].browse(result['ids'])
        self.assertNotEqual(copy, plan)
        self.assertEqual(self.told(copy), before)

    def test_form_makes_the_same_as_rpc(self):
        with Form(self.env['smart.billing.plan']) as form:
            form.name, form.code = 'By form', 'form'
        by_form = form.record
        with Form(self.env['smart.billing.plan.version'].with_context(
                default_plan_id=by_form.id)) as version:
            version.date_from = date(2000, 1, 1)
            with version.charge_ids.new() as charge:
                charge.name, charge.product_id = 'Fee', self.product
                charge.model = 'tiered'
                for row, limit in enumerate((10, 0)):
                    with charge.tier_ids.new() as tier:
                        tier.sequence, tier.up_to, tier.price = row, limit, 5 - row
        by_rpc = self.env['smart.billing.plan'].create({
            'name': 'By RPC', 'code': 'rpc', 'company_id': self.company.id,
            'version_ids': [(0, 0, {'date_from': '2000-01-01', 'charge_ids': [(0, 0, {
                'name': 'Fee', 'product_id': self.product.id, 'model': 'tiered', 'tier_ids': [
                    (0, 0, {'sequence': 0, 'up_to': 10, 'price': 5}),
                    (0, 0, {'sequence': 1, 'price': 4})]})]})]})
        self.assertEqual(self.told(by_form), self.told(by_rpc))

    def as_role(self, role):
        user = new_test_user(
            self.env, f'catalogue_{role}', f'smart_billing.group_billing_{role}',
            company_ids=[(6, 0, self.company.ids)], company_id=self.company.id)
        return self.env(user=user)

    def test_billing_user_sells_by_the_catalogue_but_does_not_change_it(self):
        contract = self.make_contract()
        self.env['smart.billing.discount'].create({
            'name': 'Autumn', 'percent': 10, 'coupon_code': 'AUTUMN', 'max_redemptions': 1,
            'company_id': self.company.id})
        env = self.as_role('user')
        contract.with_env(env).add_event(
            'add_discount', date(2026, 10, 1), coupon_code='AUTUMN')
        plan = self.plan.with_env(env)
        self.assertEqual(plan.simulate(date(2026, 11, 1), 1, billing_day=1)[0]['total'], '1100')
        for change in (lambda: plan.write({'trial_days': 1}),
                       lambda: plan.version_ids.charge_ids.write({'price': 1}),
                       lambda: plan._make_revision(date(2027, 1, 1), percent=10)):
            with self.refused('', AccessError):
                change()

    def test_auditor_may_try_prices(self):
        wizard = self.env['smart.billing.simulation'].with_env(self.as_role('auditor')).create(
            {'plan_id': self.plan.id})
        self.assertIn('Basic fee', wizard.table_html)
        self.assertTrue(wizard.action_view_chart()['domain'])

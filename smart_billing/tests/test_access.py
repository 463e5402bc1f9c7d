from lxml import etree

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import BillingCase

# Models whose rows the billing user may not make or change by hand.
WRITTEN_BY_THE_ENGINE = {
    'smart.billing.item', 'smart.billing.coverage', 'smart.billing.transfer',
    'smart.billing.discount.redemption'}


@tagged('post_install', '-at_install')
class TestAccess(BillingCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.models = [
            name for name in cls.env.registry if name.startswith('smart.billing.')
            and not cls.env[name]._abstract and not cls.env[name]._transient]
        values = {'company_ids': [Command.set(cls.company.ids)], 'company_id': cls.company.id}
        for role in ('auditor', 'user', 'manager'):
            setattr(cls, role, new_test_user(
                cls.env, f'billing_{role}', f'smart_billing.group_billing_{role}', **values))
        cls.stranger = new_test_user(cls.env, 'stranger', 'base.group_user', **values)
        cls.portal = new_test_user(cls.env, 'subscriber', 'base.group_portal', **values)

    def test_every_model_has_rights_for_every_role(self):
        self.assertGreater(len(self.models), 12)
        for name in self.models:
            self.assertTrue(self.env[name].with_user(self.auditor).has_access('read'), name)
            self.assertTrue(self.env[name].with_user(self.user).has_access('read'), name)

    def test_auditor_changes_nothing(self):
        for name in self.models:
            for operation in ('write', 'create', 'unlink'):
                self.assertFalse(
                    self.env[name].with_user(self.auditor).has_access(operation),
                    f'{name} {operation}')

    def test_strangers_and_subscribers_see_nothing(self):
        for name in self.models:
            for user in (self.stranger, self.portal):
                self.assertFalse(self.env[name].with_user(user).has_access('read'), name)

    def test_what_the_engine_writes_is_not_edited(self):
        for name in WRITTEN_BY_THE_ENGINE:
            self.assertFalse(self.env[name].with_user(self.manager).has_access('write'), name)

    def test_every_model_keeps_companies_apart(self):
        """Each model has a global rule about the company, so none can be forgotten."""
        for name in self.models:
            rules = self.env['ir.rule'].search([
                ('model_id.model', '=', name), ('groups', '=', False)])
            self.assertTrue(
                any('company_ids' in (rule.domain_force or '') for rule in rules), name)

    def test_other_company_is_not_seen(self):
        self.make_contract()
        other = self.env['res.company'].create({'name': 'Other KK'})
        guest = new_test_user(
            self.env, 'guest', 'smart_billing.group_billing_manager',
            company_ids=[Command.set(other.ids)], company_id=other.id)
        for name in ('plan', 'account', 'contract', 'contract.event'):
            self.assertFalse(self.env[f'smart.billing.{name}'].with_user(guest).with_context(
                allowed_company_ids=other.ids).search_count([]), name)

    def test_only_a_manager_approves(self):
        self.company.sb_run_approval = True
        self.make_contract()
        run = self.bill('2026-10-01')
        with self.assertRaisesRegex(UserError, 'Only a billing manager'):
            run.with_user(self.user).action_approve()
        run.with_user(self.manager).action_approve()
        self.assertEqual(run.approved_by_id, self.manager)

    def test_user_runs_a_month_with_his_rights(self):
        contract = self.make_contract()
        run = self.env['smart.billing.run'].with_user(self.user).create(
            {'date_target': '2026-10-01', 'company_id': self.company.id})
        run.action_preview()
        run.action_start()
        self.process()
        self.assertEqual(run.posted_count, 1)
        contract.with_user(self.user).add_event('cancel', '2026-11-01')
        with self.assertRaises(AccessError):
            self.plan.with_user(self.user).name = 'Other'

    def test_sales_person_sells_plans_without_rights_on_contracts(self):
        seller = new_test_user(
            self.env, 'seller', 'sales_team.group_sale_salesman',
            company_ids=[Command.set(self.company.ids)], company_id=self.company.id)
        product = self.env['product.product'].create({
            'name': 'Sold', 'type': 'service', 'sb_plan_id': self.plan.id})
        order = self.env['sale.order'].with_user(seller).create({
            'partner_id': self.env['res.partner'].create({'name': 'Buyer'}).id,
            'sb_date_start': '2026-10-01',
            'order_line': [Command.create({'product_id': product.id, 'product_uom_qty': 1})]})
        order.action_confirm()
        self.assertEqual(order.sb_contract_count, 1)
        order.with_user(seller)._action_cancel()
        self.assertFalse(self.items_of(self.bill('2026-11-01')))

    def test_accountant_edits_the_ledger_without_rights_on_contracts(self):
        accountant = new_test_user(
            self.env, 'accountant', 'account.group_account_manager',
            company_ids=[Command.set(self.company.ids)], company_id=self.company.id)
        contract = self.make_contract()
        invoice = self.bill('2026-10-01').move_ids.with_user(accountant)
        form = etree.fromstring(invoice.get_view(view_type='form')['arch'])
        shown = form.xpath('//field[not(ancestor::field)]/@name')
        self.assertIn('collection_state', shown)
        invoice.read(shown)
        invoice.button_draft()
        invoice.action_post()
        invoice.button_draft()
        invoice.button_cancel()
        self.assertFalse(contract.item_ids.filtered('live'))
        self.assertEqual(len(self.items_of(self.bill('2026-10-01'))), 1)

from ast import literal_eval
from datetime import date

from lxml import etree

from odoo import Command
from odoo.tests import freeze_time, tagged

from .common import BillingCase


@tagged('post_install', '-at_install')
@freeze_time('2026-10-15 03:00:00')
class TestContractStanding(BillingCase):
    """What is looked up, searched and grouped by: terms, options, discounts of today."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plan.write({
            'term_count': 6, 'renews': True, 'minimum_term_count': 12, 'cancellation_fee': 5000,
            'cancellation_product_id': cls.product.id})
        cls.plan.version_ids.charge_ids = [Command.create({
            'name': 'Support', 'code': 'support', 'price': 500, 'optional': True,
            'sequence': 20, 'product_id': cls.product.id})]
        cls.discount = cls.env['smart.billing.discount'].create({
            'name': 'Half', 'percent': 50, 'date_until': date(2027, 1, 1),
            'company_id': cls.company.id})

    def found_by(self, name):
        view = self.env['smart.billing.contract'].get_view(
            self.env.ref('smart_billing.view_contract_search').id, 'search')
        return self.env['smart.billing.contract'].search(
            [('company_id', '=', self.company.id), *_domain(view['arch'], name)])

    def refresh(self):
        with self.enter_registry_test_mode():
            self.env.ref('smart_billing.cron_refresh_contracts').method_direct_trigger()
        self.env.invalidate_all()

    def test_terms_options_and_discounts_of_today(self):
        contract = self.make_contract(start=date(2026, 5, 1))
        contract.add_event('add_option', date(2026, 6, 1), option_code='support', quantity=2)
        contract.add_event('add_discount', date(2026, 6, 1), discount_id=self.discount.id)
        self.assertEqual((contract.renews_on, contract.bound_until, contract.option_text),
                         (date(2026, 11, 1), date(2027, 5, 1), 'Support × 2'))
        self.assertEqual(contract.discount_ids, self.discount)
        self.assertEqual(contract.state_until, date(2026, 11, 1))

    def test_the_calendar_moves_them_on(self):
        contract = self.make_contract(start=date(2026, 5, 1))
        contract.add_event('add_discount', date(2026, 6, 1), discount_id=self.discount.id)
        contract.add_event('add_option', date(2026, 12, 1), option_code='support')
        self.assertFalse(contract.option_text)
        for today, renews, option in (('2026-11-01', date(2027, 5, 1), False),
                                      ('2026-12-01', date(2027, 5, 1), 'Support'),
                                      ('2027-05-01', date(2027, 11, 1), 'Support')):
            with freeze_time(f'{today} 03:00:00'):
                self.refresh()
                self.assertEqual((contract.renews_on, contract.option_text), (renews, option))
        self.assertFalse(contract.bound_until)
        self.assertFalse(contract.discount_ids)

    def test_filters_find_what_they_say(self):
        renewing = self.make_contract(start=date(2026, 5, 1))
        ending = self.make_contract(start=date(2026, 8, 1))
        ending.add_event('cancel', date(2026, 11, 1))
        old = self.make_contract(start=date(2025, 3, 1))
        old.add_event('add_option', date(2026, 6, 1), option_code='support')
        given = self.make_contract(self.make_account(), self.arrears)
        given.add_event('add_discount', discount_id=self.discount.id)
        moved = self.make_contract(start=date(2026, 8, 1))
        moved.add_event('transfer', date(2026, 12, 15), account_id=self.make_account().id)
        for name, contracts in (
                ('renews_soon', renewing), ('minimum_term_over', old + given),
                ('ends_this_month', ending), ('cancelled', ending), ('with_options', old),
                ('with_discounts', given), ('transferred', moved)):
            self.assertEqual(self.found_by(name), contracts.sorted('id', reverse=True), name)

    def test_draft_and_ended_contracts_stand_nowhere(self):
        draft = self.env['smart.billing.contract'].create({
            'account_id': self.make_account().id, 'start_plan_id': self.plan.id,
            'date_start': date(2026, 10, 1)})
        ended = self.make_contract(start=date(2026, 5, 1))
        ended.add_event('cancel', date(2026, 10, 1))
        for contract in (draft, ended):
            self.assertFalse(contract.renews_on or contract.bound_until or contract.discount_ids)


def _domain(arch, name):
    [node] = etree.fromstring(arch).xpath(f"//filter[@name='{name}']")
    return literal_eval(node.get('domain'))

from datetime import date

from odoo import Command
from odoo.tests import HttpCase, tagged

from .common import BillingCase


@tagged('post_install', '-at_install')
class TestContractStory(BillingCase, HttpCase):
    """The timeline view of a contract: what it draws, and that it can be looked at."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.sb_business_date = date(2026, 10, 1)
        cls.plan.write({
            'trial_days': 14, 'term_count': 6, 'renews': True, 'minimum_term_count': 12,
            'cancellation_fee': 5000, 'cancellation_product_id': cls.product.id})
        cls.plan.version_ids.charge_ids = [Command.create({
            'name': 'Backup', 'code': 'backup', 'price': 300, 'product_id': cls.product.id,
            'optional': True, 'model': 'per_unit'})]
        cls.contract = cls.make_contract(start=date(2026, 10, 1))

    def lanes(self):
        return {lane['key']: [(bar['begin'], bar['end'], bar['text'], bar['kind'])
                              for bar in lane['bars']]
                for lane in self.contract.get_story()['lanes']}

    def test_a_draft_has_no_story(self):
        draft = self.contract.copy({'name': '/'})
        self.assertIs(draft.get_story(), False)

    def test_plan_trial_terms_and_minimum_term(self):
        story = self.contract.get_story()
        self.assertEqual((story['begin'], story['end'], story['today']),
                         ('2026-10-01', '2027-10-01', '2026-10-01'))
        lanes = self.lanes()
        self.assertEqual(lanes['plan'], [
            ('2026-10-01', '2026-10-15', 'Trial: Basic', 'trial'),
            ('2026-10-15', '2027-10-01', 'Basic', 'plan')])
        self.assertEqual([bar[:2] for bar in lanes['term']], [
            ('2026-10-01', '2027-04-01'), ('2027-04-01', '2027-10-01')])
        [minimum] = lanes['minimum']
        self.assertEqual(minimum[:2], ('2026-10-01', '2027-10-01'))
        self.assertIn('5,000', minimum[2])
        self.assertNotIn('quantity', lanes, "a quantity of one is nothing to look at")

    def test_changes_of_all_kinds(self):
        add = self.contract.add_event
        add('change_quantity', date(2026, 11, 1), quantity=3)
        add('add_option', date(2026, 11, 10), option_code='backup', quantity=2)
        add('drop_option', date(2026, 12, 10), option_code='backup')
        add('suspend', date(2027, 1, 1))
        add('resume', date(2027, 2, 1))
        discount = self.env['smart.billing.discount'].create({
            'name': 'Friends', 'percent': 10, 'company_id': self.company.id,
            'date_until': date(2026, 12, 1)})
        add('add_discount', date(2026, 10, 20), discount_id=discount.id)
        lanes = self.lanes()
        self.assertEqual([bar[:3] for bar in lanes['quantity']], [
            ('2026-10-01', '2026-11-01', '1'), ('2026-11-01', '2028-02-01', '3')])
        self.assertEqual(lanes['option-backup'], [
            ('2026-11-10', '2026-12-10', 'Backup × 2', 'option')])
        self.assertEqual(lanes['pause'], [('2027-01-01', '2027-02-01', 'Suspended', 'pause')])
        self.assertEqual(lanes[f'discount-{discount.id}'], [
            ('2026-10-20', '2026-12-01', 'Friends', 'discount')])
        marks = self.contract.get_story()['marks']
        self.assertEqual([mark['day'] for mark in marks], [
            '2026-10-01', '2026-10-20', '2026-11-01', '2026-11-10', '2026-12-10', '2027-01-01',
            '2027-02-01'])
        self.assertEqual([mark['future'] for mark in marks], [False] + [True] * 6)

    def test_billed_days_are_joined(self):
        self.bill(date(2026, 12, 1))
        self.assertEqual([bar[:3] for bar in self.lanes()['billed-base']], [
            ('2026-10-15', '2027-01-01', 'Basic fee')])

    def test_an_end_is_the_end_of_the_picture(self):
        self.contract.add_event('cancel', date(2026, 12, 1))
        story = self.contract.get_story()
        self.assertEqual(story['end'], '2026-12-15')
        self.assertEqual(self.lanes()['plan'][-1][1], '2026-12-01')

    def test_the_picture_in_the_browser(self):
        self.contract.add_event('change_quantity', date(2026, 11, 1), quantity=3)
        user = self.env['res.users'].create({
            'name': 'Story Reader', 'login': 'story_reader', 'password': 'story_reader',
            'company_id': self.company.id, 'company_ids': [Command.set(self.company.ids)],
            'group_ids': [Command.set(self.env.ref('smart_billing.group_billing_auditor').ids)],
        })
        self.start_tour(f'/odoo/billing-contracts/{self.contract.id}',
                        'smart_billing_contract_story', login=user.login)

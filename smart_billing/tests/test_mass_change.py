from datetime import date
from unittest.mock import patch

from odoo import Command
from odoo.tests import tagged

from ..models import mass_change
from .common import BillingCase

DAY = date(2026, 11, 1)


@tagged('post_install', '-at_install')
class TestMassChange(BillingCase):
    """One change for many contracts: chosen, previewed, done once, the bad ones parked."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.sb_business_date = date(2026, 10, 1)
        cls.new_plan = cls.make_plan('plus', '1500', timing='advance')
        cls.accounts = [cls.make_account(f'Customer {number}') for number in range(3)]
        for number, account in enumerate(cls.accounts):
            account.partner_id.email = f'c{number}@example.com'
        cls.contracts = cls.env['smart.billing.contract'].union(*(
            cls.make_contract(account) for account in cls.accounts))
        cls.second = cls.make_contract(cls.accounts[0])
        cls.other = cls.make_contract(plan=cls.arrears)

    def make_change(self, **values):
        return self.env['smart.billing.mass.change'].create({
            'name': 'Basic becomes Plus', 'company_id': self.company.id, 'kind': 'change_plan',
            'from_plan_ids': [Command.set(self.plan.ids)], 'plan_id': self.new_plan.id,
            'date_effective': DAY, **values})

    def work(self):
        """A job gives other jobs a turn after some seconds; it is called until it has ended."""
        for _turn in range(20):
            with self.enter_registry_test_mode():
                self.env.ref('smart_billing.cron_mass_changes').method_direct_trigger()
            self.env.invalidate_all()
            if not self.env['smart.billing.mass.change'].search_count(
                    [('state', '=', 'running')]):
                break

    def mails(self):
        return self.env['mail.mail'].search([('model', '=', 'smart.billing.mass.change.line')])

    def test_contracts_of_a_plan_go_to_another_plan(self):
        change = self.make_change()
        change.action_preview()
        self.assertEqual(change.contract_count, 4)
        line = change.line_ids[0]
        self.assertEqual((line.amount_before, line.amount_after), (4000, 5500),
                         "October as it was, November to January at the new price")
        self.assertIn('4 of 4', change.preview_text)
        self.assertEqual(self.contracts.event_ids.mapped('kind'), ['start'] * 3,
                         "a preview changes nothing")
        change.action_start()
        self.work()
        self.assertEqual((change.state, change.done_count, change.progress), ('done', 4, 100))
        for contract in self.contracts | self.second:
            self.assertEqual(contract.event_ids.mapped('kind'), ['start', 'change_plan'])
            self.assertEqual(contract.event_ids[-1].plan_id, self.new_plan)
        self.assertEqual(self.other.event_ids.mapped('kind'), ['start'])
        self.assertFalse(self.mails(), "nobody asked for a notice")

    def test_a_contract_that_cannot_be_changed_is_parked_and_the_rest_goes_on(self):
        change = self.make_change(kind='resume', plan_id=False, from_plan_ids=False)
        self.contracts[1].add_event('suspend', date(2026, 10, 10))
        change.action_start()
        self.work()
        self.assertEqual((change.done_count, change.parked_count), (1, 4))
        parked = change.line_ids.filtered(lambda line: line.state == 'parked')
        self.assertIn('is not suspended', parked[0].problem)
        self.contracts[0].add_event('suspend', date(2026, 10, 10))
        change.action_retry_parked()
        self.work()
        self.assertEqual((change.done_count, change.parked_count), (2, 3))

    def test_a_contract_is_changed_once(self):
        change = self.make_change()
        change.action_start()
        self.work()
        change.line_ids.write({'state': 'waiting'})
        change._set_state('running')
        self.work()
        self.assertEqual(change.done_count, 4)
        self.assertEqual(self.contracts[0].event_ids.mapped('kind'), ['start', 'change_plan'])

    def test_a_stop_leaves_the_rest_for_later(self):
        change = self.make_change()
        change.action_start()
        with patch.object(mass_change, 'CHUNK', 2):
            change._advance()
            change.action_stop()
            self.work()
            self.assertEqual((change.state, change.done_count), ('stopped', 2))
            change.action_start()
            self.work()
        self.assertEqual((change.state, change.done_count), ('done', 4))

    def test_each_billing_account_is_told_once(self):
        change = self.make_change(notify=True, notice_text='Thank you for your understanding.')
        self.accounts[2].partner_id.email = False
        change.action_start()
        self.work()
        mails = self.mails()
        self.assertEqual(len(mails), 2, "two contracts of one account, one without an address")
        self.assertIn('Thank you for your understanding.', mails[0].body_html)
        self.assertIn('Plus', mails[0].body_html)
        self.assertIn('11/01/2026', mails[0].body_html)

    def test_new_prices_are_announced_to_those_who_get_them(self):
        version = self.plan._make_revision(
            date(2027, 4, 1), existing_from=date(2027, 4, 1), prices={'base': 1200})
        change = self.make_change(
            kind='notice', plan_id=False, from_plan_ids=False, version_id=version.id,
            notice_text='New prices from April.')
        change.action_start()
        self.work()
        self.assertEqual(change.done_count, 4)
        self.assertEqual(self.contracts.event_ids.mapped('kind'), ['start'] * 3)
        mails = self.mails()
        self.assertEqual(len(mails), 3)
        self.assertIn('04/01/2027', mails[0].body_html)

    def test_what_is_missing_is_said_before_anything_begins(self):
        with self.refused("'To plan' is missing"):
            self.make_change(plan_id=False).action_start()
        with self.refused("'Notice Text' is missing"):
            self.make_change(notify=True).action_start()
        with self.refused("finds no contract"):
            self.make_change(contract_domain="[('ref', '=', 'nobody')]").action_start()
        with self.refused("cannot be read", Exception):
            self.make_change(contract_domain="[('nothing', '=', 1)]")

    def test_only_managers_start(self):
        user = self.env['res.users'].create({
            'name': 'Clerk', 'login': 'mass_clerk', 'company_id': self.company.id,
            'company_ids': [Command.set(self.company.ids)],
            'group_ids': [Command.set(self.env.ref('smart_billing.group_billing_user').ids)]})
        change = self.make_change()
        with self.refused("Only a billing manager"):
            change.with_user(user).action_start()

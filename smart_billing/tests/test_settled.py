import random
from datetime import date, timedelta

from odoo import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..engine import facts, planning
from .common import BillingCase

KINDS = ('change_plan', 'change_quantity', 'suspend', 'resume', 'cancel', 'keep')


@tagged('post_install', '-at_install')
class TestSettled(BillingCase):
    """The runs do not look at settled history again, and bill as if they did."""

    def items_read(self, contract):
        """How many items the next run reads of the contract."""
        return len(facts.read_billed(self.env, contract.account_id.ids).get(
            contract.account_id.id, ()))

    def plan_of(self, accounts, target, whole):
        planned = planning.plan_accounts(self.env, self.company, accounts.ids, target, whole)
        return {account: sorted(map(str, result.items)) for account, result in planned.items()}

    def test_run_notes_how_far_it_billed(self):
        contract = self.make_contract()
        self.bill(date(2026, 10, 31))
        self.assertEqual(contract.settled_until, date(2026, 10, 31))
        self.bill(date(2026, 10, 5))
        self.assertEqual(contract.settled_until, date(2026, 10, 31))

    def test_items_read_do_not_grow_with_history(self):
        self.company.sb_max_months_back = 0
        contract = self.make_contract(start=date(2020, 1, 1))
        self.bill(date(2024, 12, 31))
        self.assertEqual(self.items_read(contract), 1)
        self.assertEqual(len(contract.item_ids), 60)
        contract._forget_settled()
        self.assertEqual(self.items_read(contract), 60)

    def test_account_that_is_not_billed_is_not_noted(self):
        self.company.sb_max_amount = 10
        contract = self.make_contract()
        with mute_logger('odoo.addons.smart_billing.engine.steps'):
            run = self.bill(date(2026, 10, 31))
        self.assertTrue(run.parked_ids)
        self.assertFalse(contract.settled_until)

    def test_whatever_is_entered_pulls_it_back_to_its_day(self):
        self.plan.term_count = 12
        contract = self.make_contract(start=date(2026, 1, 1))
        target, day = date(2026, 10, 31), date(2026, 7, 10)
        discount = self.env['smart.billing.discount'].create({
            'name': 'Half', 'percent': 50, 'company_id': self.company.id})
        contract.add_event('add_discount', date(2026, 5, 1), discount_id=discount.id)
        changes = {
            'renewal': (lambda: contract.add_event('renew', day), False),
            'event': (lambda: contract.add_event('suspend', day), day),
            'another': (lambda: contract.add_event('resume', day + timedelta(1)),
                        day + timedelta(1)),
            'billing day': (lambda: contract.account_id.change_billing_day(5, day), day),
            'price': (lambda: self.env['smart.billing.price.override'].create({
                'account_id': contract.account_id.id, 'plan_id': self.plan.id, 'price': 900,
                'charge_code': 'base', 'date_from': day}), day),
            'discount': (lambda: discount.write({'percent': 40}), date(2026, 5, 1)),
            'cancel': (lambda: contract.add_event('cancel', date(2026, 12, 1)), target),
            'earlier cancel': (lambda: contract.add_event('cancel', day), day),
            'keep': (lambda: contract.add_event('keep', date(2026, 7, 9)), date(2026, 7, 9)),
        }
        for name, (change, expected) in changes.items():
            contract.flush_recordset()
            self.env.cr.execute(
                'UPDATE smart_billing_contract SET settled_until = %s, next_due_date = %s'
                ' WHERE id = %s', (target, target, contract.id))
            contract.invalidate_recordset()
            change()
            self.assertEqual(contract.settled_until, expected, name)
            self.assertFalse(contract.next_due_date, name)

    def test_version_pulls_back_the_contracts_of_its_plan(self):
        contract, other = self.make_contract(), self.make_contract(plan=self.arrears)
        self.bill(date(2026, 10, 31))
        self.plan.version_ids = [Command.create({
            'date_from': date(2026, 10, 20), 'existing_from': date(2026, 10, 20),
            'charge_ids': [Command.create({
                'name': 'Basic fee', 'code': 'base', 'price': 1200,
                'product_id': self.product.id})]})]
        self.assertFalse(contract.next_due_date)
        self.assertLessEqual(contract.settled_until or date.min, date(2026, 10, 20))
        self.assertEqual(other.settled_until, date(2026, 10, 31))

    def test_item_that_dies_pulls_back_to_its_period(self):
        contract = self.make_contract()
        self.bill(date(2026, 10, 1))
        second = self.bill(date(2026, 11, 1))
        self.bill(date(2026, 12, 31))
        second.move_ids.action_sb_cancel_invoice()
        self.assertEqual(contract.settled_until, date(2026, 11, 1))
        self.assertEqual([line[2] for line in self.items_of(self.bill(date(2026, 12, 31)))],
                         [date(2026, 11, 1)])

    def test_change_entered_while_a_run_plans_is_not_lost(self):
        """The change writes the row even where it says 'look again' already."""
        contract = self.make_contract()
        self.env.flush_all()
        self.env.cr.execute(
            'SELECT xmin::text FROM smart_billing_contract WHERE id = %s', (contract.id,))
        before = self.env.cr.fetchone()
        self.assertFalse(contract.next_due_date)
        with self.env.cr.savepoint():
            contract._forget_settled(date(2026, 10, 5))
        self.env.cr.execute(
            'SELECT xmin::text FROM smart_billing_contract WHERE id = %s', (contract.id,))
        self.assertNotEqual(self.env.cr.fetchone(), before)

    def test_random_lives_are_billed_as_if_everything_was_looked_at(self):
        rng = random.Random(20261101)
        premium = self.make_plan('premium', '2000')
        plans = self.plan | self.arrears | premium
        accounts = self.make_account('A') | self.make_account('B', billing_day=21)
        accounts |= self.make_account('C', billing_day=0)
        contracts = self.env['smart.billing.contract']
        for account in accounts:
            for plan in plans:
                contracts |= self.make_contract(
                    account, plan, date(2026, 1, 1) + timedelta(rng.randrange(60)))
        today = date(2026, 2, 1)
        for _turn in range(12):
            today += timedelta(rng.randrange(5, 40))
            for contract in rng.sample(list(contracts), 4):
                self.enter_something(rng, contract, plans, today)
            self.assertEqual(
                self.plan_of(accounts, today, False), self.plan_of(accounts, today, True))
            run = self.bill(today, account_ids=[Command.set(accounts.ids)])
            self.assertFalse(run.parked_ids.mapped('reason'))
            if rng.random() < 0.3 and run.move_ids:
                run.move_ids[0].action_sb_cancel_invoice()
        self.bill(today)
        contracts.action_look_at_everything()
        self.assertEqual(self.plan_of(accounts, today, False), {
            account.id: [] for account in accounts})

    def enter_something(self, rng, contract, plans, today):
        day = max(contract.date_start, today - timedelta(rng.randrange(-20, 80)))
        values = {'change_plan': {'plan_id': rng.choice(plans).id},
                  'change_quantity': {'quantity': rng.randrange(1, 4)}}
        kind = rng.choice(KINDS)
        try:
            with self.env.cr.savepoint():
                contract.add_event(kind, day, **values.get(kind, {}))
        except Exception as error:  # noqa: BLE001 - an event that makes no sense is refused
            self.assertNotIn('Traceback', str(error))
            self.env.invalidate_all(flush=False)

    def test_check_finds_what_was_noted_wrongly(self):
        contract, right = self.make_contract(), self.make_contract()
        self.bill(date(2026, 12, 31))
        items = contract.item_ids.sorted('date_from')[:1]
        self.env.cr.execute("UPDATE smart_billing_item SET live = FALSE WHERE id = %s", items.ids)
        self.env.cr.execute(
            "DELETE FROM smart_billing_coverage WHERE item_id = %s", items.ids)
        self.env.invalidate_all()
        self.company.sb_business_date = date(2026, 12, 31)
        self.assertFalse(self.bill(date(2026, 12, 31)).move_ids)
        with (mute_logger('odoo.addons.smart_billing.models.contract_settled'),
              self.enter_registry_test_mode()):
            self.env.ref('smart_billing.cron_check_settled').method_direct_trigger()
        self.env.invalidate_all()
        self.assertFalse(contract.settled_until)
        self.assertIn('was not as it should be', contract.message_ids[0].body)
        self.assertEqual(right.settled_until, date(2026, 12, 31))
        self.assertEqual(right.account_id.settled_checked_on, date(2026, 12, 31))
        self.assertEqual([line[2] for line in self.items_of(self.bill(date(2026, 12, 31)))],
                         [date(2026, 10, 1)])

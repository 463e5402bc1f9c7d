from datetime import date

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, freeze_time, tagged

from .common import BillingCase


@tagged('post_install', '-at_install')
@freeze_time('2026-10-15 03:00:00')
class TestContractWizard(BillingCase):
    """The form of changes: what it shows before it is applied, and what it enters."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plan.version_ids.charge_ids = [Command.create({
            'name': 'Support', 'code': 'support', 'price': 500, 'optional': True,
            'product_id': cls.product.id})]
        cls.bigger = cls.make_plan('bigger', '3000')
        cls.account = cls.make_account(billing_day=1)

    def form(self, contracts, kind, **values):
        form = Form(self.env['smart.billing.contract.change'].with_context(
            active_ids=contracts.ids))
        form.kind = kind
        for name, value in values.items():
            setattr(form, name, value)
        return form

    def said(self, contract):
        """[(kind, day)] of what was entered after the start."""
        return [(event.kind, event.date_effective)
                for event in contract.event_ids.sorted('id')[1:]]

    def test_change_shows_what_it_does_to_the_next_invoices_and_writes_nothing(self):
        contract = self.make_contract(self.account)
        self.bill(date(2026, 10, 1))
        form = self.form(contract, 'change_plan', plan_id=self.bigger,
                         date_effective=date(2026, 10, 17))
        shown = form.preview_html
        # 15 of 31 days: 483 given back (484 kept of 1,000 is rounded down), 1,451 of 3,000.
        for text in ('11/01/2026', '1,000', '3,000', '1,451'):
            self.assertIn(text, shown)
        self.assertEqual(self.said(contract), [])
        self.assertEqual(form.plan_id, self.bigger, "the form keeps what was typed in")
        form.save().action_apply()
        self.assertEqual(self.said(contract), [('change_plan', date(2026, 10, 17))])

    def test_what_the_change_would_refuse_is_shown_in_the_form(self):
        contract = self.make_contract(self.account)
        form = self.form(contract, 'suspend', date_effective=date(2026, 9, 1))
        self.assertIn('lies before it', form.preview_html)
        with self.assertRaises(UserError):
            form.save().action_apply()
        self.assertEqual(self.said(contract), [])

    def test_totals_are_shown_for_many_contracts(self):
        contracts = self.env['smart.billing.contract'].union(
            *(self.make_contract(self.account) for _number in range(4)))
        form = self.form(contracts, 'cancel', date_effective=date(2026, 11, 1))
        self.assertIn('All 4 contracts', form.preview_html)
        self.assertIn(contracts[3].display_name, form.preview_html)
        form.save().action_apply()
        self.assertEqual({contract.date_end for contract in contracts}, {date(2026, 11, 1)})

    def test_second_change_of_a_day_is_announced(self):
        contract = self.make_contract(self.account)
        day = date(2026, 11, 1)
        contract.add_event('change_quantity', day, quantity=2)
        form = self.form(contract, 'change_quantity', quantity=3, date_effective=day)
        self.assertIn('The one entered later holds', form.same_day_text)
        form.save().action_apply()
        with freeze_time('2026-11-01 03:00:00'):
            contract._refresh_states()
            self.assertEqual(contract.quantity, 3)
        form = self.form(contract, 'change_quantity', quantity=3, date_effective=date(2026, 12, 1))
        self.assertFalse(form.same_day_text)

    def test_each_kind_enters_only_what_it_says(self):
        """The form holds a quantity and a plan from before; another kind does not say them."""
        contract = self.make_contract(self.account)
        charge = self.plan.version_ids.charge_ids.filtered('optional')
        form = self.form(contract, 'change_plan', plan_id=self.bigger)
        form.kind = 'add_option'
        self.assertEqual(form.option_charge_ids[:], charge)
        form.option_charge_id = charge
        form.quantity = 2
        form.save().action_apply()
        event = contract.event_ids.sorted('id')[-1]
        self.assertEqual((event.kind, event.option_code, event.quantity, event.plan_id),
                         ('add_option', 'support', 2, self.env['smart.billing.plan']))

    def test_quantity_of_zero_is_refused_by_form_and_by_rpc(self):
        contract = self.make_contract(self.account)
        form = self.form(contract, 'change_quantity', quantity=-1)
        with self.assertRaisesRegex(UserError, 'not above zero'):
            form.save().action_apply()
        with self.assertRaisesRegex(UserError, 'not above zero'):
            contract.add_event('change_quantity', quantity=0)
        self.assertEqual(self.said(contract), [])

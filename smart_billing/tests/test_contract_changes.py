from datetime import date

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .common import BillingCase


@tagged('post_install', '-at_install')
@freeze_time('2026-10-15 03:00:00')
class TestContractChanges(BillingCase):
    """Events by the door of forms, RPC and imports: what they must say, and what is refused."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plan.version_ids.charge_ids = [Command.create({
            'name': 'Support', 'code': 'support', 'price': 500, 'optional': True,
            'product_id': cls.product.id})]
        cls.discount = cls.env['smart.billing.discount'].create({
            'name': 'Autumn', 'percent': 10, 'coupon_code': 'Autumn_10',
            'company_id': cls.company.id})
        cls.reason = cls.env.ref('smart_billing.cancel_reason_price')

    def last(self, contract):
        return contract.event_ids.sorted('id')[-1]

    def test_each_kind_keeps_what_it_says(self):
        contract = self.make_contract()
        contract.add_event('add_option', option_code='support')
        event = self.last(contract)
        self.assertEqual((event.option_code, event.quantity), ('support', 1))
        contract.add_event('drop_option', date(2026, 12, 1), option_code='support')
        contract.add_event('add_discount', coupon_code='AUTUMN_10')
        self.assertEqual(self.last(contract).discount_id, self.discount)
        contract.add_event('end_discount', date(2026, 12, 1), discount_id=self.discount.id)
        contract.add_event('cancel', date(2026, 11, 1), cancel_reason_id=self.reason.id)
        self.assertEqual(contract.cancel_reason_id, self.reason)

    def test_what_is_missing_is_named(self):
        contract = self.make_contract()
        for kind, field in (('change_plan', 'Plan'), ('change_quantity', 'Quantity'),
                            ('add_option', 'Option'), ('end_discount', 'Discount'),
                            ('transfer', 'Billing account')):
            with self.assertRaisesRegex(UserError, f"'{field}' is missing"):
                contract.add_event(kind)

    def test_what_would_be_ignored_is_refused(self):
        contract = self.make_contract()
        with self.assertRaisesRegex(UserError, "Suspension: 'Quantity' has no meaning"):
            contract.add_event('suspend', quantity=2)
        with self.assertRaisesRegex(UserError, "Resumption: 'At Period End' has no meaning"):
            contract.add_event('resume', at_period_end=True)

    def test_unknown_kind_is_answered_with_the_known_ones(self):
        with self.assertRaisesRegex(UserError, "'stop'.*suspend, resume, cancel"):
            self.make_contract().add_event('stop')

    def test_what_fits_nothing_before_it_is_refused_in_words(self):
        for kind, values, words in (
            ('resume', {}, "not suspended on 2026-10-15"),
            ('keep', {}, "no cancellation to withdraw"),
            ('drop_option', {'option_code': 'support'}, "does not have the option 'support'"),
            ('end_discount', {'discount_id': self.discount.id}, "discount .*Autumn.* on 2026"),
            ('renew', {}, "no term that runs on 2026-10-15"),
            ('cancel', {'at_term_end': True}, "no term that runs on 2026-10-15"),
        ):
            with self.assertRaisesRegex(UserError, words):
                self.make_contract().add_event(kind, **values)

    def test_nothing_counts_after_the_end_of_a_period(self):
        contract = self.make_contract()
        contract.add_event('cancel', at_period_end=True)
        with self.assertRaisesRegex(UserError, "has ended on 2026-11-01"):
            contract.add_event('suspend', date(2026, 11, 1))

    def test_a_renewal_leads_beyond_the_term(self):
        self.plan.write({'term_count': 6, 'term_unit': 'month'})
        with self.assertRaisesRegex(UserError, "until 2027-04-01 anyway"):
            self.make_contract().add_event('renew', date_end=date(2027, 4, 1))
        with self.assertRaisesRegex(UserError, "has ended on 2027-04-01"):
            self.make_contract().add_event('suspend', date(2027, 4, 1))
        contract = self.make_contract()
        contract.add_event('renew')
        contract.add_event('suspend', date(2027, 4, 1))

    def test_quantity_is_above_zero(self):
        contract = self.make_contract()
        for quantity in (0, -1):
            with self.assertRaisesRegex(UserError, 'not above zero'):
                contract.add_event('change_quantity', quantity=quantity)

    def test_option_that_no_plan_of_the_contract_offers_is_refused(self):
        contract = self.make_contract()
        with self.assertRaisesRegex(UserError, "no option 'backup'. They offer: support"):
            contract.add_event('add_option', option_code='backup')
        other = self.make_contract(plan=self.arrears)
        with self.assertRaisesRegex(UserError, f"{other.name} offer no option 'support'"):
            (contract + other).add_event('add_option', option_code='support')
        self.assertEqual(len(contract.event_ids), 1, "one contract refuses, none is changed")

    def test_unknown_coupon_is_refused(self):
        for code in ('SPRING', 'Autumn%', 'AutumnX10'):
            with self.assertRaisesRegex(UserError, 'no discount with the coupon code'):
                self.make_contract().add_event('add_discount', coupon_code=code)

    def test_plan_without_a_version_on_that_day_is_refused_in_words(self):
        later = self.make_plan('later', '500')
        later.version_ids.date_from = date(2027, 1, 1)
        with self.assertRaisesRegex(UserError, r'\[later\] Later has no version .* 2026-11-01'):
            self.make_contract().add_event(
                'change_plan', date(2026, 11, 1), plan_id=later.id)

    def test_event_with_a_reference_is_entered_once(self):
        contract = self.make_contract()
        for _time in range(2):
            contract.add_event('change_quantity', quantity=3, ref='E-1')
        self.assertEqual(len(contract.event_ids), 2)
        other = self.make_contract()
        (contract + other).add_event('change_quantity', quantity=3, ref='E-1')
        self.assertEqual((len(contract.event_ids), len(other.event_ids)), (2, 2))

    def test_contracts_are_counted_by_the_reason_of_their_end(self):
        leaving, staying = self.make_contract(), self.make_contract()
        (leaving + staying).add_event(
            'cancel', date(2026, 12, 1), cancel_reason_id=self.reason.id)
        staying.add_event('keep')
        groups = self.env['smart.billing.contract']._read_group(
            [('company_id', '=', self.company.id)], ['cancel_reason_id'], ['__count'])
        self.assertIn((self.reason, 1), groups)
        self.assertFalse(staying.cancel_reason_id)

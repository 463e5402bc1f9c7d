from datetime import date

from psycopg2.errors import SerializationFailure, UniqueViolation

from odoo import SUPERUSER_ID, api
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import BillingCase


@tagged('post_install', '-at_install')
@freeze_time('2026-10-15 03:00:00')
class TestDiscount(BillingCase):
    """Discounts and coupons: what they must say, and how often they are given."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.discount = cls.make_discount(coupon_code='AUTUMN')

    @classmethod
    def make_discount(cls, **values):
        return cls.env['smart.billing.discount'].create({
            'name': 'Autumn', 'percent': 10, 'company_id': cls.company.id, **values})

    def give(self, contract, day=date(2026, 10, 15)):
        contract.add_event('add_discount', day, discount_id=self.discount.id)

    # what a discount must say -----------------------------------------------------------------

    def test_discount_without_a_value_is_refused(self):
        for values in ({'percent': 0}, {'discount_type': 'amount'},
                       {'discount_type': 'amount', 'amount': 0}):
            with self.refused('takes nothing off. Enter its percent or its amount'):
                self.make_discount(**values)
            with self.refused('takes nothing off'):
                self.discount.write(values)

    def test_windows_that_never_open_are_refused(self):
        with self.refused('could never be given: it opens on 2026-11-01'):
            self.discount.write({'redeem_from': '2026-11-01', 'redeem_until': '2026-10-31'})
        with self.refused('ends before 2026-11-01, but may be given only from 2026-11-01'):
            self.discount.write({'redeem_from': '2026-11-01', 'date_until': '2026-11-01'})

    def test_codes_of_charges_are_those_of_its_plans(self):
        with self.refused("a charge with the code 'bsae'. They have: base"):
            self.discount.charge_codes = 'base, bsae'
        extra = self.arrears.version_ids.charge_ids.copy({'code': 'extra'})
        self.discount.charge_codes = extra.code
        with self.refused("charge with the code 'extra'. They have: base"):
            self.discount.plan_ids = self.plan

    def test_coupon_code_is_kept_as_customers_type_it(self):
        self.discount.coupon_code = ' WINTER '
        self.assertEqual(self.discount.coupon_code, 'WINTER')
        self.discount.coupon_code = ' '
        self.assertFalse(self.discount.coupon_code)

    # giving it --------------------------------------------------------------------------------

    def test_coupon_used_once_too_often_is_refused(self):
        self.discount.max_redemptions = 2
        first, second, third = (self.make_contract() for _time in range(3))
        self.give(first)
        with self.refused('Autumn has been given 2 times, as often as it may'):
            self.give(second + third)
        self.give(second)
        with self.refused("raise 'Most redemptions'"):
            self.give(third)
        self.assertEqual(self.discount.redemption_count, 2)
        self.assertEqual(len(third.event_ids), 1)
        self.discount.max_redemptions = 3
        self.give(third)
        self.assertEqual(self.discount.redemption_ids.mapped('number'), [3, 2, 1])

    def test_account_that_has_had_it_is_refused(self):
        self.discount.max_per_account = 1
        contract, other = self.make_contract(), self.make_contract()
        sister = self.make_contract(contract.account_id)
        self.give(contract)
        with self.refused(f'{contract.account_id.display_name} has been given .* 1 times'):
            self.give(sister)
        self.give(other)

    def test_what_was_given_before_it_was_limited_counts(self):
        contract = self.make_contract()
        self.give(contract)
        self.assertFalse(self.discount.redemption_ids.number)
        self.discount.max_redemptions = 1
        with self.refused('as often as it may'):
            self.give(self.make_contract())

    def test_window_of_a_coupon(self):
        self.discount.write({'redeem_from': '2026-10-10', 'redeem_until': '2026-10-20'})
        contract = self.make_contract(start=date(2026, 9, 1))
        with self.refused('from 2026-10-10 on, and it is 2026-10-09'):
            self.give(contract, date(2026, 10, 9))
        self.give(contract, date(2026, 11, 1))
        with freeze_time('2026-10-21 03:00:00'), self.refused('could be given until 2026-10-20'):
            self.give(contract, date(2026, 11, 2))
        with freeze_time('2026-10-21 03:00:00'):
            self.give(contract, date(2026, 10, 20))

    def test_discount_for_some_plans(self):
        self.discount.plan_ids = self.arrears
        contract = self.make_contract()
        with self.refused(r'is not for plan \[basic\] Basic of contract .*\[arrears\] Arrears'):
            self.give(contract)
        contract.add_event('change_plan', date(2026, 11, 1), plan_id=self.arrears.id)
        self.give(contract, date(2026, 11, 1))

    def test_archived_discount_is_not_given_any_more(self):
        self.discount.active = False
        with self.refused('is archived'):
            self.give(self.make_contract())

    def test_discount_that_goes_on_with_a_transferred_contract_is_not_given_again(self):
        self.discount.max_redemptions = 1
        contract = self.make_contract()
        self.give(contract)
        contract.add_event('transfer', date(2026, 11, 1), account_id=self.make_account().id)
        [goes_on] = contract.continued_by_ids.event_ids.filtered('discount_id')
        self.assertEqual(goes_on.discount_id, self.discount)
        self.assertEqual(self.discount.redemption_ids.contract_id, contract)

    @mute_logger('odoo.sql_db')
    def test_a_place_is_taken_once(self):
        self.discount.write({'max_redemptions': 5, 'max_per_account': 5})
        contract = self.make_contract()
        self.give(contract)
        taken = self.discount.redemption_ids
        self.give(contract, date(2026, 10, 16))
        self.env.flush_all()
        for place in ('number', 'account_number', 'event_id'):
            with self.assertRaises(UniqueViolation), self.env.cr.savepoint():
                (self.discount.redemption_ids - taken)[place] = taken[place]
                self.env.flush_all()

    # what was billed --------------------------------------------------------------------------

    def test_what_stands_on_invoices_does_not_change(self):
        contract = self.make_contract()
        self.give(contract, date(2026, 10, 1))
        run = self.bill(date(2026, 10, 1))
        item = self.env['smart.billing.item'].search([('run_id', '=', run.id)], limit=1)
        # However the lines of discounts are written: one stands.
        item.discount_id = self.discount
        for values in ({'percent': 20}, {'periods': 1}, {'date_until': '2027-01-01'}):
            with self.refused('stands on invoices'):
                self.discount.write(values)
        self.discount.write({'percent': 10.0, 'redeem_until': '2026-12-31', 'name': 'New name'})
        with self.refused('Archive it instead of deleting it'):
            self.discount.unlink()

    def test_changed_discount_is_looked_at_by_the_next_run(self):
        contract, other = self.make_contract(), self.make_contract()
        self.give(contract)
        self.bill(date(2026, 10, 15))
        self.assertTrue(contract.next_due_date and other.next_due_date)
        self.env['smart.billing.item'].search([]).discount_id = False
        self.discount.percent = 20
        self.assertFalse(contract.next_due_date)
        self.assertTrue(other.next_due_date)


@tagged('post_install', '-at_install')
class TestRedemptionAtOneMoment(BillingCase):
    """Two transactions that both see a last place: one gets it, the other must look again."""

    @mute_logger('odoo.sql_db')
    def test_last_place_is_given_once(self):
        with self.registry.cursor() as cr:
            discount_id = self._committed_discount(cr)
        self.addCleanup(self._drop_discount, discount_id)
        with self.registry.cursor() as first, self.registry.cursor() as second:
            seen = [self._discount(cr, discount_id).redemption_count for cr in (first, second)]
            self.assertEqual(seen, [0, 0])
            self._discount(first, discount_id)._take_turn()
            first.commit()
            with self.assertRaises(SerializationFailure):
                self._discount(second, discount_id)._take_turn()

    def _discount(self, cr, discount_id):
        return api.Environment(cr, SUPERUSER_ID, {})['smart.billing.discount'].browse(discount_id)

    def _committed_discount(self, cr):
        env = api.Environment(cr, SUPERUSER_ID, {'tracking_disable': True})
        return env['smart.billing.discount'].create({
            'name': 'At one moment', 'percent': 5, 'max_redemptions': 1,
            'company_id': env.ref('base.main_company').id}).id

    def _drop_discount(self, discount_id):
        with self.registry.cursor() as cr:
            self._discount(cr, discount_id).unlink()

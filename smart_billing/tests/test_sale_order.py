from datetime import date

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .common import BillingCase


@tagged('post_install', '-at_install')
@freeze_time('2026-10-15 03:00:00')
class TestSaleOrder(BillingCase):
    """A confirmed order is the contract: plan, options, initial fee, coupon, agreed price."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plan.version_ids.charge_ids = [
            Command.create({
                'name': 'Support', 'code': 'support', 'price': 500, 'optional': True,
                'sequence': 20, 'product_id': cls.product.id}),
            Command.create({
                'name': 'Set-up', 'code': 'setup', 'price': 3000, 'charge_type': 'one_time',
                'sequence': 30, 'product_id': cls.product.id})]
        cls.discount = cls.env['smart.billing.discount'].create({
            'name': 'Autumn', 'percent': 10, 'coupon_code': 'AUTUMN',
            'company_id': cls.company.id})
        values = {'type': 'service', 'company_id': cls.company.id,
                  'taxes_id': [Command.set(cls.tax.ids)]}
        cls.sold, cls.support, cls.setup, cls.goods, cls.other = cls.env['product.product'].create([
            {**values, 'name': 'Basic', 'sb_plan_id': cls.plan.id},
            {**values, 'name': 'Support', 'sb_charge_code': 'support'},
            {**values, 'name': 'Set-up', 'sb_charge_code': 'setup'},
            {**values, 'name': 'Router', 'list_price': 8000},
            {**values, 'name': 'Arrears', 'sb_plan_id': cls.arrears.id}])

    def order(self, *products, confirm=True, **values):
        order = self.env['sale.order'].create({
            'partner_id': self.env['res.partner'].create({'name': 'Sato'}).id,
            'company_id': self.company.id, 'sb_date_start': date(2026, 10, 5), **values,
            'order_line': [Command.create({'product_id': product.id, 'product_uom_qty': quantity,
                                           **more}) for product, quantity, more in products]})
        if confirm:
            order.action_confirm()
        return order

    def contracts(self, order):
        return order.order_line.sb_contract_ids.sorted('id')

    def test_options_belong_to_the_plan_above_them(self):
        order = self.order((self.other, 1, {}), (self.sold, 2, {}), (self.support, 3, {}),
                           (self.setup, 1, {}), (self.sold, 1, {}))
        arrears, first, second = self.contracts(order)
        self.assertEqual([(option.option_code, option.quantity)
                          for option in first.start_option_ids], [('support', 3)])
        self.assertFalse(second.start_option_ids + arrears.start_option_ids)
        lines = {(line[0], line[1]): line[4] for line in self.items_of(self.bill('2026-10-05'))}
        self.assertEqual(lines[first, 'setup'], 3000, "the plan's own fee, once")

    def test_nothing_of_the_contracts_is_invoiced_by_the_order(self):
        order = self.order((self.sold, 2, {}), (self.support, 1, {}), (self.setup, 1, {}),
                           (self.goods, 1, {}))
        self.assertEqual(order.order_line.mapped('qty_to_invoice'), [0, 0, 0, 1])
        self.assertEqual(order.order_line.mapped('untaxed_amount_to_invoice'), [0, 0, 0, 8000])
        self.assertEqual(order._create_invoices().amount_untaxed, 8000)

    def test_coupon_and_end_of_the_order_are_the_contract_s(self):
        order = self.order((self.sold, 1, {}), sb_coupon_code='autumn',
                           sb_date_last=date(2027, 3, 31))
        contract = self.contracts(order)
        self.assertEqual(contract.date_end, date(2027, 4, 1))
        self.assertEqual(contract.event_ids.discount_id, self.discount)

    def test_unknown_coupon_stops_the_confirmation(self):
        order = self.order((self.sold, 1, {}), confirm=False, sb_coupon_code='SPRING')
        with self.assertRaisesRegex(UserError, 'SPRING'):
            order.action_confirm()

    def test_agreed_price_of_a_line_goes_before_the_plan_s(self):
        order = self.order(
            (self.sold, 1, {'price_unit': 900, 'discount': 10, 'sb_agreed_price': True}),
            (self.support, 1, {'price_unit': 333.5, 'sb_agreed_price': True}))
        contract = self.contracts(order)
        self.assertEqual(
            {price.charge_code: (price.price, price.date_from) for price in contract.price_ids},
            {'base': (810, date(2026, 10, 5)), 'support': (333.5, date(2026, 10, 5))})

    def test_discount_that_the_contract_would_not_give_is_refused(self):
        order = self.order((self.sold, 1, {'discount': 10}), confirm=False)
        with self.assertRaisesRegex(UserError, 'Tick .Agreed price.'):
            order.action_confirm()

    def test_charge_without_its_plan_is_refused(self):
        order = self.order((self.support, 1, {}), (self.other, 1, {}), confirm=False)
        with self.assertRaisesRegex(UserError, "charge 'support', which no plan"):
            order.action_confirm()

    def test_what_is_added_to_a_confirmed_order_is_sold_with_it(self):
        order = self.order((self.sold, 1, {}))
        contract = self.contracts(order)
        order.order_line = [Command.create({'product_id': self.support.id, 'product_uom_qty': 2})]
        event = contract.event_ids.sorted('id')[-1]
        self.assertEqual((event.kind, event.option_code, event.quantity, event.date_effective),
                         ('add_option', 'support', 2, date(2026, 10, 15)))
        order.order_line = [Command.create({'product_id': self.other.id, 'product_uom_qty': 1})]
        self.assertEqual(len(self.contracts(order)), 2)
        order._sb_make_contracts()
        self.assertEqual(len(contract.event_ids), 2, "once")

    def test_sold_quantity_changes_with_the_contract(self):
        order = self.order((self.sold, 1, {}), (self.goods, 1, {}))
        with self.assertRaisesRegex(UserError, 'billed by its contract'):
            order.order_line[0].product_uom_qty = 5
        order.order_line[1].product_uom_qty = 2

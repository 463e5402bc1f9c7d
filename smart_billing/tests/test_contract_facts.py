from datetime import date
from decimal import Decimal

from odoo.tests import tagged

from ..core import facts as core
from ..engine import facts
from .common import BillingCase


@tagged('post_install', '-at_install')
class TestContractFacts(BillingCase):
    """What the planner is told about contracts: events, discounts and agreed prices."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plan.version_ids.charge_ids.copy({'code': 'extra', 'optional': True})
        cls.discount = cls.env['smart.billing.discount'].create({
            'name': 'Half price', 'percent': 50, 'periods': 3, 'company_id': cls.company.id,
            'charge_codes': 'base, extra', 'date_until': date(2027, 4, 1)})

    def event(self, contract, kind, **values):
        return self.env['smart.billing.contract.event'].create({
            'contract_id': contract.id, 'kind': kind, 'date_effective': date(2026, 11, 1),
            **values})

    def told(self, contract):
        return facts.read_contracts(self.env, contract.ids)[contract.id]

    def test_every_field_of_an_event_reaches_the_planner(self):
        self.plan.write({'term_count': 6, 'term_unit': 'month'})
        contract = self.make_contract()
        self.event(contract, 'add_option', option_code='extra', quantity=2)
        self.event(contract, 'add_discount', discount_id=self.discount.id)
        self.event(contract, 'renew', date_end=date(2027, 10, 1))
        self.event(contract, 'cancel', at_term_end=True)
        _start, option, discount, renewal, end = self.told(contract).events
        self.assertEqual((option.option, option.quantity), ('extra', Decimal(2)))
        self.assertEqual(discount.discount, core.Discount(
            code=self.discount.id, percent=Decimal(50), periods=3, until=date(2027, 4, 1),
            charges=('base', 'extra')))
        self.assertIsNone(discount.quantity)
        self.assertEqual(renewal.end, date(2027, 10, 1))
        self.assertEqual(end.when, core.END_OF_TERM)

    def test_discount_of_an_amount_has_no_percent(self):
        self.discount.write({
            'discount_type': 'amount', 'amount': 300, 'periods': 0, 'date_until': False,
            'charge_codes': False})
        contract = self.make_contract()
        self.event(contract, 'add_discount', discount_id=self.discount.id)
        self.assertEqual(
            self.told(contract).events[1].discount,
            core.Discount(code=self.discount.id, amount=Decimal(300)))

    def test_price_of_the_contract_goes_before_the_one_of_its_account(self):
        contract, other = self.make_contract(), self.make_contract()
        sister = self.make_contract(contract.account_id)
        values = {'account_id': contract.account_id.id, 'plan_id': self.plan.id,
                  'charge_code': 'base', 'date_from': date(2026, 10, 1)}
        self.env['smart.billing.price.override'].create([
            {**values, 'contract_id': contract.id, 'price': 700.5},
            {**values, 'price': 800, 'date_to': date(2027, 1, 1)},
            {**values, 'price': 900, 'date_from': date(2027, 1, 1)}])
        prices = self.told(contract).prices
        self.assertEqual(
            [price.price for price in sorted(prices, key=lambda price: price.sequence)],
            [Decimal(800), Decimal(900), Decimal('700.5')])
        self.assertEqual({price.date_to for price in prices}, {None, date(2027, 1, 1)})
        self.assertEqual([price.price for price in self.told(sister).prices],
                         [Decimal(800), Decimal(900)])
        self.assertFalse(self.told(other).prices)

    def test_reading_takes_the_same_queries_however_many_contracts(self):
        def entered():
            contract = self.make_contract()
            self.event(contract, 'add_discount', discount_id=self.discount.id)
            return contract

        contracts = entered()
        self.env.flush_all()
        before = self.cr.sql_log_count
        facts.read_contracts(self.env, contracts.ids)
        queries = self.cr.sql_log_count - before
        contracts += entered() + entered()
        self.env.flush_all()
        with self.assertQueryCount(queries):
            facts.read_contracts(self.env, contracts.ids)

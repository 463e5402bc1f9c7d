from datetime import date

from odoo import Command
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import BillingCase


@tagged('post_install', '-at_install')
@freeze_time('2026-10-15 03:00:00')
class TestContractRows(BillingCase):
    """Contracts and changes by plain values: in sets, exactly once, the bad rows named."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plan.version_ids.charge_ids = [Command.create({
            'name': 'Support', 'code': 'support', 'price': 500, 'optional': True,
            'product_id': cls.product.id})]
        cls.discount = cls.env['smart.billing.discount'].create({
            'name': 'Autumn', 'percent': 10, 'coupon_code': 'AUTUMN',
            'company_id': cls.company.id})
        cls.Contract = cls.env['smart.billing.contract']

    def row(self, number, **values):
        return {'ref': f'C-{number}', 'account_ref': f'A-{number}', 'partner_name': 'Sato',
                'plan': 'basic', 'date_start': '2026-10-01', **values}

    def enter(self, rows):
        result = self.Contract.create_contracts(rows)
        return self.Contract.browse(filter(None, result['ids'])), result['problems']

    def test_options_coupon_price_and_end_are_events_of_the_first_day(self):
        for options, prices in (({'support': 2}, {'base': 900}), ('support:2', 'base:900')):
            [contract], _none = self.enter([self.row(
                str(options), options=options, prices=prices, coupon='autumn',
                date_end='2027-04-01')])
            start, option, discount = contract.event_ids.sorted('id')
            self.assertEqual((start.kind, start.date_end), ('start', date(2027, 4, 1)))
            self.assertEqual((option.option_code, option.quantity), ('support', 2))
            self.assertEqual(discount.discount_id, self.discount)
            self.assertEqual({event.date_effective for event in contract.event_ids},
                             {date(2026, 10, 1)})
            self.assertEqual((contract.price_ids.charge_code, contract.price_ids.price,
                              contract.price_ids.date_from), ('base', 900, date(2026, 10, 1)))

    def test_columns_of_a_file_name_options_and_prices(self):
        [contract], _none = self.enter([self.row(1, **{'option:support': '1', 'price:base': '0'})])
        self.assertEqual(contract.start_option_ids.option_code, 'support')
        self.assertEqual(contract.price_ids.price, 0)

    @mute_logger('odoo.sql_db')
    def test_bad_rows_among_many_are_named_and_the_others_load(self):
        rows = [self.row(number) for number in range(60)]
        rows[7]['plan'] = 'nowhere'
        rows[30]['quantity'] = 'nan'
        rows[31]['quantity'] = -1
        rows[44]['options'] = 'backup'
        rows[45]['coupon'] = 'SPRING'
        rows[46]['prices'] = 'base'
        rows[59].update(date_last='2026-09-30')
        contracts, problems = self.enter(rows)
        self.assertEqual(len(contracts), 53)
        self.assertEqual(set(contracts.mapped('state')), {'active'})
        reasons = {problem['row']: problem['reason'] for problem in problems}
        self.assertEqual(list(reasons), [7, 30, 31, 44, 45, 46, 59])
        for row, words in ((7, 'nowhere'), (30, "'nan' is not a number"), (31, 'above zero'),
                           (44, "no option 'backup'. It offers: support"), (45, 'SPRING'),
                           (46, 'not a number'), (59, 'before its first day')):
            self.assertIn(words, reasons[row])

    def test_rows_are_loaded_in_sets(self):
        """Three times the contracts take hardly more queries."""
        def queries(rows):
            self.env.flush_all()
            before = self.cr.sql_log_count
            self.enter(rows)
            return self.cr.sql_log_count - before

        queries([self.row('warm')])
        few = queries([self.row(f'few-{number}') for number in range(20)])
        many = queries([self.row(f'many-{number}') for number in range(60)])
        self.assertLess(many - few, 10)

    def test_rows_of_one_reference_are_one_contract_and_one_account(self):
        rows = [self.row(1), self.row(1), {**self.row(2), 'account_ref': 'A-1'}]
        result = self.Contract.create_contracts(rows)
        first, again, other = self.Contract.browse(result['ids'])
        self.assertEqual(first, again)
        self.assertEqual(first.account_id, other.account_id)
        self.assertEqual(self.Contract.create_contracts(rows)['ids'], result['ids'])

    # === CHANGES === #

    def test_changes_of_one_contract_are_entered_in_their_order(self):
        [contract], _none = self.enter([self.row(1)])
        result = self.Contract.change_contracts([
            {'contract': 'C-1', 'kind': 'suspend', 'date_effective': '2026-11-01'},
            {'contract': contract.name, 'kind': 'resume', 'date_effective': '2026-12-01'},
            {'contract': 'C-1', 'kind': 'change_plan', 'plan': 'arrears', 'at_period_end': '1',
             'date_effective': '2026/12/05', 'reason': 'asked by phone'},
            {'contract': 'C-1', 'kind': 'cancel', 'date_effective': '2027-03-01',
             'cancel_reason': self.env.ref('smart_billing.cancel_reason_price').name}])
        self.assertFalse(result['problems'])
        events = self.env['smart.billing.contract.event'].browse(result['ids'])
        self.assertEqual(events.mapped('kind'), ['suspend', 'resume', 'change_plan', 'cancel'])
        self.assertTrue(events[2].at_period_end)
        self.assertEqual((events[2].reason, events[2].plan_id), ('asked by phone', self.arrears))
        self.assertEqual(contract.date_end, date(2027, 3, 1))

    def test_change_with_a_reference_is_entered_once(self):
        contracts, _none = self.enter([self.row(1), self.row(2)])
        rows = [{'contract': f'C-{number}', 'kind': 'change_quantity', 'quantity': 3,
                 'ref': f'E-{number}'} for number in (1, 2, 2)]
        first = self.Contract.change_contracts(rows)
        self.assertEqual(first['ids'][1], first['ids'][2])
        self.assertEqual(self.Contract.change_contracts(rows), first)
        self.assertEqual([len(contract.event_ids) for contract in contracts], [2, 2])

    def test_bad_change_is_named_and_changes_nothing(self):
        contracts, _none = self.enter([self.row(number) for number in range(3)])
        result = self.Contract.change_contracts([
            {'contract': 'C-0', 'kind': 'change_quantity', 'quantity': 5},
            {'contract': 'C-1', 'kind': 'resume'},
            {'contract': 'C-9', 'kind': 'suspend'},
            {'contract': 'C-2', 'kind': 'change_plan', 'plan': 'nowhere'},
            {'contract': 'C-2', 'kind': 'transfer', 'account_code': '999'},
            {'contract': 'C-2', 'kind': 'cancel', 'at_period_end': 'maybe'},
            {'contract': 'C-2', 'kind': 'change_quantity', 'quantity': 0},
            {'contract': 'C-2', 'kind': 'change_quantity', 'quantity': 4}])
        reasons = {problem['row']: problem['reason'] for problem in result['problems']}
        self.assertEqual(list(reasons), [1, 2, 3, 4, 5, 6])
        for row, words in ((1, 'not suspended'), (2, 'C-9'), (3, 'nowhere'), (4, "no '999'"),
                           (5, 'neither 1 nor 0'), (6, 'above zero')):
            self.assertIn(words, reasons[row])
        self.assertEqual([contract.quantity for contract in contracts], [5, 1, 4])
        self.assertEqual([len(contract.event_ids) for contract in contracts], [2, 1, 2])

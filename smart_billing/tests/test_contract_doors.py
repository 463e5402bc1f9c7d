import base64
from datetime import date

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import BillingCase

TERMS = {'closing_day': 20, 'due_day': 31, 'due_month_offset': 1}


@tagged('post_install', '-at_install')
class TestContractDoors(BillingCase):
    """By form, order, CSV and API: the same contract (invariant 2)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sold = cls.env['product.product'].create({
            'name': 'Basic subscription', 'type': 'service', 'sb_plan_id': cls.plan.id,
            'company_id': cls.company.id, 'taxes_id': [Command.set(cls.tax.ids)],
        })

    def order(self, quantity=2):
        order = self.env['sale.order'].create({
            'partner_id': self.env['res.partner'].create({'name': 'Sato'}).id,
            'company_id': self.company.id, 'sb_date_start': date(2026, 10, 5),
            'order_line': [Command.create(
                {'product_id': self.sold.id, 'product_uom_qty': quantity})],
        })
        order.action_confirm()
        return order

    def by_order(self):
        order = self.order()
        contract = self.env['smart.billing.contract'].search(
            [('sale_line_id', 'in', order.order_line.ids)])
        contract.account_id.write(TERMS)
        return contract

    def by_form(self):
        form = Form(self.env['smart.billing.contract'])
        form.account_id = self.make_account('Sato', **TERMS)
        form.start_plan_id = self.plan
        form.start_quantity = 2
        form.date_start = date(2026, 10, 5)
        contract = form.save()
        contract.action_confirm()
        return contract

    def by_csv(self, text=None, encoding='utf-8-sig'):
        text = text or (
            'ref,account_ref,partner_name,plan,quantity,date_start,closing_day,due_day\n'
            'C-1,A-1,佐藤,basic,2,2026/10/05,20,31\n')
        wizard = self.env['smart.billing.contract.import'].create({
            'file_content': base64.b64encode(text.encode(encoding)), 'file_name': 'c.csv',
            'encoding': encoding})
        wizard.action_import()
        return wizard

    def by_api(self):
        result = self.env['smart.billing.contract'].create_contracts([{
            'partner_name': 'Sato', 'plan': 'basic', 'quantity': 2, 'date_start': '2026-10-05',
            **TERMS}])
        return self.env['smart.billing.contract'].browse(result['ids'])

    def test_four_doors_bill_the_same(self):
        contracts = [self.by_order(), self.by_form(), self.by_csv().contract_ids, self.by_api()]
        run = self.bill(date(2026, 11, 21))
        lines = [[line[1:] for line in self.items_of(run) if line[0] == contract]
                 for contract in contracts]
        self.assertEqual(len(lines[0]), 3, lines)
        self.assertEqual([lines[0]] * 4, lines)
        invoices = [contract.item_ids.move_id for contract in contracts]
        self.assertEqual(len({(invoice.invoice_date, invoice.invoice_date_due,
                               invoice.amount_total) for invoice in invoices}), 1)

    def test_order_of_a_plan_product_has_nothing_to_invoice(self):
        order = self.order()
        self.assertEqual(order.order_line.qty_to_invoice, 0)
        self.assertEqual(order.invoice_status, 'no')
        with self.assertRaises(UserError):
            order._create_invoices()
        self.assertFalse(order.invoice_ids)

    def test_confirming_makes_one_contract_a_line_however_often(self):
        order = self.order()
        order._sb_make_contracts()
        self.assertEqual(order.sb_contract_count, 1)

    def test_cancelled_order_bills_nothing(self):
        order = self.order()
        order._action_cancel()
        run = self.bill(date(2026, 11, 1))
        self.assertFalse(self.items_of(run))

    def test_order_of_a_billed_contract_is_not_cancelled(self):
        order = self.order()
        self.bill(date(2026, 11, 1))
        with self.assertRaisesRegex(UserError, 'has been billed'):
            order._action_cancel()

    @mute_logger('odoo.sql_db')
    def test_bad_csv_rows_are_listed_and_the_others_load(self):
        wizard = self.by_csv(
            'ref,partner_name,plan,quantity,date_start\n'
            'C-1,山田,basic,1,2026-10-01\n'
            'C-2,田中,nowhere,1,2026-10-01\n'
            'C-3,鈴木,basic,many,2026-10-01\n'
            'C-4,高橋,basic,1,2026-02-31\n'
            'C-5,,basic,1,2026-10-01\n'
            'C-6,伊藤,basic,0,2026-10-01\n'
            'C-7,渡辺,basic,1,2026-10-01\n', encoding='cp932')
        self.assertEqual(wizard.contract_ids.mapped('ref'), ['C-1', 'C-7'])
        for line, words in ((3, 'nowhere'), (4, 'many'), (5, '2026-02-31'), (6, 'no payer'),
                            (7, 'above zero')):
            self.assertRegex(wizard.problem_text, f'Line {line}: .*{words}')

    def test_same_reference_is_the_same_contract(self):
        first = self.by_csv().contract_ids
        self.assertEqual(self.by_csv().contract_ids, first)

    def test_unknown_column_and_wrong_encoding_are_named(self):
        wizard = self.by_csv('plan,date_start,colour\nbasic,2026-10-01,red\n')
        self.assertIn('colour', wizard.problem_text)
        with self.assertRaisesRegex(UserError, 'not utf-8-sig text'):
            self.env['smart.billing.contract.import'].create({
                'file_content': base64.b64encode('佐藤'.encode('cp932')),
            }).action_import()

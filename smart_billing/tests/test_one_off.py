import base64
from datetime import date

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import BillingCase


@tagged('post_install', '-at_install')
class TestOneOff(BillingCase):
    """Charges typed in by hand (スポット請求): billed once, withdrawn by archiving."""

    def one_off(self, account=None, **values):
        return self.env['smart.billing.one.off'].create({
            'account_id': (account or self.make_account()).id, 'name': 'Visit on site',
            'product_id': self.product.id, 'date': date(2026, 10, 5), 'quantity': 3,
            'unit_price': 333.5, **values})

    def test_account_without_contracts_is_billed_its_one_off(self):
        one_off = self.one_off()
        self.assertEqual((one_off.amount, one_off.state), (1000, 'waiting'))
        self.assertFalse(self.bill(date(2026, 10, 4)).line_ids)
        run = self.bill(date(2026, 10, 5))
        self.assertEqual(run.move_ids.sb_account_id, one_off.account_id)
        line = run.move_ids.invoice_line_ids
        self.assertEqual((line.price_subtotal, line.sb_quantity, line.sb_unit_price),
                         (1000, 3, 333.5))
        self.assertEqual(line.name, 'Visit on site 10/05/2026')
        self.assertEqual(line.tax_ids, self.tax)
        self.assertFalse(line.sb_contract_id)
        self.assertEqual((one_off.state, one_off.billed_amount), ('billed', 1000))
        self.assertFalse(self.bill(date(2026, 10, 31)).line_ids)

    def test_one_off_of_a_contract_comes_on_the_invoice_of_its_account(self):
        contract = self.make_contract()
        self.one_off(contract.account_id, contract_id=contract.id, unit_price=-100)
        run = self.bill(date(2026, 10, 31))
        self.assertEqual(run.move_ids.amount_untaxed, 700)
        self.assertEqual(run.move_ids.invoice_line_ids.sb_contract_id, contract)
        self.assertIn('Visit on site', run.move_ids.invoice_line_ids[1].name)

    def test_archived_charge_that_was_billed_is_credited(self):
        one_off = self.one_off()
        self.bill(date(2026, 10, 5))
        one_off.active = False
        self.assertEqual(one_off.state, 'to_credit')
        run = self.bill(date(2026, 10, 6))
        self.assertEqual((run.move_ids.move_type, run.move_ids.amount_untaxed,
                          run.move_ids.amount_tax), ('out_refund', 1000, 100))
        self.assertIn('Charge withdrawn', run.move_ids.invoice_line_ids.name)
        self.assertEqual((one_off.state, one_off.billed_amount), ('credited', 0))
        self.assertFalse(self.bill(date(2026, 10, 31)).line_ids)

    def test_archived_charge_that_was_not_billed_never_is(self):
        one_off = self.one_off()
        one_off.active = False
        self.assertEqual(one_off.state, 'withdrawn')
        self.assertFalse(self.bill(date(2026, 10, 31)).move_ids)

    def test_deleted_draft_and_cancelled_invoice_free_the_charge(self):
        self.company.sb_run_approval = True
        one_off = self.one_off()
        self.bill(date(2026, 10, 5)).move_ids.unlink()
        self.assertEqual(one_off.state, 'waiting')
        run = self.bill(date(2026, 10, 6))
        run.action_approve()
        self.process()
        run.move_ids.action_sb_cancel_invoice()
        self.company.sb_run_approval = False
        self.assertEqual(self.bill(date(2026, 10, 7)).move_ids.amount_untaxed, 1000)

    def test_what_is_billed_is_not_edited(self):
        one_off = self.one_off()
        self.bill(date(2026, 10, 5))
        one_off.write({'unit_price': 333.5, 'name': 'Visit'})
        with self.assertRaisesRegex(UserError, 'Archive it: the next run credits it'):
            one_off.unit_price = 300
        with self.assertRaisesRegex(UserError, 'Archive it instead'):
            one_off.unlink()
        with self.assertRaisesRegex(UserError, 'has one-off charges'):
            one_off.account_id.unlink()
        self.one_off().unlink()

    def test_billed_line_of_a_draft_is_not_edited(self):
        self.company.sb_run_approval = True
        self.one_off()
        move = self.bill(date(2026, 10, 5)).move_ids
        with self.assertRaisesRegex(UserError, 'Archive the one-off charge'):
            move.invoice_line_ids.price_unit = 1
        with self.assertRaisesRegex(UserError, 'Archive the one-off charge'):
            move.write({'invoice_line_ids': [Command.delete(move.invoice_line_ids.id)]})

    def test_contract_must_be_confirmed_and_paid_by_the_account(self):
        contract = self.make_contract()
        with self.assertRaisesRegex(ValidationError, 'is paid by'):
            self.one_off(contract_id=contract.id)
        draft = contract.copy()
        with self.assertRaisesRegex(ValidationError, 'is a draft'):
            self.one_off(contract.account_id, contract_id=draft.id)

    def test_preview_shows_what_the_run_bills(self):
        one_off = self.one_off()
        run = self.env['smart.billing.run'].create({'date_target': date(2026, 10, 31)})
        run.action_preview()
        self.assertIn('1 accounts, 1 lines', run.preview_html)
        self.assertEqual(one_off.state, 'waiting')

    def test_form_rpc_and_csv_make_the_same_charge(self):
        contract = self.make_contract()
        self.product.default_code = 'VISIT'
        form = Form(self.env['smart.billing.one.off'])
        form.account_id = contract.account_id
        form.contract_id = contract
        form.name = 'Visit'
        form.product_id = self.product
        form.date = date(2026, 10, 5)
        form.quantity = 2
        form.unit_price = 99.5
        by_form = form.save()
        result = self.env['smart.billing.one.off'].create_one_offs([{
            'contract': contract.name, 'name': 'Visit', 'product': 'VISIT',
            'date': '2026-10-05', 'quantity': 2, 'unit_price': 99.5}])
        text = ('ref,contract,name,product,date,quantity,unit_price\n'
                f'V-1,{contract.name},Visit,VISIT,2026/10/05,2,99.5\n'
                f'V-2,{contract.name},Visit,NONE,2026/10/05,2,99.5\n')
        wizard = self.env['smart.billing.one.off.import'].create({
            'file_content': base64.b64encode(text.encode('cp932')), 'encoding': 'cp932'})
        wizard.action_import()
        self.assertEqual(wizard.created_count, 1)
        self.assertIn('Line 3: There is no product', wizard.problem_text)
        charges = by_form | self.env['smart.billing.one.off'].browse(
            result['ids']) | wizard.one_off_ids
        self.assertEqual(len(charges), 3)
        names = ['account_id', 'contract_id', 'name', 'product_id', 'date', 'quantity',
                 'unit_price', 'amount']
        self.assertEqual(len({tuple(record[name] for name in names) for record in charges}), 1)
        run = self.bill(date(2026, 10, 5))
        self.assertEqual([line[2:] for line in self.items_of(run)][1:],
                         [(date(2026, 10, 5), date(2026, 10, 5), 199)] * 3)

    def test_known_reference_is_the_same_charge(self):
        account = self.make_account(ref='A-1')
        row = {'account_ref': 'A-1', 'name': 'Visit', 'product': 'Subscription',
               'unit_price': 100, 'ref': 'X-1', 'date': '2026-10-05'}
        Door = self.env['smart.billing.one.off']
        first = Door.create_one_offs([row, row])
        self.assertEqual(first['ids'], first['ids'][:1] * 2)
        Door.browse(first['ids'][:1]).active = False
        self.assertEqual(Door.create_one_offs([row]), {'ids': first['ids'][:1], 'problems': []})
        self.assertEqual(Door.browse(first['ids'][0]).account_id, account)

    @mute_logger('odoo.sql_db')
    def test_bad_rows_make_nothing_and_say_why(self):
        self.make_account(ref='A-1')
        good = {'account_ref': 'A-1', 'name': 'Visit', 'product': 'Subscription',
                'unit_price': 100, 'date': '2026-10-05'}
        result = self.env['smart.billing.one.off'].create_one_offs([
            {**good, 'colour': 'red'}, {**good, 'name': ''}, {**good, 'account_ref': 'A-2'},
            {**good, 'account_ref': ''}, {**good, 'quantity': '-1'}, {**good, 'date': '5.10.'},
            {**good, 'unit_price': 'free'}, {**good, 'contract_ref': 'C-9'}, good])
        self.assertEqual(
            [problem['row'] for problem in result['problems']], list(range(8)))
        self.assertEqual(result['ids'][:8], [False] * 8)
        self.assertTrue(result['ids'][8])
        for problem, words in zip(result['problems'], (
                'Unknown column colour', 'name is missing', 'has the account_ref A-2',
                'names no payer', 'must be above zero', 'not a day', 'not a number',
                'has the contract_ref C-9'), strict=True):
            self.assertIn(words, problem['reason'])

    def test_many_rows_load_in_sets(self):
        """Two hundred rows take hardly more queries than one: no query a row."""
        self.make_account(ref='A-1')
        rows = [{'account_ref': 'A-1', 'name': f'Visit {number}', 'product': 'Subscription',
                 'unit_price': number, 'date': '2026-10-05', 'ref': f'R-{number}'}
                for number in range(200)]
        Door = self.env['smart.billing.one.off']
        Door.create_one_offs(rows[:1])
        before = self.cr.sql_log_count
        result = Door.create_one_offs(rows)
        self.assertEqual(len(set(result['ids'])), 200)
        self.assertLess(self.cr.sql_log_count - before, 100)

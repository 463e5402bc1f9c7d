from datetime import date

from odoo.tests import tagged

from .common import BillingCase


@tagged('post_install', '-at_install')
class TestDiscountLines(BillingCase):
    """Discounts through the whole chain: items, coverage, invoice lines, credit notes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.half = cls.env['smart.billing.discount'].create({
            'name': 'Half price', 'percent': 50, 'company_id': cls.company.id})
        cls.gift = cls.env['smart.billing.discount'].create({
            'name': 'Gift', 'discount_type': 'amount', 'amount': 100, 'periods': 1,
            'company_id': cls.company.id})

    def give(self, contract, discount, day=date(2026, 10, 1)):
        contract.add_event('add_discount', day, discount_id=discount.id)

    def lines(self, run):
        return [(line.name, line.price_subtotal) for line in run.move_ids.invoice_line_ids]

    def coverage(self, contract):
        return sorted((cover.charge_code, cover.date_from, cover.date_to) for cover in self.env[
            'smart.billing.coverage'].search([('contract_id', '=', contract.id)]))

    def test_line_of_its_own_with_the_product_and_tax_of_its_charge(self):
        contract = self.make_contract()
        self.give(contract, self.half)
        run = self.bill(date(2026, 10, 1))
        self.assertEqual(self.lines(run), [
            ('Basic fee 10/01/2026 - 10/31/2026', 1000),
            ('Half price: Basic fee 10/01/2026 - 10/31/2026', -500)])
        charge, discount = run.move_ids.invoice_line_ids
        self.assertEqual((discount.product_id, discount.tax_ids, discount.account_id),
                         (charge.product_id, charge.tax_ids, charge.account_id))
        self.assertEqual((run.move_ids.amount_tax, run.move_ids.amount_total), (50, 550))
        item = contract.item_ids.filtered('discount_id')
        self.assertEqual((item.discount_id, item.charge_id), (self.half, charge.sb_contract_id
                         .start_plan_id.version_ids.charge_ids))
        self.assertFalse(self.bill(date(2026, 10, 31)).move_ids)

    def test_each_discount_covers_its_days_once(self):
        contract = self.make_contract()
        self.give(contract, self.half)
        self.give(contract, self.gift)
        run = self.bill(date(2026, 11, 1))
        october = (date(2026, 10, 1), date(2026, 11, 1))
        november = (date(2026, 11, 1), date(2026, 12, 1))
        codes = ('base', f'base/{self.half.id}', f'base/{self.gift.id}')
        self.assertEqual(self.coverage(contract), sorted([
            (codes[0], *october), (codes[0], *november), (codes[1], *october),
            (codes[1], *november), (codes[2], *october)]))
        self.assertEqual(run.move_ids.amount_untaxed, 900)

    def test_cancellation_gives_charge_and_discount_back_on_one_credit_note(self):
        contract = self.make_contract()
        self.give(contract, self.half)
        self.bill(date(2026, 10, 1))
        contract.add_event('cancel', date(2026, 10, 11))
        run = self.bill(date(2026, 10, 12))
        move = run.move_ids
        self.assertEqual(move.move_type, 'out_refund')
        self.assertEqual(self.lines(run), [
            ('Credit: Basic fee 10/11/2026 - 10/31/2026 (Cancellation from 10/11/2026)', 678),
            ('Credit: Half price: Basic fee 10/11/2026 - 10/31/2026 (Cancellation from '
             '10/11/2026)', -339)])
        self.assertEqual((move.amount_untaxed, move.amount_tax, move.amount_total),
                         (339, 33, 372))
        self.assertEqual({code: end for code, _begin, end in self.coverage(contract)}, {
            'base': date(2026, 10, 11), f'base/{self.half.id}': date(2026, 10, 11)})

    def test_cancelled_credit_note_brings_the_days_of_both_back(self):
        contract = self.make_contract()
        self.give(contract, self.half)
        self.bill(date(2026, 10, 1))
        before = self.coverage(contract)
        contract.add_event('cancel', date(2026, 10, 11))
        credit = self.bill(date(2026, 10, 12)).move_ids
        credit.action_sb_cancel_invoice()
        days = {}
        for code, begin, end in self.coverage(contract):
            days[code] = days.get(code, 0) + (end - begin).days
        self.assertEqual(days, {code: (end - begin).days for code, begin, end in before})
        again = self.bill(date(2026, 10, 12)).move_ids
        self.assertEqual(again.amount_total, credit.amount_total)

    def test_discount_given_afterwards_says_so(self):
        contract = self.make_contract()
        self.bill(date(2026, 10, 1))
        self.give(contract, self.half)
        run = self.bill(date(2026, 10, 2))
        self.assertEqual(self.lines(run), [
            ('Half price: Basic fee 10/01/2026 - 10/31/2026 (Discount given from 10/01/2026)',
             500)])
        self.assertEqual(run.move_ids.move_type, 'out_refund')

    def test_discount_ended_afterwards_is_taken_back(self):
        contract = self.make_contract()
        self.give(contract, self.half)
        self.bill(date(2026, 10, 1))
        contract.add_event('end_discount', date(2026, 10, 16), discount_id=self.half.id)
        run = self.bill(date(2026, 10, 16))
        [(name, amount)] = self.lines(run)
        self.assertIn('(Discount ended from 10/16/2026)', name)
        self.assertEqual((run.move_ids.move_type, amount), ('out_invoice', 258))

    def test_one_off_credit_above_the_charges_makes_a_credit_note(self):
        contract = self.make_contract()
        self.give(contract, self.half)
        self.env['smart.billing.one.off'].create({
            'account_id': contract.account_id.id, 'contract_id': contract.id, 'name': 'Goodwill',
            'product_id': self.product.id, 'date': date(2026, 10, 1), 'unit_price': -777})
        run = self.bill(date(2026, 10, 1))
        move = run.move_ids
        self.assertEqual((move.move_type, move.state), ('out_refund', 'posted'))
        self.assertEqual(sorted(line.price_subtotal for line in move.invoice_line_ids),
                         [-1000, 500, 777])
        self.assertEqual((move.amount_untaxed, move.amount_tax), (277, 27))
        self.assertFalse(move.sb_request_ids)
        self.assertFalse(self.bill(date(2026, 10, 31)).move_ids)

    def test_one_off_credit_that_leaves_nothing_to_pay_is_a_posted_invoice(self):
        contract = self.make_contract()
        self.env['smart.billing.one.off'].create({
            'account_id': contract.account_id.id, 'name': 'First month free',
            'product_id': self.product.id, 'date': date(2026, 10, 1), 'unit_price': -1000})
        move = self.bill(date(2026, 10, 1)).move_ids
        self.assertEqual((move.move_type, move.state, move.amount_total, move.payment_state),
                         ('out_invoice', 'posted', 0, 'paid'))
        self.assertFalse(move.sb_request_ids)

    def test_archived_credit_of_a_credit_note_is_charged(self):
        contract = self.make_contract(date_last=date(2026, 10, 31))
        goodwill = self.env['smart.billing.one.off'].create({
            'account_id': contract.account_id.id, 'name': 'Goodwill',
            'product_id': self.product.id, 'date': date(2026, 10, 1), 'unit_price': -1500})
        self.assertEqual(self.bill(date(2026, 10, 1)).move_ids.amount_total_signed, -550)
        goodwill.active = False
        move = self.bill(date(2026, 10, 2)).move_ids
        self.assertEqual((move.move_type, move.amount_untaxed), ('out_invoice', 1500))

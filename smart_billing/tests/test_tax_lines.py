from datetime import date
from decimal import Decimal

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from ..core.tax import taxes_of
from ..engine.taxes import change_days
from .common import BillingCase
from .common_usage import UsageCase


class TaxLinesCase(BillingCase):

    def make_tax(self, name, amount, **values):
        return self.env['account.tax'].create({
            'name': name, 'amount': amount, 'type_tax_use': 'sale', 'company_id': self.company.id,
            **values})

    def one_off(self, account, price, **values):
        return self.env['smart.billing.one.off'].create({
            'account_id': account.id, 'name': 'Work', 'product_id': self.product.id,
            'date': date(2026, 10, 1), 'unit_price': price, **values})

    def lines_of(self, run):
        """[(from, amount, taxes)] of a run's invoice lines."""
        return [(line.sb_date_from, line.price_unit, line.tax_ids)
                for line in run.move_ids.invoice_line_ids.sorted('sequence')]


@tagged('post_install', '-at_install')
class TestPreview(TaxLinesCase):

    def test_three_times_105_has_tax_31_from_the_preview_to_the_reversal(self):
        account = self.make_account()
        for _number in range(3):
            self.one_off(account, 105)
        run = self.env['smart.billing.run'].create({'date_target': date(2026, 10, 1)})
        run.action_preview()
        self.assertRegex(run.preview_html, r'346\D* with tax of \D*31\b')
        run.action_start()
        self.process()
        self.assertEqual((run.move_ids.amount_tax, run.move_ids.amount_total), (31, 346))
        run.move_ids.action_sb_cancel_invoice()
        reversal = run.move_ids.reversal_move_ids
        self.assertEqual((reversal.amount_tax, reversal.amount_total), (31, 346))


@tagged('post_install', '-at_install')
class TestPricesWithTax(TaxLinesCase):
    """Prices that contain the tax (内税・総額表示)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gross = cls.make_plan('gross', '1078', timing='advance')
        cls.gross.tax_included = True

    def test_the_customer_pays_the_price_of_the_plan(self):
        account = self.make_account()
        for _number in range(3):
            self.make_contract(account, self.gross)
        run = self.bill(date(2026, 10, 1))
        move = run.move_ids
        [found] = taxes_of([(Decimal(10), Decimal(1078))] * 3, 0, 'floor', included=True)
        self.assertEqual((move.amount_untaxed, move.amount_tax, move.amount_total),
                         (found.base, found.tax, 3234))
        for item in move.sb_item_ids:
            self.assertEqual(item.move_line_id.price_total, item.amount)
        self.assertEqual(move.invoice_line_ids.tax_ids.mapped('price_include'), [True])
        self.assertEqual(move.invoice_line_ids.tax_ids, self.tax.sb_mirror_tax_id)

    def test_a_mirror_is_made_once_and_knows_its_tax(self):
        mirror = self.tax._sb_for_prices(True)
        self.assertEqual(
            (mirror.amount, mirror.price_include, mirror.tax_group_id, mirror.sb_mirror_tax_id),
            (10, True, self.tax.tax_group_id, self.tax))
        self.assertEqual(self.tax._sb_for_prices(True), mirror)
        self.assertEqual(mirror._sb_for_prices(False), self.tax)
        self.assertEqual(mirror._sb_repartition(), self.tax._sb_repartition())
        mirror.active = False
        self.assertEqual(self.tax._sb_for_prices(True), mirror)
        self.assertTrue(mirror.active)

    def test_a_tax_that_is_there_becomes_the_mirror(self):
        other = self.make_tax('9 incl', 9, price_include_override='tax_included')
        there = self.make_tax('10 incl', 10, price_include_override='tax_included')
        self.assertEqual(self.tax._sb_for_prices(True), there)
        self.assertEqual(there.sb_mirror_tax_id, self.tax)
        self.assertFalse(other.sb_mirror_tax_id)

    def test_mirrors_have_one_rate_and_one_partner(self):
        mirror = self.tax._sb_for_prices(True)
        self.tax.amount = 15
        self.assertEqual(mirror.amount, 15)
        mirror.amount = 10
        self.assertEqual(self.tax.amount, 10)
        other = self.make_tax('10 again', 10)
        mirror.sb_mirror_tax_id = other
        self.assertEqual((other.sb_mirror_tax_id, self.tax.sb_mirror_tax_id.id), (mirror, False))

    def test_a_product_with_a_gross_tax_sells_net_plans_too(self):
        self.product.taxes_id = self.tax._sb_for_prices(True)
        self.make_contract()
        self.assertEqual(self.bill(date(2026, 10, 1)).move_ids.amount_total, 1100)

    def test_net_and_gross_plans_on_one_invoice_are_taxed_once(self):
        account = self.make_account()
        self.make_contract(account)
        self.make_contract(account, self.gross)
        self.one_off(account, 1005, tax_included=True)
        move = self.bill(date(2026, 10, 1)).move_ids
        # 1000 + 100 + 1078 + 1005 = 3183, of which 10/110 are 289.36
        self.assertEqual((move.amount_total, move.amount_tax), (3183, 289))

    def test_a_credit_carries_the_tax_of_what_it_credits(self):
        contract = self.make_contract(plan=self.gross)
        self.bill(date(2026, 10, 1))
        contract.add_event('cancel', date(2026, 10, 11))
        run = self.bill(date(2026, 10, 12))
        # 10 of 31 days of 1078 are kept: 347; 731 go back, of which 66 are tax.
        self.assertEqual((run.move_ids.move_type, run.move_ids.amount_total,
                          run.move_ids.amount_tax), ('out_refund', 731, 66))
        self.assertEqual(run.move_ids.invoice_line_ids.tax_ids, self.tax.sb_mirror_tax_id)

    def test_a_billed_plan_keeps_its_kind_of_price(self):
        self.make_contract(plan=self.gross)
        self.bill(date(2026, 10, 1))
        with self.assertRaisesRegex(UserError, 'has been billed'):
            self.gross.tax_included = False
        self.gross.tax_included = True
        self.plan.tax_included = True

    def test_the_total_with_tax_decides_about_a_credit_note(self):
        """10 without tax and −9.5 with tax: above zero net, below zero in all."""
        untaxed = self.env['product.product'].create({
            'name': 'Deposit', 'type': 'service', 'company_id': self.company.id,
            'taxes_id': [Command.clear()]})
        account = self.make_account()
        self.one_off(account, 1000, product_id=untaxed.id)
        self.one_off(account, -950)
        move = self.bill(date(2026, 10, 1)).move_ids
        self.assertEqual((move.state, move.move_type, move.amount_total),
                         ('posted', 'out_refund', 45))

    def test_fiscal_position_of_the_payer_goes_first(self):
        export = self.make_tax('Export', 0)
        position = self.env['account.fiscal.position'].create({
            'name': 'Abroad', 'company_id': self.company.id, 'tax_ids': [Command.link(export.id)]})
        export.original_tax_ids = self.tax
        account = self.make_account()
        account.partner_id.with_company(self.company).property_account_position_id = position
        self.make_contract(account)
        self.make_contract(account, self.gross)
        move = self.bill(date(2026, 10, 1)).move_ids
        self.assertEqual((move.amount_total, move.amount_tax), (2078, 0))
        self.assertEqual(move.invoice_line_ids.tax_ids.mapped('amount'), [0, 0])


@tagged('post_install', '-at_install')
class TestTaxChange(TaxLinesCase):
    """8 % gives way to 10 % on 16 October 2026 (税率改定)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.old = cls.env['account.tax'].create({
            'name': 'Old standard rate', 'amount': 8, 'sb_reduced': False, 'type_tax_use': 'sale',
            'company_id': cls.company.id})
        cls.change = cls.env['smart.billing.tax.change'].create({
            'company_id': cls.company.id, 'tax_from_id': cls.old.id, 'tax_to_id': cls.tax.id,
            'date_from': date(2026, 10, 16)})

    def test_the_day_of_supply_decides_whichever_tax_the_product_names(self):
        for named in (self.old, self.tax):
            self.product.taxes_id = named
            account = self.make_account()
            self.one_off(account, 1000, date=date(2026, 10, 15))
            self.one_off(account, 1000, date=date(2026, 10, 16))
            run = self.bill(date(2026, 10, 31), account_ids=[Command.set(account.ids)])
            self.assertEqual(self.lines_of(run), [
                (date(2026, 10, 15), 1000, self.old), (date(2026, 10, 16), 1000, self.tax)])
            self.assertEqual(run.move_ids.amount_tax, 180)

    def test_a_period_that_runs_on_the_day_is_billed_in_two_lines(self):
        charges = self.plan.version_ids.charge_ids
        self.assertEqual(
            change_days(self.env, charges.ids), {charges.id: (date(2026, 10, 16),)})
        self.make_contract(start=date(2026, 10, 1))
        run = self.bill(date(2026, 10, 1))
        self.assertEqual(self.lines_of(run), [
            (date(2026, 10, 1), 483, self.old), (date(2026, 10, 16), 517, self.tax)])
        self.assertEqual(run.move_ids.amount_tax, 38 + 51)

    def test_gross_prices_contain_the_tax_of_their_days(self):
        self.plan.tax_included = True
        self.make_contract(start=date(2026, 10, 1))
        run = self.bill(date(2026, 10, 1))
        self.assertEqual([taxes.mapped('amount') for _day, _price, taxes in self.lines_of(run)],
                         [[8], [10]])
        self.assertEqual((run.move_ids.amount_total, run.move_ids.amount_tax), (1000, 35 + 47))

    def test_a_change_that_is_known_late_is_settled_at_the_old_and_new_tax(self):
        self.change.unlink()
        self.product.taxes_id = self.old
        self.make_contract(start=date(2026, 10, 1))
        self.assertEqual(self.bill(date(2026, 10, 1)).move_ids.amount_tax, 80)
        self.env['smart.billing.tax.change'].create({
            'company_id': self.company.id, 'tax_from_id': self.old.id, 'tax_to_id': self.tax.id,
            'date_from': date(2026, 10, 16)})
        move = self.bill(date(2026, 10, 31)).move_ids
        self.assertEqual(sorted(move.invoice_line_ids.mapped(
            lambda line: (line.price_unit, line.tax_ids.amount))), [(-517, 8), (517, 10)])

    def test_what_cannot_be_a_change_is_refused(self):
        newer = self.make_tax('Newer', 12)
        gross = self.make_tax('Gross', 12, price_include_override='tax_included')
        purchase = self.make_tax('Purchase', 12)
        purchase.type_tax_use = 'purchase'
        values = {'company_id': self.company.id, 'tax_from_id': self.tax.id,
                  'tax_to_id': newer.id, 'date_from': date(2026, 10, 16)}
        Change = self.env['smart.billing.tax.change']
        for wrong, complaint in (
                ({}, 'must begin after'),
                ({'tax_to_id': gross.id}, 'one kind'),
                ({'tax_to_id': purchase.id}, 'no percentage on sales'),
                ({'tax_to_id': self.old.id, 'date_from': date(2030, 1, 1)}, 'must begin after')):
            with self.assertRaisesRegex(ValidationError, complaint), self.env.cr.savepoint():
                Change.create({**values, **wrong})
        Change.create({**values, 'date_from': date(2027, 4, 1)})


@tagged('post_install', '-at_install')
class TestTaxChangeOfUsage(UsageCase):

    def test_usage_carries_the_tax_of_the_days_on_which_it_was_used(self):
        old = self.env['account.tax'].create({
            'name': 'Old rate', 'amount': 8, 'type_tax_use': 'sale',
            'company_id': self.company.id})
        self.env['smart.billing.tax.change'].create({
            'company_id': self.company.id, 'tax_from_id': old.id, 'tax_to_id': self.tax.id,
            'date_from': date(2026, 10, 16)})
        self.load(self.row('early', 30, date='2026-10-15'), self.row('late', 70, date='2026-10-16'))
        run = self.bill(date(2026, 11, 1))
        usage = run.move_ids.invoice_line_ids.filtered('sb_quantity').sorted('sb_date_from')
        self.assertEqual(
            [(line.sb_date_from, line.sb_quantity, line.tax_ids.amount) for line in usage],
            [(date(2026, 10, 1), 30, 8), (date(2026, 10, 16), 70, 10)])

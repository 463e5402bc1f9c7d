from datetime import date

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .common import BillingCase


@tagged('post_install', '-at_install')
class TestDryRun(BillingCase):
    """A dry run is the real run, row by row, and writes nothing of the books (試算)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reduced = cls.env['account.tax'].create({
            'name': 'Consumption tax 8', 'amount': 8, 'type_tax_use': 'sale',
            'company_id': cls.company.id})
        cls.paper = cls.env['product.product'].create({
            'name': 'Paper', 'type': 'service', 'taxes_id': [Command.set(cls.reduced.ids)],
            'company_id': cls.company.id})
        cls.seats = cls.make_plan('seats', '333', model='per_unit', product_id=cls.paper.id)

    def world(self):
        """Accounts of all kinds: retroactive, catching up, with one-offs, small, out of bounds."""
        accounts = self.env['smart.billing.account']
        for number in range(3):
            account = self.make_account(f'Payer {number}', billing_day=(1, 21, 0)[number])
            self.make_contract(account, start=date(2026, 9, 5 + number))
            self.make_contract(account, self.seats, date(2026, 9, 12), start_quantity=3)
            self.make_contract(account, self.arrears, date(2026, 9, 20))
            accounts |= account
        self.bill(date(2026, 10, 1), account_ids=[Command.set(accounts.ids)])
        first, second = accounts[0].contract_ids[:2]
        first.add_event('change_plan', date(2026, 10, 11), plan_id=self.seats.id)
        second.add_event('suspend', date(2026, 9, 20))
        accounts[1].contract_ids[0].add_event('cancel', date(2026, 9, 25))
        self.env['smart.billing.one.off'].create({
            'account_id': accounts[2].id, 'name': 'Visit', 'product_id': self.paper.id,
            'date': date(2026, 10, 20), 'unit_price': 77, 'quantity': 3})
        small = self.make_account('Small', carry_policy='own', carry_below=100000)
        self.make_contract(small)
        typo = self.make_account('Typing error')
        self.make_contract(typo, start=date(2016, 10, 1))
        return accounts | small | typo

    def dry_run(self, target=date(2026, 11, 1), **values):
        dry_run = self.env['smart.billing.dry.run'].create({
            'company_id': self.company.id, 'date_target': target, **values})
        dry_run.action_compute()
        return dry_run

    def counts(self):
        return [self.env[name].search_count([]) for name in (
            'smart.billing.item', 'smart.billing.coverage', 'account.move', 'account.move.line',
            'smart.billing.run', 'smart.billing.collection.request')]

    def shown(self, dry_run):
        return sorted((
            line.account_id.id, line.contract_id.id, line.charge_code, line.kind, line.date_from,
            line.date_to, line.amount, line.quantity, line.name, line.reason or '',
            line.tax_ids.ids) for line in dry_run.item_ids if line.state == 'bill')

    def billed(self, run):
        items = self.env['smart.billing.item'].search([('run_id', '=', run.id)])
        return sorted((
            item.account_id.id, item.contract_id.id, item.charge_code, item.kind, item.date_from,
            item.date_to, item.amount, item.quantity, item.move_line_id.name, item.reason or '',
            item.move_line_id.tax_ids.ids) for item in items)

    def test_dry_run_is_the_real_run_row_by_row_with_tax(self):
        accounts = self.world()
        before = self.counts()
        dry_run = self.dry_run()
        self.assertEqual(dry_run.state, 'done')
        self.assertEqual(self.counts(), before)
        run = self.bill(date(2026, 11, 1))
        self.assertEqual(self.shown(dry_run), self.billed(run))
        self.assertGreater(len(self.billed(run)), 10)
        real = {line.account_id: line for line in run.line_ids}
        self.assertEqual(set(real), set(accounts))
        for line in dry_run.line_ids:
            move = real[line.account_id].move_id
            if line.state == 'bill':
                sign = -1 if line.is_refund else 1
                self.assertEqual(
                    (line.amount_untaxed, line.amount_tax, line.amount_total, line.invoice_date,
                     line.date_due, line.is_refund),
                    (sign * move.amount_untaxed, sign * move.amount_tax, sign * move.amount_total,
                     move.invoice_date, move.invoice_date_due, move.move_type == 'out_refund'))
            else:
                self.assertEqual((real[line.account_id].state, real[line.account_id].move_id.id),
                                 (line.state, False))
        self.assertEqual(sorted(dry_run.line_ids.mapped('state')),
                         ['bill', 'bill', 'bill', 'carried', 'parked'])
        self.assertEqual(dry_run.amount_total, sum(run.move_ids.mapped('amount_total_signed')))
        self.assertFalse(self.dry_run().item_ids.filtered(lambda line: line.state == 'bill'))

    def test_dry_run_of_a_run_asks_what_the_run_asks(self):
        self.world()
        run = self.env['smart.billing.run'].create({
            'date_target': date(2026, 11, 1), 'billing_day': 21,
            'date_invoice': date(2026, 11, 2)})
        action = run.action_dry_run()
        dry_run = self.env['smart.billing.dry.run'].browse(action['res_id'])
        self.assertEqual(dry_run.line_ids.invoice_date, date(2026, 11, 2))
        run.action_start()
        self.process()
        self.assertEqual(self.shown(dry_run), self.billed(run))

    def test_any_day_and_any_accounts(self):
        contract = self.make_contract()
        self.make_contract()
        action = contract.action_dry_run()
        dry_run = self.env['smart.billing.dry.run'].with_context(**action['context']).create(
            {'date_target': date(2027, 3, 1)})
        dry_run.action_compute()
        self.assertEqual(dry_run.line_ids.account_id, contract.account_id)
        self.assertEqual(dry_run.item_count, 6)
        dry_run.date_target = date(2026, 10, 1)
        self.assertEqual((dry_run.state, dry_run.line_ids.ids), ('draft', []))
        dry_run.action_compute()
        self.assertEqual(dry_run.item_count, 1)
        past = self.dry_run(date(2026, 9, 1), account_ids=[Command.set(contract.account_id.ids)])
        self.assertEqual(past.line_ids.state, 'nothing')

    def test_large_sets_are_worked_on_chunk_by_chunk(self):
        self.company.sb_run_chunk = 2
        for _number in range(5):
            self.make_contract()
        dry_run = self.dry_run()
        self.assertEqual((dry_run.state, dry_run.progress), ('running', 40))
        with self.enter_registry_test_mode():
            self.env.ref('smart_billing.cron_dry_runs').method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual((dry_run.state, dry_run.progress, dry_run.invoice_count),
                         ('done', 100, 5))

    def test_proforma_is_marked_as_no_invoice_and_shows_each_rate(self):
        account = self.make_account('Sato')
        self.make_contract(account)
        self.make_contract(account, self.seats, start_quantity=2)
        line = self.dry_run(date(2026, 10, 1)).line_ids
        self.assertEqual(line.action_print_proforma()['report_name'],
                         'smart_billing.report_proforma')
        html = self.env['ir.actions.report']._render_qweb_html(
            'smart_billing.report_proforma', line.ids)[0].decode()
        for text in ('this is not an invoice', 'Sato', account.code, '1,000', '666', '100', '53',
                     '1,819'):
            self.assertIn(text, html)
        self.assertEqual(line.amount_total, 1819)
        self.assertEqual([line.item_ids[0]._plain(number) for number in (1234567.0, 0.25, 300.0)],
                         ['1,234,567', '0.25', '300'])
        self.assertFalse(self.env['account.move'].search([('sb_account_id', '=', account.id)]))
        nothing = self.dry_run(date(2026, 9, 1), account_ids=[Command.set(account.ids)]).line_ids
        with self.assertRaisesRegex(UserError, 'nothing to print'):
            nothing.action_print_proforma()

    def test_who_may_and_what_is_kept(self):
        values = {'company_ids': [Command.set(self.company.ids)], 'company_id': self.company.id}
        user = new_test_user(self.env, 'clerk', 'smart_billing.group_billing_user', **values)
        self.make_contract()
        dry_run = self.env['smart.billing.dry.run'].with_user(user).create(
            {'company_id': self.company.id, 'date_target': date(2026, 10, 1)})
        dry_run.action_compute()
        self.assertEqual(dry_run.item_count, 1)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE smart_billing_dry_run SET write_date = now() - interval '40 days'")
        dry_run.invalidate_recordset()
        self.env['smart.billing.dry.run']._gc_old()
        self.assertFalse(dry_run.exists())

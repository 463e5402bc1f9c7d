from contextlib import contextmanager
from datetime import date

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import TransactionCase


class BillingCase(TransactionCase):
    """A Japanese company with a small catalogue; tests say what they bill, on which days."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env['res.company'].create({
            'name': 'Test Billing KK', 'country_id': cls.env.ref('base.jp').id,
            'currency_id': cls.env.ref('base.JPY').id,
        })
        cls.env['account.chart.template'].try_loading('jp', cls.company, install_demo=False)
        cls.company.partner_id.tz = 'Asia/Tokyo'
        cls.company.write({
            'sb_tax_rounding': 'floor', 'sb_rounding': 'floor', 'sb_run_approval': False,
            'tax_calculation_rounding_method': 'round_globally',
        })
        cls.env.user.write({
            'company_ids': [Command.link(cls.company.id)], 'company_id': cls.company.id})
        cls.env = cls.env(context={
            **cls.env.context, 'allowed_company_ids': cls.company.ids, 'tracking_disable': True})
        cls.company = cls.company.with_env(cls.env)
        cls.tax = cls.env['account.tax'].create({
            'name': 'Consumption tax 10', 'amount': 10, 'type_tax_use': 'sale',
            'company_id': cls.company.id,
        })
        cls.product = cls.env['product.product'].create({
            'name': 'Subscription', 'type': 'service', 'taxes_id': [Command.set(cls.tax.ids)],
            'company_id': cls.company.id,
        })
        cls.plan = cls.make_plan('basic', '1000', timing='advance')
        cls.arrears = cls.make_plan('arrears', '3000', timing='arrears')

    @classmethod
    def make_plan(cls, code, price, **charge):
        return cls.env['smart.billing.plan'].create({
            'name': code.title(), 'code': code, 'company_id': cls.company.id,
            'version_ids': [Command.create({
                'date_from': date(2000, 1, 1),
                'charge_ids': [Command.create({
                    'name': f'{code.title()} fee', 'code': 'base', 'price': float(price),
                    'product_id': cls.product.id, **charge,
                })],
            })],
        })

    @classmethod
    def make_account(cls, name='Yamada Taro', **values):
        partner = cls.env['res.partner'].create({'name': name})
        return cls.env['smart.billing.account'].create({
            'partner_id': partner.id, 'company_id': cls.company.id, **values})

    @classmethod
    def make_contract(cls, account=None, plan=None, start=date(2026, 10, 1), **values):
        contract = cls.env['smart.billing.contract'].create({
            'account_id': (account or cls.make_account()).id,
            'start_plan_id': (plan or cls.plan).id, 'date_start': start, **values})
        contract.action_confirm()
        return contract

    @contextmanager
    def refused(self, words, exception=UserError):
        """What happens within is refused with these words, and nothing of it stays."""
        with self.assertRaisesRegex(exception, words), self.env.cr.savepoint():
            yield
        self.env.invalidate_all()

    def bill(self, target, **values):
        """Run everything due until `target`, as the scheduled job does."""
        run = self.env['smart.billing.run'].create({
            'company_id': self.company.id, 'date_target': target, **values})
        run.action_start()
        self.process()
        return run

    def process(self):
        """The scheduled job, until it has nothing left: a slow machine takes several turns."""
        for _turn in range(20):
            with self.enter_registry_test_mode():
                self.env.ref('smart_billing.cron_process_runs').method_direct_trigger()
            self.env.invalidate_all()
            if not self.env['smart.billing.run'].search_count([
                    ('company_id', '=', self.company.id), ('state', '=', 'running')]):
                break

    def items_of(self, run):
        """[(contract, charge, from, to, amount)] of a run's live items."""
        return [
            (item.contract_id, item.charge_code, item.date_from, item.date_to, item.amount)
            for item in self.env['smart.billing.item'].search(
                [('run_id', '=', run.id), ('live', '=', True)], order='id')
        ]

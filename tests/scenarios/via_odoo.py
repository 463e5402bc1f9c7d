"""Scenarios through Odoo: contracts and events as records, runs that make and post invoices.

Each scenario is one transaction of its own that is never committed: what the runs commit is
turned into savepoints, so that nothing of one file is seen by the next.
"""
import os
import sys
from contextlib import contextmanager
from decimal import Decimal
from unittest.mock import patch

from tools import databases, odoo

from .comparison import Invoice, Line


@contextmanager
def open_backend():
    name = f'scenarios_{os.getpid()}'
    databases.create(name)
    # The unit tests' interpreter knows neither Odoo's package nor the database server.
    os.environ.update(odoo.environment())
    sys.path.insert(0, os.environ['PYTHONPATH'])
    try:
        from odoo.modules.registry import Registry
        from odoo.sql_db import close_db
        from odoo.tools import config

        config.parse_config(
            ['-c', str(odoo.write_config()), '--no-http', '--log-level=error'],
            setup_logging=True)
        yield OdooBackend(Registry(name))
        close_db(name)
    finally:
        databases.drop(name)


class OdooBackend:
    """Makes a session for every scenario."""

    def __init__(self, registry):
        self.registry = registry

    @contextmanager
    def session(self, scenario):
        from . import odoo_world

        with self.registry.cursor() as cursor:
            # Companies are kept: one for each distinct block, with its chart of accounts.
            company = odoo_world.company_for(self._env(cursor), scenario.company)
            cursor.commit()
            with patch.object(cursor, 'commit', cursor.flush):
                try:
                    yield OdooSession(company, scenario)
                finally:
                    cursor.rollback()

    def _env(self, cursor):
        from odoo import SUPERUSER_ID, api

        return api.Environment(cursor, SUPERUSER_ID, {'lang': 'en_US', 'tz': 'Asia/Tokyo'})


class OdooSession:
    """One scenario as records."""

    def __init__(self, company, scenario):
        from . import odoo_world as world

        self.world = world
        self.env = company.env(context={
            **company.env.context, 'allowed_company_ids': company.ids, 'tracking_disable': True})
        self.company = company.with_env(self.env)
        self.plans = {name: world.make_plan(self.company, f'{scenario.name}/{name}', plan, name)
                      for name, plan in scenario.plans.items()}
        self.accounts = {name: world.make_account(self.company, name, terms)
                         for name, terms in scenario.accounts.items()}
        self.contracts = {}

    # steps ------------------------------------------------------------------------------------

    def apply(self, step):
        do = step['do']
        if do == 'start':
            self.contracts[step['contract']] = self.world.make_contract(
                self.accounts[step['account']], self.plans[step['plan']], step)
        elif do == 'change_billing_day':
            self.accounts[step['account']].change_billing_day(
                step['billing_day'], step['effective'])
        elif do == 'usage':
            self.world.load_usage(self.contracts[step['contract']], step)
        else:
            self._add_event(do, step)

    def _add_event(self, kind, step):
        values = {'at_period_end': step.get('when') == 'end_of_period'}
        if 'plan' in step:
            values['plan_id'] = self.plans[step['plan']].id
        if 'quantity' in step:
            values['quantity'] = float(step['quantity'])
        self.contracts[step['contract']].add_event(kind, step['effective'], **values)

    def run(self, day):
        """A billing run over all accounts of the scenario, up to its drafts."""
        run = self.env['smart.billing.run'].create({
            'company_id': self.company.id, 'date_target': day, 'date_invoice': day,
            'account_ids': [(6, 0, [account.id for account in self.accounts.values()])]})
        run.action_start()
        run._process()
        if run.parked_ids:
            raise AssertionError(f'parked: {run.parked_ids[0].reason}')
        return [self._invoice(move) for move in run.move_ids]

    def post(self, account):
        move = self._latest(account)
        move._post(soft=False)
        if not move.amount_total and move.payment_state != 'paid':
            raise AssertionError(f'an invoice of zero is {move.payment_state}')
        return self._invoice(move)

    def delete_draft(self, account):
        self._latest(account).unlink()

    def cancel_invoice(self, account):
        move = self._latest(account)
        move.action_sb_cancel_invoice()
        reversal = move.reversal_move_ids
        if (reversal.amount_tax, reversal.amount_total) != (move.amount_tax, move.amount_total):
            raise AssertionError(
                f'the reversal has tax {reversal.amount_tax}, not {move.amount_tax}')
        if move.amount_total and move.payment_state != 'reversed':
            raise AssertionError(f'a cancelled invoice is {move.payment_state}')

    # reading ----------------------------------------------------------------------------------

    def _latest(self, account):
        """The account's invoice that was made last and still stands."""
        return self.env['account.move'].search([
            ('sb_account_id', '=', self.accounts[account].id), ('sb_run_id', '!=', False),
            ('sb_item_ids.live', '=', True)], order='id desc', limit=1)

    def _invoice(self, move):
        """The invoice as the ledger has it, with the signs of the format."""
        sign = -1 if move.move_type == 'out_refund' else 1
        names = {contract: name for name, contract in self.contracts.items()}
        account = next(name for name, record in self.accounts.items()
                       if record == move.sb_account_id)
        lines = []
        for item in move.sb_item_ids:
            line = item.move_line_id
            lines.append(Line(
                names[line.sb_contract_id], item.charge_code, line.sb_date_from, line.sb_date_to,
                self._money(sign * line.price_subtotal), self._number(line.sb_quantity)))
        if len(lines) != len(move.invoice_line_ids):
            raise AssertionError('an invoice line has no item')
        return Invoice(account, tuple(lines), self._money(sign * move.amount_tax),
                       self._money(sign * move.amount_total))

    def _money(self, amount):
        digits = self.company.currency_id.decimal_places
        return Decimal(f'{amount:.{digits}f}') + 0

    def _number(self, quantity):
        return Decimal(str(quantity)).normalize() if quantity else None

"""A company with an Odoo server and an agency of its own, driven from outside like the demo."""
import contextlib
import io
import os
from datetime import date
from pathlib import Path

from tests.simulators.client import Simulator
from tools import databases, odoo
from tools.demo import banks, company, people
from tools.demo.intake import Register
from tools.demo.office import BATCH, FILE, REQUEST, Office
from tools.demo.rpc import Client
from tools.demo.screen import Screen

OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)
# Debited unless a test says otherwise.
ALWAYS = ({'0': 1}, {'0': 1})
FETCH, PROCESS, SEND = (f'smart_billing.cron_{job}' for job in (
    'fetch_results', 'process_receipts', 'send_batches'))


def subscriber(number, name, holder, plans, channel=people.API, start=OCTOBER, event=None):
    return people.Subscriber(
        number=number, name=name, holder=holder, is_firm=name.startswith('株式会社'),
        zip='100-0005', prefecture='13', city='千代田区', street='丸の内1-1-1',
        bank=banks.Account('0001', '001', f'{2000000 + number}'), plans=plans,
        channel=channel, start=start, event=event)


class World:
    def __init__(self, server, agency, lang):
        self.server, self.agency = server, agency
        self.client = Client(server.url, server.database, context={'lang': lang})
        self.company = company.set_up(
            self.client, agency, agency.password, sb_business_date=str(OCTOBER))
        self.register = Register(self.client, self.company)
        self.screen = Screen(io.StringIO())
        self.office = Office(self.client, self.company, agency, self.screen, results=ALWAYS)

    def job(self, xml_id):
        self.client.run_job(xml_id)

    def take_results(self):
        self.job(FETCH)
        self.job(PROCESS)

    def customer(self, number):
        """A subscriber's customer number (顧客番号), as the agency knows it."""
        return self.client.row(
            'smart.billing.account', self.register.accounts[number], ['code'])['code']

    def batch(self, batch):
        return self.client.row(BATCH, batch, [
            'state', 'problem', 'file_name', 'date_cutoff', 'date_collect', 'date_result',
            'request_count', 'amount', 'send_requested'])

    def requests(self, batch):
        """[request] of a batch, by customer number."""
        return self.client.rows(REQUEST, [('batch_id', '=', batch), ('state', '!=', 'cancelled')], [
            'state', 'amount', 'customer_number', 'result_code', 'result_reason', 'problem',
            'move_id'], order='customer_number')

    def files(self, **values):
        return self.client.rows(FILE, [(name, '=', value) for name, value in values.items()], [
            'name', 'state', 'problem', 'receipt_count', 'content', 'batch_id'], order='id')

    def balance(self, account):
        [row] = self.client.groups(
            'account.move.line', [('account_id', '=', account), ('parent_state', '=', 'posted')],
            [], ['balance:sum'])
        return round(row['balance:sum'] or 0)


@contextlib.contextmanager
def opened(name, folder: Path, lang='en_US'):
    """A world that lasts for a ``with`` block."""
    database = f'e2e_{name}_{os.getpid()}'
    databases.create(database)
    try:
        with odoo.OdooServer(database) as server, Simulator(
                folder, today=OCTOBER, consignors=[company.agency_consignor('e2e-password')],
                settings=company.AGENCY_SETTINGS) as agency:
            world = World(server, agency, lang)
            partner = world.client.row(
                'res.company', world.company.id, ['partner_id'])['partner_id'][0]
            world.client.write('res.partner', partner, {'lang': lang})
            yield world
    finally:
        databases.drop(database)
        (odoo.paths.state_dir('logs') / f'server-{database}.log').unlink(missing_ok=True)

"""``python -m tools.demo``: subscribers, two closings, their collection, then the web client."""

import argparse
import contextlib
import os
import re
import secrets
import shutil
import signal
import socket
import sys
import time
from datetime import date

from tests.simulators.client import Simulator
from tools import databases, odoo, paths
from tools.steps import SetupError, say

from . import audit, company, expect, people
from .intake import IntakeError, Register
from .life import Life
from .office import Office, OfficeError
from .rpc import Client, RpcError
from .screen import Screen

DATABASE = 'smart_billing_demo'
PORT = 8069
# The day of a month on which the office enters what subscribers have told.
NEWS_DAY = 20


def months(text):
    """``2026-10,2026-11`` as the first days of these months, which must follow one another."""
    found = []
    for part in text.split(','):
        if not re.fullmatch(r'\d{4}-(0[1-9]|1[0-2])', part):
            raise argparse.ArgumentTypeError(f'{part!r} is no month; write it as 2026-10')
        found.append(date.fromisoformat(f'{part}-01'))
    for before, after in zip(found, found[1:], strict=False):
        if people.month_after(before) != after:
            raise argparse.ArgumentTypeError(f'{after:%Y-%m} does not follow {before:%Y-%m}')
    return found


def options_of(arguments):
    parser = argparse.ArgumentParser(prog='make demo', description=__doc__)
    parser.add_argument('--cycles', type=months, default='2026-10,2026-11',
                        help='months to close, such as 2026-10,2026-11')
    parser.add_argument('--subscribers', type=int, default=300)
    parser.add_argument('--seed', type=int, default=2027, help='other people, other results')
    parser.add_argument('--port', type=int, default=PORT)
    parser.add_argument('--database', default=DATABASE)
    parser.add_argument('--lang', choices=('en_US', 'ja_JP'),
                        help="the web client's language; as the terminal's without it")
    parser.add_argument('--no-serve', action='store_true', help='end instead of serving')
    options = parser.parse_args(arguments)
    if options.subscribers < 1:
        parser.error('--subscribers: at least one')
    if not options.lang:
        locale = os.environ.get('LC_ALL') or os.environ.get('LANG') or ''
        options.lang = 'ja_JP' if locale.startswith('ja') else 'en_US'
    return options


class Demo:
    """The whole story on one database, with the servers that it needs."""

    def __init__(self, options, screen):
        self._options, self._screen = options, screen
        self._cycles = []

    def perform(self):
        """:return: whether every yen is explained"""
        start = time.monotonic()
        options = self._options
        if not options.no_serve:
            refuse_taken_port(options.port)
        with contextlib.ExitStack() as stack:
            self._screen.heading('Database and servers')
            with self._screen.bar('database from the template'):
                databases.create(options.database)
            agency = stack.enter_context(self._agency())
            with self._screen.bar('Odoo'):
                server = stack.enter_context(odoo.OdooServer(options.database))
            office = self._open(server, agency)
            for number, month in enumerate(options.cycles):
                self._close(office, month, options.cycles[number + 1:number + 2])
            findings = self._agree(office)
            self._screen.line(f'\n  {time.monotonic() - start:.0f} s in all')
            clean = not sum(each.unexplained for each in findings)
            server.stop()
            self._screen.line()
            for each in findings:
                self._screen.line(each.last_line)
            if not options.no_serve:
                self._serve(office, agency)
        return clean

    def _agency(self):
        folder = paths.state_dir('demo') / self._options.database
        shutil.rmtree(folder, ignore_errors=True)
        self._password = secrets.token_hex(8)
        return Simulator(
            folder, today=self._options.cycles[0],
            consignors=[company.agency_consignor(self._password)],
            settings={**company.AGENCY_SETTINGS, 'seed': self._options.seed})

    def _open(self, server, agency):
        """The company, and the subscribers with whom it opens."""
        options = self._options
        opening = options.cycles[0]
        client = Client(server.url, options.database,
                        context={'lang': options.lang, 'tz': 'Asia/Tokyo'})
        self._screen.heading(f'サンプル通信株式会社 opens on {opening}')
        with self._screen.bar('company, plans, collection service'):
            made = company.set_up(client, agency, self._password, sb_business_date=str(opening))
            client.write('res.users', client.uid, {'lang': options.lang})
        office = Office(client, made, agency, self._screen, options.seed)
        self._subscribers = people.subscribers(
            options.subscribers, options.seed, options.cycles)
        self._life = Life(client, Register(client, made), made, self._screen, self._subscribers)
        self._life.take_in(opening)
        self._screen.table(
            [(plan.name, plan.price, plan.timing, client.count(
                'smart.billing.contract', [('plan_id', '=', made.plans[plan.code])]))
             for plan in company.PLANS.values()],
            ('plan', 'yen', 'billed', 'contracts'))
        return office

    def _close(self, office, month, following):
        """One closing, and what the days until its last result bring."""
        self._screen.heading(f'Closing of {month:%Y-%m}')
        self._cycles.append(office.bill(month))
        office.second_debits = bool(following)
        for later in following:
            office.diary.append(
                (later.replace(day=NEWS_DAY), lambda: self._life.pass_month(later)))
        office.work()
        self._balance(office)

    def _balance(self, office):
        rows = audit.trial_balance(office.client)
        totals = tuple(sum(row[index] for row in rows) for index in (1, 2, 3))
        self._screen.heading(f'Trial balance (試算表) on {office.today}')
        self._screen.table([*rows, ('', *totals)], ('account', 'debit', 'credit', 'balance'))

    def _agree(self, office):
        """Compare everything with everything; show each comparison."""
        findings = [
            audit.examine(office, cycle, expect.contracts_due(
                self._subscribers, self._options.cycles, cycle.month))
            for cycle in self._cycles]
        # What concerns all cycles is counted with the last one.
        findings[-1].checks += audit.whole(office, findings)
        self._screen.heading('Do the books agree?')
        for each in findings:
            rows = [(check.what, check.left, check.right, check.difference)
                    for check in each.checks]
            self._screen.table(rows, (each.cycle.label, 'one', 'other', 'difference'))
            self._screen.line('  invoices: ' + ', '.join(
                f'{count} {kind or "UNEXPLAINED"}'
                for kind, count in sorted(each.kind_counts.items())))
            for name in each.mysteries:
                self._screen.line(f'  unexplained: {name}')
        return findings

    def _serve(self, office, agency):
        """The web client with its scheduled jobs, until Ctrl-C; the agency goes on living."""
        options = self._options
        with odoo.OdooServer(options.database, port=options.port, cron_threads=1) as server:
            self._screen.line(f'open {server.url} (admin / admin)')
            client = Client(server.url, options.database)
            with contextlib.suppress(KeyboardInterrupt):
                while server.process.poll() is None:
                    follow(client, office.company.id, agency)
                    time.sleep(2)


def follow(client, company_id, agency):
    """The agency lives until the company's business date, wherever a person has set it."""
    with contextlib.suppress(OSError, RpcError):    # busy, or on its way down
        today = client.row('res.company', company_id, ['sb_business_date'])['sb_business_date']
        if today and today > agency.status()['today']:
            agency.advance(today)


def refuse_taken_port(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(('127.0.0.1', port))
        except OSError as error:
            raise SetupError(f'Port {port} is in use; stop what runs there, or choose another '
                             f'one: make demo ARGS="--port 8070"') from error


def main(arguments=None):
    # A polite end of this process must end the servers that it started.
    signal.signal(signal.SIGTERM, lambda *_args: sys.exit(143))
    options = options_of(arguments)
    try:
        return 0 if Demo(options, Screen()).perform() else 1
    except (SetupError, RpcError, OfficeError, IntakeError) as error:
        say(f'error: {error}')
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == '__main__':
    sys.exit(main())

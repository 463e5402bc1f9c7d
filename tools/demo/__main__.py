"""`python -m tools.demo`: 300 subscribers, two closings, and the web client to look at it."""
import argparse
import contextlib
import shutil
import sys
import time
from datetime import date

from tests.simulators.client import Simulator
from tools import databases, odoo, paths, venv

from . import show
from .books import trial_balance
from .cycle import perform
from .persons import people
from .rpc import Odoo
from .shop import CONSIGNOR, Shop
from .subscribers import enter, live_a_month

DATABASE = 'smart_billing_demo'
PORT = 8069
# Results of comparable consumer businesses: most debits succeed, most failures lack funds.
MIX = {'0': 945, '1': 38, '2': 5, '3': 4, '4': 4, '8': 2, '9': 2}


def options_of(arguments):
    parser = argparse.ArgumentParser(prog='make demo', description=__doc__)
    parser.add_argument('--subscribers', type=int, default=300)
    parser.add_argument('--cycles', default='2026-10,2026-11',
                        help='months to close, in order, e.g. 2026-10,2026-11')
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--port', type=int, default=PORT)
    parser.add_argument('--database', default=DATABASE)
    parser.add_argument('--no-serve', action='store_true', help='end instead of serving')
    options = parser.parse_args(arguments)
    options.months = [date.fromisoformat(f'{month}-01') for month in options.cycles.split(',')]
    return options


def main(arguments=None):
    options = options_of(arguments)
    begun = time.monotonic()
    show.heading('database and server')
    databases.create(options.database)
    with contextlib.ExitStack() as stack:
        port = None if options.no_serve else options.port
        server = stack.enter_context(odoo.OdooServer(options.database, port=port))
        lines, clean = live(server, options)
        print(f'\ndone in {time.monotonic() - begun:.0f} s\n')
        print('\n'.join(lines), flush=True)
        if not options.no_serve:
            print(f'open {server.url} (admin / admin)', flush=True)
            with contextlib.suppress(KeyboardInterrupt):
                server.wait()
    return 0 if clean else 1


def live(server, options):
    """Play all cycles. :return: (last lines, whether everything is explained)"""
    client = Odoo(server.url, options.database)
    state = paths.state_dir('demo') / 'agency'
    shutil.rmtree(state, ignore_errors=True)
    first = options.months[0]
    agency = Simulator(
        state, today=first, consignors=[CONSIGNOR], python=str(venv.ensure()),
        settings={'mix': MIX, 'seed': options.seed, 'debit_days': [27]})
    lines, clean = [], True
    with agency:
        show.heading(f'{options.subscribers} subscribers from {first}')
        shop = Shop(client, agency, first)
        shop.advance(agency, first)
        contracts = enter(shop, people(options.subscribers, options.seed), first, options.seed)
        everyone = [contract for door in contracts.values() for contract in door]
        for number, month in enumerate(options.months):
            if number:
                changes = live_a_month(shop, everyone, month, options.seed + number)
                show.heading(f'during {month:%Y-%m}')
                show.table(('cancelled', 'changed plan', 'paused'), [tuple(changes.values())])
            counts, findings = perform(shop, agency, month)
            balanced = trial_balance(client)
            for finding in findings:
                print(f'   unexplained: {finding}')
            clean = clean and not findings and balanced
            lines.append(f'cycle {month:%Y-%m}: ' + ' '.join(
                f'{name}={count}' for name, count in counts.items()))
    return lines, clean


if __name__ == '__main__':
    sys.exit(main())

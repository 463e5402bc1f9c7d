"""How fast a usage file loads through the scheduled job, and with how much memory.

A database with contracts is made, a file with rows for them is uploaded, and a process of its own
loads it as the scheduler does: a committed set of rows after the other. Some rows are bad. The
last line is for machines.
"""

import argparse
import base64
import os
import resource
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

from tools import databases, odoo

COMPANY = {'currency': 'JPY', 'rounding': 'floor', 'proration': 'actual_days',
           'timezone': 'Asia/Tokyo', 'tax_percent': 10, 'tax_rounding': 'floor'}
FIRST = date(2026, 10, 1)
DAYS = 31
# One row in so many is bad: the others load.
BAD = 10_000
HEADER = 'contract,metric,quantity,date,external_id,subject\n'


def main() -> int:
    """Run the benchmark and return an exit code."""
    parser = argparse.ArgumentParser(prog='python -m tests.load.usage', description=__doc__)
    parser.add_argument('--rows', type=int, default=1_000_000)
    parser.add_argument('--contracts', type=int, default=10_000)
    parser.add_argument('--load', nargs=2, metavar=('DATABASE', 'IMPORT'), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.load:
        return load(options.load[0], int(options.load[1]))
    name = f'bench_usage_{os.getpid()}'
    databases.create(name)
    try:
        record = prepare(name, options.rows, options.contracts)
        print(run_loader(name, record, options.rows))
        return 0
    finally:
        databases.drop(name)


def run_loader(name, record, rows):
    """:return: the line for machines, from what the loading process printed last"""
    result = subprocess.run(
        [sys.executable, '-m', 'tests.load.usage', '--load', name, str(record)],
        check=True, capture_output=True, text=True)
    *told, last = result.stdout.splitlines()
    print('\n'.join(told))
    seconds, peak = map(float, last.split())
    return (f'bench-usage: rows={rows} seconds={seconds:.1f} rows_per_s={rows / seconds:.0f} '
            f'peak_mb={peak:.0f}')


@contextmanager
def environment(name):
    """An Odoo environment on a database, in this process."""
    os.environ.update(odoo.environment())
    sys.path.insert(0, os.environ['PYTHONPATH'])
    from odoo import SUPERUSER_ID, api
    from odoo.modules.registry import Registry
    from odoo.tools import config

    config.parse_config(
        ['-c', str(odoo.write_config()), '--no-http', '--log-level=warn'], setup_logging=True)
    with Registry(name).cursor() as cursor:
        yield api.Environment(cursor, SUPERUSER_ID, {'lang': 'en_US', 'tz': 'Asia/Tokyo'})


def prepare(name, rows, contracts):
    """Contracts and an uploaded file. :return: id of the import"""
    with environment(name) as env, tempfile.TemporaryDirectory() as folder:
        from tests.scenarios import odoo_world

        company = odoo_world.company_for(env, COMPANY)
        env = env(context={**env.context, 'allowed_company_ids': company.ids,
                           'tracking_disable': True})
        company = company.with_env(env)
        company.sb_business_date = FIRST + timedelta(days=DAYS)
        numbers = make_contracts(company, contracts)
        path = Path(folder) / 'usage.csv'
        write_file(path, numbers, rows)
        mapping = env['smart.billing.usage.mapping'].create({
            'name': 'Bench', 'company_id': company.id, 'subject_column': 'subject'})
        record = env['smart.billing.usage.import'].create({
            'name': path.name, 'mapping_id': mapping.id,
            'content': base64.b64encode(path.read_bytes()), 'company_id': company.id})
        record.action_start()
        env.cr.commit()
        print(f'{len(numbers)} contracts, a file of {rows} rows and {record.size} bytes',
              flush=True)
        return record.id


def make_contracts(company, count):
    """:return: numbers of confirmed contracts on a metered plan"""
    from tests.scenarios import odoo_world

    env = company.env
    odoo_world.metric_for(company, 'calls')
    plan = odoo_world.make_plan(company, 'metered', {
        'trial_days': 0, 'versions': [{'from': date(2000, 1, 1), 'charges': {'calls': {
            'type': 'usage', 'model': 'per_unit', 'price': '0.5', 'every': {'month': 1},
            'metric': 'calls', 'timing': 'advance', 'prorate': 'both', 'credit': 'prorate'}}}],
    }, 'Metered')
    account = odoo_world.make_account(company, 'Payer', {'billing_day': 1})
    contracts = env['smart.billing.contract']
    for _part in range(0, count, 1000):
        some = contracts.create([
            {'account_id': account.id, 'start_plan_id': plan.id, 'date_start': FIRST}
            for _number in range(min(1000, count - len(contracts)))])
        some.action_confirm()
        env.cr.commit()
        contracts += some
    return contracts.mapped('name')


def write_file(path, numbers, rows):
    days = [str(FIRST + timedelta(days=day)) for day in range(DAYS)]
    with path.open('w', encoding='utf-8') as stream:
        stream.write(HEADER)
        for row in range(rows):
            number = 'nobody' if row % BAD == BAD - 1 else numbers[row * 7919 % len(numbers)]
            stream.write(f'{number},calls,{row % 97}.{row % 10},{days[row % DAYS]},ev-{row:012},'
                         f'device-{row % 5000}\n')


def load(name, record_id):
    """What the scheduler does, in this process; prints the counts, then seconds and megabytes."""
    with environment(name) as env:
        record = env['smart.billing.usage.import'].browse(record_id)
        begin, python, server = time.monotonic(), time.process_time(), server_seconds(env)
        while record.state in ('waiting', 'loading'):
            env['smart.billing.usage.import']._cron_load()
            env.invalidate_all()
        seconds = time.monotonic() - begin
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f'{record.state}: {record.loaded_count} loaded, {record.known_count} known, '
              f'{record.problem_count} not loaded {record.problem or ""}')
        print(f'processor: {time.process_time() - python:.1f} s in the process, '
              f'{server_seconds(env) - server:.1f} s in its database session')
        read_for_planner(env, record.company_id)
        print(seconds, peak)
    return 0


def server_seconds(env):
    """What the session's server process has used of the processor; 0 where it runs elsewhere."""
    env.cr.execute('SELECT pg_backend_pid()')
    path = Path(f'/proc/{env.cr.fetchone()[0]}/stat')
    if not path.is_file():
        return 0
    used = path.read_text().rpartition(')')[2].split()
    return (int(used[11]) + int(used[12])) / os.sysconf('SC_CLK_TCK')


def read_for_planner(env, company):
    """What a run needs to read of all this."""
    from odoo.addons.smart_billing.engine import facts

    accounts = env['smart.billing.account'].search([('company_id', '=', company.id)])
    begin = time.monotonic()
    told = facts.read_accounts(env, accounts.ids)
    rows = sum(len(contract.usage) for account in told.values() for contract in account.contracts)
    print(f'the planner reads {rows} rows in {time.monotonic() - begin:.1f} s')


if __name__ == '__main__':
    sys.exit(main())

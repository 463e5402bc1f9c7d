"""Usage through a real server: two front systems at once, and a file whose server is killed."""
import base64
import concurrent.futures
import os
import time

import pytest

from tools import databases, odoo
from tools.demo.rpc import Client

USAGE, FILE = 'smart.billing.usage', 'smart.billing.usage.import'
ROWS = 60_000
PATIENCE = 180


@pytest.fixture(scope='module')
def database():
    name = f'e2e_usage_{os.getpid()}'
    databases.create(name)
    try:
        yield name
    finally:
        databases.drop(name)


def served(database):
    return odoo.OdooServer(database, cron_threads=1)


@pytest.fixture(scope='module')
def number(database):
    """The number of a contract on a metered plan."""
    with served(database) as server:
        client = Client(server.url, database)
        company = client.find('res.company')
        client.write('res.company', company, {'sb_business_date': '2026-11-01'})
        metric = client.create('smart.billing.metric', {'name': 'Calls', 'code': 'calls'})
        product = client.create('product.product', {'name': 'Metered', 'type': 'service'})
        charge = {'name': 'Calls', 'code': 'calls', 'charge_type': 'usage', 'model': 'per_unit',
                  'price': 10, 'metric_id': metric, 'product_id': product}
        plan = client.create('smart.billing.plan', {
            'name': 'Metered', 'code': 'metered', 'version_ids': [
                (0, 0, {'date_from': '2026-01-01', 'charge_ids': [(0, 0, charge)]})]})
        account = client.create('smart.billing.account', {
            'partner_id': client.create('res.partner', {'name': 'Subscriber'})})
        contract = client.create('smart.billing.contract', {
            'account_id': account, 'start_plan_id': plan, 'date_start': '2026-10-01'})
        client.press('smart.billing.contract', contract, 'action_confirm')
        client.create('smart.billing.usage.mapping', {'name': 'Plain'})
        return client.row('smart.billing.contract', contract, ['name'])['name']


def totals(client, prefix):
    [row] = client.groups(
        USAGE, [('external_id', '=like', f'{prefix}%')], [], ['__count', 'quantity:sum'])
    return row['__count'], row['quantity:sum']


def test_two_front_systems_send_the_same_rows_at_once(database, number):
    rows = [{'contract': number, 'metric': 'calls', 'quantity': 1, 'date': '2026-10-10',
             'external_id': f'race-{row}'} for row in range(3000)]
    with served(database) as server:
        clients = [Client(server.url, database) for _front in range(3)]
        with concurrent.futures.ThreadPoolExecutor(len(clients)) as threads:
            answers = list(threads.map(
                lambda client: client.call(USAGE, 'load_usage', rows), clients))
        assert [answer['problems'] for answer in answers] == [[]] * len(clients)
        assert sum(answer['loaded'] for answer in answers) == len(rows)
        assert answers[0]['ids'] == answers[1]['ids'] == answers[2]['ids']
        assert totals(clients[0], 'race-') == (len(rows), len(rows))


def test_a_file_whose_server_is_killed_is_loaded_once(database, number):
    text = 'contract,metric,quantity,date,external_id\n' + ''.join(
        f'{number},calls,1,2026-10-{row % 31 + 1:02},file-{row}\n' for row in range(ROWS))
    with served(database) as server:
        client = Client(server.url, database)
        record = client.create(FILE, {
            'name': 'big.csv', 'content': base64.b64encode(text.encode()).decode()})
        client.press(FILE, record, 'action_start')
        begun = wait_for(client, record, lambda row: row['line_done'] > 0)
        server.kill()
    assert begun['loaded_count'] < ROWS, 'the server was killed too late to prove anything'
    with served(database) as server:
        client = Client(server.url, database)
        done = wait_for(client, record, lambda row: row['state'] == 'done')
        assert (done['loaded_count'], done['known_count'], done['problem_count']) == (ROWS, 0, 0)
        assert totals(client, 'file-') == (ROWS, ROWS)


def wait_for(client, record, reached):
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        row = client.row(FILE, record, [
            'state', 'line_done', 'loaded_count', 'known_count', 'problem_count', 'problem'])
        if reached(row):
            return row
        time.sleep(0.05)
    raise TimeoutError(row)

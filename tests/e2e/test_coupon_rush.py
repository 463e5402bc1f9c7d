"""A coupon with three places, asked for by twelve at the same moment.

Odoo is a server process of its own with four workers, so the transactions really meet in the
database. Whoever comes too late is told so; nobody is given a place twice.
"""
import os
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from tools import databases, odoo
from tools.demo.rpc import Client, RpcError

CONTRACT, DISCOUNT = 'smart.billing.contract', 'smart.billing.discount'
PLACES, CROWD = 3, 12


@pytest.fixture(scope='module')
def client():
    name = f'e2e_coupon_rush_{os.getpid()}'
    databases.create(name)
    try:
        with odoo.OdooServer(name, workers=4) as server:
            yield Client(server.url, server.database, context={'lang': 'en_US'})
    finally:
        databases.drop(name)
        (odoo.paths.state_dir('logs') / f'server-{name}.log').unlink(missing_ok=True)


@pytest.fixture(scope='module')
def plan(client):
    fee = client.create('product.product', {'name': 'Fee', 'type': 'service'})
    return client.create('smart.billing.plan', {
        'name': 'Rushed', 'code': 'rushed', 'version_ids': [(0, 0, {
            'date_from': '2026-01-01', 'charge_ids': [(0, 0, {
                'name': 'Fee', 'price': 1000, 'product_id': fee})]})]})


def make_contracts(client, plan, accounts):
    contracts = client.create(CONTRACT, [
        {'account_id': account, 'start_plan_id': plan, 'date_start': '2026-10-01'}
        for account in accounts])
    client.press(CONTRACT, contracts, 'action_confirm')
    return contracts


def make_accounts(client, count):
    partners = client.create('res.partner', [{'name': f'Customer {n}'} for n in range(count)])
    return client.create('smart.billing.account', [{'partner_id': one} for one in partners])


def rush(client, contracts, coupon):
    """Everybody asks at once; the answers, '' for yes."""
    barrier = Barrier(len(contracts))
    clients = [client.another() for _contract in contracts]

    def ask(asker, contract):
        barrier.wait()
        try:
            asker.call(CONTRACT, 'add_event', [contract], 'add_discount', '2026-10-01',
                       coupon_code=coupon)
        except RpcError as error:
            return str(error)
        return ''

    with ThreadPoolExecutor(len(contracts)) as pool:
        return list(pool.map(ask, clients, contracts))


def given(client, discount):
    return client.rows(f'{DISCOUNT}.redemption', [('discount_id', '=', discount)],
                       ['number', 'account_number', 'contract_id'], order='number')


def test_each_place_is_given_once(client, plan):
    discount = client.create(DISCOUNT, {
        'name': 'Rush', 'coupon_code': 'RUSH', 'percent': 10, 'max_redemptions': PLACES})
    contracts = make_contracts(client, plan, make_accounts(client, CROWD))
    answers = rush(client, contracts, 'RUSH')
    refused = [answer for answer in answers if answer]
    assert len(refused) == CROWD - PLACES, answers
    assert all('as often as it may' in answer for answer in refused), refused
    assert [row['number'] for row in given(client, discount)] == [1, 2, 3]
    events = client.rows('smart.billing.contract.event', [('discount_id', '=', discount)],
                         ['contract_id'])
    assert ({row['contract_id'][0] for row in events}
            == {contract for contract, answer in zip(contracts, answers) if not answer})


def test_one_account_is_given_it_once(client, plan):
    discount = client.create(DISCOUNT, {
        'name': 'Once', 'coupon_code': 'ONCE', 'percent': 10, 'max_per_account': 1})
    [account] = make_accounts(client, 1)
    answers = rush(client, make_contracts(client, plan, [account] * 6), 'ONCE')
    assert answers.count('') == 1, answers
    assert [row['account_number'] for row in given(client, discount)] == [1]

"""The gateway as a process: killed, started again, commanded; and what it leaves on the disk."""
import http.client
import re
import socket
import ssl
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.simulators.client import SimulatorError
from tests.simulators.gateway import handmade
from tests.simulators.gateway.client import CardGateway
from tests.simulators.gateway.handmade import GOOD, IDS, Client

LOST = (OSError, http.client.HTTPException)


def pay(shop, order):
    return shop.call('authorise', cust_code='K1', order_id=order, amount=1000, sales_flg=1)


def test_killed_while_it_charges_it_knows_what_it_did(tmp_path):
    gateway = CardGateway(tmp_path)
    gateway.start()
    with Client(gateway) as shop:
        shop.call('store_card', cust_code='K1', **gateway.token(GOOD, '12/30'))
    answered, running = [], threading.Event()

    def charge(number):
        try:
            with Client(gateway) as shop:
                for count in range(200):
                    order = f'O-{number}-{count}'
                    if pay(shop, order)['res_result'] == 'OK':
                        answered.append(order)
                        running.set()
        except LOST:
            pass
    with ThreadPoolExecutor(3) as pool:
        pool.map(charge, range(3))
        running.wait(10)
        time.sleep(0.1)
        gateway.kill()
    gateway.start()
    try:
        books = gateway.books()
        charged = {order['order_id'] for order in books['orders']}
        assert answered and set(answered) <= charged
        assert len(charged) <= len(answered) + 3       # at most one a client was on its way
        assert books['totals']['captured'] == {
            'count': len(charged), 'amount': 1000 * len(charged)}
        with Client(gateway) as shop:
            assert pay(shop, answered[0])['res_err_code'] == '10196004'
    finally:
        gateway.stop()


def test_a_restart_keeps_ports_secrets_and_certificate(tmp_path):
    with CardGateway(tmp_path, shops=[{'merchant_id': '10000', 'service_id': '001',
                                       'hash_key': 'given'}]) as gateway:
        before = gateway.url, gateway.shop, open(gateway.certificate).read()
        assert gateway.shop['hash_key'] == 'given' and len(gateway.shop['password']) == 24
        with pytest.raises(SimulatorError, match='started already'):
            gateway.start()
        gateway.stop()
        gateway.start()
        assert (gateway.url, gateway.shop, open(gateway.certificate).read()) == before
        with Client(gateway) as shop:
            assert shop.call('inquire', order_id='X')['status'] == 'NONE'


def test_the_wrong_command_line(tmp_path):
    config = tmp_path / 'config.json'
    for text in ('{"settings": {"hash": "md5"}}', '{"shops": [{"merchant_id": "1"}]}', 'nonsense',
                 '{"shops": [{"merchant_id": "12345", "service_id": "001", "cipher_key": "x"}]}'):
        config.write_text(text)
        done = subprocess.run(
            [sys.executable, '-m', 'tests.simulators.gateway', '--state', tmp_path / 's',
             '--config', config], capture_output=True, text=True, timeout=60)
        assert done.returncode == 2 and done.stdout == '' and 'Error' in done.stderr


def test_wrong_commands_are_answered(card_gateway):
    for name, values in (('nonsense', {}), ('_command', {}), ('advance', {'to': '2020-01-01'}),
                         ('fault', {'kind': 'x'}), ('configure', {'settings': {'x': 1}}),
                         ('charge_back', {'shop': '30132101', 'order_id': 'X'}),
                         ('token', {'shop': '30132101', 'number': '1', 'expiry': '1'}),
                         ('register', {'merchant_id': 'x', 'service_id': '1'})):
        with pytest.raises(SimulatorError):
            card_gateway.command(name, **values)
    assert card_gateway.status()['faults'] == []


def test_no_card_number_and_no_secret_comes_to_rest(tmp_path):
    """The whole number, typed in every way there is, and the shop's keys in the log."""
    number = GOOD.replace(' ', '')
    with CardGateway(tmp_path) as gateway:
        with Client(gateway) as shop:
            form = f'merchant_id=30132&service_id=101&cc_number={number}&cc_expiration=12%2F30'
            kind = {'Content_Type': 'application/x-www-form-urlencoded'}
            for path in ('/token', '/token/page', '/nothing', '/3ds/x'):
                shop.http('POST', path, form.encode(), **kind)
                shop.http('POST', path, form.replace('1111&', '1112&').encode(), **kind)
            shop.http('GET', f'/token/page?{form}')
            shop.http('GET', f'/{number}')
            values = shop.envelope({'order_id': 'X', 'cc_number': number})
            shop.post(handmade.request(IDS['inquire'], values, shop.shop['hash_key']))
            shop.call('store_card', cust_code='K1', **gateway.token(GOOD, '12/30'))
            # A request line that the server cannot make sense of.
            context = ssl.create_default_context(cafile=gateway.certificate)
            with socket.create_connection((gateway.host, gateway.port)) as plain:
                with context.wrap_socket(plain, server_hostname='127.0.0.1') as line:
                    line.sendall(f'{number} nonsense {number} x\r\n\r\n'.encode())
                    line.recv(1000)
        log = gateway.log()
        secrets = [gateway.shop[name] for name in ('password', 'hash_key', 'cipher_key')]
    assert log.count('POST') > 5 and not [secret for secret in secrets if secret in log]
    seen = re.compile(rb'[0-9]{14,}')
    for path in tmp_path.rglob('*'):
        if path.is_file():
            found = [text for text in seen.findall(path.read_bytes()) if number.encode() in text]
            assert found == [], path
    assert '************1111' in (tmp_path / 'journal.jsonl').read_text()

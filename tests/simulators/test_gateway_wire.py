"""The gateway over HTTPS: logins, limits, cut lines, files. Real sockets on loopback."""
import http.client
import json
import socket
import ssl
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.simulators.gateway import handmade, seal
from tests.simulators.gateway.client import CardGateway
from tests.simulators.gateway.handmade import GOOD, IDS, Client

LOST = (OSError, http.client.HTTPException)
_numbers = iter(range(10**6))


def fresh(name='ORDER'):
    """A name that no other test of the shared process uses."""
    return f'{name}-{next(_numbers)}'


@pytest.fixture
def customer(card_gateway, shop):
    """A customer with a stored card."""
    code = fresh('CUSTOMER')
    assert shop.call('store_card', cust_code=code, **card_gateway.token(GOOD, '12/30')
                     )['res_result'] == 'OK'
    return code


def pay(shop, customer, order, **more):
    return shop.call('authorise', cust_code=customer, order_id=order,
                     **{'amount': 1000, 'sales_flg': 1, **more})


def state(shop, order):
    return shop.call('inquire', order_id=order)['status']


# ---------------------------------------------------------------- calls
def test_a_whole_life_over_the_wire(card_gateway, shop):
    code, order = fresh('CUSTOMER'), fresh()
    card = shop.call('store_card', cust_code=code, **card_gateway.token(GOOD, '12/30'))
    assert shop.call('check', cust_code=code, order_id=f'{order}-C', amount=0)['status'] == 'CHECK'
    sold = pay(shop, code, order, sales_flg=0, item_name='利用料①', tax=90)
    assert sold['status'] == 'AUTH'
    assert shop.call('capture', order_id=order, amount=1000,
                     tracking_id=sold['res_tracking_id'])['status'] == 'SALES'
    assert shop.call('refund', order_id=order, refund_no=1, amount=400)['amount'] == '400'
    found = shop.call('inquire', order_id=order)
    assert (found['captured_amount'], found['refunded_amount'], found['refund_no']) == (
        '1000', '400', '1')
    assert shop.call('read_card', cust_code=code)['card_ref'] == card['card_ref']
    assert shop.call('delete_card', cust_code=code)['res_result'] == 'OK'
    kept = card_gateway.order(order)
    assert (kept['captured'], kept['refunded'], kept['kept']) == (1000, 400, 600)


@pytest.mark.parametrize('cipher, block', [('aes', 16), ('3des', 8)])
def test_encrypted_fields(card_gateway, shop, cipher, block):
    card_gateway.configure(cipher=cipher)
    lengths = seal.key_lengths(cipher)
    lock = seal.Lock(cipher, shop.shop['cipher_key'][:lengths[0]],
                     shop.shop['cipher_iv'][:lengths[1]], 'Shift_JIS')
    code, token = fresh('CUSTOMER'), card_gateway.token(GOOD, '12/30')
    values = shop.envelope({'cust_code': code, **token}, encrypted_flg=1)
    body = handmade.request(IDS['store_card'], values, shop.shop['hash_key'])
    for value in token.values():
        body = body.replace(value.encode(), lock.shut(value).encode())
    answer = dict(handmade.leaves(shop.post(body)))
    assert answer['encrypted_flg'] == '1'
    assert answer['cc_number'] == lock.shut('************1111')
    assert b'1111' not in lock.shut('************1111').encode()
    spoiled = body.replace(lock.shut(token['token']).encode(), b'YQ==')
    assert dict(handmade.leaves(shop.post(spoiled)))['res_err_code'] == '10106217'


def test_without_the_flag_fields_are_plain(card_gateway, shop):
    card_gateway.configure(cipher='aes')
    values = shop.envelope({'cust_code': fresh('CUSTOMER'), **card_gateway.token(GOOD, '12/30')})
    body = handmade.request(IDS['store_card'], values, shop.shop['hash_key'])
    assert dict(handmade.leaves(shop.post(body)))['res_result'] == 'OK'


# ---------------------------------------------------------------- who may call
def test_another_certificate_is_met_by_a_careful_client(card_gateway):
    card_gateway.change_certificate()
    try:
        with Client(card_gateway) as shop, pytest.raises(ssl.SSLCertVerificationError):
            shop.http('GET', '/token.js')
    finally:
        card_gateway.restore_certificate()
    with Client(card_gateway) as shop:
        assert shop.http('GET', '/token.js')[0] == 200


def test_the_certificate_is_of_this_address_alone(card_gateway):
    context = ssl.create_default_context(cafile=card_gateway.certificate)
    with socket.create_connection((card_gateway.host, card_gateway.port)) as plain:
        with pytest.raises(ssl.SSLCertVerificationError, match='mismatch'):
            context.wrap_socket(plain, server_hostname='gateway.example')


def test_plain_http_is_no_conversation(card_gateway):
    connection = http.client.HTTPConnection(card_gateway.host, card_gateway.port, timeout=5)
    with pytest.raises(LOST):
        connection.request('GET', '/token.js')
        connection.getresponse()
    connection.close()


@pytest.mark.parametrize('login', [('30132101', 'wrong'), ('30132102', ''), ('', '')])
def test_a_wrong_login(card_gateway, login):
    with Client(card_gateway) as shop:
        body = handmade.request(IDS['inquire'], shop.envelope({'order_id': 'X'}),
                                shop.shop['hash_key'])
        assert shop.http('POST', '/api', body, login=login, Content_Type='text/xml')[0] == 401
        assert shop.http('GET', '/files/results/', login=login)[0] == 401


def test_without_logins_by_agreement(card_gateway, shop):
    card_gateway.configure(basic_auth=False)
    body = handmade.request(IDS['inquire'], shop.envelope({'order_id': 'X'}), shop.shop['hash_key'])
    status, answer, _headers = shop.http('POST', '/api', body, login=('', ''),
                                         Content_Type='text/xml')
    assert status == 200 and b'>NONE<' in answer


@pytest.mark.parametrize('method, path, body, kind, status', [
    ('POST', '/api', b'<x/>', 'application/json', 415), ('POST', '/nothing', b'x', 'text/xml', 404),
    ('GET', '/nothing', b'', '', 404), ('PUT', '/files/results/x.csv', b'x', 'text/csv', 404),
    ('GET', '/files/nothing/', b'', '', 404), ('GET', '/files/results/x.csv', b'', '', 404),
    ('POST', '/api', b'x' * 70000, 'text/xml', 413), ('DELETE', '/api', b'', '', 501)])
def test_what_is_not_served(card_gateway, method, path, body, kind, status):
    with Client(card_gateway) as shop:
        try:
            assert shop.http(method, path, body, Content_Type=kind)[0] == status
        except (BrokenPipeError, ConnectionResetError, ssl.SSLError):
            assert status == 413        # refused before the body was sent


# ---------------------------------------------------------------- trouble on the line
@pytest.mark.parametrize('kind, charged', [
    ('cut_before', False), ('cut_after', True), ('cut_inside', True)])
def test_a_cut_line_before_and_after_the_charge(card_gateway, shop, customer, kind, charged):
    order = fresh()
    card_gateway.fault(kind, order=order)
    with Client(card_gateway) as other, pytest.raises(LOST):
        pay(other, customer, order)
    assert state(shop, order) == ('CAPTURE' if charged else 'NONE')
    if charged:
        assert pay(shop, customer, order)['res_err_code'] == '10196004'
    else:
        assert pay(shop, customer, order)['res_result'] == 'OK'
    assert card_gateway.order(order)['captured'] == 1000


@pytest.mark.parametrize('kind, charged', [('error_before', False), ('error_after', True)])
def test_http_500_before_and_after_the_charge(card_gateway, shop, customer, kind, charged):
    order = fresh()
    card_gateway.fault(kind, call='authorise', order=order)
    body = handmade.request(IDS['authorise'], shop.envelope({
        'cust_code': customer, 'order_id': order, 'amount': 1000}), shop.shop['hash_key'])
    assert shop.http('POST', '/api', body, Content_Type='text/xml')[0] == 500
    assert state(shop, order) == ('AUTH' if charged else 'NONE')


@pytest.mark.parametrize('kind, charged', [('delay', False), ('late_answer', True)])
def test_a_client_that_gives_up_waiting(card_gateway, shop, customer, kind, charged):
    """Also what was only slow is charged in the end: giving up takes nothing back."""
    order = fresh()
    card_gateway.fault(kind, seconds=0.6, order=order, call='authorise')
    with Client(card_gateway, timeout=0.2) as hasty, pytest.raises(TimeoutError):
        pay(hasty, customer, order)
    assert state(shop, order) == ('CAPTURE' if charged else 'NONE')
    deadline = time.monotonic() + 10
    while state(shop, order) == 'NONE' and time.monotonic() < deadline:
        time.sleep(0.05)
    assert state(shop, order) == 'CAPTURE'


SPOILED = {
    'wrong_hash': b'<res_result>OK', 'no_hash': b'<res_result>OK', 'truncated': b'<res_result>OK',
    'not_xml': b'<html>', 'empty': b'', 'wrong_encoding': b'\x81\xff',
    'entity_bomb': b'<!ENTITY e9', 'external_entity': b'SYSTEM "file:',
    'unknown_result': b'<res_result>XX', 'unknown_status': b'<status>REQSUCCESS',
    'other_order': b'X</order_id>', 'other_amount': b'<amount>1001<',
    'other_currency': b'<currency>USD<'}
SIGNED = ('unknown_result', 'unknown_status', 'other_order', 'other_amount', 'other_currency')


@pytest.mark.parametrize('kind', SPOILED)
def test_a_spoiled_answer_about_a_charge_that_was_made(card_gateway, shop, customer, kind):
    order = fresh()
    card_gateway.fault(kind, order=order)
    body = handmade.request(IDS['authorise'], shop.envelope({
        'cust_code': customer, 'order_id': order, 'amount': 1000, 'sales_flg': 1}),
        shop.shop['hash_key'])
    answer = shop.post(body)
    assert SPOILED[kind] in answer
    if kind in SIGNED:
        shop.checked(answer)
    else:
        with pytest.raises((AssertionError, KeyError, UnicodeDecodeError)):
            shop.checked(answer)
    assert card_gateway.order(order)['captured'] == 1000
    assert state(shop, order) == 'CAPTURE'


def test_a_fault_strikes_as_often_as_ordered_and_where(card_gateway, shop, customer):
    order = fresh()
    card_gateway.fault('unknown_result', call='inquire', order=order, times=2)
    card_gateway.fault('unknown_result', customer='NOBODY*', times=0)
    assert pay(shop, customer, order)['res_result'] == 'OK'
    assert [shop.call('inquire', order_id=order)['res_result'] for _ in range(3)] == [
        'XX', 'XX', 'OK']
    assert card_gateway.clear_faults() == 1


def test_faults_drawn_by_weight_are_repeatable(card_gateway, shop, customer):
    def run(name):
        card_gateway.configure(fault_mix={'unknown_result': 300}, seed=3)
        return [shop.call('inquire', order_id=f'{name}-{number}')['res_result']
                for number in range(60)]
    name = fresh()
    first = run(name)
    assert 5 < first.count('XX') < 35
    assert 'OK' in first
    assert run(name) != first       # an order's second try has a lot of its own


# ---------------------------------------------------------------- limits
def test_a_rate_limit_by_status(card_gateway, customer):
    card_gateway.configure(rate_limit=5, rate_burst=3)
    with Client(card_gateway) as shop:
        seen = []
        for _ in range(4):
            body = handmade.request(IDS['inquire'], shop.envelope({'order_id': 'X'}),
                                    shop.shop['hash_key'])
            status, _answer, headers = shop.http('POST', '/api', body, Content_Type='text/xml')
            seen.append((status, headers['Retry-After']))
    assert seen == [(200, None)] * 3 + [(429, '1')]
    time.sleep(0.25)
    with Client(card_gateway) as shop:
        assert shop.call('inquire', order_id='X')['res_result'] == 'OK'


def test_a_rate_limit_by_code_does_nothing_else(card_gateway, customer):
    order = fresh()
    card_gateway.configure(rate_limit=1, rate_burst=1, rate_answer='code')
    with Client(card_gateway) as shop:
        shop.call('inquire', order_id='X')
        assert pay(shop, customer, order)['res_err_code'] == '10128999'
    assert card_gateway.order(order) is None


def test_a_limit_ordered_for_one_call(card_gateway, shop, customer):
    order = fresh()
    card_gateway.configure(rate_answer='code')
    card_gateway.fault('rate_limited', order=order)
    assert pay(shop, customer, order)['res_err_code'] == '10128999'
    assert pay(shop, customer, order)['res_result'] == 'OK'


def test_the_limit_is_kept_over_time(card_gateway):
    card_gateway.configure(rate_limit=40, rate_burst=1)
    card_gateway.reset_traffic()
    done = []
    end = time.monotonic() + 1

    def hammer(_number):
        with Client(card_gateway) as shop:
            while time.monotonic() < end:
                body = handmade.request(IDS['inquire'], shop.envelope({'order_id': 'X'}),
                                        shop.shop['hash_key'])
                done.append(shop.http('POST', '/api', body, Content_Type='text/xml')[0])
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(hammer, range(3)))
    traffic = card_gateway.traffic()
    assert traffic['calls']['inquire'] == done.count(200)
    assert done.count(200) <= 40 * traffic['seconds'] + 2
    assert traffic['rate_limited'] == done.count(429)
    assert done.count(200) > 10


def test_calls_at_once_are_counted(card_gateway, customer):
    card_gateway.reset_traffic()
    card_gateway.fault('delay', seconds=0.5, call='inquire', times=3)

    def ask(_number):
        with Client(card_gateway) as shop:
            return shop.call('inquire', order_id='X')['res_result']
    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(ask, range(3))) == ['OK'] * 3
    assert card_gateway.traffic()['at_once'] == 3


def test_a_silent_client_holds_nobody_up(card_gateway, shop):
    with socket.create_connection((card_gateway.host, card_gateway.port)):
        assert shop.call('inquire', order_id='X')['res_result'] == 'OK'
        with Client(card_gateway) as other:
            assert other.call('inquire', order_id='X')['res_result'] == 'OK'


# ---------------------------------------------------------------- files
def test_files_over_the_wire(tmp_path):
    with CardGateway(tmp_path, now='2026-10-01T09:00:00',
                     settings={'window_clock': 'machine', 'payout_bd': 1}) as gateway:
        with Client(gateway) as shop:
            stored = shop.call('store_card', cust_code='K1', **gateway.token(GOOD, '12/30'))
            pay(shop, 'K1', 'INV-1')
            gateway.change_card('K1', stored['card_ref'], valid=False)
            row = f'K1,{stored["card_ref"]}\r\n'
            request = f'cust_code,card_ref\r\n{row}'.encode()
            put = ('PUT', '/files/refresh/october.csv')
            assert shop.http(*put, b'nonsense\r\n')[:2] == (
                422, b'the first line must be cust_code,card_ref\n')
            assert shop.http(*put, request)[0] == 201
            assert shop.http(*put, request)[0] == 409
            events = [event['event'] for event in gateway.advance('2026-11-03')]
            assert events == ['results filed', 'refreshed filed', 'closed', 'payouts filed']
            listed = json.loads(shop.http('GET', '/files/refreshed/')[1])
            assert [file['name'] for file in listed] == ['october.csv']
            status, data, headers = shop.http('GET', '/files/refreshed/october.csv')
            assert (status, headers['Content-Type']) == (200, 'text/csv')
            assert data.decode().splitlines()[1] == row.strip() + ',8,,'
            assert shop.http('GET', '/files/results/30132101_20261001.csv')[1].count(b'\n') == 2
            assert b'INV-1,sale,1000' in shop.http('GET', '/files/payouts/30132101_20261031.csv')[1]
            assert gateway.files('payouts') == ['30132101_20261031.csv']
            # Another shop sees nothing of this.
            gateway.register('30132', '102')
            with Client(gateway, gateway.shops[1]) as other:
                assert json.loads(other.http('GET', '/files/results/')[1]) == []
                assert other.http('GET', '/files/results/30132101_20261001.csv')[0] == 404
                assert other.call('inquire', order_id='INV-1')['status'] == 'NONE'

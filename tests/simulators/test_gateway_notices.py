"""Notifications: signed, in order, until they are taken; and all that goes wrong with them."""
import hashlib
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.simulators.client import SimulatorError
from tests.simulators.gateway import handmade
from tests.simulators.gateway.client import CardGateway
from tests.simulators.gateway.handmade import GOOD, Client

NOTIFY = b'<sps-api-request id="NT01-00101-101">'
_numbers = iter(range(10**6))


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers['Content-Length']))
        status, answer = self.server.room.take(body, self.headers)
        self.send_response(status)
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_arguments):
        pass


class Receiver:
    """The shop's server: keeps what came; answers are told in advance, the last for ever."""

    def __init__(self):
        self.bodies, self.headers = [], []
        self.answers = [(200, b'OK')]
        self._server = ThreadingHTTPServer(('127.0.0.1', 0), _Handler)
        self._server.room = self
        self.url = f'http://127.0.0.1:{self._server.server_address[1]}/notify'
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def take(self, body, headers):
        self.bodies.append(body)
        self.headers.append(headers)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def rows(self):
        """What came, in order; orders by their last letters."""
        found = [dict(handmade.leaves(body)) for body in self.bodies]
        return [{**row, 'order_id': row['order_id'].rsplit('-', 1)[1]} for row in found]

    def told(self):
        return [(row['notice_type'], row['order_id']) for row in self.rows()]

    def close(self):
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def receiver():
    receiver = Receiver()
    yield receiver
    receiver.close()


class Room:
    """The shared gateway, orders of this test, notifications to this test's receiver."""

    def __init__(self, gateway, client):
        self.gateway, self.client = gateway, client
        self.name = f'NOTICE-{next(_numbers)}'
        self.before = len(gateway.notices())
        gateway.configure(notify_retry=0.05)
        client.call('store_card', cust_code=self.name, **gateway.token(GOOD, '12/30'))

    def order(self, letter):
        return f'{self.name}-{letter}'

    def pay(self, letter='A', **more):
        return self.client.call('authorise', cust_code=self.name, order_id=self.order(letter), **{
            'amount': 1000, 'sales_flg': 1, **more})

    def call(self, name, letter='A', **values):
        return self.client.call(name, order_id=self.order(letter), **values)

    def notices(self):
        return self.gateway.notices()[self.before:]

    def wait(self, seconds=10):
        return self.gateway.wait_for_notices(seconds)


@pytest.fixture
def room(card_gateway, shop, receiver):
    room = Room(card_gateway, shop)
    card_gateway.notify(receiver.url)
    yield room
    assert room.wait(1) == 0    # nothing is left for the next test


def test_each_thing_that_happens_is_told_once(room, receiver):
    room.gateway.script(orders={room.order('B'): '10122999'})
    room.pay('A', sales_flg=0)
    room.pay('B')
    room.call('capture', amount=900)
    room.call('refund', refund_no=7, amount=100)
    room.gateway.charge_back(room.order('A'))
    room.pay('C')
    room.call('cancel', 'C')
    assert room.wait() == 0
    found = receiver.rows()
    assert [(row['notice_type'], row['order_id'], row['status'], row['amount'], row['res_result'])
            for row in found] == [
        ('authorise', 'A', 'AUTH', '1000', 'OK'), ('authorise', 'B', 'PAYFAIL', '1000', 'NG'),
        ('capture', 'A', 'SALES', '900', 'OK'), ('refund', 'A', 'SALES', '100', 'OK'),
        ('chargeback', 'A', 'CHARGEBACK', '800', 'OK'), ('authorise', 'C', 'CAPTURE', '1000', 'OK'),
        ('cancel', 'C', 'VOID', '1000', 'OK')]
    assert found[3]['refund_no'] == '7' and found[1]['order_err_code'] == '10122999'
    assert len({row['notice_no'] for row in found}) == 7
    assert [notice['tries'] for notice in room.notices()] == [1] * 7


def test_a_notification_is_signed_and_dated(room, receiver):
    room.pay()
    room.wait()
    body, = receiver.bodies
    assert NOTIFY in body and receiver.headers[0]['Content-Type'] == 'text/xml; charset=Shift_JIS'
    found = dict(room.client.checked(body))
    assert (found['merchant_id'], found['service_id']) == ('30132', '101')
    assert abs(int(found['request_date']) - int(handmade.now())) < 10000
    assert found['limit_second'] == '600'


@pytest.mark.parametrize('answers', [
    [(500, b'OK')], [(200, b'NG,busy')], [(200, b'')], [(404, b'')], [(302, b'OK')]])
def test_it_comes_again_until_it_is_taken(room, receiver, answers):
    receiver.answers = [*answers, *answers, (200, b'OK,')]
    room.pay()
    assert room.wait() == 0
    assert receiver.told() == [('authorise', 'A')] * 3
    assert len({row['notice_no'] for row in receiver.rows()}) == 1
    assert room.notices()[0]['tries'] == 3
    assert len(room.notices()[0]['errors']) == 2


def test_who_is_not_there_is_told_later_also_after_a_kill(tmp_path, receiver):
    with ThreadingHTTPServer(('127.0.0.1', 0), _Handler) as nobody:
        closed = f'http://127.0.0.1:{nobody.server_address[1]}/notify'
    with CardGateway(tmp_path, settings={'notify_url': closed, 'notify_retry': 0.05}) as gateway:
        with Client(gateway) as shop:
            shop.call('store_card', cust_code='K1', **gateway.token(GOOD, '12/30'))
            shop.call('authorise', cust_code='K1', order_id='X-A', amount=1)
        assert gateway.wait_for_notices(0.3) == 1
        assert gateway.notices()[0]['errors']
        gateway.kill()
        gateway.start()
        gateway.notify(receiver.url)
        assert gateway.wait_for_notices() == 0
        assert receiver.told() == [('authorise', 'A')]


def test_only_what_was_agreed_is_told(room, receiver):
    room.gateway.notify(receiver.url, 'refund')
    room.pay()
    room.call('refund', refund_no=1, amount=1)
    room.wait()
    assert [row[0] for row in receiver.told()] == ['refund']
    room.gateway.notify('')
    room.pay('B')
    assert len(room.notices()) == 1


# ---------------------------------------------------------------- repeats and order
def test_a_notification_that_comes_twice(room, receiver):
    room.gateway.fault('notice_twice')
    room.pay()
    room.wait()
    assert receiver.told() == [('authorise', 'A')] * 2
    assert len({row['notice_no'] for row in receiver.rows()}) == 1


def test_a_notification_that_is_played_back_byte_for_byte(room, receiver):
    room.gateway.fault('notice_again')
    room.pay()
    room.wait()
    first, second = receiver.bodies
    assert first == second


def test_a_taken_notification_may_be_sent_again(room, receiver):
    room.pay()
    room.wait()
    room.gateway.send_notice_again(room.notices()[0]['number'])
    room.wait()
    assert len(receiver.bodies) == 2
    with pytest.raises(SimulatorError):
        room.gateway.send_notice_again('9')


def test_notifications_out_of_order(room, receiver):
    room.gateway.fault('notice_swapped', call='authorise')
    room.pay(sales_flg=0)
    room.call('capture', amount=1000)
    assert room.wait() == 0
    assert [row[0] for row in receiver.told()] == ['capture', 'authorise']


def test_late_and_withheld_notifications(room, receiver):
    room.gateway.fault('notice_late', order='*-A', seconds=0.4)
    room.gateway.fault('notice_withheld', order='*-B')
    for order in 'ABC':
        room.pay(order)
    start = time.monotonic()
    assert room.wait() == 0
    assert time.monotonic() - start > 0.2
    assert [row[1] for row in receiver.told()] == ['C', 'A']
    assert room.gateway.release_notices() == 1
    room.wait()
    assert [row[1] for row in receiver.told()] == ['C', 'A', 'B']


# ---------------------------------------------------------------- what must not be believed
FORGED = {
    'wrong_hash': b'<status>', 'no_hash': b'<status>', 'truncated': b'<status>',
    'not_xml': b'<html>', 'empty': b'', 'wrong_encoding': b'\x81\xff',
    'entity_bomb': b'<!ENTITY e9', 'external_entity': b'SYSTEM "file:'}


@pytest.mark.parametrize('kind', FORGED)
def test_a_forged_notification_then_the_right_one(room, receiver, kind):
    receiver.answers = [(400, b'NG'), (200, b'OK')]
    room.gateway.fault(f'notice_{kind}')
    room.pay()
    assert room.wait() == 0
    forged, right = receiver.bodies
    assert FORGED[kind] in forged
    with pytest.raises((AssertionError, KeyError, UnicodeDecodeError)):
        room.client.checked(forged)
    assert dict(room.client.checked(right))['status'] == 'CAPTURE'


@pytest.mark.parametrize('kind, name, value', [
    ('other_order', 'order_id', '-AX'), ('other_amount', 'amount', '1001'),
    ('other_currency', 'currency', 'USD'), ('unknown_status', 'status', 'REQSUCCESS')])
def test_a_signed_notification_of_something_else(room, receiver, kind, name, value):
    room.gateway.fault(f'notice_{kind}')
    room.pay()
    room.wait()
    assert dict(room.client.checked(receiver.bodies[0]))[name].endswith(value)


def test_a_stale_notification(room, receiver):
    room.gateway.fault('notice_stale')
    room.pay()
    room.wait()
    found = dict(room.client.checked(receiver.bodies[0]))
    sent = time.mktime(time.strptime(found['request_date'], '%Y%m%d%H%M%S'))
    now = time.mktime(time.strptime(handmade.now(), '%Y%m%d%H%M%S'))
    assert 7100 < now - sent < 7300


def test_notifications_follow_the_agreed_hash_and_character_set(room, receiver):
    room.pay()
    room.wait()
    room.gateway.configure(hash='sha512', charset='UTF-8')
    room.gateway.charge_back(room.order('A'))
    room.wait()
    found = handmade.leaves(receiver.bodies[-1], 'utf-8')
    plain = ''.join(value for name, value in found if name != 'sps_hashcode')
    assert dict(found)['sps_hashcode'] == hashlib.sha512(
        (plain + room.client.shop['hash_key']).encode()).hexdigest()

"""Messages and files of the card gateway against the simulated gateway, over HTTPS.

The simulator was written from the specification alone: where both sides agree here, they agree on
what the specification says and on the names that it leaves open.
"""
import json
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from odoo.addons.smart_billing.core.errors import DomainError
from odoo.addons.smart_billing_payment_easydo.wire import answers, card_files, message, operations
from odoo.addons.smart_billing_payment_easydo.wire.answers import Outcome
from odoo.addons.smart_billing_payment_easydo.wire.card_files import Refreshed
from odoo.addons.smart_billing_payment_easydo.wire.profile import (
    AES_CBC,
    SHA256,
    SHA512,
    TRIPLE_DES_CBC,
    UTF_8,
    Keys,
    Profile,
)

from tests.simulators.gateway import faults
from tests.simulators.gateway.client import CardGateway
from tests.simulators.gateway.handmade import GOOD, OTHER, Client

JST = timezone(timedelta(hours=9))
# Our profile, the gateway's settings, and how much of its key and vector the cipher takes.
AGREEMENTS = {
    'as shipped': (Profile(), {}, 0, 0),
    'sha256 and utf-8': (Profile(charset=UTF_8, hash_algorithm=SHA256),
                         {'charset': 'UTF-8', 'hash': 'sha256'}, 0, 0),
    'aes': (Profile(cipher=AES_CBC, hash_algorithm=SHA512), {'cipher': 'aes', 'hash': 'sha512'},
            32, 16),
    '3des': (Profile(cipher=TRIPLE_DES_CBC), {'cipher': '3des'}, 24, 8),
}
DEFAULTS = {'charset': 'Shift_JIS', 'hash': 'sha1', 'cipher': 'none', 'notify_url': ''}
_numbers = iter(range(10**6))


@pytest.fixture(scope='module')
def gateway(tmp_path_factory):
    with CardGateway(tmp_path_factory.mktemp('gateway')) as gateway:
        yield gateway


class Biller:
    """Our side: our messages, somebody else's sockets."""

    def __init__(self, gateway, client, profile, key, vector):
        shop = gateway.shop
        self.gateway, self.profile, self._client = gateway, profile, client
        self.merchant = operations.Merchant(shop['merchant_id'], shop['service_id'])
        self.keys = Keys(shop['hash_key'], shop['cipher_key'][:key].encode(),
                         shop['cipher_iv'][:vector].encode())
        number = next(_numbers)
        self.customer, self.order = f'C{number:010}', operations.order_id(f'INV/2026/{number}', 1)

    def send(self, operation, *arguments, **options):
        """The proven answer to one of our calls."""
        call = operation(self.merchant, *arguments, self.profile, **options)
        content = message.encode_request(
            call, self.keys, self.profile, datetime.now(JST).replace(tzinfo=None))
        answer = message.decode_response(self._client.post(content), self.keys, self.profile)
        assert answer.id == call.id
        return answers.read_answer(answer, self.profile)

    def store(self, number=GOOD):
        token = self.gateway.token(number, '12/30', self.customer)
        return self.send(operations.store_card, self.customer, token['token'], token['token_key'])

    def authorise(self, amount=11_000, capture=True, item_name='月額料金①'):
        charge = operations.Charge(self.order, self.customer, amount, 1_000, item_name)
        return self.send(operations.authorise, charge, capture=capture)

    def state(self):
        answer = self.send(operations.inquire, self.order)
        assert answer.outcome == Outcome.ACCEPTED
        return answers.order_state(answer.fields)


@pytest.fixture(params=AGREEMENTS)
def biller(request, gateway):
    """One of each agreement."""
    yield from _biller(gateway, *AGREEMENTS[request.param])


@pytest.fixture
def shipped(gateway):
    yield from _biller(gateway, *AGREEMENTS['as shipped'])


def _biller(gateway, profile, settings, key, vector):
    gateway.configure(**{**DEFAULTS, **settings})
    with Client(gateway) as client:
        yield Biller(gateway, client, profile, key, vector)
    gateway.clear_faults()
    gateway.clear_scripts()
    gateway.configure(**DEFAULTS)


def test_the_life_of_a_card_and_an_order(biller):
    stored = biller.store()
    assert stored.outcome == Outcome.ACCEPTED
    assert stored.fields['cc_number'] == '************1111'
    read = biller.send(operations.read_card, biller.customer)
    assert (read.fields['cc_number'], read.fields['cc_expiration'], read.fields['card_ref']) == (
        '************1111', '203012', stored.fields['card_ref'])
    checked = biller.send(operations.check_card, biller.customer, f'{biller.order}-C')
    assert answers.order_state(checked.fields) == 'checked'
    assert biller.state() == 'absent'

    answers.check_order(biller.authorise(capture=False).fields, biller.order, 11_000)
    assert biller.state() == 'authorised'
    sold = biller.send(operations.capture, biller.order, 10_000)
    answers.check_order(sold.fields, biller.order, 10_000)
    assert biller.state() == 'captured'
    for number, amount in ((1, 4_000), (2, 6_000)):
        given = biller.send(operations.refund, biller.order, amount, number=number)
        answers.check_order(given.fields, biller.order, amount)
    assert biller.state() == 'refunded'
    assert biller.gateway.order(biller.order)['kept'] == 0
    forgotten = biller.send(operations.delete_card, biller.customer)
    assert forgotten.outcome == Outcome.ACCEPTED
    assert biller.send(operations.read_card, biller.customer).outcome != Outcome.ACCEPTED


def test_sold_at_once_and_cancelled(biller):
    biller.store()
    assert answers.order_state(biller.authorise().fields) == 'captured'
    assert biller.send(operations.cancel, biller.order).outcome == Outcome.ACCEPTED
    assert biller.state() == 'voided'


def test_the_same_order_again_is_unknown_until_somebody_asks(shipped):
    shipped.store()
    shipped.authorise()
    again = shipped.authorise()
    assert (again.outcome, again.code) == (Outcome.UNKNOWN, '10196004')
    assert shipped.state() == 'captured'


@pytest.mark.parametrize('code, kind', [
    ('10122999', 'retry'), ('10123999', 'ask_customer'), ('10127999', 'ask_customer'),
    ('10161999', 'ask_customer')])
def test_refusals_have_their_class_and_the_order_has_failed(shipped, code, kind):
    shipped.store()
    shipped.gateway.script(customers={shipped.customer: code})
    answer = shipped.authorise()
    assert (answer.outcome, answer.code, answer.error_class) == (Outcome.REFUSED, code, kind)
    assert shipped.state() == 'failed'


def test_a_wrong_key_is_a_matter_of_configuration(shipped):
    right, shipped.keys = shipped.keys, Keys('another')
    with pytest.raises(DomainError) as caught:
        shipped.state()
    assert caught.value.code == 'wrong_hash'    # the answer is signed with the right key
    shipped.keys = right
    call = operations.inquire(shipped.merchant, shipped.order, shipped.profile)
    content = message.encode_request(call, Keys('another'), shipped.profile,
                                     datetime.now(JST).replace(tzinfo=None))
    answer = answers.read_answer(message.decode_response(
        shipped._client.post(content), right, shipped.profile), shipped.profile)
    assert (answer.outcome, answer.error_class) == (Outcome.REFUSED, 'configuration')


def test_an_old_request_is_unknown(shipped):
    call = operations.inquire(shipped.merchant, shipped.order, shipped.profile)
    old = datetime.now(JST).replace(tzinfo=None) - timedelta(minutes=11)
    content = message.encode_request(call, shipped.keys, shipped.profile, old)
    answer = answers.read_answer(message.decode_response(
        shipped._client.post(content), shipped.keys, shipped.profile), shipped.profile)
    assert (answer.outcome, answer.code[:5]) == (Outcome.UNKNOWN, '10110')


def test_a_busy_gateway_is_asked_again_later(shipped):
    shipped.gateway.configure(rate_answer='code')
    shipped.gateway.fault('rate_limited', order=shipped.order)
    answer = shipped.send(operations.inquire, shipped.order)
    shipped.gateway.configure(rate_answer='status')
    assert (answer.outcome, answer.error_class) == (Outcome.REFUSED, 'retry')


@pytest.mark.parametrize('kind', [
    'wrong_hash', 'no_hash', 'truncated', 'not_xml', 'empty', 'wrong_encoding', 'entity_bomb',
    'external_entity'])
def test_an_answer_that_proves_nothing_is_refused_by_us(shipped, kind):
    assert kind in faults.SPOILED
    shipped.store()
    shipped.gateway.fault(kind, order=shipped.order)
    with pytest.raises(DomainError):
        shipped.authorise()
    assert shipped.state() == 'captured'        # the inquiry tells what the answer did not


@pytest.mark.parametrize('kind, code', [
    ('other_order', 'other_order'), ('other_amount', 'other_amount'),
    ('other_currency', 'other_currency')])
def test_an_answer_about_something_else_is_refused_by_us(shipped, kind, code):
    shipped.store()
    shipped.gateway.fault(kind, order=shipped.order)
    answer = shipped.authorise()
    with pytest.raises(DomainError) as caught:
        answers.check_order(answer.fields, shipped.order, 11_000)
    assert caught.value.code == code


def test_results_and_states_that_nobody_declared_are_unknown(shipped):
    shipped.store()
    shipped.gateway.fault('unknown_result', call='authorise', order=shipped.order)
    shipped.gateway.fault('unknown_status', call='inquire', order=shipped.order)
    assert shipped.authorise().outcome == Outcome.UNKNOWN
    assert shipped.state() == 'unknown'
    assert shipped.state() == 'captured'


class _Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        self.server.bodies.append(self.rfile.read(int(self.headers['Content-Length'])))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'OK')

    def log_message(self, *_arguments):
        pass


def test_a_notification_is_proven_before_it_is_read(biller):
    with HTTPServer(('127.0.0.1', 0), _Receiver) as receiver:
        receiver.bodies = []
        receiver.timeout = 10
        biller.store()
        biller.gateway.notify(f'http://127.0.0.1:{receiver.server_address[1]}/')
        biller.authorise(amount=2_200)
        receiver.handle_request()
        biller.gateway.wait_for_notices()
    body, = receiver.bodies
    now = datetime.now(JST).replace(tzinfo=None)
    found = message.decode_request(body, biller.keys, biller.profile, now)
    fields = dict(found.fields)
    assert found.id == biller.profile.message_ids['notify']
    answers.check_order(fields, biller.order, 2_200)
    assert answers.order_state(fields) == 'captured'
    with pytest.raises(DomainError):
        message.decode_request(body, biller.keys, biller.profile, now + timedelta(minutes=11))
    with pytest.raises(DomainError):
        message.decode_request(body.replace(b'2200', b'2201'), biller.keys, biller.profile, now)


def test_files_both_ways(tmp_path):
    settings = {'window_clock': 'machine', 'payout_bd': 1, 'fee_per_mille': 36}
    with CardGateway(tmp_path, now='2026-10-01T09:00:00', settings=settings) as gateway:
        with Client(gateway) as client:
            biller = Biller(gateway, client, Profile(), 0, 0)
            card = biller.store().fields['card_ref']
            biller.authorise()
            biller.send(operations.refund, biller.order, 1_000, number=1)
            paid = biller.order
            biller.order = operations.order_id('INV/REFUSED', 1)
            gateway.script(orders={biller.order: '10122999'})
            biller.authorise()
            gateway.change_card(biller.customer, card, number=OTHER, expiry='01/33')
            request = card_files.write_refresh([(biller.customer, card), ('NOBODY', 'C1')])
            assert client.http('PUT', '/files/refresh/a.csv', request)[0] == 201
            gateway.advance('2026-11-05')

            def fetch(kind):
                name, = (row['name'] for row in json.loads(
                    client.http('GET', f'/files/{kind}/')[1]))
                return client.http('GET', f'/files/{kind}/{name}')[1]
            new, unknown = card_files.read_refresh(fetch('refreshed'))
            assert (new.customer, new.card, new.result, new.expiry, new.masked_number) == (
                biller.customer, card, Refreshed.NUMBER, (2033, 1), '************4444')
            assert unknown.result == Refreshed.UNKNOWN
            good, bad = card_files.read_results(fetch('results'))
            assert (good.order_id, good.collected, good.amount) == (paid, True, 11_000)
            assert (bad.collected, bad.error_code) == (False, '10122999')
            sale, refund = card_files.read_payouts(fetch('payouts'))
            assert (sale.kind, sale.amount, sale.fee, sale.fee_tax) == ('sale', 11_000, 396, 39)
            assert (refund.kind, refund.amount, refund.fee) == ('refund', 1_000, 0)
            payout, = gateway.books()['payouts']
            assert payout['net'] == 11_000 - 396 - 39 - 1_000

"""What the gateway refuses before it does anything: form, hash, time, items. Over HTTPS."""
import hashlib
from datetime import datetime, timedelta, timezone

import pytest

from tests.simulators.gateway import handmade
from tests.simulators.gateway.client import CardGateway
from tests.simulators.gateway.handmade import IDS

JST = timezone(timedelta(hours=9))
INQUIRE = IDS['inquire']


def signed(shop, values=None, call=INQUIRE, **options):
    values = shop.envelope({'order_id': 'NONE-1'}) if values is None else values
    return handmade.request(call, values, shop.shop['hash_key'], **options)


def code(shop, body):
    """The error code of the answer, whose own hash is right; '' when it is OK."""
    answer = dict(shop.checked(shop.post(body)))
    assert answer['res_result'] == ('NG' if 'res_err_code' in answer else 'OK')
    return answer.get('res_err_code', '')


def later(seconds):
    return f'{datetime.now(JST) + timedelta(seconds=seconds):%Y%m%d%H%M%S}'


def test_a_right_request_is_answered(shop):
    assert code(shop, signed(shop)) == ''


def test_single_quotes_in_the_declaration_are_xml_too(shop):
    body = signed(shop).replace(b'version="1.0" encoding="Shift_JIS"',
                                b"version='1.0' encoding='Shift_JIS'")
    assert code(shop, body) == ''


@pytest.mark.parametrize('change', [
    lambda body: body[:len(body) // 2],
    lambda body: b'',
    lambda body: b'order_id=NONE-1',
    lambda body: body.replace(b'Shift_JIS', b'UTF-8'),
    lambda body: body.replace(b'<?xml version="1.0" encoding="Shift_JIS"?>', b''),
    lambda body: body.replace(b'NONE-1', b'\x81\xff'),
    lambda body: body.replace(b'sps-api-request', b'sps-api-response'),
    lambda body: body.replace(b'<sps-api-request', b'<!DOCTYPE x [<!ENTITY a "b">]><sps-api-request'
                              ).replace(b'NONE-1', b'&a;'),
    lambda body: body.replace(b'<sps-api-request', b'<!DOCTYPE x><sps-api-request'),
    lambda body: body.replace(b'NONE-1', b'&undefined;'),
    lambda body: body.replace(b'NONE-1', b'NONE-1<!-- x -->'),
    lambda body: body.replace(b'<order_id>', b'<?run me?><order_id>'),
    lambda body: body.replace(b'<order_id>', b'text<order_id>'),
    lambda body: body.replace(b'<order_id>', b'<order_id>NONE-2</order_id><order_id>')])
def test_what_is_no_message_is_refused(shop, change):
    assert code(shop, change(signed(shop))) == '10100999'


def test_groups_of_items_count_by_their_leaves(shop):
    body = signed(shop).replace(b'<order_id>', b'<order><order_id>').replace(
        b'</order_id>', b'</order_id></order>')
    assert code(shop, body) == ''


@pytest.mark.parametrize('change', [
    lambda body: body.replace(b'NONE-1', b'NONE-2'),
    lambda body: body.replace(b'<limit_second>600', b'<limit_second>60'),
    lambda body: body.replace(b'<sps_hashcode>', b'<sps_hashcode>0'),
    lambda body: body[:body.index(b'<sps_hashcode>')] + b'</sps-api-request>'])
def test_a_changed_message_has_the_wrong_hash(shop, change):
    assert code(shop, change(signed(shop))) == '10109025'


def test_another_key_another_algorithm_another_order(shop):
    assert code(shop, handmade.request(INQUIRE, shop.envelope({'order_id': 'X'}), 'other'
                                       )) == '10109025'
    assert code(shop, signed(shop, algorithm='sha256')) == '10109025'


@pytest.mark.parametrize('algorithm', ['sha256', 'sha512'])
@pytest.mark.parametrize('charset, codec', [('Shift_JIS', 'cp932'), ('UTF-8', 'utf-8')])
def test_other_algorithms_and_character_sets_by_agreement(card_gateway, shop, algorithm, charset,
                                                          codec):
    card_gateway.configure(hash=algorithm, charset=charset)
    values = shop.envelope({'order_id': 'NONE-1'})
    answer = shop.post(signed(shop, values, algorithm=algorithm, charset=charset, codec=codec))
    found = handmade.leaves(answer, codec)
    plain = ''.join(value for name, value in found if name != 'sps_hashcode')
    whole = (plain + shop.shop['hash_key']).encode(codec)
    assert dict(found)['sps_hashcode'] == hashlib.new(algorithm, whole).hexdigest()
    assert dict(found)['res_result'] == 'OK'
    assert f'encoding="{charset}"'.encode() in answer


def test_the_hash_is_over_the_text_not_over_its_base64(shop):
    values = shop.envelope({'cust_code': 'K', 'order_id': 'NONE-1', 'item_name': '利用料①',
                            'amount': 1})
    assert code(shop, signed(shop, values, IDS['authorise'])) == '10183003'   # no such card
    spoiled = signed(shop, values, IDS['authorise']).replace(b'<item_name>', b'<item_name>%')
    assert code(shop, spoiled) == '10106006'


@pytest.mark.parametrize('seconds, expected', [
    (-500, ''), (50, ''), (-700, '10110023'), (200, '10110023')])
def test_a_request_is_good_for_some_minutes(shop, seconds, expected):
    values = shop.envelope({'order_id': 'NONE-1'}, request_date=later(seconds))
    assert code(shop, signed(shop, values)) == expected


def test_the_sender_may_shorten_the_window_not_widen_it(shop):
    short = shop.envelope({'order_id': 'NONE-1'}, request_date=later(-20), limit_second=10)
    assert code(shop, signed(shop, short)) == '10110023'
    wide = shop.envelope({'order_id': 'NONE-1'}, limit_second=601)
    assert code(shop, signed(shop, wide)) == '10107024'
    assert code(shop, signed(shop, {**wide, 'limit_second': 600, 'request_date': '20261332999999'}
                             )) == '10106023'
    without = {name: value for name, value in wide.items() if name != 'request_date'}
    assert code(shop, signed(shop, without)) == '10103023'


def test_a_request_window_may_follow_the_machine_while_days_go_by(tmp_path):
    with CardGateway(tmp_path, now='2026-01-05T09:00:00') as gateway:
        with handmade.Client(gateway) as shop:
            assert code(shop, signed(shop)) == '10110023'
            gateway.configure(window_clock='machine')
            assert code(shop, signed(shop)) == ''
            values = shop.envelope({'order_id': 'NONE-1'}, request_date='20260105090001')
            assert code(shop, signed(shop, values)) == '10110023'


@pytest.mark.parametrize('call, values, expected', [
    ('XX99-00000-000', {}, '10102000'),
    (IDS['inquire'], {}, '10103004'),
    (IDS['authorise'], {'order_id': 'A', 'amount': 1}, '10103003'),
    (IDS['authorise'], {'cust_code': 'K', 'order_id': 'A'}, '10103008'),
    (IDS['refund'], {'order_id': 'A', 'amount': 1}, '10103220'),
    (IDS['store_card'], {'cust_code': 'K', 'token': 'abc'}, '10103218'),
    (IDS['inquire'], {'order_id': 'A', 'cc_number': '4111111111111111'}, '10113200'),
    (IDS['inquire'], {'order_id': 'A', 'foo': '1'}, '10113999'),
    (IDS['inquire'], {'order_id': 'A' * 39}, '10105004'),
    (IDS['inquire'], {'order_id': 'A B'}, '10106004'),
    (IDS['authorise'], {'cust_code': 'K', 'order_id': 'A', 'amount': '1.0'}, '10106008'),
    (IDS['authorise'], {'cust_code': 'K', 'order_id': 'A', 'amount': '-1'}, '10106008'),
    (IDS['authorise'], {'cust_code': 'K', 'order_id': 'A', 'amount': '007'}, '10106008'),
    (IDS['authorise'], {'cust_code': 'K', 'order_id': 'A', 'amount': 1, 'sales_flg': 2},
     '10106221'),
    (IDS['authorise'], {'cust_code': 'K', 'order_id': 'A', 'amount': 0}, '10107008'),
    (IDS['authorise'], {'cust_code': 'K', 'order_id': 'A', 'amount': 99999999}, '10105008'),
    (IDS['authorise'], {'cust_code': 'K', 'order_id': 'A', 'amount': 100, 'tax': 101},
     '10107007'),
])
def test_items_are_checked(card_gateway, shop, call, values, expected):
    assert code(shop, signed(shop, shop.envelope(values), call)) == expected
    assert card_gateway.order('A') is None


def test_the_message_must_be_of_the_shop_that_logged_in(card_gateway, shop):
    values = {**shop.envelope({'order_id': 'NONE-1'}), 'service_id': '102'}
    assert code(shop, signed(shop, values)) == '10114001'


def test_a_limit_of_the_shop(card_gateway, shop):
    card_gateway.configure(max_amount=1000)
    assert shop.call('authorise', cust_code='K', order_id='LIMIT', amount=1001
                     )['res_err_code'] == '10107008'


def test_the_hash_is_looked_at_before_what_the_message_says(shop):
    body = handmade.request('XX99-00000-000', {**shop.envelope({}), 'request_date': '1'}, 'other')
    assert code(shop, body) == '10109025'

"""Messages of the card gateway: hash, time, encryption, classes of errors, every shut door."""
import base64
import hashlib
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.smart_billing.core.errors import DomainError, FieldError
from odoo.addons.smart_billing_payment_easydo.wire import (
    answers,
    cipher,
    message,
    operations,
    profile,
    signature,
    xml_text,
)
from odoo.addons.smart_billing_payment_easydo.wire.message import Message

AT = datetime(2026, 11, 24, 9, 30)
KEYS = profile.Keys('8435dbd48f2249807ec216c3d5ecab714264cc4a')
AES = profile.Keys('secret', b'0123456789abcdef', b'fedcba9876543210')
DES = profile.Keys('secret', b'0123456789abcdefABCDEFGH', b'fedcba98')
PROFILE = profile.Profile()
MERCHANT = operations.Merchant('30132', '101')
CHARGE = operations.Charge('INV-2026-00001-1', '0000001001', 11_000, 1_000, '月額料金')


def fails(code, call, *arguments, **options):
    with pytest.raises(DomainError) as caught:
        call(*arguments, **options)
    assert caught.value.code == code
    return caught.value


# Hash

def test_the_hash_is_over_trimmed_leaf_values_in_order_and_the_key():
    tree = (('a', ' 1 '), ('rows', (('b', '月'), ('c', ''))), ('sps_hashcode', 'x'))
    expected = hashlib.sha1('1月'.encode('cp932') + KEYS.hash_key.encode()).hexdigest()
    assert signature.hash_of(tree, KEYS, PROFILE) == expected


def test_the_hash_is_taken_before_base64_and_encryption():
    content = message.encode_request(
        Message('X', (('item_name', '月額'), ('token', 'tok'))), AES,
        profile.Profile(cipher=profile.AES_CBC, hash_algorithm=profile.SHA256), AT)
    plain = '月額' + 'tok' + '1' + '20261124093000' + '600' + 'secret'
    assert hashlib.sha256(plain.encode('cp932')).hexdigest().encode() in content
    assert base64.b64encode('月額'.encode('cp932')) in content
    assert b'>tok<' not in content


def test_without_a_key_nothing_is_signed_or_believed():
    empty = profile.Keys('')
    fails('hash_key_missing', message.encode_request, Message('X', ()), empty, PROFILE, AT)
    content = message.encode_response(Message('X', ()), KEYS, PROFILE)
    fails('hash_key_missing', message.decode_response, content, empty, PROFILE)


def test_secrets_are_not_printed():
    assert 'secret' not in repr(AES) and '0123' not in repr(AES)


# Messages both ways

texts = st.text(alphabet='ABCabc019 -_./月額料金ﾔﾏﾀﾞ<&>"', max_size=12)
trees = st.lists(st.tuples(
    st.sampled_from(['order_id', 'item_name', 'token', 'amount', 'free1']), texts), max_size=5)


@given(trees, st.sampled_from([
    (profile.Profile(), KEYS),
    (profile.Profile(charset=profile.UTF_8, hash_algorithm=profile.SHA512), KEYS),
    (profile.Profile(cipher=profile.AES_CBC), AES),
    (profile.Profile(cipher=profile.TRIPLE_DES_CBC), DES),
]))
def test_what_is_written_is_read(pairs, setting):
    own, keys = setting
    fields = tuple((name, text.strip()) for name, text in pairs) + (
        ('rows', (('item_name', '明細'), ('token', 't'))),)
    content = message.encode_request(Message('ST01', fields), keys, own, AT)
    found = message.decode_request(content, keys, own, AT)
    assert found.id == 'ST01'
    assert found.fields[:len(fields)] == fields
    answer = message.decode_response(
        message.encode_response(Message('ST01', fields), keys, own), keys, own)
    assert answer.fields[:len(fields)] == fields


def request():
    return message.encode_request(
        operations.authorise(MERCHANT, CHARGE, PROFILE, capture=True), KEYS, PROFILE, AT)


def test_a_request_names_its_encoding_and_id():
    content = request()
    assert content.startswith(b"<?xml version='1.0' encoding='Shift_JIS'?>")
    assert b'<sps-api-request id="ST01-00131-101">' in content
    assert b'<order_id>INV-2026-00001-1</order_id>' in content
    assert b'<amount>11000</amount>' in content


@given(st.integers(0, 2000), st.integers(0, 255))
def test_a_changed_byte_is_found_out(at, byte):
    content = request()
    at %= len(content)
    if content[at] == byte:
        return
    changed = content[:at] + bytes([byte]) + content[at + 1:]
    try:
        found = message.decode_request(changed, KEYS, PROFILE, AT)
    except DomainError:
        return
    # What is not signed: the id of the message, space, and the quotes of the document.
    assert found.fields[:8] == message.decode_request(content, KEYS, PROFILE, AT).fields[:8]


@pytest.mark.parametrize('at, ok', [
    (AT, True), (AT + timedelta(seconds=600), True), (AT - timedelta(seconds=600), True),
    (AT + timedelta(seconds=601), False), (AT - timedelta(seconds=601), False),
])
def test_a_request_holds_within_its_window(at, ok):
    if ok:
        assert message.decode_request(request(), KEYS, PROFILE, at)
    else:
        fails('outside_window', message.decode_request, request(), KEYS, PROFILE, at)


def test_a_window_of_the_sender_does_not_widen_ours():
    wide = message.encode_request(Message('X', ()), KEYS, profile.Profile(window=99_999), AT)
    fails('outside_window', message.decode_request, wide, KEYS, PROFILE,
          AT + timedelta(seconds=700))


@pytest.mark.parametrize('stamp', ['', '2026', '20261324093000'])
def test_a_request_without_a_readable_date_is_refused(stamp):
    fails('request_date', signature.check_time, (('request_date', stamp),), AT, PROFILE)


@pytest.mark.parametrize('change', [
    (b'11000', b'11001'), (b'</amount>', b'</amount><amount>1</amount>'),
    (b'<order_id>INV', b'<order_id>INW'), (b'<sps_hashcode>', b'<sps_hashcode>0'),
])
def test_a_changed_message_is_refused(change):
    fails('wrong_hash', message.decode_request, request().replace(*change), KEYS, PROFILE, AT)


def test_a_message_without_hash_is_refused():
    content = xml_text.write('sps-api-response', {'id': 'X'}, (('a', '1'),), 'UTF-8')
    fails('wrong_hash', message.decode_response, content, KEYS,
          profile.Profile(charset=profile.UTF_8))


# XML

BOMB = (b'<?xml version="1.0" encoding="Shift_JIS"?><!DOCTYPE x [<!ENTITY a "aaaa">'
        b'<!ENTITY b "&a;&a;">]><sps-api-response><c>&b;</c></sps-api-response>')


@pytest.mark.parametrize('content, code', [
    (BOMB, 'doctype'),
    (b'<?xml version="1.0" encoding="UTF-8"?><sps-api-response/>', 'wrong_encoding'),
    (b'<sps-api-response/>', 'wrong_encoding'),
    (b'<?xml version="1.0" encoding="Shift_JIS"?><other/>', 'wrong_root'),
    (b'<?xml version="1.0" encoding="Shift_JIS"?><sps-api-response><a>1</a', 'not_xml'),
    (b'<?xml version="1.0" encoding="Shift_JIS"?><sps-api-response>\x81', 'not_xml'),
    (b'<?xml version="1.0" encoding="Shift_JIS"?><sps-api-response>&x;</sps-api-response>',
     'not_xml'),
    (b'x' * 1_000_001, 'too_long'),
    (b'<?xml version="1.0" encoding="Shift_JIS"?><sps-api-response>' + b'<a>' * 9 + b'</a>' * 9
     + b'</sps-api-response>', 'too_deep'),
    (b'<?xml version="1.0" encoding="Shift_JIS"?><sps-api-response><a>1<b/></a>'
     b'</sps-api-response>', 'mixed_content'),
])
def test_documents_that_no_gateway_sends_are_refused(content, code):
    fails(code, xml_text.read, content, 'sps-api-response', profile.SHIFT_JIS)


@pytest.mark.parametrize('tree, code', [
    ((('a b', '1'),), 'element_name'), ((('a', '\x00'),), 'element_text'),
    ((('a', 1),), 'element_text'), ((('a', '😀'),), 'element_charset'),
])
def test_what_cannot_be_written_is_refused_with_its_field(tree, code):
    fails(code, xml_text.write, 'r', {}, tree, profile.SHIFT_JIS)
    if code == 'element_charset':
        fails(code, message.encode_request, Message('X', (('rows', tree),)), KEYS, PROFILE, AT)


def test_a_processing_instruction_is_no_element():
    content = (b'<?xml version="1.0" encoding="UTF-8"?><r><?run me?><a>1</a></r>')
    assert xml_text.read(content, 'r', profile.UTF_8)[1] == (('a', '1'),)


@given(st.binary(max_size=300))
def test_noise_gives_only_our_own_errors(noise):
    for content in (noise, request()[:150] + noise, request().replace(b'11000', noise)):
        for read in (lambda data: message.decode_response(data, KEYS, PROFILE),
                     lambda data: message.decode_request(data, KEYS, PROFILE, AT)):
            try:
                read(content)
            except DomainError:
                pass


# Encryption

@pytest.mark.parametrize('keys, name, block', [
    (AES, profile.AES_CBC, 16), (DES, profile.TRIPLE_DES_CBC, 8)])
@pytest.mark.parametrize('value', [b'', b'1', b'12345678', b'1234567890abcdefg'])
def test_fields_are_padded_to_whole_blocks(keys, name, block, value):
    text = cipher.encrypt(value, keys, name)
    assert len(base64.b64decode(text)) % block == 0
    assert base64.b64decode(text)
    assert cipher.decrypt(text, keys, name) == value


def test_without_a_cipher_a_field_is_only_base64():
    assert cipher.decrypt(cipher.encrypt(b'x', KEYS, 'none'), KEYS, 'none') == b'x'


def test_keys_are_checked_when_they_are_entered():
    fails('cipher_key', cipher.check_keys, KEYS, profile.AES_CBC)
    fails('cipher_key', cipher.check_keys, AES, profile.TRIPLE_DES_CBC)
    assert cipher.check_keys(AES, profile.AES_CBC) is None
    assert cipher.check_keys(KEYS, profile.NO_CIPHER) is None


@pytest.mark.parametrize('text', ['***', 'AAAA', ''])
def test_a_field_that_cannot_be_decrypted_is_refused_without_its_value(text):
    if text:
        fails('field_unreadable', cipher.decrypt, text, AES, profile.AES_CBC)
    own = profile.Profile(cipher=profile.AES_CBC)
    content = message.encode_response(Message('X', (('token', 'abc'),)), AES, own)
    start = content.index(b'<token>') + 7
    spoiled = content[:start] + b'AAAA' + content[content.index(b'</token>'):]
    assert fails('field_unreadable', message.decode_response, spoiled, AES, own).context == {
        'field': 'token'}


@pytest.mark.parametrize('text', [b'%%%', base64.b64encode(b'\x81')])
def test_base64_that_is_none_is_refused(text):
    content = xml_text.write('sps-api-response', {'id': ''}, (('item_name', text.decode()),),
                             profile.SHIFT_JIS)
    fails('element_charset', message.decode_response, content, KEYS, PROFILE)


# Operations

def test_an_order_names_invoice_and_attempt():
    assert operations.order_id('INV/2026/00012', 2) == 'INV-2026-00012-2'
    fails('order_id', operations.order_id, 'x' * 40, 1)


def test_every_operation_has_an_id_and_the_merchant_first():
    calls = {
        'check': operations.check_card(MERCHANT, 'c1', 'o-1', PROFILE),
        'authorise': operations.authorise(MERCHANT, CHARGE, PROFILE, capture=False),
        'capture': operations.capture(MERCHANT, 'o-1', 500, PROFILE),
        'cancel': operations.cancel(MERCHANT, 'o-1', PROFILE),
        'refund': operations.refund(MERCHANT, 'o-1', 300, PROFILE, number=2),
        'inquire': operations.inquire(MERCHANT, 'o-1', PROFILE),
        'store_card': operations.store_card(MERCHANT, 'c1', 'tok', 'key', PROFILE),
        'read_card': operations.read_card(MERCHANT, 'c1', PROFILE),
        'delete_card': operations.delete_card(MERCHANT, 'c1', PROFILE),
    }
    for name, call in calls.items():
        assert call.id == profile.MESSAGE_IDS[name]
        assert call.fields[:2] == (('merchant_id', '30132'), ('service_id', '101'))
    assert calls['authorise'].get('sales_flg') == '0'
    assert calls['refund'].get('refund_no') == '2'
    assert calls['refund'].get('nothing', 'x') == 'x'


@pytest.mark.parametrize('amount, code', [
    (0, 'amount_not_positive'), (-1, 'amount_not_positive'), (1.5, 'amount_not_positive'),
    (10_000_000, 'amount_over_limit')])
def test_amounts_that_no_card_is_charged(amount, code):
    fails(code, operations.capture, MERCHANT, 'o-1', amount, PROFILE)


def test_a_customer_is_a_plain_code():
    with pytest.raises(FieldError):
        operations.read_card(MERCHANT, 'a b', PROFILE)


# Answers

@pytest.mark.parametrize('code, kind', [
    ('10121001', 'retry'), ('10123999', 'ask_customer'), ('10109999', 'configuration'),
    ('10196000', 'unknown'), ('77777777', 'unknown'), ('', 'unknown')])
def test_error_codes_have_classes(code, kind):
    assert profile.class_of(code, PROFILE) == kind


def test_the_longest_beginning_of_a_code_counts():
    own = profile.Profile(error_classes={'101': 'retry', '10123': 'ask_customer'})
    assert profile.class_of('10123001', own) == 'ask_customer'
    assert profile.class_of('10199001', own) == 'retry'


@pytest.mark.parametrize('fields, outcome, kind', [
    ((('res_result', 'OK'),), 'accepted', ''),
    ((('res_result', 'NG'), ('res_err_code', '10122001')), 'refused', 'retry'),
    ((('res_result', 'NG'), ('res_err_code', '10199001')), 'unknown', 'unknown'),
    ((('res_result', 'PR'),), 'unknown', 'unknown'),
    ((('rows', ()),), 'unknown', 'unknown'),
])
def test_an_answer_is_accepted_refused_or_unknown(fields, outcome, kind):
    answer = answers.read_answer(Message('X', fields), PROFILE)
    assert (answer.outcome, answer.error_class) == (outcome, kind)


def test_an_answer_about_something_else_settles_nothing():
    fields = {'order_id': 'o-1', 'amount': '0011000', 'currency': 'JPY'}
    assert answers.check_order(fields, 'o-1', 11_000) is None
    assert answers.check_order({}, 'o-1', 11_000) is None
    fails('other_order', answers.check_order, fields, 'o-2', 11_000)
    fails('other_amount', answers.check_order, fields, 'o-1', 11_001)
    fails('other_currency', answers.check_order, fields, 'o-1', 11_000, 'USD')


def test_states_of_orders():
    assert answers.order_state({'status': 'SALES'}) == 'captured'
    assert answers.order_state({'status': 'NONE'}) == 'absent'
    assert answers.order_state({'status': '?'}) == answers.order_state({}) == 'unknown'


@pytest.mark.parametrize('status, state', [
    ('CHECK', 'checked'), ('SAUTH', 'authorised'), ('CANCEL', 'voided'), ('EXPIRED', 'expired'),
    ('PAYFAIL', 'failed'),
    # Begun and not ended: nobody knows yet.
    ('UNPROCESSED', 'unknown'), ('AUTHENTICATED', 'unknown'), ('REQSUCCESS', 'unknown')])
def test_states_by_the_names_of_comparable_gateways(status, state):
    assert answers.order_state({'status': status}) == state

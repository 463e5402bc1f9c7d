"""Orders and their states, without a network: what the gateway writes into its books."""
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest

from tests.simulators.gateway.driven import SHOP, START, call, pay, state, store
from tests.simulators.gateway.gateway import Gateway
from tests.simulators.settings import SettingError


# ---------------------------------------------------------------- the ways of an order
def test_authorised_and_sold_in_one(gateway):
    answer = pay(gateway, tax=90)
    assert (answer['status'], answer['amount'], answer['tax'], answer['captured_amount']) == (
        'CAPTURE', 1000, 90, 1000)
    assert answer['res_process_date'].startswith('20261001')
    assert answer['cc_number'] == '************1111'


def test_authorised_then_sold(gateway):
    assert pay(gateway, sale=0)['status'] == 'AUTH'
    assert gateway.charges.find(SHOP, 'A').kept == 0
    assert call(gateway, 'capture', order_id='A', amount=1000)['status'] == 'SALES'
    assert gateway.charges.find(SHOP, 'A').kept == 1000


def test_a_part_may_be_sold_once(gateway):
    pay(gateway, sale=0)
    assert call(gateway, 'capture', order_id='A', amount=1001) == '10179008'
    assert call(gateway, 'capture', order_id='A', amount=0) == '10107008'
    answer = call(gateway, 'capture', order_id='A', amount=600)
    assert (answer['amount'], answer['captured_amount']) == (600, 600)
    assert call(gateway, 'capture', order_id='A', amount=400) == '10141999'


def test_the_whole_is_sold_where_no_amount_is_said(gateway):
    pay(gateway, sale=0)
    assert call(gateway, 'capture', order_id='A')['captured_amount'] == 1000


def test_what_is_sold_in_one_needs_no_capture(gateway):
    pay(gateway)
    assert call(gateway, 'capture', order_id='A') == '10137999'


def test_an_order_id_is_good_once_also_after_a_refusal(gateway):
    gateway.issuer.script([{'order': 'B', 'codes': '10122999'}])
    assert isinstance(pay(gateway, 'A'), dict) and pay(gateway, 'B') == '10122999'
    assert pay(gateway, 'A') == pay(gateway, 'B') == '10196004'
    assert pay(gateway, 'A', amount=5) == '10196004'
    assert gateway.charges.find(SHOP, 'A').captured == 1000


def test_a_refused_order_is_written_down_and_can_be_asked_for(gateway):
    gateway.issuer.script([{'customer': 'K1', 'codes': '10123999'}])
    assert pay(gateway) == '10123999'
    answer = call(gateway, 'inquire', order_id='A')
    assert (answer['status'], answer['order_err_code'], answer['captured_amount']) == (
        'PAYFAIL', '10123999', 0)
    assert call(gateway, 'capture', order_id='A') == '10139999'
    assert call(gateway, 'cancel', order_id='A') == '10151999'
    assert call(gateway, 'refund', order_id='A', refund_no=1, amount=1) == '10144999'


def test_an_authorisation_is_good_until_the_end_of_the_third_month(gateway):
    pay(gateway, 'A', sale=0)
    pay(gateway, 'B', sale=0)
    gateway.advance(datetime(2027, 1, 31, 23, 59))
    assert call(gateway, 'capture', order_id='A')['status'] == 'SALES'
    gateway.advance(datetime(2027, 2, 1, 0, 1))
    assert state(gateway, 'B') == 'EXPIRED'
    assert call(gateway, 'capture', order_id='B') == '10142999'
    assert call(gateway, 'cancel', order_id='B') == '10151999'


def test_cancelled_before_and_after_the_sale(gateway):
    pay(gateway, 'A', sale=0)
    pay(gateway, 'B')
    for order in 'AB':
        assert call(gateway, 'cancel', order_id=order)['status'] == 'VOID'
        assert call(gateway, 'cancel', order_id=order) == '10152999'
        assert call(gateway, 'refund', order_id=order, refund_no=1, amount=1) == '10145999'
        assert gateway.charges.find(SHOP, order).kept == 0
    assert call(gateway, 'capture', order_id='A') == '10140999'


def test_no_cancelling_after_the_closing(gateway):
    pay(gateway)
    gateway.advance(datetime(2026, 10, 31, 23, 59))
    pay(gateway, 'B')
    assert call(gateway, 'cancel', order_id='B')['status'] == 'VOID'
    gateway.advance(datetime(2026, 11, 1, 0, 1))
    assert call(gateway, 'cancel', order_id='A') == '10150999'
    assert call(gateway, 'refund', order_id='A', refund_no=1, amount=1000)['status'] == 'RETURNX'


def test_refunds_in_parts_up_to_what_was_sold(gateway):
    pay(gateway, 'A', sale=0)
    assert call(gateway, 'refund', order_id='A', refund_no=1, amount=1) == '101K0999'
    call(gateway, 'capture', order_id='A', amount=900)
    answer = call(gateway, 'refund', order_id='A', refund_no=1, amount=300)
    assert (answer['status'], answer['amount'], answer['refunded_amount']) == ('SALES', 300, 300)
    assert call(gateway, 'refund', order_id='A', refund_no=2, amount=601) == '101K1008'
    assert call(gateway, 'refund', order_id='A', refund_no=2, amount=0) == '10107008'
    assert call(gateway, 'cancel', order_id='A') == '10150999'
    assert call(gateway, 'refund', order_id='A', refund_no=2, amount=600)['status'] == 'RETURN'
    assert call(gateway, 'refund', order_id='A', refund_no=3, amount=1) == '10146999'
    refunds = call(gateway, 'inquire', order_id='A')['refunds']
    assert [(name, row['refund_no'], row['amount']) for name, row in refunds] == [
        ('refund', '1', 300), ('refund', '2', 600)]


def test_a_refund_number_is_good_once_on_its_order(gateway):
    pay(gateway, 'A')
    pay(gateway, 'B')
    assert call(gateway, 'refund', order_id='A', refund_no=1, amount=10)['refunded_amount'] == 10
    assert call(gateway, 'refund', order_id='A', refund_no=1, amount=10) == '10196220'
    assert call(gateway, 'refund', order_id='B', refund_no=1, amount=10)['refunded_amount'] == 10


def test_of_refunds_at_once_no_more_than_was_sold(gateway):
    pay(gateway)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda number: call(
            gateway, 'refund', order_id='A', refund_no=number, amount=400), range(8)))
    assert sum(isinstance(answer, dict) for answer in answers) == 2
    assert answers.count('101K1008') == 6
    assert gateway.charges.find(SHOP, 'A').refunded == 800


def test_of_the_same_order_at_once_one_is_charged(gateway):
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _number: pay(gateway), range(8)))
    assert answers.count('10196004') == 7
    assert gateway.charges.find(SHOP, 'A').captured == 1000


def test_a_check_takes_no_money(gateway):
    answer = call(gateway, 'check', cust_code='K1', order_id='A', amount=0)
    assert (answer['status'], answer['captured_amount']) == ('CHECK', 0)
    assert call(gateway, 'capture', order_id='A') == '10139999'
    assert pay(gateway) == '10196004'


def test_a_follow_up_must_agree_with_what_is_known(gateway):
    answer = pay(gateway)
    right = {'cust_code': 'K1', 'sps_transaction_id': answer['res_sps_transaction_id'],
             'tracking_id': answer['res_tracking_id']}
    assert call(gateway, 'inquire', order_id='A', **right)['status'] == 'CAPTURE'
    for name, code in (('cust_code', '10195003'), ('sps_transaction_id', '10111026'),
                       ('tracking_id', '10112027')):
        assert call(gateway, 'inquire', order_id='A', **{**right, name: '9'}) == code
    assert call(gateway, 'refund', order_id='Z', refund_no=1, amount=1) == '10183004'


def test_an_order_that_never_came(gateway):
    assert call(gateway, 'inquire', order_id='A') == {'order_id': 'A', 'status': 'NONE'}
    gateway.configure({'no_order': 'code'})
    assert call(gateway, 'inquire', order_id='A') == '10183004'


def test_a_chargeback(gateway):
    pay(gateway)
    call(gateway, 'refund', order_id='A', refund_no=1, amount=300)
    gateway.charge_back(SHOP, 'A')
    assert state(gateway) == 'CHARGEBACK'
    assert gateway.charges.find(SHOP, 'A').kept == 0
    assert call(gateway, 'refund', order_id='A', refund_no=2, amount=1) == '10144999'
    for order in 'AZ':
        with pytest.raises(ValueError):
            gateway.charge_back(SHOP, order)


# ---------------------------------------------------------------- the issuer's answers
def test_scripts_by_order_customer_card_and_call(gateway):
    store(gateway, 'K2')
    gateway.issuer.script([
        {'card': '1111', 'codes': '10121999'}, {'customer': 'K2', 'codes': '10122999'},
        {'order': 'INV-7-*', 'codes': '10123999'}, {'call': 'refund', 'codes': '10136999'}])
    assert pay(gateway, 'X') == '10121999'
    assert pay(gateway, 'Y', customer='K2') == '10122999'
    assert pay(gateway, 'INV-7-1', customer='K2') == '10123999'
    gateway.issuer.script([{'order': 'INV-7-2', 'codes': 'ok'}])
    assert pay(gateway, 'INV-7-2')['status'] == 'CAPTURE'
    assert call(gateway, 'refund', order_id='INV-7-2', refund_no=1, amount=1) == '10136999'
    assert gateway.charges.find(SHOP, 'INV-7-2').refunded == 0
    assert gateway.issuer.clear() == 5
    assert pay(gateway, 'W')['status'] == 'CAPTURE'


def test_a_sequence_of_answers_whose_last_stays(gateway):
    gateway.issuer.script([{'customer': 'K1', 'codes': ['10122999', 'ok', '10123999']}])
    assert pay(gateway, '1') == '10122999'
    assert pay(gateway, '2')['status'] == 'CAPTURE'
    assert pay(gateway, '3') == pay(gateway, '4') == '10123999'


@pytest.mark.parametrize('name', ['capture', 'cancel'])
def test_a_follow_up_may_be_refused_too(gateway, name):
    pay(gateway, sale=0)
    gateway.issuer.script([{'call': name, 'codes': ['10121999', 'ok']}])
    assert call(gateway, name, order_id='A') == '10121999'
    assert state(gateway) == 'AUTH'
    assert isinstance(call(gateway, name, order_id='A'), dict)


def test_the_mix_is_followed_and_repeatable(gateway, tmp_path):
    gateway.configure({'mix': {'ok': 90, '10122999': 10}, 'seed': 7})
    refused = [number for number in range(500) if pay(gateway, f'O{number}') == '10122999']
    assert 25 < len(refused) < 85
    again = Gateway(tmp_path / 'again', START)
    again.shops.add('30132', '101')
    store(again)
    again.configure({'mix': {'10122999': 10, 'ok': 90}, 'seed': 7})
    assert [number for number in reversed(range(500))
            if pay(again, f'O{number}') == '10122999'] == refused[::-1]


@pytest.mark.parametrize('rule', [
    {'codes': []}, {'codes': '1'}, {'codes': ['ok', 'nonsense']}, {'codes': 'ok', 'nobody': 'x'}])
def test_wrong_scripts_are_refused(gateway, rule):
    with pytest.raises((SettingError, TypeError)):
        gateway.issuer.script([{'codes': 'ok'}, rule])
    assert gateway.issuer.as_json() == []


# ---------------------------------------------------------------- settings and books
@pytest.mark.parametrize('values', [
    {'nonsense': 1}, {'hash': 'md5'}, {'charset': 'EUC-JP'}, {'cipher': 'des'}, {'seed': '1'},
    {'max_window': -1}, {'notify_retry': -0.5}, {'mix': {'ok': 0}}, {'mix': {'ok': True}},
    {'fault_mix': {'nonsense': 1}}, {'fault_mix': {'delay': 600, 'cut_after': 401}},
    {'fault_mix': {'delay': -1}}, {'closing_days': [29]}, {'rate_answer': 'x'},
    {'three_d_secure': 'x'}, {'window_clock': 'x'}, {'no_order': 'x'}])
def test_wrong_settings_change_nothing(gateway, values):
    before = gateway.settings
    with pytest.raises(SettingError):
        gateway.configure({'fee_per_item': 9, **values})
    assert gateway.settings == before


def test_everything_survives_a_restart(gateway, tmp_path):
    gateway.configure({'fee_per_item': 5})
    gateway.issuer.script([{'customer': 'K1', 'codes': ['ok', '10122999']}])
    pay(gateway, 'A')
    pay(gateway, 'B')
    call(gateway, 'refund', order_id='A', refund_no=1, amount=10)
    one, other = store(gateway, 'K2')['card_ref'], store(gateway, 'K2')['card_ref']
    call(gateway, 'delete_card', cust_code='K2', card_ref=one)
    gateway.advance(datetime(2026, 10, 5))
    again = Gateway(tmp_path)
    assert again.books.all('order') == gateway.books.all('order')
    assert again.books.all('card') == gateway.books.all('card')
    assert again.cards.find(SHOP, 'K2').ref == other
    assert again.settings == gateway.settings and again.day == gateway.day
    assert again.issuer.as_json() == gateway.issuer.as_json()
    assert abs((again.clock.now() - gateway.clock.now()).total_seconds()) < 5
    assert pay(again, 'C') == '10122999'
    assert store(again, 'K3')['card_ref'] not in (one, other)


def test_half_a_line_is_a_step_that_did_not_happen(gateway, tmp_path):
    pay(gateway, 'A')
    whole = (tmp_path / 'journal.jsonl').read_bytes()
    pay(gateway, 'B')
    data = (tmp_path / 'journal.jsonl').read_bytes()
    (tmp_path / 'journal.jsonl').write_bytes(data[:(len(whole) + len(data)) // 2])
    again = Gateway(tmp_path)
    assert again.charges.find(SHOP, 'A').captured == 1000
    assert again.charges.find(SHOP, 'B') is None
    assert pay(again, 'B')['status'] == 'CAPTURE'
    assert all(json.loads(line) for line in open(tmp_path / 'journal.jsonl', 'rb'))


def test_time_does_not_run_backwards(gateway):
    with pytest.raises(ValueError, match='is past'):
        gateway.advance(datetime(2026, 9, 30))


def test_midnight_passes_while_the_clock_runs(gateway):
    pay(gateway)
    gateway.clock.set(datetime(2026, 10, 2, 0, 0, 1))
    pay(gateway, 'B')
    assert [file.name for file in gateway.shelf.listed(SHOP, 'results')] == [
        f'{SHOP}_20261001.csv']

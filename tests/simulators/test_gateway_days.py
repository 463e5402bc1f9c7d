"""Result files, closings and payouts (入金), and their damage; without a network."""
import csv
import io
from datetime import datetime

import pytest

from tests.simulators.gateway import files
from tests.simulators.gateway.desk import Desk
from tests.simulators.gateway.driven import SHOP, call, pay
from tests.simulators.gateway.gateway import Gateway
from tests.simulators.settings import SettingError


def rows(gateway, kind, name):
    data = gateway.shelf.data(gateway.shelf.find(SHOP, kind, name)).decode('cp932')
    assert data.endswith('\r\n')
    return list(csv.DictReader(io.StringIO(data, newline='')))


def names(gateway, kind):
    return [file.name for file in gateway.shelf.listed(SHOP, kind)]


def live(gateway, *moment):
    return [(event['date'], event['event']) for event in gateway.advance(datetime(*moment))]


# ---------------------------------------------------------------- results
def test_each_day_with_a_result_has_a_file_on_the_next(gateway):
    gateway.issuer.script([{'order': 'B', 'codes': '10122999'}])
    pay(gateway, 'A')
    pay(gateway, 'B', amount=500)
    pay(gateway, 'C', sale=0)
    pay(gateway, 'D')
    call(gateway, 'cancel', order_id='D')
    call(gateway, 'check', cust_code='K1', order_id='E')
    assert names(gateway, files.RESULTS) == []
    assert live(gateway, 2026, 10, 3, 9) == [('2026-10-02', 'results filed')]
    call(gateway, 'capture', order_id='C', amount=700)
    live(gateway, 2026, 10, 6, 9)
    assert rows(gateway, files.RESULTS, f'{SHOP}_20261001.csv') == [
        {'order_id': 'A', 'result': 'OK', 'error_code': '', 'amount': '1000',
         'processed_on': '20261001'},
        {'order_id': 'B', 'result': 'NG', 'error_code': '10122999', 'amount': '500',
         'processed_on': '20261001'}]
    assert rows(gateway, files.RESULTS, f'{SHOP}_20261003.csv') == [
        {'order_id': 'C', 'result': 'OK', 'error_code': '', 'amount': '700',
         'processed_on': '20261003'}]
    assert names(gateway, files.RESULTS) == [f'{SHOP}_20261001.csv', f'{SHOP}_20261003.csv']


# ---------------------------------------------------------------- payouts
def test_a_month_is_closed_and_paid_out_net_of_fees(gateway):
    gateway.configure({'fee_per_mille': 36, 'fee_per_item': 5, 'chargeback_fee': 100})
    for number, amount in enumerate((1000, 2999, 500), 1):
        pay(gateway, f'O{number}', amount)
    call(gateway, 'cancel', order_id='O3')
    pay(gateway, 'AUTH-ONLY', sale=0)
    call(gateway, 'refund', order_id='O2', refund_no=1, amount=999)
    events = live(gateway, 2026, 11, 30, 9)
    # 3 and 23 November are holidays: the tenth business day after 31 October is the 16th.
    assert [event for event in events if 'results' not in event[1]] == [
        ('2026-11-01', 'closed'), ('2026-11-16', 'payouts filed')]
    assert rows(gateway, files.PAYOUTS, f'{SHOP}_20261031.csv') == [
        {'order_id': 'O1', 'kind': 'sale', 'amount': '1000', 'fee': '41', 'fee_tax': '4',
         'paid_out_on': '20261116'},
        {'order_id': 'O2', 'kind': 'sale', 'amount': '2999', 'fee': '112', 'fee_tax': '11',
         'paid_out_on': '20261116'},
        {'order_id': 'O2', 'kind': 'refund', 'amount': '999', 'fee': '0', 'fee_tax': '0',
         'paid_out_on': '20261116'}]
    payout, = gateway.books.all('payout')
    assert payout.net == 1000 - 45 + 2999 - 123 - 999

    gateway.charge_back(SHOP, 'O2')
    call(gateway, 'refund', order_id='O1', refund_no=1, amount=400)
    live(gateway, 2026, 12, 31, 9)
    assert [(row['order_id'], row['kind'], row['amount'], row['fee'], row['fee_tax'])
            for row in rows(gateway, files.PAYOUTS, f'{SHOP}_20261130.csv')] == [
        ('O1', 'refund', '400', '0', '0'), ('O2', 'chargeback', '2000', '100', '10')]
    assert gateway.books.all('payout')[1].net == -400 - 2110
    assert live(gateway, 2027, 1, 20, 9) == []      # each thing is in one closing only


def test_closing_days_by_agreement(gateway):
    gateway.configure({'closing_days': [15, 'EOM'], 'payout_bd': 0})
    pay(gateway, 'A')
    live(gateway, 2026, 10, 16, 9)
    pay(gateway, 'B')
    live(gateway, 2026, 11, 1, 9)
    assert names(gateway, files.PAYOUTS) == [f'{SHOP}_20261015.csv', f'{SHOP}_20261031.csv']


def test_payouts_survive_a_restart(gateway, tmp_path):
    pay(gateway)
    live(gateway, 2026, 11, 2, 9)
    again = Gateway(tmp_path)
    assert [event['event'] for event in again.advance(datetime(2026, 11, 20))] == ['payouts filed']


# ---------------------------------------------------------------- damage
def damaged(gateway, kind, file=files.RESULTS):
    for order in 'AB':
        pay(gateway, order)
    gateway.faults.add(kind=kind, file=file)
    live(gateway, 2026, 10, 2, 9)
    name = f'{SHOP}_20261001.csv'
    return gateway.shelf.data(gateway.shelf.find(SHOP, file, name)).decode().splitlines()


@pytest.mark.parametrize('kind, expected', [
    ('file_truncated', ['A,OK,,1000,20261001', 'B,OK,,1000,202']),
    ('file_missing_row', ['B,OK,,1000,20261001']),
    ('file_repeated_row', ['A,OK,,1000,20261001'] * 2 + ['B,OK,,1000,20261001']),
    ('file_reordered', ['B,OK,,1000,20261001', 'A,OK,,1000,20261001']),
    ('file_unknown_order', ['NOBODY-KNOWS-THIS,OK,,1000,20261001', 'B,OK,,1000,20261001']),
    ('file_other_amount', ['A,OK,,1001,20261001', 'B,OK,,1000,20261001']),
    ('file_unknown_result', ['A,X,,1000,20261001', 'B,OK,,1000,20261001'])])
def test_damaged_files(gateway, kind, expected):
    assert damaged(gateway, kind)[1:] == expected
    assert gateway.faults.as_json() == []


def test_the_right_file_can_be_made_again(gateway):
    right = 'order_id,result,error_code,amount,processed_on'
    damaged(gateway, 'file_other_amount')
    Desk(gateway, None, None).make_again(SHOP, files.RESULTS, f'{SHOP}_20261001.csv')
    file = gateway.shelf.find(SHOP, files.RESULTS, f'{SHOP}_20261001.csv')
    assert gateway.shelf.data(file).decode().splitlines() == [
        right, 'A,OK,,1000,20261001', 'B,OK,,1000,20261001']
    with pytest.raises(ValueError):
        Desk(gateway, None, None).make_again(SHOP, files.RESULTS, f'{SHOP}_20261009.csv')
    with pytest.raises(ValueError):
        Desk(gateway, None, None).make_again(SHOP, files.REFRESHED, f'{SHOP}_20261001.csv')


def test_a_payout_file_can_be_made_again(gateway):
    pay(gateway)
    gateway.faults.add(kind='file_unknown_result', file=files.PAYOUTS)
    live(gateway, 2026, 11, 20, 9)
    name = f'{SHOP}_20261031.csv'
    assert rows(gateway, files.PAYOUTS, name)[0]['kind'] == 'X'
    Desk(gateway, None, None).make_again(SHOP, files.PAYOUTS, name)
    assert rows(gateway, files.PAYOUTS, name)[0]['kind'] == 'sale'


def test_a_file_that_comes_twice_and_one_that_does_not_come(gateway):
    damaged(gateway, 'file_twice')
    assert names(gateway, files.RESULTS) == [f'{SHOP}_20261001.csv', f'{SHOP}_20261001_2.csv']
    one, other = gateway.shelf.listed(SHOP, files.RESULTS)
    assert one.sha256 == other.sha256
    pay(gateway, 'C')
    gateway.faults.add(kind='file_withheld')
    live(gateway, 2026, 10, 3, 9)
    assert len(names(gateway, files.RESULTS)) == 2
    assert gateway.shelf.release() == 1
    assert names(gateway, files.RESULTS)[-1] == f'{SHOP}_20261002.csv'


@pytest.mark.parametrize('values', [{'kind': 'nonsense'}, {'kind': 'delay'},
                                    {'kind': 'notice_late'}, {'kind': 'delay', 'seconds': -1}])
def test_wrong_faults_are_refused(gateway, values):
    with pytest.raises(SettingError):
        gateway.faults.add(**values)

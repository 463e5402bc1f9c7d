"""Tokens, 3-D Secure, stored cards and their refresh (洗替), without a network."""
from datetime import datetime

import pytest

from tests.simulators.gateway import cards, files
from tests.simulators.gateway.cards import CardError
from tests.simulators.gateway.driven import SHOP, call, pay, store, token
from tests.simulators.gateway.handmade import GOOD, OTHER


# ---------------------------------------------------------------- what is typed
@pytest.mark.parametrize('number', [
    '4111 1111 1111 1112', '4111', '', '4111111111111111111111', 'abcd', '４１１１１１１１１１１１１１１１'])
def test_what_is_no_card_number(number):
    with pytest.raises(CardError):
        cards.read_number(number)


def test_of_a_number_only_the_mask_is_kept():
    assert cards.read_number(GOOD) == '************1111'
    assert cards.read_number('3782 822463 10005') == '***********0005'


@pytest.mark.parametrize('typed, expected', [
    ('12/30', '203012'), ('1230', '203012'), ('01 / 27', '202701'), ('202701', '202701')])
def test_expiry_as_people_type_it(typed, expected):
    assert cards.read_expiry(typed) == expected


@pytest.mark.parametrize('typed', ['13/30', '00/30', '2030', '12/3', '', '12-30'])
def test_what_is_no_expiry(typed):
    with pytest.raises(CardError):
        cards.read_expiry(typed)


@pytest.mark.parametrize('values', [
    {'expiry': '09/26'}, {'security_code': '12'}, {'security_code': 'abc'}])
def test_a_card_that_cannot_be_used_gives_no_token(gateway, values):
    with pytest.raises(CardError):
        gateway.cards.make_token(SHOP, GOOD, **{'expiry': '12/30', **values},
                                 settings=gateway.settings)


# ---------------------------------------------------------------- tokens
def test_a_token_is_good_once(gateway):
    one = token(gateway)
    assert call(gateway, 'store_card', cust_code='K9', **one)['cc_number'] == '************1111'
    assert call(gateway, 'store_card', cust_code='K9', **one) == '10196217'
    assert pay(gateway, customer='K9', **one) == '10196217'
    assert gateway.charges.find(SHOP, 'A') is None


def test_a_token_lives_a_day(gateway):
    first, second = token(gateway), token(gateway)
    gateway.advance(datetime(2026, 10, 2, 8, 59))
    assert isinstance(pay(gateway, 'A', **first), dict)
    gateway.advance(datetime(2026, 10, 2, 9, 2))
    assert pay(gateway, 'B', **second) == '10183217'


def test_a_token_of_another_customer_shop_or_key(gateway):
    mine = token(gateway, customer='K1')
    assert pay(gateway, customer='K2', **mine) == '10195003'
    assert pay(gateway, token=mine['token'], token_key='x') == '10183217'
    assert pay(gateway, token='x', token_key='x') == '10183217'
    other = gateway.shops.add('30132', '102').code
    foreign = gateway.cards.make_token(other, GOOD, '12/30', gateway.settings)
    assert pay(gateway, token=foreign.token, token_key=foreign.key) == '10183217'
    assert isinstance(pay(gateway, customer='K1', **mine), dict)


def test_a_token_of_who_did_not_authenticate_is_worth_nothing(gateway):
    asked = gateway.cards.make_token(SHOP, GOOD, '12/30', gateway.settings)
    values = {'token': asked.token, 'token_key': asked.key}
    assert pay(gateway, **values) == '10162217'
    gateway.cards.answer_3ds(asked.session, False)
    assert pay(gateway, **values) == '10162217'
    gateway.cards.answer_3ds(asked.session, True)      # the first answer stays
    assert pay(gateway, **values) == '10162217'
    assert isinstance(pay(gateway, **token(gateway)), dict)
    with pytest.raises(CardError):
        gateway.cards.answer_3ds('nobody', True)


def test_without_3ds_a_token_is_good_at_once(gateway):
    gateway.configure({'three_d_secure': 'off'})
    made = gateway.cards.make_token(SHOP, GOOD, '12/30', gateway.settings)
    assert made.session == ''
    assert isinstance(pay(gateway, token=made.token, token_key=made.key), dict)


def test_a_token_or_a_stored_card_not_both(gateway):
    ref = gateway.cards.find(SHOP, 'K1').ref
    assert pay(gateway, card_ref=ref, **token(gateway)) == '10113219'


# ---------------------------------------------------------------- stored cards
def test_a_card_is_stored_only_when_the_issuer_finds_it_valid(gateway):
    gateway.issuer.script([{'call': 'store_card', 'codes': ['10123999', 'ok']}])
    assert store(gateway, 'K2') == '10123999'
    assert call(gateway, 'read_card', cust_code='K2') == '10183003'
    assert store(gateway, 'K2')['cc_expiration'] == '203012'


def test_several_cards_and_a_default(gateway):
    first = gateway.cards.find(SHOP, 'K1').ref
    second = store(gateway, number=OTHER)
    assert second['default_flg'] == 0
    assert pay(gateway, 'A')['cc_number'] == '************1111'
    assert pay(gateway, 'B', card_ref=second['card_ref'])['cc_number'] == '************4444'
    third = call(gateway, 'store_card', cust_code='K1', default_flg=1,
                 **token(gateway, number=OTHER, expiry='01/31'))
    answer = call(gateway, 'read_card', cust_code='K1')
    assert (answer['card_ref'], answer['cc_expiration']) == (third['card_ref'], '203101')
    assert [row['default_flg'] for _name, row in answer['cards']] == [0, 0, 1]
    assert call(gateway, 'delete_card', cust_code='K1', card_ref=third['card_ref'])
    assert call(gateway, 'read_card', cust_code='K1')['card_ref'] == first
    assert call(gateway, 'delete_card', cust_code='K1') == {'cust_code': 'K1', 'card_ref': first}
    assert call(gateway, 'read_card', cust_code='K1')['card_ref'] == second['card_ref']
    call(gateway, 'delete_card', cust_code='K1')
    assert pay(gateway, 'C') == '10183003'
    assert call(gateway, 'delete_card', cust_code='K1') == '10183003'


def test_nobody_pays_with_another_customers_card(gateway):
    ref = gateway.cards.find(SHOP, 'K1').ref
    store(gateway, 'K2', number=OTHER)
    assert pay(gateway, customer='K2', card_ref=ref) == '10183219'
    assert call(gateway, 'read_card', cust_code='K2', card_ref=ref) == '10183219'
    assert call(gateway, 'delete_card', cust_code='K2', card_ref=ref) == '10183219'


def test_an_expired_card_is_refused_from_the_month_after(gateway):
    store(gateway, 'K2', expiry='10/26')
    gateway.advance(datetime(2026, 10, 31, 20))
    assert isinstance(pay(gateway, 'A', customer='K2'), dict)
    gateway.advance(datetime(2026, 11, 1, 1))
    assert pay(gateway, 'B', customer='K2') == '10127999'


# ---------------------------------------------------------------- refresh
def refresh(gateway, *rows, name='r1.csv', damage=''):
    data = 'cust_code,card_ref\r\n' + ''.join(f'{customer},{ref}\r\n' for customer, ref in rows)
    today = gateway.clock.today()
    gateway.shelf.hand_in(SHOP, name, data.encode(), today, gateway.settings)
    if damage:
        gateway.faults.add(kind=damage, file='refreshed')
    gateway.advance(datetime(today.year, today.month, today.day + 1, 9))
    return gateway.shelf.data(gateway.shelf.find(SHOP, files.REFRESHED, name)).decode('cp932')


def test_a_refresh_answers_every_row(gateway):
    refs = [gateway.cards.find(SHOP, 'K1').ref]
    refs += [store(gateway, f'K{number}')['card_ref'] for number in range(2, 6)]
    change = gateway.cards.change
    change(SHOP, 'K2', refs[1], expiry='01/33')
    change(SHOP, 'K3', refs[2], number=OTHER, expiry='02/33')
    change(SHOP, 'K4', refs[3], valid=False)
    change(SHOP, 'K5', refs[4], known=False)
    rows = [(f'K{number}', ref) for number, ref in enumerate(refs, 1)]
    assert refresh(gateway, *rows, ('K1', refs[1]), ('K7', 'C99')) == (
        'cust_code,card_ref,result,expiry,masked_number\r\n'
        f'K1,{refs[0]},0,,************1111\r\n'
        f'K2,{refs[1]},1,203301,************1111\r\n'
        f'K3,{refs[2]},2,203302,************4444\r\n'
        f'K4,{refs[3]},8,,\r\n'
        f'K5,{refs[4]},9,,\r\n'
        f'K1,{refs[1]},9,,\r\n'
        'K7,C99,9,,\r\n')
    assert call(gateway, 'read_card', cust_code='K3')['cc_number'] == '************4444'
    assert pay(gateway, 'A', customer='K4') == '10123999'
    again = refresh(gateway, *rows[:3], name='r2.csv').splitlines()[1:]
    assert [line.split(',')[2] for line in again] == ['0', '0', '0']


def test_a_new_expiry_counts_only_after_the_refresh(gateway):
    ref = store(gateway, 'K2', expiry='10/26')['card_ref']
    gateway.cards.change(SHOP, 'K2', ref, expiry='10/31')
    gateway.advance(datetime(2026, 11, 2, 9))
    assert pay(gateway, 'A', customer='K2') == '10127999'
    refresh(gateway, ('K2', ref))
    assert isinstance(pay(gateway, 'B', customer='K2'), dict)


def test_the_answer_comes_after_some_business_days(gateway, tmp_path):
    gateway.shelf.hand_in(SHOP, 'r1.csv', b'cust_code,card_ref\r\nK1,C1\r\n',
                          datetime(2026, 10, 5).date(), gateway.settings)
    gateway.advance(datetime(2026, 10, 4, 12))
    assert gateway.shelf.listed(SHOP, files.REFRESHED) == []
    gateway.advance(datetime(2026, 10, 5, 1))
    assert len(gateway.shelf.listed(SHOP, files.REFRESHED)) == 1


@pytest.mark.parametrize('data, why', [
    (b'', 'the first line must be'), (b'cust_code\r\nK1\r\n', 'the first line must be'),
    (b'cust_code,card_ref\r\n', 'no rows'), (b'cust_code,card_ref\r\nK1,C1', 'CR\\+LF'),
    (b'cust_code,card_ref\r\nK1,C1\n', 'CR\\+LF'), (b'cust_code,card_ref\r\nK1,C1,\r\n', 'line 2'),
    (b'cust_code,card_ref\r\nK1,\r\n', 'line 2'),
    (b'cust_code,card_ref\r\n\x81\xff,C1\r\n', 'not Shift_JIS'),
    (b'cust_code,card_ref\r\nK1,C1\r\nK1,C1\r\n', 'twice')])
def test_a_wrong_request_is_refused_whole(gateway, data, why):
    with pytest.raises(files.FileError, match=why):
        gateway.shelf.hand_in(SHOP, 'r.csv', data, gateway.clock.today(), gateway.settings)
    assert gateway.shelf.find(SHOP, files.REFRESH, 'r.csv') is None


@pytest.mark.parametrize('name', ['r.txt', '../r.csv', 'a/b.csv', '.csv', 'r' * 61 + '.csv'])
def test_names_of_files(gateway, name):
    with pytest.raises(files.FileError, match='name'):
        gateway.shelf.hand_in(SHOP, name, b'cust_code,card_ref\r\nK1,C1\r\n',
                              gateway.clock.today(), gateway.settings)


def test_a_damaged_answer(gateway):
    ref = gateway.cards.find(SHOP, 'K1').ref
    assert refresh(gateway, ('K1', ref), damage='file_unknown_result').splitlines()[1].startswith(
        f'K1,{ref},X,')

"""The pages of the gateway: a typed card becomes a token, the issuer asks, the way back."""
import html
import json
import re
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from tests.simulators.gateway.handmade import GOOD

SHOP = {'merchant_id': '30132', 'service_id': '101'}
CARD = {'cc_number': GOOD, 'cc_expiration': '12/30'}
BACK = 'http://shop.example/cards?from=mail'
_numbers = iter(range(10**6))


def fresh():
    return f'PAGE-{next(_numbers)}'


def post(shop, path, **values):
    """Status, text and where it leads."""
    status, body, headers = shop.http('POST', path, urlencode(values).encode(),
                                      Content_Type='application/x-www-form-urlencoded')
    return status, body.decode(), headers.get('Location', '')


def answer_of(address):
    parts = urlsplit(address)
    assert address.startswith('http://shop.example/cards?')
    return {name: values[0] for name, values in parse_qs(parts.query).items()}


def store(shop, customer, answer):
    return shop.call('store_card', cust_code=customer, token=answer['token'],
                     token_key=answer['token_key'])


# ---------------------------------------------------------------- the hosted page
def test_a_card_is_registered_on_the_hosted_page(shop):
    customer = fresh()
    query = urlencode({**SHOP, 'cust_code': customer, 'return_url': BACK, 'state': 'x"y'})
    status, page, _headers = shop.http('GET', f'/token/page?{query}')
    hidden = {name: html.unescape(value) for name, value in re.findall(
        r'<input type="hidden" name="(\w+)" value="([^"]*)">', page.decode())}
    assert status == 200 and hidden == {
        **SHOP, 'cust_code': customer, 'return_url': BACK, 'state': 'x"y'}
    status, _page, where = post(shop, '/token/page', **hidden, **CARD, security_code='123')
    assert status == 303 and where.startswith('/3ds/')
    assert '************1111' in shop.http('GET', where)[1].decode()
    status, _page, back = post(shop, where, answer='accept')
    answer = answer_of(back)
    assert (status, answer['from'], answer['result'], answer['state']) == (
        303, 'mail', 'OK', 'x"y')
    assert store(shop, f'{customer}-OTHER', answer)['res_err_code'] == '10195003'
    assert store(shop, customer, answer)['res_result'] == 'OK'


def test_who_declines_comes_back_without_a_token(card_gateway, shop):
    _status, _page, where = post(shop, '/token/page', **SHOP, **CARD, return_url=BACK)
    assert answer_of(post(shop, where, answer='decline')[2]) == {'from': 'mail', 'result': 'NG'}
    assert answer_of(post(shop, where, answer='accept')[2]) == {'from': 'mail', 'result': 'NG'}


def test_without_3ds_the_page_leads_straight_back(card_gateway, shop):
    card_gateway.configure(three_d_secure='off')
    status, _page, where = post(shop, '/token/page', **SHOP, **CARD, return_url=BACK)
    assert status == 303
    assert store(shop, fresh(), answer_of(where))['res_result'] == 'OK'


@pytest.mark.parametrize('change', [
    {'cc_number': '4111 1111 1111 1112'}, {'cc_number': ''}, {'cc_expiration': '12/20'},
    {'cc_expiration': '13/30'}, {'security_code': 'abc'}])
def test_a_typing_error_shows_the_form_again_without_the_number(shop, change):
    status, page, _where = post(shop, '/token/page', **SHOP, **{**CARD, **change}, return_url=BACK)
    assert status == 422 and 'role="alert">' in page and '入力内容' in page
    assert '4111' not in page and BACK in page


@pytest.mark.parametrize('path', [
    '/token/page?merchant_id=99999&service_id=101', '/3ds/nobody', '/token/page'])
def test_no_page_for_who_is_not_known(shop, path):
    assert shop.http('GET', path)[0] == 404


def test_a_card_number_never_stands_in_an_address(shop):
    query = urlencode({**SHOP, **CARD})
    assert shop.http('GET', f'/token/page?{query}')[0] == 400
    assert shop.http('GET', f'/token?{query}')[0] == 404


def test_a_session_is_answered_only_by_who_has_it(shop):
    assert post(shop, '/3ds/nobody', answer='accept')[0] == 422


# ---------------------------------------------------------------- the script
def token(shop, **values):
    status, body, _where = post(shop, '/token', **{**SHOP, **CARD, **values})
    assert status == 200
    return json.loads(body)


def test_a_token_for_the_script_of_a_page(shop):
    answer = token(shop)
    assert (answer['result'], answer['cc_number'], answer['cc_expiration']) == (
        'OK', '************1111', '203012')
    page = answer['three_d_secure_url']
    customer = fresh()
    assert store(shop, customer, answer)['res_err_code'] == '10162217'
    status, text, where = post(shop, urlsplit(page).path, answer='accept')
    assert (status, where) == (200, '') and '完了' in text
    assert store(shop, customer, answer)['res_result'] == 'OK'


def test_what_is_no_card_gives_no_token(shop):
    assert token(shop, cc_number='1') == {'result': 'NG', 'error': 'card number'}
    assert post(shop, '/token', **CARD)[0] == 404


def test_a_browser_may_ask_from_the_shops_own_page(shop):
    status, script, _headers = shop.http('GET', '/token.js')
    assert status == 200 and b'CardGateway' in script
    status, _body, headers = shop.http('OPTIONS', '/token')
    assert (status, headers['Access-Control-Allow-Origin']) == (204, '*')
    _status, _body, headers = shop.http('POST', '/token', urlencode({**SHOP, **CARD}).encode(),
                                        Content_Type='application/x-www-form-urlencoded')
    assert headers['Access-Control-Allow-Origin'] == '*'
    assert shop.http('POST', '/token', b'{}', Content_Type='application/json')[0] == 415

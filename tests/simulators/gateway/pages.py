"""The pages that a customer sees: typing a card number, and the issuer's 3-D Secure question.

The number is turned into a mask before anything else happens with it, and is written nowhere.
"""
from __future__ import annotations

from html import escape
from urllib.parse import urlencode, urlsplit, urlunsplit

from .books import Token
from .cards import ASKED, DECLINED

_FRAME = '''<!DOCTYPE html>
<html lang="ja"><head><meta charset="utf-8"><title>{title}</title></head>
<body><h1>{title}</h1>{body}</body></html>
'''
_FORM = '''<p id="error" role="alert">{error}</p>
<form method="post" action="/token/page" autocomplete="off">{hidden}
<p><label>カード番号 <input name="cc_number" inputmode="numeric" required></label></p>
<p><label>有効期限 (MM/YY) <input name="cc_expiration" required></label></p>
<p><label>セキュリティコード <input name="security_code" inputmode="numeric"></label></p>
<p><button type="submit">登録する</button></p></form>'''
_QUESTION = '''<p>{number} (有効期限 {expiry})</p>
<form method="post" action="/3ds/{session}">
<button type="submit" name="answer" value="accept">認証する</button>
<button type="submit" name="answer" value="decline">認証しない</button></form>'''
# The script that a shop's own page loads: the number goes from the browser to the gateway alone.
SCRIPT = '''(function () {
    const base = new URL(document.currentScript.src).origin;
    window.CardGateway = {
        async createToken(values) {
            const answer = await fetch(base + '/token', {
                method: 'POST',
                headers: {'Content-Type': 'application/x-www-form-urlencoded'},
                body: new URLSearchParams(values),
            });
            return answer.json();
        },
    };
})();
'''
FIELDS = ('merchant_id', 'service_id', 'cust_code', 'return_url', 'state')


def form(values: dict[str, str], error: str = '') -> bytes:
    hidden = ''.join(f'<input type="hidden" name="{name}" value="{escape(values.get(name, ""))}">'
                     for name in FIELDS)
    return _page('カードの登録', _FORM.format(error=escape(error), hidden=hidden))


def question(token: Token) -> bytes:
    return _page('本人認証 (3-D セキュア)', _QUESTION.format(
        number=token.number, expiry=token.expiry, session=token.session))


def message(text: str) -> bytes:
    return _page(text, '')


def _page(title: str, body: str) -> bytes:
    return _FRAME.format(title=escape(title), body=body).encode()


def way_back(token: Token) -> str:
    """The shop's page with the token, or with the news that there is none."""
    answer = {'result': 'OK', 'token': token.token, 'token_key': token.key}
    if token.secure in (ASKED, DECLINED):
        answer = {'result': 'NG'}
    if token.state:
        answer['state'] = token.state
    parts = urlsplit(token.return_url)
    query = '&'.join(filter(None, (parts.query, urlencode(answer))))
    return urlunsplit(parts._replace(query=query))


def token_json(token: Token, base: str) -> dict[str, str]:
    page = f'{base}/3ds/{token.session}' if token.secure == ASKED else ''
    return {'result': 'OK', 'token': token.token, 'token_key': token.key,
            'cc_number': token.number, 'cc_expiration': token.expiry, 'three_d_secure_url': page}

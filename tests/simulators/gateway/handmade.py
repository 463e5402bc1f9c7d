"""A shop's side made by hand, for the tests: strings and hashes, no code of the gateway's own."""
from __future__ import annotations

import base64
import hashlib
import http.client
import re
import ssl
from datetime import datetime, timedelta, timezone
from typing import Any
from xml.sax.saxutils import escape

IDS = {'check': 'ST01-00101-101', 'authorise': 'ST01-00131-101', 'capture': 'ST02-00201-101',
       'cancel': 'ST02-00303-101', 'refund': 'ST02-00307-101', 'inquire': 'MG01-00101-101',
       'store_card': 'MG02-00131-101', 'read_card': 'MG02-00104-101',
       'delete_card': 'MG02-00103-101'}
WRAPPED = ('item_name', 'free1', 'free2', 'free3')
GOOD, OTHER = '4111 1111 1111 1111', '5555-5555-5555-4444'
_JST = timezone(timedelta(hours=9))


def now() -> str:
    return f'{datetime.now(_JST):%Y%m%d%H%M%S}'


def request(call: str, values: dict[str, Any], hash_key: str, charset: str = 'Shift_JIS',
            algorithm: str = 'sha1', codec: str = 'cp932') -> bytes:
    """Values as they are, text items in base64, signed over the plain values."""
    leaves = ''.join(f'<{name}>{_shown(name, str(value), codec)}</{name}>'
                     for name, value in values.items())
    plain = ''.join(str(value).strip() for value in values.values()) + hash_key
    signature = hashlib.new(algorithm, plain.encode(codec)).hexdigest()
    return (f'<?xml version="1.0" encoding="{charset}"?><sps-api-request id="{call}">{leaves}'
            f'<sps_hashcode>{signature}</sps_hashcode></sps-api-request>').encode(codec)


def _shown(name: str, value: str, codec: str) -> str:
    if name in WRAPPED:
        return base64.b64encode(value.encode(codec)).decode()
    return escape(value)


def leaves(body: bytes, codec: str = 'cp932') -> list[tuple[str, str]]:
    return re.findall(r'<(\w+)>([^<]*)</\1>', body.decode(codec))


class Client:
    """One connection, kept open until the gateway ends it."""

    def __init__(self, gateway: Any, shop: dict[str, str] | None = None,
                 timeout: float = 10) -> None:
        self.shop = shop or gateway.shop
        context = ssl.create_default_context(cafile=gateway.certificate)
        self._connection = http.client.HTTPSConnection(
            gateway.host, gateway.port, timeout=timeout, context=context)

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_exception: object) -> None:
        self._connection.close()

    def http(self, method: str, path: str, body: bytes = b'',
             login: tuple[str, str] | None = None, **headers: str) -> tuple[int, bytes, Any]:
        user, password = login or (self.shop['code'], self.shop['password'])
        token = base64.b64encode(f'{user}:{password}'.encode()).decode()
        self._connection.request(method, path, body or None, {
            'Authorization': f'Basic {token}',
            **{name.replace('_', '-'): value for name, value in headers.items()}})
        answer = self._connection.getresponse()
        return answer.status, answer.read(), answer.headers

    def post(self, body: bytes) -> bytes:
        status, answer, _headers = self.http('POST', '/api', body, Content_Type='text/xml')
        assert status == 200, (status, answer)
        return answer

    def envelope(self, values: dict[str, Any], **common: Any) -> dict[str, Any]:
        return {'merchant_id': self.shop['merchant_id'], 'service_id': self.shop['service_id'],
                **values, 'encrypted_flg': 0, 'request_date': now(), 'limit_second': 600, **common}

    def call(self, name: str, common: dict[str, Any] | None = None, **values: Any
             ) -> dict[str, str]:
        """The leaves of the answer, whose hash is checked; the last of each name."""
        body = request(IDS[name], self.envelope(values, **(common or {})), self.shop['hash_key'])
        return dict(self.checked(self.post(body)))

    def checked(self, answer: bytes) -> list[tuple[str, str]]:
        found = leaves(answer)
        plain = ''.join(value for name, value in found if name != 'sps_hashcode')
        expected = hashlib.sha1((plain + self.shop['hash_key']).encode('cp932')).hexdigest()
        assert dict(found)['sps_hashcode'] == expected
        return found

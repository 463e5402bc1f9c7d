"""HTTPS on 127.0.0.1: the calls, the pages, the files. One thread a connection."""
from __future__ import annotations

import base64
import binascii
import json
import logging
import socket
import ssl
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from .. import workdays
from . import files, pages
from .api import CUT, CUT_INSIDE, Api
from .cards import CardError
from .certificate import Certificate
from .files import FileError, Taken
from .gateway import Gateway
from .message import LARGEST
from .shops import Shop

_log = logging.getLogger(__name__)
_XML, _HTML, _JSON, _TEXT, _SCRIPT, _CSV = (
    'text/xml', 'text/html; charset=utf-8', 'application/json', 'text/plain; charset=utf-8',
    'text/javascript; charset=utf-8', 'text/csv')
_ANY_PAGE = {'Access-Control-Allow-Origin': '*'}
_METHODS = ('GET', 'POST', 'PUT', 'OPTIONS')
_PLACES = ('api', 'token', 'token.js', '3ds', 'files')     # all that the log may say of an address
_IDLE = 60      # seconds until a silent connection is closed


class _Stop(Exception):
    """The request ends here, with this status."""

    def __init__(self, status: int, text: str = '') -> None:
        super().__init__(text)
        self.status = status


class _Handler(BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    timeout = _IDLE
    server: Server

    # ------------------------------------------------------------ the connection
    def setup(self) -> None:
        self.request.settimeout(self.timeout)
        self.request.do_handshake()     # in this thread, so that nobody waits for a slow client
        super().setup()

    def log_message(self, *_arguments: Any) -> None:
        """Nothing of what the library writes: a request line may hold what a customer typed."""

    def log_request(self, code: Any = '-', size: Any = '-') -> None:
        place = urlsplit(getattr(self, 'path', '')).path.strip('/').split('/')[0]
        _log.info('%s /%s %s', self.command if self.command in _METHODS else '?',
                  place if place in _PLACES else '?', int(code))

    def _run(self, action: Any) -> None:
        self._untaken = int(length) if (length := self._length()).isdecimal() else 0
        try:
            action(urlsplit(self.path).path)
        except _Stop as stop:
            self._refuse(stop.status, str(stop))
        except (FileError, CardError) as error:
            self._refuse(422, str(error))

    def _refuse(self, status: int, text: str) -> None:
        if 0 < self._untaken <= LARGEST:        # so that the answer is heard
            self.rfile.read(self._untaken)
        elif self._untaken:
            self.close_connection = True
        self._send(status, f'{text}\n'.encode(), _TEXT)

    def do_POST(self) -> None:
        self._run(self._post)

    def do_GET(self) -> None:
        self._run(self._get)

    def do_PUT(self) -> None:
        self._run(self._put)

    def do_OPTIONS(self) -> None:
        """A browser asks before the shop's page may post to another server."""
        self._send(204, b'', '', {**_ANY_PAGE, 'Access-Control-Allow-Headers': 'Content-Type',
                                  'Access-Control-Allow-Methods': 'POST'})

    def _post(self, path: str) -> None:
        if path == '/api':
            self._api()
        elif path == '/token':
            self._token()
        elif path == '/token/page':
            self._typed()
        elif path.startswith('/3ds/'):
            self._answered(path.removeprefix('/3ds/'))
        else:
            raise _Stop(404, 'no such page')

    def _get(self, path: str) -> None:
        if path == '/token.js':
            self._send(200, pages.SCRIPT.encode(), _SCRIPT)
        elif path == '/token/page':
            self._form()
        elif path.startswith('/3ds/'):
            token = self.server.gateway.cards.by_session(path.removeprefix('/3ds/'))
            if token is None:
                raise _Stop(404, 'no such session')
            self._send(200, pages.question(token), _HTML)
        elif path.startswith('/files/'):
            self._fetch(path.removeprefix('/files/'))
        else:
            raise _Stop(404, 'no such page')

    def _put(self, path: str) -> None:
        if not path.startswith(f'/files/{files.REFRESH}/'):
            raise _Stop(404, 'no such place')
        self._hand_in(path.rsplit('/', 1)[1])

    # ------------------------------------------------------------ in and out
    def _length(self) -> str:
        return self.headers.get('Content-Length', '')

    def _body(self, largest: int) -> bytes:
        if not self._length().isdecimal():
            self.close_connection = True
            raise _Stop(411, 'Content-Length is missing')
        if self._untaken > largest:
            raise _Stop(413, 'too large')
        length, self._untaken = self._untaken, 0
        return self.rfile.read(length)

    def _values(self) -> dict[str, str]:
        if self.headers.get_content_type() != 'application/x-www-form-urlencoded':
            raise _Stop(415, 'a form is needed')
        return dict(parse_qsl(self._body(LARGEST).decode(errors='replace')))

    def _query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.path).query))

    def _send(self, status: int, body: bytes, kind: str,
              headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {'Content-Type': kind, 'Content-Length': str(len(body)),
                            'Cache-Control': 'no-store', **(headers or {}),
                            'Connection': 'close' if self.close_connection else ''}.items():
            if value:
                self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _cut(self) -> None:
        """The line is dead: no more bytes, no farewell of TLS."""
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def _shop(self, needed: bool = True) -> Shop | None:
        """Who calls (HTTP basic authentication)."""
        kind, _space, text = self.headers.get('Authorization', '').partition(' ')
        try:
            user, _colon, password = base64.b64decode(text, validate=True).decode().partition(':')
        except (binascii.Error, UnicodeDecodeError):
            user = password = ''
        shop = self.server.gateway.shops.by_login(user, password) if kind == 'Basic' else None
        if shop is None and needed:
            raise _Stop(401, 'user name or password is wrong')
        return shop

    # ------------------------------------------------------------ calls
    def _api(self) -> None:
        settings = self.server.gateway.settings
        shop = self._shop(settings.basic_auth) or self.server.gateway.shops.only()
        if self.headers.get_content_type() != _XML:
            raise _Stop(415, f'{_XML} is needed')
        reply = self.server.api.respond(shop, self._body(LARGEST))
        if reply.cut == CUT:
            self._cut()
        elif reply.cut == CUT_INSIDE:
            self.send_response(200)
            self.send_header('Content-Type', _XML)
            self.send_header('Content-Length', str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body[:len(reply.body) // 2])
            self._cut()
        elif reply.status == 200:
            self._send(200, reply.body, f'{_XML}; charset={settings.charset}')
        else:
            after = {'Retry-After': '1'} if reply.status == 429 else {}
            self._send(reply.status, reply.body, _TEXT, after)

    # ------------------------------------------------------------ the customer
    def _known_shop(self, values: dict[str, str]) -> str:
        code = values.get('merchant_id', '') + values.get('service_id', '')
        if self.server.gateway.shops.get(code) is None:
            raise _Stop(404, 'no such shop')
        return code

    def _make_token(self, values: dict[str, str]) -> Any:
        gateway = self.server.gateway
        return gateway.cards.make_token(
            self._known_shop(values), values.get('cc_number', ''),
            values.get('cc_expiration', ''), gateway.settings,
            values.get('security_code', ''), values.get('cust_code', ''),
            values.get('return_url', ''), values.get('state', ''))

    def _token(self) -> None:
        """For the script on the shop's page."""
        try:
            answer = pages.token_json(self._make_token(self._values()), self.server.base)
        except CardError as error:
            answer = {'result': 'NG', 'error': str(error)}
        self._send(200, json.dumps(answer).encode(), _JSON, _ANY_PAGE)

    def _form(self) -> None:
        values = self._query()
        self._known_shop(values)
        if 'cc_number' in values:
            raise _Stop(400, 'a card number never stands in an address')
        self._send(200, pages.form(values), _HTML)

    def _typed(self) -> None:
        """The hosted page: a token, then the issuer's question where it is asked, then back."""
        values = self._values()
        try:
            token = self._make_token(values)
        except CardError as error:
            self._send(422, pages.form(values, f'{error}: 入力内容をご確認ください。'), _HTML)
            return
        self._lead(f'/3ds/{token.session}' if token.session else pages.way_back(token))

    def _answered(self, session: str) -> None:
        accepted = self._values().get('answer') == 'accept'
        token = self.server.gateway.cards.answer_3ds(session, accepted)
        if token.return_url:
            self._lead(pages.way_back(token))
        else:
            self._send(200, pages.message('完了' if accepted else '中止'), _HTML)

    def _lead(self, where: str) -> None:
        self._send(303, b'', '', {'Location': where})

    # ------------------------------------------------------------ files
    def _hand_in(self, name: str) -> None:
        shop, gateway = self._shop(), self.server.gateway
        data = self._body(files.LARGEST)
        due = workdays.shift(gateway.clock.today(), gateway.settings.refresh_bd)
        try:
            gateway.shelf.hand_in(shop.code, name, data, due, gateway.settings)
        except Taken as taken:
            raise _Stop(409, str(taken)) from None
        self._send(201, b'', '')

    def _fetch(self, place: str) -> None:
        shop, shelf = self._shop(), self.server.gateway.shelf
        kind, _slash, name = place.partition('/')
        if kind not in (*files.FETCHED, files.REFRESH):
            raise _Stop(404, 'no such folder')
        if not name:
            listed = [{'name': file.name, 'sha256': file.sha256}
                      for file in shelf.listed(shop.code, kind)]
            self._send(200, json.dumps(listed).encode(), _JSON)
            return
        file = shelf.find(shop.code, kind, name)
        if file is None or file.withheld:
            raise _Stop(404, 'no such file')
        self._send(200, shelf.data(file), _CSV)


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def __init__(self, gateway: Gateway, certificate: Certificate, port: int) -> None:
        self.gateway = gateway
        self.api = Api(gateway)
        self._context = certificate.context
        super().__init__(('127.0.0.1', port), _Handler)
        self.port = self.server_address[1]
        self.base = f'https://127.0.0.1:{self.port}'

    def get_request(self) -> tuple[ssl.SSLSocket, Any]:
        connection, address = self.socket.accept()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, True)
        return self._context.wrap_socket(connection, server_side=True,
                                         do_handshake_on_connect=False), address

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away, or does not trust us, is no error of this house."""
        level = logging.INFO if isinstance(sys.exc_info()[1], OSError) else logging.ERROR
        _log.log(level, 'connection ended', exc_info=True)

    def start(self) -> None:
        threading.Thread(target=self.serve_forever, daemon=True).start()

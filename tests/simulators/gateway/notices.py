"""Notifications (結果通知): signed XML, posted until the shop's server answers 200 and OK."""
from __future__ import annotations

import http.client
import ssl
import threading
import time
from datetime import timedelta
from typing import Any
from urllib.error import HTTPError
from urllib.request import HTTPSHandler, ProxyHandler, Request, build_opener

from . import clock, faults, message, spoil
from .books import Books, Notice
from .calls import NOTIFY
from .clock import Clock
from .faults import NOTICE_PREFIX, Faults
from .settings import Settings
from .shops import Shops

_KEPT_ERRORS = 3
_SWAP_WAIT = 10     # seconds; where no other notification comes it goes out by itself
_STALE = timedelta(hours=2)


class Notices:
    """Those that wait, in order."""

    def __init__(self, books: Books, time_: Clock, shops: Shops, troubles: Faults) -> None:
        self._books = books
        self._clock = time_
        self._shops = shops
        self._faults = troubles
        self._waiting = {notice.number: notice for notice in books.all('notice')
                         if not notice.taken}
        self._not_before: dict[str, float] = {}
        self._swapped: dict[str, float] = {}
        self.news = threading.Event()

    def add(self, about: str, shop: str, order_id: str, items: dict[str, Any]) -> Notice:
        """Only inside a step."""
        number = f'{self._books.next_number("notice"):010}'
        notice = Notice(number, shop, about, order_id, items, clock.stamp(self._clock.now()))
        self._books.put('notice', number, notice)
        self._waiting[number] = notice
        self.news.set()
        return notice

    def waiting(self) -> list[Notice]:
        with self._books.lock:
            return [notice for notice in self._waiting.values() if not notice.withheld]

    def all(self) -> list[Notice]:
        return self._books.all('notice')

    def release(self) -> int:
        """What was withheld goes out now."""
        with self._books.step():
            held = [notice for notice in self._waiting.values() if notice.withheld]
            for notice in held:
                notice.withheld = False
                self._books.put('notice', notice.number, notice)
            self.news.set()
            return len(held)

    def send_again(self, number: str) -> None:
        """A notification that was taken, once more."""
        with self._books.step():
            notice = self._books.get('notice', number)
            if notice is None:
                raise ValueError(f'no notification {number!r}')
            notice.taken = ''
            self._books.put('notice', number, notice)
            self._waiting[number] = notice
            self._not_before.pop(number, None)
            self.news.set()

    # ------------------------------------------------------------ sending
    def send_due(self, settings: Settings) -> float:
        """Send what may be sent; seconds until the next one, at most one."""
        wait = 1.0
        for notice in self.waiting():
            left = self._not_before.get(notice.number, 0) - time.monotonic()
            if left > 0:
                wait = min(wait, left)
            elif settings.notify_url and not self._is_swapped(notice):
                self._send(notice, settings)
                wait = 0.0
        return wait

    def _is_swapped(self, notice: Notice) -> bool:
        until = self._swapped.get(notice.number, 0)
        return until > time.monotonic()

    def _send(self, notice: Notice, settings: Settings) -> None:
        fault = self._faults.strike(faults.NOTICE_KINDS, notice.about, notice.order_id,
                                    str(notice.items.get('cust_code', '')))
        kind = fault.kind if fault else ''
        if kind == faults.NOTICE_WITHHELD:
            with self._books.step():
                notice.withheld = True
                self._books.put('notice', notice.number, notice)
        elif kind == faults.NOTICE_LATE:
            self._not_before[notice.number] = time.monotonic() + fault.seconds
        elif kind == faults.NOTICE_SWAPPED:
            self._swapped[notice.number] = time.monotonic() + _SWAP_WAIT
        else:
            self._deliver(notice, kind, settings)

    def _deliver(self, notice: Notice, kind: str, settings: Settings) -> None:
        body = self._body(notice, kind, settings)
        error = _post(settings, body)
        if not error and kind == faults.NOTICE_AGAIN:
            error = _post(settings, body)           # byte for byte: somebody plays it back
        elif not error and kind == faults.NOTICE_TWICE:
            error = _post(settings, self._body(notice, '', settings))
        with self._books.step():
            notice.tries += 1
            if error:
                notice.errors = [*notice.errors, error][-_KEPT_ERRORS:]
                wait = min(settings.notify_retry * 2 ** min(notice.tries - 1, 20),
                           settings.notify_retry_most)
                self._not_before[notice.number] = time.monotonic() + wait
            else:
                notice.taken = clock.stamp(self._clock.now())
                self._waiting.pop(notice.number, None)
                self._swapped.clear()
            self._books.put('notice', notice.number, notice)

    def _body(self, notice: Notice, kind: str, settings: Settings) -> bytes:
        shop = self._shops.get(notice.shop)
        now = clock.machine_now() if settings.window_clock == 'machine' else self._clock.now()
        if kind == faults.NOTICE_STALE:
            now -= _STALE
        damage = kind.removeprefix(NOTICE_PREFIX)
        items = {'merchant_id': shop.merchant_id, 'service_id': shop.service_id,
                 'notice_no': notice.number, 'notice_type': notice.about, 'res_result':
                 'NG' if notice.items.get('order_err_code') else 'OK', **notice.items,
                 message.FLAG_ITEM: int(shop.lock(settings).on),
                 'request_date': clock.stamp(now), 'limit_second': settings.max_window}
        spoil.spoil_items(damage, items)
        body = message.write(message.REQUEST, NOTIFY, items, settings, shop)
        return spoil.spoil_bytes(damage, body)


def _post(settings: Settings, body: bytes) -> str:
    """What went wrong, or ''. The shop's certificate is a test's own: it is not looked at."""
    request = Request(settings.notify_url, body, {
        'Content-Type': f'text/xml; charset={settings.charset}'})
    context = ssl._create_unverified_context()
    opener = build_opener(ProxyHandler({}), HTTPSHandler(context=context))
    try:
        with opener.open(request, timeout=settings.notify_timeout) as answer:
            if answer.status == 200 and answer.read(1000).strip().startswith(b'OK'):
                return ''
            return f'HTTP {answer.status}, not OK'
    except HTTPError as error:
        error.close()
        return f'HTTP {error.code}'
    except (OSError, http.client.HTTPException) as error:
        return type(error).__name__


class Postman(threading.Thread):
    """Carries the notifications, one after the other."""

    def __init__(self, gateway: Any) -> None:
        super().__init__(daemon=True, name='postman')
        self._gateway = gateway
        self._ended = threading.Event()

    def run(self) -> None:
        notices = self._gateway.notices
        while not self._ended.is_set():
            notices.news.clear()
            wait = notices.send_due(self._gateway.settings)
            if wait:
                notices.news.wait(wait)

    def close(self) -> None:
        self._ended.set()
        self._gateway.notices.news.set()

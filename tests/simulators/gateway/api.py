"""A call over the wire: admitted, read, checked, done and answered, with whatever goes wrong."""
from __future__ import annotations

import random
import re
import threading
import time
from collections import Counter
from dataclasses import dataclass
from typing import Any

from . import calls, clock, codes, faults, message, spoil
from .calls import CALLS
from .codes import Refusal
from .faults import Fault
from .gateway import Gateway
from .rate import Rate
from .settings import BY_CODE, MACHINE
from .shops import Shop

CUT, CUT_INSIDE = 'cut', 'cut_inside'
_ID = re.compile(rb'\bid="([0-9A-Z-]{1,20})"')


@dataclass(frozen=True)
class Reply:
    status: int = 200
    body: bytes = b''
    cut: str = ''       # the connection ends without the answer, or in the middle of it


class Api:
    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self.rate = Rate()
        self._lock = threading.Lock()
        self._times: Counter[str] = Counter()

    def respond(self, shop: Shop, body: bytes) -> Reply:
        settings = self._gateway.settings
        if not self.rate.admit(settings):
            return self._limited(shop, body)
        try:
            request, genuine = message.read(body, settings, shop)
        except Refusal as refusal:
            return Reply(200, self._refusal(shop, '', refusal.code))
        call = CALLS.get(request.call)
        name = call.name if call else 'unknown'
        self.rate.enter(name)
        try:
            return self._with_faults(shop, request, genuine, name)
        finally:
            self.rate.leave()

    def _limited(self, shop: Shop, body: bytes) -> Reply:
        """Not read any further than to see which call it is."""
        if self._gateway.settings.rate_answer == BY_CODE:
            match = _ID.search(body)
            call = match[1].decode() if match else ''
            return Reply(200, self._refusal(shop, call, self._gateway.settings.busy_code))
        return Reply(429, b'Too many requests')

    # ------------------------------------------------------------ faults
    def _with_faults(self, shop: Shop, request: message.Message, genuine: bool,
                     name: str) -> Reply:
        fault = self._fault(request, name)
        kind = fault.kind if fault else ''
        if kind == faults.DELAY:
            time.sleep(fault.seconds)
        elif kind == faults.CUT_BEFORE:
            return Reply(cut=CUT)
        elif kind == faults.ERROR_BEFORE:
            return Reply(500, b'Internal server error')
        elif kind == faults.RATE_LIMITED:
            return self._limited(shop, f'id="{request.call}"'.encode())
        body = self._answer(shop, request, genuine, kind)
        if kind == faults.CUT_AFTER:
            return Reply(cut=CUT)
        if kind == faults.CUT_INSIDE:
            return Reply(200, body, CUT_INSIDE)
        if kind == faults.ERROR_AFTER:
            return Reply(500, b'Internal server error')
        if kind == faults.LATE_ANSWER:
            time.sleep(fault.seconds)
        return Reply(200, spoil.spoil_bytes(kind, body))

    def _fault(self, request: message.Message, name: str) -> Fault | None:
        """One that was ordered, or one drawn by weight: the same again for the same seed."""
        order, customer = request['order_id'], request['cust_code']
        ordered = self._gateway.faults.strike(faults.CALL_KINDS, name, order, customer)
        settings = self._gateway.settings
        if ordered or not settings.fault_mix:
            return ordered
        about = f'{name}/{order or customer}'
        with self._lock:
            self._times[about] += 1
            seed = f'{settings.seed}/{about}/{self._times[about]}'
        kinds = sorted(settings.fault_mix)
        weights = [settings.fault_mix[kind] for kind in kinds]
        kind, = random.Random(seed).choices(['', *kinds], [1000 - sum(weights), *weights])
        return Fault(kind, seconds=settings.fault_seconds) if kind else None

    # ------------------------------------------------------------ the answer
    def _answer(self, shop: Shop, request: message.Message, genuine: bool, kind: str) -> bytes:
        gateway = self._gateway
        try:
            call = self._checked(shop, request, genuine)
            items = gateway.handle(shop.code, call, request)
        except Refusal as refusal:
            return self._refusal(shop, request.call, refusal.code, kind, request['order_id'])
        return self._signed(shop, request.call, {'res_result': 'OK', **items}, kind)

    def _checked(self, shop: Shop, request: message.Message, genuine: bool) -> calls.Call:
        """The hash before anything that is said is believed, then the time, then the rest."""
        if (request['merchant_id'], request['service_id']) != (shop.merchant_id, shop.service_id):
            raise Refusal(codes.SHOP, 'merchant_id')
        if not genuine:
            raise Refusal(codes.HASH, message.HASH_ITEM)
        settings = self._gateway.settings
        now = (clock.machine_now() if settings.window_clock == MACHINE
               else self._gateway.clock.now())
        if not request['request_date']:
            raise Refusal(codes.MISSING, 'request_date')
        message.check_window(request, now, settings)
        return calls.check(request)

    def _refusal(self, shop: Shop, call: str, code: str, kind: str = '',
                 order: str = '') -> bytes:
        about = {'order_id': order} if order else {}
        return self._signed(
            shop, call, {'res_result': 'NG', **about, 'res_err_code': code}, kind)

    def _signed(self, shop: Shop, call: str, items: dict[str, Any], kind: str) -> bytes:
        settings = self._gateway.settings
        items = {**items, message.FLAG_ITEM: int(shop.lock(settings).on),
                 'res_date': clock.stamp(self._gateway.clock.now())}
        spoil.spoil_items(kind, items)
        return message.write(message.RESPONSE, call, items, settings, shop)

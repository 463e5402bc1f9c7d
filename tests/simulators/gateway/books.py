"""The gateway's own books (帳簿): orders, cards, tokens, notifications, files and payouts.

A journal of JSON lines; each line holds every record that one step changed, so that a step is
written whole or not at all and the process may be killed at any moment. It is packed at the start.
"""
from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, is_dataclass
from pathlib import Path
from typing import Any

from ..books import write_atomically

# States of an order, by the names that comparable gateways use.
CHECK, AUTH, CAPTURE, SALES = 'CHECK', 'AUTH', 'CAPTURE', 'SALES'
VOID, RETURN, RETURN_LATER = 'VOID', 'RETURN', 'RETURNX'
FAILED, EXPIRED, CHARGEBACK = 'PAYFAIL', 'EXPIRED', 'CHARGEBACK'
NO_ORDER = 'NONE'       # what an inquiry says of an order that never came


@dataclass
class Refund:
    refund_no: str
    amount: int
    done: str                   # yyyyMMddHHmmss, as all moments here
    paid_out: str = ''          # the closing that took it in, yyyy-MM-dd


@dataclass
class Order:
    """One attempt to collect: the order id is good once."""
    shop: str
    order_id: str
    customer: str
    transaction: str
    tracking: str
    card: str                   # masked
    amount: int
    tax: int
    state: str
    code: str = ''              # of the refusal
    done: str = ''              # authorised or refused
    good_until: str = ''        # of the authorisation, yyyy-MM-dd
    sale_at_once: bool = False
    captured: int = 0
    captured_at: str = ''
    voided_at: str = ''
    refunds: list[Refund] = field(default_factory=list)
    charged_back_at: str = ''
    closing: str = ''           # of the capture, yyyy-MM-dd
    chargeback_closing: str = ''

    @property
    def refunded(self) -> int:
        return sum(refund.amount for refund in self.refunds)

    @property
    def kept(self) -> int:
        """What the customer has paid in the end."""
        if self.voided_at or self.charged_back_at:
            return 0
        return self.captured - self.refunded


@dataclass
class Card:
    """A stored card; the number itself is never kept, only its mask.

    `number` and `expiry` are what the gateway has, `next_…` what the issuer has by now.
    """
    shop: str
    customer: str
    ref: str
    number: str
    expiry: str                 # yyyyMM
    default: bool = False
    valid: bool = True          # by the issuer
    known: bool = True          # the issuer answers for it
    next_number: str = ''
    next_expiry: str = ''


@dataclass
class Token:
    """A card number typed by a customer, good once; 3-D Secure where it is asked for."""
    token: str
    key: str
    shop: str
    number: str                 # masked
    expiry: str
    made: str
    customer: str = ''          # '' = any
    session: str = ''           # of the 3-D Secure page
    secure: str = ''            # '', 'asked', 'passed', 'declined'
    return_url: str = ''
    state: str = ''             # the shop's own, handed back
    used: str = ''


@dataclass
class Notice:
    """A notification (通知) on its way, until the shop's server says OK."""
    number: str
    shop: str
    about: str                  # what happened: authorise, capture, …
    order_id: str
    items: dict[str, Any]
    made: str
    tries: int = 0
    taken: str = ''
    withheld: bool = False
    errors: list[str] = field(default_factory=list)     # of the last tries


@dataclass
class File:
    """A file made or taken; its bytes lie beside the journal."""
    kind: str                   # refresh, refreshed, results, payouts
    name: str
    shop: str
    sha256: str
    made: str
    due: str = ''               # of what was handed in: the day it is answered, yyyy-MM-dd
    answered: str = ''
    withheld: bool = False


@dataclass
class Payout:
    shop: str
    closing: str
    paid_on: str
    rows: list[dict[str, Any]]
    filed: bool = False

    @property
    def net(self) -> int:
        return sum(row['amount'] - row['fee'] - row['fee_tax'] for row in self.rows)


_KINDS = {'order': Order, 'card': Card, 'token': Token, 'notice': Notice, 'file': File,
          'payout': Payout}


def _record(kind: str, plain: dict[str, Any]) -> Any:
    if kind == 'order':
        plain['refunds'] = [Refund(**refund) for refund in plain['refunds']]
    return _KINDS[kind](**plain) if kind in _KINDS else plain


class Books:
    """Everything by kind and key, in memory and in the journal."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / 'journal.jsonl'
        self.lock = threading.RLock()
        self._kinds: dict[str, dict[str, Any]] = {
            kind: {} for kind in (*_KINDS, 'single')}
        self._open: dict[tuple[str, str], Any] | None = None
        self._replay()
        self._pack()
        self._stream = os.open(self._path, os.O_WRONLY | os.O_APPEND)

    def _replay(self) -> None:
        if not self._path.exists():
            return
        with open(self._path, 'rb') as stream:
            for line in stream:
                if not line.endswith(b'\n'):
                    break       # the process was killed while it wrote: the step did not happen
                for kind, key, plain in json.loads(line):
                    if plain is None:
                        self._kinds[kind].pop(key, None)
                    else:
                        self._kinds[kind][key] = _record(kind, plain)

    def _pack(self) -> None:
        lines = [_line([(kind, key, record)]) for kind, records in self._kinds.items()
                 for key, record in records.items()]
        self._path.touch(mode=0o600, exist_ok=True)
        write_atomically(self._path, b''.join(lines))
        self._path.chmod(0o600)

    def close(self) -> None:
        with self.lock:
            os.close(self._stream)

    # ------------------------------------------------------------ writing
    @contextmanager
    def step(self) -> Iterator[None]:
        """What is put inside is written as one line at the end, also when a refusal ends it.

        Inside another step it is part of that one.
        """
        with self.lock:
            if self._open is not None:
                yield
                return
            self._open = {}
            try:
                yield
            finally:
                changed = [(kind, key, record) for (kind, key), record in self._open.items()]
                self._open = None
                if changed:
                    os.write(self._stream, _line(changed))

    def put(self, kind: str, key: str, record: Any) -> None:
        """Only inside a step; a record is complete before it is put."""
        self._kinds[kind][key] = record
        self._open[kind, key] = record

    def forget(self, kind: str, key: str) -> None:
        del self._kinds[kind][key]
        self._open[kind, key] = None

    # ------------------------------------------------------------ reading
    def get(self, kind: str, key: str) -> Any:
        return self._kinds[kind].get(key)

    def all(self, kind: str) -> list[Any]:
        with self.lock:
            return list(self._kinds[kind].values())

    def count(self, kind: str) -> int:
        return len(self._kinds[kind])

    def next_number(self, name: str) -> int:
        """Only inside a step."""
        number = (self.get('single', name) or {'number': 0})['number'] + 1
        self.put('single', name, {'number': number})
        return number


def _line(records: list[tuple[str, str, Any]]) -> bytes:
    plain = [(kind, key, asdict(record) if is_dataclass(record) else record)
             for kind, key, record in records]
    return json.dumps(plain, ensure_ascii=False).encode() + b'\n'


def key_of(shop: str, *parts: str) -> str:
    return '/'.join((shop, *parts))

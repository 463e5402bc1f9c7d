"""Answers and notifications as they should not be. Each kind spoils one thing."""
from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

_HASH = re.compile(rb'(<sps_hashcode>)([0-9a-f])([0-9a-f]+)(</sps_hashcode>)')
_ROOT = re.compile(rb'(<sps-api-(?:request|response)\b[^>]*>)')
_LEAVES = 9
_BOMB = (b'<!DOCTYPE x [<!ENTITY e0 "lol">' + b''.join(
    b'<!ENTITY e%d "%s">' % (level, b'&e%d;' % (level - 1) * 10)
    for level in range(1, _LEAVES + 1)) + b']>')


def _changed(name: str, change: Callable[[Any], Any]) -> Callable[[dict[str, Any]], None]:
    def apply(items: dict[str, Any]) -> None:
        if name in items:
            items[name] = change(items[name])
    return apply


# Signed as they are: only the content is not what it should be.
_ITEMS: dict[str, Callable[[dict[str, Any]], None]] = {
    'unknown_result': _changed('res_result', lambda value: 'XX'),
    'unknown_status': _changed('status', lambda value: 'REQSUCCESS'),
    'other_order': _changed('order_id', lambda value: f'{value}X'[-38:]),
    'other_currency': _changed('currency', lambda value: 'USD'),
    'other_amount': _changed('amount', lambda value: int(value) + 1),
}


def _with_entity(declaration: bytes, name: bytes) -> Callable[[bytes], bytes]:
    return lambda body: _ROOT.sub(
        lambda root: declaration + root[1] + b'<res_x>&' + name + b';</res_x>', body, count=1)


# Spoiled after they were signed.
_BYTES: dict[str, Callable[[bytes], bytes]] = {
    'wrong_hash': lambda body: _HASH.sub(
        lambda m: m[1] + (b'1' if m[2] == b'0' else b'0') + m[3] + m[4], body),
    'no_hash': lambda body: _HASH.sub(b'', body),
    'truncated': lambda body: body[:len(body) * 2 // 3],
    'not_xml': lambda body: b'<html><body>Service temporarily unavailable<br></body></html>',
    'empty': lambda body: b'',
    # A first byte without its second, and no character of the other set.
    'wrong_encoding': lambda body: _ROOT.sub(
        lambda root: root[1] + b'<res_x>\x81\xff</res_x>', body, count=1),
    'entity_bomb': _with_entity(_BOMB, b'e%d' % _LEAVES),
    'external_entity': _with_entity(
        b'<!DOCTYPE x [<!ENTITY out SYSTEM "file:///etc/hostname">]>', b'out'),
}


def spoil_items(kind: str, items: dict[str, Any]) -> None:
    if kind in _ITEMS:
        _ITEMS[kind](items)


def spoil_bytes(kind: str, body: bytes) -> bytes:
    return _BYTES[kind](body) if kind in _BYTES else body

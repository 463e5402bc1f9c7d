"""Result files as they should not be: each kind of damage a consignor must survive.

A damage takes the records of a good result file and gives the bytes that are delivered.
Unless the damage is in the totals themselves, the totals agree with what is in the file.
"""
from __future__ import annotations

from collections.abc import Callable

from .zengin91 import CRLF, RECORD, join, trailer_of

Records = list[bytes]


def _put(record: bytes, position: int, text: bytes) -> bytes:
    return record[:position - 1] + text + record[position - 1 + len(text):]


def _with_data(records: Records, data: Records) -> Records:
    return [records[0], *data, trailer_of(data), records[-1]]


def _first(position: int, text: bytes) -> Callable[[Records], Records]:
    """Other bytes in the first data record, totals in agreement."""
    def damage(records: Records) -> Records:
        data = records[1:-2]
        return _with_data(records, [_put(data[0], position, text), *data[1:]])
    return damage


def _in_trailer(start: int, length: int) -> Callable[[Records], Records]:
    """One of the trailer's numbers off by one."""
    def damage(records: Records) -> Records:
        trailer = records[-2]
        value = int(trailer[start - 1:start - 1 + length]) + 1
        return [*records[:-2], _put(trailer, start, b'%0*d' % (length, value)), records[-1]]
    return damage


def _one_yen_more(records: Records) -> Records:
    data = records[1:-2]
    amount = b'%010d' % (int(data[0][80:90]) + 1)
    return _with_data(records, [_put(data[0], 81, amount), *data[1:]])


def _other_account(records: Records) -> Records:
    account = b'%07d' % (int(records[1][43:50]) % 9_999_999 + 1)
    return _first(44, account)(records)


def _in_header(position: int, text: bytes) -> Callable[[Records], Records]:
    return lambda records: [_put(records[0], position, text), *records[1:]]


def _other_day(records: Records) -> Records:
    return _in_header(55, b'0101' if records[0][54:58] != b'0101' else b'0102')(records)


def _other_consignor(records: Records) -> Records:
    code = b'%010d' % (int(records[0][4:14]) % 9_999_999_999 + 1)
    return _in_header(5, code)(records)


_ON_RECORDS: dict[str, Callable[[Records], Records]] = {
    'no_trailer': lambda records: records[:-2],
    'wrong_count': _in_trailer(2, 6),
    'wrong_totals': _in_trailer(8, 12),
    'wrong_collected': _in_trailer(26, 12),
    'unknown_code': _first(112, b'7'),
    'letter_code': _first(112, b'A'),
    'blank_code': _first(112, b' '),
    'unknown_customer': _first(92, b'9' * 20),
    'duplicate_record': lambda records: _with_data(records, [*records[1:-2], records[1]]),
    'missing_record': lambda records: _with_data(records, records[2:-2]),
    'reordered': lambda records: _with_data(records, records[-3:0:-1]),
    'changed_amount': _one_yen_more,
    'changed_account': _other_account,
    'ebcdic': _in_header(4, b'1'),
    'other_date': _other_day,
    'other_consignor': _other_consignor,
}


def _truncated(records: Records, separator: str) -> bytes:
    """Cut in the middle of the last data record."""
    whole = join(records, separator)
    return whole[:len(join(records[:-3], separator)) + RECORD // 2]


def _stray_line_endings(records: Records, separator: str) -> bytes:
    """CR+LF, but a lone LF after the first data record."""
    return join(records[:1], CRLF) + records[1] + b'\n' + join(records[2:], CRLF)


_ON_BYTES: dict[str, Callable[[Records, str], bytes]] = {
    'truncated': _truncated,
    'stray_line_endings': _stray_line_endings,
    'empty': lambda records, separator: b'',
    'byte_order_mark': lambda records, separator: b'\xef\xbb\xbf' + join(records, separator),
}
KINDS = (*_ON_RECORDS, *_ON_BYTES)


def spoil(kind: str, records: Records, separator: str) -> bytes:
    if kind in _ON_BYTES:
        return _ON_BYTES[kind](records, separator)
    return join(_ON_RECORDS[kind](records), separator)

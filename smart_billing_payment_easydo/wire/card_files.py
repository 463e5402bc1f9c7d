"""The gateway's files (CSV): card refresh (洗替) out and in, results of collection, payouts."""

import csv
import re
from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum
from types import SimpleNamespace
from typing import NamedTuple

from odoo.addons.smart_billing.core.errors import FieldError, FileError, Problem

_DIGITS = re.compile(r'(?<![0-9])[2-6][0-9]{12,18}(?![0-9])')


class Refreshed(StrEnum):
    """What the card company says about a stored card (洗替結果)."""

    UNCHANGED = 'unchanged'
    EXPIRY = 'expiry'  # a new expiry date
    NUMBER = 'number'  # a new number
    INVALID = 'invalid'
    UNKNOWN = 'unknown'


REFRESH_CODES = {'0': Refreshed.UNCHANGED, '1': Refreshed.EXPIRY, '2': Refreshed.NUMBER,
                 '8': Refreshed.INVALID, '9': Refreshed.UNKNOWN}
REFRESH_REQUEST = ('cust_code', 'card_ref')
REFRESH_RESULT = ('cust_code', 'card_ref', 'result', 'expiry', 'masked_number')
COLLECTION_RESULT = ('order_id', 'result', 'error_code', 'amount', 'processed_on')
PAYOUT = ('order_id', 'kind', 'amount', 'fee', 'fee_tax', 'paid_out_on')


class RefreshRow(NamedTuple):
    """One card after the refresh; `expiry` (year, month) and the mask where they are new."""

    line: int
    customer: str
    card: str
    result: Refreshed
    expiry: tuple[int, int] | None
    masked_number: str


class ResultRow(NamedTuple):
    """One order of a result file: collected, or refused with the gateway's code."""

    line: int
    order_id: str
    collected: bool
    error_code: str
    amount: int
    processed_on: date


class PayoutRow(NamedTuple):
    """One order in a payout: `kind` sale, refund or chargeback; amounts in yen, fee off."""

    line: int
    order_id: str
    kind: str
    amount: int
    fee: int
    fee_tax: int
    paid_out_on: date


def holds_card_number(text: str) -> bool:
    """Tell whether a text holds a card number: 13 to 19 digits with a right check digit (Luhn)."""
    return any(_luhn(match[0]) for match in _DIGITS.finditer(text))


def _luhn(digits: str) -> bool:
    total = 0
    for index, digit in enumerate(map(int, reversed(digits))):
        doubled = digit * 2 if index % 2 else digit
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0


def write_refresh(cards: Iterable[tuple[str, str]], charset: str = 'cp932') -> bytes:
    """Return the request of a refresh: (customer, card reference) rows."""
    lines: list[str] = []
    writer = csv.writer(SimpleNamespace(write=lines.append), lineterminator='\r\n')
    writer.writerow(REFRESH_REQUEST)
    writer.writerows(cards)
    return ''.join(lines).encode(charset)


def read_refresh(content: bytes, charset: str = 'cp932',
                 codes: dict[str, Refreshed] = REFRESH_CODES) -> list[RefreshRow]:
    """Return the rows of a refresh result, or refuse the file whole."""

    def row(line: int, values: Sequence[str]) -> RefreshRow:
        customer, card, result, expiry, masked = values
        if result not in codes:
            raise FieldError('unknown_result', field='result', found=result)
        return RefreshRow(line, customer, card, codes[result],
                          _expiry(expiry) if expiry else None, masked)

    return _rows(content, charset, REFRESH_RESULT, row)


def read_results(content: bytes, charset: str = 'cp932') -> list[ResultRow]:
    """Return the rows of a result file of collection, or refuse the file whole."""

    def row(line: int, values: Sequence[str]) -> ResultRow:
        order, result, code, amount, day = values
        if result not in ('OK', 'NG'):
            raise FieldError('unknown_result', field='result', found=result)
        return ResultRow(line, order, result == 'OK', code, _number('amount', amount),
                         _day('processed_on', day))

    return _rows(content, charset, COLLECTION_RESULT, row)


def read_payouts(content: bytes, charset: str = 'cp932') -> list[PayoutRow]:
    """Return the rows of a payout file, or refuse the file whole."""

    def row(line: int, values: Sequence[str]) -> PayoutRow:
        order, kind, amount, fee, fee_tax, day = values
        if kind not in ('sale', 'refund', 'chargeback'):
            raise FieldError('unknown_kind', field='kind', found=kind)
        return PayoutRow(line, order, kind, _number('amount', amount), _number('fee', fee),
                         _number('fee_tax', fee_tax), _day('paid_out_on', day))

    return _rows(content, charset, PAYOUT, row)


def _rows(content: bytes, charset: str, header: tuple[str, ...], row) -> list:
    """Read a file with a header line; every problem is named, with its line and offset."""
    try:
        text = content.decode(charset)
    except UnicodeDecodeError as error:
        raise FileError('encoding', content.count(b'\n', 0, error.start) + 1,
                        error.start) from None
    if holds_card_number(text):
        # Nothing of such a file is kept: a card number must not come to rest here.
        raise FileError('card_number', 1, 0)
    lines = text.splitlines(keepends=True)
    if not lines or tuple(lines[0].rstrip('\r\n').split(',')) != header:
        raise FileError('header_line', 1, 0, expected=','.join(header))
    if not lines[-1].endswith(('\n', '\r')):
        raise FileError('cut_off', len(lines), len(content))
    rows, problems, offset = [], [], len(lines[0].encode(charset))
    for line, raw in enumerate(lines[1:], 2):
        try:
            values = next(csv.reader([raw.rstrip('\r\n')], strict=True), [])
            if len(values) != len(header):
                raise FieldError('columns', expected=len(header), found=len(values))
            rows.append(row(line, values))
        except csv.Error:
            problems.append(Problem('csv_quotes', line, offset, {}))
        except FieldError as error:
            problems.append(Problem(error.code, line, offset, error.context))
        offset += len(raw.encode(charset))
    if problems:
        raise FileError.from_problems(problems)
    return rows


def _number(name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise FieldError('not_digits', field=name, value_length=len(text))
    return int(text)


def _day(name: str, text: str) -> date:
    try:
        if len(text) == 8 and text.isascii() and text.isdigit():
            return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        pass
    raise FieldError('day_unreadable', field=name, found=text)


def _expiry(text: str) -> tuple[int, int]:
    """Return year and month of YYYYMM."""
    if len(text) == 6 and text.isascii() and text.isdigit() and 1 <= int(text[4:]) <= 12:
        return int(text[:4]), int(text[4:])
    raise FieldError('expiry_unreadable', field='expiry', found=text)

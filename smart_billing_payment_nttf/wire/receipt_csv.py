"""The receipt file of 13 columns (収納データ CSV): Shift_JIS, one header line, one row a receipt.

Columns: 種別, 収納日, 収納時刻, バーコード情報 ("EAN" and 44 digits), ユーザー使用欄1 (6),
ユーザー使用欄2 (10 digits and the reissue digit), 印紙フラグ, 金額, コンビニ本部コード, コンビニ名,
コンビニ店舗コード, 振込日 (0: not known), データ作成日.
"""

import csv
from collections.abc import Iterable
from types import SimpleNamespace

from odoo.addons.smart_billing.core.errors import FieldError, FileError, Problem

from .slip_code import read_barcode
from .slip_receipt import (
    NOTICE_CODES,
    Notice,
    SlipReceipt,
    read_amount,
    read_day,
    read_notice,
    read_payout,
    read_time,
)

CHARSET = 'cp932'
HEADER = (
    '種別', '収納日', '収納時刻', 'バーコード情報', 'ユーザー使用欄1', 'ユーザー使用欄2', '印紙フラグ',
    '金額', 'コンビニ本部コード', 'コンビニ名', 'コンビニ店舗コード', '振込日', 'データ作成日')
PREFIX = 'EAN'


def decode(content: bytes, company: str, codes: dict[str, Notice] = NOTICE_CODES) -> (
        list[SlipReceipt]):
    """Return the rows of a file, or refuse it whole with everything that is wrong.

    :param company: maker code and company code of our slips (`slip_code.read_barcode`)
    :param codes: meaning of the 種別 column
    :raise FileError: with line and byte offset of each problem
    """
    try:
        text = content.decode(CHARSET)
    except UnicodeDecodeError as error:
        line = content.count(b'\n', 0, error.start) + 1
        raise FileError('encoding', line, error.start) from error
    receipts, problems, offset = [], [], 0
    for line, raw in enumerate(text.splitlines(keepends=True), 1):
        if line > 1 and raw.strip('\r\n\x1a'):
            try:
                receipts.append(_read(_columns(raw), company, codes, line))
            except FieldError as error:
                problems.append(Problem(error.code, line, offset, error.context))
        offset += len(raw.encode(CHARSET))
    problems += _frame_problems(text)
    if problems:
        raise FileError.from_problems(sorted(problems, key=lambda problem: problem.line))
    return receipts


def _frame_problems(text: str) -> list[Problem]:
    """A file without its header line is cut or is another one."""
    first = _columns(text.partition('\n')[0]) if text else []
    if tuple(name.strip() for name in first) != HEADER:
        return [Problem('header_line', 1, 0, {'columns': len(first)})]
    if not text.endswith(('\n', '\r', '\x1a')):
        last = text.count('\n') + 1
        return [Problem('cut_off', last, len(text.encode(CHARSET)), {})]
    return []


def _columns(raw: str) -> list[str]:
    try:
        return next(csv.reader([raw.rstrip('\r\n\x1a')], strict=True), [])
    except csv.Error as error:
        raise FieldError('csv_quotes', field='row') from error


def _read(columns: list[str], company: str, codes: dict[str, Notice], line: int) -> SlipReceipt:
    if len(columns) != len(HEADER):
        raise FieldError('columns', expected=len(HEADER), found=len(columns))
    (kind, paid_on, paid_at, code, user1, user2, stamp, amount, chain, chain_name, store, payout,
     made_on) = columns
    if not code.startswith(PREFIX):
        raise FieldError('barcode_prefix', field='barcode', found=code[:3])
    digits = code.removeprefix(PREFIX)
    who, slip = read_barcode(digits, company_length=len(company) - 6)
    if who != company:
        raise FieldError('other_company', field='barcode', found=who, expected=company)
    if user1 + user2 != digits[8:30][-len(user1 + user2):]:
        raise FieldError('barcode_differs', field='user_area', found=user1 + user2)
    if stamp not in ('0', '1'):
        raise FieldError('not_in_list', field='stamp', found=stamp)
    return SlipReceipt(
        notice=read_notice(kind, codes), paid_on=read_day(paid_on, 'paid_on'),
        paid_at=read_time(paid_at, 'paid_at'), number=slip.number, reissue=slip.reissue,
        stamp=stamp == '1', amount=read_amount(amount), chain=chain, store=store,
        payout=read_payout(payout), made_on=read_day(made_on, 'made_on'), barcode=digits,
        chain_name=chain_name, line=line)


def encode(receipts: Iterable[SlipReceipt], codes: dict[str, Notice] = NOTICE_CODES) -> bytes:
    """Return the file of these rows; for the check of a profile with a sample."""
    names = {notice: code for code, notice in codes.items()}
    lines: list[str] = []
    writer = csv.writer(SimpleNamespace(write=lines.append), lineterminator='\r\n')
    writer.writerow(HEADER)
    for receipt in receipts:
        own = receipt.barcode[13:30]
        writer.writerow((
            names[receipt.notice], f'{receipt.paid_on:%Y%m%d}', f'{receipt.paid_at:%H%M}',
            PREFIX + receipt.barcode, own[:6], own[6:], int(receipt.stamp), receipt.amount,
            receipt.chain, receipt.chain_name, receipt.store,
            f'{receipt.payout:%Y%m%d}' if receipt.payout else '0', f'{receipt.made_on:%Y%m%d}'))
    return ''.join(lines).encode(CHARSET)

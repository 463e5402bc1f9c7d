"""Does the agency take this request file (受付チェック)? A file with any error is refused whole."""
from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from . import workdays, zengin91
from .books import Book
from .settings import Settings
from .zengin91 import File, Problem

_NAME = re.compile(r'(?P<consignor>[0-9]{10})_(?P<date>[0-9]{8})_(?P<part>[0-9]{2})')
REQUEST_SUFFIX, RESULT_SUFFIX, ERROR_SUFFIX = '.dat', '.res', '.err'


@dataclass(frozen=True)
class Stem:
    """<consignor 10 digits>_<debit date YYYYMMDD>_<part 2 digits>"""
    consignor: str
    debit_date: date
    part: int

    def __str__(self) -> str:
        return f'{self.consignor}_{self.debit_date:%Y%m%d}_{self.part:02}'


def parse_stem(text: str) -> Stem | None:
    match = _NAME.fullmatch(text)
    if not match:
        return None
    digits = match['date']
    try:
        day = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None
    return Stem(match['consignor'], day, int(match['part']))


@dataclass(frozen=True)
class Consignor:
    """委託者 as registered: only this code, and this account if one is registered."""
    code: str
    name: str
    account: tuple[str, ...] | None = None


def examine(stem_text: str, data: bytes, consignor: Consignor, today: date,
            settings: Settings, same_date: Iterable[Book]) -> tuple[File, list[Problem]]:
    """Everything that is wrong with the file, in one list."""
    file = zengin91.read(data, zengin91.REQUEST, settings.request_separator, settings.allow_wo)
    problems = list(file.problems)
    stem = parse_stem(stem_text)
    if stem is None:
        what = 'file name: must be <consignor 10>_<YYYYMMDD>_<part 2>.dat'
        return file, [Problem(0, 0, what), *problems]
    if stem.consignor != consignor.code:
        problems.append(Problem(0, 0, f'file name: consignor is {consignor.code} here'))
    problems += _check_dates(stem.debit_date, today, settings)
    if file.header:
        problems += _check_header(file, stem, consignor)
        problems += _check_limits(file, settings)
        problems += _check_parts(file, stem, settings, list(same_date))
    return file, problems


def _check_dates(debit_date: date, today: date, settings: Settings) -> list[Problem]:
    if not workdays.is_debit_date(debit_date, settings.debit_days):
        return [Problem(0, 0, f'debit date: {debit_date} is no debit day of this contract')]
    cutoff = workdays.shift(debit_date, -settings.cutoff_bd)
    if today > cutoff:
        return [Problem(0, 0, f'cut-off: files for {debit_date} were due on {cutoff}')]
    return []


def _check_header(file: File, stem: Stem, consignor: Consignor) -> list[Problem]:
    problems = []
    if file.header.consignor != consignor.code:
        problems.append(Problem(1, 5, f'委託者コード: {file.header.consignor} is not registered'))
    if file.header.mmdd != f'{stem.debit_date:%m%d}':
        problems.append(Problem(1, 55, f'引落日: {file.header.mmdd}, but the file name says '
                                       f'{stem.debit_date:%m%d}'))
    if consignor.account and file.header.account != tuple(consignor.account):
        problems.append(Problem(1, 59, '委託者 bank, branch or account is not the registered one'))
    return problems


def _check_limits(file: File, settings: Settings) -> list[Problem]:
    problems = []
    if settings.max_records and len(file.lines) > settings.max_records:
        what = f'{len(file.lines)} data records, at most {settings.max_records} allowed'
        problems.append(Problem(0, 0, what))
    for line in file.lines:
        if line.amount > settings.max_amount:
            what = f'引落金額: {line.amount} is over the limit of {settings.max_amount}'
            problems.append(Problem(line.record, 81, what))
    return problems


def _check_parts(file: File, stem: Stem, settings: Settings,
                 same_date: list[Book]) -> list[Problem]:
    if same_date and settings.one_file_per_date:
        what = f'one file per debit date: {same_date[0].stem} was accepted already'
        return [Problem(0, 0, what)]
    if any(book.part == stem.part for book in same_date):
        return [Problem(0, 0, f'part {stem.part:02} was accepted already')]
    taken = {entry.customer: book.stem for book in same_date for entry in book.entries}
    return [Problem(line.record, 92, f'顧客番号: {line.customer} is in {taken[line.customer]} too')
            for line in file.lines if line.customer in taken]


def doubts(file: File, consignor: Consignor, known: dict[str, tuple[str, ...]]) -> list[str]:
    """Not refused, but told: 委託者名 and 新規コード that do not fit what the agency knows.

    `known`: the account of each customer number debited before.
    """
    said = []
    if file.header.name != consignor.name:
        said.append(f'委託者名 {file.header.name} is registered as {consignor.name}')
    for line in file.lines:
        before = known.get(line.customer)
        right = '1' if before is None else '0' if before == line.account else '2'
        if line.new_code != right:
            said.append(f'record {line.record}: 新規コード {line.new_code}, expected {right}')
    return said


def report(name: str, sha256: str, today: date, problems: list[Problem]) -> bytes:
    """The text a consignor finds in /reject beside the refused file."""
    lines = [f'FILE {name}', f'SHA-256 {sha256}', f'RECEIVED {today.isoformat()}',
             f'REFUSED {len(problems)} problem(s), nothing of this file was taken']
    lines += [f'record {p.record} position {p.position}: {p.what}' for p in problems]
    return ('\r\n'.join(lines) + '\r\n').encode('utf-8')

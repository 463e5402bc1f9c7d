"""Files handed in and fetched: refresh (洗替), results of a day, payouts (入金).

CSV with a header line, CR+LF, in the agreed character set. A name is good once.
"""
from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from ..books import write_atomically
from . import clock, seal
from .books import Books, File, key_of
from .clock import Clock
from .faults import FILE_KINDS, Faults
from .settings import Settings

REFRESH, REFRESHED, RESULTS, PAYOUTS = 'refresh', 'refreshed', 'results', 'payouts'
COLUMNS = {
    REFRESH: ('cust_code', 'card_ref'),
    REFRESHED: ('cust_code', 'card_ref', 'result', 'expiry', 'masked_number'),
    RESULTS: ('order_id', 'result', 'error_code', 'amount', 'processed_on'),
    PAYOUTS: ('order_id', 'kind', 'amount', 'fee', 'fee_tax', 'paid_out_on')}
FETCHED = (REFRESHED, RESULTS, PAYOUTS)
NAME = re.compile(r'[0-9A-Za-z_-]{1,60}\.csv')
LARGEST = 50 * 1024 * 1024
Row = Mapping[str, Any]


class FileError(ValueError):
    """Why a file that was handed in is refused as a whole."""


class Taken(FileError):
    """A file of this name was accepted before."""


def write(kind: str, rows: Iterable[Row], settings: Settings) -> bytes:
    text = io.StringIO(newline='')
    writer = csv.DictWriter(text, COLUMNS[kind], lineterminator='\r\n')
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode(seal.CODECS[settings.charset])


def read(kind: str, data: bytes, settings: Settings) -> list[dict[str, str]]:
    """The rows of a file; each has every column and nothing else."""
    try:
        text = data.decode(seal.CODECS[settings.charset])
    except UnicodeDecodeError:
        raise FileError(f'the file is not {settings.charset}') from None
    if text and not text.endswith('\r\n'):
        raise FileError('the last line does not end with CR+LF')
    lines = list(csv.reader(io.StringIO(text, newline=''), strict=True))
    columns = COLUMNS[kind]
    if not lines or tuple(lines[0]) != columns:
        raise FileError(f'the first line must be {",".join(columns)}')
    for number, line in enumerate(lines[1:], 2):
        if len(line) != len(columns) or not all(line):
            raise FileError(f'line {number}: {len(columns)} values are needed')
    return [dict(zip(columns, line, strict=True)) for line in lines[1:]]


class Shelf:
    """The files of all shops, listed in the books, their bytes in a folder."""

    def __init__(self, folder: Path, books: Books, time: Clock, faults: Faults) -> None:
        self._folder = folder
        self._books = books
        self._clock = time
        self._faults = faults
        folder.mkdir(parents=True, exist_ok=True)

    def _path(self, file: File) -> Path:
        return self._folder / f'{file.shop}_{file.kind}_{file.name}'

    def find(self, shop: str, kind: str, name: str) -> File | None:
        return self._books.get('file', key_of(shop, kind, name))

    def listed(self, shop: str, kind: str) -> list[File]:
        return sorted((file for file in self._books.all('file')
                       if (file.shop, file.kind) == (shop, kind) and not file.withheld),
                      key=lambda file: file.name)

    def data(self, file: File) -> bytes:
        return self._path(file).read_bytes()

    def _keep(self, file: File, data: bytes) -> None:
        write_atomically(self._path(file), data)
        self._books.put('file', key_of(file.shop, file.kind, file.name), file)

    # ------------------------------------------------------------ in
    def hand_in(self, shop: str, name: str, data: bytes, due: date, settings: Settings) -> File:
        """A refresh request; refused whole when anything is wrong with it."""
        if not NAME.fullmatch(name):
            raise FileError('the name must be letters, digits, _ and -, then .csv')
        with self._books.step():
            if self.find(shop, REFRESH, name):
                raise Taken(f'{name} was handed in before')
            rows = read(REFRESH, data, settings)
            if not rows:
                raise FileError('the file has no rows')
            seen = {(row['cust_code'], row['card_ref']) for row in rows}
            if len(seen) < len(rows):
                raise FileError('a card is in the file twice')
            file = File(REFRESH, name, shop, hashlib.sha256(data).hexdigest(),
                        clock.stamp(self._clock.now()), due.isoformat())
            self._keep(file, data)
            return file

    def due(self, today: date) -> list[File]:
        return [file for file in self._books.all('file')
                if file.due and not file.answered and file.due <= today.isoformat()]

    def answered(self, file: File) -> None:
        file.answered = clock.stamp(self._clock.now())
        self._books.put('file', key_of(file.shop, file.kind, file.name), file)

    # ------------------------------------------------------------ out
    def make(self, kind: str, shop: str, name: str, rows: list[dict[str, Any]],
             settings: Settings) -> dict[str, Any]:
        """The file, damaged where the driver ordered it; what happened."""
        fault = self._faults.strike(FILE_KINDS, file=kind)
        damage = fault.kind if fault else ''
        data = _damaged(damage, kind, rows, settings)
        names = [name]
        if damage == 'file_twice':
            names.append(name.replace('.csv', '_2.csv'))
        for one in names:
            file = File(kind, one, shop, hashlib.sha256(data).hexdigest(),
                        clock.stamp(self._clock.now()), withheld=damage == 'file_withheld')
            self._keep(file, data)
        return {'event': f'{kind} filed', 'shop': shop, 'names': names, 'rows': len(rows),
                'damage': damage}

    def release(self) -> int:
        with self._books.step():
            held = [file for file in self._books.all('file') if file.withheld]
            for file in held:
                file.withheld = False
                self._books.put('file', key_of(file.shop, file.kind, file.name), file)
            return len(held)

    def make_again(self, shop: str, kind: str, name: str, rows: list[dict[str, Any]],
                   settings: Settings) -> File:
        """The right file in place of a damaged one, at the shop's request."""
        with self._books.step():
            file = self.find(shop, kind, name)
            if file is None:
                raise ValueError(f'no file {kind}/{name}')
            data = write(kind, rows, settings)
            file.sha256, file.withheld = hashlib.sha256(data).hexdigest(), False
            self._keep(file, data)
            return file


def _damaged(damage: str, kind: str, rows: list[dict[str, Any]], settings: Settings) -> bytes:
    if rows:
        rows = _rows_as(damage, kind, [dict(row) for row in rows])
    data = write(kind, rows, settings)
    return data[:-7] if damage == 'file_truncated' else data


def _rows_as(damage: str, kind: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if damage == 'file_missing_row':
        return rows[1:]
    if damage == 'file_repeated_row':
        return [rows[0], *rows]
    if damage == 'file_reordered':
        return rows[::-1]
    if damage == 'file_unknown_order':
        rows[0][COLUMNS[kind][0]] = 'NOBODY-KNOWS-THIS'
    elif damage == 'file_other_amount' and 'amount' in rows[0]:
        rows[0]['amount'] += 1
    elif damage == 'file_unknown_result':
        rows[0]['kind' if kind == PAYOUTS else 'result'] = 'X'
    return rows

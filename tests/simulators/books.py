"""The agency's own books (帳簿): what was asked, collected, refused and paid out.

One JSON file per accepted request file and one for everything else, replaced atomically,
so that the process may be killed at any moment and started again.
"""
from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from .zengin91 import Line

Account = tuple[str, str, str, str]


@dataclass
class Entry:
    """One record of an accepted file; `code` is None until the debit date."""
    customer: str
    account: Account
    holder: str
    amount: int
    new_code: str
    code: str | None = None

    @classmethod
    def of(cls, line: Line) -> Entry:
        return cls(line.customer, line.account, line.holder, line.amount, line.new_code)


@dataclass
class Book:
    """One accepted request file and what became of it."""
    stem: str
    consignor: str
    debit_date: date
    part: int
    sha256: str
    received: date
    result_due: date
    payout_due: date
    warnings: list[str] = field(default_factory=list)
    decided: bool = False
    delivered: date | None = None
    entries: list[Entry] = field(default_factory=list)

    def sums(self) -> dict[str, dict[str, int]]:
        good = [e.amount for e in self.entries if e.code == '0']
        bad = [e.amount for e in self.entries if e.code not in ('0', None)]
        everything = [e.amount for e in self.entries]
        waiting = [e.amount for e in self.entries if e.code is None]
        return {name: {'count': len(amounts), 'amount': sum(amounts)} for name, amounts in (
            ('requested', everything), ('collected', good), ('failed', bad),
            ('pending', waiting))}

    def summary(self) -> dict[str, Any]:
        """The file without its records, for reports."""
        plain = _plain(self)
        del plain['entries']
        return {**plain, **self.sums()}


def _plain(book: Book) -> dict[str, Any]:
    return json.loads(json.dumps(asdict(book), default=date.isoformat))


def _book(plain: dict[str, Any]) -> Book:
    for name in ('debit_date', 'received', 'result_due', 'payout_due', 'delivered'):
        plain[name] = plain[name] and date.fromisoformat(plain[name])
    plain['entries'] = [Entry(**{**entry, 'account': tuple(entry['account'])})
                        for entry in plain['entries']]
    return Book(**plain)


def write_atomically(path: Path, data: bytes) -> None:
    """Nobody ever sees half a file: written beside, under a hidden name, then moved."""
    beside = path.with_name(f'.{path.name}.new')
    beside.write_bytes(data)
    os.replace(beside, path)


class Shelf:
    """The accepted files, in memory and on disk."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._books = {path.stem: _book(json.loads(path.read_bytes()))
                       for path in sorted(folder.glob('*.json'))}

    def __iter__(self) -> Iterable[Book]:
        return iter(sorted(self._books.values(), key=lambda book: (book.debit_date, book.stem)))

    def get(self, stem: str) -> Book | None:
        return self._books.get(stem)

    def save(self, book: Book) -> None:
        data = json.dumps(_plain(book), ensure_ascii=False).encode()
        write_atomically(self._folder / f'{book.stem}.json', data)
        self._books[book.stem] = book

    def of_date(self, consignor: str, debit_date: date) -> list[Book]:
        return [book for book in self
                if (book.consignor, book.debit_date) == (consignor, debit_date)]


def total(books: Iterable[Book]) -> dict[str, dict[str, int]]:
    """The sums of several files."""
    whole = {name: {'count': 0, 'amount': 0}
             for name in ('requested', 'collected', 'failed', 'pending')}
    for book in books:
        for name, sums in book.sums().items():
            whole[name]['count'] += sums['count']
            whole[name]['amount'] += sums['amount']
    return whole

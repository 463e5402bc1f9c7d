"""Which result code a record gets (振替結果): scripted, mandate missing, or by weights."""
from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from .books import Account, Book, Entry
from .settings import SettingError, Settings
from .zengin91 import RESULT_CODES

NO_MANDATE = '4'


@dataclass
class Script:
    """A code told in advance for a customer number or for an account.

    `account` is the seven digits, or BBBB-SSS-T-NNNNNNN where that is not enough.
    """
    code: str
    customer: str = ''
    account: str = ''
    debit_date: str = ''        # '' = any date

    def __post_init__(self) -> None:
        if self.code not in RESULT_CODES:
            raise SettingError(f'{self.code!r} is no result code')
        if bool(self.customer) == bool(self.account):
            raise SettingError('script: name either a customer or an account')
        if self.customer:
            self.customer = str(self.customer).zfill(20)
        if self.debit_date:
            date.fromisoformat(self.debit_date)

    def fits(self, entry: Entry, debit_date: date) -> bool:
        if self.debit_date and self.debit_date != debit_date.isoformat():
            return False
        if self.customer:
            return self.customer == entry.customer
        return self.account in (entry.account[3], '-'.join(entry.account))


def decide(book: Book, settings: Settings, scripts: Sequence[Script],
           mandates: dict[str, Account]) -> list[str]:
    """One code for each entry; the same again for the same seed, in whatever order."""
    return [_scripted(entry, book, scripts)
            or _without_mandate(entry, settings, mandates)
            or _drawn(entry, book, settings)
            for entry in book.entries]


def _scripted(entry: Entry, book: Book, scripts: Sequence[Script]) -> str:
    """A dated script goes before an undated one, a customer before an account, new before old."""
    fitting = [(bool(s.debit_date), bool(s.customer), index)
               for index, s in enumerate(scripts) if s.fits(entry, book.debit_date)]
    return scripts[max(fitting)[2]].code if fitting else ''


def _without_mandate(entry: Entry, settings: Settings, mandates: dict[str, Account]) -> str:
    """4: no form was filed for this customer number, or one with another account."""
    if settings.require_mandate and mandates.get(entry.customer) != entry.account:
        return NO_MANDATE
    return ''


def _drawn(entry: Entry, book: Book, settings: Settings) -> str:
    codes = sorted(settings.mix)
    seed = f'{settings.seed}/{book.consignor}/{book.debit_date}/{entry.customer}'
    return random.Random(seed).choices(codes, [settings.mix[code] for code in codes])[0]

"""The collection agency (回収代行): takes request files, debits, answers, pays out.

It has no clock. "Today" stands still until the driver moves it on.
"""
from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from . import acceptance, delivery, faults, outcomes, workdays
from .acceptance import ERROR_SUFFIX, REQUEST_SUFFIX, Consignor, parse_stem
from .books import Account, Book, Entry, Shelf, total, write_atomically
from .faults import Faults
from .outcomes import Script
from .settings import ON_COMMAND, SettingError, Settings, check_mix
from .zengin91 import File, Problem

FOLDERS = ('upload', 'result', 'reject', 'archive')


class Agency:
    """All methods may be called from several threads: each holds the lock as a whole."""

    def __init__(self, root: Path, today: date | None = None) -> None:
        self.lock = threading.RLock()
        self.root = root
        root.mkdir(parents=True, exist_ok=True)
        self._file = root / 'agency.json'
        saved = json.loads(self._file.read_bytes()) if self._file.exists() else {}
        if not saved and today is None:
            raise SettingError('a new agency needs a date to begin with')
        self.today = date.fromisoformat(saved['today']) if saved else today
        self.settings = Settings().changed(saved.get('settings', {}))
        self.consignors = {plain['code']: Consignor(**plain)
                           for plain in saved.get('consignors', [])}
        self.scripts = [Script(**plain) for plain in saved.get('scripts', [])]
        self.mandates: dict[str, dict[str, Account]] = {
            code: {customer: tuple(account) for customer, account in known.items()}
            for code, known in saved.get('mandates', {}).items()}
        self.rejected: list[dict[str, Any]] = saved.get('rejected', [])
        self.payouts: list[dict[str, Any]] = saved.get('payouts', [])
        self.faults = Faults()       # of this process: gone after a restart
        self.shelf = Shelf(root / 'books')
        self.save()

    def save(self) -> None:
        state = {'today': self.today.isoformat(), 'settings': self.settings.as_json(),
                 'consignors': [asdict(known) for known in self.consignors.values()],
                 'scripts': [asdict(script) for script in self.scripts],
                 'mandates': self.mandates, 'rejected': self.rejected,
                 'payouts': self.payouts}
        with self.lock:
            data = json.dumps(state, ensure_ascii=False, indent=1).encode()
            write_atomically(self._file, data)

    def home(self, code: str) -> Path:
        return self.root / 'consignors' / code

    # ------------------------------------------------------------ agreements
    def register(self, consignor: Consignor) -> None:
        """委託者 registered with the agency, with folders of its own."""
        if len(consignor.code) != 10 or not consignor.code.isdecimal():
            raise SettingError(f'consignor code {consignor.code!r}: ten digits')
        with self.lock:
            self.consignors[consignor.code] = consignor
            for folder in FOLDERS:
                (self.home(consignor.code) / folder).mkdir(parents=True, exist_ok=True)
            self.save()

    def configure(self, values: Mapping[str, Any]) -> dict[str, Any]:
        with self.lock:
            self.settings = self.settings.changed(values)
            self.save()
            return self.settings.as_json()

    def set_mix(self, mix: Mapping[str, int], seed: int | None = None) -> dict[str, Any]:
        check_mix(mix)
        return self.configure({'mix': mix} if seed is None else {'mix': mix, 'seed': seed})

    def script(self, rules: Iterable[Mapping[str, str]]) -> int:
        """Codes told in advance; see `outcomes.Script`."""
        new = [Script(**rule) for rule in rules]
        with self.lock:
            self.scripts += new
            self.save()
            return len(self.scripts)

    def clear_scripts(self) -> int:
        with self.lock:
            count = len(self.scripts)
            self.scripts = []
            self.save()
            return count

    def register_mandates(self, consignor: str, rows: Iterable[Mapping[str, str]]) -> int:
        """口座振替依頼書 that reached the banks: customer number and account."""
        if consignor not in self.consignors:
            raise SettingError(f'consignor {consignor!r} is not registered')
        new = {str(row['customer']).zfill(20):
               (row['bank'], row['branch'], row['type'], row['number']) for row in rows}
        with self.lock:
            self.mandates.setdefault(consignor, {}).update(new)
            self.save()
            return len(self.mandates[consignor])

    # ------------------------------------------------------------ taking files
    def was_accepted(self, code: str, stem: str) -> bool:
        book = self.shelf.get(stem)
        return book is not None and book.consignor == code

    def arrived(self, code: str, name: str) -> None:
        """A request file has got its final name in /upload."""
        if self.settings.pickup != ON_COMMAND:
            self.take_up(code, name)

    def pick_up(self) -> list[dict[str, Any]]:
        """Take up every file that waits in an /upload under its final name."""
        with self.lock:
            waiting = [(code, path.name) for code in sorted(self.consignors)
                       for path in sorted((self.home(code) / 'upload').iterdir())
                       if path.suffix == REQUEST_SUFFIX]
            return [self.take_up(code, name) for code, name in waiting]

    def take_up_left_over(self) -> None:
        """At the start: what was renamed but not yet looked at when the process was killed."""
        if self.settings.pickup != ON_COMMAND:
            self.pick_up()

    def take_up(self, code: str, name: str) -> dict[str, Any]:
        """Accept (to /archive and the books) or refuse as a whole (to /reject with a report)."""
        with self.lock:
            path = self.home(code) / 'upload' / name
            data = path.read_bytes()
            stem = name.removesuffix(REQUEST_SUFFIX)
            book = self.shelf.get(stem) if self.was_accepted(code, stem) else None
            if book and book.sha256 == hashlib.sha256(data).hexdigest():
                path.unlink()       # killed between books and clearing away
                return {'event': 'accepted', 'stem': stem, 'count': len(book.entries)}
            parsed = parse_stem(stem)
            same_date = self.shelf.of_date(code, parsed.debit_date) if parsed else []
            consignor = self.consignors[code]
            file, problems = acceptance.examine(stem, data, consignor, self.today,
                                                self.settings, same_date)
            if problems:
                return self._reject(code, name, data, problems)
            return self._accept(code, name, data, file)

    def _accept(self, code: str, name: str, data: bytes, file: File) -> dict[str, Any]:
        parsed = parse_stem(name.removesuffix(REQUEST_SUFFIX))
        rules = self.settings
        book = Book(
            stem=str(parsed), consignor=code, debit_date=parsed.debit_date, part=parsed.part,
            sha256=hashlib.sha256(data).hexdigest(), received=self.today,
            result_due=workdays.shift(parsed.debit_date, rules.result_bd),
            payout_due=workdays.shift(parsed.debit_date, rules.payout_bd),
            warnings=acceptance.doubts(file, self.consignors[code], self._known(code)),
            entries=[Entry.of(line) for line in file.lines])
        home = self.home(code)
        # Cleared away last: a kill in between leaves the file to be taken up at the start.
        write_atomically(home / 'archive' / name, data)
        self.shelf.save(book)
        (home / 'upload' / name).unlink()
        for suffix in (REQUEST_SUFFIX, ERROR_SUFFIX):       # of an earlier, refused attempt
            (home / 'reject' / f'{book.stem}{suffix}').unlink(missing_ok=True)
        return {'event': 'accepted', 'stem': book.stem, 'count': len(book.entries)}

    def _reject(self, code: str, name: str, data: bytes,
                problems: list[Problem]) -> dict[str, Any]:
        sha256 = hashlib.sha256(data).hexdigest()
        stem = name.removesuffix(REQUEST_SUFFIX)
        folder = self.home(code) / 'reject'
        text = acceptance.report(name, sha256, self.today, problems)
        write_atomically(folder / name, data)
        write_atomically(folder / f'{stem}{ERROR_SUFFIX}', text)
        self.rejected.append({'consignor': code, 'name': name, 'sha256': sha256,
                              'received': self.today.isoformat(),
                              'problems': [list(problem) for problem in problems]})
        self.save()
        (self.home(code) / 'upload' / name).unlink()
        return {'event': 'rejected', 'stem': stem, 'problems': len(problems)}

    def _known(self, code: str) -> dict[str, Account]:
        """The account that each customer number was debited from last."""
        return {entry.customer: entry.account for book in self.shelf
                if book.consignor == code for entry in book.entries}

    # ------------------------------------------------------------ time
    def advance(self, to: date) -> list[dict[str, Any]]:
        """Live through the days up to `to`; what happened on them, in order."""
        with self.lock:
            if to < self.today:
                raise SettingError(f'today is {self.today}: {to} is past')
            events = []
            while True:
                for event in [*self._debit(), *self._answer(), *self._pay_out()]:
                    events.append({'date': self.today.isoformat(), **event})
                if self.today == to:
                    break
                self.today += timedelta(days=1)
            self.save()
            return events

    def _debit(self) -> Iterable[dict[str, Any]]:
        for book in self.shelf:
            if book.decided or book.debit_date > self.today:
                continue
            codes = outcomes.decide(book, self.settings, self.scripts,
                                    self.mandates.get(book.consignor, {}))
            for entry, code in zip(book.entries, codes, strict=True):
                entry.code = code
            book.decided = True
            self.shelf.save(book)
            yield {'event': 'debited', 'stem': book.stem, **book.sums()['collected']}

    def _answer(self) -> Iterable[dict[str, Any]]:
        for book in self.shelf:
            if not book.decided or book.delivered or book.result_due > self.today:
                continue
            fault = self.faults.strike(*faults.RESULT, stem=book.stem)
            kind = fault.kind if fault else ''
            if kind in (faults.LATE, faults.WITHHELD):
                far = date.max if kind == faults.WITHHELD else None
                book.result_due = far or workdays.shift(self.today, fault.days)
                self.shelf.save(book)
                yield {'event': kind, 'stem': book.stem, 'files': []}
            else:
                yield {'event': 'answered', 'stem': book.stem, 'damage': kind,
                       'files': self._deliver(book, kind)}

    def _deliver(self, book: Book, kind: str) -> list[str]:
        home = self.home(book.consignor)
        request = (home / 'archive' / f'{book.stem}{REQUEST_SUFFIX}').read_bytes()
        separator = self.settings.result_separator
        good = delivery.write(request, [entry.code for entry in book.entries], separator,
                              self.settings.allow_wo)
        names = delivery.deliver(home / 'result', book.stem, good, separator, kind)
        book.delivered = self.today
        self.shelf.save(book)
        return names

    def redeliver(self, stem: str) -> list[str]:
        """The right result file, at the consignor's request; also one late or withheld."""
        with self.lock:
            book = self.shelf.get(stem)
            if book is None or not book.decided:
                raise SettingError(f'nothing to deliver for {stem!r}')
            return self._deliver(book, '')

    def _pay_out(self) -> Iterable[dict[str, Any]]:
        """入金: what was collected on a date, less the fees and their tax."""
        paid = {(payout['consignor'], payout['debit_date']) for payout in self.payouts}
        for book in list(self.shelf):
            key = book.consignor, book.debit_date.isoformat()
            if not book.decided or book.payout_due > self.today or key in paid:
                continue
            paid.add(key)
            sums = total(self.shelf.of_date(book.consignor, book.debit_date))
            gross = sums['collected']['amount']
            fee = (self.settings.fee_fixed
                   + self.settings.fee_per_item * sums['requested']['count'])
            tax = fee * self.settings.fee_tax_percent // 100
            payout = {'consignor': key[0], 'debit_date': key[1], 'paid': self.today.isoformat(),
                      'count': sums['collected']['count'], 'gross': gross, 'fee': fee,
                      'fee_tax': tax, 'net': gross - fee - tax}
            self.payouts.append(payout)
            yield {'event': 'paid out', **payout}

    # ------------------------------------------------------------ looking
    def status(self) -> dict[str, Any]:
        with self.lock:
            return {'today': self.today.isoformat(), 'settings': self.settings.as_json(),
                    'consignors': sorted(self.consignors), 'faults': self.faults.as_json(),
                    'scripts': [asdict(script) for script in self.scripts],
                    'files': [{'stem': book.stem, 'decided': book.decided,
                               'delivered': book.delivered and book.delivered.isoformat()}
                              for book in self.shelf],
                    'rejected': len(self.rejected)}

    def books(self, consignor: str = '', debit_date: str = '') -> dict[str, Any]:
        """The agency's truth, to be compared with the biller's ledger at the end."""
        with self.lock:
            chosen = [book for book in self.shelf
                      if consignor in ('', book.consignor)
                      and debit_date in ('', book.debit_date.isoformat())]
            lines = [{'stem': book.stem, 'debit_date': book.debit_date.isoformat(),
                      'customer': entry.customer, 'account': '-'.join(entry.account),
                      'holder': entry.holder, 'amount': entry.amount,
                      'new_code': entry.new_code, 'code': entry.code}
                     for book in chosen for entry in book.entries]
            return {'today': self.today.isoformat(), 'totals': total(chosen),
                    'files': [book.summary() for book in chosen], 'lines': lines,
                    'rejected': self.rejected, 'payouts': self.payouts}

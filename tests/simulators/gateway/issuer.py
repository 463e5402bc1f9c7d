"""What the card's issuer says (与信): scripted, by the state of the card, or by weights."""
from __future__ import annotations

import random
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from fnmatch import fnmatchcase
from typing import Any

from ..settings import SettingError
from . import codes
from .books import Books, Card
from .settings import APPROVED, Settings

# The calls that an issuer is asked at; others only where a script names them.
ASKED = ('check', 'authorise', 'store_card')
_CODE = re.compile(r'[0-9A-Z]{8}')
_SCRIPTS = 'scripts'


@dataclass(frozen=True)
class Question:
    call: str
    shop: str
    order: str
    customer: str
    number: str         # masked
    expiry: str


@dataclass
class Script:
    """Answers told in advance: one after the other, the last one for ever."""
    codes: list[str]
    order: str = ''             # may hold * and ?
    customer: str = ''
    card: str = ''              # the last four digits
    call: str = ''
    used: int = field(default=0)

    def __post_init__(self) -> None:
        if isinstance(self.codes, str):
            self.codes = [self.codes]
        if not self.codes:
            raise SettingError('script: no code')
        for code in self.codes:
            if code != APPROVED and not _CODE.fullmatch(code):
                raise SettingError(f'script: {code!r} is neither {APPROVED!r} nor an error code')

    def fits(self, question: Question) -> bool:
        return (question.call in ((self.call,) if self.call else ASKED)
                and fnmatchcase(question.order, self.order or '*')
                and fnmatchcase(question.customer, self.customer or '*')
                and question.number.endswith(self.card))

    def weight(self) -> tuple[bool, ...]:
        return bool(self.order), bool(self.customer), bool(self.card), bool(self.call)


class Issuer:
    def __init__(self, books: Books) -> None:
        self._books = books
        kept = books.get('single', _SCRIPTS) or {'rules': []}
        self._scripts = [Script(**plain) for plain in kept['rules']]

    def script(self, rules: Iterable[Mapping[str, Any]]) -> int:
        new = [Script(**rule) for rule in rules]
        with self._books.step():
            self._scripts += new
            self._keep()
            return len(self._scripts)

    def clear(self) -> int:
        with self._books.step():
            count = len(self._scripts)
            self._scripts = []
            self._keep()
            return count

    def as_json(self) -> list[dict[str, Any]]:
        return [asdict(script) for script in self._scripts]

    def _keep(self) -> None:
        self._books.put('single', _SCRIPTS, {'rules': self.as_json()})

    def ask(self, question: Question, settings: Settings, today: date,
            card: Card | None = None) -> str:
        """The error code, or '' for yes. Only inside a step."""
        code = self._scripted(question)
        if not code:
            code = _of_card(question, today, card)
        if not code and question.call in ASKED:
            code = _drawn(question, settings)
        return '' if code == APPROVED else code

    def _scripted(self, question: Question) -> str:
        """An order goes before a customer, a customer before a card, new before old."""
        fitting = [(script.weight(), index) for index, script in enumerate(self._scripts)
                   if script.fits(question)]
        if not fitting:
            return ''
        script = self._scripts[max(fitting)[1]]
        code = script.codes[min(script.used, len(script.codes) - 1)]
        if script.used < len(script.codes):
            script.used += 1
            self._keep()
        return code


def _of_card(question: Question, today: date, card: Card | None) -> str:
    if card and not card.valid:
        return codes.Refusal(codes.UNUSABLE).code
    # Good until the last day of its month.
    if question.expiry and question.expiry < f'{today:%Y%m}':
        return codes.Refusal(codes.WRONG_CARD).code
    return ''


def _drawn(question: Question, settings: Settings) -> str:
    """The same again for the same seed, in whatever order the calls come."""
    names = sorted(settings.mix)
    about = question.order or f'{question.customer}/{question.number}'
    seed = f'{settings.seed}/{question.shop}/{question.call}/{about}'
    return random.Random(seed).choices(names, [settings.mix[name] for name in names])[0]

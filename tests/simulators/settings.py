"""What a consignor has agreed upon with the agency. Kept as JSON, checked when set."""
from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

from .workdays import EOM
from .zengin91 import CRLF, EITHER, NONE, RESULT_CODES

ON_RENAME, ON_COMMAND = 'rename', 'command'


class SettingError(ValueError):
    """A setting that does not exist or cannot have this value."""


@dataclass(frozen=True)
class Agreement:
    """Values with defaults, changed as a whole or not at all."""

    def changed(self, values: Mapping[str, Any]) -> Any:
        """A copy with these values, refused as a whole when one of them is wrong."""
        known = {spec.name: getattr(self, spec.name) for spec in fields(self)}
        for name, value in values.items():
            if name not in known:
                raise SettingError(f'no setting {name!r}')
            if isinstance(known[name], tuple):
                value = tuple(value)
            elif not _same_kind(known[name], value):
                raise SettingError(f'{name}: {value!r} is of the wrong kind')
            known[name] = value
        new = replace(self, **known)
        new._check()
        return new

    def _check(self) -> None:
        for spec in fields(self):
            value = getattr(self, spec.name)
            if isinstance(value, (int, float)) and value < 0:
                raise SettingError(f'{spec.name}: {value} is negative')

    def _one_of(self, name: str, allowed: Iterable[str]) -> None:
        if getattr(self, name) not in allowed:
            raise SettingError(f'{name}: must be one of {", ".join(allowed)}')

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Settings(Agreement):
    debit_days: tuple[int | str, ...] = (27,)   # 1-31 or "EOM"; empty: any business day
    cutoff_bd: int = 7              # business days before the debit date, that day included
    result_bd: int = 4
    payout_bd: int = 6
    one_file_per_date: bool = True
    max_records: int = 0            # 0: no limit but the layout's
    max_amount: int = 9_999_999_999
    request_separator: str = EITHER
    result_separator: str = CRLF
    allow_wo: bool = False          # ｦ in names
    pickup: str = ON_RENAME         # when a file is looked at
    client_may_delete: bool = False     # files in /result
    require_mandate: bool = False   # result 4 for what was not registered
    mix: Mapping[str, int] = field(default_factory=lambda: {'0': 1})    # code -> weight
    seed: int = 1
    fee_per_item: int = 0           # yen for each record debited or tried
    fee_fixed: int = 0              # yen for each payout
    fee_tax_percent: int = 10

    def _check(self) -> None:
        super()._check()
        check_mix(self.mix)
        for day in self.debit_days:
            if day != EOM and day not in range(1, 32):
                raise SettingError(f'debit_days: {day!r}')
        self._one_of('request_separator', (NONE, CRLF, EITHER))
        self._one_of('result_separator', (NONE, CRLF))
        self._one_of('pickup', (ON_RENAME, ON_COMMAND))


def _same_kind(old: Any, new: Any) -> bool:
    if isinstance(old, bool) or isinstance(new, bool):
        return isinstance(old, bool) and isinstance(new, bool)
    if isinstance(old, Mapping):
        return isinstance(new, Mapping)
    if isinstance(old, float):
        return isinstance(new, (int, float))
    return isinstance(new, type(old))


def check_mix(mix: Mapping[str, int]) -> None:
    for code, weight in mix.items():
        if code not in RESULT_CODES:
            raise SettingError(f'mix: {code!r} is no result code')
        if isinstance(weight, bool) or not isinstance(weight, int) or weight < 0:
            raise SettingError(f'mix: weight {weight!r} of code {code}')
    if not sum(mix.values()):
        raise SettingError('mix: no weight at all')

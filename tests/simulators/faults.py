"""Faults ordered by the driver: what goes wrong next, and how often.

Each is used up when it strikes; `times` says how often (0: until cleared).
"""
from __future__ import annotations

import threading
from dataclasses import asdict, dataclass
from typing import Any

from . import spoil
from .acceptance import parse_stem
from .settings import SettingError

# On the wire. `after` is a number of bytes, `seconds` a delay before the answer.
CUT_UPLOAD, CUT_DOWNLOAD = 'cut_upload', 'cut_download'
CUT_BEFORE_RENAME, CUT_AFTER_RENAME = 'cut_before_rename', 'cut_after_rename'
DROP_CONNECTION, REFUSE_LOGIN, DISK_FULL, SLOW = (
    'drop_connection', 'refuse_login', 'disk_full', 'slow')
WIRE = (CUT_UPLOAD, CUT_DOWNLOAD, CUT_BEFORE_RENAME, CUT_AFTER_RENAME, DROP_CONNECTION,
        REFUSE_LOGIN, DISK_FULL, SLOW)
# On the result file beside those of `spoil`. `days`: business days of delay.
LATE, WITHHELD, DUPLICATE, YESTERDAY = 'late', 'withheld', 'duplicate', 'yesterday'
RESULT = (*spoil.KINDS, LATE, WITHHELD, DUPLICATE, YESTERDAY)
_NEEDS = {CUT_UPLOAD: 'after', CUT_DOWNLOAD: 'after', SLOW: 'seconds', LATE: 'days'}


@dataclass
class Fault:
    kind: str
    after: int = 0
    seconds: float = 0
    days: int = 0
    times: int = 1
    stem: str = ''          # only this result file; '' = the next one

    def __post_init__(self) -> None:
        if self.kind not in WIRE + RESULT:
            raise SettingError(f'fault: no kind {self.kind!r}')
        needed = _NEEDS.get(self.kind)
        if needed and getattr(self, needed) < (0 if needed == 'after' else 1e-9):
            raise SettingError(f'fault {self.kind}: {needed} is missing')
        if self.stem and parse_stem(self.stem) is None:
            raise SettingError(f'fault: no such stem {self.stem!r}')


class Faults:
    """The queue. Several connections may ask at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._queue: list[Fault] = []

    def add(self, **values: Any) -> Fault:
        fault = Fault(**values)
        with self._lock:
            self._queue.append(fault)
        return fault

    def clear(self) -> int:
        with self._lock:
            count = len(self._queue)
            self._queue.clear()
        return count

    def peek(self, *kinds: str) -> Fault | None:
        """The next fault of these kinds, not used up: a byte count may not be reached yet."""
        with self._lock:
            return next((f for f in self._queue if f.kind in kinds), None)

    def strike(self, *kinds: str, stem: str = '') -> Fault | None:
        """The next fault of these kinds that applies here, used up by this call."""
        with self._lock:
            for fault in self._queue:
                if fault.kind in kinds and fault.stem in ('', stem):
                    if fault.times:
                        fault.times -= 1
                        if not fault.times:
                            self._queue.remove(fault)
                    return fault
        return None

    def as_json(self) -> list[dict[str, Any]]:
        with self._lock:
            return [asdict(fault) for fault in self._queue]

"""Faults ordered by the driver: what goes wrong next, and how often. They end with the process.

Of a call, of a notification or of a file; each strikes once, or `times` times (0: until cleared).
"""
from __future__ import annotations

import threading
from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase
from typing import Any

from ..settings import SettingError

# Before the call is looked at: nothing happens on the books.
DELAY, CUT_BEFORE, ERROR_BEFORE, RATE_LIMITED = (
    'delay', 'cut_before', 'error_before', 'rate_limited')
BEFORE = (DELAY, CUT_BEFORE, ERROR_BEFORE, RATE_LIMITED)
# After it was done: the books have it, the caller does not know.
LATE_ANSWER, CUT_AFTER, CUT_INSIDE, ERROR_AFTER = (
    'late_answer', 'cut_after', 'cut_inside', 'error_after')
AFTER = (LATE_ANSWER, CUT_AFTER, CUT_INSIDE, ERROR_AFTER)
# The answer comes, but not as it should be: the same for notifications, `notice_…`.
SPOILED = ('wrong_hash', 'no_hash', 'truncated', 'not_xml', 'empty', 'wrong_encoding',
           'entity_bomb', 'external_entity', 'unknown_result', 'unknown_status', 'other_order',
           'other_amount', 'other_currency')
CALL_KINDS = (*BEFORE, *AFTER, *SPOILED)
# How a notification comes: twice, again after it was taken, late, not at all, after the next.
NOTICE_TWICE, NOTICE_AGAIN, NOTICE_LATE, NOTICE_WITHHELD, NOTICE_SWAPPED, NOTICE_STALE = (
    'notice_twice', 'notice_again', 'notice_late', 'notice_withheld', 'notice_swapped',
    'notice_stale')
NOTICE_PREFIX = 'notice_'
NOTICE_KINDS = (NOTICE_TWICE, NOTICE_AGAIN, NOTICE_LATE, NOTICE_WITHHELD, NOTICE_SWAPPED,
                NOTICE_STALE, *(NOTICE_PREFIX + kind for kind in SPOILED))
FILE_KINDS = ('file_truncated', 'file_missing_row', 'file_repeated_row', 'file_reordered',
              'file_twice', 'file_unknown_order', 'file_other_amount', 'file_unknown_result',
              'file_withheld')
_NEEDS_SECONDS = (DELAY, LATE_ANSWER, NOTICE_LATE)


@dataclass
class Fault:
    kind: str
    call: str = ''              # '': any of the kind
    order: str = ''             # order id, may hold * and ?
    customer: str = ''
    file: str = ''              # kind of file: results, payouts, refreshed
    seconds: float = 0
    times: int = 1

    def __post_init__(self) -> None:
        if self.kind not in CALL_KINDS + NOTICE_KINDS + FILE_KINDS:
            raise SettingError(f'fault: no kind {self.kind!r}')
        if self.kind in _NEEDS_SECONDS and self.seconds <= 0:
            raise SettingError(f'fault {self.kind}: seconds are missing')

    def fits(self, call: str, order: str, customer: str, file: str) -> bool:
        return (self.call in ('', call) and self.file in ('', file)
                and fnmatchcase(order, self.order or '*')
                and fnmatchcase(customer, self.customer or '*'))


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

    def strike(self, kinds: tuple[str, ...], call: str = '', order: str = '', customer: str = '',
               file: str = '') -> Fault | None:
        """The next fault of these kinds that applies here, used up by this call."""
        with self._lock:
            for fault in self._queue:
                if fault.kind in kinds and fault.fits(call, order, customer, file):
                    if fault.times:
                        fault.times -= 1
                        if not fault.times:
                            self._queue.remove(fault)
                    return fault
        return None

    def as_json(self) -> list[dict[str, Any]]:
        with self._lock:
            return [asdict(fault) for fault in self._queue]

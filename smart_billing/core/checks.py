"""What a timeline must not say (契約履歴の検査): mistakes of entry, found before they are billed."""
from datetime import date

from .errors import DomainError
from .facts import CANCEL, IMMEDIATE, RESUME, START, SUSPEND, Contract


class TimelineError(DomainError):
    """An event that makes no sense where it stands."""


def check_timeline(contract: Contract) -> None:
    """Refuse events before the start or after the end, and a resumption without suspension.

    :raise TimelineError: `event_before_start` (start, day), `event_after_end` (end, day),
        `resume_without_suspend` (day), `start_missing`
    """
    starts = [event for event in contract.events if event.kind == START]
    if not starts:
        raise TimelineError('start_missing')
    _check_begin(contract, starts[0].effective)
    _check_end(contract)
    _check_pauses(contract)


def _check_begin(contract: Contract, start: date) -> None:
    for event in contract.events:
        if event.effective < start:
            raise TimelineError('event_before_start', start=start, day=event.effective)


def _check_end(contract: Contract) -> None:
    """An event entered after a cancellation must count before the end that it set."""
    end = None
    for event in sorted(contract.events, key=lambda event: event.sequence):
        if event.kind == CANCEL:
            end = event.effective if event.when == IMMEDIATE else None
        elif end is not None and event.effective >= end:
            raise TimelineError('event_after_end', end=end, day=event.effective)


def _check_pauses(contract: Contract) -> None:
    suspended = False
    pauses = (event for event in contract.events if event.kind in (SUSPEND, RESUME))
    for event in sorted(pauses, key=lambda event: (event.effective, event.sequence)):
        if event.kind == RESUME and not suspended:
            raise TimelineError('resume_without_suspend', day=event.effective)
        suspended = event.kind == SUSPEND

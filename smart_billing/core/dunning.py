"""Follow-up of what stays unpaid (督促): which step is due for an invoice, or why none is.

A policy is a row of steps, each some days after the due day, some only after certain results.
Steps are taken in their order and once each; a step that comes late does not bring the ones after
it along on the same day.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from .money import round_ratio

# Why nothing is done now.
PAID = 'paid'
UNDER_COLLECTION = 'under_collection'  # the outcome of a request is open or unknown
PRELIMINARY = 'preliminary_receipt'  # 速報: the money is on its way
PROMISED = 'promised'  # 支払約束
EXCLUDED = 'excluded'
NOT_YET = 'not_yet'
FINISHED = 'finished'


class Step(NamedTuple):
    """One step of a policy: `days` after the due day, and at least `gap` days after the last.

    `results`: only after a failed collection of one of these classes; empty: always.
    """

    key: object
    days: int
    gap: int = 1
    results: tuple[str, ...] = ()
    least_amount: int = 0


class Case(NamedTuple):
    """What is known of an overdue invoice; `done` are (step key, day) of steps taken.

    `result` is the class of the last failed collection, '' where none was tried.
    """

    due: date
    open_amount: int
    result: str = ''
    done: tuple[tuple[object, date], ...] = ()
    under_collection: bool = False
    preliminary: bool = False
    promised_until: date | None = None
    excluded: bool = False


class Next(NamedTuple):
    """The step that is due today, or why none is and when to look again (None: when told)."""

    step: Step | None
    reason: str = ''
    look_again: date | None = None


def next_step(case: Case, steps: Sequence[Step], today: date) -> Next:
    """Return the first step that was not taken yet and whose day has come."""
    held = _held_up(case, today)
    if held:
        return held
    taken = dict(case.done)
    last = max(taken.values(), default=None)
    waiting: date | None = None
    for step in steps:
        if step.key in taken or not _applies(step, case):
            continue
        day = case.due + timedelta(days=step.days)
        if last is not None:
            day = max(day, last + timedelta(days=step.gap))
        if day <= today:
            return Next(step)
        waiting = day if waiting is None else min(waiting, day)
        break
    return Next(None, NOT_YET, waiting) if waiting else Next(None, FINISHED)


def _applies(step: Step, case: Case) -> bool:
    return case.open_amount >= step.least_amount and (
        not step.results or case.result in step.results)


def _held_up(case: Case, today: date) -> Next | None:
    """Never while an outcome is open or a preliminary receipt exists."""
    if case.open_amount <= 0:
        return Next(None, PAID)
    if case.under_collection:
        return Next(None, UNDER_COLLECTION)
    if case.preliminary:
        return Next(None, PRELIMINARY)
    if case.excluded:
        return Next(None, EXCLUDED)
    if case.promised_until is not None and today <= case.promised_until:
        return Next(None, PROMISED, case.promised_until + timedelta(days=1))
    return None


def late_charge(open_amount: int, due: date, until: date, percent_hundredths: int,
                rounding: str = 'floor') -> int:
    """Return the charge for late payment (遅延損害金) in minor units: simple, by days of 365.

    :param until: the day of payment; the day after the due day is the first that counts
    :param percent_hundredths: yearly rate in hundredths of a percent: 14.6 % is 1460
    """
    days = max((until - due).days, 0)
    return round_ratio(open_amount * percent_hundredths * days, 10_000 * 365, rounding)

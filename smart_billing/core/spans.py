"""Facts of single days become stretches of days (日付ごとの事実から期間へ).

What holds on a day is the latest fact by effective day, and of two for the same day the one
entered later.
"""
from bisect import bisect_right
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from .errors import DomainError
from .facts import CHANGE_QUANTITY, RESUME, SUSPEND, Event, Plan, PlanVersion

NEVER = date.max
ONE = Decimal(1)


class VersionSpan(NamedTuple):
    """Days on which one version of the plan sets the prices."""

    date_from: date
    date_to: date
    version: PlanVersion


class QuantitySpan(NamedTuple):
    """Days with one quantity."""

    date_from: date
    date_to: date
    quantity: Decimal


def put(settings: dict, day: date, sequence: int, value: object) -> None:
    """Of two facts for one day the one entered later holds."""
    if day not in settings or settings[day][0] <= sequence:
        settings[day] = (sequence, value)


def versions_of(plan: Plan, begin: date, end: date) -> tuple[VersionSpan, ...]:
    """The newest version valid on the first day of the stay; newer ones from `existing_from`."""
    if len(plan.versions) == 1 and plan.versions[0].valid_from <= begin:
        return (VersionSpan(begin, end, plan.versions[0]),)
    days = {begin} | {version.existing_from for version in plan.versions
                      if version.existing_from and begin < version.existing_from < end}
    spans: list[VersionSpan] = []
    for day in sorted(days):
        usable = [version for version in plan.versions if version.valid_from <= begin
                  or (version.existing_from and version.existing_from <= day)]
        if not usable:
            raise DomainError('no_version', plan=plan.code, day=day)
        version = max(usable, key=lambda version: version.valid_from)
        if not spans or spans[-1].version is not version:
            if spans:
                spans[-1] = spans[-1]._replace(date_to=day)
            spans.append(VersionSpan(day, end, version))
    return tuple(spans)


def quantities_of(events: tuple[Event, ...], start: Event) -> tuple[QuantitySpan, ...]:
    first = ONE if start.quantity is None else start.quantity
    if len(events) == 1:
        return (QuantitySpan(start.effective, NEVER, first),)
    settings: dict = {}
    put(settings, start.effective, start.sequence, first)
    for event in events:
        if event.kind == CHANGE_QUANTITY and event.effective >= start.effective:
            put(settings, event.effective, event.sequence, event.quantity)
    spans: list[QuantitySpan] = []
    for day in sorted(settings):
        quantity = settings[day][1]
        if spans and spans[-1].quantity == quantity:
            continue
        if spans:
            spans[-1] = spans[-1]._replace(date_to=day)
        spans.append(QuantitySpan(day, NEVER, quantity))
    return tuple(spans)


def pauses_of(events: tuple[Event, ...]) -> tuple[tuple[date, date], ...]:
    """Suspended days; each suspension holds until the next of the two by effective day (休止)."""
    settings: dict = {}
    for event in events:
        if event.kind in (SUSPEND, RESUME):
            put(settings, event.effective, event.sequence, event.kind)
    pauses, since = [], None
    for day in sorted(settings):
        if settings[day][1] == SUSPEND:
            since = since or day
        elif since:
            pauses.append((since, day))
            since = None
    if since:
        pauses.append((since, NEVER))
    return tuple(pauses)


def in_force(spans: tuple, day: date):
    """The span that holds on a day, the first one before it."""
    index = bisect_right(spans, day, key=lambda span: span.date_from)
    return spans[max(index - 1, 0)]

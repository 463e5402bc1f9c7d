"""Facts of single days become stretches of days (日付ごとの事実から期間へ).

What holds on a day is the latest fact by effective day, and of two for the same day the one
entered later.
"""
from bisect import bisect_right
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from .errors import DomainError
from .facts import (
    ADD_OPTION,
    CHANGE_QUANTITY,
    DROP_OPTION,
    RESUME,
    SUSPEND,
    Event,
    Plan,
    PlanVersion,
    PriceOverride,
)

NEVER = date.max
ONE = Decimal(1)


class VersionSpan(NamedTuple):
    """Days on which one version of the plan sets the prices."""

    date_from: date
    date_to: date
    version: PlanVersion


class QuantitySpan(NamedTuple):
    """Days with one quantity; None: it does not matter."""

    date_from: date
    date_to: date
    quantity: Decimal | None


class PriceSpan(NamedTuple):
    """Days with one agreed price."""

    date_from: date
    date_to: date
    price: Decimal


def put(settings: dict, day: date, sequence: int, value: object) -> None:
    """Of two facts for one day the one entered later holds."""
    if day not in settings or settings[day][0] <= sequence:
        settings[day] = (sequence, value)


def versions_of(plan: Plan, begin: date, end: date, since: date | None = None) -> (
        tuple[VersionSpan, ...]):
    """The newest version valid on the first day of the stay; newer ones from `existing_from`.

    A stay that continues another contract's keeps the version of the day `since`, or the oldest.
    """
    if len(plan.versions) == 1 and plan.versions[0].valid_from <= begin:
        return (VersionSpan(begin, end, plan.versions[0]),)
    known = begin
    if since is not None and plan.versions:
        known = min(begin, max(since, min(version.valid_from for version in plan.versions)))
    days = {begin} | {version.existing_from for version in plan.versions
                      if version.existing_from and begin < version.existing_from < end}
    spans: list[VersionSpan] = []
    for day in sorted(days):
        usable = [version for version in plan.versions if version.valid_from <= known
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
    return _quantity_spans(settings)


def _quantity_spans(settings: dict) -> tuple[QuantitySpan, ...]:
    """Stretches with one quantity; None is a gap between them."""
    spans: list[QuantitySpan] = []
    for day in sorted(settings):
        quantity = settings[day][1]
        if spans and spans[-1].date_to == NEVER:
            if spans[-1].quantity == quantity:
                continue
            spans[-1] = spans[-1]._replace(date_to=day)
        if quantity is not None:
            spans.append(QuantitySpan(day, NEVER, quantity))
    return tuple(spans)


def options_of(events: tuple[Event, ...], first_day: date) -> dict[str, tuple[QuantitySpan, ...]]:
    """By option the days on which it is taken, and in which quantity (オプション)."""
    settings: dict[str, dict] = {}
    for event in events:
        if event.kind in (ADD_OPTION, DROP_OPTION) and event.effective >= first_day:
            put(settings.setdefault(event.option, {}), event.effective, event.sequence,
                taken_by(event))
    return {option: _quantity_spans(days) for option, days in settings.items()}


def taken_by(event: Event) -> Decimal | None:
    """The quantity that an event takes of an option; None: it is dropped."""
    if event.kind == DROP_OPTION:
        return None
    return ONE if event.quantity is None else event.quantity


def whenever_taken(spans: tuple[QuantitySpan, ...]) -> tuple[QuantitySpan, ...]:
    """The same days, whatever the quantity."""
    merged: list[QuantitySpan] = []
    for span in spans:
        if merged and merged[-1].date_to == span.date_from:
            merged[-1] = merged[-1]._replace(date_to=span.date_to)
        else:
            merged.append(span._replace(quantity=None))
    return tuple(merged)


def agreed_prices(prices: tuple[PriceOverride, ...], plan: object, charge: str) -> (
        tuple[PriceSpan, ...]):
    """Days with an agreed price of a charge; of two for one day the higher sequence (個別価格)."""
    spans: list[PriceSpan] = []
    for one in sorted(prices, key=lambda one: one.sequence):
        if (one.plan, one.charge) == (plan, charge):
            new = PriceSpan(one.date_from, one.date_to or NEVER, one.price)
            if new.date_from < new.date_to:
                spans = [*_around(spans, new), new]
    merged: list[PriceSpan] = []
    for span in sorted(spans):
        if merged and (merged[-1].date_to, merged[-1].price) == (span.date_from, span.price):
            merged[-1] = merged[-1]._replace(date_to=span.date_to)
        else:
            merged.append(span)
    return tuple(merged)


def _around(spans: list[PriceSpan], new: PriceSpan) -> list[PriceSpan]:
    parts = [part for span in spans for part in (
        span._replace(date_to=min(span.date_to, new.date_from)),
        span._replace(date_from=max(span.date_from, new.date_to)))]
    return [part for part in parts if part.date_from < part.date_to]


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
    if len(spans) == 1:
        return spans[0]
    index = bisect_right(spans, day, key=lambda span: span.date_from)
    return spans[max(index - 1, 0)]

"""Discounts: on which days of which charge, and what they leave of a price (割引, クーポン).

Discounts of one charge apply in the order in which they were given, each to what the ones before
it have left; so a charge is never lowered below zero.
"""
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from .facts import ADD_DISCOUNT, END_DISCOUNT, RECURRING, USAGE, Charge, Discount, Event
from .intervals import Interval
from .spans import NEVER, put

if TYPE_CHECKING:
    from .timeline import Stay, Timeline


class Grant(NamedTuple):
    """Days on which a contract has a discount; its periods count from `since`."""

    date_from: date
    date_to: date
    since: date
    discount: Discount


class Cover(NamedTuple):
    """Days on which a discount lowers a charge."""

    date_from: date
    date_to: date
    discount: Discount


def grants_of(events: tuple[Event, ...], first_day: date) -> tuple[Grant, ...]:
    """What was given and not ended, in the order of entry; given again, it begins anew."""
    settings: dict = {}
    for event in events:
        if event.kind in (ADD_DISCOUNT, END_DISCOUNT) and event.effective >= first_day:
            changes = settings.setdefault(event.discount.code, {})
            put(changes, event.effective, event.sequence, event)
    found = []
    for changes in settings.values():
        for day, after in pairwise([*sorted(changes), NEVER]):
            sequence, event = changes[day]
            end = min(after, event.discount.until or NEVER)
            if event.kind == ADD_DISCOUNT and day < end:
                found.append((sequence, Grant(
                    day, end, min(event.since or day, day), event.discount)))
    return tuple(grant for _sequence, grant in sorted(found, key=lambda one: one[0]))


def covers(timeline: 'Timeline', charge: Charge) -> tuple[Cover, ...]:
    """Days on which the discounts of a contract lower a charge with periods, in their order."""
    found = []
    for grant in timeline.grants:
        if not concerns(grant.discount, charge):
            continue
        begin, end = grant.date_from, grant.date_to
        if grant.discount.periods is not None:
            window = _window(timeline, grant, charge)
            begin, end = max(begin, window[0]), min(end, window[1])
        if begin < end:
            found.append(Cover(begin, end, grant.discount))
    return tuple(found)


def once_lowered(timeline: 'Timeline', charge: Charge, days: list[date], day: date) -> (
        list[Discount]):
    """The discounts of a one-time charge that is billed on some days, on one of them."""
    found = []
    for grant in timeline.grants:
        discount = grant.discount
        if concerns(discount, charge) and grant.date_from <= day < grant.date_to:
            nth = sum(grant.since <= other <= day for other in days)
            if discount.periods is None or nth <= discount.periods:
                found.append(discount)
    return found


def concerns(discount: Discount, charge: Charge) -> bool:
    """Whether a discount is meant for a charge."""
    if discount.charges:
        return charge.code in discount.charges
    return charge.type == RECURRING


def left(amount: Fraction, discount: Discount) -> Fraction:
    """What a discount leaves of an amount; it neither raises one nor takes more than there is."""
    if amount <= 0:
        return amount
    less = amount
    if discount.percent is not None:
        less = amount * (100 - Fraction(discount.percent)) / 100
    if discount.amount is not None:
        less -= Fraction(discount.amount)
    return min(max(less, Fraction(0)), amount)


def _window(timeline: 'Timeline', grant: Grant, charge: Charge) -> Interval:
    """The days of the first periods of a charge that begin on or after the grant."""
    key = (grant.since, grant.discount.periods, charge.code, charge.type)
    found = timeline.windows.get(key)
    if found is None:
        found = timeline.windows[key] = _first_periods(timeline, grant, charge)
    return found


def _first_periods(timeline: 'Timeline', grant: Grant, charge: Charge) -> Interval:
    for stay, begin, end, offered in _runs(timeline, charge):
        first = max(begin, grant.since)
        if first >= end:
            continue
        schedule = timeline.counting(stay, offered.every, offered.type, offered.align)
        period = schedule.on(first)
        if max(begin, period.date_from) < first:
            first = period.date_to
        if first < end:
            left_over = grant.discount.periods
            for period in schedule.since(first):
                left_over -= period.date_to > first
                if left_over == 0:
                    return first, period.date_to
    return NEVER, NEVER


def _runs(timeline: 'Timeline', charge: Charge) -> list[tuple['Stay', date, date, Charge]]:
    """Days on which contract and plan have a charge of that code, without interruption."""
    runs: list[tuple] = []
    for stay in timeline.stays:
        for span in stay.spans:
            for offered in span.version.charges:
                if (offered.code, offered.type) == (charge.code, charge.type):
                    begin = span.date_from
                    if charge.type != USAGE:
                        begin = max(begin, stay.billing_from)
                    for taken in timeline.taken(offered):
                        days = max(begin, taken.date_from), min(span.date_to, taken.date_to)
                        _lengthen(runs, timeline, stay, days, offered)
    return runs


def _lengthen(runs: list[tuple], timeline: 'Timeline', stay: 'Stay', days: Interval,
              charge: Charge) -> None:
    begin, end = days
    if begin >= end:
        return
    if runs and runs[-1][0] is stay and runs[-1][2] == begin:
        runs[-1] = (stay, runs[-1][1], end, charge)
        return
    # What a contract continues has begun with the other one.
    if begin == timeline.first_day and timeline.origin < begin:
        begin = _began(timeline, stay, charge)
    runs.append((stay, begin, end, charge))


def _began(timeline: 'Timeline', stay: 'Stay', charge: Charge) -> date:
    """Since when the contract that is continued had a charge."""
    begin = timeline.taken_since(charge.code) if charge.optional else timeline.origin
    return begin if charge.type == USAGE else max(begin, min(timeline.first_day, stay.anchor))

"""Where a contract ends, and what leaving it costs (契約終了, 違約金)."""
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from .errors import DomainError
from .facts import CANCEL, END_OF_PERIOD, END_OF_TERM, KEEP, RENEW, TRANSFER, Event, Plan
from .periods import add
from .spans import NEVER
from .terms import Terms

if TYPE_CHECKING:
    from .timeline import Timeline

ONE_DAY = timedelta(days=1)


class Fee(NamedTuple):
    """The cancellation fee that an end brings (違約金)."""

    day: date
    plan: Plan


def ending_of(timeline: 'Timeline', start: Event) -> tuple[Terms | None, date, Fee | None]:
    """Terms, end and fee: the earliest of agreement and terms, cancellation and transfer counts."""
    end = start.end or NEVER
    terms, fee = _terms_of(timeline, end), None
    if terms is not None:
        end = terms.end
    cancel, transfer = leavings(timeline.contract.events)
    if cancel is not None:
        day = _cancelled_on(timeline, terms, cancel)
        if day < end:
            end, fee = day, fee_for(timeline, terms, day)
    if transfer is not None:
        day = max(transfer.effective, timeline.first_day)
        if day <= end:
            end, fee = day, None
    return terms, end, fee


def leavings(events: tuple[Event, ...]) -> tuple[Event | None, Event | None]:
    """The cancellation that was entered last, if it is not withdrawn, and the last transfer."""
    cancel = transfer = None
    for event in sorted(events, key=lambda event: event.sequence):
        if event.kind in (CANCEL, KEEP):
            cancel = event if event.kind == CANCEL else None
        elif event.kind == TRANSFER:
            transfer = event
    return cancel, transfer


def _terms_of(timeline: 'Timeline', agreed: date) -> Terms | None:
    renewals = [event for event in timeline.contract.events if event.kind == RENEW]
    if not renewals and all(stay.plan.term is None for stay in timeline.stays):
        return None
    stays = [(stay.date_from, stay.date_to, stay.plan) for stay in timeline.stays]
    return Terms(stays, timeline.origin, agreed, renewals)


def _cancelled_on(timeline: 'Timeline', terms: Terms | None, cancel: Event) -> date:
    day = max(cancel.effective, timeline.first_day)
    if cancel.when == END_OF_PERIOD:
        return timeline.period_end(day)
    if cancel.when == END_OF_TERM:
        over = terms.on(day).date_to if terms else NEVER
        if over == NEVER:
            raise DomainError('term_missing', contract=timeline.contract.code, day=day)
        return over
    return day


def fee_for(timeline: 'Timeline', terms: Terms | None, day: date) -> Fee | None:
    """An end before the minimum term is over costs the fee, but for the days of free exit."""
    plan = timeline.stay_on(max(day - ONE_DAY, timeline.first_day)).plan
    if not plan.cancellation_fee:
        return None
    bound = plan.minimum_term is not None and day < add(timeline.origin, plan.minimum_term)
    if terms is not None:
        term = terms.on(day - ONE_DAY)
        renewed = term.date_from > timeline.origin
        bound = bound or (plan.minimum_term_again and renewed and day < term.date_to)
        over = term.date_to if day == term.date_to else term.date_from
        if plan.free_exit and (renewed or day == over) and day <= add(over, plan.free_exit):
            bound = False
    return Fee(day, plan) if bound else None

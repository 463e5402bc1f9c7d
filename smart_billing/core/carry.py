"""What a contract hands over to the one of another payer that goes on with it (契約承継).

The other contract begins on the day of the transfer as this one stands then, and knows what is
known to come: changes of plan and quantity, options, discounts, suspension, cancellation and
renewals.  `differences` tells whether it really goes on as this one would have.
"""
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from .checks import check_timeline
from .discounts import Grant, covers
from .ending import leavings
from .errors import DomainError
from .facts import (
    ACCOUNT,
    ADD_DISCOUNT,
    ADD_OPTION,
    CANCEL,
    CHANGE_PLAN,
    CHANGE_QUANTITY,
    DROP_OPTION,
    END_DISCOUNT,
    KEEP,
    RECURRING,
    RENEW,
    RESUME,
    START,
    SUSPEND,
    TRANSFER,
    USAGE,
    Account,
    Charge,
    Event,
)
from .periods import Schedule
from .spans import NEVER, QuantitySpan, in_force, whenever_taken
from .timeline import Stay, Timeline


def carried(timeline: Timeline, day: date) -> tuple[Event, ...]:
    """The events of the contract that goes on from a day on, in the order of their entry.

    :param day: not before the first day of the contract, and before its end
    """
    staying = _without_leaving(timeline)
    start = _start(staying, day)
    events = [event for event in (
        *_of_plans(staying, day), *_of_quantities(staying, day), *_of_options(staying, day),
        *_of_discounts(staying, day), *_of_pauses(staying, day)) if event.effective < staying.end]
    end, renewals = _terms(staying, start, events)
    return _numbered([start._replace(end=end), *renewals, *events,
                      *_leaving(timeline, staying)])


def _numbered(events: list[Event]) -> tuple[Event, ...]:
    return tuple(event._replace(sequence=number) for number, event in enumerate(events, 1))


def _start(timeline: Timeline, day: date) -> Event:
    stay = timeline.stay_on(day)
    since = timeline.origin if timeline.origin < day else None
    came = timeline.plan_since if stay is timeline.stays[0] else stay.date_from
    return Event(START, day, 0, stay.plan, timeline.quantity_on(day), since=since,
                 plan_since=came if since and came > since else None)


def _start_of(timeline: Timeline) -> Event:
    return next(event for event in timeline.contract.events if event.kind == START)


def _of_plans(timeline: Timeline, day: date) -> Iterator[Event]:
    for stay in timeline.stays:
        if stay.date_from > day:
            yield Event(CHANGE_PLAN, stay.date_from, 0, stay.plan)


def _of_quantities(timeline: Timeline, day: date) -> Iterator[Event]:
    for span in timeline.quantities:
        if span.date_from > day:
            yield Event(CHANGE_QUANTITY, span.date_from, 0, quantity=span.quantity)


def _of_options(timeline: Timeline, day: date) -> Iterator[Event]:
    for option, spans in timeline.options.items():
        last = QuantitySpan(NEVER, NEVER, Decimal(0))
        for span, following in pairwise((*spans, last)):
            if span.date_to > day:
                since = _taken_since(timeline, option, day) if span.date_from <= day else None
                yield Event(ADD_OPTION, max(span.date_from, day), 0, quantity=span.quantity,
                            option=option, since=since)
                if span.date_to < following.date_from:
                    yield Event(DROP_OPTION, span.date_to, 0, option=option)


def _taken_since(timeline: Timeline, option: str, day: date) -> date:
    """The day from which an option is taken without interruption, whatever its quantity."""
    begin = in_force(whenever_taken(timeline.options[option]), day).date_from
    return timeline.taken_since(option) if begin == timeline.first_day else begin


def _of_discounts(timeline: Timeline, day: date) -> Iterator[Event]:
    for grant in timeline.grants:
        if grant.date_to > day:
            yield Event(ADD_DISCOUNT, max(grant.date_from, day), 0, discount=grant.discount,
                        since=grant.since)
            by_itself = grant.date_to == (grant.discount.until or NEVER)
            if not by_itself and not _given_again(timeline, grant):
                yield Event(END_DISCOUNT, grant.date_to, 0, discount=grant.discount)


def _given_again(timeline: Timeline, grant: Grant) -> bool:
    return any(other.date_from == grant.date_to and other.discount.code == grant.discount.code
               for other in timeline.grants)


def _of_pauses(timeline: Timeline, day: date) -> Iterator[Event]:
    for begin, end in timeline.pauses:
        if end > day:
            yield Event(SUSPEND, max(begin, day), 0)
            if end != NEVER:
                yield Event(RESUME, end, 0)


def _terms(staying: Timeline, start: Event, events: list[Event]) -> (
        tuple[date | None, list[Event]]):
    """The agreed end and the renewals with which the terms go on as they would have.

    Which renewals have prolonged nothing yet shows where they are tried.
    """
    day, way = start.effective, (None, [])
    for end, renewals in _ways(staying, day):
        told = _numbered([start._replace(end=end), *renewals, *events])
        tried = _tried(staying, told)
        if tried and tried.end == staying.end:
            way = end, renewals
            if _term(tried, day) == _term(staying, day):
                break
    return way


def _tried(staying: Timeline, events: tuple[Event, ...]) -> Timeline | None:
    """The timeline of some events, if they may be entered."""
    days = staying.billing_days
    contract = staying.contract._replace(events=events)
    try:
        check_timeline(contract, Account(None, days.first, days.changes, ()))
    except DomainError:
        return None
    return Timeline(contract, days, events[0])


def _ways(staying: Timeline, day: date) -> Iterator[tuple[date | None, list[Event]]]:
    """(agreed end, renewals): the last ones that were entered, if need be one of the running term.
    """
    running = staying.terms.on(day).date_to if staying.terms is not None else NEVER
    agreed = _start_of(staying).end
    ends = [agreed if agreed and agreed > day else None] + [running] * (running != NEVER)
    entered = sorted((event for event in staying.contract.events if event.kind == RENEW),
                     key=lambda event: (event.effective, event.sequence))
    for end in ends:
        for prolonged in ([], [Event(RENEW, day, 0, end=running)])[:1 + (running != NEVER)]:
            for count in range(len(entered) + 1):
                # Two of one day would be one.
                still = [event._replace(
                    effective=max(event.effective, day + timedelta(days=number)))
                    for number, event in enumerate(
                        entered[len(entered) - count:], len(prolonged))]
                yield end, prolonged + sorted(still, key=lambda event: event.sequence)
    if staying.end != NEVER:
        yield staying.end, []


def _leaving(timeline: Timeline, staying: Timeline) -> list[Event]:
    """The end that was asked for, where it comes before the one of the terms."""
    cancel, _transfer = leavings(timeline.contract.events)
    return [Event(CANCEL, timeline.end, 0)] if cancel and timeline.end < staying.end else []


def _without_leaving(timeline: Timeline) -> Timeline:
    """The same contract if nobody had asked for its end."""
    contract = timeline.contract
    events = tuple(event for event in contract.events
                   if event.kind not in (CANCEL, KEEP, TRANSFER))
    return Timeline(contract._replace(events=events), timeline.billing_days, _start_of(timeline))


def differences(old: Timeline, new: Timeline) -> tuple[str, ...]:
    """In what the new contract does not go on as the old one would have; () when in nothing.

    :return: of `plan`, `version`, `quantity`, `suspension`, `option`, `discount`, `end`, `term`,
        `fee`, `period` and `price_step`
    """
    day = new.first_day
    compared = {
        'plan': _stays, 'version': _versions, 'quantity': _quantities, 'suspension': _pauses,
        'option': _options, 'end': _end, 'term': _term, 'fee': _fee}
    found = [name for name, of in compared.items() if of(old, day) != of(new, day)]
    if not found:
        found = [name for name, differ in (
            ('period', _other_periods), ('price_step', _other_steps)) if differ(old, new)]
        if _discounts(old, day) != _discounts(new, day):
            found.append('discount')
    return tuple(found)


def _known(timeline: Timeline, spans: Iterable[tuple], day: date) -> list[tuple]:
    """What (first day, day after, …) say from a day to the end."""
    return [(max(begin, day), min(end, timeline.end), *what) for begin, end, *what in spans
            if max(begin, day) < min(end, timeline.end)]


def _stays(timeline: Timeline, day: date) -> list[tuple]:
    return _known(timeline, (
        (stay.date_from, stay.date_to, stay.plan.code, max(stay.billing_from, day))
        for stay in timeline.stays), day)


def _versions(timeline: Timeline, day: date) -> list[tuple]:
    return _known(timeline, (
        (span.date_from, min(span.date_to, stay.date_to), span.version.valid_from)
        for stay in timeline.stays for span in stay.spans), day)


def _quantities(timeline: Timeline, day: date) -> list[tuple]:
    return _known(timeline, timeline.quantities, day)


def _pauses(timeline: Timeline, day: date) -> list[tuple]:
    return _known(timeline, timeline.pauses, day)


def _options(timeline: Timeline, day: date) -> dict[str, list[tuple]]:
    taken = {option: _known(timeline, spans, day) for option, spans in timeline.options.items()}
    return {option: spans for option, spans in taken.items() if spans}


def _end(timeline: Timeline, _day: date) -> date:
    return timeline.end


def _term(timeline: Timeline, day: date) -> date | None:
    """Where the running term gives way to the next one, on a plan that renews itself."""
    renews = timeline.stays and timeline.stay_on(day).plan.renews
    return timeline.renews_on(day) if renews else None


def _fee(timeline: Timeline, _day: date) -> tuple | None:
    return timeline.fee and (timeline.fee.day, timeline.fee.plan.code)


def _charges(timeline: Timeline, day: date) -> Iterator[tuple]:
    """(first day, stay, charge) of the charges with periods from a day on."""
    for stay in timeline.stays:
        for span in stay.spans:
            begin = max(span.date_from, stay.billing_from, day)
            end = min(span.date_to, stay.date_to)
            for charge in span.version.charges:
                if charge.type in (RECURRING, USAGE) and begin < end:
                    yield begin, stay, charge


def _discounts(timeline: Timeline, day: date) -> list[list[tuple]]:
    return [_known(timeline, ((cover.date_from, cover.date_to, cover.discount.code)
                              for cover in covers(timeline, charge)), day)
            for _begin, _stay, charge in _charges(timeline, day)
            if not charge.optional or _known(timeline, timeline.taken(charge), day)]


def _other_periods(old: Timeline, new: Timeline) -> bool:
    """Whether periods that no billing day sets are others; with another billing day they may be."""
    day = new.first_day
    if old.billing_days.on(day) != new.billing_days.on(day):
        return False
    ends = [[_schedule(timeline, stay, charge).on(begin).date_to
             for begin, stay, charge in _charges(timeline, day)
             if charge.align != ACCOUNT or timeline.billing_days.on(begin) is None]
            for timeline in (old, new)]
    return ends[0] != ends[1]


def _other_steps(old: Timeline, new: Timeline) -> bool:
    """Whether a price has come to another step; told where the period is the same."""
    steps = [_steps(timeline, new.first_day) for timeline in (old, new)]
    return any(steps[1].get(period, number) != number for period, number in steps[0].items())


def _steps(timeline: Timeline, day: date) -> dict[tuple, int]:
    """By charge and end of its first period how far its prices have come, at most the last step."""
    found = {}
    for begin, stay, charge in _charges(timeline, day):
        if charge.steps:
            period = _schedule(timeline, stay, charge).on(begin)
            last = sum(step.periods or 0 for step in charge.steps) + 1
            found[stay.plan.code, charge.code, begin, period.date_to] = min(
                timeline.number(stay, charge, period), last)
    return found


def _schedule(timeline: Timeline, stay: Stay, charge: Charge) -> Schedule:
    return timeline.schedule(stay, charge.every, charge.type, charge.align)

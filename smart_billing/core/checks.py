"""What a timeline must not say (契約履歴の検査): mistakes of entry, found before they are billed.

Entries are judged in the order in which they were made: what is entered later may move an end or
take something back.  Two entries for one day are no mistake, the later one holds.
"""
from collections.abc import Iterator

from .errors import DomainError
from .facts import (
    ADD_DISCOUNT,
    ADD_OPTION,
    CANCEL,
    CHANGE_PLAN,
    DROP_OPTION,
    END_DISCOUNT,
    END_OF_PERIOD,
    KEEP,
    RENEW,
    RESUME,
    START,
    SUSPEND,
    TRANSFER,
    Account,
    Contract,
    Event,
)
from .spans import NEVER
from .timeline import Timeline, build

# Events that say on which plan, until when and by which terms the contract runs.
_COURSE = (START, CHANGE_PLAN, CANCEL, KEEP, RENEW, TRANSFER)
# Events that may still come on the very day of the end: they move it, or say it again.
_ON_THE_END = (CANCEL, KEEP, RENEW)
_SOMEWHERE = Account(None, None, (), ())


class TimelineError(DomainError):
    """An event that makes no sense where it stands."""


def check_timeline(contract: Contract, account: Account | None = None) -> None:
    """Refuse what cannot be; without the account what waits for the end of a period is not known.

    :raise TimelineError: `start_missing`; `started_twice` (day); `since_after_start` (since,
        start); `end_before_start` (end, start); `event_before_start` (start, day);
        `event_after_end` (end, day); `negative_quantity` (quantity, day);
        `resume_without_suspend` (day); `option_not_taken` (option, day); `discount_not_given`
        (discount, day); `keep_without_cancel` (day); `term_missing` (day): nothing to renew, or
        no term that could be over; `renewal_not_later` (end, day): of the term that is renewed
    :raise DomainError: `no_version` (plan, day)
    """
    _check_start([event for event in contract.events if event.kind == START])
    start = next(event for event in contract.events if event.kind == START)
    for event in contract.events:
        if event.effective < start.effective:
            raise TimelineError('event_before_start', start=start.effective, day=event.effective)
        if event.quantity is not None and event.quantity < 0:
            raise TimelineError('negative_quantity', quantity=event.quantity, day=event.effective)
    _check_course(contract, account)
    _check_pairs(contract.events)


def _check_start(starts: list[Event]) -> None:
    if not starts:
        raise TimelineError('start_missing')
    if len(starts) > 1:
        raise TimelineError('started_twice', day=starts[1].effective)
    [start] = starts
    if start.since is not None and start.since > start.effective:
        raise TimelineError('since_after_start', since=start.since, start=start.effective)
    if start.end is not None and start.end < start.effective:
        raise TimelineError('end_before_start', end=start.end, start=start.effective)


def _check_course(contract: Contract, account: Account | None) -> None:
    """Each entry lies before the end that is known when it is made."""
    entered = sorted(contract.events, key=lambda event: event.sequence)
    course = [event for event in entered if event.kind == START]
    line = _line(contract, account, course)
    for event in entered:
        if event.kind == KEEP:
            _check_keep(course, event)
        end = line.end if line else NEVER
        if event.kind == CANCEL and line:
            # A cancellation replaces the one before it, so that one's end does not count.
            without = [one for one in course if one.kind not in (CANCEL, KEEP)]
            end = _line(contract, account, without).end
        if event.kind != START and (
                event.effective > end if event.kind in _ON_THE_END else event.effective >= end):
            raise TimelineError('event_after_end', end=end, day=event.effective)
        if event.kind == RENEW and line:
            _check_renewal(line, event)
        if event.kind in _COURSE and event.kind != START:
            if event.kind in (CANCEL, KEEP):
                course = [one for one in course if one.kind not in (CANCEL, KEEP)]
            course.append(event)
            line = _line(contract, account, course)


def _line(contract: Contract, account: Account | None, events: list[Event]) -> Timeline | None:
    """The timeline of some events; None where a period decides that nobody knows."""
    if account is None and any(event.when == END_OF_PERIOD for event in events):
        return None
    try:
        return build(account or _SOMEWHERE, contract._replace(events=tuple(events)))
    except DomainError as error:
        if error.code == 'term_missing':
            raise TimelineError('term_missing', day=error.context['day']) from None
        raise


def _check_keep(course: list[Event], keep: Event) -> None:
    if not any(event.kind == CANCEL for event in course):
        raise TimelineError('keep_without_cancel', day=keep.effective)


def _check_renewal(line: Timeline, renewal: Event) -> None:
    day = renewal.effective
    over = line.terms.on(day).date_to if line.terms else NEVER
    over = min(over, line.end)
    if over == NEVER:
        raise TimelineError('term_missing', day=day)
    if renewal.end is not None and renewal.end <= over:
        raise TimelineError('renewal_not_later', end=over, day=renewal.end)
    plan = line.stay_on(day).plan if line.stays else line.first_plan
    if renewal.end is None and plan.term is None:
        raise TimelineError('term_missing', day=day)


def _check_pairs(events: tuple[Event, ...]) -> None:
    """What is taken back was given, as it was known on entry or as it is known now.

    A later entry may have taken it back earlier, or have given it in hindsight.
    """
    by_name: dict[tuple, list[tuple[Event, bool]]] = {}
    for event, name, opens, _mistake in _pairs(events):
        by_name.setdefault(name, []).append((event, opens))
    for event, name, opens, mistake in _pairs(events):
        others = by_name[name]
        earlier = [one for one in others if one[0].sequence < event.sequence]
        if not (opens or _is_open(earlier, event) or _is_open(others, event)):
            raise TimelineError(mistake, day=event.effective, **dict(name[1:]))


def _is_open(entries: list[tuple[Event, bool]], event: Event) -> bool:
    """Whether the last entry that counts before an event gives what it takes back."""
    before = [(one.effective, one.sequence, opens) for one, opens in entries
              if (one.effective, one.sequence) < (event.effective, event.sequence)]
    return max(before)[2] if before else False


def _pairs(events: tuple[Event, ...]) -> Iterator[tuple[Event, tuple, bool, str]]:
    """Of each event that opens or closes something: the name of that, and the mistake."""
    for event in events:
        if event.kind in (SUSPEND, RESUME):
            yield event, (SUSPEND,), event.kind == SUSPEND, 'resume_without_suspend'
        elif event.kind in (ADD_OPTION, DROP_OPTION):
            name = (ADD_OPTION, ('option', event.option))
            yield event, name, event.kind == ADD_OPTION, 'option_not_taken'
        elif event.kind in (ADD_DISCOUNT, END_DISCOUNT):
            name = (ADD_DISCOUNT, ('discount', event.discount.code))
            yield event, name, event.kind == ADD_DISCOUNT, 'discount_not_given'

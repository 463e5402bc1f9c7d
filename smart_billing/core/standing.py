"""What people look up of a contract on one day: terms, options, discounts (契約の現況)."""
from collections.abc import Hashable, Iterator
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from .ending import ONE_DAY, fee_for
from .periods import add
from .spans import NEVER, in_force
from .timeline import Timeline


class Standing(NamedTuple):
    """How a contract stands on a day.

    `renews_on`: the running term gives way to the next one (更新日).  `bound_until`: the first day
    on which the contract may end without a fee, None when it may already (最低利用期間).  `options`
    are codes with quantities, `discounts` codes in the order in which they were given.
    `next_change` is the day on which any of these changes, as known now.
    """

    renews_on: date | None
    bound_until: date | None
    options: tuple[tuple[str, Decimal], ...]
    discounts: tuple[Hashable, ...]
    next_change: date | None


def standing_of(timeline: Timeline, day: date) -> Standing:
    """A contract that is over stands nowhere; one that starts later as on its first day."""
    if day >= timeline.end:
        return Standing(None, None, (), (), None)
    on = max(day, timeline.first_day)
    options = tuple(sorted(
        (option, in_force(spans, on).quantity) for option, spans in timeline.options.items()
        if any(span.date_from <= on < span.date_to for span in spans)))
    discounts = tuple(grant.discount.code for grant in timeline.grants
                      if grant.date_from <= on < grant.date_to)
    renews_on, bound_until = timeline.renews_on(on), _bound_until(timeline, on)
    days = [one for one in (renews_on, bound_until, *_borders(timeline, on)) if one and one > day]
    after = min(days, default=NEVER)
    return Standing(renews_on, bound_until, options, discounts,
                    after if after < NEVER else None)


def _borders(timeline: Timeline, day: date) -> Iterator[date]:
    yield timeline.first_day
    yield timeline.end
    free_exit = timeline.stay_on(day).plan.free_exit
    if timeline.terms is not None and free_exit is not None:
        yield add(timeline.terms.on(day).date_from, free_exit) + ONE_DAY
    for spans in (*timeline.options.values(), timeline.grants):
        for span in spans:
            yield from (span.date_from, span.date_to)


def _bound_until(timeline: Timeline, day: date) -> date | None:
    """The first of the days that matter on which leaving costs nothing."""
    if fee_for(timeline, timeline.terms, day) is None:
        return None
    plan = timeline.stay_on(day).plan
    candidates = {timeline.end}
    if plan.minimum_term is not None:
        candidates.add(add(timeline.origin, plan.minimum_term))
    if timeline.terms is not None:
        over = timeline.terms.on(day).date_to
        candidates |= {over, timeline.terms.on(over).date_to}
    later = (one for one in sorted(candidates) if day < one < NEVER)
    return next((one for one in later if fee_for(timeline, timeline.terms, one) is None), None)

"""A contract's timeline: from dated events to stays on plans, quantities and pauses (契約履歴).

Events are facts of one day; what holds on a day is the latest fact by effective day, and of two
for the same day the one entered later.  Everything here is derived and nothing is stored.
"""
from bisect import bisect_right
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from .discounts import grants_of
from .ending import ending_of
from .errors import DomainError
from .facts import (
    ACCOUNT,
    ADD_OPTION,
    CHANGE_PLAN,
    END_OF_PERIOD,
    FLAT,
    RECURRING,
    START,
    USAGE,
    Account,
    BillingDayChange,
    Charge,
    Contract,
    Event,
    Every,
    Plan,
    PlanVersion,
)
from .periods import Period, Schedule
from .spans import (
    NEVER,
    PriceSpan,
    QuantitySpan,
    VersionSpan,
    agreed_prices,
    in_force,
    options_of,
    pauses_of,
    put,
    quantities_of,
    versions_of,
    whenever_taken,
)

ANY_QUANTITY = (QuantitySpan(date.min, NEVER, None),)

DRAFT = 'draft'
PENDING = 'pending'
TRIAL = 'trial'
ACTIVE = 'active'
SUSPENDED = 'suspended'
ENDED = 'ended'


class Stay(NamedTuple):
    """Days on one plan without leaving it; `billing_from`: recurring charges start (試用後)."""

    date_from: date
    date_to: date
    plan: Plan
    billing_from: date
    anchor: date
    spans: tuple[VersionSpan, ...]


def days_of_charge(stay: Stay, span: VersionSpan, charge: Charge) -> tuple[date, date]:
    """The days of a stay on which a charge exists without interruption, around a version."""
    begin, end = span.date_from, span.date_to
    for other in reversed(stay.spans):
        if other.date_to == begin and _has(other.version, charge):
            begin = other.date_from
    for other in stay.spans:
        if other.date_from == end and _has(other.version, charge):
            end = other.date_to
    return begin, min(end, stay.date_to)


def _has(version: PlanVersion, charge: Charge) -> bool:
    return any(
        (one.code, one.type, one.every, one.align) == (
            charge.code, charge.type, charge.every, charge.align)
        for one in version.charges)


class State(NamedTuple):
    """What a contract is on one day, and the next day on which that changes."""

    state: str
    plan: Plan | None
    quantity: Decimal | None
    next_change: date | None


class BillingDays:
    """The billing day of an account, day by day."""

    __slots__ = ('first', 'changes', '_days')

    def __init__(self, first: int | None, changes: Iterable[BillingDayChange]):
        self.first = first
        last_entered = {}
        for change in sorted(changes, key=lambda change: change.sequence):
            last_entered[change.effective] = change
        self._days = sorted(last_entered)
        self.changes = tuple(last_entered[day] for day in self._days)

    def on(self, day: date) -> int | None:
        index = bisect_right(self._days, day)
        return self.changes[index - 1].billing_day if index else self.first


class Timeline:
    """All that the events of one contract say; build it with `build`.

    `end` is the first day that is no longer billed, `NEVER` while none is known; a contract with
    `end` on its first day has no stays.  `origin` is the first day, or that of the contract that
    this one continues, `plan_since` the day on which that one came to the first plan.  `pauses`
    are the suspended days, `options` the days on which optional charges are taken, `grants` the
    discounts; `terms` is None where no plan has a term.
    """

    __slots__ = ('contract', 'first_day', 'origin', 'plan_since', 'first_plan', 'end', 'stays',
                 'quantities', 'pauses', 'options', 'grants', 'terms', 'fee', 'billing_days',
                 'windows', '_schedules')

    def __init__(self, contract: Contract, billing_days: BillingDays, start: Event):
        self.contract = contract
        self.billing_days = billing_days
        self.first_day = start.effective
        self.origin = min(start.since or start.effective, start.effective)
        self.plan_since = min(max(start.plan_since or self.origin, self.origin), self.first_day)
        self._schedules: dict = {}
        self.windows: dict = {}
        self.quantities = quantities_of(contract.events, start)
        self.fee = self.terms = None
        self.end = NEVER
        self.stays = ()
        if len(contract.events) == 1 and start.plan.term is None:
            self.pauses, self.options, self.grants = (), {}, ()
            self.first_plan = start.plan
            self.end = start.end or NEVER
            self._stay_on(((self.first_day, start.plan),))
        else:
            self.pauses = pauses_of(contract.events)
            self.options = options_of(contract.events, self.first_day)
            self.grants = grants_of(contract.events, self.first_day)
            self._follow(start)
        self._cut()

    def schedule(
        self, stay: Stay, every: Every | None, charge_type: str, align: str = ACCOUNT,
    ) -> Schedule:
        """The periods of a charge during a stay; usage is charged from the first day."""
        usage = charge_type == USAGE
        key = (stay.date_from, every, usage, align)
        found = self._schedules.get(key)
        if found is None:
            if every is None:
                raise DomainError('charge_without_period', plan=stay.plan.code)
            start = stay.date_from if usage else stay.billing_from
            found = self._schedules[key] = self._schedule(start, stay, every, usage, align)
        return found

    def counting(self, stay: Stay, every: Every, charge_type: str, align: str) -> Schedule:
        """The schedule by which periods of a stay are numbered (請求回数).

        A contract that continues another one counts the periods from that one's first day.
        """
        if self.origin == self.first_day or stay is not self.stays[0]:
            return self.schedule(stay, every, charge_type, align)
        key = (None, every, charge_type, align)
        found = self._schedules.get(key)
        if found is None:
            usage = charge_type == USAGE
            start = self.plan_since if usage else max(stay.anchor, self.plan_since)
            found = self._schedules[key] = self._schedule(start, stay, every, usage, align)
        return found

    def _schedule(self, start: date, stay: Stay, every: Every, usage: bool, align: str) -> Schedule:
        if align == ACCOUNT:
            anchor = self.origin if usage else stay.anchor
            return Schedule(
                start, every, anchor, self.billing_days.on(start), self.billing_days.changes)
        first = self._first_on(stay.plan)
        if first is self.stays[0]:
            anchor = self.plan_since if usage else max(first.anchor, self.plan_since)
        else:
            anchor = first.date_from if usage else first.billing_from
        return Schedule(start, every, anchor)

    def _first_on(self, plan: Plan) -> Stay:
        """The stay with which the billing of a plan started."""
        on_plan = [stay for stay in self.stays if stay.plan.code == plan.code]
        for stay in on_plan:
            if stay.billing_from < stay.date_to:
                return stay
        return on_plan[0]

    def number(self, stay: Stay, charge: Charge, period: Period) -> int:
        """Number of a period since the plan's billing started, on the first stay on that plan."""
        first = self._first_on(stay.plan)
        if first is stay and self.origin == self.first_day:
            return period.number
        counting = self.counting(first, charge.every, charge.type, charge.align)
        return counting.on(period.date_from).number

    def taken(self, charge: Charge) -> tuple[QuantitySpan, ...]:
        """Days on which a charge is taken and in which quantity; a flat price knows none."""
        if not charge.optional:
            return ANY_QUANTITY if charge.model == FLAT else self.quantities
        spans = self.options.get(charge.code, ())
        return whenever_taken(spans) if charge.model == FLAT else spans

    def taken_since(self, option: str) -> date:
        """Since when an option is taken that this contract has from its first day on."""
        days = [event.since or self.origin for event in self.contract.events
                if event.kind == ADD_OPTION and event.option == option
                and event.effective == self.first_day]
        return min(days, default=self.first_day)

    def agreed(self, plan_code: object, charge: str) -> tuple[PriceSpan, ...]:
        """Days on which a price of its own is agreed for a charge."""
        return agreed_prices(self.contract.prices, plan_code, charge)

    def quantity_on(self, day: date) -> Decimal:
        """The quantity in force on a day, on the first day's before it."""
        return in_force(self.quantities, day).quantity

    def stay_on(self, day: date) -> Stay:
        """The stay on a day from the first one to the end."""
        return in_force(self.stays, day)

    def charge_named(self, plan_code: object, code: str) -> Charge | None:
        """A charge of any plan of the timeline, also of one that is no longer in force."""
        for event in self.contract.events:
            if event.plan is not None and event.plan.code == plan_code:
                for version in event.plan.versions:
                    for charge in version.charges:
                        if charge.code == code:
                            return charge
        return None

    # building ------------------------------------------------------------------------------

    def _follow(self, start: Event) -> None:
        """Resolve changes of plan, then the end; `end_of_period` needs what holds before it."""
        settings = {}
        changes = [event for event in self.contract.events if event.kind == CHANGE_PLAN
                   and event.effective >= self.first_day]
        for event in (start, *changes):
            if event.when != END_OF_PERIOD:
                put(settings, event.effective, event.sequence, event.plan)
        waiting = [event for event in changes if event.when == END_OF_PERIOD]
        for event in sorted(waiting, key=lambda event: (event.effective, event.sequence)):
            self._stay_on(_plans(settings))
            put(settings, self.period_end(event.effective), event.sequence, event.plan)
        plans = _plans(settings)
        self.first_plan = plans[0][1]
        self._stay_on(plans)
        self.terms, self.end, self.fee = ending_of(self, start)

    def _stay_on(self, plans: tuple[tuple[date, Plan], ...]) -> None:
        stays, anchor = [], None
        since = None if self.origin == self.first_day else self.plan_since
        self._schedules.clear()
        for index, (day, plan) in enumerate(plans):
            after = plans[index + 1][0] if index + 1 < len(plans) else NEVER
            trial_end = self.origin + timedelta(days=plan.trial_days)
            billing_from = max(day, trial_end)
            if index == 0:
                current = trial_end
            else:
                current = billing_from if anchor is None or trial_end > day else anchor
            stays.append(Stay(day, after, plan, billing_from, current,
                              versions_of(plan, day, after, None if index else since)))
            if billing_from < after:
                anchor = current
        self.stays = tuple(stays)

    def period_end(self, day: date) -> date:
        """End of the period, of the plan's first recurring charge, that runs on a day."""
        day = max(day, self.first_day)
        stay = self.stay_on(day)
        charges = in_force(stay.spans, day).version.charges
        # An option that is not taken has no period, so it is asked last.
        periodic = sorted((charge for charge in charges if charge.type in (RECURRING, USAGE)),
                          key=lambda charge: (charge.type == USAGE, charge.optional))
        if not periodic:
            return day
        first = periodic[0]
        if first.type == RECURRING and day < stay.billing_from:
            return stay.billing_from
        return self.schedule(stay, first.every, first.type, first.align).on(day).date_to

    def renews_on(self, day: date) -> date | None:
        """The day on which the term that runs on a day gives way to the next one (更新日)."""
        if self.terms is None or not self.first_day <= day < self.end:
            return None
        over = self.terms.on(day).date_to
        return over if over < self.end else None

    def _cut(self) -> None:
        """Take the days from the end on out of the stays."""
        self.end = max(self.end, self.first_day)
        if self.end != NEVER:
            self.stays = tuple(
                stay._replace(date_to=min(stay.date_to, self.end))
                for stay in self.stays if stay.date_from < self.end)


def build(account: Account, contract: Contract, billing_days: BillingDays | None = None) -> (
        Timeline | None):
    """The timeline of a contract; None while it has no start."""
    starts = [event for event in contract.events if event.kind == START]
    if not starts:
        return None
    if len(starts) > 1:
        raise DomainError('started_twice', contract=contract.code)
    if billing_days is None:
        billing_days = BillingDays(account.billing_day, account.billing_day_changes)
    return Timeline(contract, billing_days, starts[0])


def state_at(timeline: Timeline | None, day: date) -> State:
    """State, plan and quantity of a contract on a day (契約状態)."""
    if timeline is None:
        return State(DRAFT, None, None, None)
    state, plan = standing_on(timeline, day)
    return State(state, plan, timeline.quantity_on(day), _next_change(timeline, day, state))


def standing_on(timeline: Timeline, day: date) -> tuple[str, Plan]:
    """State and plan on a day; before the start and after the end the first and the last plan."""
    if day < timeline.first_day:
        return PENDING, timeline.first_plan
    if day >= timeline.end:
        return ENDED, timeline.stays[-1].plan if timeline.stays else timeline.first_plan
    stay = timeline.stay_on(day)
    for begin, end in timeline.pauses:
        if begin <= day < end:
            return SUSPENDED, stay.plan
    return TRIAL if day < stay.billing_from else ACTIVE, stay.plan


def _next_change(timeline: Timeline, day: date, state: str) -> date | None:
    if state == PENDING:
        return timeline.first_day
    if state == ENDED:
        return None
    days = [timeline.end]
    for stay in timeline.stays:
        days += (stay.date_to, min(stay.billing_from, stay.date_to))
        days += [span.date_to for span in stay.spans]
    days += [span.date_to for span in timeline.quantities]
    days += [border for pause in timeline.pauses for border in pause]
    after = min(border for border in days if border > day)
    return None if after == NEVER else after


def _plans(settings: dict) -> tuple[tuple[date, Plan], ...]:
    """Days on which the plan really becomes another one."""
    found: list[tuple[date, Plan]] = []
    for day in sorted(settings):
        plan = settings[day][1]
        if not found or found[-1][1].code != plan.code:
            found.append((day, plan))
    return tuple(found)

"""Which contracts must be on an invoice of a closing: worked out from the subscribers' stories.

Day by day and without the billing engine, so that a contract that was forgotten shows.
"""

from datetime import date, timedelta

from .company import PLANS
from .people import month_after

ARREARS = 'arrears'


def contracts_due(subscribers, cycles, month):
    """How many contracts a closing must bill or give something back on."""
    return sum(
        _due(person, index, cycles[0], month)
        for person in subscribers for index in range(len(person.plans)))


def _due(person, index, opening, month):
    """Whether the days that are to be billed are others than those that were billed before."""
    before = _billed_days(person, index, month) if month > opening else set()
    return _billed_days(person, index, month_after(month)) != before


def _billed_days(person, index, target):
    """{(day, plan)} that all closings up to a target day bill, with what is known by then."""
    if person.start >= target:
        return set()
    days, day = set(), person.start
    while day < month_after(target):
        plan = _plan_on(person, index, day, target)
        if plan and (day < target or PLANS[plan].timing != ARREARS):
            days.add((day, plan))
        day += timedelta(days=1)
    return days


def _plan_on(person, index, day, known_until):
    """The plan that counts on a day, or '' when nothing does."""
    plan, event = person.plans[index], person.event
    if index or not event or event.day >= known_until:
        return plan
    counts_from = event.day
    if event.at_period_end:
        counts_from = month_after(date(event.day.year, event.day.month, 1))
    if day < counts_from or (event.until and day >= event.until):
        return plan
    return event.plan

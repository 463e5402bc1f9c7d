"""What a price sheet must not say (料金表の検査): prices that tell no amount, or more than one.

Faults are values, so that all of them can be told at once; the addon turns codes into sentences.
"""
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from .facts import (
    FEE,
    HALF_UP,
    ONE_TIME,
    PACKAGE,
    TIERED,
    USAGE,
    VOLUME,
    Charge,
    Every,
    Plan,
    PlanVersion,
    Tier,
)
from .money import from_minor, round_amount, to_minor
from .periods import DAYS, months_of

BY_TIERS = (TIERED, VOLUME)

# A code stands in lists with commas and before the slash of a discount's line.
CODE_SIGNS = (',', '/')


class Fault(NamedTuple):
    """One thing wrong: a code, the charge or the version that has it, and what it says."""

    code: str
    charge: Charge | None = None
    version: PlanVersion | None = None
    context: dict = {}


def faults_of(plan: Plan) -> list[Fault]:
    """Everything that is wrong with a plan's terms, versions and charges."""
    return [
        *_term_faults(plan),
        *_version_faults(plan.versions),
        *(fault for version in plan.versions for fault in _twice_faults(version)),
        *(fault._replace(version=version)
          for version in plan.versions for charge in version.charges
          for fault in charge_faults(charge)),
    ]


def charge_faults(charge: Charge) -> Iterator[Fault]:
    """What is wrong with one charge."""
    for check in (_code_faults, _tier_faults, _package_faults, _step_faults, _bound_faults,
                  _metric_faults):
        yield from check(charge)


def raised(price: Decimal, percent: Decimal, digits: int, step: Decimal | None = None) -> Decimal:
    """A price that has risen, or fallen, by a percentage (料金改定), rounded half up.

    :param digits: decimals of the currency; a price with more of them keeps as many
    :param step: round to a multiple of this amount instead, for example to ten yen
    """
    exact = Fraction(price) * (100 + Fraction(percent)) / 100
    if step:
        return from_minor(to_minor(exact / Fraction(step), 0, HALF_UP), 0) * step
    places = max(digits, -price.normalize().as_tuple().exponent)
    return round_amount(exact, places, HALF_UP)


# terms ----------------------------------------------------------------------------------------

def _term_faults(plan: Plan) -> Iterator[Fault]:
    if plan.renews and plan.term is None:
        yield Fault('renews_without_term')
    if plan.minimum_term_again and not plan.renews:
        yield Fault('minimum_again_without_renewal')
    if plan.free_exit is not None and not (plan.renews and plan.cancellation_fee):
        yield Fault('free_exit_without_renewal')
    if plan.cancellation_fee and plan.minimum_term is None and not plan.minimum_term_again:
        yield Fault('fee_without_minimum_term')
    if plan.term is not None:
        if plan.minimum_term is not None and not plan.renews and (
                _shortest(plan.minimum_term) > _longest(plan.term)):
            yield Fault('minimum_term_beyond_term')
        if plan.trial_days > _longest(plan.term):
            yield Fault('trial_beyond_term', context={'days': plan.trial_days})


def _shortest(length: Every) -> int:
    """The least number of days that a length of time can have."""
    return _days(length, 28, 365)


def _longest(length: Every) -> int:
    return _days(length, 31, 366)


def _days(length: Every, month: int, year: int) -> int:
    if length.unit in DAYS:
        return length.count * DAYS[length.unit]
    years, months = divmod(months_of(length), 12)
    return years * year + months * month


# versions -------------------------------------------------------------------------------------

def _version_faults(versions: tuple[PlanVersion, ...]) -> Iterator[Fault]:
    """A version reaches running contracts not before new ones, and in the order of versions."""
    latest: date | None = None
    newer: PlanVersion | None = None
    ordered = sorted(versions, key=lambda version: version.valid_from, reverse=True)
    for after, before in pairwise(ordered):
        if after.valid_from == before.valid_from:
            yield Fault('version_twice', version=before)
    for version in ordered:
        day = version.existing_from
        if day is None:
            continue
        if day < version.valid_from:
            yield Fault('existing_before_new', version=version,
                        context={'day': day, 'new': version.valid_from})
        if latest is not None and day >= latest:
            yield Fault('existing_never_reached', version=version,
                        context={'day': day, 'latest': latest, 'newer': newer.valid_from})
        if latest is None or day < latest:
            latest, newer = day, version


def _twice_faults(version: PlanVersion) -> Iterator[Fault]:
    known = set()
    for charge in version.charges:
        if charge.code in known:
            yield Fault('code_twice', charge, version)
        known.add(charge.code)


# charges --------------------------------------------------------------------------------------

def _code_faults(charge: Charge) -> Iterator[Fault]:
    code = charge.code
    if code == FEE:
        yield Fault('code_reserved', charge)
    elif not code.strip() or code != code.strip() or any(sign in code for sign in CODE_SIGNS):
        yield Fault('code_unfit', charge)


def _tier_faults(charge: Charge) -> Iterator[Fault]:
    if charge.model not in BY_TIERS:
        if charge.tiers:
            yield Fault('tiers_unused', charge)
        return
    if not charge.tiers:
        yield Fault('tiers_missing', charge)
        return
    *limited, last = charge.tiers
    if last.up_to is not None:
        yield Fault('last_tier_limited', charge, context={'up_to': last.up_to})
    yield from _order_faults(charge, limited)


def _order_faults(charge: Charge, limited: list[Tier]) -> Iterator[Fault]:
    """Tiers before the last have limits, each above the one before; so nothing is left out."""
    limits: list[Decimal] = []
    for row, tier in enumerate(limited, start=1):
        if tier.up_to is None:
            yield Fault('tier_without_limit', charge, context={'row': row})
        else:
            limits.append(tier.up_to)
    if charge.tiers[-1].up_to is not None:
        limits.append(charge.tiers[-1].up_to)
    for before, after in pairwise(limits):
        if after <= before:
            yield Fault('tiers_not_ascending', charge, context={'up_to': after, 'before': before})


def _package_faults(charge: Charge) -> Iterator[Fault]:
    if charge.model == PACKAGE:
        if not charge.size:
            yield Fault('package_without_size', charge)
    elif charge.size or charge.free:
        yield Fault('package_unused', charge)


def _step_faults(charge: Charge) -> Iterator[Fault]:
    if not charge.steps:
        return
    if charge.type == ONE_TIME or charge.model in BY_TIERS:
        yield Fault('steps_unused', charge)
    *first, last = charge.steps
    if last.periods is not None or any(step.periods is None for step in first):
        yield Fault('steps_not_open', charge)


def _bound_faults(charge: Charge) -> Iterator[Fault]:
    bounds = (charge.minimum, charge.maximum)
    if charge.type == ONE_TIME and any(bound is not None for bound in bounds):
        yield Fault('bounds_without_period', charge)
    elif None not in bounds and charge.minimum > charge.maximum:
        yield Fault('minimum_above_maximum', charge,
                    context={'minimum': charge.minimum, 'maximum': charge.maximum})


def _metric_faults(charge: Charge) -> Iterator[Fault]:
    if charge.type == USAGE:
        if charge.metric is None:
            yield Fault('usage_without_metric', charge)
    elif charge.metric is not None:
        yield Fault('metric_unused', charge)

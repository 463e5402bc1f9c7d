"""Timelines in portions: each has a seed of its own and tries every law.

A failure is made as small as can be before it is told, and ends its portion for that law only.
"""
from typing import NamedTuple

from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.unit.planner_cases import cases
from tests.unit.planner_laws import LAWS

from .words import describe


class Failure(NamedTuple):
    """A law that did not hold, for the smallest case that was found."""

    law: str
    seed: int
    case: str
    complaint: str


class Portion(NamedTuple):
    """What came of some timelines."""

    timelines: int
    failures: tuple[Failure, ...]


class _Watch:
    """Calls a law and remembers the last case for which it did not hold."""

    def __init__(self, law):
        self.law = law
        self.timelines = 0
        self.case = None
        self.complaint = ''

    def __call__(self, case):
        self.timelines += self.case is None
        try:
            self.law(case)
        except Exception as error:
            self.case, self.complaint = case, f'{type(error).__name__}: {error}'
            raise


def try_portion(number, count):
    """Share `count` timelines among the laws.

    :param number: the seed of the portion
    """
    timelines, failures = 0, []
    for index, (law, values) in enumerate(LAWS.items()):
        watch = _Watch(law)
        share = count // len(LAWS) + (index < count % len(LAWS))
        if not share:
            continue
        try:
            _search(watch, values, share, number)
        except Exception:
            failures.append(Failure(law.__name__, number, describe(watch.case), watch.complaint))
        # A portion that ended early counts what it tried.
        timelines += watch.timelines
    return Portion(timelines, tuple(failures))


def _search(watch, values, count, number):
    @seed(number)
    @settings(max_examples=count, deadline=None, database=None, print_blob=False,
              phases=(Phase.generate, Phase.shrink), suppress_health_check=list(HealthCheck))
    @given(cases(**values))
    def law_holds(case):
        watch(case)

    law_holds()

"""Timelines in portions: each portion has a seed of its own, each timeline tries every law.

A failure is made as small as can be before it is told; the portion goes on without that law.
"""
from typing import NamedTuple

from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.unit.planner_cases import cases
from tests.unit.planner_laws import LAWS, Trial

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
    """Tries the laws on a case and remembers the last failure, and how many cases came first."""

    def __init__(self, laws):
        self.laws = laws
        self.timelines = 0
        self.failed = self.case = None
        self.complaint = ''

    def __call__(self, case):
        # Only one law is made small: another one that fails meanwhile has its turn later.
        laws = self.laws if self.failed is None else [self.failed]
        self.timelines += self.failed is None
        trial = Trial(case)
        for law in laws:
            try:
                law(trial)
            except Exception as error:
                self.failed, self.case = law, case
                self.complaint = f'{type(error).__name__}: {error}'
                raise


def try_portion(number, count):
    """Try every law on `count` timelines.

    :param number: the seed of the portion
    """
    laws, failures, done = list(LAWS), [], 0
    while laws and done < count:
        watch = _Watch(laws)
        try:
            _search(watch, count - done, number + len(failures))
        except Exception:
            if watch.failed is None:
                raise
            failures.append(Failure(
                watch.failed.__name__, number, describe(watch.case), watch.complaint))
            laws.remove(watch.failed)
        done += watch.timelines
    return Portion(done, tuple(failures))


def _search(watch, count, number):
    @seed(number)
    @settings(max_examples=count, deadline=None, database=None, print_blob=False,
              phases=(Phase.generate, Phase.shrink), suppress_health_check=list(HealthCheck))
    @given(cases())
    def law_holds(case):
        watch(case)

    law_holds()

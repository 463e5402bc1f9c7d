"""A campaign: a base database, the fingerprint of a quiet day, trials, and what they add up to."""
import contextlib
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from tools import databases, paths

from . import trials
from .crew import Crew
from .field import Field
from .fingerprint import differences

ABREAST = 2


@dataclass
class Outcome:
    """What one trial showed."""

    name: str
    kills: int = 0
    differing: list = field(default_factory=list)
    double: int = 0
    error: str = ''

    @property
    def lost(self):
        """Rows of a quiet day that are not there, numbers skipped, money unexplained."""
        return sum(': too much ' not in line for line in self.differing)

    @property
    def clean(self):
        return not (self.differing or self.double or self.error)


class Campaign:
    """The base database and the crew, for the life of a ``with`` block."""

    def __init__(self, base, accounts, seed):
        self.base = base
        self.accounts = accounts
        self.seed = seed
        self.outcomes = []
        self.commits = []
        self._expected = None
        self._start = time.monotonic()
        self._stack = contextlib.ExitStack()

    def __enter__(self):
        with contextlib.ExitStack() as stack:
            stack.callback(databases.drop, self.base)
            databases.create(self.base)
            self._crew = stack.enter_context(Crew(self.base))
            log = paths.state_dir('logs') / f'{self.base}.log'
            self._crew.order(self.base, log, task='prepare', accounts=self.accounts,
                             seed=self.seed).begin().answer()
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_exception):
        self._stack.close()

    def reference(self):
        """The quiet day that every other is compared with; remembers its commits."""
        with Field(self._crew, self.base, 'quiet', self.accounts) as place:
            self.commits = trials.quiet(place)
            self._expected = place.fingerprint()
        outcome = Outcome('quiet', double=sum(self._expected['double'].values()))
        self.outcomes.append(outcome)
        return self._expected

    def perform(self, chosen, report=lambda outcome: None):
        """Run (name, trial) pairs, two at a time, each on a field of its own."""
        with ThreadPoolExecutor(ABREAST) as pool:
            for outcome in pool.map(self._attempt, *zip(*chosen, strict=True)):
                self.outcomes.append(outcome)
                report(outcome)

    def _attempt(self, name, trial):
        outcome = Outcome(name)
        slug = ''.join(char if char.isalnum() else '_' for char in name)
        try:
            with Field(self._crew, self.base, slug, self.accounts) as place:
                try:
                    subjects = trial(place)
                finally:
                    outcome.kills = place.kills
                found = place.fingerprint()
            outcome.differing = differences(self._expected, found, subjects)
            outcome.double = sum(found['double'].values())
        except Exception:  # one trial that breaks off must not end the campaign
            outcome.error = traceback.format_exc()
        return outcome

    @property
    def clean(self):
        return all(outcome.clean for outcome in self.outcomes)

    def summary(self):
        """One line for machines and people."""
        total = self.outcomes
        return (f'kill: trials={len(total)} kills={sum(o.kills for o in total)} '
                f'differing={sum(bool(o.differing or o.error) for o in total)} '
                f'double={sum(o.double for o in total)} lost={sum(o.lost for o in total)} '
                f'seconds={time.monotonic() - self._start:.0f}')


def boundaries(commits):
    """Numbers of the commits with which a step or a stage ends."""
    return [number for number, (label, following) in
            enumerate(zip(commits, [*commits[1:], None]), 1) if label != following]

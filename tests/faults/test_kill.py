"""The campaign in short: a kill here and there must not show in what a billing date leaves."""
import random

import pytest

from . import trials
from .campaign import Campaign, boundaries
from .facts import COMMIT_POINTS

ACCOUNTS = 12
SEED = 20261101


def short_trials(campaign):
    """Two processes, a second run, a broken line and kills; one of them at the end of a step."""
    chance = random.Random(SEED)
    yield 'second run', trials.second_run
    yield 'two runs', trials.two_runs
    yield 'two closings', trials.two_closings
    yield 'one run twice', trials.one_run_twice
    yield 'batch opened by both', trials.batch_opened_by_both
    yield 'change while planned', trials.change_while_planned
    yield 'batch sealed while joined', trials.batch_sealed_while_joined
    yield 'killed after_rename', trials.killed('after_rename')
    yield 'agency down', trials.agency_down('send')
    edge = chance.choice(boundaries(campaign.commits))
    points = [('after', edge)] + [
        (chance.choice(COMMIT_POINTS), chance.randint(1, len(campaign.commits)))
        for _more in range(2)]
    for point, number in points:
        yield f'killed {point} {number}', trials.killed(point, number)


@pytest.fixture(scope='module')
def campaign():
    with Campaign('faults_test', ACCOUNTS, SEED) as running:
        running.quiet = running.reference()
        running.perform(list(short_trials(running)))
        yield running


def test_the_quiet_day_bills_collects_and_parks(campaign):
    """What the trials are compared with is worth the comparison."""
    quiet = campaign.quiet
    assert len(quiet['coverage']) > ACCOUNTS
    assert {row[4] for row in quiet['invoices']} >= {'paid', 'not_paid'}
    assert {row[3] for row in quiet['requests']} == {'collected', 'failed', 'open'}
    assert [row[:2] for row in quiet['parked']] == [('A001', 'parked')]
    assert {row[2] for row in quiet['agency lines']} == {'0', '1', '3'}
    assert quiet['gaps'] == quiet['unexplained'] == 0


def test_every_trial_leaves_what_a_quiet_day_leaves(campaign):
    problems = [
        line for outcome in campaign.outcomes if not outcome.clean
        for line in (outcome.name, f'double: {outcome.double}', *outcome.differing, outcome.error)]
    assert not problems, '\n'.join(problems)
    assert sum(outcome.kills for outcome in campaign.outcomes) == 4

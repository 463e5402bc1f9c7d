"""``make kill``: the whole campaign. Ends with one line; exit code 1 if a trial was not clean.

    python -m tests.faults.kill [--seed N] [--accounts N] [--only TEXT]
"""
import argparse
import random
import signal
import sys

from . import trials
from .campaign import Campaign, boundaries
from .facts import COMMIT_POINTS, TRANSFER_POINTS

ACCOUNTS = 24
# Odoo lets a job rest for its interval, an hour, after it took the server down three times
# without having committed anything in between.
DEATHS = 2


def main():
    options = _arguments()
    # A polite end must end the agencies and drop the databases too.
    signal.signal(signal.SIGTERM, lambda *_args: sys.exit(143))
    with Campaign('faults_kill', options.accounts, options.seed) as campaign:
        campaign.reference()
        say(f'a quiet day has {len(campaign.commits)} commits; step boundaries: '
            f'{boundaries(campaign.commits)}')
        chosen = [pair for pair in every_trial(campaign, options.seed) if options.only in pair[0]]
        campaign.perform(chosen, report)
    print(campaign.summary(), flush=True)
    return 0 if campaign.clean else 1


def _arguments():
    parser = argparse.ArgumentParser(prog='make kill', description=__doc__)
    parser.add_argument('--seed', type=int, default=1, help='draws data and the random points')
    parser.add_argument('--accounts', type=int, default=ACCOUNTS, help='billing accounts')
    parser.add_argument('--only', default='', help='trials whose name holds this text')
    return parser.parse_args()


def every_trial(campaign, seed):
    """(name, trial) of the whole campaign."""
    chance = random.Random(seed)
    commits = len(campaign.commits)
    yield 'second run', trials.second_run
    yield 'batch opened by both', trials.batch_opened_by_both
    yield 'change while planned', trials.change_while_planned
    yield 'batch sealed while joined', trials.batch_sealed_while_joined
    for number in range(1, 4):
        yield f'two runs {number}', trials.two_runs
        yield f'two halves {number}', trials.two_halves
        yield f'two closings {number}', trials.two_closings
        yield f'two halves sent apart {number}', trials.two_halves_sent_apart
        yield f'one run twice {number}', trials.one_run_twice
    for kind, after in trials.CUTS:
        yield f'{kind} {"" if after is None else after}'.strip(), trials.cut(kind, after)
    for stage in trials.NEEDS_LINE:
        yield f'agency down {stage}', trials.agency_down(stage)
    for point in TRANSFER_POINTS:
        yield f'killed {point}', trials.killed(point)
    for number in range(1, commits + 1):
        for point in COMMIT_POINTS:
            yield f'killed {point} {number}', trials.killed(point, number)
    for number in sorted(chance.sample(range(1, commits // 2), 4)):
        yield f'one of two killed {number}', trials.one_of_two_killed(
            chance.choice(COMMIT_POINTS), number)
    for number in range(1, 4):
        yield f'server killed {number}', trials.server_killed(
            [chance.uniform(0.1, 3) for _again in range(DEATHS)])
    yield 'killed again', trials.killed_again([chance.randint(1, 6) for _again in range(4)])


def report(outcome):
    say(f'{"ok  " if outcome.clean else "BAD "}{outcome.name}')
    for line in [*outcome.differing[:20], *outcome.error.splitlines()[-12:]]:
        say(f'      {line}')


def say(text):
    print(text, file=sys.stderr, flush=True)


if __name__ == '__main__':
    sys.exit(main())

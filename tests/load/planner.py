"""How many contracts a second the planner plans, in one process; the last line is for machines.

Seconds are those of the processor: the planner waits for nothing, and whoever else uses the
machine does not count.  Facts are made outside the timed part, a chunk of accounts at a time.
"""

import argparse
import resource
import sys
import time
from itertools import islice

from tests import namespaces

CHUNK = 1000


def main() -> int:
    """Run the benchmark and return an exit code."""
    parser = argparse.ArgumentParser(prog='python -m tests.load.planner', description=__doc__)
    parser.add_argument('--contracts', type=int, default=100_000)
    parser.add_argument('--seed', type=int, default=1)
    options = parser.parse_args()
    if 'odoo' not in sys.modules:
        namespaces.install()
    from . import contracts as known

    few, many = options.contracts // 10, options.contracts
    rates = {}
    for name, sort in (('flat', known.flat), ('mix', known.mix)):
        for count, years in ((few, 1), (few, 10), (many, 3)):
            rate, lines = measure(
                known.accounts(count, sort, known.begins(years), options.seed))
            print(f'{name}: {count} contracts of the last {years} years, {lines} lines: '
                  f'{rate:.0f} contracts a second, peak memory {_peak():.0f} MB', flush=True)
            rates[name] = rate
    print(f'bench-planner: flat={rates["flat"]:.0f} mix={rates["mix"]:.0f}')
    return 0


def measure(accounts):
    """Plan a chunk at a time.

    :return: (contracts a second, lines)
    """
    from odoo.addons.smart_billing.core.planner import Planner

    from .contracts import RULES, TARGET

    planner, done, lines, seconds = Planner(RULES), 0, 0, 0.0
    while chunk := list(islice(accounts, CHUNK)):
        begin = time.process_time()
        results = [planner.plan(account, items, TARGET) for account, items in chunk]
        seconds += time.process_time() - begin
        done += len(results)
        lines += sum(len(result.items) for result in results)
    return done / seconds, lines


def _peak():
    """Megabytes that the process has ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == '__main__':
    sys.exit(main())

"""Command line of the soak; the last line is for machines."""

import argparse
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor

from tests import namespaces

PORTION = 250


def main() -> int:
    """Try the timelines, on all processors, and return an exit code."""
    parser = argparse.ArgumentParser(prog='python -m tests.soak', description=__doc__)
    parser.add_argument('--timelines', type=int, default=10_000)
    parser.add_argument('--seed', type=int, default=1, help=f'of the first portion of {PORTION}')
    parser.add_argument('--jobs', type=int, default=os.cpu_count())
    options = parser.parse_args()
    print(f'seed {options.seed}', flush=True)
    begin = time.perf_counter()
    timelines = failed = 0
    for portion in _portions(options):
        timelines += portion.timelines
        for failure in portion.failures:
            failed += 1
            print(f'FAIL {failure.law} (--seed {failure.seed} --timelines {PORTION})\n'
                  f'{failure.case}\n{failure.complaint}\n', flush=True)
    seconds = time.perf_counter() - begin
    print(f'soak: timelines={timelines} failed={failed} seconds={seconds:.1f}')
    return int(bool(failed) or timelines < options.timelines)


def _portions(options):
    counts = [PORTION] * (options.timelines // PORTION)
    if options.timelines % PORTION:
        counts.append(options.timelines % PORTION)
    if 'odoo' not in sys.modules:
        namespaces.install()
    with ProcessPoolExecutor(options.jobs) as pool:
        yield from pool.map(_try, range(options.seed, options.seed + len(counts)), counts)


def _try(number, count):
    from .campaign import try_portion

    return try_portion(number, count)


if __name__ == '__main__':
    sys.exit(main())

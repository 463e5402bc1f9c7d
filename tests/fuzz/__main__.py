"""Command line of the fuzz campaign; the last line is for machines."""

import argparse
import sys
import time

from .campaign import run

SHOWN = ('files', 'records', 'roundtrip_failures', 'mutated', 'refused', 'accepted',
         'inconsistent', 'foreign_errors')
BAD = ('roundtrip_failures', 'inconsistent', 'foreign_errors')


def main() -> int:
    """Run the campaign and return an exit code."""
    parser = argparse.ArgumentParser(prog='python -m tests.fuzz', description=__doc__)
    parser.add_argument('--files', type=int, default=10_000)
    parser.add_argument('--records', type=int, default=100, help='records in each file')
    parser.add_argument('--seed', type=int, default=1)
    options = parser.parse_args()

    def tick(done: int) -> None:
        if sys.stderr.isatty() and done % 100 == 0:
            print(f'\r{done}/{options.files} files', end='', file=sys.stderr)

    start = time.perf_counter()
    counts = run(options.files, options.records, options.seed, tick)
    seconds = time.perf_counter() - start
    print(counts.pop('trace', ''), end='', file=sys.stderr)
    shown = ' '.join(f'{name}={counts[name]}' for name in SHOWN)
    print(f'fuzz: {shown} seconds={seconds:.1f}')
    return int(any(counts[name] for name in BAD))


if __name__ == '__main__':
    sys.exit(main())

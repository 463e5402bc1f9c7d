"""Command line of the slip campaign; the last line is for machines."""

import argparse
import sys
import time

from .campaign import RESOLUTIONS, run


def main() -> int:
    """Run the campaign and return an exit code."""
    parser = argparse.ArgumentParser(prog='python -m tests.slips', description=__doc__)
    parser.add_argument('--slips', type=int, default=1_000)
    parser.add_argument('--seed', type=int, default=1)
    options = parser.parse_args()

    def tick(done: int) -> None:
        if sys.stderr.isatty():
            print(f'\r{done}/{options.slips} slips', end='', file=sys.stderr)

    start = time.perf_counter()
    counts = run(options.slips, options.seed, tick)
    seconds = time.perf_counter() - start
    wrong = counts['wrong'] + counts['missing']
    print(f'slips: slips={options.slips} dpi={",".join(map(str, RESOLUTIONS))} '
          f'decoded={counts["decoded"]} wrong={wrong} '
          f'pages_s={options.slips / counts["write_s"]:.0f} seconds={seconds:.1f}')
    return int(bool(wrong) or counts['decoded'] != options.slips * len(RESOLUTIONS))


if __name__ == '__main__':
    sys.exit(main())

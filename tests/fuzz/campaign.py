"""One campaign: files there and back, then the same files damaged."""

import random
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import astuple

from odoo.addons.smart_billing.core import zengin
from odoo.addons.smart_billing.core.errors import DomainError

from . import generate, mutate

SIZES = {'none': 120, 'crlf': 122}


def encode(batches: list, direction: str, separator: str) -> bytes:
    """Return the bytes of a file in one direction."""
    if direction == 'result':
        return zengin.encode_result(batches, separator=separator)
    return b''.join(zengin.iter_request(batches, separator=separator))


def content(file: zengin.DebitFile) -> list:
    """Return what was put into a file, as it was read; the lines are compared as well."""
    return [(batch.header, batch.records, [record.line for record in batch.records])
            for batch in file.batches]


def round_trips(batches: list, direction: str, separator: str) -> bool:
    """Tell whether a file comes back as it was written."""
    expected = [(header, records, [record.line for record in records])
                for header, records in batches]
    data = encode(batches, direction, separator)
    return content(zengin.decode(data, expect=direction, separators=[separator])) == expected


def consistent(file: zengin.DebitFile, direction: str) -> bool:
    """Tell whether an accepted file asks for, or collects, exactly what its trailers say."""
    for batch in file.batches:
        amounts = [record.amount for record in batch.records]
        collected = [record.amount for record in batch.records if record.result_code == '0']
        totals = (len(amounts), sum(amounts), len(collected), sum(collected),
                  len(amounts) - len(collected), sum(amounts) - sum(collected))
        if direction == 'request':
            totals = totals[:2] + (0, 0, 0, 0)
        if astuple(batch.trailer) != totals:
            return False
    return True


def feed(data: bytes, direction: str, counts: Counter) -> None:
    """Decode damaged data and count how it ends."""
    counts['mutated'] += 1
    try:
        file = zengin.decode(data, expect=direction)
    except DomainError as error:
        str(error)
        counts['refused'] += 1
    except Exception:
        counts['foreign_errors'] += 1
        counts.setdefault('trace', traceback.format_exc())
    else:
        counts['accepted'] += 1
        counts['inconsistent'] += not consistent(file, direction)


def run(files: int, records: int, seed: int, tick: Callable = lambda done: None) -> Counter:
    """Run a campaign; every file depends on the seed and its own number alone."""
    counts = Counter(files=files)
    for number in range(files):
        rng = random.Random(f'{seed}/{number}')
        direction = 'result' if number % 2 else 'request'
        batches = generate.batches(rng, records, direction == 'result')
        counts['records'] += sum(len(data) for _header, data in batches)
        for separator in SIZES:
            counts['roundtrip_failures'] += not round_trips(batches, direction, separator)
        separator = rng.choice(list(SIZES))
        data = encode(batches, direction, separator)
        for _ in range(2):
            feed(mutate.mutate(rng, data, SIZES[separator]), direction, counts)
        tick(number + 1)
    return counts

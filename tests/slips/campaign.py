"""Many slips: printed, drawn by another program, read by a third."""

import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

from odoo.addons.smart_billing_payment_nttf.paper.fonts import load_typefaces
from odoo.addons.smart_billing_payment_nttf.paper.slip import SlipBook
from odoo.addons.smart_billing_payment_nttf.paper.values import SlipPage
from odoo.addons.smart_billing_payment_nttf.wire.slip_code import barcode_digits

from . import generate, reading

A_FILE = 25  # slips
RESOLUTIONS = (300, 600)


def write(path: Path, pages: Iterable[SlipPage]) -> None:
    """Write slips into one file."""
    with path.open('wb') as stream, SlipBook(stream, load_typefaces()) as book:
        for page in pages:
            book.add(page)


def compare(path: Path, expected: list[str], dpi: int, counts: Counter) -> None:
    """Draw a file and count what is read from it."""
    found = [reading.read(picture) for picture in reading.draw(path, dpi)]
    counts['missing'] += abs(len(expected) - len(found))
    for want, got in zip(expected, found):
        counts['decoded'] += got is not None
        counts['wrong'] += got is not None and got != want


def run(slips: int, seed: int, tick: Callable = lambda done: None) -> Counter:
    """Print and read slips; every one depends on the seed and its own number alone."""
    load_typefaces()  # a server parses its fonts once
    counts = Counter(slips=slips)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / 'slips.pdf'
        for start in range(0, slips, A_FILE):
            pages = [generate.page(random.Random(f'{seed}/{number}'))
                     for number in range(start, min(start + A_FILE, slips))]
            begin = time.perf_counter()
            write(path, pages)
            counts['write_s'] += time.perf_counter() - begin
            expected = [barcode_digits(page.issuer, page.slip) for page in pages]
            for dpi in RESOLUTIONS:
                compare(path, expected, dpi, counts)
            tick(start + len(pages))
    return counts

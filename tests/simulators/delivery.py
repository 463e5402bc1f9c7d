"""The result file (振替結果データ) as it reaches /result: as it should be, or damaged."""
from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from . import faults, spoil, zengin91
from .acceptance import RESULT_SUFFIX
from .books import write_atomically


def write(request: bytes, codes: Sequence[str], separator: str, allow_wo: bool) -> bytes:
    """The good result file, read again by the agency itself before it leaves the house."""
    good = zengin91.write_result(zengin91.read(request, allow_wo=allow_wo), codes, separator)
    problems = zengin91.read(good, zengin91.RESULT, separator, allow_wo).problems
    if problems:
        raise AssertionError(f'the simulator wrote a bad result file: {problems[:3]}')
    return good


def deliver(folder: Path, stem: str, good: bytes, separator: str, kind: str) -> list[str]:
    """Put the file there, damaged as `kind` says ('' = as it should be); the names written."""
    name = stem + RESULT_SUFFIX
    if kind == faults.DUPLICATE:
        files = {name: good, _next_name(folder, stem): good}
    elif kind == faults.YESTERDAY:
        files = {name: good, **_older(folder, stem)}
    elif kind:
        records = zengin91.read(good, zengin91.RESULT, separator, allow_wo=True).records
        files = {name: spoil.spoil(kind, records, separator)}
    else:
        files = {name: good}
    for file_name, data in files.items():
        write_atomically(folder / file_name, data)
    return list(files)


def _next_name(folder: Path, stem: str) -> str:
    """The same consignor and date with the next part number that is free."""
    head = stem[:-2]
    for part in range(int(stem[-2:]) + 1, 100):
        name = f'{head}{part:02}{RESULT_SUFFIX}'
        if not (folder / name).exists():
            return name
    raise AssertionError(f'no free part number beside {stem}')


def _older(folder: Path, stem: str) -> dict[str, bytes]:
    """The result of the debit date before, once more, under a name of today."""
    pattern = re.compile(r'[0-9]{10}_[0-9]{8}_[0-9]{2}\.res')
    before = sorted(path for path in folder.iterdir()
                    if pattern.fullmatch(path.name) and path.stem[:19] < stem[:19])
    return {_next_name(folder, stem): before[-1].read_bytes()} if before else {}

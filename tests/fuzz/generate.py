"""Random but legal direct-debit files, the same ones for the same seed."""

import random

from odoo.addons.smart_billing.core import zengin

_BASES = 'ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜﾝ'
_LETTERS = [*_BASES, *(kana + 'ﾞ' for kana in 'ｳｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾊﾋﾌﾍﾎ'),
            *(kana + 'ﾟ' for kana in 'ﾊﾋﾌﾍﾎ'), *'ABCXYZ0189']
_BANK = [*_LETTERS, '-']
_PARTY = [*_LETTERS, *' ()-.']
_DAYS = [f'{month:02}{day:02}' for month in range(1, 13) for day in range(1, 29)] + ['0229']
# Mostly collected, as in life; the last two are no codes of the standard.
_RESULTS = '0000000000001112348' + '9A '


def _text(rng: random.Random, letters: list[str], most: int, least: int = 0) -> str:
    text = ''.join(rng.choices(letters, k=rng.randint(least, most)))
    return text[:most].strip() or 'ｱ' * least


def _digits(rng: random.Random, length: int, least: int = 1) -> str:
    return f'{rng.randrange(least, 10 ** length):0{length}}'


def header(rng: random.Random) -> zengin.DebitHeader:
    """Return a header with every field filled."""
    return zengin.DebitHeader(
        _digits(rng, 10), _text(rng, _PARTY, 40, 1), rng.choice(_DAYS), _digits(rng, 4),
        _text(rng, _BANK, 15), _digits(rng, 3, 0), _text(rng, _BANK, 15), rng.choice('129'),
        _digits(rng, 7))


def record(rng: random.Random, line: int, result: bool) -> zengin.DebitRecord:
    """Return a debit; small amounts and the largest possible one are both there."""
    amount = rng.choice((rng.randint(1, 99_999), rng.randint(1, 9_999_999_999)))
    code = rng.choice(_RESULTS).strip() if result else '0'
    return zengin.DebitRecord(
        _digits(rng, 4), _text(rng, _BANK, 15), _digits(rng, 3, 0), _text(rng, _BANK, 15),
        rng.choice('1239'), _digits(rng, 7), _text(rng, _PARTY, 30, 1), amount,
        rng.choice('012'), _digits(rng, 20), code, line)


def batches(rng: random.Random, records: int, result: bool) -> list:
    """Return batches of (header, records) with so many records in all; mostly one batch."""
    cuts = sorted({0, records, *rng.choices(range(1, records + 1), k=rng.choice((0, 0, 0, 1, 2)))})
    made = []
    line = 1
    for start, end in zip(cuts, cuts[1:]):
        first = line + 1
        made.append((header(rng), tuple(record(rng, first + index, result)
                                        for index in range(end - start))))
        line = first + end - start + 1
    return made

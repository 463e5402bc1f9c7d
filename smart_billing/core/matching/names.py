"""Payers' names made comparable: bank kana without forms, spaces and the variants of writing.

Banks cut, abbreviate and respell names. A *key* ignores what never tells two payers apart
(spaces, legal forms, punctuation); a *loose key* also ignores long vowels and sounds that are
written in two ways, so two payers may share it.
"""

import re

from ..errors import KanaError
from ..kana import EDI, LEGAL_FORMS, corporate_abbreviation, to_zengin_kana

_FORMS = '|'.join(sorted(map(re.escape, set(LEGAL_FORMS.values())), key=len, reverse=True))
_LEGAL = re.compile(rf'^(?:{_FORMS})\)|\((?:{_FORMS})\)|\((?:{_FORMS})$')
_NOISE = re.compile(r'[ ()\-./\\｢｣,]')
_DIGITS = re.compile(r'[0-9]+')
# Sounds that are written in two ways, after voiced marks were parted from their kana.
_SAME_SOUND = (('ﾁﾞ', 'ｼﾞ'), ('ﾂﾞ', 'ｽﾞ'), ('ｦ', 'ｵ'), ('ｳﾞ', 'ﾌﾞ'), ('ﾍﾟ', 'ﾍﾞ'))
# Long vowels: ｵｳ, ｵｵ and ｵ- are one sound, and so are ｴｲ and ｴｴ.
_O_ROW = 'ｵｺｿﾄﾉﾎﾓﾖﾛ'
_LONG = re.compile(f'(?<=[{_O_ROW}])[ｳｵ]|(?<=[{_O_ROW}]ﾞ)[ｳｵ]|(?<=[ｳｸｽﾂﾇﾌﾑﾕﾙ])ｳ')


def bank_kana(text: str) -> str:
    """Return a name in bank kana; what cannot be converted (kanji) is left out."""
    try:
        return corporate_abbreviation(text)
    except KanaError:
        return ''.join(filter(None, map(_character, text))).strip(' ')


def _character(char: str) -> str:
    try:
        return to_zengin_kana(char, EDI) or ' '
    except KanaError:
        return char if char in 'ﾞﾟ' else ''


def name_key(text: str) -> str:
    """Return the comparable form of a name: no legal form, no spaces, no punctuation, no digits.

    Payers put customer and invoice numbers before and after their names.
    """
    kana = _DIGITS.sub('', bank_kana(text)).strip(' ')
    return _NOISE.sub('', _LEGAL.sub('', kana))


def loose_key(key: str) -> str:
    """Return a name's key without the variants of writing."""
    for written, sound in _SAME_SOUND:
        key = key.replace(written, sound)
    return _LONG.sub('', key)


def family_key(text: str) -> str:
    """Return the family name of an individual: the part before the first space; '' for others."""
    kana = _DIGITS.sub('', bank_kana(text)).strip(' ')
    family, space, _given = kana.partition(' ')
    return _NOISE.sub('', family) if space and not _LEGAL.search(kana) else ''


def numbers_in(text: str) -> tuple[str, ...]:
    """Return the runs of digits in a text, without leading zeros."""
    found = _DIGITS.findall(text.translate(_HALF_DIGITS))
    return tuple(dict.fromkeys(run.lstrip('0') for run in found if run.strip('0')))


_HALF_DIGITS = dict(zip(map(ord, '０１２３４５６７８９'), '0123456789'))

"""Names of files, from the profile's templates and back.

A template holds ``{consignor}`` (委託者コード, ten digits), ``{date}`` (debit day, YYYYMMDD),
``{mmdd}`` and ``{part}`` (two digits). It is no format string: nothing else is replaced.
"""

import re
from datetime import date
from typing import NamedTuple

from odoo.addons.smart_billing.core.errors import FieldError

_TOKEN = re.compile(r'\{([a-z]*)\}')
_LENGTHS = {'consignor': 10, 'date': 8, 'mmdd': 4, 'part': 2}
# What may stand around the tokens: a name, never a path.
_PLAIN = re.compile(r'[A-Za-z0-9._-]*')


class FileKey(NamedTuple):
    """What a file's name tells; None where its template has no such token."""

    consignor: str | None
    date: date | None
    mmdd: str | None
    part: int | None


def check_template(template: str) -> None:
    """Raise FieldError unless the template can be filled and makes one name a batch."""
    names = _TOKEN.findall(template)
    for name in names:
        if name not in _LENGTHS:
            raise FieldError('template_token', token=name, remedy='known_token')
    if len(names) != len(set(names)) or 'date' not in names or 'part' not in names:
        raise FieldError('template_incomplete', template=template, remedy='date_and_part')
    rest = _TOKEN.sub('', template)
    if not _PLAIN.fullmatch(rest):
        raise FieldError('template_character', template=template, remedy='plain_name')


def render(template: str, consignor: str, debit_date: date, part: int) -> str:
    """Return the name of a batch's file."""
    values = {'consignor': consignor.zfill(10), 'date': f'{debit_date:%Y%m%d}',
              'mmdd': f'{debit_date:%m%d}', 'part': f'{part:02}'}
    return _TOKEN.sub(lambda match: values[match[1]], template)


def parse(template: str, name: str) -> FileKey | None:
    """Return what a name tells, or None if it was not made from the template."""
    pattern, end = '', 0
    for token in _TOKEN.finditer(template):
        pattern += re.escape(template[end:token.start()])
        pattern += f'(?P<{token[1]}>[0-9]{{{_LENGTHS[token[1]]}}})'
        end = token.end()
    match = re.fullmatch(pattern + re.escape(template[end:]), name)
    if match is None:
        return None
    found = match.groupdict()
    try:
        day = found.get('date') and date(*map(int, (
            found['date'][:4], found['date'][4:6], found['date'][6:])))
    except ValueError:
        return None
    part = found.get('part')
    return FileKey(found.get('consignor'), day or None, found.get('mmdd'),
                   part and int(part))

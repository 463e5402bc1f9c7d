"""Usage files (利用量CSV): bytes -> cells -> rows, one row at a time, from any place of the file.

The caller hands the lines over as bytes and keeps the position that each row gives; from there the
reading goes on after an interruption.  A row that cannot be split is told and the next ones are
read.
"""
import codecs
import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from .usage_rows import Row, UsageError

UTF8 = 'utf-8'
CP932 = 'cp932'
BOM = codecs.BOM_UTF8

_WITH_THOUSANDS = re.compile(r'[-+]?\d{1,3}(,\d{3})*(\.\d*)?')

# Fields of a Row that a column may fill, and those that a layout cannot do without.
FIELDS = ('contract', 'metric', 'quantity', 'day', 'external_id', 'subject', 'action', 'reason')


class Position(NamedTuple):
    """How far a file was read: lines and bytes."""

    line: int = 0
    offset: int = 0


class Cells(NamedTuple):
    """One row: where it stands, where the next one begins, its cells or why there are none."""

    line: int
    last_line: int
    end: Position
    cells: Sequence[str]
    error: str | None = None


class Layout(NamedTuple):
    """Which column says what; None: the file does not say it.

    `metric` is what all rows measure where no column says it; `action` what all rows are that say
    nothing else; `width` is the number of columns that a row has.
    """

    columns: dict[str, int]
    width: int
    metric: str | None = None
    action: str | None = None
    thousands: bool = False


def find_undecodable(blocks: Iterable[bytes], encoding: str) -> int | None:
    """:return: position of the first byte that is no text of this encoding, None: all is text"""
    decoder = codecs.getincrementaldecoder(encoding)()
    before = 0
    for block in blocks:
        pending = len(decoder.getstate()[0])
        try:
            decoder.decode(block)
        except UnicodeDecodeError as error:
            return before - pending + error.start
        before += len(block)
    try:
        decoder.decode(b'', final=True)
    except UnicodeDecodeError as error:
        return before - len(decoder.getstate()[0]) + error.start
    return None


def read_cells(lines: Iterable[bytes], encoding: str, delimiter: str,
               start: Position = Position()) -> Iterator[Cells]:
    """The rows of the lines from a position on; empty lines are left out.

    A line end is a byte of its own in both encodings, so each line is decoded by itself.
    """
    source = _Lines(lines, encoding, start)
    reader = csv.reader(source, delimiter=delimiter, strict=True)
    while True:
        first = source.line + 1
        try:
            cells, error = next(reader), None
        except StopIteration:
            return
        except csv.Error as trouble:
            cells, error = [], str(trouble)
        if cells or error:
            yield Cells(first, source.line, Position(source.line, source.offset), cells, error)


class _Lines:
    """Decodes line by line and counts what was handed out."""

    def __init__(self, lines: Iterable[bytes], encoding: str, start: Position):
        self.lines, self.encoding = iter(lines), encoding
        self.line, self.offset = start

    def __iter__(self) -> '_Lines':
        return self

    def __next__(self) -> str:
        raw = next(self.lines)
        at_top = not self.offset
        self.line += 1
        self.offset += len(raw)
        if at_top and self.encoding == UTF8:
            raw = raw.removeprefix(BOM)
        return raw.decode(self.encoding)


def layout_of(names: dict[str, str], first: Sequence[str], has_header: bool, **settings) -> Layout:
    """Find the columns that a mapping names, by the header or as `#1`, `#2`, …

    :param names: {field of FIELDS: name of its column}; what is empty is not in the file
    :param first: the first row of the file
    :raise UsageError: a column is not there, or stands twice
    """
    header = [cell.strip() for cell in first] if has_header else []
    columns = {}
    for field, name in names.items():
        name = (name or '').strip()
        if name:
            columns[field] = _column(name, header, len(first))
    return Layout(columns, len(first), **settings)


def _column(name: str, header: Sequence[str], width: int) -> int:
    if name in header:
        if header.count(name) > 1:
            raise UsageError('usage_column_twice', column=name)
        return header.index(name)
    number = name.removeprefix('#')
    if number.isdecimal() and 1 <= int(number) <= width:
        return int(number) - 1
    raise UsageError('usage_no_column', column=name, known=', '.join(header) or f'#1 - #{width}')


def row_of(cells: Sequence[str], layout: Layout) -> Row:
    """:raise UsageError: the row has more or fewer columns than the file"""
    if len(cells) != layout.width:
        raise UsageError('usage_width', columns=len(cells), expected=layout.width)
    values = dict.fromkeys(FIELDS)
    for field, index in layout.columns.items():
        values[field] = cells[index]
    if layout.metric is not None:
        values['metric'] = layout.metric
    if layout.thousands:
        values['quantity'] = _without_thousands(values['quantity'])
    values['action'] = values['action'] or layout.action
    return Row(**values)


def _without_thousands(text: str) -> str:
    if ',' in text and not _WITH_THOUSANDS.fullmatch(text.strip()):
        raise UsageError('usage_quantity', value=text)
    return text.replace(',', '')

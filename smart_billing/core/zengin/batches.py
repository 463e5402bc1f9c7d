"""Reading files of 1-2-8-9 records of any type: layouts in, values out, every problem named."""

from collections.abc import Callable, Collection
from typing import NamedTuple

from ..errors import FieldError, FileError, Problem
from ..fixed_width import Layout
from .framing import Framed, check_order, check_type, frame

MAX_PROBLEMS = 100  # a file of another kind has one in every record


class Format(NamedTuple):
    """One type of file; `data` gives the layout of a data record (formats A and B differ)."""

    type_code: str
    length: int
    header: Layout
    data: Callable[[str], Layout]
    trailer: Layout
    end: Layout


class Row(NamedTuple):
    """A data record: its number in the file and its values by name."""

    line: int
    values: dict


class RawBatch(NamedTuple):
    """Header, data records and trailer with their values by name."""

    line: int
    header: dict
    rows: list[Row]
    trailer: dict
    trailer_line: int


class Reading:
    """One pass over a file; collects problems instead of stopping at the first."""

    def __init__(self, framed: Framed):
        self.framed = framed
        self.problems: list[Problem] = []

    def report(self, code: str, line: int, start: int = 1, **context: object) -> None:
        """Keep a problem of the field that starts at a 1-based position of a record."""
        if len(self.problems) < MAX_PROBLEMS:
            offset = self.framed.offset(line - 1) + start - 1
            self.problems.append(Problem(code, line, offset, context))

    def finish(self) -> None:
        """Refuse the file if anything was wrong."""
        if self.problems:
            raise FileError.from_problems(self.problems)

    def parse(self, layout: Layout, line: int) -> dict | None:
        """Return the values of a record, or report what cannot be read."""
        try:
            return dict(zip(layout.names, layout.read(self.framed.records[line - 1])))
        except FieldError as error:
            self.report(error.code, line, error.context['position'], **error.context)
            return None


def read_batches(content: bytes, form: Format, separators: Collection[str]) -> (
        tuple[Reading, list[RawBatch], dict | None]):
    """Return the batches of a file whose records could all be read, and its end record.

    Where one could not be, `Reading.problems` says so and the batches are not complete.
    """
    framed = frame(content, form.length, separators)
    check_type(framed, form.type_code)
    check_order(framed)
    reading = Reading(framed)
    batches: list[RawBatch] = []
    header, rows, end, since = None, [], None, 1
    for line, record in enumerate(framed.records, 1):
        if record[0] == '1':
            header, rows, since = reading.parse(form.header, line), [], line
        elif record[0] == '2':
            rows.append(Row(line, reading.parse(form.data(record), line)))
        elif record[0] == '8':
            trailer = reading.parse(form.trailer, line)
            if None not in (header, trailer, *(row.values for row in rows)):
                batches.append(RawBatch(since, header, rows, trailer, line))
        else:
            end = reading.parse(form.end, line)
    return reading, batches, end

"""Reading type 91: the file is certain or it is refused whole, with every problem named.

A result code that nobody knows is not a problem of the file: the record keeps it as it is, and
the exception queue takes it.
"""

from collections.abc import Collection

from ..errors import FieldError, FileError, Problem
from ..fixed_width import Layout
from .debit import (
    DATA,
    END,
    HEADER,
    RECORD_LENGTH,
    TRAILER,
    TYPE_CODE,
    DebitBatch,
    DebitFile,
    DebitHeader,
    DebitRecord,
    DebitTrailer,
)
from .framing import SEPARATORS, Framed, check_order, check_type, frame
from .write import Totals

MAX_PROBLEMS = 100  # a file of another kind has one in every record
_EXPECTED = {'request': Totals.request, 'result': Totals.result}


def decode(data: bytes, *, expect: str,
           separators: Collection[str] = tuple(SEPARATORS)) -> DebitFile:
    """Return the content of a file, or raise FileError with all its problems.

    :param expect: 'request' or 'result': what the totals must say
    :param separators: the declared dialects, keys of SEPARATORS
    """
    framed = frame(data, RECORD_LENGTH, separators)
    check_type(framed, TYPE_CODE)
    check_order(framed)
    reader = _Reader(framed, expect)
    batches = reader.read_batches()
    if reader.problems:
        raise FileError.from_problems(reader.problems)
    return DebitFile(batches)


class _Reader:
    """One pass over a framed file; collects problems instead of stopping at the first."""

    def __init__(self, framed: Framed, expect: str):
        self.framed = framed
        self.records = framed.records
        self.trailer_of = _EXPECTED[expect]
        self.is_request = expect == 'request'
        self.problems: list[Problem] = []

    def read_batches(self) -> tuple[DebitBatch, ...]:
        """Read a file whose structure is right."""
        batches = []
        for index, record in enumerate(self.records):
            kind = record[0]
            if kind == '1':
                header, data, totals = self.parse(HEADER, index), [], Totals()
            elif kind == '2':
                data.append(self.read_data(index, totals))
            elif kind == '8':
                trailer = self.parse(TRAILER, index)
                if None not in (header, trailer, *data):
                    batches.append(self.close_batch(index, header, data, trailer, totals))
            else:
                self.parse(END, index)
        return tuple(batches)

    def read_data(self, index: int, totals: Totals) -> DebitRecord | None:
        """Read a data record and count it."""
        values = self.parse(DATA, index)
        if values is None:
            return None
        record = DebitRecord(*values, index + 1)
        totals.add(record)
        if self.is_request and record.result_code != '0':
            self.report('result_in_request', index, DATA.positions['result_code'],
                        found=record.result_code)
        return record

    def close_batch(self, index: int, header: tuple, data: list[DebitRecord], trailer: tuple,
                    totals: Totals) -> DebitBatch:
        """Compare the totals with the records before them."""
        found, expected = DebitTrailer(*trailer), self.trailer_of(totals)
        for name in TRAILER.names:
            if getattr(found, name) != getattr(expected, name):
                self.report('wrong_total', index, TRAILER.positions[name], field=name,
                            found=getattr(found, name), expected=getattr(expected, name))
        return DebitBatch(DebitHeader(*header), tuple(data), found)

    def parse(self, layout: Layout, index: int) -> tuple | None:
        """Return the values of a record, or report what cannot be read."""
        try:
            return layout.read(self.records[index])
        except FieldError as error:
            self.report(error.code, index, error.context['position'], **error.context)
            return None

    def report(self, code: str, index: int, start: int, **context: object) -> None:
        """Keep a problem of the field that starts at a 1-based position."""
        if len(self.problems) < MAX_PROBLEMS:
            offset = self.framed.offset(index) + start - 1
            self.problems.append(Problem(code, index + 1, offset, context))

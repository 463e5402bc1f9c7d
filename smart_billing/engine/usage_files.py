"""Load a usage file set by set: stream it, write, remember how far it went (利用量ファイルの取込).

A set of rows, its problems and the position behind it are written together. Whoever commits may
do so after each set; after a kill the file goes on from the last one, and rows that were written
are known by their identity anyway.
"""
import csv
import io
from itertools import islice
from typing import NamedTuple
from zoneinfo import ZoneInfo

from ..core.usage_file import Position, find_undecodable, read_cells, row_of
from ..core.usage_rows import DayReader, UsageError, read_measurement
from . import usage_load
from .usage_words import explain

BLOCK = 1 << 20

# So many rows that were all refused, and none taken: the mapping does not fit the file.
MOST_HOPELESS = 10000


class FileRow(NamedTuple):
    """A row with its place, either understood or with the error that it is refused for."""

    cells: object
    measurement: object
    error: UsageError | None


def open_content(record):
    """The bytes of an import's file as a stream; from the filestore without reading it whole."""
    attachment = record.env['ir.attachment'].sudo().search([
        ('res_model', '=', record._name), ('res_field', '=', 'content'),
        ('res_id', '=', record.id)])
    if attachment.store_fname:
        return open(attachment._full_path(attachment.store_fname), 'rb')
    return io.BytesIO(attachment.raw or b'')


def first_undecodable(record):
    """:return: position of the first byte that is no text in the mapping's encoding, or None"""
    with open_content(record) as stream:
        return find_undecodable(iter(lambda: stream.read(BLOCK), b''), record.mapping_id.encoding)


def first_row(record, stream):
    """The Cells of the file's first row, or None."""
    mapping = record.mapping_id
    return next(read_cells(stream, mapping.encoding, mapping._delimiter()), None)


def read_rows(record, stream):
    """Yield the FileRows of an import from where it stands.

    :raise UsageError: the file has not the columns that the mapping names
    """
    mapping = record.mapping_id
    first = first_row(record, stream)
    if first is None:
        return
    layout = mapping._layout(first.cells, record.action)
    start = Position(record.line_done, record.offset_done)
    if mapping.has_header and start == Position():
        start = first.end
    stream.seek(start.offset)
    zone = ZoneInfo(record.company_id.partner_id.tz or 'Asia/Tokyo')
    read_day = DayReader((mapping.date_format,), zone)
    one_a_day = 'external_id' not in layout.columns
    for cells in read_cells(stream, mapping.encoding, mapping._delimiter(), start):
        try:
            if cells.error:
                raise UsageError('usage_unsplit', line=cells.line, last=cells.last_line,
                                 error=cells.error)
            row = row_of(cells.cells, layout)
            yield FileRow(cells, read_measurement(cells.line, row, read_day, one_a_day), None)
        except UsageError as error:
            yield FileRow(cells, None, error)


def load_set(record, rows, size):
    """Write the next rows of an import with their problems and the new position.

    :param rows: the iterator of `read_rows`
    :return: number of rows read; 0 when the file is at its end
    """
    some = list(islice(rows, size))
    if not some:
        return 0
    outcome = usage_load.load(
        record.company_id, [row.measurement for row in some if row.measurement], record)
    _write_problems(record, some, outcome)
    end = some[-1].cells.end
    record.write({
        'line_done': end.line,
        'offset_done': end.offset,
        'loaded_count': record.loaded_count + outcome.loaded,
        'corrected_count': record.corrected_count + outcome.corrected,
        'known_count': record.known_count + outcome.known,
        'unbilled_count': record.unbilled_count + outcome.unbilled,
    })
    return len(some)


def is_hopeless(record):
    """Whether so many rows were refused, and none was taken, that the rest is not tried."""
    return (record.problem_count >= MOST_HOPELESS
            and not record.loaded_count + record.known_count + record.corrected_count)


def preview(record, most):
    """The first rows as they would be loaded; nothing is written.

    :return: [(FileRow, reason or None)]
    :raise UsageError: the file has not the columns that the mapping names
    """
    with open_content(record) as stream:
        some = list(islice(read_rows(record, stream), most))
    outcome = usage_load.attempt(
        record.company_id, [row.measurement for row in some if row.measurement])
    reasons = _reasons(record.env, some, outcome)
    return [(row, reasons.get(row.cells.line)) for row in some]


def _reasons(env, rows, outcome):
    """:return: {line: why it was refused}"""
    reasons = {row.cells.line: explain(env, row.error.code, row.error.context)
               for row in rows if row.error}
    for problem in outcome.problems:
        reasons[problem.line] = explain(env, problem.code, problem.context)
    return reasons


def _write_problems(record, rows, outcome):
    reasons = _reasons(record.env, rows, outcome)
    if reasons:
        delimiter = record.mapping_id._delimiter()
        record.env['smart.billing.usage.problem']._write_set(record, [
            (row.cells.line, reasons[row.cells.line], _text_of(row.cells, delimiter))
            for row in rows if row.cells.line in reasons])
        record.problem_count += len(reasons)


def _text_of(cells, delimiter):
    """The row as it stood, so that it can be put right and loaded again."""
    stream = io.StringIO()
    csv.writer(stream, delimiter=delimiter, lineterminator='').writerow(cells.cells)
    return stream.getvalue()

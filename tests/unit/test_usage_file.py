"""Usage files: split, decoded and laid out; what is broken is told with its line."""
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.smart_billing.core.usage_file import (
    CP932,
    UTF8,
    Layout,
    Position,
    find_undecodable,
    layout_of,
    read_cells,
    row_of,
)
from odoo.addons.smart_billing.core.usage_rows import UsageError

NAMES = {'contract': '契約', 'quantity': 'Quantity', 'day': '#3', 'external_id': ''}
HEADER = ['契約', 'Quantity', 'Day']


def cells(content, encoding=UTF8, delimiter=',', start=Position()):
    stream = io.BytesIO(content)
    stream.seek(start.offset)
    return list(read_cells(stream, encoding, delimiter, start))


def code_of(function, *arguments, **values):
    with pytest.raises(UsageError) as caught:
        function(*arguments, **values)
    return caught.value.code


def test_rows_with_their_lines():
    found = cells('\ufeff契約,数\r\n\r\n"A\nB",2\nC,3'.encode())
    assert [(row.line, row.last_line, row.cells) for row in found] == [
        (1, 1, ['契約', '数']), (3, 4, ['A\nB', '2']), (5, 5, ['C', '3'])]
    assert not any(row.error for row in found)


def test_cp932_and_other_delimiters():
    assert cells('契約\t表\n'.encode(CP932), CP932, '\t')[0].cells == ['契約', '表']


def test_a_row_that_cannot_be_split_is_told_and_the_next_ones_are_read():
    first, bad, last = cells(b'a,b\n"x"y,2\nc,d\n')
    assert (first.cells, last.cells) == (['a', 'b'], ['c', 'd'])
    assert (bad.line, bad.cells) == (2, [])
    assert bad.error


def test_a_file_cut_inside_a_quoted_cell_is_told():
    *_others, cut = cells(b'a,b\nc,"d')
    assert (cut.line, cut.cells) == (2, [])
    assert 'unexpected end' in cut.error


@given(st.lists(st.lists(st.text('ab,"\n x', max_size=4), min_size=2, max_size=2), max_size=6),
       st.sampled_from((UTF8, CP932)))
def test_reading_goes_on_from_every_position(rows, encoding):
    content = ''.join(
        ','.join('"' + cell.replace('"', '""') + '"' for cell in row) + '\n' for row in rows
    ).encode(encoding)
    found = cells(content, encoding)
    assert [row.cells for row in found] == rows
    for index, row in enumerate(found):
        assert cells(content, encoding, start=row.end) == found[index + 1:]


@pytest.mark.parametrize(('content', 'encoding', 'position'), [
    ('契約'.encode(), UTF8, None), ('契約'.encode(CP932), CP932, None), (b'', UTF8, None),
    (b'ab' + '契'.encode(CP932), UTF8, 2), ('契約'.encode(), CP932, 5),
    (b'abc\xe5', UTF8, 3), (b'a\x81', CP932, 1)])
def test_the_first_byte_that_is_no_text(content, encoding, position):
    for size in (1, 2, 3, 100):
        blocks = [content[start:start + size] for start in range(0, len(content), size)]
        assert find_undecodable(blocks, encoding) == position


def test_columns_by_header_and_by_position():
    assert layout_of(NAMES, HEADER, True) == Layout({'contract': 0, 'quantity': 1, 'day': 2}, 3)
    assert layout_of({'contract': '#2', 'day': '1'}, ['x', 'y'], False, metric='calls') == Layout(
        {'contract': 1, 'day': 0}, 2, 'calls')


def test_a_column_that_is_not_there_or_stands_twice():
    assert code_of(layout_of, {'contract': 'x'}, HEADER, True) == 'usage_no_column'
    assert code_of(layout_of, {'contract': '#4'}, HEADER, True) == 'usage_no_column'
    assert code_of(layout_of, {'contract': '契約'}, HEADER, False) == 'usage_no_column'
    assert code_of(layout_of, {'day': 'Day'}, [*HEADER, 'Day '], True) == 'usage_column_twice'


def test_a_row_by_its_layout():
    layout = layout_of(NAMES, HEADER, True, metric='calls', thousands=True, action='correct')
    row = row_of(['C-1', '1,234.5', '2026-10-31'], layout)
    assert row[:5] == ('C-1', 'calls', '1234.5', '2026-10-31', None)
    assert row.action == 'correct'
    declared = layout._replace(columns={**layout.columns, 'action': 2})
    assert row_of(['C-1', '5', 'withdraw'], declared).action == 'withdraw'


def test_a_row_of_another_width_or_with_odd_thousands_is_refused():
    layout = layout_of(NAMES, HEADER, True, thousands=True)
    assert code_of(row_of, ['C-1', '5'], layout) == 'usage_width'
    assert code_of(row_of, ['C-1', '5', '2026-10-31', ''], layout) == 'usage_width'
    assert code_of(row_of, ['C-1', '1,5', '2026-10-31'], layout) == 'usage_quantity'

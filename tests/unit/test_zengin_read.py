"""Zengin type 91, read: tolerant where the content stays certain, else refused whole."""

import dataclasses
from pathlib import Path

import pytest

from odoo.addons.smart_billing.core import zengin
from odoo.addons.smart_billing.core.errors import FileError

GOLDEN = Path(__file__).parents[1] / 'golden' / 'zengin'
REQUEST = (GOLDEN / 'debit_request.dat').read_bytes().replace(b'\r\n', b'')
RESULT = (GOLDEN / 'debit_result.dat').read_bytes().replace(b'\r\n', b'')
TWO_BATCHES = (GOLDEN / 'debit_result_two_batches.dat').read_bytes()


def records(data=RESULT):
    return [data[start:start + 120] for start in range(0, len(data), 120)]


def lines(data, separator):
    return b''.join(record + separator for record in records(data))


def put(data, line, start, text):
    """Return the data with text put at a 1-based position of a 1-based record."""
    at = 120 * (line - 1) + start - 1
    return data[:at] + text.encode('cp932') + data[at + len(text):]


def result(data, **options):
    return zengin.decode(data, expect='result', **options)


def refusal(data, expect='result', **options):
    with pytest.raises(FileError) as caught:
        zengin.decode(data, expect=expect, **options)
    return caught.value


EXPECTED = result(RESULT)


# Tolerance

@pytest.mark.parametrize('data', [
    lines(RESULT, b'\r\n'), lines(RESULT, b'\r'), lines(RESULT, b'\n'),
    lines(RESULT, b'\r\n')[:-2], lines(RESULT, b'\n')[:-1],
    RESULT + b'\x1a', lines(RESULT, b'\r\n') + b'\x1a', lines(RESULT, b'\r\n')[:-2] + b'\x1a',
    b'\r\n'.join(record.rstrip() for record in records()) + b'\r\n',
    RESULT.rstrip(),
], ids=['crlf', 'cr', 'lf', 'no last crlf', 'no last lf', 'eof', 'crlf eof', 'no last crlf, eof',
        'stripped', 'last record stripped'])
def test_harmless_changes_on_the_way_do_not_change_the_content(data):
    assert result(data) == EXPECTED


def test_unused_bytes_are_not_looked_at():
    assert result(put(RESULT, 2, 113, 'AGENT 77')) == EXPECTED


@pytest.mark.parametrize('code', ['A', '7', '', '5'])
def test_an_unknown_or_blank_result_code_is_kept_and_counts_as_not_collected(code):
    file = result(put(RESULT, 3, 112, code or ' '))
    assert file.batches[0].records[1].result_code == code


def test_names_that_we_would_not_write_are_read_as_they_are():
    file = result(put(RESULT, 2, 51, 'Yamada, Taro '))
    assert file.batches[0].records[0].holder_name == 'Yamada, Taro'


def test_a_customer_number_is_read_as_it_stands():
    file = result(put(RESULT, 2, 92, 'X-1001'.ljust(20)))
    assert file.batches[0].records[0].customer_number == 'X-1001'


def test_blank_optional_codes_are_absent():
    file = result(put(put(RESULT, 1, 59, '    '), 1, 96, ' ' * 8))
    header = file.batches[0].header
    assert (header.bank_code, header.account_type, header.account_number) == ('', '', '')


# Separators are declared

@pytest.mark.parametrize(('data', 'found'), [
    (lines(RESULT, b'\r'), 'cr'), (lines(RESULT, b'\n'), 'lf')])
def test_a_separator_that_the_agent_does_not_use_is_refused(data, found):
    error = refusal(data, separators=['none', 'crlf'])
    assert (error.code, error.line, error.offset) == ('separator_not_declared', 1, 120)
    assert (error.context['found'], error.context['declared']) == (found, ['crlf', 'none'])


def test_a_missing_separator_is_refused_where_one_is_declared():
    assert refusal(RESULT, separators=['crlf']).context['found'] == 'none'


@pytest.mark.parametrize(('data', 'line', 'offset'), [
    (lines(RESULT, b'\r\n').replace(b'\r\n', b'\n', 1), 2, 241),
    (lines(RESULT, b'\r\n')[:-2] + b'\r', 5, 608),
    (lines(RESULT, b'\n')[:-1] + b'\r\n', 5, 604),
])
def test_mixed_separators_are_refused_at_the_first_stray_byte(data, line, offset):
    error = refusal(data)
    assert (error.code, error.line, error.offset) == ('separators_mixed', line, offset)
    assert data[offset] in b'\r\n'


# Foreign files

@pytest.mark.parametrize(('data', 'code'), [
    (b'', 'empty_file'), (b'\x1a', 'empty_file'),
    (b'\xef\xbb\xbf' + RESULT, 'byte_order_mark'),
    (b'\xff\xfe' + RESULT, 'byte_order_mark'), (b'\xfe\xff' + RESULT, 'byte_order_mark'),
    (b'\xf1\xf9\xf1' + RESULT[3:], 'ebcdic'),
    (put(RESULT, 1, 4, '1'), 'ebcdic'),
    (put(RESULT, 1, 2, '21'), 'wrong_type'),
])
def test_a_foreign_file_is_refused_by_what_it_is(data, code):
    error = refusal(data)
    assert (error.code, error.line, error.offset) == (code, 1, 0)


def test_an_ebcdic_flag_in_a_later_batch_is_refused_there():
    error = refusal(put(TWO_BATCHES, 7, 4, '1'))
    assert (error.code, error.line, error.offset) == ('ebcdic', 7, 720)


@pytest.mark.parametrize('byte', [0x00, 0x1A, 0x7F, 0x80, 0x81, 0xA0, 0xE0, 0xFF])
@pytest.mark.parametrize('separator', [b'', b'\r\n'])
def test_a_byte_outside_the_character_set_is_refused_with_line_and_offset(byte, separator):
    data = bytearray(lines(RESULT, separator))
    offset = 120 + len(separator) + 60
    data[offset] = byte
    error = refusal(bytes(data))
    assert (error.code, error.line, error.offset) == ('illegal_byte', 2, offset)
    assert error.context['byte'] == byte


# Structure: (1 2* 8)+ 9 and nothing after

def test_a_batch_without_debits_is_read():
    header, _first, _second, _trailer, end = records()
    file = result(header + b'8' + b'0' * 54 + b' ' * 65 + end)
    assert file.batches[0].records == ()


@pytest.mark.parametrize(('order', 'line', 'expected'), [
    ((1, 2, 3, 4), 2, '28'), ((0, 0, 1, 2, 3, 4), 2, '28'), ((0, 1, 2, 4), 4, '28'),
    ((0, 1, 2, 3, 3, 4), 5, '19'), ((0, 4), 2, '28'), ((0, 1, 2, 3, 1, 4), 5, '19'),
])
def test_records_out_of_order_are_refused_at_the_first(order, line, expected):
    data = b''.join(records()[index] for index in order)
    error = refusal(data)
    if order[0] == 1:
        line, expected = 1, '1'
    assert (error.code, error.line, error.offset) == ('record_order', line, 120 * (line - 1))
    assert error.context['expected'] == expected


@pytest.mark.parametrize('tail', [b' ' * 120, b'9', b'9' + b' ' * 119, RESULT, b'junk'])
def test_anything_after_the_end_is_refused(tail):
    error = refusal(RESULT + tail)
    assert (error.code, error.line, error.offset) == ('after_end', 6, 600)


@pytest.mark.parametrize('separator', [b'\r\n', b'\n'])
def test_an_empty_line_is_refused(separator):
    data = lines(RESULT, separator) + separator
    error = refusal(data)
    assert (error.code, error.line, error.offset) == (
        'record_length', 6, len(data) - len(separator))


def test_a_record_that_is_too_long_is_refused():
    error = refusal(lines(RESULT, b'\r\n').replace(b'\r\n', b' \r\n', 1))
    assert (error.code, error.line, error.context['value_length']) == ('record_length', 1, 121)


@pytest.mark.parametrize('separator', [b'', b'\r\n'])
def test_a_file_cut_at_any_byte_is_refused_unless_only_spaces_are_lost(separator):
    data = lines(RESULT, separator)
    size = 120 + len(separator)
    for length in range(len(data)):
        if length <= 4 * size:
            assert refusal(data[:length]).line <= 5
        elif not separator or length != len(data) - 1:  # but not in the middle of CR+LF
            assert result(data[:length]) == EXPECTED


# Fields

@pytest.mark.parametrize(('line', 'start', 'text', 'field'), [
    (1, 5, '12345A', 'consignor_code'), (1, 55, '0230', 'debit_date'),
    (1, 55, '9999', 'debit_date'), (2, 2, 'ABCD', 'bank_code'),
    (2, 44, '12 4567', 'account_number'), (2, 81, '00000-1100', 'amount'),
    (4, 2, '00000X', 'count'),
])
def test_a_field_that_cannot_be_read_is_named_with_its_offset(line, start, text, field):
    error = refusal(put(RESULT, line, start, text))
    assert (error.code, error.line, error.context['field']) == ('unreadable', line, field)
    assert error.offset == 120 * (line - 1) + start - 1


def test_a_later_header_of_another_type_is_refused_there():
    error = refusal(put(TWO_BATCHES, 7, 2, '21'))
    assert (error.code, error.line, error.offset) == ('unreadable', 7, 721)
    assert error.context['field'] == 'type_code'


def test_every_problem_is_reported_not_only_the_first():
    error = refusal(put(put(RESULT, 2, 81, '?'), 3, 2, '    '))
    assert [(problem.code, problem.line) for problem in error.problems] == [
        ('unreadable', 2), ('missing', 3)]
    assert [problem.offset for problem in error.problems] == [200, 241]


def test_the_report_of_a_hopeless_file_has_an_end():
    bad = put(RESULT, 2, 81, '?')[120:240]
    header, _first, _second, trailer, end = records()
    assert len(refusal(header + bad * 500 + trailer + end).problems) == 100


# Totals

@pytest.mark.parametrize(('start', 'text', 'field'), [
    (2, '000003', 'count'), (8, '000000016501', 'amount'), (20, '000002', 'collected_count'),
    (26, '000000000000', 'collected_amount'), (38, '000000', 'failed_count'),
    (44, '000000011000', 'failed_amount')])
def test_a_wrong_total_is_refused_with_both_figures(start, text, field):
    error = refusal(put(RESULT, 4, start, text))
    assert (error.code, error.line, error.offset) == ('wrong_total', 4, 360 + start - 1)
    assert (error.context['field'], error.context['found']) == (field, int(text))
    assert error.context['expected'] == getattr(EXPECTED.batches[0].trailer, field)


def test_each_batch_has_totals_of_its_own():
    error = refusal(put(TWO_BATCHES, 9, 2, '000002'))
    assert (error.code, error.line) == ('wrong_total', 9)


def test_our_own_request_sent_back_is_not_a_result():
    error = refusal(REQUEST, expect='result')
    assert {problem.context['field'] for problem in error.problems} == {
        'collected_count', 'collected_amount'}


def test_a_result_is_not_a_request():
    error = refusal(RESULT, expect='request')
    assert [problem.code for problem in error.problems] == [
        'result_in_request', *['wrong_total'] * 4]
    assert (error.line, error.offset) == (3, 240 + 111)


def test_a_collected_debit_changed_to_failed_without_its_totals_is_refused():
    assert refusal(put(RESULT, 2, 112, '1')).code == 'wrong_total'


def test_no_flipped_digit_moves_money_unseen():
    """Flip every digit of a result: what is read has the same money, or nothing is read."""
    def money(file):
        return [(record.amount, record.result_code == '0') for record in file.batches[0].records]
    unseen = set()
    for offset, byte in enumerate(RESULT):
        if byte not in b'0123456789':
            continue
        data = bytearray(RESULT)
        data[offset] = b'1234567890'[byte - 0x30]
        try:
            file = result(bytes(data))
        except FileError:
            continue
        unseen.add((offset // 120 + 1, offset % 120 + 1))
        assert money(file) == money(EXPECTED)
    allowed = {1: {*range(5, 15), *range(55, 104)}, 2: {*range(2, 80), *range(91, 112)}}
    allowed[3] = allowed[2] | {112}  # a failure code may become another failure code
    assert all(start in allowed[line] for line, start in unseen)


def test_values_read_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        EXPECTED.batches[0].records[0].amount = 1

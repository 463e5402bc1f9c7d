"""Zengin type 91, written: positions, totals, anchors, golden files."""

import dataclasses
import hashlib
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.addons.smart_billing.core import zengin
from odoo.addons.smart_billing.core.errors import DomainError, FieldError
from odoo.addons.smart_billing.core.zengin import debit

from tests.fuzz import campaign

GOLDEN = Path(__file__).parents[1] / 'golden' / 'zengin'
GOLDEN_FILES = sorted(path.stem for path in GOLDEN.glob('*.dat'))

HEADER = zengin.DebitHeader('1234567890', 'ｻﾝﾌﾟﾙｻ-ﾋﾞｽ(ｶ', '0127', '9999', 'ﾃｽﾄ', '999', 'ﾎﾝﾃﾝ',
                            '1', '0000001')
FIRST = zengin.DebitRecord('9999', 'ﾃｽﾄ', '001', 'ﾄｳｷﾖｳ', '1', '1234567', 'ﾔﾏﾀﾞ ﾀﾛｳ', 11000, '1',
                           '1001')
SECOND = zengin.DebitRecord('9999', 'ﾃｽﾄ', '002', 'ｵｵｻｶ', '2', '7654321', 'ｶ)ｻﾝﾌﾟﾙｼﾖｳｼﾞ', 5500,
                            '0', '1002')


def request(*records, **options):
    return zengin.encode_request(HEADER, records or (FIRST, SECOND), **options)


def at(data, line, start, length):
    """Return the text at a 1-based position of a 1-based record."""
    return data[120 * (line - 1) + start - 1:][:length].decode('cp932')


def refusal(*args, **options):
    with pytest.raises(FieldError) as caught:
        zengin.encode_request(*args, **options)
    return caught.value


# Anchors

@pytest.mark.parametrize(('separator', 'size', 'sha256'), [
    ('crlf', 610, '73ab6e4631e7bf4101cd2f7f64bc0bf994262e3fe6d02fc34a380a1b3d67ec02'),
    ('none', 600, 'b6cf4285ad9391d3237561b54d5ea2856011e38b78f27da06fb3484cf4bb0206'),
])
def test_the_anchor_request_has_its_published_hash(separator, size, sha256):
    data = request(separator=separator)
    assert (len(data), hashlib.sha256(data).hexdigest()) == (size, sha256)


def golden(name):
    expected = json.loads((GOLDEN / f'{name}.json').read_text())
    batches = tuple(
        zengin.DebitBatch(zengin.DebitHeader(**batch['header']),
                          tuple(zengin.DebitRecord(**record) for record in batch['records']),
                          zengin.DebitTrailer(**batch['trailer']))
        for batch in expected['batches'])
    return (GOLDEN / f'{name}.dat').read_bytes(), expected, batches


def test_there_are_golden_files():
    assert len(GOLDEN_FILES) == 4


@pytest.mark.parametrize('name', GOLDEN_FILES)
def test_golden_bytes_hold_the_values_beside_them(name):
    data, expected, batches = golden(name)
    file = zengin.decode(data, expect=expected['expect'])
    assert file.batches == batches
    assert [record.line for batch in file.batches for record in batch.records] == [
        record['line'] for batch in expected['batches'] for record in batch['records']]


@pytest.mark.parametrize('name', GOLDEN_FILES)
def test_golden_values_are_written_as_the_bytes_beside_them(name):
    data, expected, batches = golden(name)
    pairs = [(batch.header, batch.records) for batch in batches]
    separator = 'crlf' if b'\r\n' in data else 'none'
    written = campaign.encode(pairs, expected['expect'], separator)
    assert (written == data) is expected.get('canonical', True)


# Positions of the published layout

@pytest.mark.parametrize(('line', 'start', 'text'), [
    (1, 1, '1910'), (1, 5, '1234567890'), (1, 15, 'ｻﾝﾌﾟﾙｻ-ﾋﾞｽ(ｶ'.ljust(40)), (1, 55, '0127'),
    (1, 59, '9999'), (1, 63, 'ﾃｽﾄ'.ljust(15)), (1, 78, '999'), (1, 81, 'ﾎﾝﾃﾝ'.ljust(15)),
    (1, 96, '1'), (1, 97, '0000001'), (1, 104, ' ' * 17),
    (2, 1, '2'), (2, 2, '9999'), (2, 6, 'ﾃｽﾄ'.ljust(15)), (2, 21, '001'),
    (2, 24, 'ﾄｳｷﾖｳ'.ljust(15)),
    (2, 39, '    '), (2, 43, '1'), (2, 44, '1234567'), (2, 51, 'ﾔﾏﾀﾞ ﾀﾛｳ'.ljust(30)),
    (2, 81, '0000011000'), (2, 91, '1'), (2, 92, '00000000000000001001'), (2, 112, '0'),
    (2, 113, ' ' * 8),
    (4, 1, '8'), (4, 2, '000002'), (4, 8, '000000016500'), (4, 20, '0' * 36), (4, 56, ' ' * 65),
    (5, 1, '9' + ' ' * 119),
])
def test_every_field_stands_where_the_standard_puts_it(line, start, text):
    assert at(request(), line, start, len(text)) == text


def test_the_trailer_of_a_result_says_what_was_collected_and_what_was_not():
    failed = dataclasses.replace(SECOND, result_code='1')
    data = zengin.encode_result([(HEADER, [FIRST, failed, failed])], separator='none')
    assert at(data, 5, 1, 1) == '8'
    assert at(data, 5, 2, 18) == '000003' + '000000022000'
    assert at(data, 5, 20, 18) == '000001' + '000000011000'
    assert at(data, 5, 38, 18) == '000002' + '000000011000'
    assert [at(data, line, 112, 1) for line in (2, 3, 4)] == ['0', '1', '1']


def test_a_result_is_written_with_separators_unless_told_otherwise():
    assert zengin.encode_result([(HEADER, [FIRST])]).count(b'\r\n') == 4


@pytest.mark.parametrize('layout', [debit.HEADER, debit.DATA, debit.TRAILER, debit.END])
def test_every_record_is_120_bytes(layout):
    assert layout.length == 120


@pytest.mark.parametrize(('layout', 'cls'), [
    (debit.HEADER, zengin.DebitHeader), (debit.DATA, zengin.DebitRecord),
    (debit.TRAILER, zengin.DebitTrailer)])
def test_layouts_and_values_have_the_same_fields_in_the_same_order(layout, cls):
    assert [field.name for field in dataclasses.fields(cls) if field.compare] == [*layout.names]


# Refusals

@pytest.mark.parametrize(('change', 'code', 'field', 'position'), [
    ({'amount': 10_000_000_000}, 'too_long', 'amount', 81),
    ({'amount': 0}, 'too_small', 'amount', 81),
    ({'holder_name': 'ｱ' * 31}, 'too_long', 'holder_name', 51),
    ({'holder_name': '山田'}, 'character', 'holder_name', 51),
    ({'holder_name': ''}, 'missing', 'holder_name', 51),
    ({'bank_code': ''}, 'missing', 'bank_code', 2),
    ({'bank_code': '0000'}, 'missing', 'bank_code', 2),
    ({'customer_number': '0' * 20}, 'missing', 'customer_number', 92),
    ({'bank_name': 'ﾃｽﾄ.'}, 'character', 'bank_name', 6),
    ({'account_number': '12345678'}, 'too_long', 'account_number', 44),
    ({'account_type': '4'}, 'not_in_list', 'account_type', 43),
    ({'new_code': '3'}, 'not_in_list', 'new_code', 91),
    ({'customer_number': 'A1'}, 'not_digits', 'customer_number', 92),
    ({'customer_number': '1' * 21}, 'too_long', 'customer_number', 92),
    ({'result_code': '1'}, 'result_in_request', 'result_code', 112),
])
def test_a_debit_that_does_not_fit_is_refused_before_there_is_a_file(
        change, code, field, position):
    error = refusal(HEADER, [FIRST, dataclasses.replace(SECOND, **change)])
    assert error.code == code
    assert (error.context['field'], error.context['position']) == (field, position)
    assert error.context['line'] == 3
    assert error.context['customer_number'] == change.get('customer_number', '1002')
    assert error.context['remedy']


def test_a_debit_of_a_later_batch_is_named_by_its_line_in_the_file():
    with pytest.raises(FieldError) as caught:
        zengin.encode_result([(HEADER, [FIRST]), (HEADER, [dataclasses.replace(FIRST, amount=0)])])
    assert caught.value.context['line'] == 5


@pytest.mark.parametrize(('change', 'code', 'field'), [
    ({'debit_date': '0230'}, 'not_in_list', 'debit_date'),
    ({'debit_date': '1301'}, 'not_in_list', 'debit_date'),
    ({'debit_date': ''}, 'missing', 'debit_date'),
    ({'consignor_name': 'サンプル'}, 'character', 'consignor_name'),
    ({'consignor_code': '12345678901'}, 'too_long', 'consignor_code'),
    ({'account_type': '3'}, 'not_in_list', 'account_type'),
])
def test_a_header_that_does_not_fit_is_refused(change, code, field):
    error = refusal(dataclasses.replace(HEADER, **change), [FIRST])
    assert (error.code, error.context['field'], error.context['record']) == (code, field, 'header')


def test_a_header_may_leave_its_account_out():
    header = zengin.DebitHeader('1', 'ｱ', '0229')
    data = zengin.encode_request(header, [FIRST])
    assert at(data, 1, 59, 62) == '0000' + ' ' * 15 + '000' + ' ' * 15 + '0' + '0' * 7 + ' ' * 17
    assert zengin.decode(data, expect='request').batches[0].header.account_number == '0000000'


def test_a_head_office_may_have_the_branch_number_zero():
    assert at(request(dataclasses.replace(FIRST, branch_code='000')), 2, 21, 3) == '000'


def test_a_file_without_debits_is_refused():
    assert refusal(HEADER, []).code == 'no_records'


def test_totals_that_do_not_fit_are_refused():
    huge = dataclasses.replace(FIRST, amount=9_999_999_999)
    error = refusal(HEADER, (huge for _ in range(101)))
    assert (error.code, error.context['record'], error.context['field']) == (
        'too_long', 'trailer', 'amount')
    assert error.context['remedy'] == 'split'


def test_all_problems_of_a_debit_are_found_before_it_is_requested():
    spoiled = dataclasses.replace(FIRST, holder_name='山', amount=0, branch_code='')
    assert [error.context['field'] for error in zengin.record_problems(spoiled)] == [
        'branch_code', 'holder_name', 'amount']
    assert zengin.record_problems(FIRST) == []


def test_an_agents_variant_of_name_characters_is_an_argument():
    slash = dataclasses.replace(FIRST, holder_name='ｱ/ｱ')
    assert [error.code for error in zengin.record_problems(slash)] == ['character']
    assert zengin.record_problems(slash, symbols='extended') == []
    assert 'ｱ/ｱ'.encode('cp932') in request(slash, symbols='extended')


# Properties

def test_writing_twice_gives_the_same_bytes_and_changes_nothing():
    records = [FIRST, SECOND]
    assert request(*records) == request(*records)
    assert records == [FIRST, SECOND]


def test_records_may_come_from_a_cursor_and_are_written_as_they_come():
    seen = []

    def cursor():
        for record in (FIRST, SECOND):
            seen.append(record)
            yield record
    stream = zengin.iter_request([(HEADER, cursor())])
    next(stream)
    next(stream)
    assert seen == [FIRST]
    assert len(b''.join(stream)) == 360


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 9_999_999_999), st.sampled_from('01234890AZ')),
                min_size=1, max_size=20))
def test_the_totals_of_a_result_are_the_sums_of_its_records(rows):
    records = [dataclasses.replace(FIRST, amount=amount, result_code=code)
               for amount, code in rows]
    data = zengin.encode_result([(HEADER, records)])
    trailer = zengin.decode(data, expect='result').batches[0].trailer
    paid = [amount for amount, code in rows if code == '0']
    assert (trailer.count, trailer.amount) == (len(rows), sum(amount for amount, _code in rows))
    assert (trailer.collected_count, trailer.collected_amount) == (len(paid), sum(paid))
    assert trailer.failed_count == trailer.count - trailer.collected_count
    assert trailer.failed_amount == trailer.amount - trailer.collected_amount


@pytest.mark.parametrize('number', ['1001', '0001001', '00000000000000001001', ' 1001 '])
def test_customer_numbers_are_compared_without_their_zeros(number):
    assert zengin.customer_key(number) == '1001'


def test_zero_and_no_customer_number_are_not_the_same():
    assert (zengin.customer_key('000'), zengin.customer_key('   ')) == ('0', '')


def test_generated_files_come_back_and_damaged_ones_raise_domain_errors_only():
    counts = campaign.run(files=20, records=25, seed=1)
    assert counts['records'] == 500
    assert counts['mutated'] == 40
    assert counts['refused'] > 20
    assert (counts['roundtrip_failures'], counts['inconsistent'], counts['foreign_errors']) == (
        0, 0, 0), counts.get('trace')


def test_the_campaign_counts_foreign_errors_and_failed_round_trips(monkeypatch):
    monkeypatch.setattr(zengin, 'decode', lambda data, **options: data[10 ** 6])
    counts = campaign.Counter()
    campaign.feed(b'1', 'request', counts)
    assert counts['foreign_errors'] == 1 and 'IndexError' in counts['trace']
    assert issubclass(FieldError, DomainError)

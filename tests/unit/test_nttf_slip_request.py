"""The request file for slips: read back by a decoder of its own, and every way not to fit."""
import csv
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.addons.smart_billing.core.errors import FieldError
from odoo.addons.smart_billing_payment_nttf.wire.slip_code import (
    Issuer,
    Slip,
    barcode_digits,
    lower_ocr_line,
    read_barcode,
    upper_ocr_line,
)
from odoo.addons.smart_billing_payment_nttf.wire.slip_columns import (
    DEFAULT_COLUMNS,
    NAMES,
    Column,
    RequestLayout,
    parse_columns,
)
from odoo.addons.smart_billing_payment_nttf.wire.slip_request import (
    RateTotal,
    RequestLine,
    SlipRequest,
    encode,
    iter_file,
    problems,
)

ISSUER = Issuer('929023', '25207', '00150900584', '29023', '123')
LAYOUT = RequestLayout(DEFAULT_COLUMNS)


def request(**changes):
    values = {
        'customer_number': 'C0001', 'invoice_number': 'INV/2026/00001',
        'slip': Slip('0678901234565918', 1, date(2026, 10, 31), False, 12_100),
        'name': '山田 太郎', 'postal_code': '100-0005',
        'address': ('東京都千代田区丸の内1-1-1', '丸の内ビル12階'),
        'lines': (RequestLine('基本料', 10_000), RequestLine('オプション', 1_000)),
        'taxes': (RateTotal('10%', 11_000, 1_100),), 'messages': ('ありがとうございます',),
        'issued_on': date(2026, 10, 5), **changes}
    return SlipRequest(**values)


def layout(columns, **settings):
    return RequestLayout(parse_columns(columns), **settings)


def read(content, of):
    """A decoder that knows the layout and nothing of the encoder."""
    text = content.decode(of.charset)
    end = {'crlf': '\r\n', 'lf': '\n'}[of.line_end]
    assert text.endswith(end) or not text
    delimiter = {'comma': ',', 'tab': '\t', 'semicolon': ';'}[of.delimiter]
    quoting = csv.QUOTE_NONE if of.quotes == 'none' else csv.QUOTE_MINIMAL
    rows = list(csv.reader(text.split(end)[:-1], delimiter=delimiter, quoting=quoting,
                           strict=of.quotes != 'none'))
    names = [column.name for column in of.columns]
    if of.header:
        assert rows.pop(0) == [column.title or column.name for column in of.columns]
    assert all(len(row) == len(names) for row in rows)
    return [dict(zip(names, row)) for row in rows]


def test_a_row_says_all_that_the_agency_prints():
    [row] = read(encode([request()], ISSUER, LAYOUT), LAYOUT)
    slip = request().slip
    assert row['customer_number'] == 'C0001'
    assert row['postal_code'] == '1000005'
    assert (row['address_1'], row['address_2'], row['address_3']) == (
        '東京都千代田区丸の内1-1-1', '丸の内ビル12階', '')
    assert (row['name'], row['honorific'], row['department']) == ('山田 太郎', '様', '')
    assert (row['line_text_2'], row['line_amount_2'], row['line_text_3']) == (
        'オプション', '1000', '')
    assert (row['tax_rate_1'], row['tax_net_1'], row['tax_amount_1'], row['tax']) == (
        '10%', '11000', '1100', '1100')
    assert (row['amount'], row['due'], row['stamp'], row['reissue']) == (
        '12100', '20261031', '0', '1')
    assert row['barcode'] == barcode_digits(ISSUER, slip)
    assert row['ocr_upper'] == upper_ocr_line(ISSUER, slip)
    assert row['ocr_lower'] == lower_ocr_line(ISSUER, slip)
    assert row['message_1'] == 'ありがとうございます'


def test_bytes_of_a_small_file():
    of = layout('customer_number 8 顧客番号\nname 10 氏名\namount', quotes='all', line_end='lf')
    content = encode([request(name='㈱"髙橋"〜')], ISSUER, of)
    assert content == '"顧客番号","氏名","amount"\n"C0001","㈱""髙橋""～","12100"\n'.encode('cp932')


def test_lines_beyond_the_columns_are_one_sum():
    lines = tuple(RequestLine(f'明細{number}', 1_000) for number in range(11))
    [row] = read(encode([request(lines=lines)], ISSUER, LAYOUT), LAYOUT)
    assert [row[f'line_text_{n}'] for n in range(1, 6)] == [
        '明細0', '明細1', '明細2', '明細3', 'その他']
    amounts = [int(row[f'line_amount_{n}']) for n in range(1, 6)]
    assert amounts == [1_000, 1_000, 1_000, 1_000, 7_000]


def test_one_column_for_lines_is_the_sum_of_all():
    of = layout('line_text_1\nline_amount_1', rest='ご利用料金')
    [row] = read(encode([request()], ISSUER, of), of)
    assert row == {'line_text_1': 'ご利用料金', 'line_amount_1': '11000'}
    [row] = read(encode([request()], ISSUER, layout('line_amount_1')), layout('line_amount_1'))
    assert row == {'line_amount_1': '11000'}


def test_an_address_is_broken_at_sensible_places():
    of = layout('address_1 12\naddress_2 12\naddress_3 12')
    [row] = read(encode([request()], ISSUER, of), of)
    assert list(row.values()) == ['東京都千代田区', '丸の内1-1-1', '丸の内ビル12階']


def test_without_a_length_address_parts_are_columns():
    of = layout('address_1\naddress_2')
    [row] = read(encode([request()], ISSUER, of), of)
    assert list(row.values()) == ['東京都千代田区丸の内1-1-1', '丸の内ビル12階']


def test_dates_and_their_absence():
    one = request(slip=replace(request().slip, due=None), issued_on=None)
    of = layout('due\nissued_on', date_form='YYYY/MM/DD', no_due='期限なし')
    assert read(encode([one], ISSUER, of), of) == [{'due': '期限なし', 'issued_on': ''}]
    [row] = read(encode([request()], ISSUER, of), of)
    assert list(row.values()) == ['2026/10/31', '2026/10/05']
    [row] = read(encode([one], ISSUER, LAYOUT), LAYOUT)
    assert row['due'] == '999999'


@pytest.mark.parametrize('changes, settings, code, field', [
    ({'customer_number': '1' * 21}, {}, 'too_long', 'customer_number'),
    ({'customer_number': ' '}, {}, 'missing', 'customer_number'),
    ({'name': '長' * 31}, {}, 'too_long', 'name'),
    ({'name': '𠮷田'}, {}, 'character', 'name'),
    ({'name': '山田\n太郎'}, {}, 'character', 'name'),
    ({'name': '山田,太郎'}, {'quotes': 'none'}, 'character', 'name'),
    ({'name': '"山田"'}, {'quotes': 'none'}, 'character', 'name'),
    ({'name': '長' * 16}, {'unit': 'byte'}, 'too_long', 'name'),
    ({'postal_code': '100000'}, {}, 'postal_code', 'postal_code'),
    ({'postal_code': '１０００００５'}, {}, 'postal_code', 'postal_code'),
    ({'address': ('', '')}, {}, 'missing', 'address_1'),
    ({'address': ('長い住所' * 25,)}, {}, 'address_lines', 'address'),
    ({'address': ('東京都𠮷田',)}, {}, 'character', 'address_1'),
    ({'address': ('東京都' * 6 + '𠮷田' * 4,)}, {'unit': 'byte'}, 'character', 'address_3'),
    ({'lines': (RequestLine('長' * 31, 11_000),)}, {}, 'too_long', 'line_text_1'),
    ({'lines': (RequestLine('基本料', 11_001),)}, {}, 'sums_differ', 'lines'),
    ({'taxes': (RateTotal('10%', 11_000, 1_101),)}, {}, 'sums_differ', 'taxes'),
    ({'taxes': (RateTotal('10%', 11_000, 1_100),) + (RateTotal('0%', 0, 0),) * 3}, {},
     'too_many_lines', 'tax_rate_3'),
    ({'messages': ('あ',) * 4}, {}, 'too_many_lines', 'message_3'),
    ({'messages': ('あ' * 41,)}, {}, 'too_long', 'message_1'),
    ({'slip': Slip('12', 0, None, False, 12_100)}, {}, 'not_digits', 'number'),
    ({'slip': Slip('0678901234565918', 10, None, False, 12_100)}, {}, 'too_long', 'reissue'),
    ({'slip': Slip('0678901234565918', 0, None, False, 1_000_000), 'taxes': (), 'lines': ()}, {},
     'too_long', 'amount'),
])
def test_what_does_not_fit_is_refused_with_record_and_field(changes, settings, code, field):
    of = replace(LAYOUT, **settings)
    with pytest.raises(FieldError) as error:
        encode([request(), request(**changes)], ISSUER, of)
    assert (error.value.code, error.value.context['field']) == (code, field)
    assert error.value.context['record'] == 'INV/2026/00001'
    assert error.value.context['row'] == 2
    assert 'remedy' in error.value.context or code in ('sums_differ', 'too_many_reissues')


def test_everything_wrong_with_a_slip_is_told_at_once():
    bad = request(name='', postal_code='1', messages=('あ' * 41,), invoice_number='')
    found = problems(bad, ISSUER, LAYOUT)
    assert [error.context['field'] for error in found] == [
        'invoice_number', 'name', 'postal_code', 'message_1']
    assert {error.context['record'] for error in found} == {'0678901234565918'}
    assert problems(request(), ISSUER, LAYOUT) == []


def test_settings_of_the_issuer_that_are_missing_are_named():
    [upper, *_others] = [error for error in problems(request(), Issuer('929023', '25207'), LAYOUT)]
    assert upper.context['field'] == 'postal_account'


def test_a_file_is_made_row_by_row():
    rows = iter_file(iter([request(), request(name='𠮷田')]), ISSUER, LAYOUT)
    assert next(rows).startswith('お客様番号'.encode('cp932'))
    assert next(rows).startswith(b'C0001')
    with pytest.raises(FieldError):
        next(rows)


# --- columns as a setting ---

def test_columns_are_written_one_a_line():
    assert parse_columns(' customer_number! 20 お客様 番号\n\nname 30\namount 金額\ndue') == (
        Column('customer_number', 20, 'お客様 番号', True), Column('name', 30),
        Column('amount', 0, '金額'), Column('due'))


@pytest.mark.parametrize('text, code', [
    ('', 'columns_missing'),
    ('shoe_size', 'unknown_column'),
    ('Name', 'unknown_column'),
    ('name_1', 'unknown_column'),
    ('address', 'unknown_column'),
    ('name\nname', 'column_repeated'),
    ('address_2', 'column_numbers'),
    ('address_1\naddress_3', 'column_numbers'),
    ('line_text_1\nline_amount_1\nline_text_2', 'column_numbers'),
])
def test_columns_that_make_no_file_are_refused(text, code):
    with pytest.raises(FieldError) as error:
        parse_columns(text)
    assert error.value.code == code


@pytest.mark.parametrize('settings', [
    {'charset': 'ebcdic'}, {'delimiter': '|'}, {'quotes': 'some'}, {'line_end': 'cr'},
    {'unit': 'mm'}, {'date_form': 'heisei'}])
def test_settings_that_are_not_known_are_refused(settings):
    with pytest.raises(FieldError) as error:
        layout('name', **settings)
    assert (error.value.code, error.value.context['field']) == ('not_in_list', *settings)


def test_a_title_that_the_file_cannot_hold_is_refused():
    with pytest.raises(FieldError) as error:
        layout('name 10 氏名🏠')
    assert error.value.code == 'character'
    layout('name 10 氏名🏠', charset='utf-8')


# --- there and back ---

words = st.text(st.sampled_from('山田太郎アイウabc123,;"\t\' ～・々㈱髙﨑'), min_size=1, max_size=6).map(
    lambda text: text.replace('\t', '') or 'x')
plain = words.map(lambda text: text.strip(' ') or 'x')
amounts = st.integers(1, 50_000)


@st.composite
def requests(draw):
    lines = tuple(RequestLine(draw(words), draw(amounts)) for _ in range(draw(st.integers(0, 9))))
    net = sum(line.amount for line in lines) or draw(amounts)
    tax = net // 10
    slip = Slip(draw(st.text('0123456789', min_size=16, max_size=16)), draw(st.integers(0, 9)),
                draw(st.none() | st.dates(date(2000, 1, 1), date(2098, 12, 31))),
                draw(st.booleans()), net + tax)
    return SlipRequest(
        draw(words), draw(words), slip, draw(plain), '100-0005', (draw(plain),), lines,
        (RateTotal('10%', net, tax),), tuple(draw(st.lists(words, max_size=3))))


layouts = st.builds(
    RequestLayout, columns=st.just(DEFAULT_COLUMNS), charset=st.sampled_from(('cp932', 'utf-8')),
    delimiter=st.sampled_from(('comma', 'tab', 'semicolon')),
    quotes=st.sampled_from(('all', 'needed', 'none')), header=st.booleans(),
    line_end=st.sampled_from(('crlf', 'lf')), unit=st.sampled_from(('byte', 'character')))


@settings(deadline=None)
@given(st.lists(requests(), max_size=4), layouts)
def test_what_is_written_is_read(several, of):
    try:
        rows = read(encode(several, ISSUER, of), of)
    except FieldError as error:
        assert of.quotes == 'none' and error.code == 'character' or error.code == 'missing'
        return
    assert len(rows) == len(several)
    for row, one in zip(rows, several):
        assert (row['customer_number'], row['name']) == (one.customer_number, one.name)
        assert read_barcode(row['barcode'], 5)[1] == one.slip
        assert ''.join(row[f'address_{n}'] for n in (1, 2, 3)) == one.address[0]
        shown = [(row[f'line_text_{n}'], row[f'line_amount_{n}']) for n in range(1, 6)]
        assert sum(int(amount or 0) for _text, amount in shown) == sum(
            line.amount for line in one.lines)
        if len(one.lines) <= 5:
            assert shown[:len(one.lines)] == [(line.text, str(line.amount)) for line in one.lines]
        assert tuple(row[f'message_{n}'] for n in (1, 2, 3))[:len(one.messages)] == one.messages


def test_every_name_can_be_a_column():
    of = layout('\n'.join(NAMES))
    [row] = read(encode([request(lines=(RequestLine('基本料', 11_000),), address=('東京都',))],
                        ISSUER, of), of)
    assert list(row) == list(NAMES)

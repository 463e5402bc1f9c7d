"""Records of fixed width: strict when written, lenient only where the table says so."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.smart_billing.core.errors import FieldError
from odoo.addons.smart_billing.core.fixed_width import (
    Field,
    Layout,
    decode_record,
    encode_record,
    filler,
)
from odoo.addons.smart_billing.core.kana import PARTY_NAME

LAYOUT = Layout(
    'sample',
    Field('kind', 1, 'N', constant='2'),
    Field('code', 4, 'N', required=True),
    Field('name', 6, charset=PARTY_NAME),
    filler(2),
    Field('amount', 5, 'N', number=True, minimum=1, required=True),
    Field('count', 3, 'N', number=True),
    Field('flag', 1, 'N', expression='[012]'),
    Field('mark', 2, 'N', verbatim=True),
)
GOOD = {'code': '0001', 'name': 'ﾔﾏﾀﾞ', 'amount': 980, 'count': 7, 'flag': '1', 'mark': '5'}
BYTES = '20001ﾔﾏﾀﾞ    00980007105'.encode('cp932')


def refusal(function, *args, **options):
    with pytest.raises(FieldError) as caught:
        function(*args, **options)
    return caught.value


def test_a_record_is_written_digits_right_and_text_left():
    assert encode_record(LAYOUT, GOOD) == BYTES


def test_a_record_is_read_back_with_its_zeros():
    assert decode_record(LAYOUT, BYTES) == GOOD | {'mark': '05'}


def test_the_layout_knows_one_based_positions_and_its_length():
    assert LAYOUT.length == len(BYTES) == 24
    assert [LAYOUT.positions[name] for name in LAYOUT.names] == [2, 6, 14, 19, 22, 23]


def test_what_is_left_out_is_zeros_or_spaces():
    assert encode_record(LAYOUT, {'code': '1', 'amount': 1}) == b'20001        00001000000'


@pytest.mark.parametrize(('field', 'value', 'code', 'remedy'), [
    ('code', None, 'missing', 'fill'),
    ('code', '', 'missing', 'fill'),
    ('code', '  ', 'missing', 'fill'),
    ('code', '000', 'missing', 'fill'),
    ('code', '12345', 'too_long', 'shorten'),
    ('code', 1, 'not_digits', 'digits_only'),
    ('code', '１', 'not_digits', 'digits_only'),
    ('code', '-1', 'not_digits', 'digits_only'),
    ('name', 'ｱｱｱｱｱｱｱ', 'too_long', 'shorten'),
    ('name', 'ヤマダ', 'character', 'replace_character'),
    ('name', 5, 'not_text', 'text'),
    ('amount', 100_000, 'too_long', 'split'),
    ('amount', 0, 'too_small', 'positive'),
    ('amount', -5, 'too_small', 'positive'),
    ('amount', 1.0, 'not_integer', 'whole_number'),
    ('amount', True, 'not_integer', 'whole_number'),
    ('amount', '5', 'not_integer', 'whole_number'),
    ('flag', '3', 'not_in_list', 'choose'),
])
def test_a_value_that_does_not_fit_is_refused_with_its_place_and_remedy(
        field, value, code, remedy):
    error = refusal(encode_record, LAYOUT, GOOD | {field: value})
    assert (error.code, error.context['remedy']) == (code, remedy)
    assert error.context['record'] == 'sample'
    assert error.context['field'] == field
    assert error.context['position'] == LAYOUT.positions[field]


def test_the_refusal_tells_both_lengths():
    error = refusal(encode_record, LAYOUT, GOOD | {'name': 'ﾀﾞﾀﾞﾀﾞﾀﾞ'})
    assert (error.context['length'], error.context['value_length']) == (6, 8)


def test_the_refusal_tells_the_character_and_where_it_stands():
    error = refusal(encode_record, LAYOUT, GOOD | {'name': 'ﾔﾏ田'})
    assert error.context['reason'] == 'kana_kanji'
    assert (error.context['character'], error.context['character_position']) == ('田', 3)


def test_a_name_that_the_layout_does_not_have_is_refused():
    error = refusal(encode_record, LAYOUT, GOOD | {'amonut': 5})
    assert (error.code, error.context['field']) == ('unknown_field', 'amonut')


def test_all_problems_of_a_record_are_told_at_once():
    values = ['', 'ﾔﾏﾀﾞ', 0, 1, '9', '1']
    assert [(error.code, error.context['field']) for error in LAYOUT.problems(values)] == [
        ('missing', 'code'), ('too_small', 'amount'), ('not_in_list', 'flag')]
    assert LAYOUT.problems(['1', '', 1, None, None, None]) == []


def test_an_agents_variant_of_legal_characters_is_an_argument():
    assert encode_record(LAYOUT, GOOD | {'name': 'ｱ/ｱ'}, symbols='extended')
    assert refusal(encode_record, LAYOUT, GOOD | {'name': 'ｱ/ｱ'}).code == 'character'


# Reading

@pytest.mark.parametrize(('start', 'junk', 'field', 'code'), [
    (0, b'3', 'kind', 'unreadable'),
    (1, b'00 1', 'code', 'unreadable'),
    (1, b'    ', 'code', 'missing'),
    (13, b'    5', 'amount', 'unreadable'),
    (13, b'     ', 'amount', 'missing'),
    (21, b'7', 'flag', 'unreadable'),
])
def test_a_field_that_cannot_be_read_is_named(start, junk, field, code):
    spoiled = BYTES[:start] + junk + BYTES[start + len(junk):]
    error = refusal(decode_record, LAYOUT, spoiled)
    assert (error.code, error.context['field'], error.context['position']) == (
        code, field, start + 1)


def test_a_blank_number_is_absent_and_not_zero():
    values = decode_record(LAYOUT, BYTES[:18] + b'    ' + BYTES[22:])
    assert (values['count'], values['flag']) == (None, '')


def test_a_verbatim_field_and_a_filler_take_whatever_stands_there():
    values = decode_record(LAYOUT, BYTES[:11] + b'??' + BYTES[13:22] + b'A ')
    assert values['mark'] == 'A'


@pytest.mark.parametrize('record', [BYTES[:-1], BYTES + b' ', b''])
def test_a_record_of_another_length_is_refused(record):
    error = refusal(decode_record, LAYOUT, record)
    assert (error.code, error.context['value_length']) == ('record_length', len(record))


@pytest.mark.parametrize('byte', [0x00, 0x0A, 0x7F, 0x81, 0xA0, 0xE0, 0xFF])
def test_a_byte_outside_the_character_set_is_named(byte):
    error = refusal(decode_record, LAYOUT, BYTES[:6] + bytes([byte]) + BYTES[7:])
    assert (error.code, error.context['position'], error.context['byte']) == (
        'illegal_byte', 7, byte)


# Properties

@given(st.builds(dict, code=st.from_regex('[0-9]{3}[1-9]', fullmatch=True),
                 name=st.from_regex('([ｱ-ﾝA-Z0-9().-]){0,6}', fullmatch=True),
                 amount=st.integers(1, 99_999), count=st.integers(0, 999),
                 flag=st.sampled_from('012'), mark=st.from_regex('[0-9]{2}', fullmatch=True)))
def test_what_was_written_is_what_is_read(values):
    assert decode_record(LAYOUT, encode_record(LAYOUT, values)) == values


@given(st.binary(min_size=20, max_size=26))
def test_any_bytes_are_read_or_refused(record):
    try:
        decode_record(LAYOUT, record)
    except FieldError as error:
        assert error.context['record'] == 'sample'

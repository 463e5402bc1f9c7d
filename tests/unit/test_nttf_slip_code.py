"""Slips in digits: vectors from outside, laws, and what is refused."""
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.smart_billing.core.errors import FieldError
from odoo.addons.smart_billing_payment_nttf.wire.check_digits import (
    gs1_check_digit,
    ocr_check_digits,
)
from odoo.addons.smart_billing_payment_nttf.wire.slip_code import (
    Issuer,
    Slip,
    barcode_digits,
    lower_ocr_line,
    printed_lines,
    read_barcode,
    upper_ocr_line,
)
from odoo.addons.smart_billing_payment_nttf.wire.stamp import SlipLimits, fits_slip, needs_stamp

# Printed codes of a public test file of a collection agency.
PRINTED = (
    '91929023252070000010123499900199999900106050',
    '91929023252070000010123499900299999900154357',
    '91929023252070000010123499900399999911066327',
    '91929023252070000010123499900499999900095559',
    '91929023252070000010123499900599999900040008',
)
AGENCY = Issuer(maker_code='929023', company_code='25207', postal_account='00150900584',
                agent_code='29023', control_code='123')

digits = st.text(alphabet='0123456789', min_size=16, max_size=16)
days = st.none() | st.dates(date(2000, 1, 1), date(2098, 12, 31))
slips = st.builds(Slip, number=digits, reissue=st.integers(0, 9), due=days, stamp=st.booleans(),
                  amount=st.integers(1, 999_999))


@pytest.mark.parametrize('printed', PRINTED)
def test_printed_codes_are_read_and_written_again(printed):
    who, slip = read_barcode(printed, company_length=5)
    assert who == '92902325207'
    assert barcode_digits(AGENCY, slip) == printed


def test_check_digit_counts_the_identifier():
    body = '91' + '912345' + '0123456789012345678901' + '010331' + '0' + '123000'
    assert gs1_check_digit(body) == '3'
    assert gs1_check_digit(body[2:]) == '1'


@pytest.mark.parametrize('body, expected', [
    ('0000000000000000003600226000033421101', '61'),
    ('0015090058400000012345200000000025207', '44'),
    ('067890123456591800000000002902312300000000', '37'),
])
def test_ocr_vectors(body, expected):
    assert ocr_check_digits(body) == expected


def test_ocr_lines_hold_what_the_barcode_holds():
    slip = Slip('0678901234565918', 0, date(2026, 10, 31), False, 12_345)
    upper = upper_ocr_line(AGENCY, slip)
    lower = lower_ocr_line(AGENCY, slip)
    assert upper == '44' + '00150900584' + '00000012345' + '2' + '00000000025207'
    assert lower == '37' + '0678901234565918' + '0' + '0' * 9 + '29023' + '123' + '0' * 8


@given(slips)
def test_what_is_written_is_read(slip):
    code = barcode_digits(AGENCY, slip)
    assert len(code) == 44
    assert read_barcode(code, company_length=5) == ('92902325207', slip)


@given(slips, st.integers(0, 43), st.integers(1, 9))
def test_a_flipped_digit_is_found(slip, position, step):
    code = barcode_digits(AGENCY, slip)
    other = str((int(code[position]) + step) % 10)
    with pytest.raises(FieldError):
        read_barcode(code[:position] + other + code[position + 1:], company_length=5)


@given(slips, st.integers(2, 38), st.integers(1, 9))
def test_a_flipped_ocr_digit_is_found(slip, position, step):
    line = upper_ocr_line(AGENCY, slip)
    other = str((int(line[position]) + step) % 10)
    body = (line[:position] + other + line[position + 1:])[2:]
    assert ocr_check_digits(body) != line[:2]


def test_a_short_number_is_filled_at_its_end():
    code = barcode_digits(AGENCY, Slip('12', 1, None, True, 1))
    assert code[8:30] == '25207' + '12' + '0' * 14 + '1'
    assert code[30:37] == '9999991'


def test_people_read_two_lines():
    assert printed_lines(PRINTED[0]) == (
        '(91)929023-252070000010123499900', '1-999999-0-010605-0')


@pytest.mark.parametrize('change, code', [
    ({'number': '1' * 17}, 'too_long'),
    ({'number': 'abc'}, 'not_digits'),
    ({'reissue': 10}, 'too_many_reissues'),
    ({'amount': 0}, 'amount_not_positive'),
    ({'amount': 1_000_000}, 'amount_over_limit'),
    ({'due': date(2099, 1, 1)}, 'due_date'),
])
def test_what_does_not_fit_is_refused(change, code):
    values = {'number': '1', 'reissue': 0, 'due': None, 'stamp': False, 'amount': 1, **change}
    with pytest.raises(FieldError) as error:
        barcode_digits(AGENCY, Slip(**values))
    assert error.value.code == code


def _with_check_digit(body):
    return body + gs1_check_digit(body)


@pytest.mark.parametrize('code, expected', [
    ('9' * 43, 'barcode_length'),
    ('x' * 44, 'barcode_length'),
    (PRINTED[0][:-1] + '1', 'barcode_check_digit'),
    (_with_check_digit('92' + PRINTED[0][2:-1]), 'barcode_identifier'),
    (_with_check_digit(PRINTED[0][:36] + '2' + PRINTED[0][37:-1]), 'barcode_stamp_flag'),
    (_with_check_digit(PRINTED[0][:30] + '260230' + PRINTED[0][36:-1]), 'due_date'),
])
def test_what_is_no_slip_is_refused(code, expected):
    with pytest.raises(FieldError) as error:
        read_barcode(code, company_length=5)
    assert error.value.code == expected


def test_check_digits_are_of_digits():
    with pytest.raises(FieldError):
        gs1_check_digit('12a')


@pytest.mark.parametrize('amount, tax, needed', [
    (49_999, 0, False), (50_000, 0, True), (54_999, 4_999, True), (54_999, 5_000, False),
    (55_000, 5_000, True), (51_244, 4_658, False), (63_650, 5_786, True),
])
def test_the_amount_without_tax_decides_on_the_stamp(amount, tax, needed):
    assert needs_stamp(amount, tax, SlipLimits()) is needed
    assert not needs_stamp(amount, tax, SlipLimits(stamp_exempt=True))


def test_the_limit_is_inclusive():
    assert fits_slip(300_000, SlipLimits())
    assert not fits_slip(300_001, SlipLimits())
    assert not fits_slip(0, SlipLimits())
    assert fits_slip(299_999, SlipLimits(most_amount=299_999))

"""Zengin type 91: result codes, yearless dates, Japan Post Bank numbers."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.smart_billing.core.errors import CalendarError, FieldError
from odoo.addons.smart_billing.core.zengin import (
    Consequence,
    interpret_result,
    resolve_mmdd,
    to_mmdd,
    yucho_account,
)

# Result codes


@pytest.mark.parametrize(('code', 'reason', 'consequence'), [
    ('0', 'collected', Consequence.COLLECTED),
    ('1', 'insufficient_funds', Consequence.RETRY),
    ('2', 'no_account', Consequence.SUSPEND),
    ('3', 'stopped_by_payer', Consequence.SUSPEND),
    ('4', 'no_mandate', Consequence.RESUBMIT),
    ('8', 'stopped_by_us', Consequence.STOPPED),
    ('9', 'other', Consequence.REVIEW),
])
def test_every_code_of_the_standard_has_a_reason_and_a_consequence(code, reason, consequence):
    assert interpret_result(code) == (code, reason, consequence, True)


@pytest.mark.parametrize(('code', 'reason'), [
    ('5', 'unknown'), ('A', 'unknown'), ('', 'not_processed'), (' ', 'not_processed')])
def test_any_other_code_goes_to_a_person_and_keeps_its_letter(code, reason):
    assert interpret_result(code) == (code, reason, Consequence.REVIEW, False)


def test_only_zero_is_money():
    collected = [chr(code) for code in range(0x20, 0x7F)
                 if interpret_result(chr(code)).consequence is Consequence.COLLECTED]
    assert collected == ['0']


# Dates without a year

@pytest.mark.parametrize(('mmdd', 'context', 'expected'), [
    ('0127', date(2027, 1, 27), date(2027, 1, 27)),
    ('0127', date(2026, 12, 20), date(2027, 1, 27)),
    ('1228', date(2026, 12, 20), date(2026, 12, 28)),
    ('1219', date(2026, 12, 20), date(2027, 12, 19)),
    ('0229', date(2027, 3, 1), date(2028, 2, 29)),
    ('0229', date(2028, 2, 29), date(2028, 2, 29)),
    ('0228', date(2028, 2, 29), date(2029, 2, 28)),
])
def test_a_date_without_a_year_is_the_next_of_its_name(mmdd, context, expected):
    assert resolve_mmdd(mmdd, context) == expected


@pytest.mark.parametrize(('mmdd', 'context'), [
    ('0229', date(2028, 3, 1)),  # never backwards to the day before
    ('0229', date(2026, 6, 1)),  # nor years ahead
    ('0229', date(2027, 1, 15)),  # thirteen months ahead is a mistake as well
    ('0230', date(2027, 1, 15)), ('1301', date(2027, 1, 15)), ('0000', date(2027, 1, 15)),
])
def test_a_date_that_the_coming_year_does_not_have_is_refused(mmdd, context):
    with pytest.raises(CalendarError) as caught:
        resolve_mmdd(mmdd, context)
    assert caught.value.code == 'mmdd_unresolved'
    assert caught.value.context == {'mmdd': mmdd, 'context_date': context.isoformat()}


@given(st.dates(date(2020, 1, 1), date(2035, 12, 31)), st.integers(0, 364))
def test_a_day_within_a_year_is_found_again(context, ahead):
    day = context + timedelta(days=ahead)
    assert resolve_mmdd(to_mmdd(day), context) == day


# Japan Post Bank

@pytest.mark.parametrize(('symbol', 'number', 'expected'), [
    ('12340', '12345671', ('9900', '238', '1', '1234567')),
    ('00120', '123456', ('9900', '019', '2', '0123456')),
    ('10120', '51', ('9900', '018', '1', '0000005')),
])
def test_transfers_use_the_published_branch_rule(symbol, number, expected):
    assert yucho_account(symbol, number, 'transfer') == expected


def test_debits_use_the_middle_of_the_symbol():
    assert yucho_account('12340', '12345671', 'debit') == ('9900', '234', '1', '1234567')


@pytest.mark.parametrize(('symbol', 'number', 'convention', 'code'), [
    ('12341', '12345671', 'transfer', 'yucho_symbol'),
    ('22340', '12345671', 'transfer', 'yucho_symbol'),
    ('1234', '12345671', 'debit', 'yucho_symbol'),
    ('00120', '123456', 'debit', 'yucho_symbol'),
    ('12340', '123456789', 'transfer', 'yucho_number'),
    ('12340', '1', 'debit', 'yucho_number'),
    ('12340', '1234-567', 'transfer', 'yucho_number'),
    ('00120', '12345678', 'transfer', 'yucho_number'),
    ('12340', '12345671', 'guess', 'yucho_convention'),
])
def test_numbers_that_no_passbook_shows_are_refused(symbol, number, convention, code):
    with pytest.raises(FieldError) as caught:
        yucho_account(symbol, number, convention)
    assert caught.value.code == code
    assert len(number) < 6 or number not in str(caught.value)

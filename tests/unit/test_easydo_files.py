"""The gateway's files: card refresh, results, payouts."""
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.smart_billing.core.errors import DomainError, FileError
from odoo.addons.smart_billing_payment_easydo.wire import card_files
from odoo.addons.smart_billing_payment_easydo.wire.card_files import Refreshed

REFRESH = ('cust_code,card_ref,result,expiry,masked_number\r\n'
           '0000001001,c-1,0,,\r\n'
           '0000001002,c-2,1,203012,\r\n'
           '0000001003,c-3,2,203101,************1111\r\n'
           '0000001004,c-4,8,,\r\n'
           '0000001005,c-5,9,,\r\n').encode()
RESULTS = ('order_id,result,error_code,amount,processed_on\r\n'
           'INV-2026-00001-1,OK,,11000,20261125\r\n'
           'INV-2026-00002-1,NG,10122001,5500,20261125\r\n').encode()
PAYOUTS = ('order_id,kind,amount,fee,fee_tax,paid_out_on\r\n'
           'INV-2026-00001-1,sale,11000,330,33,20261215\r\n'
           'INV-2026-00002-1,refund,500,0,0,20261215\r\n').encode()


def test_a_refresh_request_lists_customers_and_cards():
    assert card_files.write_refresh([('0000001001', 'c-1')]) == (
        b'cust_code,card_ref\r\n0000001001,c-1\r\n')


def test_a_refresh_result_tells_what_became_of_each_card():
    rows = card_files.read_refresh(REFRESH)
    assert [row.result for row in rows] == [
        Refreshed.UNCHANGED, Refreshed.EXPIRY, Refreshed.NUMBER, Refreshed.INVALID,
        Refreshed.UNKNOWN]
    assert [row.expiry for row in rows[:3]] == [None, (2030, 12), (2031, 1)]
    assert rows[2].masked_number == '************1111'
    assert [row.line for row in rows] == [2, 3, 4, 5, 6]


def test_results_and_payouts():
    first, second = card_files.read_results(RESULTS)
    assert (first.collected, first.amount, first.processed_on) == (
        True, 11_000, date(2026, 11, 25))
    assert (second.collected, second.error_code) == (False, '10122001')
    sale, refund = card_files.read_payouts(PAYOUTS)
    assert (sale.kind, sale.amount, sale.fee, sale.fee_tax, sale.paid_out_on) == (
        'sale', 11_000, 330, 33, date(2026, 12, 15))
    assert refund.kind == 'refund'


@pytest.mark.parametrize('read, content, old, new, code, line', [
    (card_files.read_refresh, REFRESH, b',8,', b',7,', 'unknown_result', 5),
    (card_files.read_refresh, REFRESH, b'203012', b'203013', 'expiry_unreadable', 3),
    (card_files.read_refresh, REFRESH, b'c-2,1', b'c-2', 'columns', 3),
    (card_files.read_refresh, REFRESH, b'c-4', b'"c-4', 'csv_quotes', 5),
    (card_files.read_refresh, REFRESH, b'card_ref', b'card', 'header_line', 1),
    (card_files.read_refresh, REFRESH, b'c-1', b'4111111111111111', 'card_number', 1),
    (card_files.read_refresh, REFRESH, b'c-1', b'\x81', 'encoding', 2),
    (card_files.read_results, RESULTS, b'NG', b'??', 'unknown_result', 3),
    (card_files.read_results, RESULTS, b'5500', b'5,500', 'columns', 3),
    (card_files.read_results, RESULTS, b'5500', b'-500', 'not_digits', 3),
    (card_files.read_results, RESULTS, b'5500,20261125', b'5500,20261131', 'day_unreadable', 3),
    (card_files.read_results, RESULTS, b'5500,20261125', b'5500,2026', 'day_unreadable', 3),
    (card_files.read_payouts, PAYOUTS, b'refund', b'gift', 'unknown_kind', 3),
    (card_files.read_payouts, PAYOUTS, b'20261215\r\nINV-2026-00002', b'', 'columns', 2),
])
def test_a_bad_row_refuses_the_file_and_is_named(read, content, old, new, code, line):
    with pytest.raises(FileError) as caught:
        read(content.replace(old, new, 1))
    assert caught.value.code == code
    assert caught.value.line == line


@pytest.mark.parametrize('content', [b'', RESULTS[:-2]])
def test_a_cut_file_is_refused(content):
    with pytest.raises(FileError):
        card_files.read_results(content)


def test_card_numbers_are_known_by_their_check_digit():
    assert card_files.holds_card_number('x 4111111111111111 y')
    assert not card_files.holds_card_number('4111111111111112')
    assert not card_files.holds_card_number('0000001001')
    assert not card_files.holds_card_number('************1111')


@given(st.binary(max_size=200), st.integers(0, 150))
def test_noise_gives_only_our_own_errors(noise, at):
    for read, content in ((card_files.read_refresh, REFRESH), (card_files.read_results, RESULTS),
                          (card_files.read_payouts, PAYOUTS)):
        try:
            read(content[:at] + noise)
        except DomainError:
            pass

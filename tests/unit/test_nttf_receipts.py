"""Receipt files of slips: both layouts, and every way to be wrong."""
from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.smart_billing.core.errors import DomainError, FileError
from odoo.addons.smart_billing_payment_nttf.wire import receipt_csv, receipt_fixed
from odoo.addons.smart_billing_payment_nttf.wire.slip_code import Issuer, Slip, barcode_digits
from odoo.addons.smart_billing_payment_nttf.wire.slip_receipt import CHAINS, Notice, SlipReceipt

COMPANY = '92902325207'
ISSUER = Issuer(maker_code='929023', company_code='25207')

# A row as a public sample of this file writes it.
SAMPLE_ROW = ('02,20191206,1133,EAN91929023252070000010123499900199999900106050,000001,'
              '01234999001,0,10605,020,ローソン,123456,20191225,20191210')


def csv_file(*rows):
    return ('\r\n'.join((','.join(receipt_csv.HEADER), *rows)) + '\r\n').encode('cp932')


def receipt(number='0000010123499900', reissue=0, **values):
    slip = Slip(number, reissue, None, values.get('stamp', False), values.get('amount', 10_605))
    defaults = {
        'notice': Notice.CONFIRMED, 'paid_on': date(2026, 10, 6), 'paid_at': time(11, 33),
        'stamp': False, 'amount': 10_605, 'chain': '020', 'store': '123456',
        'payout': date(2026, 10, 25), 'made_on': date(2026, 10, 10), 'chain_name': 'ローソン',
    }
    return SlipReceipt(number=number, reissue=reissue, barcode=barcode_digits(ISSUER, slip),
                       **{**defaults, **values})


def test_a_public_row_is_read():
    [row] = receipt_csv.decode(csv_file(SAMPLE_ROW), COMPANY)
    assert row.notice is Notice.CONFIRMED
    assert (row.paid_on, row.paid_at) == (date(2019, 12, 6), time(11, 33))
    assert (row.number, row.reissue) == ('0000010123499900', 1)
    assert (row.amount, row.chain, row.store) == (10_605, '020', '123456')
    assert (row.payout, row.made_on) == (date(2019, 12, 25), date(2019, 12, 10))
    assert CHAINS[row.chain] == row.chain_name


def test_the_payout_of_a_preliminary_row_is_not_known():
    row = SAMPLE_ROW.replace('02,', '01,', 1).replace('20191225', '0')
    [found] = receipt_csv.decode(csv_file(row), COMPANY)
    assert found.notice is Notice.PRELIMINARY
    assert found.payout is None


def spoiled(position, text):
    columns = SAMPLE_ROW.split(',')
    columns[position] = text
    return ','.join(columns)


@pytest.mark.parametrize('row, code', [
    (spoiled(0, '99'), 'unknown_notice'),
    (spoiled(1, '20191306'), 'day_unreadable'),
    (spoiled(1, '2019-1-6'), 'day_unreadable'),
    (spoiled(2, '2533'), 'time_unreadable'),
    (spoiled(2, '9:30'), 'time_unreadable'),
    (spoiled(3, '91929023252070000010123499900199999900106050'), 'barcode_prefix'),
    (spoiled(3, 'EAN91929023252070000010123499900199999900106051'), 'barcode_check_digit'),
    (spoiled(4, '000002'), 'barcode_differs'),
    (spoiled(6, '2'), 'not_in_list'),
    (spoiled(7, '-1'), 'amount_unreadable'),
    (spoiled(7, '0'), 'amount_unreadable'),
    (spoiled(11, '20191232'), 'day_unreadable'),
    (SAMPLE_ROW + ',x', 'columns'),
    (spoiled(9, '"ローソン'), 'csv_quotes'),
])
def test_a_bad_row_refuses_the_file_and_is_named(row, code):
    with pytest.raises(FileError) as error:
        receipt_csv.decode(csv_file(SAMPLE_ROW, row), COMPANY)
    assert error.value.code == code
    assert error.value.line == 3
    assert error.value.offset == len(csv_file(SAMPLE_ROW))


def test_all_problems_are_told_at_once():
    with pytest.raises(FileError) as error:
        receipt_csv.decode(csv_file(spoiled(0, '99'), SAMPLE_ROW, spoiled(6, '2')), COMPANY)
    assert [(one.line, one.code) for one in error.value.problems] == [
        (2, 'unknown_notice'), (4, 'not_in_list')]


def test_somebody_elses_slips_are_refused():
    with pytest.raises(FileError) as error:
        receipt_csv.decode(csv_file(SAMPLE_ROW), '91111125207')
    assert error.value.code == 'other_company'


@pytest.mark.parametrize('content, code', [
    (b'', 'header_line'),
    (SAMPLE_ROW.encode('cp932'), 'header_line'),
    (csv_file(SAMPLE_ROW)[:-2], 'cut_off'),
    (csv_file(SAMPLE_ROW) + b'\x81', 'encoding'),
])
def test_a_file_that_is_no_whole_file_is_refused(content, code):
    with pytest.raises(FileError) as error:
        receipt_csv.decode(content, COMPANY)
    assert code in [problem.code for problem in error.value.problems]


def test_blank_lines_and_an_end_of_file_byte_say_nothing():
    assert len(receipt_csv.decode(csv_file(SAMPLE_ROW) + b'\r\n\x1a', COMPANY)) == 1


rows = st.lists(st.builds(
    receipt,
    number=st.text(alphabet='0123456789', min_size=16, max_size=16),
    reissue=st.integers(0, 9), notice=st.sampled_from(list(Notice)),
    paid_on=st.dates(date(2020, 1, 1), date(2035, 12, 31)),
    paid_at=st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    stamp=st.booleans(), amount=st.integers(1, 999_999), chain=st.sampled_from(sorted(CHAINS)),
    store=st.text(alphabet='0123456789', min_size=6, max_size=6),
    payout=st.none() | st.dates(date(2020, 1, 1), date(2035, 12, 31))), max_size=5)


@given(rows)
def test_csv_rows_are_read_as_they_were_written(written):
    found = receipt_csv.decode(receipt_csv.encode(written), COMPANY)
    assert [row._replace(line=0) for row in found] == written


def plain(row):
    """What the fixed layout carries of a row."""
    return row._replace(line=0, barcode='', chain_name='', store=row.store)


@given(rows)
def test_fixed_records_are_read_as_they_were_written(written):
    found = receipt_fixed.decode(receipt_fixed.encode(written, '25207'), '25207')
    assert [row._replace(line=0) for row in found] == [plain(row) for row in written]


def fixed_file():
    return receipt_fixed.encode([receipt(), receipt(amount=500)], '25207')


def with_byte(content, record, position, text):
    start = record * 122 + position - 1
    return content[:start] + text.encode() + content[start + len(text):]


@pytest.mark.parametrize('record, position, text, code', [
    (1, 2, '99', 'unknown_notice'),
    (1, 4, '20261301', 'day_unreadable'),
    (1, 12, '2460', 'time_unreadable'),
    (1, 26, '99999', 'other_company'),
    (1, 31, '00000x', 'not_digits'),
    (1, 50, '7', 'not_in_list'),
    (1, 57, '000000', 'amount_unreadable'),
    (1, 81, '20261301', 'day_unreadable'),
    (1, 73, 'xxxxxxxx', 'day_unreadable'),
    (3, 2, '000003', 'wrong_total'),
    (3, 8, '000000000001', 'wrong_total'),
])
def test_a_bad_record_refuses_the_file_and_is_named(record, position, text, code):
    with pytest.raises(FileError) as error:
        receipt_fixed.decode(with_byte(fixed_file(), record, position, text), '25207')
    assert error.value.code == code
    assert error.value.line == record + 1
    assert error.value.offset == record * 122 + position - 1


@pytest.mark.parametrize('content, code', [
    (fixed_file()[:-122], 'truncated'),
    (fixed_file()[122:], 'record_order'),
    (fixed_file() + b'9'.ljust(120), 'after_end'),
    (fixed_file()[:200], 'truncated'),
])
def test_a_torn_file_is_refused(content, code):
    with pytest.raises(FileError) as error:
        receipt_fixed.decode(content, '25207')
    assert error.value.code == code


def test_an_agency_without_totals_is_believed():
    content = with_byte(fixed_file(), 3, 2, '000003')
    assert len(receipt_fixed.decode(content, '25207', totals=False)) == 2


@given(st.binary(max_size=400), st.integers(0, 300))
def test_noise_gives_only_our_own_errors(noise, at):
    for content in (noise, csv_file(SAMPLE_ROW)[:at] + noise, fixed_file()[:at] + noise):
        for read in (lambda data: receipt_csv.decode(data, COMPANY),
                     lambda data: receipt_fixed.decode(data, '25207')):
            try:
                read(content)
            except DomainError:
                pass

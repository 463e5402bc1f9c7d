"""Zengin 01, 03 and 21: bank files by position, era dates, totals, and what is refused."""
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.smart_billing.core import zengin
from odoo.addons.smart_billing.core.errors import (
    CalendarError,
    DomainError,
    FieldError,
    FileError,
)

TODAY = date(2026, 11, 24)


def record(length, *parts):
    """A record from (1-based position, text) pairs."""
    text = [' '] * length
    for start, value in parts:
        text[start - 1:start - 1 + len(value)] = value
    return ''.join(text)


def as_file(*records, end='\r\n'):
    return ''.join(one + end for one in records).encode('cp932')


def refusal(read, content, **options):
    with pytest.raises(FileError) as caught:
        read(content, TODAY, **options)
    return caught.value


# Era dates

@pytest.mark.parametrize('text, day', [
    ('070101', date(2025, 1, 1)), ('010501', date(2019, 5, 1)), ('310430', date(2019, 4, 30)),
    ('010108', date(1989, 1, 8)), ('640107', date(1989, 1, 7)),
])
def test_era_dates(text, day):
    assert zengin.resolve_wareki(text, TODAY) == day
    assert zengin.to_wareki(day) == text


@pytest.mark.parametrize('text', ['991231', '000101', '640108', '080230'])
def test_a_day_of_no_era_is_refused(text):
    with pytest.raises(CalendarError):
        zengin.resolve_wareki(text, TODAY)


def test_a_day_before_all_eras_has_no_name():
    with pytest.raises(CalendarError):
        zengin.to_wareki(date(1900, 1, 1))


@given(st.dates(date(1990, 1, 1), TODAY))
def test_a_day_written_with_its_era_is_read_again(day):
    found = zengin.resolve_wareki(zengin.to_wareki(day), TODAY)
    # A small year of an era that is over may also be one of the present era: the newest is meant.
    assert found == day or found > day


# 01, incoming transfers

def notice_header(**changes):
    values = {'kind': '1', 'type': '01', 'made': '081124', 'from': '081101', 'to': '081123',
              'number': '1234567', **changes}
    return record(200, (1, values['kind'] + values['type'] + '0'), (5, values['made']),
                  (11, values['from']), (17, values['to']), (23, '0001'), (27, 'ﾐｽﾞﾎ'),
                  (42, '001'), (45, 'ﾄｳｷﾖｳ'), (60, '1'), (61, values['number']), (68, 'ｶ)ｻﾝﾌﾟﾙ'))


def transfer_a(amount='0000011000', name='ﾔﾏﾀﾞ ﾀﾛｳ', cancel='0', booked='081105', edi=''):
    return record(200, (1, '2'), (2, '000001'), (8, booked), (14, '000000'), (20, amount),
                  (30, '0000000000'), (40, '0000001001'), (50, name), (98, 'ﾐｽﾞﾎ'),
                  (113, 'ｼﾝｼﾞﾕｸ'), (128, cancel), (129, edi))


def transfer_b(amount='000012345678901', name='ｵｵｸﾞﾁ'):
    return record(200, (1, '2'), (2, '000002'), (8, '081106'), (14, '081106'), (20, '0' * 20),
                  (40, '0000001002'), (50, name), (128, '0'), (129, amount[-12:]),
                  (141, '0' * 12), (153, 'EDI-7'))


def notice_trailer(count=1, amount=11000, cancel_count=0, cancel_amount=0):
    return record(200, (1, '8'), (2, f'{count:06}{amount:012}{cancel_count:06}'
                                     f'{cancel_amount:012}'))


NOTICE_END = record(200, (1, '9'))
NOTICE = as_file(notice_header(), transfer_a(edi='INV-1'), notice_trailer(), NOTICE_END)


def test_a_transfer_is_read_by_its_positions():
    [notice] = zengin.read_notices(NOTICE, TODAY)
    assert (notice.bank_code, notice.branch_code, notice.account_type, notice.account_number) == (
        '0001', '001', '1', '1234567')
    assert notice.holder_name == 'ｶ)ｻﾝﾌﾟﾙ'
    assert notice.transfers == (zengin.IncomingTransfer(
        2, '000001', date(2026, 11, 5), date(2026, 11, 5), 11_000, '0000001001', 'ﾔﾏﾀﾞ ﾀﾛｳ',
        'ﾐｽﾞﾎ', 'ｼﾝｼﾞﾕｸ', False, 'INV-1'),)


def test_format_b_has_amounts_of_twelve_digits():
    content = as_file(notice_header(), transfer_b(), notice_trailer(1, 12_345_678_901), NOTICE_END)
    for form in ('auto', 'b'):
        [notice] = zengin.read_notices(content, TODAY, form=form)
        assert notice.transfers[0].amount == 12_345_678_901
        assert notice.transfers[0].edi == 'EDI-7'
        assert notice.transfers[0].value_date == date(2026, 11, 6)


def test_cancellations_are_counted_for_themselves():
    content = as_file(
        notice_header(), transfer_a(), transfer_a(cancel='1'),
        notice_trailer(1, 11_000, 1, 11_000), NOTICE_END)
    [notice] = zengin.read_notices(content, TODAY)
    assert [transfer.cancelled for transfer in notice.transfers] == [False, True]


def test_several_accounts_come_in_one_file():
    content = as_file(
        notice_header(), transfer_a(), notice_trailer(), notice_header(number='7654321'),
        notice_trailer(0, 0), NOTICE_END)
    first, second = zengin.read_notices(content, TODAY)
    assert (first.account_number, len(first.transfers)) == ('1234567', 1)
    assert (second.account_number, len(second.transfers)) == ('7654321', 0)


@pytest.mark.parametrize('records, code, line', [
    ([notice_header(type='03'), notice_trailer(0, 0)], 'wrong_type', 1),
    ([notice_header(), transfer_a(), notice_trailer(2)], 'wrong_total', 3),
    ([notice_header(), transfer_a(), notice_trailer(amount=1)], 'wrong_total', 3),
    ([notice_header(), transfer_a(cancel='1'), notice_trailer()], 'wrong_total', 3),
    ([notice_header(), transfer_a(amount='0' * 10), notice_trailer(1, 0)],
     'amount_not_positive', 2),
    ([notice_header(), transfer_a(amount='00000x1000'), notice_trailer()], 'unreadable', 2),
    ([notice_header(), transfer_a(booked='990101'), notice_trailer()], 'wareki_unresolved', 2),
    ([notice_header(), transfer_a(booked='081301'), notice_trailer()], 'unreadable', 2),
    ([notice_header(), transfer_a(cancel='X'), notice_trailer()], 'not_in_list', 2),
    ([notice_header(number='       '), transfer_a(), notice_trailer()], 'missing', 1),
])
def test_a_notice_that_is_not_certain_is_refused(records, code, line):
    error = refusal(zengin.read_notices, as_file(*records, NOTICE_END))
    assert code in [problem.code for problem in error.problems]
    assert min(problem.line for problem in error.problems) == line


@pytest.mark.parametrize('content, code', [
    (NOTICE[:-202], 'truncated'),
    (NOTICE + NOTICE, 'after_end'),
    (as_file(transfer_a(), NOTICE_END), 'record_order'),
    (NOTICE[:300], 'truncated'),
    (b'', 'empty_file'),
    (NOTICE.replace(b'010081124', b'011081124'), 'ebcdic'),
])
def test_a_torn_notice_is_refused(content, code):
    assert refusal(zengin.read_notices, content).code == code


def test_a_file_of_another_kind_reports_no_more_than_a_person_reads():
    bad = [transfer_a(amount='x' * 10)] * 150
    content = as_file(notice_header(), *bad, notice_trailer(150, 0), NOTICE_END)
    assert len(refusal(zengin.read_notices, content).problems) == 100


# 03, account statements

def statement_header(opening=500_000, overdrawn='1'):
    return record(200, (1, '1030'), (5, '081124'), (11, '081101'), (17, '081123'), (23, '0001'),
                  (42, '001'), (60, '000'), (63, '1'), (64, '0001234567'), (74, 'ｶ)ｻﾝﾌﾟﾙ'),
                  (114, overdrawn), (115, '1'), (116, f'{opening:014}'))


def movement(amount=11_000, direction='1', kind='11', name='ﾔﾏﾀﾞ ﾀﾛｳ', value='081104',
             booked='081105'):
    return record(200, (1, '2'), (2, '00000001'), (10, booked), (16, value), (22, direction),
                  (23, kind), (25, f'{amount:012}'), (37, '0' * 12), (72, '0000001001'),
                  (82, name), (130, 'ﾐｽﾞﾎ'), (145, 'ｼﾝｼﾞﾕｸ'), (160, 'ﾌﾘｺﾐ'), (180, 'INV-1'))


def statement_trailer(ins=(1, 11_000), outs=(0, 0), closing=511_000, rows=1, overdrawn='1'):
    return record(200, (1, '8'), (2, f'{ins[0]:06}{ins[1]:013}{outs[0]:06}{outs[1]:013}'),
                  (40, overdrawn), (41, f'{closing:014}'), (55, f'{rows:07}'))


def statement_end(records=4, accounts=1):
    return record(200, (1, '9'), (2, f'{records:010}{accounts:05}'))


def test_a_statement_is_read_by_its_positions():
    content = as_file(statement_header(), movement(), statement_trailer(), statement_end())
    [statement] = zengin.read_statements(content, TODAY)
    assert (statement.account_type, statement.account_number) == ('1', '0001234567')
    assert (statement.opening, statement.closing) == (500_000, 511_000)
    assert statement.lines == (zengin.StatementLine(
        2, '00000001', date(2026, 11, 5), date(2026, 11, 4), True, zengin.TRANSFER_IN, 11_000,
        '0000001001', 'ﾔﾏﾀﾞ ﾀﾛｳ', 'ﾐｽﾞﾎ', 'ｼﾝｼﾞﾕｸ', 'ﾌﾘｺﾐ', 'INV-1'),)


def test_money_that_goes_out_lowers_the_balance_below_zero():
    content = as_file(
        statement_header(opening=1_000), movement(), movement(amount=20_000, direction='2'),
        statement_trailer(outs=(1, 20_000), closing=8_000, rows=2, overdrawn='2'),
        statement_end(0, 0))
    [statement] = zengin.read_statements(content, TODAY)
    assert statement.closing == -8_000
    assert [line.incoming for line in statement.lines] == [True, False]


@pytest.mark.parametrize('records, code', [
    ([statement_header(), movement(), statement_trailer(ins=(2, 11_000)), statement_end()],
     'wrong_total'),
    ([statement_header(), movement(), statement_trailer(rows=2), statement_end()], 'wrong_total'),
    ([statement_header(), movement(), statement_trailer(closing=1), statement_end()],
     'wrong_balance'),
    ([statement_header(), movement(), statement_trailer(), statement_end(5)], 'wrong_total'),
    ([statement_header(), movement(), statement_trailer(), statement_end(accounts=2)],
     'wrong_total'),
    ([statement_header(), movement(amount=0), statement_trailer(), statement_end()],
     'amount_not_positive'),
    ([statement_header(), movement(booked='640108'), statement_trailer(), statement_end()],
     'wareki_unresolved'),
    ([statement_header(), movement(direction='3'), statement_trailer(), statement_end()],
     'unreadable'),
    ([statement_header(overdrawn='7'), movement(), statement_trailer(), statement_end()],
     'not_in_list'),
    ([statement_header(), movement(), statement_trailer(overdrawn='x'), statement_end()],
     'not_in_list'),
])
def test_a_statement_that_is_not_certain_is_refused(records, code):
    error = refusal(zengin.read_statements, as_file(*records))
    assert code in [problem.code for problem in error.problems]


@given(st.integers(0, 808), st.binary(min_size=1, max_size=8))
def test_damage_gives_only_our_own_errors(at, noise):
    statement = as_file(statement_header(), movement(), statement_trailer(), statement_end())
    for read, content in ((zengin.read_notices, NOTICE), (zengin.read_statements, statement)):
        try:
            read(content[:at] + noise + content[at + len(noise):], TODAY)
        except DomainError:
            pass


# 21, bulk transfers

HEADER = zengin.TransferHeader(
    '1234567890', 'ｻﾝﾌﾟﾙ(ｶ', '1130', '0001', 'ﾐｽﾞﾎ', '001', 'ﾄｳｷﾖｳ', '1', '0000001')


def payment(**changes):
    return zengin.TransferRecord(**{
        'bank_code': '0001', 'bank_name': 'ﾐｽﾞﾎ', 'branch_code': '002', 'branch_name': 'ｵｵｻｶ',
        'account_type': '1', 'account_number': '7654321', 'receiver_name': 'ﾔﾏﾀﾞ ﾀﾛｳ',
        'amount': 54_878, 'customer_code1': '1001', **changes})


def test_a_transfer_file_is_written_by_its_positions():
    content = zengin.encode_transfers(HEADER, [payment(), payment(amount=60_137, edi='INV-9')])
    lines = content.decode('cp932').split('\r\n')
    assert [len(line) for line in lines] == [120, 120, 120, 120, 120, 0]
    header, first, second, trailer, end, _rest = lines
    assert header[:14] == '12101234567890'
    assert (header[54:58], header[58:62], header[77:80], header[95], header[96:103]) == (
        '1130', '0001', '001', '1', '0000001')
    assert (first[1:5], first[20:23], first[38:42], first[42], first[43:50]) == (
        '0001', '002', '0000', '1', '7654321')
    assert first[50:80].rstrip() == 'ﾔﾏﾀﾞ ﾀﾛｳ'
    assert first[80:90] == '0000054878'
    assert (first[90], first[91:101], first[101:111], first[111], first[112]) == (
        '0', '0000001001', '0' * 10, '7', ' ')
    assert (second[91:111].rstrip(), second[111], second[112]) == ('INV-9', '7', 'Y')
    assert trailer[:19] == '8' + '000002' + '000000115015'
    assert end == '9'.ljust(120)


@pytest.mark.parametrize('change, field', [
    ({'amount': 0}, 'amount'), ({'receiver_name': '山田'}, 'receiver_name'),
    ({'receiver_name': 'ｱ' * 31}, 'receiver_name'), ({'account_number': ''}, 'account_number'),
    ({'transfer_kind': '1'}, 'transfer_kind'), ({'edi': 'x' * 21}, 'edi'),
])
def test_a_payment_that_does_not_fit_is_refused(change, field):
    assert field in [error.context['field']
                     for error in zengin.transfer_problems(payment(**change))]
    with pytest.raises(FieldError) as caught:
        zengin.encode_transfers(HEADER, [payment(), payment(**change)])
    assert caught.value.context['line'] == 3


def test_a_file_without_payments_is_none():
    with pytest.raises(FieldError) as caught:
        zengin.encode_transfers(HEADER, [])
    assert caught.value.code == 'no_records'


def test_a_payment_that_fits_has_no_problems():
    assert zengin.transfer_problems(payment()) == []

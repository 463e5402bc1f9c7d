"""What the agency accepts, decides, answers, pays out and remembers; without a network."""
from datetime import date

import pytest

from tests.simulators import handmade, zengin91
from tests.simulators.acceptance import Consignor
from tests.simulators.agency import Agency
from tests.simulators.settings import SettingError

CODE = '1234567890'
NAME = 'ｻﾝﾌﾟﾙｻ-ﾋﾞｽ(ｶ'
OCTOBER, NOVEMBER = f'{CODE}_20261027_01', f'{CODE}_20261127_01'
THREE = {1: 1000, 2: 2000, 3: 4000}


@pytest.fixture
def agency(tmp_path):
    agency = Agency(tmp_path, date(2026, 10, 1))
    agency.register(Consignor(CODE, NAME))
    return agency


def hand_in(agency, data=None, stem=OCTOBER):
    """Put a file into /upload and have it looked at; the reasons when it is refused."""
    if data is None:
        data = handmade.request(stem[15:19], THREE)
    (agency.home(CODE) / 'upload' / f'{stem}.dat').write_bytes(data)
    if agency.take_up(CODE, f'{stem}.dat')['event'] == 'accepted':
        return []
    return [(record, position) for record, position, _what in agency.rejected[-1]['problems']]


def names(agency, folder):
    return sorted(path.name for path in (agency.home(CODE) / folder).iterdir())


def result(agency, name=f'{OCTOBER}.res'):
    return (agency.home(CODE) / 'result' / name).read_bytes()


def codes(agency):
    return {int(line['customer']): line['code'] for line in agency.books()['lines']}


# ---------------------------------------------------------------- acceptance
def test_a_right_file_goes_to_the_archive_byte_for_byte(agency):
    data = handmade.request('1027', THREE)
    assert hand_in(agency, data) == []
    assert (agency.home(CODE) / 'archive' / f'{OCTOBER}.dat').read_bytes() == data
    assert names(agency, 'upload') == names(agency, 'reject') == []
    totals = agency.books()['totals']
    assert totals['pending'] == totals['requested'] == {'count': 3, 'amount': 7000}
    assert totals['collected'] == totals['failed'] == {'count': 0, 'amount': 0}


def test_the_anchor_is_accepted_on_its_day(tmp_path):
    agency = Agency(tmp_path, date(2027, 1, 4))
    agency.register(Consignor(CODE, NAME, ('9999', '999', '1', '0000001')))
    assert hand_in(agency, handmade.anchor(), f'{CODE}_20270127_01') == []
    assert agency.books()['files'][0]['warnings'] == [
        'record 3: 新規コード 0, expected 1']


def test_a_bad_file_is_refused_whole_with_a_report(agency):
    data = handmade.request('1027', THREE).replace(b'0000002000', b'000000200A')
    assert hand_in(agency, data) == [(3, 90)]
    assert names(agency, 'reject') == [f'{OCTOBER}.dat', f'{OCTOBER}.err']
    report = (agency.home(CODE) / 'reject' / f'{OCTOBER}.err').read_text('utf-8')
    assert 'record 3 position 90: 引落金額: byte 0x41 is not a digit' in report
    assert agency.books()['lines'] == []


def test_a_refused_file_may_come_again_corrected(agency):
    assert hand_in(agency, b'nonsense')
    assert hand_in(agency) == []
    assert names(agency, 'reject') == []
    assert len(agency.books()['rejected']) == 1


@pytest.mark.parametrize('stem', [
    '1234567890_20261027', '1234567890_20261327_01', '123456789_20261027_01', 'x'])
def test_a_wrong_file_name_is_refused(agency, stem):
    assert hand_in(agency, handmade.request('1027', THREE), stem) == [(0, 0)]


def test_name_and_header_must_agree(agency):
    assert hand_in(agency, handmade.request('1028', THREE)) == [(1, 55)]
    assert hand_in(agency, handmade.request('1027', THREE, consignor='1234567891')) == [(1, 5)]
    other = f'1234567891_{OCTOBER[11:]}'
    assert hand_in(agency, handmade.request('1027', THREE), other) == [(0, 0)]


def test_a_registered_account_is_checked(agency):
    agency.register(Consignor(CODE, NAME, ('9999', '999', '1', '0000002')))
    assert hand_in(agency) == [(1, 59)]


def test_files_after_the_cut_off_are_refused(agency):
    agency.advance(date(2026, 10, 16))      # seven business days before the 27th
    assert hand_in(agency) == []
    agency.advance(date(2026, 11, 18))      # 23 November is a holiday: the 17th was the last day
    assert hand_in(agency, stem=NOVEMBER) == [(0, 0)]
    assert 'were due on 2026-11-17' in agency.rejected[-1]['problems'][0][2]


def test_only_debit_days_are_taken(agency):
    assert hand_in(agency, stem=f'{CODE}_20261026_01') == [(0, 0)]
    agency.configure({'debit_days': []})
    assert hand_in(agency, stem=f'{CODE}_20261026_01') == []


def test_one_file_for_a_debit_date(agency):
    assert hand_in(agency) == []
    more = handmade.request('1027', {4: 1})
    assert hand_in(agency, more, f'{CODE}_20261027_02') == [(0, 0)]


def test_parts_may_not_debit_a_customer_twice(agency):
    agency.configure({'one_file_per_date': False})
    assert hand_in(agency) == []
    assert hand_in(agency, handmade.request('1027', {4: 1, 3: 1}), f'{CODE}_20261027_02') == [
        (3, 92)]
    assert hand_in(agency, handmade.request('1027', {4: 1}), f'{CODE}_20261027_02') == []
    assert hand_in(agency, handmade.request('1027', {5: 1})) == [(0, 0)]


def test_limits(agency):
    agency.configure({'max_records': 2, 'max_amount': 3999})
    assert hand_in(agency) == [(0, 0), (4, 81)]


def test_doubtful_names_and_new_codes_are_told_not_refused(agency):
    agency.register(Consignor(CODE, 'ﾍﾞﾂﾉﾅﾏｴ'))
    assert hand_in(agency) == []
    warnings = agency.books()['files'][0]['warnings']
    assert warnings[0].startswith('委託者名') and len(warnings) == 4
    assert hand_in(agency, stem=NOVEMBER) == []
    assert len(agency.books()['files'][1]['warnings']) == 1     # customers are known by now


def test_a_file_already_in_the_books_is_cleared_away_not_refused(agency):
    hand_in(agency)
    assert hand_in(agency) == []            # as after a kill between books and clearing away
    assert agency.books()['totals']['requested']['count'] == 3


# ---------------------------------------------------------------- a round
def test_a_round_with_scripted_codes(agency):
    hand_in(agency)
    agency.script([{'customer': '2', 'code': '1'}, {'account': '0000003', 'code': '3'}])
    events = agency.advance(date(2026, 11, 30))
    assert [(event['date'], event['event']) for event in events] == [
        ('2026-10-27', 'debited'), ('2026-11-02', 'answered'), ('2026-11-05', 'paid out')]
    expected = zengin91.write_result(zengin91.read(handmade.request('1027', THREE)), '013', 'crlf')
    assert result(agency) == expected
    books = agency.books()
    assert books['totals'] == {
        'requested': {'count': 3, 'amount': 7000}, 'collected': {'count': 1, 'amount': 1000},
        'failed': {'count': 2, 'amount': 6000}, 'pending': {'count': 0, 'amount': 0}}
    assert codes(agency) == {1: '0', 2: '1', 3: '3'}


def test_the_result_comes_on_its_day_not_before(agency):
    hand_in(agency)
    agency.advance(date(2026, 11, 1))
    assert names(agency, 'result') == []
    agency.advance(date(2026, 11, 2))
    assert names(agency, 'result') == [f'{OCTOBER}.res']


def test_a_dated_script_goes_before_an_undated_one(agency):
    agency.script([{'customer': '1', 'code': '2', 'debit_date': '2026-10-27'},
                   {'customer': '1', 'code': '3'}, {'account': '0000001', 'code': '8'},
                   {'customer': '2', 'code': '1'}, {'customer': '2', 'code': '9'}])
    hand_in(agency)
    hand_in(agency, stem=NOVEMBER)
    agency.advance(date(2026, 12, 10))
    found = [line['code'] for line in agency.books()['lines']]
    assert found == ['2', '9', '0', '3', '9', '0']


def test_the_mix_is_followed_and_repeatable(agency, tmp_path):
    many = handmade.request('1027', {number: 100 for number in range(1, 2001)})
    agency.set_mix({'0': 90, '1': 10}, seed=7)
    hand_in(agency, many)
    agency.advance(date(2026, 10, 27))
    failed = agency.books()['totals']['failed']['count']
    assert 140 < failed < 260
    again = Agency(tmp_path / 'again', date(2026, 10, 1))
    again.register(Consignor(CODE, NAME))
    again.set_mix({'1': 10, '0': 90}, seed=7)
    hand_in(again, many)
    again.advance(date(2026, 10, 27))
    assert codes(again) == codes(agency)
    assert set(codes(again).values()) == {'0', '1'}


def test_a_missing_mandate_gives_4(agency):
    agency.configure({'require_mandate': True})
    row = {'bank': '9999', 'branch': '001', 'type': '1'}
    agency.register_mandates(CODE, [{'customer': '1', 'number': '0000001', **row},
                                    {'customer': '2', 'number': '7777777', **row}])
    hand_in(agency)
    agency.advance(date(2026, 10, 27))
    assert codes(agency) == {1: '0', 2: '4', 3: '4'}


def test_payout_is_net_of_fees_and_their_tax_once_a_date(agency):
    agency.configure({'fee_per_item': 33, 'fee_fixed': 500, 'one_file_per_date': False})
    hand_in(agency)
    hand_in(agency, handmade.request('1027', {4: 800}), f'{CODE}_20261027_02')
    agency.script([{'customer': '3', 'code': '1'}])
    agency.advance(date(2026, 12, 1))
    payout, = agency.books()['payouts']
    assert payout == {'consignor': CODE, 'debit_date': '2026-10-27', 'paid': '2026-11-05',
                      'count': 3, 'gross': 3800, 'fee': 632, 'fee_tax': 63, 'net': 3105}


def test_books_can_be_asked_for_one_date(agency):
    hand_in(agency)
    hand_in(agency, handmade.request('1127', {1: 5}), NOVEMBER)
    assert agency.books(debit_date='2026-11-27')['totals']['requested'] == {
        'count': 1, 'amount': 5}
    assert agency.books(consignor='0000000001')['lines'] == []


def test_everything_survives_a_restart(agency, tmp_path):
    agency.configure({'fee_fixed': 5})
    agency.script([{'customer': '2', 'code': '2'}])
    hand_in(agency)
    hand_in(agency, b'x', NOVEMBER)
    agency.advance(date(2026, 10, 28))
    before = agency.books()
    again = Agency(tmp_path)
    assert again.books() == before and again.status() == agency.status()
    again.advance(date(2026, 11, 5))
    assert codes(again) == {1: '0', 2: '2', 3: '0'}
    assert names(again, 'result') == [f'{OCTOBER}.res']


def test_files_left_in_upload_are_taken_up_at_the_start(agency, tmp_path):
    (agency.home(CODE) / 'upload' / f'{OCTOBER}.dat').write_bytes(handmade.request('1027', THREE))
    Agency(tmp_path).take_up_left_over()
    assert names(agency, 'archive') == [f'{OCTOBER}.dat']


def test_time_does_not_run_backwards(agency):
    with pytest.raises(SettingError, match='is past'):
        agency.advance(date(2026, 9, 30))


@pytest.mark.parametrize('values', [
    {'nonsense': 1}, {'mix': {'7': 1}}, {'mix': {'0': 0}}, {'mix': {'0': -1}}, {'mix': 5},
    {'cutoff_bd': '7'}, {'cutoff_bd': -1}, {'one_file_per_date': 1}, {'debit_days': [32]},
    {'result_separator': 'either'}, {'pickup': 'later'}])
def test_wrong_settings_change_nothing(agency, values):
    before = agency.settings
    with pytest.raises(SettingError):
        agency.configure({'fee_fixed': 9, **values})
    assert agency.settings == before

"""Each kind of damaged result file is what it says: right in all but one respect."""
import hashlib
from datetime import date

import pytest

from tests.simulators import faults, handmade, spoil, zengin91
from tests.simulators.acceptance import Consignor
from tests.simulators.agency import Agency
from tests.simulators.settings import SettingError

CODE = '1234567890'
OCTOBER, NOVEMBER = f'{CODE}_20261027_01', f'{CODE}_20261127_01'
CUSTOMERS = {1: 1000, 2: 2000, 3: 4000}
GOOD = zengin91.write_result(zengin91.read(handmade.request('1027', CUSTOMERS)), '010', 'crlf')
RECORDS = zengin91.read(GOOD, zengin91.RESULT).records

# Where the reader stumbles; [] where only the comparison with the request can tell.
STUMBLES = {
    'truncated': [(4, 60)], 'no_trailer': [(4, 1)], 'empty': [(0, 0)],
    'stray_line_endings': [(2, 121)], 'byte_order_mark': [(1, 121)],
    'wrong_count': [(5, 2)], 'wrong_totals': [(5, 8)], 'wrong_collected': [(5, 26)],
    'unknown_code': [(2, 112)], 'letter_code': [(2, 112)], 'blank_code': [(2, 112)],
    'duplicate_record': [(5, 92)], 'ebcdic': [(1, 4)], 'unknown_customer': [],
    'missing_record': [], 'reordered': [], 'changed_amount': [], 'changed_account': [],
    'other_date': [], 'other_consignor': []}


@pytest.mark.parametrize('kind', spoil.KINDS)
def test_damage_is_found_exactly_there(kind):
    data = spoil.spoil(kind, RECORDS, 'crlf')
    assert data != GOOD
    found = zengin91.read(data, zengin91.RESULT, 'crlf').problems
    if kind == 'byte_order_mark':
        found = found or zengin91.read(data, zengin91.RESULT, 'none').problems
    assert [(p.record, p.position) for p in found] == STUMBLES[kind]


@pytest.fixture
def agency(tmp_path):
    agency = Agency(tmp_path, date(2026, 10, 1))
    agency.register(Consignor(CODE, 'ｻﾝﾌﾟﾙｻ-ﾋﾞｽ(ｶ'))
    agency.script([{'customer': '2', 'code': '1'}])
    for stem in (OCTOBER, NOVEMBER):
        data = handmade.request(stem[15:19], CUSTOMERS)
        (agency.home(CODE) / 'upload' / f'{stem}.dat').write_bytes(data)
    agency.pick_up()
    return agency


def results(agency):
    return {path.name: path.read_bytes()
            for path in sorted((agency.home(CODE) / 'result').iterdir())}


@pytest.mark.parametrize('kind', spoil.KINDS)
def test_damage_strikes_once_and_the_right_file_can_be_had(agency, kind):
    agency.faults.add(kind=kind)
    agency.advance(date(2026, 11, 2))
    assert results(agency) == {f'{OCTOBER}.res': spoil.spoil(kind, RECORDS, 'crlf')}
    assert agency.books(debit_date='2026-10-27')['totals']['collected']['amount'] == 5000
    agency.redeliver(OCTOBER)
    assert results(agency) == {f'{OCTOBER}.res': GOOD}
    agency.advance(date(2026, 12, 10))
    november = results(agency)[f'{NOVEMBER}.res']
    assert zengin91.read(november, zengin91.RESULT).problems == []


def test_a_duplicate_is_the_same_bytes_under_the_next_part(agency):
    agency.faults.add(kind=faults.DUPLICATE)
    agency.advance(date(2026, 11, 2))
    assert results(agency) == {f'{OCTOBER}.res': GOOD, f'{CODE}_20261027_02.res': GOOD}


def test_yesterdays_file_comes_again_with_the_next(agency):
    agency.faults.add(kind=faults.YESTERDAY, stem=NOVEMBER)
    agency.advance(date(2026, 12, 10))
    found = results(agency)
    assert list(found) == [f'{OCTOBER}.res', f'{NOVEMBER}.res', f'{CODE}_20261127_02.res']
    digests = [hashlib.sha256(data).hexdigest() for data in found.values()]
    assert digests[0] == digests[2] != digests[1]


def test_yesterdays_file_is_not_todays_other_part(agency):
    agency.configure({'one_file_per_date': False})
    name = f'{CODE}_20261027_02.dat'
    (agency.home(CODE) / 'upload' / name).write_bytes(handmade.request('1027', {9: 1}))
    agency.pick_up()
    agency.faults.add(kind=faults.YESTERDAY, stem=name[:-4])
    agency.advance(date(2026, 11, 2))
    assert list(results(agency)) == [f'{OCTOBER}.res', f'{CODE}_20261027_02.res']


def test_a_late_result_comes_late_and_a_withheld_one_on_demand(agency):
    agency.faults.add(kind=faults.LATE, days=2)
    agency.faults.add(kind=faults.WITHHELD, stem=NOVEMBER)
    agency.advance(date(2026, 11, 4))
    assert results(agency) == {}
    agency.advance(date(2026, 11, 5))
    assert list(results(agency)) == [f'{OCTOBER}.res']
    agency.advance(date(2027, 2, 1))
    assert list(results(agency)) == [f'{OCTOBER}.res']
    agency.redeliver(NOVEMBER)
    assert list(results(agency)) == [f'{OCTOBER}.res', f'{NOVEMBER}.res']


def test_nothing_is_redelivered_before_its_debit_date(agency):
    with pytest.raises(SettingError, match='nothing to deliver'):
        agency.redeliver(OCTOBER)


@pytest.mark.parametrize('values', [
    {'kind': 'fire'}, {'kind': 'slow'}, {'kind': 'late'}, {'kind': 'empty', 'stem': 'x'},
    {'kind': 'cut_upload', 'after': -1}])
def test_wrong_faults_are_refused(agency, values):
    with pytest.raises(SettingError):
        agency.faults.add(**values)

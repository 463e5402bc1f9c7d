"""The connector's SFTP transport against the agency's real server, faults included."""
import sys
from datetime import date

import pytest

from tests import namespaces
from tests.simulators import handmade
from tests.simulators.client import Simulator

if 'odoo' not in sys.modules:
    namespaces.install()

from odoo.addons.smart_billing_payment_nttf.transport import sftp  # noqa: E402

CONSIGNOR = '1234567890'
NAME = f'{CONSIGNOR}_20261027_01.dat'
CONTENT = handmade.request('1027', {number: 1000 + number for number in range(1, 2001)})


@pytest.fixture(scope='module')
def server(tmp_path_factory):
    with Simulator(tmp_path_factory.mktemp('agency'), today='2026-10-01',
                   consignors=[{'code': CONSIGNOR, 'name': 'ｻﾝﾌﾟﾙｻ-ﾋﾞｽ(ｶ'}]) as simulator:
        yield simulator


@pytest.fixture
def agency(server):
    """The server with empty folders and no fault waiting."""
    server.clear_faults()
    server.configure(one_file_per_date=False)
    for folder in ('upload', 'result', 'reject'):
        for path in server.folder(folder).iterdir():
            path.unlink()
    yield server
    server.restore_host_key()


def endpoint(agency, **values):
    return sftp.Endpoint(**{'host': agency.host, 'port': agency.port, 'user': agency.username,
                            'host_key': agency.host_key, 'password': agency.password,
                            'timeout': 5, **values})


def upload(name=NAME, content=CONTENT):
    return sftp.Upload('/upload', name, f'{name}.tmp', content, archive='/archive')


def request_of(part, count=3):
    """A file of its own for each test: the agency takes a customer once a debit day."""
    customers = {part * 10000 + number: 1000 for number in range(1, count + 1)}
    return upload(f'{CONSIGNOR}_20261027_{part:02}.dat', handmade.request('1027', customers))


def send(agency, job, **values):
    with sftp.Session(endpoint(agency, **values)) as session:
        return session.hand_over(job)


def archived(agency, job):
    path = agency.folder('archive') / job.name
    return path.read_bytes() if path.exists() else None


def test_a_file_arrives_once_however_often_it_is_sent(agency):
    job = request_of(1, count=2000)
    assert send(agency, job) is True
    assert send(agency, job) is False
    assert archived(agency, job) == job.content
    assert list(agency.folder('upload').iterdir()) == []


def test_login_with_a_private_key_and_a_pinned_fingerprint(agency):
    job = request_of(2)
    assert send(agency, job, password='', private_key=agency.private_key,
                host_key=agency.fingerprint)
    assert archived(agency, job) == job.content


def test_other_bytes_under_a_taken_name_are_refused_and_nothing_is_overwritten(agency):
    job = request_of(3)
    send(agency, job)
    other = upload(job.name, handmade.request('1027', {39999: 5}))
    with pytest.raises(sftp.Refused) as caught:
        send(agency, other)
    assert caught.value.code == 'name_taken'
    assert archived(agency, job) == job.content


def test_a_cut_upload_is_resumed_behind_what_is_there(agency):
    job = request_of(4, count=2000)
    agency.fault('cut_upload', after=100_000)
    with pytest.raises(sftp.Refused) as caught:
        send(agency, job)
    assert caught.value.code == 'cut_in_upload'
    partial = agency.folder('upload') / job.temporary
    assert 0 < partial.stat().st_size < len(job.content)
    assert send(agency, job) is True
    assert archived(agency, job) == job.content


def test_a_temporary_file_of_other_bytes_is_written_anew(agency):
    job = request_of(5)
    (agency.folder('upload') / job.temporary).write_bytes(b'x' * 50)
    send(agency, job)
    assert archived(agency, job) == job.content


def test_a_cut_before_the_rename_is_unknown_and_found_absent(agency):
    job = request_of(6)
    agency.fault('cut_before_rename')
    with pytest.raises(sftp.Unknown):
        send(agency, job)
    assert archived(agency, job) is None
    assert send(agency, job) is True


def test_a_cut_after_the_rename_is_unknown_and_found_present(agency):
    job = request_of(7)
    agency.fault('cut_after_rename')
    with pytest.raises(sftp.Unknown):
        send(agency, job)
    assert archived(agency, job) == job.content
    assert send(agency, job) is False


def test_a_changed_host_key_sends_nothing_and_no_password(agency):
    job = request_of(8)
    pinned = endpoint(agency)
    agency.change_host_key()
    with pytest.raises(sftp.Refused) as caught, sftp.Session(pinned) as session:
        session.hand_over(job)
    assert caught.value.code == 'host_key_changed'
    assert caught.value.context['found'] == agency.fingerprint
    assert list(agency.folder('upload').iterdir()) == []
    assert archived(agency, job) is None


def test_without_a_pinned_host_key_nothing_is_sent(agency):
    with pytest.raises(sftp.Refused) as caught:
        send(agency, request_of(9), host_key=' ')
    assert caught.value.code == 'host_key_missing'


def test_a_refused_login_a_full_disk_and_a_dropped_connection_are_certain(agency):
    job = request_of(10)
    for fault, code in (('refuse_login', 'login_refused'), ('disk_full', 'write_refused'),
                        ('drop_connection', 'connection_lost')):
        agency.fault(fault)
        with pytest.raises(sftp.Refused) as caught:
            send(agency, job)
        assert caught.value.code == code
    assert archived(agency, job) is None
    assert send(agency, job) is True


def test_a_closed_port_is_unreachable(agency):
    with pytest.raises(sftp.Refused) as caught:
        send(agency, request_of(11), port=1)
    assert caught.value.code == 'unreachable'
    assert agency.password not in repr(endpoint(agency))
    assert agency.password not in str(caught.value)


def test_an_unreadable_private_key_says_so(agency):
    with pytest.raises(sftp.Refused) as caught:
        send(agency, request_of(12), private_key='no key at all')
    assert caught.value.code == 'private_key_unreadable'


def test_a_slow_answer_ends_at_the_time_limit(agency):
    agency.fault('slow', seconds=3)
    with pytest.raises(sftp.Refused) as caught:
        send(agency, request_of(13), timeout=1)
    assert caught.value.code == 'connection_lost'


def test_a_folder_is_listed_once_a_session(agency):
    with sftp.Session(endpoint(agency)) as session:
        before = session.listing('/result')
        (agency.folder('result') / 'later.res').write_bytes(b'x')
        assert session.listing('/result') is before
    with sftp.Session(endpoint(agency)) as session:
        assert list(session.listing('/result')) == ['later.res']
        assert session.fetch('/result', 'later.res') == b'x'
        with pytest.raises(sftp.Refused) as caught:
            session.listing('/nowhere')
        assert caught.value.code == 'folder_refused'
        with pytest.raises(sftp.Refused) as caught:
            session.fetch('/result', 'nothing.res')
        assert caught.value.code == 'read_refused'


def test_half_a_download_is_no_download(agency):
    (agency.folder('result') / 'big.res').write_bytes(b'x' * 200_000)
    agency.fault('cut_download', after=100_000)
    with pytest.raises(sftp.Refused) as caught, sftp.Session(endpoint(agency)) as session:
        session.fetch('/result', 'big.res')
    assert caught.value.code == 'cut_in_download'
    with sftp.Session(endpoint(agency)) as session:
        assert len(session.fetch('/result', 'big.res')) == 200_000


def test_the_host_key_can_be_read_to_compare_it(agency):
    key, shown = sftp.read_host_key(agency.host, agency.port)
    assert key.split()[:2] == agency.host_key.split()[:2]
    assert shown == agency.fingerprint


def test_the_result_comes_back_byte_for_byte(agency):
    job = request_of(14)
    agency.configure(one_file_per_date=False)
    send(agency, job)
    agency.advance(date(2026, 11, 2))
    name = job.name.replace('.dat', '.res')
    with sftp.Session(endpoint(agency)) as session:
        assert name in session.listing('/result')
        assert session.fetch('/result', name) == (agency.folder('result') / name).read_bytes()

"""The agency as a process: SSH, folders, hand-over, resuming, faults on the line."""
import base64
import hashlib
import io
import subprocess
import sys
import time
from contextlib import contextmanager

import paramiko
import pytest

from tests.simulators import handmade, zengin91
from tests.simulators.client import Simulator, SimulatorError

CODE = '1234567890'
CONSIGNOR = {'code': CODE, 'name': 'ｻﾝﾌﾟﾙｻ-ﾋﾞｽ(ｶ'}
STEM = f'{CODE}_20261027_01'
PART, FINAL = f'/upload/{STEM}.part', f'/upload/{STEM}.dat'
DATA = handmade.request('1027', {number: 1000 + number for number in range(1, 301)})
LOST = (OSError, EOFError, paramiko.SSHException)


@pytest.fixture
def agency(tmp_path):
    with Simulator(tmp_path, today='2026-10-01', consignors=[CONSIGNOR]) as simulator:
        yield simulator


@contextmanager
def session(agency, password='', key=None, consignor=CODE, host_key=''):
    """An SFTP session whose host key is checked, as a careful client does."""
    login = agency.login(consignor)
    transport = paramiko.Transport((agency.host, agency.port))
    try:
        blob = base64.b64decode((host_key or agency.host_key).split()[1])
        transport.connect(paramiko.Ed25519Key(data=blob), login['username'],
                          None if key else password or login['password'], key)
        yield paramiko.SFTPClient.from_transport(transport)
    finally:
        transport.close()


def send(agency, data=DATA):
    with session(agency) as sftp:
        sftp.putfo(io.BytesIO(data), PART)
        sftp.rename(PART, FINAL)


# ---------------------------------------------------------------- hand-over
def test_a_month_over_the_wire(agency):
    send(agency)
    agency.script({7: '1', 300: '3'})
    agency.advance('2026-11-02')
    with session(agency) as sftp:
        assert sftp.listdir('/') == ['archive', 'reject', 'result', 'upload']
        assert sftp.listdir('/upload') == sftp.listdir('/reject') == []
        with sftp.open(f'/archive/{STEM}.dat') as stream:
            assert stream.read() == DATA
        attributes, = sftp.listdir_attr('/result')
        with sftp.open(f'/result/{attributes.filename}') as stream:
            data = stream.read()
    assert (attributes.filename, attributes.st_size) == (f'{STEM}.res', len(data))
    file = zengin91.read(data, zengin91.RESULT, 'crlf')
    assert file.problems == []
    assert {int(x.customer): x.code for x in file.lines if x.code != '0'} == {7: '1', 300: '3'}
    totals = agency.books()['totals']
    assert totals['collected']['amount'] + totals['failed']['amount'] == 345150


def test_a_refused_file_leaves_a_report(agency):
    send(agency, DATA.replace(b'\xd4\xcf\xc0\xde', b'\xd4\xb0\xc0\xde', 1))
    with session(agency) as sftp:
        assert sftp.listdir('/reject') == [f'{STEM}.dat', f'{STEM}.err']
        with sftp.open(f'/reject/{STEM}.err') as stream:
            assert 'record 2 position 52: 預金者名: byte 0xB0' in stream.read().decode()
        assert sftp.listdir('/archive') == []


def test_nothing_is_taken_up_under_a_temporary_name(agency):
    with session(agency) as sftp:
        sftp.putfo(io.BytesIO(DATA), PART)
        assert sftp.stat(PART).st_size == len(DATA)
    agency.pick_up()
    assert agency.books()['files'] == []


def test_with_pickup_by_command_the_file_waits(agency):
    agency.configure(pickup='command')
    send(agency)
    with session(agency) as sftp:
        assert sftp.listdir('/upload') == [f'{STEM}.dat']
        for refused in (lambda: sftp.remove(FINAL), lambda: sftp.open(FINAL, 'r+'),
                        lambda: sftp.rename(FINAL, PART)):
            with pytest.raises(PermissionError):
                refused()
    assert agency.pick_up() == [{'event': 'accepted', 'stem': STEM, 'count': 300}]


def test_a_name_is_handed_over_once(agency):
    send(agency)
    with pytest.raises(OSError, match='Failure'):
        send(agency)
    assert agency.books()['totals']['requested']['count'] == 300


@pytest.mark.parametrize('action', [
    lambda sftp: sftp.open(FINAL, 'w'),
    lambda sftp: sftp.open('/result/x.tmp', 'w'),
    lambda sftp: sftp.open(f'/archive/{STEM}.dat', 'r+'),
    lambda sftp: sftp.remove(f'/archive/{STEM}.dat'),
    lambda sftp: sftp.remove(f'/result/{STEM}.res'),
    lambda sftp: sftp.rename(f'/result/{STEM}.res', '/upload/x.dat'),
    lambda sftp: sftp.mkdir('/upload/new'),
    lambda sftp: sftp.rmdir('/upload'),
    lambda sftp: sftp.symlink('/etc', '/upload/x.tmp'),
    lambda sftp: sftp.open('/../agency.json'),
    lambda sftp: sftp.open('/upload/../../../agency.json'),
    lambda sftp: sftp.listdir('/..%2f'),
    lambda sftp: sftp.stat('/upload/.hidden')])
def test_what_a_client_may_not_do(shared, action):
    (shared.folder('upload') / '.hidden').touch()
    with session(shared) as sftp:
        with pytest.raises(OSError):
            action(sftp)


@pytest.fixture(scope='module')
def shared(tmp_path_factory):
    """One process with a file in /archive and in /result, for tests that change nothing."""
    folder = tmp_path_factory.mktemp('shared')
    with Simulator(folder, today='2026-10-01', consignors=[CONSIGNOR]) as simulator:
        send(simulator)
        simulator.advance('2026-11-02')
        yield simulator


def test_result_files_may_be_deleted_where_agreed(agency):
    send(agency)
    agency.advance('2026-11-02')
    agency.configure(client_may_delete=True)
    with session(agency) as sftp:
        sftp.remove(f'/result/{STEM}.res')
        assert sftp.listdir('/result') == []


# ---------------------------------------------------------------- who is there
def test_login_by_password_or_key_and_not_otherwise(shared):
    key = paramiko.Ed25519Key.from_private_key(io.StringIO(shared.private_key))
    with session(shared, key=key) as sftp:
        assert sftp.listdir('/result') == [f'{STEM}.res']
    with pytest.raises(paramiko.AuthenticationException):
        with session(shared, password='wrong'):
            pass
    with pytest.raises(paramiko.AuthenticationException):
        with session(shared, key=paramiko.ECDSAKey.generate()):
            pass


def test_a_key_of_the_client_can_be_registered(agency):
    key = paramiko.ECDSAKey.generate()
    line = f'{key.get_name()} {key.get_base64()} someone@somewhere'
    agency.register('0000000002', 'ﾍﾞﾂﾉｶｲｼﾔ', authorized_keys=[line])
    with session(agency, key=key, consignor='0000000002') as sftp:
        assert sftp.listdir('/upload') == []


def test_consignors_do_not_see_each_other(agency):
    send(agency)
    agency.register('0000000002', 'ﾍﾞﾂﾉｶｲｼﾔ')
    with session(agency, consignor='0000000002') as sftp:
        assert sftp.listdir('/archive') == []
        sftp.putfo(io.BytesIO(DATA), PART)
        sftp.rename(PART, FINAL)            # another's code in name and header
        assert sftp.listdir('/reject') == [f'{STEM}.dat', f'{STEM}.err']


def test_the_host_key_stays_until_it_is_changed(agency):
    first = agency.host_key
    agency.stop()
    agency.start()
    assert agency.host_key == first
    assert agency.change_host_key() != first
    with pytest.raises(paramiko.SSHException, match='Bad host key'):
        with session(agency, host_key=first):
            pass
    assert agency.restore_host_key() == first
    with session(agency, host_key=first) as sftp:
        assert sftp.listdir('/result') == []


def test_the_fingerprint_is_that_of_openssh(agency):
    blob = base64.b64decode(agency.host_key.split()[1])
    digest = base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip('=')
    assert agency.fingerprint == f'SHA256:{digest}'


# ---------------------------------------------------------------- faults on the line
@pytest.mark.parametrize('after', [0, 1, 121, 32768, 32769, len(DATA) - 1])
@pytest.mark.parametrize('mode', ['ab', 'r+b'])
def test_a_cut_upload_is_resumed(agency, after, mode):
    agency.fault('cut_upload', after=after)
    with pytest.raises(LOST):
        send(agency)
    with session(agency) as sftp:
        arrived = sftp.stat(PART).st_size
        assert arrived == after
        with sftp.open(PART, mode) as stream:
            if mode == 'r+b':
                stream.seek(arrived)
            stream.write(DATA[arrived:])
        sftp.rename(PART, FINAL)
    file, = agency.books()['files']
    assert file['sha256'] == hashlib.sha256(DATA).hexdigest()


def test_a_cut_download_loses_nothing_on_the_server(agency):
    send(agency)
    agency.advance('2026-11-02')
    agency.fault('cut_download', after=5000)
    with pytest.raises(LOST):
        with session(agency) as sftp:
            sftp.open(f'/result/{STEM}.res').read()
    with session(agency) as sftp:
        data = sftp.open(f'/result/{STEM}.res').read()
    assert zengin91.read(data, zengin91.RESULT).problems == []


def test_a_cut_before_the_rename_leaves_the_temporary_file(agency):
    agency.fault('cut_before_rename')
    with pytest.raises(LOST):
        send(agency)
    with session(agency) as sftp:
        assert sftp.listdir('/upload') == [f'{STEM}.part']
        sftp.rename(PART, FINAL)
    assert agency.books()['totals']['requested']['count'] == 300


def test_a_cut_after_the_rename_has_handed_over(agency):
    agency.fault('cut_after_rename')
    with pytest.raises(LOST):
        send(agency)
    with session(agency) as sftp:
        assert sftp.listdir('/archive') == [f'{STEM}.dat']


def test_login_connection_and_disk_fail_as_ordered(agency):
    agency.fault('refuse_login', times=2)
    for _ in range(2):
        with pytest.raises(paramiko.AuthenticationException):
            send(agency)
    agency.fault('drop_connection')
    with pytest.raises(LOST):
        send(agency)
    agency.fault('disk_full')
    with pytest.raises(OSError, match='Failure|size mismatch'):
        send(agency)
    assert agency.status()['faults'] == []
    send(agency)


def test_a_fault_without_end_lasts_until_cleared(agency):
    agency.fault('drop_connection', times=0)
    for _ in range(3):
        with pytest.raises(LOST):
            send(agency)
    assert agency.clear_faults() == 1
    send(agency)


def test_a_slow_answer(agency):
    agency.fault('slow', seconds=0.4)
    begin = time.monotonic()
    with session(agency) as sftp:
        sftp.listdir('/result')
    assert time.monotonic() - begin >= 0.4


def test_a_killed_server_goes_on_where_it_stopped(agency):
    port = agency.port
    send(agency)
    agency.set_mix({'1': 1})
    with session(agency) as sftp:
        sftp.putfo(io.BytesIO(b'half'), '/upload/other.tmp')
    agency.kill()
    with pytest.raises(LOST):
        paramiko.Transport((agency.host, port))
    agency.start()
    assert agency.port == port
    with session(agency) as sftp:
        assert sftp.stat('/upload/other.tmp').st_size == 4
    agency.advance('2026-11-02')
    assert agency.books()['totals']['failed']['count'] == 300


# ---------------------------------------------------------------- the side door
def test_wrong_commands_are_answered_not_obeyed(agency):
    for name, arguments in (('nonsense', {}), ('_command', {'name': 'x'}), ('answer', {}),
                            ('advance', {'to': 'soon'}), ('advance', {}),
                            ('fault', {'kind': 'fire'}), ('register', {'code': '1', 'name': 'x'}),
                            ('script', {'rules': [{'customer': '1', 'code': '5'}]})):
        with pytest.raises(SimulatorError, match=name):
            agency.command(name, **arguments)
    assert agency.status()['today'] == '2026-10-01'


def test_a_bad_configuration_is_said_at_the_start(tmp_path):
    with pytest.raises(SimulatorError, match='no setting'):
        Simulator(tmp_path, today='2026-10-01', settings={'nonsense': 1}).start()
    with pytest.raises(SimulatorError, match='needs a date'):
        Simulator(tmp_path / 'undated').start()


def test_nothing_of_the_addons_is_imported():
    code = ('import sys, pkgutil, importlib, tests.simulators as s\n'
            'for m in pkgutil.iter_modules(s.__path__):\n'
            '    if not m.name.startswith(("test_", "__")):\n'
            '        importlib.import_module("tests.simulators." + m.name)\n'
            'print([m for m in sys.modules if "smart_billing" in m or m.startswith("odoo")])')
    done = subprocess.run([sys.executable, '-c', code], capture_output=True, text=True,
                          check=True)
    assert done.stdout.strip() == '[]'

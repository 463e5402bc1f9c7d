"""Running Odoo: its command line and environment, and a server as a context manager."""

import contextlib
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

from . import odoo_source, paths, postgres, venv
from .steps import SetupError, show_tail

START_TIMEOUT = 120
STOP_TIMEOUT = 30


def data_dir():
    """Filestore and sessions of this clone."""
    return paths.state_dir('odoo')


def command(*arguments, source=None):
    """The command line that runs Odoo with this clone's configuration.

    The first argument may be a subcommand of Odoo (``shell``); ``server`` is the default.
    """
    source = source or odoo_source.ensure()
    subcommand = []
    if arguments and not str(arguments[0]).startswith('-'):
        subcommand, arguments = [str(arguments[0])], arguments[1:]
    config = ['-c', str(write_config())]
    return [str(venv.ensure()), str(source.script), *subcommand, *config, *map(str, arguments)]


def environment(source=None):
    """The environment for :func:`command`: Odoo's package and the database server."""
    source = source or odoo_source.ensure()
    env = postgres.environment()
    env['PYTHONPATH'] = str(source.python_path)
    env.setdefault('LANG', 'C.UTF-8')
    # The bytes of other users' configuration must not leak into this clone's runs.
    env.pop('ODOO_RC', None)
    return env


def write_config():
    """Write the clone's configuration file; with ``-c`` the user's own is not read."""
    options = {
        'addons_path': paths.ROOT, 'data_dir': data_dir(), 'http_interface': '127.0.0.1',
        'list_db': False, 'db_maxconn': 24, 'max_cron_threads': 0, 'without_demo': True,
        'limit_time_real': 3600, 'limit_time_cpu': 3600,
    }
    if not paths.present_addons():
        del options['addons_path']
    text = '[options]\n' + ''.join(f'{name} = {value}\n' for name, value in options.items())
    path = paths.state_dir() / 'odoo.conf'
    if not path.is_file() or path.read_text() != text:
        scratch = path.with_suffix(f'.{os.getpid()}')
        scratch.write_text(text)
        scratch.replace(path)
    return path


def free_port():
    """A port that is free now on the loopback interface."""
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


def is_free(port):
    """Whether a server may listen on this port of the loopback interface."""
    with socket.socket() as probe:
        # As servers do: a connection that has just ended does not hold the port.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(('127.0.0.1', port))
        except OSError:
            return False
    return True


def group_members(group):
    """The processes of a group that run; those that are dead but not collected do not count.

    A process is dead when its first thread is and no other one is left.
    """
    running = []
    for stat in Path('/proc').glob('[0-9]*/stat'):
        with contextlib.suppress(OSError):
            state, _parent, its_group = stat.read_text().rpartition(')')[2].split()[:3]
            if int(its_group) != group:
                continue
            if state not in 'ZX' or len(os.listdir(stat.parent / 'task')) > 1:
                running.append(int(stat.parent.name))
    return running


class OdooServer:
    """A real Odoo server on a database, for the life of a ``with`` block.

    ``workers`` 0 is the threaded server, more are processes; ``cron_threads`` run the scheduled
    actions. :meth:`stop` ends it politely, :meth:`kill` as a power cut would.
    """

    def __init__(self, database, port=None, workers=0, cron_threads=0, log_name=None, extra=()):
        self.database = database
        self.port = port or free_port()
        self.workers = workers
        self.cron_threads = cron_threads
        self.extra = list(extra)
        self.log = paths.state_dir('logs') / f'{log_name or "server-" + database}.log'
        self.process = None

    @property
    def url(self):
        return f'http://127.0.0.1:{self.port}'

    def _command(self):
        arguments = [
            '-d', self.database, '--no-database-list', '--http-port', self.port,
            '--workers', self.workers, '--max-cron-threads', self.cron_threads]
        if self.workers:
            arguments += ['--gevent-port', free_port()]
        return command(*arguments, *self.extra)

    def start(self, timeout=START_TIMEOUT):
        postgres.ensure()
        if not is_free(self.port):
            raise SetupError(f'Port {self.port} is in use on this machine: end what uses it, or '
                             'choose another one (--port).')
        with open(self.log, 'ab') as stream:
            self.process = subprocess.Popen(
                self._command(), env=environment(), stdin=subprocess.DEVNULL, stdout=stream,
                stderr=subprocess.STDOUT, start_new_session=True, cwd=paths.STATE)
        try:
            self._wait_until_ready(time.monotonic() + timeout)
        except BaseException:
            self.kill()
            raise
        return self

    def _wait_until_ready(self, deadline):
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                show_tail(self.log)
                raise SetupError(f'Odoo ended with exit code {self.process.returncode}')
            with contextlib.suppress(urllib.error.URLError, OSError):
                with urllib.request.urlopen(f'{self.url}/web/health', timeout=10) as answer:
                    if answer.status == 200:
                        return
            time.sleep(0.2)
        show_tail(self.log)
        raise SetupError(f'Odoo did not answer on {self.url} in time')

    def stop(self):
        """End the server politely; by force when it does not end in time."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(STOP_TIMEOUT)
            except subprocess.TimeoutExpired:
                pass
        self.kill()

    def kill(self):
        """End the server and its workers at once, as a power cut would."""
        if not self.process:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        while group_members(self.process.pid):
            time.sleep(0.05)
        self.process = None

    def wait(self):
        """Wait until the server ends by itself or by a signal."""
        return self.process.wait()

    def __enter__(self):
        return self.start()

    def __exit__(self, *exc_info):
        self.stop()

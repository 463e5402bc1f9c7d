"""The campaign's side of the workers: start the process that has Odoo loaded, give orders."""
import json
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

from tools import odoo, paths

PATIENCE = 300      # seconds that one order may take; a worker that hangs is a finding


class WorkerError(Exception):
    """A worker ended in a way that no trial asked for; the end of its log is the message."""


class Worker:
    """One order under way. `begin` lets it work, `answer` waits for its end."""

    def __init__(self, path, order):
        self._log = Path(order['log'])
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(PATIENCE)
        self._socket.connect(str(path))
        self._stream = self._socket.makefile('rw', encoding='utf-8')
        self._say(order)
        if self._stream.readline() != '"ready"\n':
            raise WorkerError(self._tail())

    def begin(self):
        self._say('go')
        return self

    def wait_until_held(self):
        """Wait until a worker that has the order to hold does so; `begin` lets it go on."""
        if self._stream.readline() != '"holding"\n':
            raise WorkerError(self._tail())

    def answer(self, may_die=False):
        """The worker's answer; None for one that was killed, where that may be."""
        line = self._stream.readline()
        self._stream.close()
        self._socket.close()
        if line:
            return json.loads(line)
        if may_die and 'Traceback' not in self._tail():
            return None
        raise WorkerError(self._tail())

    def _say(self, value):
        self._stream.write(json.dumps(value, default=str) + '\n')
        self._stream.flush()

    def _tail(self):
        if not self._log.is_file():
            return 'the worker ended before it had a log'
        return '\n'.join(self._log.read_text(encoding='utf-8', errors='replace')
                         .splitlines()[-40:])


class Crew:
    """The process that has Odoo loaded, for the life of a ``with`` block."""

    def __init__(self, database):
        self._database = database
        self._folder = tempfile.TemporaryDirectory(prefix='faults-')
        self._path = Path(self._folder.name) / 'orders'
        self._process = None

    def __enter__(self):
        log = paths.state_dir('logs') / 'faults-crew.log'
        with open(log, 'ab') as stream:
            self._process = subprocess.Popen(
                [sys.executable, '-m', 'tests.faults.worker', str(self._path),
                 str(odoo.write_config()), self._database],
                cwd=paths.ROOT, env=odoo.environment(), stdin=subprocess.PIPE,
                stdout=subprocess.PIPE, stderr=stream)
        if not self._process.stdout.readline():
            self._process.wait()
            raise WorkerError(f'Odoo did not load; see {log}')
        return self

    def __exit__(self, *_exception):
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()
        self._folder.cleanup()

    def order(self, database, log, **order):
        """A worker that has loaded its registry and waits for `begin`."""
        return Worker(self._path, {'database': database, 'log': str(log), **order})

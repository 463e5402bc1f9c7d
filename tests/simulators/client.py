"""Start, drive and stop the agency from a test or the demo. Standard library only.

    with Simulator(folder, today='2026-10-01', consignors=[{'code': ..., 'name': ...}]) as agency:
        ... upload to agency.host, agency.port as agency.username ...
        agency.advance('2026-11-02')
        agency.books()['totals']
"""
from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

_REPOSITORY = Path(__file__).resolve().parents[2]


class SimulatorError(Exception):
    """The simulator did not start, or refused a command."""


class Process:
    """A simulator process on one state folder. Ports stay the same over `stop` and `start`."""
    _module = ''

    def __init__(self, state: Path | str, config: Mapping[str, Any], python: str = sys.executable,
                 **options: str) -> None:
        self._state = Path(state).resolve()
        self._config = config
        self._options = options
        self._python = python
        self._process: subprocess.Popen[bytes] | None = None
        self._hello: dict[str, Any] = {}

    # ------------------------------------------------------------ the process
    def __enter__(self) -> Any:
        self.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start the process and wait until it listens; again on the same ports after `stop`."""
        if self._process:
            raise SimulatorError('started already')
        self._state.mkdir(parents=True, exist_ok=True)
        command = [self._python, '-m', self._module, '--state', str(self._state),
                   '--port', str(self._hello.get('port', 0)),
                   '--control-port', str(self._hello.get('control_port', 0))]
        if not self._hello:     # later starts keep what commands have changed meanwhile
            config = self._state / 'config.json'
            config.write_text(json.dumps(self._config, ensure_ascii=False), encoding='utf-8')
            command += ['--config', str(config)]
        for name, value in self._options.items():
            command += [f'--{name}', value]
        with open(self._state / 'simulator.log', 'ab') as log:
            self._process = subprocess.Popen(command, cwd=_REPOSITORY, stdout=subprocess.PIPE,
                                             stderr=log, start_new_session=True)
        line = self._process.stdout.readline()
        if not line:
            self.kill()
            raise SimulatorError((self._state / 'simulator.log').read_text(encoding='utf-8'))
        self._hello = json.loads(line)

    def stop(self) -> None:
        """Ask it to end, as an operator would."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End it as a power failure would."""
        self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.send_signal(how)
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()

    # ------------------------------------------------------------ how to reach it
    @property
    def host(self) -> str:
        return self._hello['host']

    @property
    def port(self) -> int:
        return self._hello['port']

    @property
    def control_port(self) -> int:
        return self._hello['control_port']

    @property
    def pid(self) -> int:
        return self._hello['pid']

    # ------------------------------------------------------------ commands
    def command(self, name: str, /, **arguments: Any) -> Any:
        """Any command of the control port by its name."""
        line = json.dumps({'command': name, **arguments}, default=str, ensure_ascii=False)
        with socket.create_connection((self.host, self.control_port)) as connection:
            connection.sendall(line.encode() + b'\n')
            with connection.makefile('rb') as stream:
                answer = json.loads(stream.readline() or b'{"ok": false, "error": "no answer"}')
        if not answer['ok']:
            raise SimulatorError(f'{name}: {answer["error"]}')
        return answer['result']


class Simulator(Process):
    """One agency process."""
    _module = 'tests.simulators'

    def __init__(self, state: Path | str, today: date | str | None = None,
                 consignors: Iterable[Mapping[str, Any]] = (),
                 settings: Mapping[str, Any] | None = None,
                 python: str = sys.executable) -> None:
        config = {'consignors': list(consignors), 'settings': dict(settings or {})}
        super().__init__(state, config, python, **({'today': str(today)} if today else {}))

    # ------------------------------------------------------------ how to reach it
    @property
    def host_key(self) -> str:
        """Public host key, "ssh-ed25519 AAAA…", as it was at the start or after a change."""
        return self._hello['host_key']

    @property
    def fingerprint(self) -> str:
        """SHA256:… of the host key, as OpenSSH prints it."""
        return self._hello['fingerprint']

    def login(self, consignor: str = '') -> dict[str, str]:
        """username, password, private_key_file of this consignor, or of the only one."""
        fitting = [known for known in self._hello['logins']
                   if consignor in ('', known['consignor'])]
        if len(fitting) != 1:
            raise SimulatorError(f'{len(fitting)} logins for consignor {consignor!r}')
        return fitting[0]

    @property
    def username(self) -> str:
        return self.login()['username']

    @property
    def password(self) -> str:
        return self.login()['password']

    @property
    def private_key(self) -> str:
        """OpenSSH private key of the only consignor, as text."""
        return Path(self.login()['private_key_file']).read_text(encoding='ascii')

    def folder(self, name: str, consignor: str = '') -> Path:
        """A consignor's folder (upload, result, reject, archive) on disk, to look inside."""
        return self._state / 'consignors' / self.login(consignor)['consignor'] / name

    # ------------------------------------------------------------ commands
    def status(self) -> dict[str, Any]:
        return self.command('status')

    def advance(self, to: date | str) -> list[dict[str, Any]]:
        """Live until this day; debits, answers and payouts that happened, in order."""
        return self.command('advance', to=str(to))

    def configure(self, **settings: Any) -> dict[str, Any]:
        return self.command('configure', settings=settings)

    def set_mix(self, mix: Mapping[str, int], seed: int | None = None) -> dict[str, Any]:
        """Weights of the result codes for what is not scripted, e.g. {'0': 95, '1': 5}."""
        return self.command('set_mix', mix=mix, seed=seed)

    def script(self, customers: Mapping[str | int, str] | None = None,
               accounts: Mapping[str, str] | None = None,
               debit_date: date | str = '') -> int:
        """Result codes told in advance, by customer number or by account number."""
        when = {'debit_date': str(debit_date)} if debit_date else {}
        rules = [{'customer': str(key), 'code': code, **when}
                 for key, code in (customers or {}).items()]
        rules += [{'account': key, 'code': code, **when}
                  for key, code in (accounts or {}).items()]
        return self.command('script', rules=rules)

    def register(self, code: str, name: str, **values: Any) -> None:
        """One more consignor, with a login of its own."""
        self._hello['logins'] = self.command('register', code=code, name=name, **values)

    def register_mandates(self, consignor: str, rows: Iterable[Mapping[str, str]]) -> int:
        """customer, bank, branch, type, number of each 口座振替依頼書 that was filed."""
        return self.command('register_mandates', consignor=consignor, rows=list(rows))

    def fault(self, kind: str, **values: Any) -> list[dict[str, Any]]:
        """Order a fault: see the README for the kinds."""
        return self.command('fault', kind=kind, **values)

    def clear_faults(self) -> int:
        return self.command('clear_faults')

    def change_host_key(self) -> str:
        self._hello.update(self.command('change_host_key'))
        return self.host_key

    def restore_host_key(self) -> str:
        self._hello.update(self.command('restore_host_key'))
        return self.host_key

    def pick_up(self) -> list[dict[str, Any]]:
        return self.command('pick_up')

    def redeliver(self, stem: str) -> list[str]:
        """Have the right result file delivered after a damaged, late or withheld one."""
        return self.command('redeliver', stem=stem)

    def books(self, consignor: str = '', debit_date: date | str = '') -> dict[str, Any]:
        """What the agency was asked, collected, failed to collect and paid out."""
        return self.command('books', consignor=consignor, debit_date=str(debit_date))

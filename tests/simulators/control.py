"""The driver's side door: one JSON object a line in, one a line out, on 127.0.0.1.

    {"command": "advance", "to": "2026-11-05"}
    {"ok": true, "result": [...]}    or    {"ok": false, "error": "..."}
"""
from __future__ import annotations

import json
import logging
import socketserver
import threading
from collections.abc import Callable
from datetime import date
from typing import Any

from .acceptance import Consignor
from .agency import Agency
from .logins import HostKey, Logins
from .settings import SettingError

_log = logging.getLogger(__name__)


class Commands:
    """A desk: each public method is a command; its keyword arguments are the command's."""

    def answer(self, line: bytes) -> dict[str, Any]:
        try:
            message = json.loads(line)
            command = self._command(message.pop('command'))
            return {'ok': True, 'result': command(**message)}
        except (SettingError, ValueError, TypeError, KeyError, AttributeError) as error:
            return {'ok': False, 'error': f'{type(error).__name__}: {error}'}
        except Exception as error:      # the driver must hear of it; the server goes on
            _log.exception('command failed')
            return {'ok': False, 'error': f'internal, {type(error).__name__}: {error}'}

    def _command(self, name: str) -> Callable[..., Any]:
        if name.startswith('_') or name == 'answer' or not hasattr(self, name):
            raise SettingError(f'no command {name!r}')
        return getattr(self, name)


class Desk(Commands):
    """The agency's."""

    def __init__(self, agency: Agency, logins: Logins, host_key: HostKey) -> None:
        self._agency = agency
        self._logins = logins
        self._host_key = host_key
        self.books = agency.books
        self.set_mix = agency.set_mix
        self.clear_scripts = agency.clear_scripts
        self.register_mandates = agency.register_mandates
        self.pick_up = agency.pick_up
        self.redeliver = agency.redeliver

    def status(self) -> dict[str, Any]:
        return {**self._agency.status(), **self._host_key.as_json(),
                'logins': self._logins.as_json()}

    def advance(self, to: str) -> list[dict[str, Any]]:
        return self._agency.advance(date.fromisoformat(to))

    def configure(self, settings: dict[str, Any]) -> dict[str, Any]:
        return self._agency.configure(settings)

    def register(self, code: str, name: str, account: list[str] | None = None,
                 **login: Any) -> list[dict[str, str]]:
        """A consignor with its login (`username`, `password`, `authorized_keys`)."""
        self._agency.register(Consignor(code, name, tuple(account) if account else None))
        self._logins.add(code, **login)
        return self._logins.as_json()

    def script(self, rules: list[dict[str, str]]) -> int:
        return self._agency.script(rules)

    def fault(self, **values: Any) -> list[dict[str, Any]]:
        self._agency.faults.add(**values)
        return self._agency.faults.as_json()

    def clear_faults(self) -> int:
        return self._agency.faults.clear()

    def change_host_key(self) -> dict[str, str]:
        self._host_key.change()
        return self._host_key.as_json()

    def restore_host_key(self) -> dict[str, str]:
        self._host_key.restore()
        return self._host_key.as_json()


class _Lines(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        for line in self.rfile:
            answer = self.server.desk.answer(line)
            self.wfile.write(json.dumps(answer, ensure_ascii=False).encode() + b'\n')


class Control(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, desk: Commands, port: int) -> None:
        super().__init__(('127.0.0.1', port), _Lines)
        self.desk = desk
        self.port = self.server_address[1]

    def start(self) -> None:
        threading.Thread(target=self.serve_forever, daemon=True).start()

"""python -m tests.simulators --state DIR: the agency as a process.

Prints one line of JSON (ports, host key, logins) when it is ready, and runs until SIGTERM.
Started again on the same folder it goes on where it stopped.
"""
from __future__ import annotations

import argparse
import json
import logging
import os
import signal
import sys
from datetime import date
from pathlib import Path
from typing import Any

from .agency import Agency
from .control import Control, Desk
from .logins import HostKey, Logins
from .settings import SettingError
from .sftp_server import Server


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog='python -m tests.simulators')
    parser.add_argument('--state', type=Path, required=True, help='folder of this agency')
    parser.add_argument('--port', type=int, default=0, help='SFTP, 0: any')
    parser.add_argument('--control-port', type=int, default=0, help='0: any')
    parser.add_argument('--today', type=date.fromisoformat,
                        help='first day (YYYY-MM-DD) of a new state folder')
    parser.add_argument('--config', type=Path,
                        help='JSON file: {"consignors": [...], "settings": {...}}')
    return parser.parse_args()


def _set_up(desk: Desk, logins: Logins, config: dict[str, Any]) -> None:
    """Consignors and settings of the file; a login that exists keeps its password."""
    if 'settings' in config:
        desk.configure(config['settings'])
    for consignor in config.get('consignors', []):
        if not logins.has(consignor['code']):
            desk.register(**consignor)


def main() -> int:
    # Only the main thread may take the signals: blocked in all, waited for at the end.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
    options = _arguments()
    logging.basicConfig(level=logging.WARNING, format='%(asctime)s %(name)s %(message)s')
    try:
        agency = Agency(options.state, options.today)
        logins, host_key = Logins(options.state), HostKey(options.state)
        desk = Desk(agency, logins, host_key)
        _set_up(desk, logins, json.loads(options.config.read_bytes()) if options.config else {})
    except (SettingError, ValueError, TypeError, OSError) as error:
        print(f'{type(error).__name__}: {error}', file=sys.stderr)
        return 2
    agency.take_up_left_over()
    server = Server(agency, logins, host_key, options.port)
    control = Control(desk, options.control_port)
    server.start()
    control.start()
    print(json.dumps({'pid': os.getpid(), 'host': '127.0.0.1', 'port': server.port,
                      'control_port': control.port, **host_key.as_json(),
                      'logins': logins.as_json()}), flush=True)
    signal.sigwait({signal.SIGTERM, signal.SIGINT})
    server.close()
    control.server_close()
    with agency.lock:       # let a step that has begun be written down
        agency.save()
    return 0


if __name__ == '__main__':
    sys.exit(main())

"""python -m tests.simulators.gateway --state DIR: the card gateway as a process.

Prints one line of JSON (ports, certificate, shops) when it is ready, and runs until SIGTERM.
Started again on the same folder it goes on where it stopped.
"""
from __future__ import annotations

import argparse
import json
import logging
import os
import signal
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from ..control import Control
from ..settings import SettingError
from .certificate import Certificate
from .desk import Desk
from .gateway import Gateway
from .notices import Postman
from .server import Server


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog='python -m tests.simulators.gateway')
    parser.add_argument('--state', type=Path, required=True, help='folder of this gateway')
    parser.add_argument('--port', type=int, default=0, help='HTTPS, 0: any')
    parser.add_argument('--control-port', type=int, default=0, help='0: any')
    parser.add_argument('--now', type=datetime.fromisoformat,
                        help='where the clock of a new state folder begins (Japanese time)')
    parser.add_argument('--config', type=Path,
                        help='JSON file: {"shops": [...], "settings": {...}}')
    return parser.parse_args()


def _set_up(gateway: Gateway, config: dict[str, Any]) -> None:
    """Shops and settings of the file; a shop that exists keeps its secrets."""
    if 'settings' in config:
        gateway.configure(config['settings'])
    for shop in config.get('shops', []):
        if not gateway.shops.has(shop['merchant_id'], shop['service_id']):
            gateway.shops.add(**shop)


def main() -> int:
    # Only the main thread may take the signals: blocked in all, waited for at the end.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
    options = _arguments()
    logging.basicConfig(level=logging.INFO, format='%(asctime)s %(name)s %(message)s')
    try:
        gateway = Gateway(options.state, options.now)
        _set_up(gateway, json.loads(options.config.read_bytes()) if options.config else {})
        certificate = Certificate(options.state)
        server = Server(gateway, certificate, options.port)
        control = Control(Desk(gateway, server, certificate), options.control_port)
    except (SettingError, ValueError, TypeError, KeyError, OSError) as error:
        print(f'{type(error).__name__}: {error}', file=sys.stderr)
        return 2
    postman = Postman(gateway)
    server.start()
    control.start()
    postman.start()
    print(json.dumps({'pid': os.getpid(), 'host': '127.0.0.1', 'port': server.port,
                      'url': server.base, 'control_port': control.port,
                      'certificate': certificate.file, 'shops': gateway.shops.as_json()}),
          flush=True)
    signal.sigwait({signal.SIGTERM, signal.SIGINT})
    postman.close()
    server.server_close()
    control.server_close()
    gateway.books.close()       # lets a step that has begun be written down
    return 0


if __name__ == '__main__':
    sys.exit(main())

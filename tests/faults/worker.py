"""A process with Odoo loaded that forks a fresh worker for each order.

    python -m tests.faults.worker SOCKET ODOO_CONFIG DATABASE

DATABASE is only read to load the addons' code once. An order is a line of JSON on a connection to
SOCKET; its worker loads the registry of the order's own database, says "ready", waits for "go",
works, and answers a line. A worker that is killed answers nothing: the connection just ends.
"""
import json
import os
import select
import signal
import socket
import sys
import traceback
from pathlib import Path

import odoo.sql_db
from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tools import config

from . import data
from .chain import Chain, GaveUp
from .facts import STAGES
from .killer import Killer


def main(path, odoo_config, database):
    config.parse_config(['-c', odoo_config, '--no-http', '--log-level=info'], setup_logging=True)
    Registry(database)
    Registry.delete_all()
    odoo.sql_db.close_all()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen()
        print('listening', flush=True)
        while _asked(listener):
            connection, _address = listener.accept()
            if os.fork() == 0:
                listener.close()
                _serve(connection)
            connection.close()


def _asked(listener):
    """Wait for an order; false when the campaign is gone, which holds the other end of stdin."""
    readable, _writable, _broken = select.select([listener, sys.stdin], [], [])
    return sys.stdin not in readable


def _serve(connection):
    """The life of one worker."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    status = 0
    try:
        stream = connection.makefile('rw', encoding='utf-8')
        order = json.loads(stream.readline())
        _log_to(order['log'])
        answer = _perform(order, stream)
        stream.write(json.dumps(answer) + '\n')
        stream.flush()
    except BaseException:  # the forked process must end here, not in the loop above
        traceback.print_exc()
        status = 1
    finally:
        sys.stderr.flush()
        os._exit(status)


def _log_to(path):
    log = os.open(Path(path), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    os.dup2(log, 1)
    os.dup2(log, 2)


def _perform(order, stream):
    registry = Registry(order['database'])
    with registry.cursor() as cursor:
        env = api.Environment(cursor, SUPERUSER_ID, {})
        stream.write('"ready"\n')
        stream.flush()
        stream.readline()
        if order['task'] == 'prepare':
            data.prepare(env, order['accounts'], order['seed'])
            return {}
        if order.get('hold'):
            _hold_after(env, stream, *order['hold'])
        return _chain(order, env)


def _hold_after(env, stream, model, method):
    """Stop once, when a method of a model has done its work, until the next line comes."""
    owner = env.registry[model]
    work = getattr(owner, method)

    def work_and_hold(self, *arguments):
        result = work(self, *arguments)
        setattr(owner, method, work)
        stream.write('"holding"\n')
        stream.flush()
        stream.readline()
        return result

    setattr(owner, method, work_and_hold)


def _chain(order, env):
    chain = Chain(env, order['agency'], **order.get('chain', {}))
    killer = Killer(order['database'], *order.get('kill', ()),
                    label=lambda cursor: _label(chain, cursor))
    killer.arm()
    answer = {}
    try:
        chain.perform(order.get('stages', STAGES))
    except GaveUp as error:
        answer['gave_up'] = str(error)
    killer.disarm()
    return {**answer, 'failures': chain.failures, 'commits': killer.labels}


def _label(chain, cursor):
    """Where the chain stands, in words: stage, and step of the run."""
    if chain.stage not in ('start', 'bill'):
        return chain.stage
    cursor.execute('SELECT step, state FROM smart_billing_run ORDER BY id')
    return f'{chain.stage} ' + ' '.join(f'{step}/{state}' for step, state in cursor.fetchall())


if __name__ == '__main__':
    main(*sys.argv[1:])

"""A real Odoo server whose scheduler does the work, killed as a power cut would, and restarted."""
import contextlib
import time
import xmlrpc.client

import psycopg2

from tools.odoo import OdooServer

from .facts import TARGET

PATIENCE = 120
RUN = 'smart.billing.run'


class Served:
    """One database, served again and again; the first service enters the run and starts it."""

    def __init__(self, database):
        self._database = database

    def kill_after(self, seconds):
        """Let the scheduler work for a while, then end everything at once."""
        server = OdooServer(self._database, cron_threads=1)
        try:
            with server:
                self._go_on(server)
                time.sleep(seconds)
                server.kill()
        finally:
            server.kill()

    def finish(self):
        """Serve until the run is done."""
        with OdooServer(self._database, cron_threads=1) as server:
            deadline = time.monotonic() + PATIENCE
            while self._go_on(server) != 'done':
                if time.monotonic() > deadline:
                    raise TimeoutError(f'the run is not done; see {server.log}')
                time.sleep(1)

    def _go_on(self, server):
        """What an operator does: enter the run, approve it; and the scheduler's wake-up call."""
        runs = self._call(server, 'search_read', [[['date_target', '=', str(TARGET)]]],
                          {'fields': ['state']})
        if not runs:
            made = self._call(server, 'create', [{'date_target': str(TARGET)}])
            self._call(server, 'action_start', [[made]])
        elif runs[0]['state'] == 'to_approve':
            self._call(server, 'action_approve', [[runs[0]['id']]])
        # A server that has just started looks at its jobs after a minute, or when it is told to.
        with contextlib.closing(psycopg2.connect(dbname='postgres')) as connection:
            with connection, connection.cursor() as cursor:
                cursor.execute('SELECT pg_notify(%s, %s)', ('cron_trigger', self._database))
        return runs and runs[0]['state']

    def _call(self, server, method, arguments, options=None):
        proxy = xmlrpc.client.ServerProxy(f'{server.url}/xmlrpc/2/object')
        return proxy.execute_kw(
            self._database, 2, 'admin', RUN, method, arguments, options or {})

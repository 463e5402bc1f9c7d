"""Where one trial takes place: a database of its own, an agency of its own, workers on call."""
import contextlib
import shutil

import psycopg2

from tests.simulators.client import Simulator
from tools import databases, paths

from . import fingerprint
from .facts import CONSIGNOR, TODAY, results


class TrialError(Exception):
    """Something happened that the trial did not ask for."""


class Field:
    """A copy of the base database beside an agency that has seen nothing yet."""

    def __init__(self, crew, base, name, accounts):
        self.database = f'{base}_{name}'
        self.agency = None
        self.kills = 0
        self._crew = crew
        self._base = base
        self._accounts = accounts
        self._folder = paths.state_dir('faults') / self.database
        self._log = paths.state_dir('logs') / f'{self.database}.log'

    def __enter__(self):
        shutil.rmtree(self._folder, ignore_errors=True)
        self._log.unlink(missing_ok=True)
        databases.copy(self._base, self.database)
        self.agency = Simulator(self._folder, today=TODAY, consignors=[CONSIGNOR])
        self.agency.start()
        self.agency.script(accounts=results(self._accounts))
        self._pin_agency()
        return self

    def __exit__(self, *_exception):
        self.agency.kill()
        databases.drop(self.database)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _pin_agency(self):
        with contextlib.closing(psycopg2.connect(dbname=self.database)) as connection:
            with connection, connection.cursor() as cursor:
                cursor.execute(
                    "UPDATE payment_provider SET nttf_port = %s, nttf_host_key = %s "
                    "WHERE code = 'nttf'", (self.agency.port, self.agency.host_key))

    # === WORKERS === #

    def worker(self, **order):
        """A worker with its registry loaded, not yet at work."""
        return self._crew.order(self.database, self._log, task='chain',
                                agency=self.agency.control_port, **order)

    def finish(self, **order):
        """An undisturbed worker brings the chain to its end, without one failed job."""
        return self.accept(self.worker(**order).begin().answer())

    def accept(self, answer):
        for key in ('gave_up', 'failures'):
            if answer.get(key):
                raise TrialError(f'{key}: {answer[key]}')
        return answer

    def die(self, point, number=0, **order):
        """A worker that kills itself on its way."""
        answer = self.worker(kill=(point, number), **order).begin().answer(may_die=True)
        if answer is not None:
            raise TrialError(f'the worker was not killed {point} {number}: {answer}')
        self.kills += 1

    def together(self, *orders):
        """Workers that start at the same moment; None is the answer of one that was killed."""
        workers = [self.worker(**order) for order in orders]
        for worker in workers:
            worker.begin()
        return [worker.answer(may_die='kill' in order)
                for worker, order in zip(workers, orders, strict=True)]

    # === WHAT IT LEFT === #

    def fingerprint(self):
        books = fingerprint.of_books(self.agency.books())
        taken = fingerprint.take(self.database)
        return {**taken, **books, 'double': {**taken['double'], **books['double']}}

"""From a billing date to collected money, as the scheduled jobs and two clicks bring it about.

Runs inside Odoo. Each stage looks at what is there and goes on from it, so a process that takes
over from a killed one does what it does on an untouched database.
"""
import contextlib
import json
import logging
import socket
import time

from odoo.exceptions import LockError
from odoo.service.model import retrying

from .facts import AGREED, BILLING_DAYS, CHUNK, STAGES, TARGET

_logger = logging.getLogger(__name__)

TURNS = 12
MOST_SECONDS = 2   # between two turns: another process may be at work
OPEN_RUNS = ('running', 'to_approve')


class GaveUp(Exception):
    """A stage did not come to its end in as many turns as a patient operator would wait."""


class Chain:
    """The way of one billing date.

    :param agency: port at which the agency takes commands
    :param runs: how many runs the date has
    :param own: number of the run that this process works on; None: all, as the job does
    :param split: give each run its share of the accounts instead of all of them; 'closing': those
        of one closing day
    :param turns: how often a job comes before a stage is given up
    """

    def __init__(self, env, agency, runs=1, own=None, split=False, turns=TURNS):
        self.env = env
        self.stage = ''
        self.failures = []
        self._agency = agency
        self._runs = runs
        self._own = own
        self._split = split
        self._most_turns = turns
        self._files = env['smart.billing.receipt.file']

    def perform(self, stages=STAGES):
        for self.stage in stages:
            getattr(self, self.stage)()
            self._fresh()

    # === STAGES === #

    def start(self):
        """Enter as many runs as the trial has and press their start buttons."""
        for number in range(len(self._all_runs()), self._runs):
            self._click(lambda number=number: self.env['smart.billing.run'].create({
                'date_target': TARGET, **self._share(number)}).action_start())
        for run in self._all_runs().filtered(lambda run: run.state == 'draft'):
            self._click(run.action_start)

    def bill(self):
        """Let the job work; approve what waits for it."""
        for _turn in self._turns():
            runs = self._own_runs().filtered(lambda run: run.state in OPEN_RUNS)
            if not runs:
                return
            if self._own is None:
                self._job(self.env['smart.billing.run']._cron_process)
            else:
                for run in runs.filtered(lambda run: run.state == 'running'):
                    self._job(run.with_context(lang=run.company_id._sb_lang())._process)
            for run in self._own_runs().filtered(lambda run: run.state == 'to_approve'):
                self._click(run.action_approve)
        raise GaveUp(f'runs: {self._all_runs().mapped("state")}')

    def seal(self):
        """Not part of a quiet day: an operator makes the file before it is sent."""
        for _turn in self._turns():
            with contextlib.suppress(LockError):
                self._click(self._batch().action_seal)
                return
        raise GaveUp('the batch cannot be sealed')

    def change(self):
        """Not part of a quiet day: a price is agreed for a contract of the first chunk.

        It holds since a day that the run has planned already, and changes no row that the run
        reads but by the cache of settled history.
        """
        lines = self._all_runs().line_ids.sorted('id')[:CHUNK]
        contract = lines.account_id.contract_ids.filtered(
            lambda one: one.date_start < AGREED and one.account_id.ref != 'A001')[:1]
        self._click(lambda: self.env['smart.billing.price.override'].create({
            'account_id': contract.account_id.id, 'contract_id': contract.id,
            'plan_id': contract.plan_id.id, 'charge_code': 'base', 'price': 111,
            'date_from': AGREED}))

    def verify(self):
        """Not part of a quiet day: all that was ever billed, compared with all that is due."""
        accounts = self.env['smart.billing.account'].search([])
        wrong = accounts._check_settled(TARGET)
        dry_run = self.env['smart.billing.dry.run'].create({
            'date_target': TARGET, 'account_ids': accounts.ids})
        dry_run.action_compute()
        left = dry_run.item_ids.filtered(lambda line: line.state == 'bill').mapped('name')
        if wrong or left:
            raise GaveUp(f'settled wrongly: {wrong}; still due: {left}')

    def send(self):
        """Send the batch of the first collection day; later ones gather what must wait."""
        for _turn in self._turns():
            batch = self._batch()
            if not batch or batch.state in ('sent', 'answered'):
                return
            if batch.state in ('draft', 'sealed'):
                self._click(batch.action_send)
            self._job(batch._cron_send)
        raise GaveUp(f'batch: {self._batch().state} {self._batch().problem}')

    def answer(self):
        """Time passes at the agency: it debits, and its result file is there."""
        if self._batch():
            self._ask_agency(command='advance', to=str(self._batch().date_payout))

    def fetch(self):
        for _turn in self._turns():
            if not self._batch() or self._files.search_count([]):
                return
            self._job(self._files._cron_fetch)
        raise GaveUp('no result file')

    def apply(self):
        for _turn in self._turns():
            if not self._files.search_count([('state', 'in', ('stored', 'accepted'))]):
                return
            self._job(self._files._cron_process)
        raise GaveUp(f'files: {self._files.search([]).mapped("state")}')

    # === HELPERS === #

    def _turns(self):
        """Patience that grows: a job comes again, first at once and then later and later."""
        for turn in range(self._most_turns):
            yield turn
            time.sleep(min(0.1 * turn, MOST_SECONDS))

    def _share(self, number):
        """Values of a run that say which accounts it takes; none means all."""
        if self._split == 'closing' and number < len(BILLING_DAYS):
            return {'billing_day': BILLING_DAYS[number]}
        if self._split is True:
            accounts = self.env['smart.billing.account'].search([])
            return {'account_ids': accounts[number::self._runs].ids}
        return {}

    def _all_runs(self):
        return self.env['smart.billing.run'].search([('date_target', '=', TARGET)], order='id')

    def _own_runs(self):
        runs = self._all_runs()
        return runs if self._own is None else runs[self._own:self._own + 1]

    def _batch(self):
        return self.env['smart.billing.collection.batch'].search(
            [('state', '!=', 'cancelled')], order='date_collect, id', limit=1)

    def _fresh(self):
        """A new snapshot: another process may have done something meanwhile."""
        self.env.cr.rollback()
        self.env.invalidate_all(flush=False)

    def _click(self, action):
        """A button: Odoo repeats a request that another transaction got in the way of."""
        self._fresh()
        retrying(action, self.env)
        self._fresh()

    def _job(self, job):
        """A scheduled job: what it raises is noted, and it is called again later."""
        self._fresh()
        try:
            job()
            self.env.cr.commit()
        except Exception as error:  # the scheduler survives any error of a job
            _logger.exception('job failed in stage %s', self.stage)
            self.failures.append(f'{self.stage}: {type(error).__name__}: {error}')
        self._fresh()

    def _ask_agency(self, **message):
        with socket.create_connection(('127.0.0.1', self._agency)) as connection:
            connection.sendall(json.dumps(message).encode() + b'\n')
            with connection.makefile('rb') as stream:
                answer = json.loads(stream.readline())
        if not answer['ok']:
            raise GaveUp(f'agency: {answer["error"]}')

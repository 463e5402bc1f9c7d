"""The people of the billing company and their calendar: bill, send, fetch, look after results.

Days pass here alone: the company's business date and the agency's date move together, forwards.
"""

import threading
from collections import Counter
from datetime import date
from typing import NamedTuple

from .people import month_after

RUN, BATCH, REQUEST = ('smart.billing.run', 'smart.billing.collection.batch',
                       'smart.billing.collection.request')
FILE, MANDATE = 'smart.billing.receipt.file', 'smart.billing.mandate'
# Results of comparable consumer businesses: most failures lack funds. A second debit finds more
# of the same accounts empty.
FIRST_RESULTS = {'0': 950, '1': 28, '2': 5, '3': 4, '4': 6, '8': 3, '9': 4}
SECOND_RESULTS = {'0': 70, '1': 30}
WORTH_A_SECOND_DEBIT = {'1', '9'}   # 資金不足, その他
FORM_CAME_IN_LATER = {'2', '4'}     # 取引なし, 依頼書なし
_STEPS = ('account_count', 'nothing_count', 'parked_count', 'item_count', 'invoice_count',
          'request_count')


class OfficeError(Exception):
    """Something did not go as it must; the message is what the record says."""


class Cycle(NamedTuple):
    """One month that is closed."""

    month: date
    run: int

    @property
    def label(self):
        return f'{self.month:%Y-%m}'


class Office:
    def __init__(self, client, company, agency, screen, seed=1, results=(FIRST_RESULTS,
                                                                         SECOND_RESULTS)):
        self.client, self.company, self.agency = client, company, agency
        self.today = None
        self.diary = []             # (day, what happens then), done in the order of the days
        self.second_debits = True   # whether failed debits are tried once more
        self._screen, self._seed, self._results_of = screen, seed, results

    # === TIME === #

    def turn_to(self, day):
        """Let time pass until a day, for the company and for the agency."""
        if self.today and day <= self.today:
            return
        self.agency.advance(day)
        self.client.write('res.company', self.company.id, {'sb_business_date': str(day)})
        self.today = day

    def work(self):
        """Do what each day asks for until every batch is answered and the diary is empty."""
        while True:
            due = [*self.diary, *self._due_batches()]
            if not due:
                return
            day, action = min(due, key=lambda entry: entry[0])
            if (day, action) in self.diary:
                self.diary.remove((day, action))
            self.turn_to(day)
            action()

    def _due_batches(self):
        """[(day, action)]: gathering batches go out at their cut-off, sent ones are answered."""
        batches = self.client.rows(
            BATCH, [('state', 'in', ('draft', 'sent'))],
            ['state', 'date_cutoff', 'date_result', 'request_count', 'problem_count'], order='id')
        for batch in batches:
            if batch['state'] == 'sent':
                yield (date.fromisoformat(batch['date_result']),
                       lambda batch=batch['id']: self.take_result(batch))
            elif batch['request_count'] > batch['problem_count']:
                yield (date.fromisoformat(batch['date_cutoff']),
                       lambda batch=batch['id']: self.send(batch))

    # === BILLING === #

    def bill(self, month):
        """Close a month: preview, drafts, approval, posting, requests for collection."""
        target = month_after(month)
        self.turn_to(target)
        run = self.client.create(RUN, {'date_target': str(target)})
        self.client.press(RUN, run, 'action_preview')
        self.client.press(RUN, run, 'action_start')
        self._run_job('smart_billing.cron_process_runs', 'billing run: compute, make drafts',
                      lambda: self._progress(run), lambda: self._state(RUN, run) != 'running')
        if self._state(RUN, run) == 'to_approve':
            self.client.press(RUN, run, 'action_approve')
            self._run_job('smart_billing.cron_process_runs', 'billing run: post, deliver, request',
                          lambda: self._progress(run), lambda: self._state(RUN, run) != 'running')
        values = self.client.row(RUN, run, ['name', 'state', 'step', 'amount_total', *_STEPS])
        if values['state'] != 'done':
            raise OfficeError(f"{values['name']} is {values['state']} in step {values['step']}")
        self._screen.table(
            [(values['name'], *(values[name] for name in _STEPS), round(values['amount_total']))],
            ('run', 'accounts', 'nothing due', 'parked', 'items', 'invoices', 'requests', 'yen'))
        for line in self.client.rows('smart.billing.run.account', [
                ('run_id', '=', run), ('state', '=', 'parked')], ['account_id', 'reason']):
            self._screen.line(f"  parked: {line['account_id'][1]}: {line['reason']}")
        return Cycle(month, run)

    def _progress(self, run):
        return self.client.row(RUN, run, ['progress'])['progress']

    # === COLLECTION === #

    def send(self, batch):
        """Press *Send*; the job seals the batch and hands the file over."""
        self._set_results(batch)
        self.client.press(BATCH, batch, 'action_send')
        self._run_job('smart_billing.cron_send_batches', f'{self.today}: send the batch by SFTP')
        values = self.client.row(BATCH, batch, [
            'name', 'state', 'problem', 'file_name', 'file_sha256', 'date_collect',
            'request_count', 'amount'])
        if values['state'] != 'sent':
            raise OfficeError(f"{values['name']} is {values['state']}: {values['problem']}")
        self._screen.table(
            [(values['file_name'], f"{values['file_sha256'][:12]}…", values['date_collect'],
              values['request_count'], round(values['amount']))],
            ('file', 'SHA-256', 'debit day', 'debits', 'yen'))

    def _set_results(self, batch):
        """Tell the agency how often banks refuse a first or a second debit; the seed decides."""
        first, second = self._results_of
        again = self.client.count(REQUEST, [('batch_id', '=', batch), ('attempt', '>', 1)])
        self.agency.set_mix(second if again else first, self._seed)

    def take_result(self, batch):
        """The debit day is over and the result is there: fetch it, apply it, act on it."""
        name = self.client.row(BATCH, batch, ['name'])['name']
        self._run_job('smart_billing.cron_fetch_results', f'{self.today}: fetch the result')
        self._run_job('smart_billing.cron_process_receipts', f'{self.today}: apply the result',
                      finished=lambda: not self.client.count(
                          FILE, [('state', 'in', ('stored', 'accepted'))]))
        if self._state(BATCH, batch) != 'answered':
            files = self.client.rows(FILE, [('state', '!=', 'applied')], ['name', 'problem'])
            raise OfficeError(f'no result for {name}; files that were not applied: {files}')
        self._screen.table(self._results(batch), ('code', 'result', 'debits', 'yen'))
        if self.second_debits:
            self._look_after_failures(batch)

    def _results(self, batch):
        groups = self.client.groups(
            REQUEST, [('batch_id', '=', batch), ('state', '!=', 'cancelled')],
            ['result_code', 'result_reason'], ['__count', 'amount:sum'])
        return [(group['result_code'] or '', group['result_reason'] or '', group['__count'],
                 round(group['amount:sum'])) for group in groups]

    def _look_after_failures(self, batch):
        """Forms that were missing come in; what may succeed is debited a second time."""
        failed = self.client.rows(
            REQUEST, [('batch_id', '=', batch), ('state', '=', 'failed'), ('attempt', '=', 1)],
            ['result_code', 'mandate_id'])
        renewed = [row for row in failed if row['result_code'] in FORM_CAME_IN_LATER]
        self._renew_mandates(renewed)
        again = renewed + [row for row in failed if row['result_code'] in WORTH_A_SECOND_DEBIT]
        if again:
            self.client.press(REQUEST, [row['id'] for row in again], 'action_retry')
        counts = Counter(row['result_code'] for row in again)
        self._screen.line(
            f'  {self.today}: {len(renewed)} mandates renewed, {len(again)} debits tried again'
            + (f" (codes {', '.join(sorted(counts))})" if again else ''))

    def _renew_mandates(self, requests):
        """The customer has put the form right; the bank confirms it (口座振替依頼書 再提出)."""
        mandates = [row['mandate_id'][0] for row in requests]
        suspended = self.client.call(
            MANDATE, 'search', [('id', 'in', mandates), ('state', '=', 'suspended')])
        if suspended:
            self.client.press(MANDATE, suspended, 'action_file')
            self.client.press(MANDATE, suspended, 'action_activate')

    # === HELPERS === #

    def _state(self, model, record):
        return self.client.row(model, record, ['state'])['state']

    def _run_job(self, xml_id, title, percent=None, finished=lambda: True, most_turns=60):
        """*Run manually* on a scheduled job, until it has done all that waits for it.

        A job gives other jobs a turn after some seconds and then goes on.
        """
        with self._screen.bar(title) as bar:
            for _turn in range(most_turns):
                self._watch(xml_id, bar, percent)
                if finished():
                    return
        raise OfficeError(f'{title}: not finished after {most_turns} turns')

    def _watch(self, xml_id, bar, percent):
        """One turn of a job in a connection of its own; meanwhile the bar asks how far it is."""
        problems = []
        client = self.client.another()

        def turn():
            try:
                client.run_job(xml_id)
            except Exception as error:      # raised below, in the caller's thread
                problems.append(error)
        thread = threading.Thread(target=turn)
        thread.start()
        while thread.is_alive():
            thread.join(0.4)
            if percent:
                bar(percent())
        if problems:
            raise problems[0]

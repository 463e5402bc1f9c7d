"""Does everything add up? Invoices, ledger and the agency's own books, read anew and compared.

Nothing is taken from what the steps before have printed.
"""

from collections import Counter
from typing import NamedTuple

from .office import BATCH, REQUEST

MOVE_FIELDS = ('name', 'move_type', 'state', 'amount_total', 'amount_total_signed',
               'amount_residual', 'payment_state', 'collection_state', 'collection_reason')
REQUEST_FIELDS = ('move_id', 'attempt', 'state', 'amount', 'problem', 'result_code',
                  'customer_number', 'batch_id', 'receipt_ids')
ASKED = ('sent', 'collected', 'failed', 'unknown', 'reversed')


class Check(NamedTuple):
    """Two figures that must be the same."""

    what: str
    left: int
    right: int

    @property
    def difference(self):
        return abs(self.left - self.right)


class Findings:
    """What one cycle comes to: counts, checks and what no state explains."""

    def __init__(self, cycle, contracts, kinds, moves, requests):
        self.cycle, self.contracts, self.kinds = cycle, contracts, kinds
        self.moves, self.requests = moves, requests
        self.checks = []

    @property
    def mysteries(self):
        return [move['name'] for move in self.moves if not self.kinds[move['id']]]

    @property
    def unexplained(self):
        return len(self.mysteries) + sum(check.difference for check in self.checks)

    @property
    def kind_counts(self):
        return Counter(self.kinds.values())

    @property
    def counts(self):
        asked = {row['move_id'][0] for row in self.requests if row['state'] in ASKED}
        return {
            'contracts': self.contracts, 'invoices': len(self.moves), 'sent': len(asked),
            'collected': self.kind_counts['collected'],
            'failed': self.kind_counts['failed'],
            'unexplained': self.unexplained}

    @property
    def last_line(self):
        return f'cycle {self.cycle.label}: ' + ' '.join(
            f'{name}={count}' for name, count in self.counts.items())

    def amount(self, kind):
        return yen(sum(move['amount_total'] for move in self.moves
                       if self.kinds[move['id']] == kind))


def yen(value):
    """Odoo sends money as floats; yen are whole."""
    return round(value or 0)


def kind_of(move, latest):
    """The one state that explains an invoice, or '' where none does.

    :param latest: its latest collection request, or None
    """
    if move['state'] != 'posted':
        return ''
    is_open = (yen(move['amount_residual']) == yen(move['amount_total'])
               and move['payment_state'] == 'not_paid')
    is_paid = not yen(move['amount_residual']) and move['payment_state'] in ('paid', 'in_payment')
    if latest is None:
        if move['move_type'] == 'out_refund' and is_open:
            return 'credit'
        return 'nothing due' if is_paid and not yen(move['amount_total']) else ''
    if latest['state'] == 'collected' and is_paid and move['collection_state'] == 'collected':
        return 'collected'
    if latest['state'] == 'failed' and is_open and move['collection_reason']:
        return 'failed'
    if latest['state'] == 'open' and is_open:
        return 'held back' if latest['problem'] else 'waiting'
    return ''


def examine(office, cycle, contracts_due):
    """Everything about one cycle, as it is now.

    :param contracts_due: how many contracts had something to bill
    """
    client = office.client
    moves = client.rows('account.move', [('sb_run_id', '=', cycle.run)], MOVE_FIELDS)
    requests = client.rows(
        REQUEST, [('move_id.sb_run_id', '=', cycle.run)], REQUEST_FIELDS, order='attempt')
    latest = {row['move_id'][0]: row for row in requests}
    contracts = client.groups(
        'smart.billing.item', [('run_id', '=', cycle.run)], ['contract_id'], ['__count'])
    kinds = {move['id']: kind_of(move, latest.get(move['id'])) for move in moves}
    findings = Findings(cycle, len(contracts), kinds, moves, requests)
    findings.checks = [Check('contracts billed = contracts due', len(contracts), contracts_due),
                       *_ledger_checks(office, findings), *_agency_checks(office, findings)]
    return findings


def _ledger_checks(office, findings):
    moves = [move['id'] for move in findings.moves]
    invoiced = yen(sum(move['amount_total_signed'] for move in findings.moves))
    on_invoices = [('move_id', 'in', moves),
                   ('account_id.account_type', '=', 'asset_receivable')]
    yield Check('invoices = receivable moved', invoiced, _sum(office, on_invoices, 'balance'))

    taken = [row for row in findings.requests if row['state'] == 'collected']
    receipts = office.client.rows(
        'smart.billing.receipt', [('request_id', 'in', [row['id'] for row in taken])],
        ['amount', 'move_line_id'])
    lines = [row['move_line_id'][0] for row in receipts if row['move_line_id']]
    collected = yen(sum(row['amount'] for row in taken))
    yield Check('collected invoices = receipts', findings.amount('collected'), collected)
    yield Check('collected = receivable cleared', collected,
                -_sum(office, [('id', 'in', lines)], 'balance'))
    still_open = yen(sum(move['amount_residual'] for move in findings.moves
                         if move['move_type'] == 'out_invoice'))
    waiting = findings.amount('held back') + findings.amount('waiting')
    yield Check('failed = receivable left open', findings.amount('failed'), still_open - waiting)
    yield Check('open in the invoices = open in the ledger',
                still_open - findings.amount('credit'),
                _sum(office, on_invoices, 'amount_residual'))


def _agency_checks(office, findings):
    """The agency's books against our requests, record by record."""
    ours = Counter(
        (day, row['customer_number'].zfill(20), yen(row['amount']), row['result_code'] or None)
        for row, day in _with_debit_day(office, findings.requests) if row['state'] in ASKED)
    mine = {(day, customer) for day, customer, _amount, _code in ours}
    theirs = Counter(
        (line['debit_date'], line['customer'], line['amount'], line['code'])
        for line in office.agency.books()['lines']
        if (line['debit_date'], line['customer']) in mine)
    yield Check('debits as the agency has them', sum((ours & theirs).values()), ours.total())
    yield Check("debits in the agency's books", theirs.total(), ours.total())
    yield Check("collected = agency's books",
                sum(amount for _day, _customer, amount, code in ours.elements() if code == '0'),
                sum(amount for _day, _customer, amount, code in theirs.elements() if code == '0'))


def _with_debit_day(office, requests):
    batches = {row['batch_id'][0] for row in requests}
    days = {row['id']: row['date_collect'] for row in office.client.rows(
        BATCH, [('id', 'in', list(batches))], ['date_collect'])}
    return [(row, days[row['batch_id'][0]]) for row in requests]


def whole(office, findings):
    """Checks over all cycles: the accounts hold what the invoices and the agency say."""
    totals = office.agency.books()['totals']
    asked = [row for each in findings for row in each.requests if row['state'] in ASKED]
    taken = [row for row in asked if row['state'] == 'collected']
    clearing = [('account_id', '=', office.company.clearing_account)]
    yield Check('debits asked for', len(asked), totals['requested']['count'])
    yield Check('yen asked for', yen(sum(row['amount'] for row in asked)),
                totals['requested']['amount'])
    yield Check('clearing account = agency has collected', _sum(office, clearing, 'balance'),
                totals['collected']['amount'])
    yield Check('clearing account = requests collected', _sum(office, clearing, 'balance'),
                yen(sum(row['amount'] for row in taken)))
    yield Check('suspense account', _sum(office, [
        ('account_id', '=', office.company.suspense_account)], 'balance'), 0)
    yield Check('receivable account = open invoices less credits', _sum(
        office, [('account_id.account_type', '=', 'asset_receivable')], 'balance'),
        sum(each.amount(kind) for each in findings for kind in ('failed', 'held back', 'waiting'))
        - sum(each.amount('credit') for each in findings))
    yield Check('debits = credits', _sum(office, [], 'debit'), _sum(office, [], 'credit'))


def _sum(office, domain, field):
    [row] = office.client.groups(
        'account.move.line', [('parent_state', '=', 'posted'), *domain], [], [f'{field}:sum'])
    return yen(row[f'{field}:sum'])


def trial_balance(client):
    """試算表 of everything posted: [(account, debit, credit, balance)]"""
    rows = client.groups(
        'account.move.line', [('parent_state', '=', 'posted')], ['account_id'],
        ['debit:sum', 'credit:sum', 'balance:sum'])
    return [(row['account_id'][1], yen(row['debit:sum']), yen(row['credit:sum']),
             yen(row['balance:sum'])) for row in rows]

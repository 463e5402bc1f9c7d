"""Does everything add up? Invoices, receivable, clearing account, the agency's own books."""
from . import show

MOVE_FIELDS = ['name', 'move_type', 'amount_total', 'amount_total_signed', 'amount_residual',
               'payment_state', 'collection_state', 'collection_reason']


def explain(shop, agency, run, batch):
    """:return: (counts, findings): every invoice or yen that no state explains, in words"""
    odoo = shop.odoo
    moves = odoo.read('account.move', [('sb_run_id', '=', run)], MOVE_FIELDS)
    requests = odoo.read('smart.billing.collection.request', [('batch_id', '=', batch['id'])],
                         ['state', 'amount', 'move_id', 'customer_number'])
    findings = [f"{move['name']}: {move['collection_state']}, {move['payment_state']}"
                for move in moves if not _explained(move)]
    findings += _ledger_findings(shop, moves, batch)
    findings += _agency_findings(agency, batch, requests)
    states = [request['state'] for request in requests]
    counts = {
        'contracts': odoo.call('smart.billing.contract', 'search_count',
                               [('state', 'in', ('trial', 'active', 'suspended', 'ended'))]),
        'invoices': len(moves),
        'sent': sum(state not in ('open', 'cancelled') for state in states),
        'collected': states.count('collected'),
        'failed': states.count('failed'),
        'unexplained': len(findings),
    }
    return counts, findings


def _explained(move):
    """Exactly one of: collected and paid, failed with a reason, waiting with a reason, credit."""
    paid, open_ = move['payment_state'] == 'paid', move['amount_residual'] > 0
    state, reason = move['collection_state'], move['collection_reason']
    if move['move_type'] == 'out_refund' or not move['amount_total']:
        return state is False
    return {
        'collected': paid and not open_,
        'failed': open_ and not paid and bool(reason),
        'to_send': open_ and not paid and bool(reason),
    }.get(state, False)


def _ledger_findings(shop, moves, batch):
    odoo, findings = shop.odoo, []
    invoiced = sum(move['amount_total_signed'] for move in moves)
    receivable = _balance(odoo, [
        ('move_id', 'in', [move['id'] for move in moves]),
        ('account_id.account_type', '=', 'asset_receivable')])
    if invoiced != receivable:
        findings.append(f'invoiced {invoiced:.0f}, receivable moved {receivable:.0f}')
    collected = sum(row['amount'] for row in odoo.read(
        'smart.billing.collection.request',
        [('batch_id', '=', batch['id']), ('state', '=', 'collected')], ['amount']))
    cleared = _balance(odoo, [
        ('move_id.sb_receipt_file_id.batch_id', '=', batch['id']),
        ('account_id', '=', shop.accounts['clearing'])])
    if collected != cleared:
        findings.append(f'collected {collected:.0f}, cleared {cleared:.0f}')
    failed = sum(move['amount_total'] for move in moves
                 if move['collection_state'] in ('failed', 'to_send'))
    still_open = sum(move['amount_residual'] for move in moves
                     if move['move_type'] == 'out_invoice')
    if failed != still_open:
        findings.append(f'not collected {failed:.0f}, open {still_open:.0f}')
    return findings


def _agency_findings(agency, batch, requests):
    """The agency's books of that debit day against ours, customer by customer."""
    theirs = {row['customer'].lstrip('0'): row['amount']
              for row in agency.books(debit_date=batch['date_collect'])['lines']
              if row['code'] == '0'}
    ours = {request['customer_number'].lstrip('0'): round(request['amount'])
            for request in requests if request['state'] == 'collected'}
    return [f'customer {number}: agency {theirs.get(number, 0)}, ours {ours.get(number, 0)}'
            for number in sorted(theirs.keys() | ours.keys())
            if theirs.get(number) != ours.get(number)]


def _balance(odoo, domain):
    [row] = odoo.call('account.move.line', 'formatted_read_group',
                      [('parent_state', '=', 'posted'), *domain], [], ['balance:sum'])
    return row['balance:sum'] or 0


def trial_balance(odoo):
    """The ledger itself, by account (試算表)."""
    rows = odoo.call(
        'account.move.line', 'formatted_read_group', [('parent_state', '=', 'posted')],
        ['account_id'], ['debit:sum', 'credit:sum', 'balance:sum'])
    lines = [(row['account_id'][1], row['debit:sum'], row['credit:sum'], row['balance:sum'])
             for row in rows]
    total = tuple(sum(line[index] for line in lines) for index in (1, 2, 3))
    show.heading('trial balance (試算表)')
    show.table(('account', 'debit', 'credit', 'balance'), [*lines, ('total', *total)])
    return total[2] == 0

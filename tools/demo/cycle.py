"""One closing from the run to the collected money."""
from datetime import date, timedelta

from . import show
from .books import explain


def first_of_next(month):
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1)


def perform(shop, agency, month):
    """Bill the month that `month` lies in, collect it, apply the results.

    :return: (counts of the cycle's last line, findings): what is not explained, in words
    """
    target = first_of_next(month)
    closing = target - timedelta(days=1)
    show.heading(f'cycle {month:%Y-%m}: closing {closing}')
    shop.advance(agency, target)
    run = _bill(shop, target)
    batch = _collect(shop, agency, closing)
    _apply(shop, agency, batch)
    return explain(shop, agency, run, batch)


def _bill(shop, target):
    odoo = shop.odoo
    run = odoo.create('smart.billing.run', {'date_target': str(target)})

    def watch():
        [row] = odoo.read('smart.billing.run', [('id', '=', run)], ['progress'])
        show.progress('billing run', round(row['progress']), 100)
    odoo.call('smart.billing.run', 'action_start', [run])
    odoo.job('smart_billing.cron_process_runs', watch)
    odoo.call('smart.billing.run', 'action_approve', [run])
    odoo.job('smart_billing.cron_process_runs', watch)
    [row] = odoo.read('smart.billing.run', [('id', '=', run)], [
        'state', 'step', 'account_count', 'item_count', 'invoice_count', 'request_count',
        'parked_count', 'amount_total', 'progress'])
    show.progress('billing run', round(row['progress']), 100)
    show.table(('run', 'accounts', 'items', 'invoices', 'requests', 'parked', 'yen'), [(
        row['state'], row['account_count'], row['item_count'], row['invoice_count'],
        row['request_count'], row['parked_count'], row['amount_total'])])
    if row['state'] != 'done':
        raise RuntimeError(f"the run is {row['state']} in step {row['step']}")
    return run


def _collect(shop, agency, closing):
    """Send the batch of the first debit day that is left, on the last day of its cut-off."""
    odoo = shop.odoo
    [batch] = odoo.read('smart.billing.collection.batch', [
        ('state', '=', 'draft'), ('date_collect', '>', str(closing))],
        ['name', 'date_cutoff', 'date_collect'], order='date_collect', limit=1)
    cutoff = date.fromisoformat(batch['date_cutoff'])
    shop.advance(agency, cutoff)
    odoo.call('smart.billing.collection.batch', 'action_send', [batch['id']])
    odoo.job('smart_billing.cron_send_batches')
    [sent] = odoo.read('smart.billing.collection.batch', [('id', '=', batch['id'])], [
        'name', 'state', 'problem', 'file_name', 'request_count', 'amount', 'date_collect',
        'date_cutoff', 'date_result', 'date_payout'])
    show.table(('batch', 'state', 'cut-off', 'debit', 'result', 'requests', 'yen'), [(
        sent['name'], sent['state'], sent['date_cutoff'], sent['date_collect'],
        sent['date_result'], sent['request_count'], sent['amount'])])
    if sent['state'] != 'sent':
        raise RuntimeError(f"batch {sent['name']}: {sent['problem']}")
    return sent


def _apply(shop, agency, batch):
    """The agency debits and answers; the scheduled jobs fetch and apply."""
    odoo = shop.odoo
    shop.advance(agency, date.fromisoformat(batch['date_payout']))
    odoo.job('smart_billing.cron_fetch_results')
    odoo.job('smart_billing.cron_process_receipts')
    files = odoo.read('smart.billing.receipt.file', [('batch_id', '=', batch['id'])], [
        'name', 'state', 'problem', 'receipt_count', 'collected_amount', 'exception_count'])
    show.table(('result file', 'state', 'rows', 'exceptions', 'collected yen'), [(
        file['name'], file['state'], file['receipt_count'], file['exception_count'],
        file['collected_amount']) for file in files])
    reasons = odoo.call(
        'smart.billing.collection.request', 'formatted_read_group',
        [('batch_id', '=', batch['id'])], ['state', 'result_code', 'result_reason'],
        ['__count', 'amount:sum'])
    show.table(('requests', 'code', 'reason', 'count', 'yen'), [(
        row['state'], row['result_code'] or '', row['result_reason'] or '', row['__count'],
        row['amount:sum']) for row in reasons])

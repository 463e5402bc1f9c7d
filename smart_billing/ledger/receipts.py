"""Receipts into the ledger: one entry a file and value date, reconciled in one go.

Each payable receipt makes a pair of items, Dr clearing (未収入金), Cr receivable (売掛金) of its
invoice; each receipt that cannot be given to an invoice makes Dr clearing, Cr suspense (仮受金).
The credit on the receivable is reconciled with the invoice, so that Odoo's own payment state
follows.
"""
from odoo import Command


def post_receipts(env, payable, suspense):
    """Post and reconcile collected receipts of files; sets `move_line_id` on each.

    :param payable: receipts with a request whose invoice they pay
    :param suspense: receipts whose money has no invoice
    :return: the posted entries
    """
    moves = env['account.move']
    receipts = payable | suspense
    receipts.provider_id._sb_check_accounts()
    for file in receipts.file_id:
        for date in sorted(set(receipts.filtered(lambda r, f=file: r.file_id == f).mapped('date'))):
            own = receipts.filtered(lambda r, f=file, d=date: r.file_id == f and r.date == d)
            own = own.sorted('line')    # the order in which the entry's items come back
            moves |= _post_one(env, file, date, own, own & payable)
    return moves


def _post_one(env, file, date, receipts, payable):
    provider = file.provider_id
    lines = []
    payable_ids = set(payable.ids)
    for receipt in receipts:
        lines += _lines_of(provider, receipt, receipt.id in payable_ids)
    move = env['account.move'].create({
        'move_type': 'entry',
        'journal_id': provider.sb_clearing_journal_id.id,
        'company_id': file.company_id.id,
        'date': date,
        'ref': file.name,
        'sb_receipt_file_id': file.id,
        'line_ids': [Command.create(values) for values in lines],
    })
    move._post(soft=False)
    credits = move.line_ids.sorted('sequence').filtered(lambda line: line.credit)
    for receipt, line in zip(receipts, credits, strict=True):
        receipt.move_line_id = line
    _reconcile(env, payable)
    return move


def _lines_of(provider, receipt, is_payable):
    """Two items of one receipt; `sequence` keeps the credits in the receipts' order."""
    if is_payable:
        invoice = receipt.request_id.move_id
        partner = invoice.commercial_partner_id
        account = invoice.line_ids.filtered(
            lambda line: line.display_type == 'payment_term')[:1].account_id
    else:
        partner = receipt.request_id.account_id.partner_id.commercial_partner_id
        account = provider.sb_suspense_account_id
    common = {
        'name': receipt.request_id.move_id.name or receipt.customer_number,
        'partner_id': partner.id,
        'sequence': receipt.line,
    }
    return [
        {**common, 'account_id': provider.sb_clearing_account_id.id,
         'debit': receipt.amount, 'credit': 0},
        {**common, 'account_id': account.id, 'debit': 0, 'credit': receipt.amount},
    ]


def _reconcile(env, payable):
    """Each receipt's credit with its invoice's open receivable, as one plan."""
    plan = []
    for receipt in payable:
        receivable = receipt.request_id.move_id.line_ids.filtered(
            lambda line: line.display_type == 'payment_term' and not line.reconciled)
        plan.append(receipt.move_line_id | receivable)
    if plan:
        env['account.move.line']._reconcile_plan(plan)

"""Steps 3 to 6 of a run: drafts, numbers and posting, delivery, requests for collection."""
from decimal import Decimal

from odoo import fields
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..ledger.values import InvoiceDraft, InvoiceLine
from ..ledger.writer import writer_for
from .balance import open_balances
from .offset import offset
from .taxes import TaxBook, totals


def draft_chunk(run, lines):
    """One draft for each account, with a line for each of its items."""
    drafts = drafts_of(run, lines)
    moves = writer_for(run.company_id).write_drafts(run.env, [draft for draft, _items in drafts])
    pairs = []
    for move, (_draft, items) in zip(moves, drafts, strict=True):
        move_lines = move.invoice_line_ids.sorted(lambda line: (line.sequence, line.id))
        pairs += [(item.id, move.id, line.id)
                  for item, line in zip(items, move_lines, strict=True)]
    _link(run.env, pairs)
    for line, move in zip(lines, moves, strict=True):
        line.write({'state': 'drafted', 'move_id': move.id})


def drafts_of(run, lines):
    """:return: [(InvoiceDraft, items)] in the order of `lines`; one query for all items"""
    items = run.env['smart.billing.item'].search(
        [('run_id', '=', run.id), ('account_id', 'in', lines.account_id.ids),
         ('live', '=', True)], order='id')
    by_account = items.grouped('account_id')
    book = TaxBook(run.company_id)
    owed = open_balances(run.company_id, lines.account_id.ids)
    return [
        (draft_of(run, line.account_id, by_account[line.account_id], book,
                  owed.get(line.account_id.id, Decimal(0))),
         by_account[line.account_id])
        for line in lines
    ]


def draft_of(run, account, items, book, owed):
    """An account's items as the values of one invoice, or of a credit note when negative.

    The total with tax decides: of a charge without tax and a credit with tax, the net sum may be
    above zero and the total below.

    :param Decimal owed: open from the account's earlier invoices
    """
    issue, due = account._invoice_dates(run.date_closing, run.date_invoice)
    taxes = {item: book.of_item(item, product_of(item)) for item in items}
    total = totals(
        run.company_id, [(Decimal(str(item.amount)), taxes[item]) for item in items]).total
    return InvoiceDraft(
        run=run.id,
        account=account.id,
        company=run.company_id.id,
        journal=journal_of(run.company_id).id,
        partner=account.partner_id.id,
        currency=run.currency_id.id,
        invoice_date=issue,
        due_date=due,
        is_refund=total < 0,
        open_balance=owed,
        lines=tuple(line_of(item, taxes[item]) for item in items),
    )


def line_of(item, taxes):
    return InvoiceLine(
        name=item.name,
        product=product_of(item).id,
        amount=item.amount,
        quantity=item.quantity,
        unit_price=item.unit_price,
        date_from=item.date_from,
        date_to=item.date_to,
        contract=item.contract_id.id,
        taxes=tuple(taxes.ids),
    )


def product_of(item):
    """Product of the line: the charge's, the one-off's, or the plan's for its cancellation fee."""
    product = (item.one_off_id.product_id or item.charge_id.product_id
               or item.plan_id.cancellation_product_id)
    if not product:
        raise UserError(item.env._(
            "Plan %(plan)s bills a cancellation fee but names no product for it. Set 'Cancellation "
            "fee product' on the plan, then retry.", plan=item.plan_id.display_name))
    return product


def journal_of(company):
    journal = company.sb_run_journal_id or company.env['account.journal'].search(
        [('type', '=', 'sale'), ('company_id', '=', company.id)], limit=1)
    if not journal:
        raise UserError(company.env._(
            "Company %(company)s has no sales journal. Choose the billing journal under "
            "Configuration > Settings.", company=company.name))
    return journal


def _link(env, pairs):
    """Point the items at their invoice lines, in one statement."""
    env.flush_all()
    values = SQL(', ').join(SQL('(%s, %s, %s)', *pair) for pair in pairs)
    env.execute_query(SQL(
        """ UPDATE smart_billing_item i SET move_id = new.move_id, move_line_id = new.line_id
              FROM (VALUES %s) AS new (id, move_id, line_id)
             WHERE i.id = new.id RETURNING i.id """, values))
    env['smart.billing.item'].invalidate_model(['move_id', 'move_line_id'])


def post_chunk(run, lines):
    """Numbers and postings, and credits against what is open (相殺).

    A draft that a person deleted in the meantime is left out.
    """
    gone = lines.filtered(lambda line: not line.move_id)
    gone.write({'state': 'released'})
    moves = (lines - gone).move_id.filtered(lambda move: move.state == 'draft')
    writer_for(run.company_id).post(run.env, moves)
    offset(run.env, moves.sb_account_id.ids)
    (lines - gone).write({'state': 'posted'})


def deliver_chunk(run, lines):
    """Hand the invoices to the customers: in the portal at once, by mail through Odoo's queue."""
    moves = lines.move_id.filtered(lambda move: not move.sb_delivered_on)
    by_mail = moves.filtered(
        lambda move: move.sb_account_id.delivery == 'email' and move.partner_id.email)
    if by_mail:
        _queue_mails(run, by_mail)
    moves.write({'sb_delivered_on': fields.Datetime.now()})
    lines.write({'state': 'delivered'})


def _queue_mails(run, moves):
    """Odoo's own sending job prints and mails them; nothing is sent in this transaction."""
    moves.sending_data = {
        'author_user_id': run.env.user.id,
        'author_partner_id': run.env.user.partner_id.id,
        'sending_methods': ['email'],
    }
    run.env.ref('account.ir_cron_account_move_send')._trigger()


def request_chunk(run, lines):
    """Ask the collection services for what is open."""
    run.env['smart.billing.collection.request']._create_for_moves(lines.move_id)
    lines.write({'state': 'done'})

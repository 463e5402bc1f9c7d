"""What a database says in terms of the business, so that two databases can be compared.

Business keys only: no ids, no times, and not which invoice holds which number. Numbers must have
no gap, though, and no row may be there twice.
"""
import psycopg2

_ROWS = {
    'items': """
        SELECT a.ref, c.ref, i.charge_code, i.kind, i.date_from::text, i.date_to::text,
               i.amount::text, i.quantity::text, i.live, m.state
          FROM smart_billing_item i JOIN smart_billing_account a ON a.id = i.account_id
          JOIN smart_billing_contract c ON c.id = i.contract_id
          LEFT JOIN account_move m ON m.id = i.move_id """,
    'coverage': """
        SELECT c.ref, v.charge_code, v.date_from::text, v.date_to::text
          FROM smart_billing_coverage v JOIN smart_billing_contract c ON c.id = v.contract_id """,
    'invoices': """
        SELECT a.ref, r.date_target::text, m.move_type, m.state, m.payment_state,
               m.collection_state, m.collection_reason, m.invoice_date::text,
               m.invoice_date_due::text, m.amount_untaxed::text, m.amount_tax::text,
               m.amount_total::text, m.amount_residual::text, m.sb_delivered_on IS NOT NULL,
               m.sending_data IS NOT NULL
          FROM account_move m JOIN smart_billing_account a ON a.id = m.sb_account_id
          LEFT JOIN smart_billing_run r ON r.id = m.sb_run_id """,
    'invoice lines': """
        SELECT a.ref, l.display_type, l.name, l.price_subtotal::text, l.balance::text,
               l.sb_date_from::text, l.sb_date_to::text, c.ref
          FROM account_move_line l JOIN account_move m ON m.id = l.move_id
          JOIN smart_billing_account a ON a.id = m.sb_account_id
          LEFT JOIN smart_billing_contract c ON c.id = l.sb_contract_id
         WHERE l.display_type != 'payment_term' """,
    'requests': """
        SELECT a.ref, q.attempt, q.amount::text, q.state, q.result_code, q.result_reason,
               q.problem IS NOT NULL, b.date_collect::text, b.state
          FROM smart_billing_collection_request q
          JOIN smart_billing_account a ON a.id = q.account_id
          LEFT JOIN smart_billing_collection_batch b ON b.id = q.batch_id """,
    'batches': """
        SELECT date_collect::text, part, state, file_name, file_sha256
          FROM smart_billing_collection_batch """,
    'receipt files': """
        SELECT name, sha256, state FROM smart_billing_receipt_file """,
    'receipts': """
        SELECT f.name, t.line, t.customer_number, t.amount::text, t.kind, t.state, t.result_code,
               t.date::text, t.move_line_id IS NOT NULL
          FROM smart_billing_receipt t JOIN smart_billing_receipt_file f ON f.id = t.file_id """,
    'mandates': """
        SELECT a.ref, m.state, m.new_code, m.suspension_reason, t.active
          FROM smart_billing_mandate m JOIN smart_billing_account a ON a.id = m.account_id
          LEFT JOIN payment_token t ON t.id = m.token_id """,
    'ledger': """
        SELECT k.code_store::text, j.code, l.parent_state, SUM(l.debit)::text,
               SUM(l.credit)::text, SUM(l.amount_residual)::text
          FROM account_move_line l JOIN account_account k ON k.id = l.account_id
          JOIN account_journal j ON j.id = l.journal_id
         GROUP BY k.code_store, j.code, l.parent_state """,
    'next due': """
        SELECT ref, next_due_date::text FROM smart_billing_contract """,
    'runs': 'SELECT DISTINCT date_target::text, state, step FROM smart_billing_run',
    # Two runs of one date park the same account twice.
    'parked': """
        SELECT DISTINCT a.ref, l.state, l.reason
          FROM smart_billing_run_account l JOIN smart_billing_account a ON a.id = l.account_id
         WHERE l.state NOT IN ('done', 'nothing') """,
}

# Each counts what must not be there at all.
_DOUBLE = {
    'item': """
        SELECT COUNT(*) FROM (
            SELECT 1 FROM smart_billing_item WHERE live AND kind != 'credit'
             GROUP BY contract_id, charge_code, kind, date_from, date_to HAVING COUNT(*) > 1) d """,
    'day': """
        SELECT COUNT(*) FROM smart_billing_coverage a JOIN smart_billing_coverage b
            ON a.id < b.id AND a.contract_id = b.contract_id AND a.charge_code = b.charge_code
           AND a.date_from < b.date_to AND b.date_from < a.date_to """,
    'invoice': """
        SELECT COUNT(*) FROM (
            SELECT 1 FROM account_move m JOIN smart_billing_run r ON r.id = m.sb_run_id
             WHERE m.state != 'cancel'
             GROUP BY m.sb_account_id, r.date_target HAVING COUNT(*) > 1) d """,
    'request': """
        SELECT COUNT(*) FROM (
            SELECT 1 FROM smart_billing_collection_request
             WHERE state NOT IN ('failed', 'cancelled')
             GROUP BY move_id HAVING COUNT(*) > 1) d """,
    'payment': """
        SELECT COUNT(*) FROM (
            SELECT 1 FROM smart_billing_receipt WHERE kind = 'collected'
             GROUP BY request_id HAVING COUNT(*) > 1) d """,
}

# Numbers that posted invoices of a journal and year skip.
_GAPS = """
    SELECT COALESCE(SUM(high - low + 1 - count), 0) FROM (
        SELECT MIN(sequence_number) AS low, MAX(sequence_number) AS high,
               COUNT(DISTINCT sequence_number) AS count
          FROM account_move WHERE state = 'posted' AND name != '/'
         GROUP BY journal_id, sequence_prefix) numbers """
_SAME_NUMBER = """
    SELECT COUNT(*) FROM (
        SELECT 1 FROM account_move WHERE state = 'posted'
         GROUP BY journal_id, name HAVING COUNT(*) > 1) d """
# Money that an item bills and its invoice does not, and the other way round (invariant 3).
_UNEXPLAINED = """
    SELECT COUNT(*) FROM account_move m
      LEFT JOIN (SELECT move_id, SUM(amount) AS amount FROM smart_billing_item WHERE live
                  GROUP BY move_id) i ON i.move_id = m.id
     WHERE m.sb_run_id IS NOT NULL
       AND m.amount_untaxed_signed IS DISTINCT FROM i.amount """
# Requests that their batch has left behind: nobody will ever send or answer them.
_STRANDED = """
    SELECT COUNT(*) FROM smart_billing_collection_request q
      JOIN smart_billing_collection_batch b ON b.id = q.batch_id
     WHERE (q.state = 'open' AND b.state NOT IN ('draft', 'rejected'))
        OR (q.state = 'sealed' AND b.state NOT IN ('sealed', 'sending'))
        OR (q.state = 'sent' AND b.state != 'sent') """
COUNTS = ('gaps', 'unexplained', 'stranded')


def take(database):
    """:return: {subject: sorted rows}, the counts of COUNTS and those under 'double'"""
    connection = psycopg2.connect(dbname=database)
    try:
        with connection.cursor() as cursor:
            print_ = {name: sorted(_all(cursor, query), key=repr)
                      for name, query in _ROWS.items()}
            print_['double'] = {name: _one(cursor, query) for name, query in _DOUBLE.items()}
            print_['double']['number'] = _one(cursor, _SAME_NUMBER)
            print_['gaps'] = int(_one(cursor, _GAPS))
            print_['unexplained'] = _one(cursor, _UNEXPLAINED)
            print_['stranded'] = _one(cursor, _STRANDED)
            return print_
    finally:
        connection.close()


def of_books(books):
    """The agency's own view: who was debited, with what result, from which files."""
    return {
        'agency lines': sorted(
            (line['customer'], line['amount'], line['code']) for line in books['lines']),
        'agency files': sorted((file['stem'], file['sha256']) for file in books['files']),
        'agency refused': sorted(str(row) for row in books['rejected']),
        'double': {'debit': _repeated(line['customer'] for line in books['lines'])},
    }


def differences(expected, found, subjects=None):
    """Rows that one side has and the other has not, as lines of text.

    :param subjects: what is compared; None: everything
    """
    lines = []
    for name, rows in expected.items():
        if name == 'double' or found[name] == rows:
            continue
        if subjects is not None and name not in subjects:
            continue
        if not isinstance(rows, list):
            lines.append(f'{name}: {found[name]} instead of {rows}')
            continue
        lines += [f'{name}: missing {row}' for row in _less(rows, found[name])]
        lines += [f'{name}: too much {row}' for row in _less(found[name], rows)]
    return lines


def _less(rows, others):
    rest = list(others)
    for row in rows:
        if row in rest:
            rest.remove(row)
        else:
            yield row


def _repeated(keys):
    keys = list(keys)
    return len(keys) - len(set(keys))


def _all(cursor, query):
    cursor.execute(query)
    return cursor.fetchall()


def _one(cursor, query):
    cursor.execute(query)
    return cursor.fetchone()[0]

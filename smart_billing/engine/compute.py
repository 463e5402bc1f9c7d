"""Steps 1 and 2 of a run: which accounts, and what each of them owes."""
from datetime import date

from odoo.tools import SQL

from . import items, one_offs, settled
from .causes import causes_of
from .decide import BILL, NOTHING, decide
from .names import LineNames

# "Nothing will ever be due" as a date, so that NULL can mean "look again".
NEVER = date.max


def select_accounts(run):
    """Enter every account that may owe something by the target day; repeated, it adds nothing.

    :return: number of accounts in the run
    """
    run.env.flush_all()
    run.env.execute_query(SQL(
        """ INSERT INTO smart_billing_run_account
                   (run_id, account_id, company_id, state, item_count,
                    create_uid, create_date, write_uid, write_date)
            SELECT %(run)s, a.id, a.company_id, 'selected', 0, %(uid)s, %(now)s, %(uid)s, %(now)s
              FROM smart_billing_account a WHERE %(due)s
          ORDER BY a.id
       ON CONFLICT (run_id, account_id) DO NOTHING
         RETURNING id """,
        run=run.id, uid=run.env.uid, now=run.env.cr.now(), due=_is_due(run)))
    run.env['smart.billing.run.account'].invalidate_model()
    return run.env['smart.billing.run.account'].search_count([('run_id', '=', run.id)])


def accounts_due(run):
    """The accounts that a start of the run would take, for its dry run."""
    run.env.flush_all()
    return run.env['smart.billing.account'].browse(
        row[0] for row in run.env.execute_query(SQL(
            'SELECT a.id FROM smart_billing_account a WHERE %s ORDER BY a.id', _is_due(run))))


def _is_due(run):
    """Condition on account `a`: it is the run's and may owe something by the target day."""
    return SQL(
        """ a.company_id = %(company)s AND a.active AND %(filter)s
            AND (EXISTS (
                SELECT 1 FROM smart_billing_contract c
                 WHERE c.account_id = a.id AND c.state != 'draft'
                   AND (c.next_due_date IS NULL OR c.next_due_date <= %(target)s))
                OR %(one_off)s) """,
        company=run.company_id.id, target=run.date_target, filter=_account_filter(run),
        one_off=one_offs.is_due(run.date_target))


def _account_filter(run):
    parts = [SQL('TRUE')]
    if run.billing_day >= 0:
        # The day in force on the closing day: it may have been changed since the account began.
        parts.append(SQL(
            """ COALESCE((SELECT d.billing_day FROM smart_billing_account_day_change d
                           WHERE d.account_id = a.id AND d.date_effective <= %s
                        ORDER BY d.date_effective DESC, d.id DESC LIMIT 1), a.billing_day) = %s """,
            run.date_closing, run.billing_day))
    if run.account_ids:
        parts.append(SQL('a.id IN %s', tuple(run.account_ids.ids)))
    return SQL(' AND ').join(parts)


def compute_chunk(run, lines):
    """Plan a chunk of accounts and write their items and the days they cover."""
    planned = _decide(run, lines)
    lines = lines.filtered(lambda line: line.account_id.id in planned)
    if not lines:
        return
    env = run.env
    causes = causes_of(env, planned)
    names = LineNames(env, lines.account_id, causes)
    items.write_items(env, run, planned, names, causes)
    outlooks = [outlook for result in planned.values() for outlook in result.outlooks]
    settled.note(env, outlooks, run.date_target, NEVER)
    one_offs.note_settled(env, tuple(planned), run.date_target)
    # A version of the account row: a transaction that read its items before this one committed
    # cannot lock the row any more, so it cannot bill from what it saw.
    lines.account_id.write({'last_run_id': run.id})
    lines.account_id.filtered('carried_since').write(
        {'carried_since': False, 'carried_amount': 0})
    _note_lines(env, lines, planned)


def _decide(run, lines):
    """Set aside what is not to be billed now, with the reason.

    :return: {account id: core.facts.Result} of the accounts that are to be billed
    """
    by_account = {line.account_id.id: line for line in lines}
    decisions = decide(
        run.company_id, lines.account_id, run.date_target, carry_over=run.carry_over,
        unbounded=set(lines.filtered('released_by_id').account_id.ids),
        is_released=lambda account_id, result: by_account[account_id]._is_released_for(result))
    for account_id, decision in decisions.items():
        by_account[account_id]._set_aside(decision)
    return {account_id: decision.result for account_id, decision in decisions.items()
            if decision.state in (BILL, NOTHING)}


def _note_lines(env, lines, planned):
    values = SQL(', ').join(
        SQL('(%s, %s, %s)', line.id,
            'computed' if planned[line.account_id.id].items else 'nothing',
            len(planned[line.account_id.id].items))
        for line in lines)
    env.flush_all()
    env.execute_query(SQL(
        """ UPDATE smart_billing_run_account l
               SET state = new.state, item_count = new.items
              FROM (VALUES %s) AS new (id, state, items)
             WHERE l.id = new.id RETURNING l.id """, values))
    lines.invalidate_recordset()

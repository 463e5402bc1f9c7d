"""Steps 1 and 2 of a run: which accounts, and what each of them owes."""
from datetime import date
from sys import maxsize

from odoo.tools import SQL

from ..core.errors import DomainError
from ..core.planner import Planner
from . import bounds, facts, items, one_offs, settled
from .causes import causes_of
from .names import LineNames
from .reasons import reason_of

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


def plan_accounts(env, company, account_ids, target, whole=False, bounded=True):
    """The planner's answer for a set of accounts; reads in a fixed number of queries.

    :param bool whole: look at the whole history, whatever is noted as settled
    :param bool bounded: refuse more lines of a contract than the company's bound
    :return: {account id: core.facts.Result}
    """
    rules = facts.rules_of(company)
    planner = Planner(rules if bounded else rules._replace(max_lines=maxsize))
    accounts = facts.read_accounts(env, account_ids, whole)
    billed = facts.read_billed(env, account_ids, whole)
    return {
        account_id: planner.plan(accounts[account_id], billed.get(account_id, ()), target)
        for account_id in account_ids if account_id in accounts
    }


def plan_each(company, account_ids, target, **how):
    """Plan a chunk; if one account fails, each alone.

    :param how: see `plan_accounts`
    :return: ({account id: core.facts.Result}, {account id: error} of the bad ones)
    """
    try:
        return plan_accounts(company.env, company, account_ids, target, **how), {}
    except DomainError:
        planned, failed = {}, {}
        for account_id in account_ids:
            try:
                planned.update(plan_accounts(company.env, company, [account_id], target, **how))
            except DomainError as error:
                failed[account_id] = error
        return planned, failed


def compute_chunk(run, lines):
    """Plan a chunk of accounts and write their items and the days they cover."""
    planned = _plan_or_park(run, lines)
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
    _note_lines(env, lines, planned)


def _plan_or_park(run, lines):
    """:return: {account id: core.facts.Result} of the accounts that are to be billed"""
    company, target = run.company_id, run.date_target
    released = lines.filtered('released_by_id')
    planned, failed = plan_each(company, (lines - released).account_id.ids, target)
    more, failed_more = plan_each(company, released.account_id.ids, target, bounded=False)
    planned, failed = {**planned, **more}, {**failed, **failed_more}
    out_of_bounds = bounds.broken(company, target, planned)
    for line in lines:
        account_id = line.account_id.id
        if account_id in failed:
            _park_failed(line, failed[account_id], target)
        elif account_id in out_of_bounds and not line._is_released_for(planned[account_id]):
            line._park_out_of_bounds(out_of_bounds[account_id], planned[account_id])
            del planned[account_id]
    return planned


def _park_failed(line, error, target):
    """What the planner refused; too many lines are a bound like the others."""
    reason = reason_of(line.account_id, error)
    if error.code != 'too_many_lines':
        line._park(reason)
        return
    account_id = line.account_id.id
    try:
        planned = plan_accounts(
            line.env, line.company_id, [account_id], target, bounded=False)
    except DomainError as other:
        line._park(reason_of(line.account_id, other))
    else:
        line._park_out_of_bounds([reason], planned[account_id])


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

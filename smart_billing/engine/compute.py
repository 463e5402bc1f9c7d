"""Steps 1 and 2 of a run: which accounts, and what each of them owes."""
from datetime import date
from decimal import Decimal

from odoo.exceptions import UserError
from odoo.tools import SQL, format_amount

from ..core.planner import Planner
from . import facts, items, one_offs, settled
from .causes import causes_of
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
        parts.append(SQL('a.billing_day = %s', run.billing_day))
    if run.account_ids:
        parts.append(SQL('a.id IN %s', tuple(run.account_ids.ids)))
    return SQL(' AND ').join(parts)


def plan_accounts(env, company, account_ids, target, whole=False):
    """The planner's answer for a set of accounts; reads in a fixed number of queries.

    :param bool whole: look at the whole history, whatever is noted as settled
    :return: {account id: core.facts.Result}
    """
    planner = Planner(facts.rules_of(company))
    accounts = facts.read_accounts(env, account_ids, whole)
    billed = facts.read_billed(env, account_ids, whole)
    return {
        account_id: planner.plan(accounts[account_id], billed.get(account_id, ()), target)
        for account_id in account_ids if account_id in accounts
    }


def plan_each(company, account_ids, target, whole=False):
    """Plan a chunk; if one account fails, each alone.

    :return: ({account id: core.facts.Result}, [(account id, error)] of the bad ones)
    """
    env = company.env
    try:
        return plan_accounts(env, company, account_ids, target, whole), []
    except ValueError:
        planned, problems = {}, []
        for account_id in account_ids:
            try:
                planned.update(plan_accounts(env, company, [account_id], target, whole))
            except ValueError as error:
                problems.append((account_id, error))
        return planned, problems


def compute_chunk(run, lines):
    """Plan a chunk of accounts and write their items and the days they cover."""
    env = run.env
    account_ids = lines.account_id.ids
    planned = plan_accounts(env, run.company_id, account_ids, run.date_target)
    for line in lines:
        check_bounds(run, line.account_id, planned[line.account_id.id])
    causes = causes_of(env, planned)
    names = LineNames(env, lines.account_id, causes)
    items.write_items(env, run, planned, names, causes)
    outlooks = [outlook for result in planned.values() for outlook in result.outlooks]
    settled.note(env, outlooks, run.date_target, NEVER)
    one_offs.note_settled(env, account_ids, run.date_target)
    # A version of the account row: a transaction that read its items before this one committed
    # cannot lock the row any more, so it cannot bill from what it saw.
    lines.account_id.write({'last_run_id': run.id})
    _note_lines(env, lines, planned)


def check_bounds(run, account, result):
    """Safety bounds: nonsense is parked, not billed."""
    net = sum((due.amount for due in result.items), Decimal(0))
    bound = Decimal(str(run.company_id.sb_max_amount))
    if bound and abs(net) > bound:
        raise UserError(run.env._(
            "Account %(account)s would be billed %(net)s, above the safety bound of %(bound)s. "
            "Look at its contracts; raise the bound in the settings if the amount is right.",
            account=account.display_name,
            net=format_amount(run.env, float(net), run.currency_id),
            bound=format_amount(run.env, float(bound), run.currency_id)))


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

"""The six steps of a billing run, one chunk of accounts at a time.

Each call of `advance` does one chunk of one step and leaves the commit to its caller. An account
that fails is parked with its reason and the rest goes on; a conflict with another process is no
failure of an account and is left to be retried.
"""
import logging

from odoo.exceptions import LockError

from . import compute, drafts
from .conflicts import CONFLICTS
from .reasons import reason_of

_logger = logging.getLogger(__name__)

# step -> (state of the accounts it takes, function that works on a chunk of them)
_WORK = {
    'compute': ('selected', compute.compute_chunk),
    'draft': ('computed', drafts.draft_chunk),
    'post': ('drafted', drafts.post_chunk),
    'deliver': ('posted', drafts.deliver_chunk),
    'request': ('delivered', drafts.request_chunk),
}
_ORDER = ('select', 'compute', 'draft', 'post', 'deliver', 'request', 'done')
_FINAL = ('done', 'nothing', 'carried', 'parked', 'released')
_WEIGHT = {'selected': 0, 'computed': 1, 'drafted': 2, 'posted': 3, 'delivered': 4}


def progress_of(states):
    """:param states: {state: (count, items)} of a run; :return: percent done, 0..100"""
    total = sum(count for count, _items in states.values())
    if not total:
        return 0
    done = sum(count * (5 if state in _FINAL else _WEIGHT[state])
               for state, (count, _items) in states.items())
    return 100 * done / (5 * total)


def first_open_step(run):
    """The earliest step that has accounts to work on."""
    states = {state for [state] in run.env['smart.billing.run.account']._read_group(
        [('run_id', '=', run.id)], ['state'])}
    for step, (state, _function) in _WORK.items():
        if state in states:
            return step
    return 'done'


def advance(run):
    """Do one chunk of the run's present step, or go to the next step.

    :return: (accounts worked on, accounts that remain in this step)
    """
    if run.step == 'select':
        count = compute.select_accounts(run)
        run.step = 'compute'
        return 0, count
    if run.step == 'done':
        run._set_state('done')
        return 0, 0
    state, function = _WORK[run.step]
    lines = _take(run, state)
    if not lines:
        return 0, _next_step(run, state)
    _work(run, lines, function)
    return len(lines), _count(run, state)


def _take(run, state):
    """Lock a chunk of accounts that wait for this step; those of another process are skipped."""
    line_domain = [('run_id', '=', run.id), ('state', '=', state)]
    Line = run.env['smart.billing.run.account']
    lines = Line.search(line_domain, order='id', limit=run.company_id.sb_run_chunk or 200)
    lines = lines.try_lock_for_update().filtered_domain(line_domain)
    accounts = lines.account_id.try_lock_for_update(allow_referencing=True)
    return lines.filtered(lambda line: line.account_id in accounts)


def _count(run, state):
    return run.env['smart.billing.run.account'].search_count(
        [('run_id', '=', run.id), ('state', '=', state)])


def _next_step(run, state):
    """Go on when nobody works on this step any more; wait for approval before posting."""
    waiting = _count(run, state)
    if waiting:
        raise LockError(run.env._("Another process works on the remaining accounts."))
    following = _ORDER[_ORDER.index(run.step) + 1]
    if following == 'post' and run.needs_approval and not run.approved_by_id:
        if _count(run, 'drafted'):
            run._set_state('to_approve')
            return 0
    run.step = following
    return _count(run, _WORK[following][0]) if following in _WORK else 0


def _work(run, lines, function):
    """The chunk in one savepoint; if that fails, account by account, the bad ones parked."""
    try:
        with run.env.cr.savepoint():
            function(run, lines)
            run.env.flush_all()
        return
    except CONFLICTS:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, the other accounts go on
        _logger.info("%s: a chunk of %s accounts is done one by one: %s", run.name, len(lines),
                     type(error).__name__)
    run.env.invalidate_all(flush=False)
    for line in lines:
        try:
            with run.env.cr.savepoint():
                function(run, line)
                run.env.flush_all()
        except CONFLICTS:
            raise
        except Exception as error:  # noqa: BLE001
            run.env.invalidate_all(flush=False)
            line._park(reason_of(line.account_id, error))

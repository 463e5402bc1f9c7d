"""What a run does with each account: bill it, carry it over, set it aside.

The run and its dry run ask the same question here, so that what is shown is what is done.
"""
from collections.abc import Callable
from typing import NamedTuple

from ..core.errors import DomainError
from ..core.facts import Result
from . import bounds, carry
from .planning import plan_accounts, plan_each
from .reasons import reason_of

BILL = 'bill'
NOTHING = 'nothing'
CARRIED = 'carried'
PARKED = 'parked'


class Decision(NamedTuple):
    """`reasons` are sentences for people; `result` is None where the planner refused."""

    state: str
    result: Result | None
    reasons: tuple[str, ...] = ()
    out_of_bounds: bool = False


def _nothing_released(_account_id, _result):
    return False


def decide(company, accounts, target, carry_over=True, unbounded=(),
           is_released: Callable = _nothing_released):
    """:param accounts: billing accounts of the company, a chunk of them
    :param bool carry_over: leave small amounts to a later run
    :param unbounded: ids of accounts that may have more lines than the bound
    :param is_released: (account id, result) -> whether a manager released exactly this bill
    :return: {account id: Decision}
    """
    planned, failed = plan_each(company, [key for key in accounts.ids if key not in unbounded],
                                target)
    more, failed_more = plan_each(
        company, [key for key in accounts.ids if key in unbounded], target, bounded=False)
    planned, failed = {**planned, **more}, {**failed, **failed_more}
    decisions = {
        account_id: _refused(accounts.browse(account_id), error, target)
        for account_id, error in failed.items()}
    beyond = bounds.broken(company, target, planned)
    for account_id, sentences in beyond.items():
        if not is_released(account_id, planned[account_id]):
            decisions[account_id] = Decision(
                PARKED, planned[account_id], tuple(sentences), out_of_bounds=True)
    billable = {key: result for key, result in planned.items()
                if key not in decisions and result.items}
    if carry_over:
        for account_id, sentence in carry.too_small(company, accounts, target, billable).items():
            decisions[account_id] = Decision(CARRIED, planned[account_id], (sentence,))
    for account_id, result in planned.items():
        decisions.setdefault(account_id, Decision(BILL if result.items else NOTHING, result))
    return decisions


def _refused(account, error, target):
    """What the planner refused; too many lines are a bound like the others."""
    reason = reason_of(account, error)
    if error.code == 'too_many_lines':
        try:
            planned = plan_accounts(
                account.env, account.company_id, account.ids, target, bounded=False)
            return Decision(PARKED, planned[account.id], (reason,), out_of_bounds=True)
        except DomainError as other:
            reason = reason_of(account, other)
    return Decision(PARKED, None, (reason,))

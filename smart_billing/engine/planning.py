"""Ask the planner about a set of accounts (請求計画)."""
from sys import maxsize

from ..core.errors import DomainError
from ..core.planner import Planner
from . import facts


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

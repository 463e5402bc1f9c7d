"""Why an account is set aside, as words for the person who looks after it."""
import psycopg2.errors

from ..core.errors import DomainError
from .words import database_refusal


def reason_of(account, error):
    """:param error: what a step of the run raised :return: what is wrong and what to do next"""
    env = account.env
    if isinstance(error, DomainError):
        return _refusal(account, error)
    if isinstance(error, psycopg2.errors.ExclusionViolation):
        return env._(
            "Days of a charge of account %(account)s are billed already; the database refused to "
            "bill them twice. Look at its billed items, then retry.",
            account=account.display_name)
    if isinstance(error, psycopg2.IntegrityError):
        return database_refusal(env, error)
    return str(error) or type(error).__name__


def _refusal(account, error):
    env = account.env
    if error.code == 'too_many_lines':
        contract = env['smart.billing.contract'].browse(error.context['contract'])
        return env._(
            "Contract %(contract)s would be billed %(lines)s lines at once, above the safety bound "
            "of %(bound)s.", contract=contract.name, lines=error.context['lines'],
            bound=account.company_id.sb_max_lines)
    return env._(
        "The planner refused account %(account)s: %(error)s. Look at the contracts' events and "
        "retry.", account=account.display_name, error=str(error))

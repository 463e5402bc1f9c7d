"""What the rows of usage name: contracts by reference or number, metrics by code."""
from datetime import date
from typing import NamedTuple

from odoo.tools import SQL


class ContractDays(NamedTuple):
    """A contract, and the days on which it can have usage."""

    id: int
    name: str
    is_draft: bool
    start: date
    end: date | None


class MetricRules(NamedTuple):
    """A metric, and what it says about days that come late, after the end, or ahead.

    It needs subjects where a charge counts them.
    """

    id: int
    code: str
    late_policy: str
    grace_days: int
    after_end: str
    days_ahead: int
    needs_subject: bool


def contracts_by_key(company, keys):
    """Contracts of a company; a text is an external reference before it is a number.

    :param keys: texts, or ids of contracts
    :return: {key: ContractDays} of those that exist; at most three queries
    """
    texts = {key for key in keys if isinstance(key, str)}
    found = _read(company, 'id', [key for key in keys if not isinstance(key, str)])
    found.update(_read(company, 'ref', list(texts)))
    found.update(_read(company, 'name', list(texts - found.keys())))
    return found


def successors(company, contract_ids):
    """Contracts of other payers that go on with these (契約承継), and with those again.

    :return: {contract id: ContractDays}; one query
    """
    if not contract_ids:
        return {}
    return {row[0]: ContractDays(*row[1:]) for row in company.env.execute_query(SQL(
        """ WITH RECURSIVE heir AS (
                SELECT id, continues_id FROM smart_billing_contract
                 WHERE continues_id = ANY(%s)
                 UNION
                SELECT c.id, c.continues_id
                  FROM smart_billing_contract c JOIN heir ON c.continues_id = heir.id)
            SELECT h.continues_id, c.id, c.name, FALSE, c.date_start, c.date_end
              FROM heir h JOIN smart_billing_contract c ON c.id = h.id """,
        list(contract_ids)))}


def holders(env, contract_ids, external_ids):
    """:return: {external id: [ids of the contracts that know it]}"""
    found = {}
    for external_id, contract_id in env.execute_query(SQL(
            """ SELECT DISTINCT external_id, contract_id FROM smart_billing_usage
                 WHERE contract_id = ANY(%s) AND external_id = ANY(%s) """,
            list(contract_ids), list(external_ids))):
        found.setdefault(external_id, []).append(contract_id)
    return found


def _read(company, column, keys):
    if not keys:
        return {}
    return {row[0]: ContractDays(*row[1:]) for row in company.env.execute_query(SQL(
        """ SELECT %(column)s, id, name, state = 'draft', date_start, date_end
              FROM smart_billing_contract
             WHERE company_id = %(company)s AND %(column)s = ANY(%(keys)s) """,
        column=SQL.identifier(column), company=company.id, keys=keys))}


def metrics_by_code(company):
    """:return: {code: MetricRules} of the metrics in use"""
    metrics = company.env['smart.billing.metric'].sudo().search(
        [('company_id', '=', company.id)])
    counted = company.env['smart.billing.charge'].sudo().search(
        [('company_id', '=', company.id), ('aggregation', '=', 'unique')]).metric_id
    return {metric.code: MetricRules(
                metric.id, metric.code, metric.late_policy, metric.late_grace_days,
                metric.after_end, metric.days_ahead, metric in counted)
            for metric in metrics}


def metrics_billed(env, contract_ids):
    """:return: {(contract id, metric id)} that a charge of one of the contract's plans bills"""
    if not contract_ids:
        return set()
    return set(env.execute_query(SQL(
        """ SELECT DISTINCT e.contract_id, c.metric_id
              FROM smart_billing_contract_event e
              JOIN smart_billing_charge c ON c.plan_id = e.plan_id AND c.charge_type = 'usage'
             WHERE e.contract_id = ANY(%s) """, list(contract_ids))))

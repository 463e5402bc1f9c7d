"""Read usage for the planner (利用量の集計): one query a chunk, one row a contract, metric and day.

What the core needs of a day depends on how a charge makes one quantity of a period: the sum, the
highest or last value of the day, or the subjects seen on it.  So the database condenses each day,
and a contract with a million measurements costs no more than one with thirty.  An identity counts
once because the database keeps it once.
"""
from decimal import Decimal

from odoo.tools import SQL

from ..core import facts
from .catalogue import metering_key

# A period is never longer than its charge says and the gap to the next closing day.
_LONGEST_GAP = 31


def read_usage(env, contract_ids, settled=None):
    """:param settled: {contract id: day}: what lies in periods that end before is not read
    :return: {contract id: [facts.Usage]} of the metrics that the plans of each contract bill
    """
    if not contract_ids:
        return {}
    settled = {key: day for key, day in (settled or {}).items() if day}
    found = {}
    for contract_id, code, aggregation, day, quantity, subject, sequence in env.execute_query(
            _query(contract_ids, settled)):
        metric = metering_key(code, aggregation)
        found.setdefault(contract_id, []).append(facts.Usage(
            metric=metric, quantity=Decimal(quantity), day=day,
            external_id=(metric, day, subject), sequence=sequence, subject=subject))
    return found


def _query(contract_ids, settled):
    return SQL(
        """ WITH settled (contract_id, day) AS (
                     SELECT * FROM unnest(%(settled)s::int[], %(days)s::date[])),
                 billed AS (
                     SELECT e.contract_id, c.metric_id, m.code, c.aggregation,
                            COALESCE(s.day - MAX(c.every_count * CASE c.every_unit
                                WHEN 'day' THEN 1 WHEN 'week' THEN 7 WHEN 'month' THEN 31
                                ELSE 366 END) - %(gap)s, '-infinity'::date) AS since
                       FROM smart_billing_contract_event e
                       JOIN smart_billing_charge c
                         ON c.plan_id = e.plan_id AND c.charge_type = %(usage)s
                       JOIN smart_billing_metric m ON m.id = c.metric_id
                  LEFT JOIN settled s ON s.contract_id = e.contract_id
                      WHERE e.contract_id = ANY(%(contracts)s)
                   GROUP BY e.contract_id, c.metric_id, m.code, c.aggregation, s.day),
                 counted AS (
                     SELECT b.contract_id, b.code, b.aggregation, u.date_counted, u.quantity,
                            u.subject, u.date_measured, COALESCE(u.entry_number, u.id) AS number
                       FROM billed b
                       JOIN smart_billing_usage u
                         ON u.contract_id = b.contract_id AND u.metric_id = b.metric_id
                        AND u.replaced = 0 AND NOT u.withdrawn AND u.date_counted >= b.since)
            SELECT contract_id, code, aggregation, date_counted,
                   (CASE aggregation WHEN %(max)s THEN MAX(quantity) ELSE SUM(quantity) END)::text,
                   NULL, MAX(number)
              FROM counted WHERE aggregation IN (%(sum)s, %(max)s)
          GROUP BY contract_id, code, aggregation, date_counted
         UNION ALL
          (SELECT DISTINCT ON (contract_id, code, date_counted)
                  contract_id, code, aggregation, date_counted, quantity::text, NULL, number
             FROM counted WHERE aggregation = %(last)s
         ORDER BY contract_id, code, date_counted, date_measured DESC, number DESC)
         UNION ALL
            SELECT contract_id, code, aggregation, date_counted, '1', subject, MIN(number)
              FROM counted WHERE aggregation = %(unique)s
          GROUP BY contract_id, code, aggregation, date_counted, subject """,
        contracts=list(contract_ids), settled=list(settled), days=list(settled.values()),
        gap=_LONGEST_GAP, usage=facts.USAGE, sum=facts.SUM, max=facts.MAX, last=facts.LAST,
        unique=facts.UNIQUE)

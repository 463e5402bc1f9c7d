"""Usage of a day that is billed already (締め後の利用量): where a metric lets it count.

A period is closed when it is on an invoice that stands, or when a run has looked at it and found
nothing to bill.  An invoice that is deleted or cancelled opens its periods again.
"""
from datetime import timedelta

from odoo.tools import SQL

from ..core import wanted_usage
from . import catalogue, facts

OWN_PERIOD = 'own_period'
NEXT_PERIOD = 'next_period'
REFUSE = 'refuse'

LAST_DAY = 'last_day'
KEEP = 'keep'

# States of an account in a run in which its periods up to the target day were looked at.
_LOOKED_AT = ('computed', 'drafted', 'posted', 'delivered', 'done', 'nothing')


def day_before(day):
    return day - timedelta(days=1)


class Closed:
    """The closed periods of the usage charges of some contracts, as of today."""

    def __init__(self, company, earliest, today):
        """:param earliest: {contract id: the earliest day that will be asked about}"""
        self.today = today
        self.periods = _closed_periods(company, earliest) if earliest else {}

    def first_open_day(self, contract, metric, day):
        """The day itself, or the first later one whose period is not closed (or in its grace)."""
        for begin, end, due in self.periods.get((contract.id, metric.code), ()):
            if begin <= day < end and self.today >= due + timedelta(days=metric.grace_days):
                day = end
        return day


def _closed_periods(company, earliest):
    """:return: {(contract id, metric code): [(first day, day after the last, due day)]}, sorted"""
    env = company.env
    targets = {contract_id: target for contract_id, target in _targets(env, earliest)
               if earliest[contract_id] < target}
    items = _items(env, tuple(targets))
    known = facts.read_contracts(env, tuple(targets))
    build = facts.timeline_builder(env, tuple(known))
    rules = facts.rules_of(company)
    closed = {}
    for contract_id, contract in known.items():
        # Of the history only what no earlier day than the one asked about lies in.
        line = build(contract._replace(settled_until=earliest[contract_id]))
        for segment in wanted_usage.usage_segments(line, targets[contract_id], {}, rules):
            days = (segment.date_from, segment.date_to)
            own = items.get((contract_id, segment.key[0], segment.charge.code), ())
            if segment.due <= targets[contract_id] and _stands(own, days):
                metric = catalogue.metric_of_key(segment.charge.metric)
                closed.setdefault((contract_id, metric), set()).add((*days, segment.due))
    return {key: sorted(days) for key, days in closed.items()}


def _stands(items, days):
    """Whether a period that was looked at is closed: nothing was billed for it, or stands."""
    over = [live for begin, end, live in items if begin < days[1] and end > days[0]]
    return not over or any(over)


def _targets(env, contract_ids):
    """:return: [(contract id, last target day of a run that looked at its account)]"""
    return env.execute_query(SQL(
        """ SELECT c.id, MAX(r.date_target)
              FROM smart_billing_contract c
              JOIN smart_billing_run_account l ON l.account_id = c.account_id
              JOIN smart_billing_run r ON r.id = l.run_id
             WHERE c.id = ANY(%s) AND l.state IN %s
          GROUP BY c.id """, list(contract_ids), _LOOKED_AT))


def _items(env, contract_ids):
    """:return: {(contract id, plan id, charge code): [(first day, day after the last, live)]}"""
    items = {}
    if contract_ids:
        for contract_id, plan_id, code, *rest in env.execute_query(SQL(
                """ SELECT contract_id, plan_id, charge_code, date_from, date_to, live
                      FROM smart_billing_item WHERE kind = 'usage' AND contract_id IN %s """,
                contract_ids)):
            items.setdefault((contract_id, plan_id, code), []).append(rest)
    return items

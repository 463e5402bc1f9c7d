"""Short words for tests that read the planner's lines."""
from datetime import date

from odoo.addons.smart_billing.core import facts
from odoo.addons.smart_billing.core.planner import plan

from tests.unit.planner_world import account

FLOOR = facts.Rules(0, facts.FLOOR)
HALF_UP = facts.Rules(0)


def day(month, number, year=2026):
    return date(year, month, number)


def contract(*events, code='c1', **values):
    return facts.Contract(code, events, **values)


def lines(result):
    """(charge, first day, first day after, amount) of each line."""
    return [(item.charge, item.date_from, item.date_to, int(item.amount)) for item in result.items]


def billed(*events, until, rules=FLOOR, prices=(), **values):
    """All lines of one contract that is billed once."""
    here = account(contract(*events, prices=tuple(prices)), **values)
    return lines(plan(here, (), until, rules))

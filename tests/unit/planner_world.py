"""A small world around the planner for its tests: builders of facts, items that stand."""
from collections import Counter
from datetime import date
from decimal import Decimal

from odoo.addons.smart_billing.core import facts
from odoo.addons.smart_billing.core.intervals import intersect, subtract, union
from odoo.addons.smart_billing.core.planner import Planner

MONTH = facts.Every(1, 'month')
# Kinds of lines that are unique by charge, days and number while they live.
NUMBERED = (facts.ONE_TIME, facts.FEE, facts.USAGE)


def charge(code='base', price='1500', **values):
    values.setdefault('every', MONTH)
    return facts.Charge(code=code, price=Decimal(price), **values)


def one_plan(*charges, code='plan', **values):
    return facts.Plan(code, (facts.PlanVersion(date(2000, 1, 1), None, charges),), **values)


def start(plan, day, sequence=1, **values):
    return facts.Event(facts.START, day, sequence, plan, **values)


def event(kind, day, sequence, **values):
    return facts.Event(kind, day, sequence, **values)


def account(*contracts, billing_day=1, changes=()):
    return facts.Account('A', billing_day, tuple(changes), contracts)


class World:
    """Items that stand, run by run, and what a database would keep and demand of them.

    The coverage of recurring items follows the docstring of `facts`: trims take days out, new
    items enter theirs, and no day of a charge may be entered twice.
    """

    def __init__(self, rules):
        self.planner = Planner(rules)
        self.invoices = []
        self.coverage = {}
        self._last = 0

    def copy(self):
        """Another world in which the same stands; what happens there changes nothing here."""
        other = World(self.planner.rules)
        other.invoices = [list(invoice) for invoice in self.invoices]
        other.coverage = dict(self.coverage)
        other._last = self._last
        return other

    @property
    def billed(self):
        return [item for invoice in self.invoices for item in invoice]

    def run(self, account, target):
        """Bill and store; fails where the database would refuse."""
        result = self.planner.plan(account, self.billed, target)
        for trim in result.trims:
            self.coverage[trim.item] = subtract(
                self.coverage[trim.item], [(trim.date_from, trim.date_to)])
        if result.items:
            self.invoices.append([])
            for due in result.items:
                self._store(due)
        return result

    def delete(self, index):
        """An invoice dies: its items go, what its credits gave back returns, as far as free."""
        gone = {item.key for item in self.invoices.pop(index)}
        for key in gone:
            self.coverage.pop(key, None)
        for item in reversed(self.billed):
            if item.kind == facts.RECURRING:
                credits = [(one.date_from, one.date_to) for one in self.billed
                           if one.credits == item.key]
                others = [days for key in self._of_same_charge(item) if key != item.key
                          for days in self.coverage[key]]
                days = subtract([(item.date_from, item.date_to)], [*credits, *others])
                self.coverage[item.key] = union([*self.coverage[item.key], *days])

    def _store(self, due):
        self._last += 1
        shared = {key: getattr(due, key) for key in facts.BilledItem._fields if key != 'key'}
        item = facts.BilledItem(key=self._last, **shared)
        if item.kind == facts.RECURRING:
            days = [(item.date_from, item.date_to)]
            for key in self._of_same_charge(item):
                assert not intersect(self.coverage[key], days), (key, item)
            self.coverage[item.key] = days
        self._refuse_twice(item)
        self.invoices[-1].append(item)

    def _of_same_charge(self, item):
        return [one.key for one in self.billed if one.kind == facts.RECURRING and (
            one.contract, one.plan, one.charge) == (item.contract, item.plan, item.charge)]

    def _refuse_twice(self, item):
        """The unique indexes on live items."""
        unique = {
            facts.ONE_OFF: ('kind', 'one_off', 'number'),
            **dict.fromkeys(NUMBERED, ('kind', 'contract', 'plan', 'charge', 'date_from',
                                       'date_to', 'number')),
        }.get(item.kind)
        if unique:
            values = [getattr(item, key) for key in unique]
            for one in self.billed:
                assert [getattr(one, key) for key in unique] != values, (one, item)

    def totals(self):
        """Net amount by contract, plan and charge, or one-off; what is zero is left out."""
        sums = Counter()
        for item in self.billed:
            sums[item.contract, item.plan, item.one_off or item.charge] += item.amount
        return {key: amount for key, amount in sums.items() if amount}

"""A small world around the planner for its tests: plans, accounts, items that stand."""
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from odoo.addons.smart_billing.core import facts
from odoo.addons.smart_billing.core.intervals import subtract
from odoo.addons.smart_billing.core.planner import plan

START = date(2025, 1, 1)
MONTH = facts.Every(1, 'month')


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
    """Items that stand, run by run, and the coverage that a database would keep of them."""

    def __init__(self, rules):
        self.rules = rules
        self.invoices = []
        self.coverage = {}
        self._last = 0

    @property
    def billed(self):
        return [item for invoice in self.invoices for item in invoice]

    def run(self, account, target):
        """Bill, store, and check that no day is covered twice, as the database would."""
        result = plan(account, self.billed, target, self.rules)
        for trim in result.trims:
            self.coverage[trim.item] = subtract(
                self.coverage[trim.item], [(trim.date_from, trim.date_to)])
        if result.items:
            self.invoices.append([self._store(due) for due in result.items])
        return result

    def _store(self, due):
        self._last += 1
        shared = {key: getattr(due, key) for key in facts.BilledItem._fields if key != 'key'}
        item = facts.BilledItem(key=self._last, **shared)
        if item.kind == facts.RECURRING:
            self._cover(item)
        return item

    def _cover(self, item):
        by_key = {one.key: one for one in self.billed}
        for key, days in self.coverage.items():
            other = by_key.get(key)
            if other and (other.contract, other.plan, other.charge) == (
                    item.contract, item.plan, item.charge):
                for begin, end in days:
                    assert end <= item.date_from or item.date_to <= begin, (other, item)
        self.coverage[item.key] = [(item.date_from, item.date_to)]

    def totals(self):
        """Net amount by contract, plan and charge; what is zero is left out."""
        sums = Counter()
        for item in self.billed:
            sums[item.contract, item.plan, item.charge] += item.amount
        return {key: amount for key, amount in sums.items() if amount}


# random situations ----------------------------------------------------------------------------

days = st.integers(0, 400).map(lambda n: START + timedelta(days=n))
lengths = st.sampled_from([
    facts.Every(1, 'month'), facts.Every(2, 'month'), facts.Every(1, 'year'),
    facts.Every(2, 'week'), facts.Every(10, 'day')])
prices = st.sampled_from(['1500', '980', '33', '7'])
rules = st.tuples(
    st.sampled_from([0, 2]), st.sampled_from([facts.FLOOR, facts.HALF_UP, facts.CEIL]),
    st.sampled_from([facts.ACTUAL_DAYS, facts.FIXED_30, facts.NO_PRORATION]),
).map(lambda values: facts.Rules(*values))


@st.composite
def recurring(draw, code, credit):
    return charge(
        code, draw(prices), every=draw(lengths),
        model=draw(st.sampled_from([facts.FLAT, facts.PER_UNIT])),
        timing=draw(st.sampled_from([facts.ADVANCE, facts.ARREARS])),
        prorate=draw(st.sampled_from(['both', 'both', 'start', 'end', 'none'])),
        steps=draw(st.sampled_from([
            (), (), (facts.PriceStep(2, Decimal(10)), facts.PriceStep(None, Decimal(900)))])),
        credit=draw(st.sampled_from(credit)))


@st.composite
def plans(draw, credit):
    """Two plans; the first may have a usage charge, a revision, a trial, a term and a fee."""
    base, extra = draw(recurring('base', credit)), draw(recurring('extra', credit))
    setup = charge('setup', '5000', type=facts.ONE_TIME, every=None)
    calls = charge('calls', '3', type=facts.USAGE, model=facts.PER_UNIT, metric='call',
                   minimum=draw(st.sampled_from([None, Decimal(40)])))
    versions = [facts.PlanVersion(date(2000, 1, 1), None, (base, extra, setup, calls))]
    if draw(st.booleans()):
        # Without proration the last part before a revision is charged by days, and in full where
        # the contract turns out to end there: no day changes hands, so nothing is settled.
        base = versions[0].charges[0]._replace(prorate='both')
        versions = [
            versions[0]._replace(charges=(base, *versions[0].charges[1:])),
            facts.PlanVersion(
                draw(days), draw(st.none() | days), (base._replace(price=Decimal(1234)), calls))]
    first = facts.Plan(
        'first', tuple(versions), trial_days=draw(st.sampled_from([0, 0, 20])),
        term=draw(st.sampled_from([None, None, facts.Every(9, 'month')])),
        minimum_term=facts.Every(6, 'month'), cancellation_fee=Decimal(3000))
    second = one_plan(draw(recurring('base', credit)), code='second')
    return first, second


@st.composite
def timelines(draw, code, both):
    """Events of a contract; the order of entry is random, the start is entered first."""
    begin = START + timedelta(days=draw(st.integers(0, 60)))
    events = [start(both[0], begin, quantity=Decimal(draw(st.integers(1, 3))))]
    later = draw(st.lists(st.tuples(st.sampled_from([
        facts.CHANGE_PLAN, facts.CHANGE_QUANTITY, facts.CANCEL, facts.SUSPEND, facts.RESUME,
        facts.SUSPEND, facts.RESUME, facts.CHANGE_PLAN]), st.integers(0, 250),
        st.integers(0, 1), st.booleans()), max_size=6))
    for number, (kind, after, choice, at_end) in enumerate(later, start=2):
        can_wait = kind in (facts.CHANGE_PLAN, facts.CANCEL)
        events.append(event(
            kind, begin + timedelta(days=after), number,
            plan=both[choice] if kind == facts.CHANGE_PLAN else None,
            quantity=Decimal(choice + 2) if kind == facts.CHANGE_QUANTITY else None,
            when=facts.END_OF_PERIOD if at_end and can_wait else facts.IMMEDIATE))
    usage = tuple(
        facts.Usage('call', Decimal(quantity), begin + timedelta(days=after), number, number)
        for number, (quantity, after) in enumerate(draw(st.lists(
            st.tuples(st.integers(1, 9), st.integers(0, 200)), max_size=4))))
    return facts.Contract(code, tuple(events), usage)


@st.composite
def accounts(draw, contracts=1, credit=('prorate', 'none')):
    changes = tuple(
        facts.BillingDayChange(draw(days), number, draw(st.integers(1, 31)))
        for number in range(draw(st.integers(0, 2))))
    known = draw(plans(credit))
    return facts.Account(
        'A', draw(st.sampled_from([None, 1, 15, 31])), changes,
        tuple(draw(timelines(f'c{number}', known)) for number in range(contracts)))

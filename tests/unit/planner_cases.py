"""Random situations for the planner: plans, timelines, usage, one-offs, days of runs.

A case is what is known in the end.  `known(case, number)` is what was known at an earlier run:
the first entries only, and some of them with mistakes that are corrected in the end.
"""
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from hypothesis import strategies as st

from odoo.addons.smart_billing.core import facts

from tests.unit.planner_world import charge, event, one_plan, start

START = date(2025, 1, 1)
LAST = START + timedelta(days=430)


class Case(NamedTuple):
    """An account as it is known in the end, the company's rules, and the days of runs."""

    account: facts.Account
    rules: facts.Rules
    targets: tuple[date, ...]


def after(least, most):
    return st.integers(least, most).map(lambda n: START + timedelta(days=n))


def maybe(strategy):
    """Mostly nothing."""
    return st.none() | st.none() | strategy


days = after(0, 400)
lengths = st.sampled_from([
    facts.Every(1, 'month'), facts.Every(1, 'month'), facts.Every(2, 'month'),
    facts.Every(1, 'year'), facts.Every(2, 'week'), facts.Every(10, 'day')])
prices = st.sampled_from(['1500', '980', '33', '7'])
tiers = st.sampled_from([
    (facts.Tier(Decimal(3), Decimal(100), Decimal(50)), facts.Tier(None, Decimal(70))),
    (facts.Tier(Decimal(1), Decimal(9)), facts.Tier(Decimal(4), Decimal(8), Decimal(7)),
     facts.Tier(None, Decimal(3)))])
steps = st.sampled_from([
    (), (), (facts.PriceStep(2, Decimal(10)), facts.PriceStep(None, Decimal(900)))])
prorations = st.sampled_from(['both', 'both', 'start', 'end', 'none'])
rules = st.tuples(
    st.sampled_from([0, 2]), st.sampled_from([facts.FLOOR, facts.HALF_UP, facts.CEIL]),
    st.sampled_from([facts.ACTUAL_DAYS, facts.FIXED_30, facts.NO_PRORATION]),
).map(lambda values: facts.Rules(*values))


@st.composite
def models(draw):
    """Values of a charge that say how a quantity is priced."""
    model = draw(st.sampled_from([
        facts.FLAT, facts.FLAT, facts.PER_UNIT, facts.TIERED, facts.VOLUME, facts.PACKAGE]))
    values = {'model': model}
    if model in (facts.TIERED, facts.VOLUME):
        values['tiers'] = draw(tiers)
    elif model == facts.PACKAGE:
        values.update(size=Decimal(2), free=Decimal(1))
    return values


@st.composite
def recurring(draw, code, credit):
    return charge(
        code, draw(prices), every=draw(lengths), **draw(models()),
        timing=draw(st.sampled_from([facts.ADVANCE, facts.ARREARS])), prorate=draw(prorations),
        steps=draw(steps), credit=draw(st.sampled_from(credit)),
        minimum=draw(maybe(st.just(Decimal(120)))))


@st.composite
def metered(draw, code):
    return charge(
        code, draw(st.sampled_from(['3', '0.5', '20'])), type=facts.USAGE, metric='call',
        every=draw(lengths), **draw(models()), prorate=draw(prorations), steps=draw(steps),
        aggregation=draw(st.sampled_from([
            facts.SUM, facts.SUM, facts.MAX, facts.LAST, facts.UNIQUE])),
        minimum=draw(maybe(st.just(Decimal(40)))), maximum=draw(maybe(st.just(Decimal(90)))),
        tax_changes=draw(st.lists(days, max_size=2).map(sorted).map(tuple)))


@st.composite
def plans(draw, credit):
    """Two plans; the first may have a revision, a trial, a term; it has a fee for leaving."""
    charges = [draw(recurring('base', credit)), draw(recurring('extra', credit)),
               charge('setup', '5000', type=facts.ONE_TIME, every=None), draw(metered('calls'))]
    versions = [facts.PlanVersion(date(2000, 1, 1), None, tuple(charges))]
    if draw(st.booleans()):
        # Without proration the last part before a revision is charged by days, and in full where
        # the contract turns out to end there: no day changes hands, so nothing is settled.
        base = charges[0]._replace(prorate='both')
        revised = (base._replace(price=Decimal(1234)),
                   charges[3]._replace(price=Decimal(4), aggregation=draw(
                       st.sampled_from([charges[3].aggregation, facts.MAX]))))
        versions = [versions[0]._replace(charges=(base, *charges[1:])),
                    facts.PlanVersion(draw(days), draw(st.none() | days), revised)]
    first = facts.Plan(
        'first', tuple(versions), trial_days=draw(st.sampled_from([0, 0, 20])),
        term=draw(maybe(st.just(facts.Every(9, 'month')))),
        minimum_term=facts.Every(6, 'month'), cancellation_fee=Decimal(3000))
    second = one_plan(draw(recurring('base', credit)), draw(metered('calls')), code='second')
    return first, second


CHANGES = (facts.CHANGE_PLAN, facts.CHANGE_QUANTITY, facts.CANCEL, facts.SUSPEND, facts.RESUME,
           facts.SUSPEND, facts.RESUME, facts.CHANGE_PLAN)


@st.composite
def changes(draw, sequence, begin, both):
    """One event after the start."""
    kind = draw(st.sampled_from(CHANGES))
    day = begin + timedelta(days=draw(st.integers(0, 250)))
    values = {}
    if kind == facts.CHANGE_PLAN:
        values['plan'] = draw(st.sampled_from(both))
    elif kind == facts.CHANGE_QUANTITY:
        values['quantity'] = Decimal(draw(st.integers(1, 4)))
    if kind in (facts.CHANGE_PLAN, facts.CANCEL):
        values['when'] = draw(st.sampled_from([facts.IMMEDIATE, facts.END_OF_PERIOD]))
    return event(kind, day, sequence, **values)


@st.composite
def usage_rows(draw, begin):
    rows = draw(st.lists(st.tuples(
        st.integers(-3, 220), st.integers(0, 9), st.sampled_from('ab')), max_size=6))
    return tuple(
        facts.Usage('call', Decimal(quantity), begin + timedelta(days=day), number, number, subject)
        for number, (day, quantity, subject) in enumerate(rows))


@st.composite
def contracts(draw, code, both):
    """A contract; its events are entered in any order, the start first."""
    begin = START + timedelta(days=draw(st.integers(0, 60)))
    events = [start(draw(st.sampled_from(both)), begin,
                    quantity=Decimal(draw(st.integers(1, 3))))]
    for number in range(draw(st.integers(0, 6))):
        events.append(draw(changes(number + 2, begin, both)))
    return facts.Contract(code, tuple(events), draw(usage_rows(begin)))


@st.composite
def one_offs(draw, codes):
    found = draw(st.lists(st.tuples(
        days, st.integers(-300, 900), maybe(st.sampled_from(codes))), max_size=2))
    return tuple(facts.OneOff(f'typed {number}', contract, day, Decimal(amount))
                 for number, (day, amount, contract) in enumerate(found))


@st.composite
def cases(draw, contract_count=1, credit=('prorate', 'none')):
    both = draw(plans(credit))
    codes = [f'c{number}' for number in range(contract_count)]
    moved = tuple(
        facts.BillingDayChange(draw(days), number, draw(st.integers(1, 31)))
        for number in range(draw(st.integers(0, 2))))
    account = facts.Account(
        'A', draw(st.sampled_from([None, 1, 15, 31])), moved,
        tuple(draw(contracts(code, both)) for code in codes), draw(one_offs(codes)))
    targets = draw(st.lists(after(0, 430), max_size=6).map(sorted))
    return Case(account, draw(rules), tuple(targets))


# what was known earlier ------------------------------------------------------------------------

def known(account, number):
    """The account after `number` entries of each sort, the later ones with their mistakes."""
    return account._replace(
        contracts=tuple(_contract(one, number) for one in account.contracts),
        billing_day_changes=account.billing_day_changes[:number],
        one_offs=tuple(_one_off(one) for one in account.one_offs[:number + 1]))


def _contract(contract, number):
    return contract._replace(
        events=contract.events[:number + 1],
        usage=tuple(map(_row, contract.usage[:number + 2])))


def _row(row):
    """Every other row was read wrongly at first; the fourth was no usage of this contract."""
    if row.sequence == 3:
        return row._replace(external_id='of another', subject='c')
    return row._replace(quantity=row.quantity + 2) if row.sequence % 2 else row


def _one_off(one_off):
    """An odd amount was typed in for another account, an even one was too high."""
    if one_off.amount % 2:
        return one_off._replace(key=f'{one_off.key} of another')
    return one_off._replace(amount=one_off.amount + 50)

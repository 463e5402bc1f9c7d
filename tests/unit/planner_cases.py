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
tax_days = maybe(st.lists(days, max_size=2).map(sorted).map(tuple)).map(lambda some: some or ())
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
def recurring(draw, code, credit, **values):
    return charge(
        code, draw(prices), every=draw(lengths), **draw(models()),
        timing=draw(st.sampled_from([facts.ADVANCE, facts.ARREARS])), prorate=draw(prorations),
        steps=draw(steps), credit=draw(st.sampled_from(credit)),
        minimum=draw(maybe(st.just(Decimal(120)))), maximum=draw(maybe(st.just(Decimal(900)))),
        align=draw(st.sampled_from([facts.ACCOUNT, facts.ACCOUNT, 'start'])),
        tax_changes=draw(tax_days), **values)


@st.composite
def metered(draw, code, **values):
    return charge(
        code, draw(st.sampled_from(['3', '0.5', '20'])), type=facts.USAGE, metric='call',
        every=draw(lengths), **draw(models()), prorate=draw(prorations), steps=draw(steps),
        aggregation=draw(st.sampled_from([
            facts.SUM, facts.SUM, facts.MAX, facts.LAST, facts.UNIQUE])),
        minimum=draw(maybe(st.just(Decimal(40)))), maximum=draw(maybe(st.just(Decimal(90)))),
        align=draw(st.sampled_from([facts.ACCOUNT, facts.ACCOUNT, 'start'])),
        tax_changes=draw(tax_days), **values)


@st.composite
def plans(draw, credit):
    """Two plans with a charge of the same name each, the first with options and a revision."""
    base = draw(recurring('base', credit))
    charges = [
        base, draw(recurring('extra', credit, optional=draw(st.booleans()))),
        charge('setup', '5000', type=facts.ONE_TIME, every=None),
        draw(metered('calls', optional=draw(st.sampled_from([False, False, True])))),
        charge('kit', '700', type=facts.ONE_TIME, every=None, optional=True)]
    versions = [facts.PlanVersion(date(2000, 1, 1), None, tuple(charges))]
    if draw(st.booleans()):
        revised = (base._replace(price=Decimal(1234)),
                   charges[3]._replace(price=Decimal(4), aggregation=draw(
                       st.sampled_from([charges[3].aggregation, facts.MAX]))))
        versions = [versions[0]._replace(charges=tuple(charges)),
                    facts.PlanVersion(draw(days), draw(st.none() | days), revised)]
    term = draw(maybe(st.sampled_from([facts.Every(9, 'month'), facts.Every(40, 'day')])))
    first = facts.Plan(
        'first', tuple(versions), trial_days=draw(st.sampled_from([0, 0, 20])), term=term,
        minimum_term=facts.Every(6, 'month'), cancellation_fee=Decimal(3000),
        renews=draw(st.booleans()), minimum_term_again=draw(st.booleans()),
        free_exit=draw(maybe(st.just(facts.Every(10, 'day')))))
    second = one_plan(
        draw(recurring('base', credit)), draw(metered('calls')), code='second',
        term=term and facts.Every(2, 'month'))
    return first, second


@st.composite
def discounts(draw, code):
    """Percent or amount, for periods or until a day, on some charges or all recurring ones."""
    sort = draw(st.sampled_from([
        {'percent': Decimal(15)}, {'percent': Decimal(100)}, {'amount': Decimal(200)}]))
    return facts.Discount(
        code, **sort, periods=draw(maybe(st.integers(1, 3))), until=draw(maybe(days)),
        charges=draw(st.sampled_from([
            (), ('base',), ('calls', 'base'), ('setup', 'kit', 'calls', 'extra')])))


CHANGES = (
    facts.CHANGE_PLAN, facts.CHANGE_PLAN, facts.CHANGE_QUANTITY, facts.CANCEL, facts.KEEP,
    facts.SUSPEND, facts.RESUME, facts.SUSPEND, facts.RESUME, facts.RENEW, facts.TRANSFER,
    facts.ADD_OPTION, facts.ADD_OPTION, facts.DROP_OPTION, facts.ADD_DISCOUNT,
    facts.ADD_DISCOUNT, facts.ADD_DISCOUNT, facts.END_DISCOUNT)


@st.composite
def changes(draw, sequence, begin, both, given):
    """One event after the start."""
    kind = draw(st.sampled_from(CHANGES))
    day = begin + timedelta(days=draw(st.integers(0, 250)))
    values = {}
    if kind == facts.CHANGE_PLAN:
        values['plan'] = draw(st.sampled_from(both))
        values['when'] = draw(st.sampled_from([facts.IMMEDIATE, facts.END_OF_PERIOD]))
    elif kind == facts.CANCEL:
        ways = [facts.IMMEDIATE, facts.END_OF_PERIOD, facts.END_OF_TERM]
        values['when'] = draw(st.sampled_from(ways if both[0].term else ways[:2]))
    elif kind in (facts.ADD_OPTION, facts.DROP_OPTION):
        values['option'] = draw(st.sampled_from(['extra', 'calls', 'kit']))
    elif kind in (facts.ADD_DISCOUNT, facts.END_DISCOUNT):
        values['discount'] = draw(st.sampled_from(given))
    elif kind == facts.RENEW:
        values['end'] = draw(maybe(st.just(day + timedelta(days=100))))
    if kind in (facts.CHANGE_QUANTITY, facts.ADD_OPTION):
        values['quantity'] = Decimal(draw(st.integers(1, 4)))
    return event(kind, day, sequence, **values)


@st.composite
def agreed_prices(draw):
    found = draw(st.lists(st.tuples(
        st.sampled_from(['base', 'calls', 'extra']), st.integers(1, 40), days,
        maybe(st.integers(1, 90))), max_size=2))
    return tuple(
        facts.PriceOverride('first', code, Decimal(price), day,
                            length and day + timedelta(days=length), number)
        for number, (code, price, day, length) in enumerate(found))


@st.composite
def usage_rows(draw, begin):
    count = draw(st.sampled_from([0, 2, 4, 6, 8]))
    rows = draw(st.lists(st.tuples(
        st.integers(-3, 220), st.integers(0, 9), st.sampled_from('ab')),
        min_size=count, max_size=count))
    return tuple(
        facts.Usage('call', Decimal(quantity), begin + timedelta(days=day), number, number, subject)
        for number, (day, quantity, subject) in enumerate(rows))


@st.composite
def contracts(draw, code, both):
    """A contract; its events are entered in any order, the start first."""
    begin = START + timedelta(days=draw(st.integers(0, 60)))
    since = draw(maybe(st.integers(1, 100)))
    given = (draw(discounts('off')), draw(discounts('less')))
    events = [start(draw(st.sampled_from(both)), begin, quantity=Decimal(draw(st.integers(1, 3))),
                    since=since and begin - timedelta(days=since),
                    end=draw(maybe(after(90, 400))))]
    for number in range(draw(st.sampled_from([0, 1, 2, 3, 4, 5, 6, 7, 8]))):
        events.append(draw(changes(number + 2, begin, both, given)))
    return facts.Contract(code, tuple(events), draw(usage_rows(begin)),
                          prices=draw(agreed_prices()))


@st.composite
def one_offs(draw, codes):
    found = draw(st.lists(st.tuples(
        days, st.integers(-300, 900), maybe(st.sampled_from(codes))), max_size=2))
    return tuple(facts.OneOff(f'typed {number}', contract, day, Decimal(amount))
                 for number, (day, amount, contract) in enumerate(found))


@st.composite
def cases(draw):
    """An account with a contract or two, and the days of some runs."""
    both = draw(plans(draw(st.sampled_from([('prorate',), ('prorate', 'none')]))))
    codes = draw(st.sampled_from([('c0',), ('c0', 'c1')]))
    moved = tuple(
        facts.BillingDayChange(draw(days), number, draw(st.integers(1, 31)))
        for number in range(draw(st.integers(0, 2))))
    account = facts.Account(
        'A', draw(st.sampled_from([None, 1, 15, 31])), moved,
        tuple(draw(contracts(code, both)) for code in codes), draw(one_offs(codes)))
    count = draw(st.sampled_from([1, 2, 3, 4, 5, 0]))
    targets = draw(st.lists(after(0, 430), min_size=count, max_size=count).map(sorted))
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
        events=contract.events[:number + 1], prices=contract.prices[:number],
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

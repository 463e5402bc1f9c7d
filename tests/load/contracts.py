"""Contracts for the planner's benchmark, in the proportions of an ordinary price sheet.

Everything comes from one seed.  An account has one contract, as most have.  The run of the month
before has been made and has settled what lies behind it, as in a company that closes its months.
"""
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from odoo.addons.smart_billing.core import facts
from odoo.addons.smart_billing.core.planner import Planner

RULES = facts.Rules(0, facts.FLOOR, tax_percent=Decimal(10))
TARGET = date(2026, 5, 1)
LAST_RUN = date(2026, 4, 1)
MONTH = facts.Every(1, 'month')
SINCE = date(2000, 1, 1)


def charge(code='base', price='1500', **values):
    values.setdefault('every', MONTH)
    return facts.Charge(code, price=Decimal(price), **values)


def plan_of(code, *charges, **values):
    return facts.Plan(code, (facts.PlanVersion(SINCE, None, charges),), **values)


FLAT = plan_of('flat', charge())
SEATS = plan_of('seats', charge(model=facts.PER_UNIT, price='480'))
TIERS = plan_of('tiers', charge(model=facts.TIERED, tiers=(
    facts.Tier(Decimal(10), Decimal(500), Decimal(1000)), facts.Tier(None, Decimal(400)))))
TRIAL = plan_of('trial', charge(), charge('setup', '3000', type=facts.ONE_TIME, every=None),
                trial_days=14)
OPTIONS = plan_of('options', charge(), charge('storage', '300', optional=True),
                  charge('support', '980', optional=True))
CALLS = plan_of('calls', charge(), charge(
    'calls', type=facts.USAGE, metric='call', model=facts.TIERED, minimum=Decimal(100), tiers=(
        facts.Tier(Decimal(50), Decimal(0)), facts.Tier(None, Decimal('8.5')))))
GOLD = plan_of('gold', charge(price='2480'))
WELCOME = facts.Discount('welcome', percent=Decimal(20), periods=24)
OFF = facts.Discount('off', amount=Decimal(300))


def begins(years):
    """The first day of a contract: some day up to `years` before the run."""
    return lambda random: LAST_RUN - timedelta(days=random.randint(1, 365 * years))


def flat(random, code, begin):
    return _contract(code, begin, FLAT)


def mix(random, code, begin):
    """A contract of one of nine sorts, by their weights."""
    [sort] = random.choices(_SORTS, _WEIGHTS)
    return sort(random, code, begin)


def _contract(code, begin, plan, *events, quantity=1, usage=()):
    first = facts.Event(facts.START, begin, 1, plan, Decimal(quantity))
    return facts.Contract(code, (first, *events), tuple(usage))


def _seats(random, code, begin):
    return _contract(code, begin, SEATS, quantity=random.randint(1, 40))


def _more_seats(random, code, begin):
    more = facts.Event(facts.CHANGE_QUANTITY, _lately(random), 2, None,
                       Decimal(random.randint(1, 40)))
    return _contract(code, begin, SEATS, more, quantity=random.randint(1, 40))


def _tiers(random, code, begin):
    return _contract(code, begin, TIERS, quantity=random.randint(1, 40))


def _trial(random, code, _begin):
    return _contract(code, TARGET - timedelta(days=random.randint(1, 40)), TRIAL)


def _options(random, code, begin):
    taken = [facts.Event(facts.ADD_OPTION, begin, 2, option='storage', quantity=Decimal(1)),
             facts.Event(facts.ADD_OPTION, _lately(random), 3, option='support',
                         quantity=Decimal(1))]
    return _contract(code, begin, OPTIONS, *taken)


def _discount(random, code, begin):
    given = facts.Event(facts.ADD_DISCOUNT, begin, 2, discount=random.choice((WELCOME, OFF)))
    return _contract(code, begin, FLAT, given)


def _calls(random, code, begin):
    rows = [facts.Usage('call', Decimal(random.randint(1, 20)),
                        TARGET - timedelta(days=random.randint(1, 30)), number, number)
            for number in range(10)]
    return _contract(code, begin, CALLS, usage=rows)


def _upgrade(random, code, begin):
    return _contract(code, begin, FLAT, facts.Event(
        facts.CHANGE_PLAN, _lately(random), 2, GOLD))


def _lately(random):
    return TARGET - timedelta(days=random.randint(0, 29))


_SORTS = (flat, _seats, _more_seats, _tiers, _trial, _options, _discount, _calls, _upgrade)
_WEIGHTS = (30, 10, 5, 10, 5, 10, 10, 15, 5)


def accounts(count, sort, begin, seed=1):
    """Yield (account, items that stand) as a run for the target day reads them.

    :param sort: callable (random, code, first day) -> Contract
    :param begin: callable (random) -> the first day of a contract
    """
    random, planner = Random(seed), Planner(RULES)
    for number in range(count):
        contract = sort(random, number, begin(random))
        items = _billed_before(planner, contract)
        news = [event.effective for event in contract.events if event.effective > LAST_RUN]
        settled = contract._replace(settled_until=min([LAST_RUN, *news]))
        yield facts.Account(number, 1, (), (settled,)), items


def _billed_before(planner, contract):
    """The items of the last run, which knew nothing of what was entered after it."""
    known = tuple(event for event in contract.events if event.effective <= LAST_RUN)
    if not known:
        return []
    then = facts.Account(contract.code, 1, (), (
        contract._replace(events=known, usage=(), settled_until=LAST_RUN),))
    return [
        facts.BilledItem(number, *(getattr(due, name) for name in facts.BilledItem._fields[1:]))
        for number, due in enumerate(planner.plan(then, (), LAST_RUN).items)]

"""Subscribers out of a seed: names with readings, addresses, bank accounts, plans and stories.

The same seed gives the same people; another seed gives others.
"""

import random
from dataclasses import dataclass, field
from datetime import date, timedelta

from . import banks, names

SALE_ORDER, CSV_FILE, API = 'sale order', 'CSV file', 'API'

_CHANNELS = {API: 60, CSV_FILE: 25, SALE_ORDER: 15}
_PLANS = {'light': 35, 'standard': 45, 'premium': 20}
_FIRM_SHARE = 0.08
_SECOND_CONTRACT_SHARE = 0.25   # of the firms
_LATE_START_SHARE = 0.05        # within the month of a closing
_FATES = {'': 91, 'cancel': 3, 'change_plan': 4, 'suspend': 2}   # between two closings


@dataclass(frozen=True)
class Event:
    """What a subscriber tells after he has started; `kind` as in a contract's events."""

    kind: str
    day: date
    at_period_end: bool = False
    plan: str = ''
    until: date | None = None


@dataclass(frozen=True)
class Subscriber:
    number: int
    name: str
    holder: str             # the bank account's holder as it is read
    is_firm: bool
    zip: str
    prefecture: str
    city: str
    street: str
    bank: banks.Account
    plans: tuple
    channel: str
    start: date
    event: Event | None = field(default=None)

    @property
    def ref(self):
        return f'SUB-{self.number:05}'

    @property
    def email(self):
        return f'subscriber{self.number:05}@example.com'

    def contract_ref(self, index):
        return f'{self.ref}-{index + 1}'


def month_after(first, months=1):
    """The first day of the month that many months later."""
    index = first.year * 12 + first.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def subscribers(count, seed, cycles):
    """:param cycles: first days of the months that are closed, in order"""
    chance = random.Random(seed)
    identities = _identities(chance, count)
    starts = _starts(chance, count, cycles)
    return [_subscriber(chance, number, identity, start, cycles)
            for number, (identity, start) in enumerate(zip(identities, starts, strict=True), 1)]


def _identities(chance, count):
    """(name, reading, is firm), none twice as long as the names suffice."""
    found = {}
    while len(found) < count:
        family, family_kana = chance.choice(names.FAMILY)
        if chance.random() < _FIRM_SHARE:
            name, kana = chance.choice(names.FIRMS)
            identity = name.format(family), kana.format(family_kana), True
        else:
            given, given_kana = chance.choice(names.GIVEN)
            identity = f'{family} {given}', f'{family_kana} {given_kana}', False
        if identity[0] in found:
            identity = f'{identity[0]}{len(found)}', *identity[1:]
        found[identity[0]] = identity
    return list(found.values())


def _starts(chance, count, cycles):
    """The service opens with the first cycle; some come within the months that are closed."""
    opening = cycles[0]
    starts = []
    for _index in range(count):
        if chance.random() < _LATE_START_SHARE:
            starts.append(_day_in(chance, chance.choice(cycles)))
        else:
            starts.append(opening)
    return starts


def _day_in(chance, month):
    """A day in the middle of a month."""
    return month + timedelta(days=chance.randrange(4, 25))


def _subscriber(chance, number, identity, start, cycles):
    name, holder, is_firm = identity
    zip_code, prefecture, city, town = chance.choice(names.PLACES)
    plans = [_draw(chance, _PLANS)]
    if is_firm and chance.random() < _SECOND_CONTRACT_SHARE:
        plans.append(_draw(chance, _PLANS))
    late = start > cycles[0]
    return Subscriber(
        number=number, name=name, holder=holder, is_firm=is_firm, zip=zip_code,
        prefecture=prefecture, city=city, street=_street(chance, town),
        bank=banks.draw(chance), plans=tuple(plans),
        channel=API if late else _draw(chance, _CHANNELS), start=start,
        event=None if late else _event(chance, plans[0], cycles[1:]))


def _street(chance, town):
    block, house, door = (chance.randrange(1, most) for most in (9, 30, 20))
    return f'{town}{block}-{house}-{door}'


def _event(chance, plan, months):
    """What happens to the first contract between two closings, if anything."""
    kind = _draw(chance, _FATES)
    if not months or not kind:
        return None
    day = _day_in(chance, chance.choice(months))
    if kind == 'suspend':
        return Event(kind, day, until=day + timedelta(days=chance.randrange(5, 20)))
    other = chance.choice(sorted(set(_PLANS) - {plan})) if kind == 'change_plan' else ''
    return Event(kind, day, chance.random() < 0.4, other)


def _draw(chance, weights):
    return chance.choices(list(weights), list(weights.values()))[0]

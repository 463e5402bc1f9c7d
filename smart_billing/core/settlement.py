"""Recurring charges: wanted days beside billed days (継続課金の突合).

In a group of one charge, full period and price no day is billed twice and none is credited and
billed again.  Days that are paid for and not wanted are given back, wanted days that are due and
not paid are billed, and every line is the step from the value held to the next value.  Discounts
come after the charges: one is billed for those of its days that its charge is billed for.
"""
from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from .bill import Bill, Family, GroupKey, Price, base_code
from .facts import ADVANCE, NO_PRORATION, RECURRING, Charge, Rules, Trim
from .intervals import Days, Interval, intersect, subtract, union
from .money import to_minor
from .proration import Piece, prorated_sides
from .timeline import Timeline
from .wanted import Group, Wanted, amounts_in

_NO_GROUPS: Mapping[GroupKey, Group] = MappingProxyType({})


def settle_recurring(
    bill: Bill, timeline: Timeline | None, wanted: Wanted, families: list[Family],
) -> None:
    """Add the lines of all recurring groups, and the trims that make room for them."""
    charges: list[Family] = []
    discounts: list[Family] = []
    for family in families:
        (charges if family.item.discount is None else discounts).append(family)
    paid: dict[GroupKey, Days] = {}
    left = _settle_groups(bill, timeline, wanted.charges, charges, paid)
    if discounts or wanted.discounts:
        left += _settle_groups(bill, timeline, wanted.discounts, discounts, paid)
    if left:
        _make_room(bill, left)


def _settle_groups(
    bill: Bill, timeline: Timeline | None, groups: dict[GroupKey, Group], families: list[Family],
    paid: dict[GroupKey, Days],
) -> list[tuple[Family, Days]]:
    """Settle each group and note the days it pays for; returns those of each family."""
    standing: dict[GroupKey, list[Family]] = {}
    for family in families:
        standing.setdefault(family.key, []).append(family)
    left: list[tuple[Family, Days]] = []
    for key, held in standing.items():
        group = groups.get(key) or _unwanted(timeline, held[0], bill.rules)
        if _is_settled(group, held, bill.rules):
            paid[key] = held[0].paid
            left.append((held[0], held[0].paid))
            continue
        settlement = _Settlement(bill, key, group, held, paid, groups)
        left += settlement.settle()
        paid[key] = settlement.paid
    for key, group in groups.items():
        if key not in standing:
            paid[key] = _bill_new(bill, key, group, paid)
    return left


def _is_settled(group: Group, held: list[Family], rules: Rules) -> bool:
    """The ordinary case, told quickly: one item bills exactly what is wanted."""
    family = held[0]
    return (
        len(held) == 1 and not family.credits and len(group.pieces) == 1
        and group.pieces[0][:2] == family.paid[0]
        and group.charge.prorate == 'both' and rules.proration != NO_PRORATION
    )


def _bill_new(bill: Bill, key: GroupKey, group: Group, paid: dict[GroupKey, Days]) -> Days:
    """A group of which nothing is billed yet; returns the days that it pays for now."""
    piece = group.pieces[0]
    if len(group.pieces) > 1 or piece.lead or piece.due or group.hosts is not None:
        settlement = _Settlement(bill, key, group, [], paid)
        settlement.settle()
        return settlement.paid
    begin, end = days = piece[:2]
    due = begin if group.charge.timing == ADVANCE else end
    if not bill.is_due(due):
        return []
    if days == (group.full_from, group.full_to):
        minor = group.price.minor
    else:
        minor = group.valuation(bill.rules).of([days])
    if minor:
        bill.charge(RECURRING, key, days, minor, group.price, due)
    return [days]


class _Settlement:
    """One group with what is billed of it."""

    def __init__(self, bill: Bill, key: GroupKey, group: Group, families: list[Family],
                 hosts: dict[GroupKey, Days], groups: Mapping[GroupKey, Group] = _NO_GROUPS):
        self.bill, self.key, self.group, self.families = bill, key, group, families
        self.groups = groups
        self.hosts = None
        if group.hosts is not None:
            self.hosts = union(days for host in group.hosts for days in hosts.get(host, ()))
        self.value = group.valuation(bill.rules)
        self.wanted = [piece[:2] for piece in group.pieces]
        self.held = sum(family.held for family in families)
        # What each line holds less what is given back of it now.
        self.holding = {family.item.key: family.held for family in families}
        self.paid: Days = []

    def settle(self) -> list[tuple[Family, Days]]:
        """Add the lines; returns the days each family still pays for."""
        doubled, returned = self._assign()
        left = {family.item.key: family.paid for family in self.families}
        if self._is_credited():
            # The line billed last goes first: each was the step from the lines before it.
            places = {id(family): place for place, family in enumerate(self.families)}
            returned.sort(key=lambda one: -places[id(one[0])])
            for family, days in (*doubled, *returned):
                if (family, days) in returned:
                    self.paid = subtract(self.paid, [days])
                if self._give_back(family, days):
                    self.bill.trims.append(Trim(family.item.key, *days))
                    left[family.item.key] = subtract(left[family.item.key], [days])
            for _family, days in returned[:1]:
                # Missing days that were charged with other lines may go with these days.
                for family in self.families:
                    self._give_back(family, days)
        if self._bill_missing():
            self._settle_missing_days()
        return [(family, left[family.item.key]) for family in self.families]

    def _assign(self) -> tuple[list, list]:
        """Days paid twice (the older item keeps them) and days paid but not wanted."""
        doubled, returned = [], []
        for family in self.families:
            twice = intersect(family.paid, self.paid)
            once = subtract(family.paid, twice)
            doubled += [(family, days) for days in twice]
            returned += [(family, days) for days in subtract(once, self.wanted)]
            self.paid = union([*self.paid, *once])
        return doubled, returned

    def _is_credited(self) -> bool:
        charge = self.group.charge
        return charge.credit != 'none' or charge.timing != ADVANCE

    def _step(self) -> int:
        """From the value held to the value of the days paid now."""
        now = self.value.of(self.paid)
        step, self.held = now - self.held, now
        return step

    def _give_back(self, family: Family, days: tuple[date, date]) -> bool:
        """Credit the step down to a line, at most what it holds; whether there was any.

        A step up is none of its business: missing days are charged that were not, see below.
        """
        held = self.holding[family.item.key]
        minor = self.value.of(self.paid) - self.held
        if minor * held >= 0:
            return False
        back = minor if abs(minor) < abs(held) else -held
        self.holding[family.item.key] += back
        self.held += back
        self.bill.credit(family, days, back, family.item.quantity, self.group.price.unit_price)
        return True

    def _bill_missing(self) -> bool:
        """Bill wanted days that are due; whether every wanted day is paid now."""
        complete = True
        for piece in self.group.pieces:
            for days in subtract([piece[:2]], self.paid):
                due = self._due(piece, days)
                if self.hosts is not None:
                    # Billed with the charge, whose days are known to be due.
                    billable = intersect([days], self.hosts)
                    due = min(due, self.bill.target)
                else:
                    billable = [days] if self.bill.is_due(due) else []
                complete = complete and billable == [days]
                for part in billable:
                    self.paid = union([*self.paid, part])
                    minor = self._step()
                    if minor:
                        self.bill.charge(RECURRING, self.key, part, minor, self.group.price, due)
        return complete

    def _due(self, piece: Piece, days: Interval) -> date:
        """Days are due by themselves; a piece that a tax rate cut off is due with the whole."""
        side = 0 if self.group.charge.timing == ADVANCE else 1
        if piece.due is not None and days[side] == piece[side]:
            return piece.due
        return days[side]

    def _settle_missing_days(self) -> None:
        """Missing days may turn out to be charged, or not, while no billed day changes hands.

        That happens where no proration covers them: a contract is suspended, and then leaves the
        plan on that very day.  The difference is a line over the missing days.
        """
        sides = prorated_sides(self.group.charge, self.bill.rules)
        if all(sides) or not self.wanted or not self.families or not self._is_credited():
            return
        days = self._missing_days(sides)
        minor = self.value.of(self.paid) - self.held if days else 0
        # A discount is negative, and so is what is added to it.
        if minor * self.group.price.minor > 0:
            if self._is_wanted_elsewhere(days):
                # No day is covered twice: the line stands over days that the group has already.
                days = next((own[0] for family in self.families
                             if (own := intersect(family.paid, self.wanted))), days)
            self.bill.charge(RECURRING, self.key, days, minor, self.group.price, self.bill.target)
        elif minor:
            for family in self.families:
                self._give_back(family, days)

    def _is_wanted_elsewhere(self, days: Interval) -> bool:
        """Whether another group of the charge, at another price, wants some of these days."""
        return any(
            key[:2] == self.key[:2] and key != self.key
            and intersect([piece[:2] for piece in group.pieces], [days])
            for key, group in self.groups.items())

    def _missing_days(self, sides: tuple[bool, bool]) -> Interval | None:
        full_from, full_to = self.group.full_from, self.group.full_to
        if not sides[1] and self.wanted[-1][1] < full_to:
            return self.wanted[-1][1], full_to
        if not sides[0] and full_from < self.wanted[0][0]:
            return full_from, self.wanted[0][0]
        return None


def _unwanted(timeline: Timeline | None, family: Family, rules: Rules) -> Group:
    """The group of billed days that nothing wants any more, at the price they were billed."""
    item = family.item
    charge = timeline and timeline.charge_named(item.plan, base_code(item))
    amount, before = amounts_in(item.terms)
    minor = to_minor(amount, rules.digits, rules.rounding)
    price = Price(amount, minor, item.terms, item.quantity, None, charge or Charge(item.charge),
                  before, item.discount)
    return Group(price, item.period_from, item.period_to)


def _make_room(bill: Bill, left: list[tuple[Family, Days]]) -> None:
    """Uncover days of items that keep their money where the same charge bills them anew."""
    for item in bill.items:
        if item.kind != RECURRING:
            continue
        new = [(item.date_from, item.date_to)]
        for family, days in left:
            if (family.item.plan, family.item.charge) == (item.plan, item.charge):
                for begin, end in intersect(days, new):
                    bill.trims.append(Trim(family.item.key, begin, end))

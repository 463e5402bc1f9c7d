"""Tax rates that give way to others (税率改定): which tax holds on a day of supply."""
from collections.abc import Hashable, Iterable
from datetime import date
from typing import NamedTuple


class TaxChange(NamedTuple):
    """From `day` on supplies carry the tax `new` in place of `old`."""

    old: Hashable
    new: Hashable
    day: date


class TaxHistory:
    """Changes of taxes, each tax being old in one of them at most, and new in one at most.

    So the taxes form chains, and the one of a day is found from any member: a product may name
    the tax of today, of the past or of the future.
    """

    def __init__(self, changes: Iterable[TaxChange]):
        self._following = {}
        self._preceding = {}
        for change in changes:
            self._following[change.old] = change
            self._preceding[change.new] = change

    def __bool__(self):
        return bool(self._following)

    def knows(self, tax: Hashable) -> bool:
        return tax in self._following or tax in self._preceding

    def in_force(self, tax: Hashable, day: date) -> Hashable:
        """The member of the tax's chain that holds on a day."""
        while (change := self._preceding.get(tax)) and day < change.day:
            tax = change.old
        while (change := self._following.get(tax)) and change.day <= day:
            tax = change.new
        return tax

    def days(self, tax: Hashable) -> tuple[date, ...]:
        """The days of all changes in the tax's chain, in order."""
        tax = self.in_force(tax, date.min)
        days = []
        while change := self._following.get(tax):
            days.append(change.day)
            tax = change.new
        return tuple(days)

"""Charges and credits typed in by hand: billed once, on their day (スポット請求).

What is billed of a one-off is known by its key, whatever contract or day it names meanwhile.  A
changed amount gives the difference: money that goes back is a credit of the lines that hold it,
the last one first, and the rest is a line of its own.
"""
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from .bill import Family, families_of
from .facts import CREDIT, ONE_OFF, Account, BilledItem, DueItem, OneOff, Rules
from .money import from_minor, to_minor


def due_one_offs(account: Account, billed: Iterable[BilledItem], target: date, rules: Rules) -> (
        list[DueItem]):
    """Lines of one-offs whose day has come, and credits of those that are gone."""
    if not account.one_offs and not billed:
        return []
    standing: dict = {}
    for family in families_of(billed, rules):
        standing.setdefault(family.item.one_off, []).append(family)
    found: list[DueItem] = []
    for one_off in sorted(account.one_offs, key=lambda one: one.day):
        if one_off.day <= target:
            wanted = to_minor(one_off.amount, rules.digits, rules.rounding)
            found += _settle(one_off, wanted, standing.get(one_off.key, []), target, rules)
        standing.pop(one_off.key, None)
    for held in standing.values():
        found += [_credit(family, -family.held, -family.quantity, target, rules)
                  for family in held if family.held]
    return found


def _settle(one_off: OneOff, wanted: int, families: list[Family], target: date, rules: Rules) -> (
        list[DueItem]):
    """From what is held to what is wanted; the first line tells the quantity."""
    step = wanted - sum(family.held for family in families)
    quantity = _quantity(one_off, step, families, rules)
    found = []
    for family in reversed(families):
        if step * family.held < 0:
            back = -family.held if abs(family.held) <= abs(step) else step
            found.append(_credit(family, back, None if found else quantity, target, rules))
            step -= back
    if step:
        number = 1 + max((family.item.number for family in families), default=-1)
        found.append(_line(one_off, step, number, None if found else quantity, rules))
    return found


def _quantity(one_off: OneOff, step: int, families: list[Family], rules: Rules) -> Decimal | None:
    """What the quantity grew by, where it tells the amount at the price."""
    if one_off.quantity is None or not families:
        return one_off.quantity
    more = one_off.quantity - sum(family.quantity for family in families)
    told = to_minor(more * (one_off.unit_price or 0), rules.digits, rules.rounding)
    return more if told == step else None


def _line(one_off: OneOff, minor: int, number: int, quantity: Decimal | None, rules: Rules) -> (
        DueItem):
    percent = rules.tax_percent if one_off.tax_percent is None else one_off.tax_percent
    return DueItem(
        contract=one_off.contract, plan=None, charge=ONE_OFF, kind=ONE_OFF,
        date_from=one_off.day, date_to=one_off.day, amount=from_minor(minor, rules.digits),
        quantity=quantity, unit_price=None if quantity is None else one_off.unit_price,
        period_from=one_off.day, period_to=one_off.day, terms='', due=one_off.day, credits=None,
        number=number, tax_percent=percent, charge_key=None, one_off=one_off.key)


def _credit(family: Family, minor: int, quantity: Decimal | None, target: date, rules: Rules) -> (
        DueItem):
    """Money of a line that goes back, at the tax of that line."""
    item = family.item
    percent = rules.tax_percent if item.tax_percent is None else item.tax_percent
    return DueItem(
        contract=item.contract, plan=item.plan, charge=item.charge, kind=CREDIT,
        date_from=item.date_from, date_to=item.date_to, amount=from_minor(minor, rules.digits),
        quantity=quantity or None, unit_price=None, period_from=item.period_from,
        period_to=item.period_to, terms=item.terms, due=target, credits=item.key,
        number=len(family.credits), tax_percent=percent, charge_key=item.charge_key,
        one_off=item.one_off)

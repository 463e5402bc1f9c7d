"""Invoices for an amount: one, all, or some of them whose sum it is (合算消込)."""

from collections.abc import Sequence

from .values import EXACT, FEE, OVER, PARTIAL, SUM, TOTAL, Allocation, OpenInvoice, Settings

# Steps of the search for a sum; beyond them a person looks. Enough for 24 different amounts.
MOST_STEPS = 50_000


class Fit:
    """How an amount fits the open invoices of a payer, or of several payers together."""

    __slots__ = ('kind', 'allocations', 'fee', 'rest')

    def __init__(self, kind: str, invoices: Sequence[OpenInvoice], amount: int, fee: int = 0,
                 rest: int = 0):
        self.kind, self.fee, self.rest = kind, fee, rest
        self.allocations = _allocate(invoices, amount + fee - rest)


def _allocate(invoices: Sequence[OpenInvoice], amount: int) -> tuple[Allocation, ...]:
    """Settle invoices in their order as far as the amount goes."""
    found = []
    for invoice in invoices:
        part = min(invoice.amount, amount)
        if part > 0:
            found.append(Allocation(invoice.key, part))
            amount -= part
    return tuple(found)


def fits(invoices: Sequence[OpenInvoice], amount: int, settings: Settings) -> Fit | None:
    """Return the best way in which an amount settles whole invoices, the oldest ones first.

    Of invoices of one amount the oldest is meant; of different sums of different invoices none is
    chosen.
    """
    invoices = sorted(invoices, key=lambda invoice: (invoice.due, str(invoice.key)))
    return (_whole(invoices, amount, settings)
            or _less_a_fee(invoices, amount, settings))


def rough_fit(invoices: Sequence[OpenInvoice], amount: int) -> Fit:
    """Return what an amount settles that fits nothing: the oldest in part, or all and a rest."""
    invoices = sorted(invoices, key=lambda invoice: (invoice.due, str(invoice.key)))
    total = sum(invoice.amount for invoice in invoices)
    if amount > total:
        return Fit(OVER, invoices, amount, rest=amount - total)
    return Fit(PARTIAL, invoices, amount)


def _whole(invoices: list[OpenInvoice], amount: int, settings: Settings) -> Fit | None:
    for invoice in invoices:
        if invoice.amount == amount:
            return Fit(EXACT, [invoice], amount)
    if len(invoices) > 1 and sum(invoice.amount for invoice in invoices) == amount:
        return Fit(TOTAL, invoices, amount)
    some = _subset(invoices[:settings.most_invoices], amount)
    return Fit(SUM, some, amount) if some else None


def _less_a_fee(invoices: list[OpenInvoice], amount: int, settings: Settings) -> Fit | None:
    """The payer took the bank's fee off: of one invoice, of all, or of the oldest in a row."""
    total = 0
    candidates = [[invoice] for invoice in invoices]
    for index, invoice in enumerate(invoices):
        total += invoice.amount
        if index:
            candidates.append(invoices[:index + 1])
    short = [(sum(invoice.amount for invoice in some) - amount, some) for some in candidates]
    possible = [(fee, some) for fee, some in short if _is_fee(fee, settings)]
    if not possible:
        return None
    amounts = {fee for fee, _some in possible}
    if len(amounts) > 1:
        return None  # two fees explain it in two ways
    fee, some = possible[0]
    return Fit(FEE, some, amount, fee=fee)


def _is_fee(difference: int, settings: Settings) -> bool:
    return 0 < difference and (
        difference in settings.fees or difference <= settings.fee_tolerance)


def _subset(invoices: list[OpenInvoice], amount: int) -> list[OpenInvoice]:
    """The invoices whose sum is the amount; [] where there is none, or more than one way.

    Invoices of one amount count as one: how many of them are taken is what tells two ways apart.
    """
    by_amount: dict[int, list[OpenInvoice]] = {}
    for invoice in invoices:
        by_amount.setdefault(invoice.amount, []).append(invoice)
    amounts = sorted(by_amount, reverse=True)
    left = [0] * (len(amounts) + 1)
    for index in range(len(amounts) - 1, -1, -1):
        left[index] = left[index + 1] + amounts[index] * len(by_amount[amounts[index]])
    ways = _Ways(amounts, [len(by_amount[one]) for one in amounts], left)
    ways.search(0, amount, [])
    if len(ways.found) != 1 or ways.steps > MOST_STEPS:
        return []
    [counts] = ways.found
    taken = [invoice for one, count in zip(amounts, counts) for invoice in by_amount[one][:count]]
    return sorted(taken, key=invoices.index)


class _Ways:
    """Depth-first search for the ways to make up an amount; stops at the second one."""

    def __init__(self, amounts: list[int], available: list[int], left: list[int]):
        self.amounts, self.available, self.left = amounts, available, left
        self.found: list[list[int]] = []
        self.steps = 0

    def search(self, index: int, rest: int, counts: list[int]) -> None:
        self.steps += 1
        if rest == 0:
            self.found.append(counts + [0] * (len(self.amounts) - index))
            return
        if index == len(self.amounts) or rest > self.left[index]:
            return
        most = min(self.available[index], rest // self.amounts[index])
        for count in range(most, -1, -1):
            if len(self.found) > 1 or self.steps > MOST_STEPS:
                return
            self.search(index + 1, rest - count * self.amounts[index], [*counts, count])

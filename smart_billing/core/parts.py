"""Cuts inside a period: agreed prices, tax rates and discounts (期間内の区切り).

A piece of wanted days falls apart where its price or its tax rate changes, each part a line of its
own.  A part that only the tax rate cut off costs what is left of the whole, and is due with it.  On
top of each part come the lines of the discounts that lower it.
"""
from collections.abc import Callable
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from .bill import Price
from .discounts import Cover
from .facts import ADVANCE, Charge, Discount
from .intervals import union
from .periods import Period
from .proration import Piece
from .spans import PriceSpan


class Part(NamedTuple):
    """A piece at one price and one tax rate; `suffix` sets its terms apart in the period."""

    piece: Piece
    price: Price
    suffix: str = ''


def parts_of(
    piece: Piece, period: Period, charge: Charge, agreed: tuple[PriceSpan, ...],
    price_at: Callable[[PriceSpan | None], Price],
) -> list[Part]:
    """The parts of a piece; `price_at` tells the price on days with an agreed one, or without."""
    days = [day for day in charge.tax_changes if period.full_from < day < period.full_to]
    stretches = _by_price(piece, agreed, price_at)
    if not days:
        return stretches
    return [part for stretch in stretches
            for part in _by_tax(stretch, sorted(days), period, charge.timing == ADVANCE)]


def _by_price(piece: Piece, agreed: tuple[PriceSpan, ...],
              price_at: Callable[[PriceSpan | None], Price]) -> list[Part]:
    borders = {day for span in agreed for day in span[:2]
               if piece.date_from < day < piece.date_to}
    found: list[Part] = []
    for begin, end in pairwise(sorted({piece.date_from, piece.date_to, *borders})):
        price = price_at(next(
            (span for span in agreed if span.date_from <= begin < span.date_to), None))
        if found and found[-1].price.terms == price.terms:
            begin = found.pop().piece.date_from
        found.append(Part(_clipped(piece, begin, end), price))
    return found


def _clipped(piece: Piece, begin: date, end: date) -> Piece:
    """Some days of a piece, with the missing days that touch them."""
    return piece._replace(
        date_from=begin, date_to=end,
        before=piece.before if begin == piece.date_from else (),
        after=piece.after if end == piece.date_to else ())


def _by_tax(stretch: Part, days: list[date], period: Period, advance: bool) -> list[Part]:
    """Cut at changes of the tax rate, each part marked by the day since which its rate holds."""
    whole = stretch.piece
    inside = [day for day in days if whole.date_from < day < whole.date_to]
    found = []
    for begin, end in pairwise([whole.date_from, *inside, whole.date_to]):
        rate_from = max((day for day in days if day <= begin), default=None)
        piece, suffix = _clipped(whole, begin, end), ''
        if rate_from is not None:
            suffix = f'|{(rate_from - period.full_from).days}'
        if begin in inside:
            piece = piece._replace(lead=((period.full_from, begin),))
            suffix += '<0'
        if inside:
            piece = piece._replace(due=whole.date_from if advance else whole.date_to)
        found.append(stretch._replace(piece=piece, suffix=suffix))
    return found


def lowered(part: Part, covers: tuple[Cover, ...], period: Period,
            price_after: Callable[[Price, Discount], Price]) -> list[Part]:
    """The discounts of a part, in the order of their days and of entry.

    A discount that begins inside the part goes on from the part's first days, so that discounts
    one after the other take no more than one for all the days.
    """
    begin, end = part.piece[:2]
    borders = {day for cover in covers for day in cover[:2] if begin < day < end}
    found: list[Part] = []
    running: dict[int, int] = {}
    for first, last in pairwise(sorted({begin, end, *borders})):
        price = part.price
        for index, cover in enumerate(covers):
            if not cover.date_from <= first < cover.date_to:
                continue
            less = price_after(price, cover.discount)
            if less is price:
                continue
            price, at = less, running.get(index)
            if at is not None and found[at].price is less and found[at].piece.date_to == first:
                found[at] = found[at]._replace(
                    piece=_discounted(part.piece, found[at].piece.date_from, last))
            else:
                running[index] = len(found)
                found.append(Part(_discounted(part.piece, first, last), less,
                                  _suffix(part, first, period)))
    return found


def _discounted(piece: Piece, begin: date, end: date) -> Piece:
    days = _clipped(piece, begin, end)
    if begin == piece.date_from:
        return days
    lead = union([*piece.lead, *piece.before, (piece.date_from, begin)])
    return days._replace(lead=tuple(lead))


def _suffix(part: Part, begin: date, period: Period) -> str:
    if begin == part.piece.date_from or part.piece.lead:
        return part.suffix
    return f'{part.suffix}<{(part.piece.date_from - period.full_from).days}'

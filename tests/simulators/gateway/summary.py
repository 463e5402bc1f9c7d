"""The gateway's truth, to be compared with the biller's ledger at the end."""
from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from .books import AUTH, FAILED, Order

if TYPE_CHECKING:
    from .gateway import Gateway


def books(gateway: Gateway, shop: str = '') -> dict[str, Any]:
    with gateway.books.lock:
        orders = [order for order in gateway.books.all('order') if shop in ('', order.shop)]
        return {
            'now': gateway.clock.now().isoformat(), 'totals': totals(orders),
            'states': dict(Counter(order.state for order in orders)),
            'orders': [plain(order) for order in orders],
            'cards': [asdict(card) for card in gateway.books.all('card')
                      if shop in ('', card.shop)],
            'payouts': [{**asdict(payout), 'net': payout.net}
                        for payout in gateway.books.all('payout') if shop in ('', payout.shop)]}


def plain(order: Order) -> dict[str, Any]:
    return {**asdict(order), 'refunded': order.refunded, 'kept': order.kept}


def totals(orders: Iterable[Order]) -> dict[str, dict[str, int]]:
    """`kept`: what customers have paid in the end."""
    amounts: dict[str, list[int]] = {
        name: [] for name in ('authorised', 'captured', 'voided', 'refunded', 'charged_back',
                              'failed', 'kept')}
    for order in orders:
        if order.state == AUTH:
            amounts['authorised'].append(order.amount)
        if order.state == FAILED:
            amounts['failed'].append(order.amount)
        if order.captured:
            amounts['captured'].append(order.captured)
        if order.voided_at and order.captured:
            amounts['voided'].append(order.captured)
        amounts['refunded'] += [refund.amount for refund in order.refunds]
        if order.charged_back_at:
            amounts['charged_back'].append(order.captured - order.refunded)
        if order.kept:
            amounts['kept'].append(order.kept)
    return {name: {'count': len(each), 'amount': sum(each)} for name, each in amounts.items()}

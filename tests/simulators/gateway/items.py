"""What an answer or a notification says about an order or a card."""
from __future__ import annotations

from typing import Any

from .books import Card, Order


def order_items(order: Order, amount: int | None = None) -> dict[str, Any]:
    """`amount`: what this answer is about, the order's own where nothing else is said."""
    return {
        'res_sps_transaction_id': order.transaction, 'res_tracking_id': order.tracking,
        'cust_code': order.customer, 'order_id': order.order_id, 'status': order.state,
        'amount': order.amount if amount is None else amount, 'currency': 'JPY', 'tax': order.tax,
        'captured_amount': order.captured,
        'refunded_amount': order.refunded, 'order_err_code': order.code,
        'res_process_date': order.done}


def card_items(card: Card) -> dict[str, Any]:
    return {'card_ref': card.ref, 'cc_number': card.number, 'cc_expiration': card.expiry,
            'default_flg': int(card.default)}

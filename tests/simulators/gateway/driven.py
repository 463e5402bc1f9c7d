"""The gateway driven without a network, for its tests."""
from __future__ import annotations

from datetime import datetime
from typing import Any

from .calls import CALLS
from .codes import Refusal
from .gateway import Gateway
from .handmade import GOOD, IDS
from .message import Message

SHOP = '30132101'
START = datetime(2026, 10, 1, 9)


def call(gateway: Gateway, name: str, **values: Any) -> Any:
    """The answer's items, or the error code as text."""
    message = Message(IDS[name], {key: str(value) for key, value in values.items()})
    try:
        return gateway.handle(SHOP, CALLS[IDS[name]], message)
    except Refusal as refusal:
        return refusal.code


def token(gateway: Gateway, number: str = GOOD, expiry: str = '12/30', customer: str = '',
          passed: bool = True) -> dict[str, str]:
    made = gateway.cards.make_token(SHOP, number, expiry, gateway.settings, '', customer)
    if made.session:
        gateway.cards.answer_3ds(made.session, passed)
    return {'token': made.token, 'token_key': made.key}


def store(gateway: Gateway, customer: str = 'K1', **card: Any) -> Any:
    return call(gateway, 'store_card', cust_code=customer, **token(gateway, **card))


def pay(gateway: Gateway, order: str = 'A', amount: int = 1000, sale: int = 1,
        customer: str = 'K1', **more: Any) -> Any:
    return call(gateway, 'authorise', cust_code=customer, order_id=order, amount=amount,
                sales_flg=sale, **more)


def state(gateway: Gateway, order: str = 'A') -> str:
    return call(gateway, 'inquire', order_id=order)['status']

"""The calls by message id: which items each must have and may have, and how they look."""
from __future__ import annotations

import re
from dataclasses import dataclass

from . import codes
from .codes import Refusal
from .message import FLAG_ITEM, Message

NOTIFY = 'NT01-00101-101'
_COMMON = ('merchant_id', 'service_id', FLAG_ITEM, 'request_date', 'limit_second')
_TEXT = ('item_id', 'item_name', 'free1', 'free2', 'free3')
_FOLLOW_UP = ('cust_code', 'sps_transaction_id', 'tracking_id', 'processing_datetime')


@dataclass(frozen=True)
class Call:
    name: str
    needs: tuple[str, ...]
    may: tuple[str, ...] = ()


CALLS = {
    'ST01-00101-101': Call('check', ('cust_code', 'order_id'),
                           ('token', 'token_key', 'card_ref', 'amount', 'tax', *_TEXT)),
    'ST01-00131-101': Call('authorise', ('cust_code', 'order_id', 'amount'),
                           ('token', 'token_key', 'card_ref', 'tax', 'sales_flg', *_TEXT)),
    'ST02-00201-101': Call('capture', ('order_id',), ('amount', *_FOLLOW_UP)),
    'ST02-00303-101': Call('cancel', ('order_id',), _FOLLOW_UP),
    'ST02-00307-101': Call('refund', ('order_id', 'refund_no', 'amount'), _FOLLOW_UP),
    'MG01-00101-101': Call('inquire', ('order_id',), _FOLLOW_UP),
    'MG02-00131-101': Call('store_card', ('cust_code', 'token', 'token_key'), ('default_flg',)),
    'MG02-00104-101': Call('read_card', ('cust_code',), ('card_ref',)),
    'MG02-00103-101': Call('delete_card', ('cust_code',), ('card_ref',)),
}
# Longest value and shape of each item.
_SHAPES = {
    'merchant_id': (5, r'[0-9]{5}'), 'service_id': (3, r'[0-9]{3}'),
    'cust_code': (64, r'[!-~]+'), 'order_id': (38, r'[!-~]+'), 'item_id': (32, r'[!-~]+'),
    'item_name': (40, r'[^\x00-\x1f]+'), 'free1': (50, r'[^\x00-\x1f]+'),
    'free2': (50, r'[^\x00-\x1f]+'), 'free3': (50, r'[^\x00-\x1f]+'),
    'tax': (7, r'0|[1-9][0-9]*'), 'amount': (7, r'0|[1-9][0-9]*'), 'sales_flg': (1, r'[01]'),
    'refund_no': (38, r'[!-~]+'), 'token': (64, r'[0-9A-Za-z]+'),
    'token_key': (64, r'[0-9A-Za-z]+'),
    'card_ref': (38, r'[!-~]+'), 'default_flg': (1, r'[01]'), FLAG_ITEM: (1, r'[01]'),
    'request_date': (14, r'[0-9]{14}'), 'limit_second': (4, r'[0-9]{1,4}'),
    'sps_transaction_id': (32, r'[0-9A-Za-z]+'), 'tracking_id': (14, r'[0-9]+'),
    'processing_datetime': (14, r'[0-9]{14}')}
_PATTERNS = {name: re.compile(shape) for name, (_length, shape) in _SHAPES.items()}


def check(message: Message) -> Call:
    """The call of a message whose items are all there, allowed and well formed."""
    call = CALLS.get(message.call)
    if call is None:
        raise Refusal(codes.UNKNOWN_CALL, 'id')
    for name in (*_COMMON[:2], 'request_date', *call.needs):
        if not message[name]:
            raise Refusal(codes.MISSING, name)
    for name, value in message.values.items():
        if name not in (*_COMMON, *call.needs, *call.may):
            raise Refusal(codes.NOT_ALLOWED, name)
        if len(value) > _SHAPES[name][0]:
            raise Refusal(codes.LENGTH, name)
        if value and not _PATTERNS[name].fullmatch(value):
            raise Refusal(codes.FORMAT, name)
    return call

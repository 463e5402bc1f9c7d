"""The gateway's calls as messages (要求電文): values in, fields in the order of the interface out.

The order id is ours and names invoice and attempt, so that a repeated call is the same order.
A card number is in none of them: cards are tokens (非保持化).
"""

import re
from typing import NamedTuple

from odoo.addons.smart_billing.core.errors import FieldError

from .message import Message
from .profile import Profile

_ORDER = re.compile(r'[A-Za-z0-9-]{1,38}')
_CUSTOMER = re.compile(r'[A-Za-z0-9_-]{1,64}')
MOST_AMOUNT = 9_999_999


class Merchant(NamedTuple):
    """Who collects, as the gateway has registered it."""

    merchant_id: str
    service_id: str


class Charge(NamedTuple):
    """One order: its id, the customer whose stored card is charged, yen with tax."""

    order_id: str
    customer: str
    amount: int
    tax: int = 0
    item_name: str = ''


def order_id(number: str, attempt: int) -> str:
    """Return the order id of an attempt to collect an invoice."""
    text = re.sub('[^A-Za-z0-9]+', '-', number).strip('-') + f'-{attempt}'
    return check_order_id(text)


def check_order_id(text: str) -> str:
    """Return an order id that the interface takes, or refuse it."""
    if not _ORDER.fullmatch(text):
        raise FieldError('order_id', field='order_id', value_length=len(text), remedy='shorten')
    return text


def check_card(merchant: Merchant, customer: str, order: str, profile: Profile) -> Message:
    """Ask whether a stored card can be charged at all (有効性確認)."""
    return _message('check', merchant, profile, ('cust_code', _customer(customer)),
                    ('order_id', check_order_id(order)), ('amount', '0'))


def authorise(merchant: Merchant, charge: Charge, profile: Profile, *, capture: bool) -> Message:
    """Authorise a charge to the stored card; with `capture` the sale follows at once (即時売上)."""
    return _message(
        'authorise', merchant, profile, *_charge(charge),
        ('sales_flg', '1' if capture else '0'))


def capture(merchant: Merchant, order: str, amount: int, profile: Profile) -> Message:
    """Turn an authorisation into a sale (売上)."""
    return _about('capture', merchant, order, profile, amount)


def cancel(merchant: Merchant, order: str, profile: Profile) -> Message:
    """Void an authorisation, or a sale before its closing (取消)."""
    return _about('cancel', merchant, order, profile)


def refund(merchant: Merchant, order: str, amount: int, profile: Profile, *,
           number: int) -> Message:
    """Give a part of a sale back (返金); `number` tells two refunds of one order apart."""
    message = _about('refund', merchant, order, profile, amount)
    return message._replace(fields=(*message.fields, ('refund_no', str(number))))


def inquire(merchant: Merchant, order: str, profile: Profile) -> Message:
    """Ask what has become of an order (取引照会)."""
    return _about('inquire', merchant, order, profile)


def store_card(merchant: Merchant, customer: str, token: str, token_key: str,
               profile: Profile) -> Message:
    """Store the card behind a single-use token under the customer."""
    return _message('store_card', merchant, profile, ('cust_code', _customer(customer)),
                    ('token', token), ('token_key', token_key))


def read_card(merchant: Merchant, customer: str, profile: Profile) -> Message:
    """Ask for the masked number and expiry of the stored card."""
    return _message('read_card', merchant, profile, ('cust_code', _customer(customer)))


def delete_card(merchant: Merchant, customer: str, profile: Profile) -> Message:
    """Forget the stored card."""
    return _message('delete_card', merchant, profile, ('cust_code', _customer(customer)))


def _message(operation: str, merchant: Merchant, profile: Profile, *fields: tuple) -> Message:
    return Message(profile.message_ids[operation], (
        ('merchant_id', merchant.merchant_id), ('service_id', merchant.service_id), *fields))


def _about(operation: str, merchant: Merchant, order: str, profile: Profile,
           amount: int | None = None) -> Message:
    fields = [('order_id', check_order_id(order))]
    if amount is not None:
        fields.append(('amount', str(_amount(amount))))
    return _message(operation, merchant, profile, *fields)


def _charge(charge: Charge) -> tuple:
    return (('cust_code', _customer(charge.customer)),
            ('order_id', check_order_id(charge.order_id)), ('item_name', charge.item_name),
            ('tax', str(charge.tax)), ('amount', str(_amount(charge.amount))))


def _customer(text: str) -> str:
    if not _CUSTOMER.fullmatch(text):
        raise FieldError('customer', field='cust_code', value_length=len(text))
    return text


def _amount(amount: int) -> int:
    if type(amount) is not int or not 0 < amount <= MOST_AMOUNT:
        raise FieldError('amount_over_limit' if type(amount) is int and amount > 0
                         else 'amount_not_positive', field='amount', amount=amount,
                         maximum=MOST_AMOUNT)
    return amount

"""Error codes: method (3) + type (2) + item (3), as public clients of such a gateway list them."""
from __future__ import annotations

METHOD = '101'      # card
NO_ITEM = '999'

# Types of the request itself.
XML, UNKNOWN_CALL, MISSING, LENGTH, FORMAT, VALUE = '00', '02', '03', '05', '06', '07'
HASH, EXPIRED_REQUEST, TRANSACTION, TRACKING, NOT_ALLOWED, SHOP = '09', '10', '11', '12', '13', '14'
NOT_FOUND, CUSTOMER, DUPLICATE = '83', '95', '96'
# Types of the card.
UNUSABLE, WRONG_CARD, NOT_AUTHENTICATED = '23', '27', '62'
# Types of an order that is in another state.
SALE_IS_AUTOMATIC, NOTHING_TO_CAPTURE, CAPTURE_OF_VOID, CAPTURED_ALREADY, CAPTURE_TOO_LATE = (
    '37', '39', '40', '41', '42')
NOTHING_TO_REFUND, REFUND_OF_VOID, REFUNDED_ALREADY = '44', '45', '46'
USE_REFUND, NOTHING_TO_CANCEL, CANCELLED_ALREADY = '50', '51', '52'
ABOVE_AUTHORISED, NOT_CAPTURED, ABOVE_CAPTURED = '79', 'K0', 'K1'

# Those of a token, a stored card's number and a refund's number are this gateway's own.
ITEMS = {
    'id': '000', 'merchant_id': '001', 'service_id': '002', 'cust_code': '003', 'order_id': '004',
    'item_id': '005', 'item_name': '006', 'tax': '007', 'amount': '008', 'free1': '010',
    'free2': '011', 'free3': '012', 'request_date': '023', 'limit_second': '024',
    'sps_hashcode': '025', 'sps_transaction_id': '026', 'tracking_id': '027',
    'encrypted_flg': '028', 'processing_datetime': '029', 'cc_number': '200',
    'cc_expiration': '201', 'security_code': '209', 'token': '217', 'token_key': '218',
    'card_ref': '219', 'refund_no': '220', 'sales_flg': '221', 'default_flg': '222'}


class Refusal(Exception):
    """The request is answered NG with this code."""

    def __init__(self, kind: str, item: str = '') -> None:
        self.code = f'{METHOD}{kind}{ITEMS.get(item, NO_ITEM)}'
        super().__init__(self.code)


class Refused(Refusal):
    """The issuer's own code."""

    def __init__(self, code: str) -> None:
        self.code = code
        Exception.__init__(self, code)

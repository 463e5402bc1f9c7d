"""Orders: checked, authorised, captured, cancelled, refunded. All amounts in whole yen."""
from __future__ import annotations

from calendar import monthrange
from datetime import date

from . import books, clock, codes
from .books import AUTH, CAPTURE, CHECK, EXPIRED, FAILED, SALES, VOID, Books, Order, Refund, key_of
from .clock import Clock
from .codes import Refusal
from .settings import Settings

CAPTURED = (CAPTURE, SALES)
RETURNED = (books.RETURN, books.RETURN_LATER)


def month_end_after(day: date, months: int) -> date:
    """The last day of the n-th month after this day's."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, monthrange(year, month + 1)[1])


class Charges:
    """Only inside a step, except for looking."""

    def __init__(self, ledger: Books, time: Clock) -> None:
        self._books = ledger
        self._clock = time

    def find(self, shop: str, order_id: str) -> Order | None:
        return self._books.get('order', key_of(shop, order_id))

    def need(self, shop: str, order_id: str, customer: str = '', transaction: str = '',
             tracking: str = '') -> Order:
        """The order, with whatever else the caller knows of it agreeing."""
        order = self.find(shop, order_id)
        if order is None:
            raise Refusal(codes.NOT_FOUND, 'order_id')
        if customer not in ('', order.customer):
            raise Refusal(codes.CUSTOMER, 'cust_code')
        if transaction not in ('', order.transaction):
            raise Refusal(codes.TRANSACTION, 'sps_transaction_id')
        if tracking not in ('', order.tracking):
            raise Refusal(codes.TRACKING, 'tracking_id')
        return order

    def put(self, order: Order) -> None:
        self._books.put('order', key_of(order.shop, order.order_id), order)

    def _now(self) -> str:
        return clock.stamp(self._clock.now())

    # ------------------------------------------------------------ money
    def free(self, shop: str, order_id: str) -> None:
        """An order id is good once, also when the first attempt was refused."""
        if self.find(shop, order_id):
            raise Refusal(codes.DUPLICATE, 'order_id')

    def open(self, shop: str, order_id: str, customer: str, card: str, amount: int, tax: int,
             state: str, refusal: str, settings: Settings) -> Order:
        """与信, with the sale in one where the state says so; a refusal is written down too."""
        number = self._books.next_number('order')
        order = Order(shop, order_id, customer, f'B{number:031}', f'{number:014}', card, amount,
                      tax, FAILED if refusal else state, refusal, self._now())
        if not refusal and state in (AUTH, CAPTURE):
            order.good_until = month_end_after(
                self._clock.today(), settings.auth_months).isoformat()
        if order.state == CAPTURE:
            order.sale_at_once, order.captured, order.captured_at = True, amount, order.done
        self.put(order)
        return order

    def check_capture(self, order: Order, amount: int) -> None:
        if order.state in (CAPTURE, SALES, *RETURNED, books.CHARGEBACK):
            raise Refusal(codes.SALE_IS_AUTOMATIC if order.sale_at_once
                          else codes.CAPTURED_ALREADY)
        if order.state == VOID:
            raise Refusal(codes.CAPTURE_OF_VOID)
        if order.state == EXPIRED:
            raise Refusal(codes.CAPTURE_TOO_LATE)
        if order.state != AUTH:
            raise Refusal(codes.NOTHING_TO_CAPTURE)
        if amount > order.amount:
            raise Refusal(codes.ABOVE_AUTHORISED, 'amount')
        if not amount:
            raise Refusal(codes.VALUE, 'amount')

    def capture(self, order: Order, amount: int) -> None:
        """売上: once, of the whole or a part; the rest of the authorisation is released."""
        order.state, order.captured, order.captured_at = SALES, amount, self._now()
        self.put(order)

    def check_cancel(self, order: Order) -> None:
        if order.state == VOID:
            raise Refusal(codes.CANCELLED_ALREADY)
        if order.state in (FAILED, CHECK, EXPIRED):
            raise Refusal(codes.NOTHING_TO_CANCEL)
        if order.closing or order.refunds or order.charged_back_at:
            raise Refusal(codes.USE_REFUND)

    def cancel(self, order: Order) -> None:
        """取消: of an authorisation, or of a sale that no closing has taken in yet."""
        order.state, order.voided_at = VOID, self._now()
        self.put(order)

    def check_refund(self, order: Order, number: str, amount: int) -> None:
        if order.state == VOID:
            raise Refusal(codes.REFUND_OF_VOID)
        if any(refund.refund_no == number for refund in order.refunds):
            raise Refusal(codes.DUPLICATE, 'refund_no')
        if order.state == AUTH:
            raise Refusal(codes.NOT_CAPTURED)
        if not order.captured or order.charged_back_at:
            raise Refusal(codes.NOTHING_TO_REFUND)
        if order.state in RETURNED:
            raise Refusal(codes.REFUNDED_ALREADY)
        if order.refunded + amount > order.captured:
            raise Refusal(codes.ABOVE_CAPTURED, 'amount')
        if not amount:
            raise Refusal(codes.VALUE, 'amount')

    def refund(self, order: Order, number: str, amount: int) -> Refund:
        """返金: in parts, each under a number of its own; the last one changes the state."""
        refund = Refund(number, amount, self._now())
        order.refunds.append(refund)
        if order.refunded == order.captured:
            same_month = order.captured_at[:6] == refund.done[:6]
            order.state = books.RETURN if same_month else books.RETURN_LATER
        self.put(order)
        return refund

    def charge_back(self, order: Order) -> None:
        """チャージバック: the card holder disputes it, the issuer takes the money back."""
        if order.kept <= 0:
            raise ValueError(f'order {order.order_id}: nothing to take back')
        order.state, order.charged_back_at = books.CHARGEBACK, self._now()
        self.put(order)

    def expire(self, today: date) -> list[Order]:
        """Authorisations that are good no more."""
        late = [order for order in self._books.all('order')
                if order.state == AUTH and order.good_until < today.isoformat()]
        for order in late:
            order.state = EXPIRED
            self.put(order)
        return late

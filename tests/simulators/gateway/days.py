"""What the gateway does when a day begins: expiries, result files, refreshes, closings, payouts."""
from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from .. import workdays
from . import files
from .books import FAILED, Order, Payout, key_of
from .settings import Settings

if TYPE_CHECKING:
    from .gateway import Gateway

GOOD, BAD = 'OK', 'NG'
SALE, REFUND, TAKEN_BACK = 'sale', 'refund', 'chargeback'
_DAY = timedelta(days=1)


def begin(today: date, gateway: Gateway) -> Iterator[dict[str, Any]]:
    """Only inside a step."""
    for order in gateway.charges.expire(today):
        yield {'event': 'authorisation expired', 'order_id': order.order_id}
    for shop in gateway.shops.codes():
        yield from _file_results(today - _DAY, shop, gateway)
    for file in gateway.shelf.due(today):
        yield _answer_refresh(file, gateway)
    if _is_closing(today - _DAY, gateway.settings):
        for shop in gateway.shops.codes():
            yield from _close(today - _DAY, shop, gateway)
    for payout in gateway.books.all('payout'):
        if not payout.filed and payout.paid_on <= today.isoformat():
            yield _pay_out(payout, gateway)


# ---------------------------------------------------------------- results
def result_rows(day: date, shop: str, gateway: Gateway) -> list[dict[str, Any]]:
    """What was captured or refused on a day (結果ファイル), each order once."""
    begins = f'{day:%Y%m%d}'
    return [{'order_id': order.order_id, 'result': BAD if order.state == FAILED else GOOD,
             'error_code': order.code, 'processed_on': begins,
             'amount': order.amount if order.state == FAILED else order.captured}
            for order in gateway.books.all('order')
            if order.shop == shop and not order.voided_at and _decided(order).startswith(begins)]


def _decided(order: Order) -> str:
    return order.done if order.state == FAILED else order.captured_at


def _file_results(day: date, shop: str, gateway: Gateway) -> Iterator[dict[str, Any]]:
    rows = result_rows(day, shop, gateway)
    if rows:
        yield gateway.shelf.make(files.RESULTS, shop, f'{shop}_{day:%Y%m%d}.csv', rows,
                                 gateway.settings)


# ---------------------------------------------------------------- refresh
def _answer_refresh(file: files.File, gateway: Gateway) -> dict[str, Any]:
    """洗替: one answer for each row, under the name of the request."""
    rows = []
    for row in files.read(files.REFRESH, gateway.shelf.data(file), gateway.settings):
        result, expiry, number = gateway.cards.refresh(file.shop, **{
            'customer': row['cust_code'], 'ref': row['card_ref']})
        rows.append({**row, 'result': result, 'expiry': expiry, 'masked_number': number})
    gateway.shelf.answered(file)
    return gateway.shelf.make(files.REFRESHED, file.shop, file.name, rows, gateway.settings)


# ---------------------------------------------------------------- payouts
def _is_closing(day: date, settings: Settings) -> bool:
    last = monthrange(day.year, day.month)[1]
    return day.day in settings.closing_days or (
        workdays.EOM in settings.closing_days and day.day == last)


def _close(day: date, shop: str, gateway: Gateway) -> Iterator[dict[str, Any]]:
    """締め: everything that happened until this day and is in no closing yet."""
    closing, rows = day.isoformat(), []
    for order in gateway.books.all('order'):
        if order.shop == shop and order.captured and not order.voided_at:
            rows += _take_in(order, closing, gateway)
    if rows:
        paid_on = workdays.shift(day, gateway.settings.payout_bd)
        payout = Payout(shop, closing, paid_on.isoformat(), rows)
        gateway.books.put('payout', key_of(shop, closing), payout)
        yield {'event': 'closed', 'shop': shop, 'closing': closing, 'rows': len(rows),
               'net': payout.net, 'paid_on': payout.paid_on}


def _take_in(order: Order, closing: str, gateway: Gateway) -> list[dict[str, Any]]:
    """The rows of one order; amounts are negative where money goes back, fees never."""
    settings, rows = gateway.settings, []
    if not order.closing:
        order.closing = closing
        fee = order.captured * settings.fee_per_mille // 1000 + settings.fee_per_item
        rows.append(_row(order, SALE, order.captured, fee, settings))
    for refund in order.refunds:
        if not refund.paid_out:
            refund.paid_out = closing
            rows.append(_row(order, REFUND, -refund.amount))
    if order.charged_back_at and not order.chargeback_closing:
        order.chargeback_closing = closing
        rows.append(_row(order, TAKEN_BACK, order.refunded - order.captured,
                         settings.chargeback_fee, settings))
    if rows:
        gateway.charges.put(order)
    return rows


def _row(order: Order, kind: str, amount: int, fee: int = 0,
         settings: Settings | None = None) -> dict[str, Any]:
    """Fee and its tax are each rounded down."""
    tax = fee * settings.fee_tax_percent // 100 if settings else 0
    return {'order_id': order.order_id, 'kind': kind, 'amount': amount, 'fee': fee, 'fee_tax': tax}


def payout_rows(payout: Payout) -> list[dict[str, Any]]:
    """As the file has them: amounts without a sign, the kind says which way."""
    paid_on = payout.paid_on.replace('-', '')
    return [{**row, 'amount': abs(row['amount']), 'paid_out_on': paid_on} for row in payout.rows]


def _pay_out(payout: Payout, gateway: Gateway) -> dict[str, Any]:
    """入金: the money, and the file that says what it is made of."""
    payout.filed = True
    gateway.books.put('payout', key_of(payout.shop, payout.closing), payout)
    name = f'{payout.shop}_{payout.closing.replace("-", "")}.csv'
    event = gateway.shelf.make(files.PAYOUTS, payout.shop, name, payout_rows(payout),
                               gateway.settings)
    return {**event, 'net': payout.net, 'paid_on': payout.paid_on}

"""The gateway: answers calls, keeps its books, lets days go by, tells the shops."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from . import books, clock, codes, days
from .books import AUTH, CAPTURE, CHECK, NO_ORDER, Books, Order
from .calls import Call
from .cards import Cards
from .charges import Charges
from .clock import Clock
from .codes import Refusal, Refused
from .faults import Faults
from .files import Shelf
from .issuer import Issuer, Question
from .items import card_items, order_items
from .message import Message
from .notices import Notices
from .settings import BY_STATUS, Settings
from .shops import Shops

_STATE = 'gateway'


class Gateway:
    """All methods may be called from several threads: each holds the books as a whole."""

    def __init__(self, root: Path, now: datetime | None = None) -> None:
        root.mkdir(parents=True, exist_ok=True)
        self.root = root
        self.shops = Shops(root)
        self.books = Books(root)
        saved = self.books.get('single', _STATE) or {}
        self.clock = Clock(saved.get('ahead', 0))
        if now and not saved:
            self.clock.set(now)
        self.settings = Settings().changed(saved.get('settings', {}))
        # The last day that has begun here: everything of the days before is done.
        self.day = date.fromisoformat(saved['day']) if saved else self.clock.today()
        self.faults = Faults()      # of this process: gone after a restart
        self.issuer = Issuer(self.books)
        self.cards = Cards(self.books, self.clock)
        self.charges = Charges(self.books, self.clock)
        self.notices = Notices(self.books, self.clock, self.shops, self.faults)
        self.shelf = Shelf(root / 'files', self.books, self.clock, self.faults)
        with self.books.step():
            self._save()

    def _save(self) -> None:
        self.books.put('single', _STATE, {
            'ahead': self.clock.ahead, 'day': self.day.isoformat(),
            'settings': self.settings.as_json()})

    def configure(self, values: Mapping[str, Any]) -> dict[str, Any]:
        with self.books.step():
            self.settings = self.settings.changed(values)
            self._save()
            return self.settings.as_json()

    # ------------------------------------------------------------ time
    def advance(self, to: datetime) -> list[dict[str, Any]]:
        """Live until this moment; what happened, in order."""
        with self.books.step():
            if to.tzinfo is None:
                to = to.replace(tzinfo=clock.JST)
            if to < self.clock.now():
                raise ValueError(f'{to.isoformat()} is past')
            return self._live_until(to)

    def _catch_up(self) -> None:
        """Midnight passed while the clock ran."""
        if self.day < self.clock.today():
            self._live_until(self.clock.now())

    def _live_until(self, to: datetime) -> list[dict[str, Any]]:
        events = []
        while self.day < to.date():
            self.day += timedelta(days=1)
            self.clock.set(datetime.combine(self.day, time(), clock.JST))
            events += [{'date': self.day.isoformat(), **event}
                       for event in days.begin(self.day, self)]
        self.clock.set(to)
        self._save()
        return events

    # ------------------------------------------------------------ calls
    def handle(self, shop: str, call: Call, message: Message) -> dict[str, Any]:
        """The items of a good answer; a `Refusal` says why there is none."""
        with self.books.step():
            self._catch_up()
            return getattr(self, f'_{call.name}')(shop, message)

    def _ask(self, call: str, shop: str, message: Message, number: str = '', expiry: str = '',
             card: books.Card | None = None) -> str:
        question = Question(call, shop, message['order_id'], message['cust_code'], number, expiry)
        return self.issuer.ask(question, self.settings, self.clock.today(), card)

    def _must(self, call: str, shop: str, message: Message) -> None:
        """A refusal that the driver has ordered for this call on an order."""
        code = self._ask(call, shop, message)
        if code:
            raise Refused(code)

    def _paying_card(self, shop: str, message: Message) -> tuple[str, str, books.Card | None]:
        """Number (masked), expiry and, unless a token was given, the stored card."""
        if message['token'] or message['token_key']:
            if message['card_ref']:
                raise Refusal(codes.NOT_ALLOWED, 'card_ref')
            token = self.cards.take_token(shop, message['token'], message['token_key'],
                                          message['cust_code'], self.settings)
            return token.number, token.expiry, None
        card = self.cards.need(shop, message['cust_code'], message['card_ref'])
        return card.number, card.expiry, card

    def _check(self, shop: str, message: Message) -> dict[str, Any]:
        return self._pay('check', shop, message, CHECK, 0, 0)

    def _authorise(self, shop: str, message: Message) -> dict[str, Any]:
        amount, tax = int(message['amount']), int(message['tax'] or 0)
        if not 0 < amount <= self.settings.max_amount:
            raise Refusal(codes.VALUE, 'amount')
        if tax > amount:
            raise Refusal(codes.VALUE, 'tax')
        state = CAPTURE if message['sales_flg'] == '1' else AUTH
        return self._pay('authorise', shop, message, state, amount, tax)

    def _pay(self, call: str, shop: str, message: Message, state: str, amount: int,
             tax: int) -> dict[str, Any]:
        self.charges.free(shop, message['order_id'])
        number, expiry, card = self._paying_card(shop, message)
        code = self._ask(call, shop, message, number, expiry, card)
        order = self.charges.open(shop, message['order_id'], message['cust_code'], number, amount,
                                  tax, state, code, self.settings)
        if call == 'authorise':
            self._tell(call, order)
        if code:
            raise Refused(code)
        return {**order_items(order), 'cc_number': number, 'cc_expiration': expiry}

    def _order(self, shop: str, message: Message) -> Order:
        return self.charges.need(shop, message['order_id'], message['cust_code'],
                                 message['sps_transaction_id'], message['tracking_id'])

    def _capture(self, shop: str, message: Message) -> dict[str, Any]:
        order = self._order(shop, message)
        amount = int(message['amount'] or order.amount)
        self.charges.check_capture(order, amount)
        self._must('capture', shop, message)
        self.charges.capture(order, amount)
        self._tell('capture', order, amount)
        return order_items(order, amount)

    def _cancel(self, shop: str, message: Message) -> dict[str, Any]:
        order = self._order(shop, message)
        self.charges.check_cancel(order)
        self._must('cancel', shop, message)
        self.charges.cancel(order)
        self._tell('cancel', order)
        return order_items(order)

    def _refund(self, shop: str, message: Message) -> dict[str, Any]:
        order, amount = self._order(shop, message), int(message['amount'])
        self.charges.check_refund(order, message['refund_no'], amount)
        self._must('refund', shop, message)
        self.charges.refund(order, message['refund_no'], amount)
        self._tell('refund', order, amount, refund_no=message['refund_no'])
        return {**order_items(order, amount), 'refund_no': message['refund_no']}

    def _inquire(self, shop: str, message: Message) -> dict[str, Any]:
        """照会 (SearchTrade): what the books say, also of an order that was refused."""
        if (self.settings.no_order == BY_STATUS
                and self.charges.find(shop, message['order_id']) is None):
            return {'order_id': message['order_id'], 'status': NO_ORDER}
        order = self._order(shop, message)
        refunds = [('refund', {'refund_no': refund.refund_no, 'amount': refund.amount,
                               'refund_date': refund.done}) for refund in order.refunds]
        return {**order_items(order), 'cc_number': order.card,
                'refunds': refunds}

    # ------------------------------------------------------------ stored cards
    def _store_card(self, shop: str, message: Message) -> dict[str, Any]:
        """Stored only when the issuer finds the card valid (有効性確認)."""
        token = self.cards.take_token(shop, message['token'], message['token_key'],
                                      message['cust_code'], self.settings)
        code = self._ask('store_card', shop, message, token.number, token.expiry)
        if code:
            raise Refused(code)
        card = self.cards.store(shop, message['cust_code'], token, message['default_flg'] == '1')
        return {'cust_code': card.customer, **card_items(card)}

    def _read_card(self, shop: str, message: Message) -> dict[str, Any]:
        """The card asked for, or the default one, and all that the customer has."""
        card = self.cards.need(shop, message['cust_code'], message['card_ref'])
        known = self.cards.of(shop, message['cust_code'])
        return {'cust_code': message['cust_code'], **card_items(card),
                'cards': [('card', card_items(one)) for one in known]}

    def _delete_card(self, shop: str, message: Message) -> dict[str, Any]:
        card = self.cards.need(shop, message['cust_code'], message['card_ref'])
        self.cards.delete(card)
        return {'cust_code': card.customer, 'card_ref': card.ref}

    # ------------------------------------------------------------ telling
    def _tell(self, about: str, order: Order, amount: int | None = None,
              **more: str) -> None:
        if self.settings.notify_url and about in self.settings.notify_of:
            self.notices.add(about, order.shop, order.order_id,
                             {**order_items(order, amount), **more})

    def charge_back(self, shop: str, order_id: str) -> dict[str, Any]:
        with self.books.step():
            order = self.charges.find(shop, order_id)
            if order is None:
                raise ValueError(f'no order {order_id!r}')
            self.charges.charge_back(order)
            self._tell('chargeback', order, order.captured - order.refunded)
            return asdict(order)

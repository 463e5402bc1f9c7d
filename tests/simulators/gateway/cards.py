"""Tokens and stored cards (会員カード): made, stored, read, deleted, refreshed."""
from __future__ import annotations

import re
import secrets
from datetime import timedelta
from typing import Any

from . import clock, codes
from .books import Books, Card, Token, key_of
from .clock import Clock
from .codes import Refusal
from .settings import REQUIRED, Settings

ASKED, PASSED, DECLINED = 'asked', 'passed', 'declined'
UNCHANGED, NEW_EXPIRY, NEW_NUMBER, INVALID, UNKNOWN = '0', '1', '2', '8', '9'


class CardError(ValueError):
    """What a customer typed is no card."""


def _luhn(number: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(number)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def mask(number: str) -> str:
    return '*' * (len(number) - 4) + number[-4:]


def read_number(text: str) -> str:
    """The mask of a number as typed; the number goes no further than this."""
    number = re.sub(r'[ -]', '', text)
    if not re.fullmatch(r'[0-9]{14,16}', number) or not _luhn(number):
        raise CardError('card number')
    return mask(number)


def read_expiry(text: str) -> str:
    """MM/YY, MMYY or YYYYMM as typed -> yyyyMM."""
    digits = re.sub(r'[ /]', '', text)
    if re.fullmatch(r'20[0-9]{2}(0[1-9]|1[0-2])', digits):
        return digits
    if re.fullmatch(r'(0[1-9]|1[0-2])[0-9]{2}', digits):
        return f'20{digits[2:]}{digits[:2]}'
    raise CardError('expiry')


class Cards:
    """Only inside a step, except for looking."""

    def __init__(self, books: Books, time: Clock) -> None:
        self._books = books
        self._clock = time
        self._of: dict[tuple[str, str], list[Card]] = {}
        for card in books.all('card'):
            self._of.setdefault((card.shop, card.customer), []).append(card)
        self._sessions = {token.session: token for token in books.all('token') if token.session}

    # ------------------------------------------------------------ tokens
    def make_token(self, shop: str, number: str, expiry: str, settings: Settings,
                   security_code: str = '', customer: str = '', return_url: str = '',
                   state: str = '') -> Token:
        """What the customer typed, exchanged for a token that is good once."""
        masked, month = read_number(number), read_expiry(expiry)
        if month < f'{self._clock.today():%Y%m}':
            raise CardError('expiry')
        if security_code and not re.fullmatch(r'[0-9]{3,4}', security_code):
            raise CardError('security code')
        asked = settings.three_d_secure == REQUIRED
        token = Token(secrets.token_hex(16), secrets.token_hex(16), shop, masked, month,
                      clock.stamp(self._clock.now()), customer,
                      secrets.token_hex(12) if asked else '', ASKED if asked else '',
                      return_url, state)
        with self._books.step():
            self._books.put('token', token.token, token)
            if asked:
                self._sessions[token.session] = token
        return token

    def by_session(self, session: str) -> Token | None:
        return self._sessions.get(session)

    def answer_3ds(self, session: str, accepted: bool) -> Token:
        """本人認証: what the customer chose on the issuer's page; the first answer stays."""
        with self._books.step():
            token = self.by_session(session)
            if token is None:
                raise CardError('session')
            if token.secure == ASKED:
                token.secure = PASSED if accepted else DECLINED
                self._books.put('token', token.token, token)
            return token

    def take_token(self, shop: str, value: str, key: str, customer: str,
                   settings: Settings) -> Token:
        """Used up by this call, also when the issuer then refuses the card."""
        token = self._books.get('token', value)
        if token is None or token.shop != shop or not secrets.compare_digest(token.key, key):
            raise Refusal(codes.NOT_FOUND, 'token')
        if token.customer not in ('', customer):
            raise Refusal(codes.CUSTOMER, 'cust_code')
        if token.used:
            raise Refusal(codes.DUPLICATE, 'token')
        age = self._clock.now() - clock.read_stamp(token.made)
        if age > timedelta(hours=settings.token_hours):
            raise Refusal(codes.NOT_FOUND, 'token')
        if token.secure in (ASKED, DECLINED):
            raise Refusal(codes.NOT_AUTHENTICATED, 'token')
        token.used = clock.stamp(self._clock.now())
        self._books.put('token', token.token, token)
        return token

    # ------------------------------------------------------------ stored cards
    def of(self, shop: str, customer: str) -> list[Card]:
        return list(self._of.get((shop, customer), ()))

    def find(self, shop: str, customer: str, ref: str = '') -> Card | None:
        """The card with this reference, or the default one; never another customer's."""
        if ref:
            card = self._books.get('card', key_of(shop, ref))
            return card if card and card.customer == customer else None
        return next((card for card in self.of(shop, customer) if card.default), None)

    def need(self, shop: str, customer: str, ref: str = '') -> Card:
        card = self.find(shop, customer, ref)
        if card is None:
            raise Refusal(codes.NOT_FOUND, 'card_ref' if ref else 'cust_code')
        return card

    def store(self, shop: str, customer: str, token: Token, default: bool) -> Card:
        """The first card of a customer is the default one; a later one where asked for."""
        known = self.of(shop, customer)
        ref = f'C{self._books.next_number("card"):010}'
        card = Card(shop, customer, ref, token.number, token.expiry, default or not known)
        if card.default:
            self._no_default(known)
        self._of.setdefault((shop, customer), []).append(card)
        self._put(card)
        return card

    def delete(self, card: Card) -> None:
        """Removed from the books; the oldest of the others becomes the default."""
        self._books.forget('card', key_of(card.shop, card.ref))
        self._of[card.shop, card.customer].remove(card)
        others = self.of(card.shop, card.customer)
        if card.default and others:
            others[0].default = True
            self._put(others[0])

    def _no_default(self, cards: list[Card]) -> None:
        for card in cards:
            if card.default:
                card.default = False
                self._put(card)

    def _put(self, card: Card) -> None:
        self._books.put('card', key_of(card.shop, card.ref), card)

    # ------------------------------------------------------------ the issuer's news
    def change(self, shop: str, customer: str, ref: str, **news: Any) -> Card:
        """What the issuer did: a new number or expiry, a card called in, one it does not know."""
        with self._books.step():
            card = self.need(shop, customer, ref)
            if 'number' in news:
                card.next_number = read_number(news['number'])
            if 'expiry' in news:
                card.next_expiry = read_expiry(news['expiry'])
            card.valid = news.get('valid', card.valid)
            card.known = news.get('known', card.known)
            self._put(card)
            return card

    def refresh(self, shop: str, customer: str, ref: str) -> tuple[str, str, str]:
        """洗替 of one row: result, expiry and masked number; the stored card takes the news in."""
        card = self.find(shop, customer, ref)
        if card is None or not card.known:
            return UNKNOWN, '', ''
        if not card.valid:
            return INVALID, '', ''
        result = UNCHANGED
        if card.next_expiry not in ('', card.expiry):
            result = NEW_EXPIRY
        if card.next_number not in ('', card.number):
            result = NEW_NUMBER
        card.number, card.expiry = card.next_number or card.number, card.next_expiry or card.expiry
        card.next_number = card.next_expiry = ''
        self._put(card)
        return result, '' if result == UNCHANGED else card.expiry, card.number

"""One message as XML: read strictly, written in the agreed characters, hashed by its leaves."""
from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from . import clock, codes, seal
from .codes import Refusal
from .settings import Settings
from .shops import Shop

REQUEST, RESPONSE = 'sps-api-request', 'sps-api-response'
HASH_ITEM, FLAG_ITEM = 'sps_hashcode', 'encrypted_flg'
LARGEST = 64 * 1024
_DECLARATION = re.compile(
    rb'\A<\?xml\s+version=(["\'])1\.0\1\s+encoding=(["\'])([A-Za-z0-9_-]+)\2\s*\?>\s*')
# A list of groups, each a list of leaves: the cards of a customer, the refunds of an order.
Items = Mapping[str, 'str | int | list[tuple[str, dict[str, str]]]']


@dataclass(frozen=True)
class Message:
    """A request that could be read: not checked yet beyond its form."""
    call: str                   # the message id
    values: dict[str, str]      # leaf name -> value, unwrapped and decrypted, trimmed

    def __getitem__(self, name: str) -> str:
        return self.values.get(name, '')


def _text(body: bytes, settings: Settings) -> str:
    """The document without its declaration, decoded as declared and agreed."""
    match = _DECLARATION.match(body)
    if not match or match[3].decode().lower() != settings.charset.lower():
        raise Refusal(codes.XML)
    try:
        return body[match.end():].decode(seal.CODECS[settings.charset])
    except UnicodeDecodeError:
        raise Refusal(codes.XML) from None


def _tree(body: bytes, settings: Settings) -> etree._Element:
    if len(body) > LARGEST:
        raise Refusal(codes.XML)
    text = _text(body, settings)
    if '<!' in text.replace('<![CDATA[', ''):       # no document type, so no entity
        raise Refusal(codes.XML)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False,
                             encoding='utf-8')
    try:
        root = etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError:
        raise Refusal(codes.XML) from None
    if root.tag != REQUEST:
        raise Refusal(codes.XML)
    return root


def _leaves(root: etree._Element) -> Iterator[tuple[str, str]]:
    for element in root.iter():
        if not isinstance(element.tag, str):
            raise Refusal(codes.XML)
        if len(element):
            if (element.text or '').strip() or any((x.tail or '').strip() for x in element):
                raise Refusal(codes.XML)
        elif element is not root:
            yield element.tag, (element.text or '').strip()


def read(body: bytes, settings: Settings, shop: Shop) -> tuple[Message, bool]:
    """The message, and whether it carries the right hash."""
    root = _tree(body, settings)
    leaves = list(_leaves(root))
    raw = dict(leaves)
    if len(raw) != len(leaves):
        raise Refusal(codes.XML)
    lock = shop.lock(settings) if raw.get(FLAG_ITEM) == '1' else None
    values = {name: _opened(name, value, settings, lock) for name, value in leaves}
    given = values.pop(HASH_ITEM, '')
    genuine = seal.same(given, _hash(values.values(), settings, shop))
    return Message(root.get('id', ''), values), genuine


def _opened(name: str, value: str, settings: Settings, lock: seal.Lock | None) -> str:
    try:
        if lock and name in settings.encrypted_items:
            value = lock.open(value)
        elif name in settings.base64_items:
            value = seal.unwrap(value, settings.charset)
    except seal.SealError:
        raise Refusal(codes.FORMAT, name) from None
    return value.strip()


def _hash(values: Iterable[str], settings: Settings, shop: Shop) -> str:
    return seal.digest(values, shop.hash_key, settings.hash, settings.charset)


def write(root: str, call: str, items: Items, settings: Settings, shop: Shop) -> bytes:
    """An answer or a notification, wrapped, encrypted, hashed and declared."""
    lock = shop.lock(settings)
    document = etree.Element(root, id=call)
    plain = _fill(document, items, settings, lock)
    etree.SubElement(document, HASH_ITEM).text = _hash(plain, settings, shop)
    text = etree.tostring(document, encoding='unicode')
    declaration = f'<?xml version="1.0" encoding="{settings.charset}"?>'
    return (declaration + text).encode(seal.CODECS[settings.charset])


def _fill(parent: etree._Element, items: Items, settings: Settings,
          lock: seal.Lock) -> list[str]:
    """Elements under the parent; the plain values in document order."""
    plain: list[str] = []
    for name, value in items.items():
        element = etree.SubElement(parent, name)
        if isinstance(value, list):
            for group, members in value:
                plain += _fill(etree.SubElement(element, group), members, settings, lock)
            continue
        text = str(value)
        plain.append(text)
        if lock.on and name in settings.encrypted_items:
            text = lock.shut(text)
        elif name in settings.base64_items:
            text = seal.wrap(text, settings.charset)
        element.text = text
    return plain


def check_window(message: Message, now: datetime, settings: Settings) -> None:
    """`request_date` and `limit_second`: an old request is one that somebody sends again."""
    try:
        sent = clock.read_stamp(message['request_date'])
    except ValueError:
        raise Refusal(codes.FORMAT, 'request_date') from None
    limit = message['limit_second'] or str(settings.max_window)
    if not limit.isdecimal() or int(limit) > settings.max_window:
        raise Refusal(codes.VALUE, 'limit_second')
    age = (now - sent).total_seconds()
    if not -settings.clock_skew <= age <= int(limit):
        raise Refusal(codes.EXPIRED_REQUEST, 'request_date')

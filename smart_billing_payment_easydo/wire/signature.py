"""The hash that proves who wrote a message (チェックサム), and the time in which it holds.

The hash is over the leaf values in the order of the document, trimmed, in the charset's bytes,
*before* base64 and encryption, the hash itself left out, followed by the merchant's key.
"""

import hashlib
import hmac
from collections.abc import Iterator
from datetime import datetime, timedelta

from odoo.addons.smart_billing.core.errors import DomainError

from .profile import CODECS, Keys, Profile
from .xml_text import Tree

HASH_FIELD = 'sps_hashcode'
DATE_FIELD = 'request_date'
LIMIT_FIELD = 'limit_second'
_STAMP = '%Y%m%d%H%M%S'


class SignatureError(DomainError):
    """A message is not proven to be from whom it says; nothing of it may be used."""


def leaves(tree: Tree) -> Iterator[str]:
    """Yield the values that are hashed, in the order of the document."""
    for name, value in tree:
        if isinstance(value, tuple):
            yield from leaves(value)
        elif name != HASH_FIELD:
            yield value.strip()


def hash_of(tree: Tree, keys: Keys, profile: Profile) -> str:
    """Return the hash of a tree of plain values, in lower-case hexadecimal digits."""
    if not keys.hash_key:
        # Without a key everybody could write the hash: nothing is signed, nothing is believed.
        raise SignatureError('hash_key_missing')
    text = ''.join(leaves(tree)) + keys.hash_key
    return hashlib.new(profile.hash_algorithm, text.encode(CODECS[profile.charset])).hexdigest()


def check_hash(tree: Tree, keys: Keys, profile: Profile) -> None:
    """Refuse a tree whose hash is missing or another one; the comparison tells no more."""
    found = dict(pair for pair in tree if isinstance(pair[1], str)).get(HASH_FIELD, '')
    expected = hash_of(tree, keys, profile)
    if not hmac.compare_digest(found.strip().lower().encode(), expected.encode()):
        raise SignatureError('wrong_hash')


def stamp(at: datetime) -> str:
    """Return a moment of the gateway's zone (JST) as messages carry it: yyyyMMddHHmmss."""
    return f'{at:{_STAMP}}'


def check_time(tree: Tree, at: datetime, profile: Profile) -> None:
    """Refuse a message outside its window: replayed later, or dated ahead.

    :param at: now, in the gateway's zone, without a zone of its own
    """
    fields = {name: value for name, value in tree if isinstance(value, str)}
    try:
        made = datetime.strptime(fields.get(DATE_FIELD, ''), _STAMP)
        limit = int(fields.get(LIMIT_FIELD) or profile.window)
    except ValueError:
        raise SignatureError('request_date') from None
    window = timedelta(seconds=min(limit, profile.window))
    if not made - window <= at <= made + window:
        raise SignatureError('outside_window', made=stamp(made), limit=limit)

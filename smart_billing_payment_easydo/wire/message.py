"""A whole message: plain fields in, signed bytes out; bytes in, proven plain fields out."""

import base64
from datetime import datetime
from typing import NamedTuple

from odoo.addons.smart_billing.core.errors import DomainError

from . import cipher, signature, xml_text
from .profile import CODECS, NO_CIPHER, Keys, Profile
from .xml_text import Tree, XmlError

REQUEST, RESPONSE, NOTICE = 'sps-api-request', 'sps-api-response', 'sps-api-request'
FLAG_FIELD = 'encrypted_flg'


class Message(NamedTuple):
    """Operation id and plain fields, without hash and time."""

    id: str
    fields: Tree

    def get(self, name: str, default: str = '') -> str:
        """Return a text of the first level."""
        for own, value in self.fields:
            if own == name and isinstance(value, str):
                return value
        return default


def encode_request(message: Message, keys: Keys, profile: Profile, at: datetime) -> bytes:
    """Return a signed request.

    :param at: now, in the gateway's zone (JST)
    """
    encrypts = profile.cipher != NO_CIPHER
    tree = message.fields + (
        *(((FLAG_FIELD, '1'),) if encrypts else ()),
        (signature.DATE_FIELD, signature.stamp(at)),
        (signature.LIMIT_FIELD, str(profile.window)),
    )
    return _encode(REQUEST, message.id, tree, keys, profile)


def encode_response(message: Message, keys: Keys, profile: Profile) -> bytes:
    """Return a signed answer, as a gateway gives it; for the check of a profile with a sample."""
    return _encode(RESPONSE, message.id, message.fields, keys, profile)


def decode_response(content: bytes, keys: Keys, profile: Profile) -> Message:
    """Return the fields of an answer whose hash is right."""
    return _decode(RESPONSE, content, keys, profile)


def decode_request(content: bytes, keys: Keys, profile: Profile, at: datetime) -> Message:
    """Return the fields of a request or notification, proven and within its time."""
    message = _decode(REQUEST, content, keys, profile)
    signature.check_time(message.fields, at, profile)
    return message


def _encode(root: str, id: str, tree: Tree, keys: Keys, profile: Profile) -> bytes:
    _check_charset(tree, profile.charset)
    proof = ((signature.HASH_FIELD, signature.hash_of(tree, keys, profile)),)
    return xml_text.write(root, {'id': id}, _hidden(tree, keys, profile) + proof, profile.charset)


def _check_charset(tree: Tree, charset: str) -> None:
    """Also what travels as base64 must be in the charset: the hash is over its bytes."""
    for name, value in tree:
        if isinstance(value, tuple):
            _check_charset(value, charset)
        else:
            xml_text.check_text(name, value, charset)


def _decode(root: str, content: bytes, keys: Keys, profile: Profile) -> Message:
    attributes, tree = xml_text.read(content, root, profile.charset)
    tree = _shown(tree, keys, profile)
    signature.check_hash(tree, keys, profile)
    return Message(attributes.get('id', ''), tree)


def _hidden(tree: Tree, keys: Keys, profile: Profile) -> Tree:
    """Plain values as they travel: encrypted, or base64 of the charset's bytes."""
    codec, pairs = CODECS[profile.charset], []
    for name, value in tree:
        if isinstance(value, tuple):
            value = _hidden(value, keys, profile)
        elif value and name in profile.encrypted_fields and profile.cipher != NO_CIPHER:
            value = cipher.encrypt(value.encode(codec), keys, profile.cipher)
        elif value and name in profile.base64_fields:
            value = base64.b64encode(value.encode(codec)).decode()
        pairs.append((name, value))
    return tuple(pairs)


def _shown(tree: Tree, keys: Keys, profile: Profile) -> Tree:
    pairs = []
    for name, value in tree:
        if isinstance(value, tuple):
            value = _shown(value, keys, profile)
        elif value.strip():
            value = _plain(name, value, keys, profile)
        pairs.append((name, value))
    return tuple(pairs)


def _plain(name: str, value: str, keys: Keys, profile: Profile) -> str:
    codec = CODECS[profile.charset]
    try:
        if name in profile.encrypted_fields and profile.cipher != NO_CIPHER:
            return cipher.decrypt(value, keys, profile.cipher).decode(codec)
        if name in profile.base64_fields:
            return base64.b64decode(value.strip(), validate=True).decode(codec)
    except DomainError as error:
        error.context['field'] = name
        raise
    except ValueError:  # no base64, or no text of the charset
        raise XmlError('element_charset', field=name) from None
    return value

"""Hash over the values of a message, and encryption of single fields."""
from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable

from Crypto.Cipher import AES, DES3

SHA1, SHA256, SHA512 = 'sha1', 'sha256', 'sha512'
NO_CIPHER, TRIPLE_DES, AES_CBC = 'none', '3des', 'aes'
# cipher -> (module, key characters, block size); keys and vectors are ASCII text.
_CIPHERS = {TRIPLE_DES: (DES3, 24, 8), AES_CBC: (AES, 32, 16)}
# The name in the XML declaration -> Python's. Japanese systems mean Microsoft's variant, which has
# the circled digits and the name-kanji of customers.
CODECS = {'Shift_JIS': 'cp932', 'UTF-8': 'utf-8'}


class SealError(ValueError):
    """A field that cannot be opened."""


def key_lengths(cipher: str) -> tuple[int, int]:
    """Characters of key and initial vector."""
    _module, key, block = _CIPHERS[cipher]
    return key, block


def digest(values: Iterable[str], key: str, algorithm: str, charset: str) -> str:
    """Hex hash of all values, trimmed, in document order, and the shared key after them."""
    whole = ''.join(value.strip() for value in values) + key
    return hashlib.new(algorithm, whole.encode(CODECS[charset])).hexdigest()


def same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.lower().encode(), other.lower().encode())


class Lock:
    """The cipher of one shop; `none` changes nothing."""

    def __init__(self, cipher: str, key: str, vector: str, charset: str) -> None:
        self.on = cipher != NO_CIPHER
        self._codec = CODECS[charset]
        if self.on:
            self._module, key_length, self._block = _CIPHERS[cipher]
            self._key, self._vector = key.encode(), vector.encode()
            if (len(self._key), len(self._vector)) != (key_length, self._block):
                raise SealError(f'{cipher}: key of {key_length} and vector of {self._block}')

    def _new(self):
        return self._module.new(self._key, self._module.MODE_CBC, self._vector)

    def shut(self, text: str) -> str:
        """Padded with spaces to whole blocks, encrypted, base64."""
        if not self.on or not text:
            return text
        data = text.encode(self._codec)
        data += b' ' * (-len(data) % self._block)
        return base64.b64encode(self._new().encrypt(data)).decode()

    def open(self, text: str) -> str:
        if not self.on or not text:
            return text
        try:
            data = base64.b64decode(text, validate=True)
            return self._new().decrypt(data).decode(self._codec).rstrip(' ')
        except (binascii.Error, ValueError) as error:
            raise SealError(str(error)) from error


def wrap(text: str, charset: str) -> str:
    """Base64 of a text in the service's character set."""
    return base64.b64encode(text.encode(CODECS[charset])).decode()


def unwrap(text: str, charset: str) -> str:
    try:
        return base64.b64decode(text, validate=True).decode(CODECS[charset])
    except (binascii.Error, ValueError) as error:
        raise SealError(str(error)) from error

"""Field encryption (項目の暗号化): AES or 3DES in CBC mode, the value padded with spaces, base64.

Encryption hides a field on its way through logs and proxies; who wrote the message is proven by
the hash alone.
"""

import base64
import binascii

from Crypto.Cipher import AES, DES3

from odoo.addons.smart_billing.core.errors import DomainError

from .profile import AES_CBC, NO_CIPHER, TRIPLE_DES_CBC, Keys

_MODULES = {AES_CBC: AES, TRIPLE_DES_CBC: DES3}


class CipherError(DomainError):
    """A field cannot be encrypted or decrypted; its value is never told."""


def encrypt(value: bytes, keys: Keys, cipher: str) -> str:
    """Return the base64 text of an encrypted value."""
    if cipher == NO_CIPHER:
        return base64.b64encode(value).decode()
    size = _MODULES[cipher].block_size
    padded = value.ljust(-(-max(len(value), 1) // size) * size)
    return base64.b64encode(_engine(keys, cipher).encrypt(padded)).decode()


def decrypt(text: str, keys: Keys, cipher: str) -> bytes:
    """Return the value of an encrypted field, without the spaces that filled it up."""
    try:
        data = base64.b64decode(text.strip(), validate=True)
        return data if cipher == NO_CIPHER else _engine(keys, cipher).decrypt(data).rstrip(b' ')
    except (binascii.Error, ValueError):
        raise CipherError('field_unreadable') from None


def check_keys(keys: Keys, cipher: str) -> None:
    """Refuse keys that the cipher cannot use, when they are entered and not when money moves."""
    if cipher != NO_CIPHER:
        _engine(keys, cipher)


def _engine(keys: Keys, cipher: str):
    module = _MODULES[cipher]
    try:
        return module.new(keys.cipher_key, module.MODE_CBC, iv=keys.cipher_iv)
    except ValueError:
        raise CipherError('cipher_key', cipher=cipher, block=module.block_size) from None

"""The shops (加盟店) and their secrets. All secrets are made here, at the first start of a state
folder, unless the driver brings them; none is written in the code."""
from __future__ import annotations

import json
import secrets
import string
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ..books import write_atomically
from ..settings import SettingError
from . import seal
from .settings import Settings

_LETTERS = string.ascii_letters + string.digits
_LONGEST_KEY, _LONGEST_VECTOR = 32, 16


def _made_up(length: int) -> str:
    return ''.join(secrets.choice(_LETTERS) for _ in range(length))


@dataclass(frozen=True)
class Shop:
    merchant_id: str
    service_id: str
    password: str           # of HTTP basic authentication; the user is merchant and service
    hash_key: str
    # Long enough for every cipher; each uses as much as it needs, from the front.
    cipher_key: str
    cipher_iv: str

    @property
    def code(self) -> str:
        return f'{self.merchant_id}{self.service_id}'

    def lock(self, settings: Settings) -> seal.Lock:
        if settings.cipher == seal.NO_CIPHER:
            return seal.Lock(seal.NO_CIPHER, '', '', settings.charset)
        key, vector = seal.key_lengths(settings.cipher)
        return seal.Lock(settings.cipher, self.cipher_key[:key], self.cipher_iv[:vector],
                         settings.charset)


class Shops:
    def __init__(self, folder: Path) -> None:
        self._file = folder / 'shops.json'
        known = json.loads(self._file.read_bytes()) if self._file.exists() else []
        self._by_code = {shop.code: shop for shop in (Shop(**plain) for plain in known)}

    def add(self, merchant_id: str, service_id: str, **secret: str) -> Shop:
        """A shop; secrets that are not given are made up."""
        if not (merchant_id.isdecimal() and len(merchant_id) == 5
                and service_id.isdecimal() and len(service_id) == 3):
            raise SettingError('a merchant has five digits, a service three')
        made = {'password': _made_up(24), 'hash_key': _made_up(40),
                'cipher_key': _made_up(_LONGEST_KEY), 'cipher_iv': _made_up(_LONGEST_VECTOR)}
        shop = Shop(merchant_id, service_id, **{**made, **secret})
        if len(shop.cipher_key) < _LONGEST_KEY or len(shop.cipher_iv) < _LONGEST_VECTOR:
            raise SettingError(f'cipher_key has {_LONGEST_KEY} characters, '
                               f'cipher_iv {_LONGEST_VECTOR}')
        self._by_code[shop.code] = shop
        self._file.touch(mode=0o600, exist_ok=True)
        data = json.dumps([asdict(one) for one in self._by_code.values()], indent=1).encode()
        write_atomically(self._file, data)
        self._file.chmod(0o600)
        return shop

    def has(self, merchant_id: str, service_id: str) -> bool:
        return f'{merchant_id}{service_id}' in self._by_code

    def codes(self) -> list[str]:
        return sorted(self._by_code)

    def get(self, code: str) -> Shop | None:
        return self._by_code.get(code)

    def only(self) -> Shop:
        """Where nobody says who calls there must be one shop alone."""
        if len(self._by_code) != 1:
            raise SettingError('without basic authentication there must be one shop')
        return next(iter(self._by_code.values()))

    def by_login(self, user: str, password: str) -> Shop | None:
        shop = self._by_code.get(user)
        if shop and secrets.compare_digest(shop.password.encode(), password.encode()):
            return shop
        return None

    def as_json(self) -> list[dict[str, Any]]:
        return [{'code': shop.code, **asdict(shop)} for shop in self._by_code.values()]

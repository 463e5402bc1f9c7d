"""Start, drive and stop the card gateway from a test or the demo. Standard library only.

    with CardGateway(folder, now='2026-10-01T09:00:00') as gateway:
        ... call gateway.url + '/api' as gateway.shop['code'], gateway.shop['password'] ...
        gateway.script({'INV-1': '10122999'})
        gateway.books()['totals']
"""
from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from ..client import Process, SimulatorError

_SHOP = {'merchant_id': '30132', 'service_id': '101'}


class CardGateway(Process):
    """One gateway process."""
    _module = 'tests.simulators.gateway'

    def __init__(self, state: Path | str, now: datetime | str | None = None,
                 shops: Iterable[Mapping[str, str]] = (_SHOP,),
                 settings: Mapping[str, Any] | None = None,
                 python: str = sys.executable) -> None:
        config = {'shops': list(shops), 'settings': dict(settings or {})}
        options = {'now': now.isoformat() if isinstance(now, datetime) else now} if now else {}
        super().__init__(state, config, python, **options)

    # ------------------------------------------------------------ how to reach it
    @property
    def url(self) -> str:
        return self._hello['url']

    @property
    def certificate(self) -> str:
        """The file (PEM) that a client must trust."""
        return self._hello['certificate']

    @property
    def shops(self) -> list[dict[str, str]]:
        return self._hello['shops']

    @property
    def shop(self) -> dict[str, str]:
        """code (the user name), password, merchant_id, service_id, hash_key, cipher_key and
        cipher_iv of the only shop."""
        if len(self.shops) != 1:
            raise SimulatorError(f'{len(self.shops)} shops')
        return self.shops[0]

    def log(self) -> str:
        return (self._state / 'simulator.log').read_text(encoding='utf-8', errors='replace')

    def _code(self, shop: str) -> str:
        return shop or self.shop['code']

    # ------------------------------------------------------------ agreements and time
    def status(self) -> dict[str, Any]:
        return self.command('status')

    def now(self) -> datetime:
        return datetime.fromisoformat(self.status()['now'])

    def configure(self, **settings: Any) -> dict[str, Any]:
        return self.command('configure', settings=settings)

    def register(self, merchant_id: str, service_id: str, **secrets: str) -> None:
        """One more shop."""
        self._hello['shops'] = self.command(
            'register', merchant_id=merchant_id, service_id=service_id, **secrets)

    def advance(self, to: date | datetime | str) -> list[dict[str, Any]]:
        """Live until this day or moment; what happened at each midnight, in order."""
        return self.command('advance', to=to if isinstance(to, str) else to.isoformat())

    def change_certificate(self) -> None:
        self.command('change_certificate')

    def restore_certificate(self) -> None:
        self.command('restore_certificate')

    # ------------------------------------------------------------ customers and issuers
    def token(self, number: str, expiry: str, customer: str = '', shop: str = '',
              three_d_secure: str = 'passed') -> dict[str, str]:
        """token and token_key, as if a customer had typed this card on the page."""
        return self.command('token', shop=self._code(shop), number=number, expiry=expiry,
                            customer=customer, three_d_secure=three_d_secure)

    def script(self, orders: Mapping[str, str | list[str]] | None = None,
               customers: Mapping[str, str | list[str]] | None = None,
               cards: Mapping[str, str | list[str]] | None = None, call: str = '') -> int:
        """Codes told in advance ('ok' or eight characters): one, or a list, the last for ever."""
        rules = [{name: key, 'codes': given if isinstance(given, list) else [given], 'call': call}
                 for name, rows in (('order', orders), ('customer', customers), ('card', cards))
                 for key, given in (rows or {}).items()]
        return self.command('script', rules=rules)

    def clear_scripts(self) -> int:
        return self.command('clear_scripts')

    def set_mix(self, mix: Mapping[str, int], seed: int | None = None) -> dict[str, Any]:
        """Weights of the answers for what is not scripted, e.g. {'ok': 95, '10122999': 5}."""
        return self.configure(mix=mix, **({} if seed is None else {'seed': seed}))

    def change_card(self, customer: str, ref: str, shop: str = '', **news: Any) -> dict[str, Any]:
        """What the issuer did: number=, expiry=, valid=False, known=False."""
        return self.command('change_card', shop=self._code(shop), customer=customer, ref=ref,
                            **news)

    def charge_back(self, order_id: str, shop: str = '') -> dict[str, Any]:
        return self.command('charge_back', shop=self._code(shop), order_id=order_id)

    # ------------------------------------------------------------ trouble
    def fault(self, kind: str, **values: Any) -> list[dict[str, Any]]:
        """Order a fault: see the README for the kinds."""
        return self.command('fault', kind=kind, **values)

    def clear_faults(self) -> int:
        return self.command('clear_faults')

    # ------------------------------------------------------------ notifications and files
    def notify(self, url: str, *about: str) -> None:
        """Send notifications there, of everything or of these calls."""
        self.configure(notify_url=url, **({'notify_of': about} if about else {}))

    def wait_for_notices(self, seconds: float = 10) -> int:
        """How many are still not taken after so long; returns at once when all are."""
        return self.command('wait_for_notices', seconds=seconds)

    def notices(self) -> list[dict[str, Any]]:
        return self.command('notices')

    def release_notices(self) -> int:
        return self.command('release_notices')

    def send_notice_again(self, number: str) -> None:
        self.command('send_notice_again', number=number)

    def files(self, kind: str, shop: str = '') -> list[str]:
        return self.command('files', shop=self._code(shop), kind=kind)

    def release_files(self) -> int:
        return self.command('release_files')

    def make_again(self, kind: str, name: str, shop: str = '') -> str:
        """Have the right file put in place of a damaged or withheld one."""
        return self.command('make_again', shop=self._code(shop), kind=kind, name=name)

    # ------------------------------------------------------------ looking
    def traffic(self) -> dict[str, Any]:
        """calls by name, at_once (the most in flight), rate_limited, seconds."""
        return self.status()['traffic']

    def reset_traffic(self) -> None:
        self.command('reset_traffic')

    def order(self, order_id: str, shop: str = '') -> dict[str, Any] | None:
        return self.command('order', shop=self._code(shop), order_id=order_id)

    def books(self, shop: str = '') -> dict[str, Any]:
        """Every order, card and payout, and the sums."""
        return self.command('books', shop=shop)

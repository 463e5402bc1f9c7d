"""The driver's commands, behind the control port of `..control`."""
from __future__ import annotations

import time
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from ..control import Commands
from . import cards, days, files, summary
from .certificate import Certificate
from .gateway import Gateway
from .server import Server


class Desk(Commands):
    """The gateway's."""

    def __init__(self, gateway: Gateway, server: Server, certificate: Certificate) -> None:
        self._gateway = gateway
        self._server = server
        self._certificate = certificate
        self.clear_scripts = gateway.issuer.clear
        self.script = gateway.issuer.script
        self.clear_faults = gateway.faults.clear
        self.release_files = gateway.shelf.release
        self.release_notices = gateway.notices.release
        self.send_notice_again = gateway.notices.send_again

    def status(self) -> dict[str, Any]:
        gateway = self._gateway
        return {'now': gateway.clock.now().isoformat(), 'settings': gateway.settings.as_json(),
                'shops': gateway.shops.as_json(), 'faults': gateway.faults.as_json(),
                'scripts': gateway.issuer.as_json(), 'traffic': self._server.api.rate.as_json(),
                'notices_waiting': len(gateway.notices.waiting())}

    def reset_traffic(self) -> None:
        self._server.api.rate.reset()

    # ------------------------------------------------------------ agreements
    def configure(self, settings: dict[str, Any]) -> dict[str, Any]:
        return self._gateway.configure(settings)

    def register(self, merchant_id: str, service_id: str, **secrets: str) -> list[dict[str, Any]]:
        self._gateway.shops.add(merchant_id, service_id, **secrets)
        return self._gateway.shops.as_json()

    def change_certificate(self) -> None:
        self._certificate.change()

    def restore_certificate(self) -> None:
        self._certificate.restore()

    # ------------------------------------------------------------ time
    def advance(self, to: str) -> list[dict[str, Any]]:
        """A day (its same hour as now), or a moment."""
        gateway = self._gateway
        moment = datetime.fromisoformat(to)
        if len(to) == 10:
            now = gateway.clock.now()
            moment = datetime.combine(moment.date(), now.time(), now.tzinfo)
            if moment.date() == now.date():
                moment += timedelta(seconds=1)
        return gateway.advance(moment)

    # ------------------------------------------------------------ customers and issuers
    def token(self, shop: str, number: str, expiry: str, customer: str = '',
              three_d_secure: str = cards.PASSED) -> dict[str, str]:
        """As if a customer had typed a card number and answered the issuer's question."""
        gateway = self._gateway
        token = gateway.cards.make_token(shop, number, expiry, gateway.settings, '', customer)
        if token.session and three_d_secure != cards.ASKED:
            gateway.cards.answer_3ds(token.session, three_d_secure == cards.PASSED)
        return {'token': token.token, 'token_key': token.key}

    def change_card(self, shop: str, customer: str, ref: str, **news: Any) -> dict[str, Any]:
        """`number`, `expiry`, `valid`, `known`: what the next refresh will say."""
        return asdict(self._gateway.cards.change(shop, customer, ref, **news))

    def charge_back(self, shop: str, order_id: str) -> dict[str, Any]:
        return self._gateway.charge_back(shop, order_id)

    # ------------------------------------------------------------ trouble
    def fault(self, **values: Any) -> list[dict[str, Any]]:
        self._gateway.faults.add(**values)
        return self._gateway.faults.as_json()

    # ------------------------------------------------------------ notifications and files
    def wait_for_notices(self, seconds: float = 10) -> int:
        """Until all are taken, or so long; how many still wait (not those withheld)."""
        end = time.monotonic() + seconds
        while True:
            waiting = len(self._gateway.notices.waiting())
            if not waiting or time.monotonic() >= end:
                return waiting
            time.sleep(0.02)

    def notices(self) -> list[dict[str, Any]]:
        return [asdict(notice) for notice in self._gateway.notices.all()]

    def files(self, shop: str, kind: str) -> list[str]:
        return [file.name for file in self._gateway.shelf.listed(shop, kind)]

    def make_again(self, shop: str, kind: str, name: str) -> str:
        """The right result or payout file in place of a damaged or withheld one."""
        gateway = self._gateway
        day = datetime.strptime(name.split('_')[1][:8], '%Y%m%d').date()
        if kind == files.RESULTS:
            rows = days.result_rows(day, shop, gateway)
        elif kind == files.PAYOUTS:
            rows = [row for payout in gateway.books.all('payout')
                    if (payout.shop, payout.closing) == (shop, day.isoformat())
                    for row in days.payout_rows(payout)]
        else:
            raise ValueError(f'{kind}: only results and payouts are made again')
        return gateway.shelf.make_again(shop, kind, name, rows, gateway.settings).sha256

    # ------------------------------------------------------------ looking
    def books(self, shop: str = '') -> dict[str, Any]:
        return summary.books(self._gateway, shop)

    def order(self, shop: str, order_id: str) -> dict[str, Any] | None:
        order = self._gateway.charges.find(shop, order_id)
        return summary.plain(order) if order else None

"""How many calls a second (流量制限), and what came: counted in the machine's time."""
from __future__ import annotations

import threading
import time
from collections import Counter
from typing import Any

from .settings import Settings


class Rate:
    """A bucket that fills at the agreed rate."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._left: float | None = None
        self._seen = 0.0
        self.reset()

    def reset(self) -> None:
        with self._lock:
            self._calls: Counter[str] = Counter()
            self._now = self._most = self._refused = 0
            self._first = self._last = 0.0

    def admit(self, settings: Settings) -> bool:
        """May this call come in now? One that may not costs nothing."""
        with self._lock:
            now = time.monotonic()
            most = float(settings.rate_burst or settings.rate_limit)
            left = most if self._left is None else min(
                most, self._left + (now - self._seen) * settings.rate_limit)
            self._seen = now
            if settings.rate_limit and left < 1:
                self._left = left
                self._refused += 1
                return False
            self._left = left - 1 if settings.rate_limit else None
            self._first = self._first or now
            self._last = now
            return True

    def enter(self, name: str) -> None:
        with self._lock:
            self._calls[name] += 1
            self._now += 1
            self._most = max(self._most, self._now)

    def leave(self) -> None:
        with self._lock:
            self._now -= 1

    def as_json(self) -> dict[str, Any]:
        """`seconds` from the first call that was admitted to the last."""
        with self._lock:
            return {'calls': dict(self._calls), 'at_once': self._most,
                    'rate_limited': self._refused, 'seconds': self._last - self._first}

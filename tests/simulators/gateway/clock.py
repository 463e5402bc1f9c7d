"""The gateway's clock, Japanese time: it runs like the machine's, moved on by the driver."""
from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

JST = timezone(timedelta(hours=9))


def machine_now() -> datetime:
    return datetime.now(JST)


def stamp(moment: datetime) -> str:
    """yyyyMMddHHmmss, as messages write it."""
    return f'{moment:%Y%m%d%H%M%S}'


def read_stamp(text: str) -> datetime:
    return datetime.strptime(text, '%Y%m%d%H%M%S').replace(tzinfo=JST)


class Clock:
    def __init__(self, ahead: float = 0) -> None:
        self.ahead = ahead      # seconds before the machine's clock; kept with the books

    def now(self) -> datetime:
        return machine_now() + timedelta(seconds=self.ahead)

    def today(self) -> date:
        return self.now().date()

    def set(self, moment: datetime) -> None:
        """Run on from this moment (Japanese time where none is said)."""
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=JST)
        self.ahead = (moment - machine_now()).total_seconds()

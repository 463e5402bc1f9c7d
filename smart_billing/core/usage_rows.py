"""Rows of usage as texts <-> measurements (利用量の行): what a file or a front system says.

A row is read strictly: what is no day, no quantity or no identity is refused with a code that the
addon turns into words.  Whether contract and metric exist is not asked here.
"""
import re
from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import date, datetime, tzinfo
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from .errors import DomainError

MEASURE = 'measure'
CORRECT = 'correct'
WITHDRAW = 'withdraw'

# The words by which a row declares what it is (訂正, 取消).
ACTIONS = {
    '': MEASURE, 'measure': MEASURE, '計測': MEASURE,
    'correct': CORRECT, 'correction': CORRECT, '訂正': CORRECT,
    'withdraw': WITHDRAW, 'withdrawal': WITHDRAW, '取消': WITHDRAW,
}

# What fits into the index that makes an identity unique.
LONGEST_TEXT = 200
MOST_DECIMALS = 9
LEAST_TOO_MUCH = Decimal(10) ** 12

# name -> pattern of a day; the groups y, m and d are its year, month and day.
DAY_FORMATS = {
    'iso': re.compile(r'(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})'),
    'slash': re.compile(r'(?P<y>\d{4})/(?P<m>\d{1,2})/(?P<d>\d{1,2})'),
    'compact': re.compile(r'(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})'),
    'japanese': re.compile(r'(?P<y>\d{4})年(?P<m>\d{1,2})月(?P<d>\d{1,2})日'),
    'dmy': re.compile(r'(?P<d>\d{1,2})[./-](?P<m>\d{1,2})[./-](?P<y>\d{4})'),
    'mdy': re.compile(r'(?P<m>\d{1,2})/(?P<d>\d{1,2})/(?P<y>\d{4})'),
}
TIMESTAMP = 'timestamp'
_MOST_DAYS_KNOWN = 5000


class UsageError(DomainError):
    """A row says no measurement."""


class Row(NamedTuple):
    """A row as it comes: texts, or what a front system sends in their place."""

    contract: Hashable
    metric: str | None
    quantity: object
    day: object
    external_id: str | None = None
    subject: str | None = None
    action: str | None = None
    reason: str | None = None


class Measurement(NamedTuple):
    """A row that was understood; `line` is where it stood.

    `contract` is what the row calls it, or its number in the database.  A withdrawal says no
    quantity.
    """

    line: int
    contract: Hashable
    metric: str
    quantity: Decimal | None
    day: date | None
    external_id: str
    subject: str | None
    action: str
    reason: str | None


class DayReader:
    """Text -> local day. Files have few different days, so what was read is kept.

    :param formats: names of DAY_FORMATS, or TIMESTAMP; the first that fits holds
    :param zone: the time zone of the company: a moment with an offset counts on its local day
    """

    def __init__(self, formats: Iterable[str], zone: tzinfo):
        formats = tuple(formats)
        self.patterns = [DAY_FORMATS[name] for name in formats if name != TIMESTAMP]
        self.timestamps = TIMESTAMP in formats
        self.zone = zone
        self.known: dict[str, date] = {}

    def __call__(self, text: str) -> date:
        day = self.known.get(text)
        if day is None:
            if len(self.known) >= _MOST_DAYS_KNOWN:
                self.known.clear()
            day = self.known[text] = self._read(text)
        return day

    def _read(self, text: str) -> date:
        try:
            for pattern in self.patterns:
                found = pattern.fullmatch(text)
                if found:
                    return date(*(int(found[part]) for part in 'ymd'))
            if self.timestamps:
                return self._local_day(text)
        except (ValueError, OverflowError):
            pass
        raise UsageError('usage_day', value=text)

    def _local_day(self, text: str) -> date:
        moment = datetime.fromisoformat(re.sub('[zZ]$', '+00:00', text))
        return (moment.astimezone(self.zone) if moment.tzinfo else moment).date()


def read_measurement(line: int, row: Row, read_day: Callable[[str], date],
                     one_a_day: bool = False) -> Measurement:
    """Understand one row.

    :param one_a_day: the rows have no identity of their own: a contract has one measurement for a
        metric, day and subject
    :raise UsageError: the code says what is wrong, the context with which value
    """
    action = ACTIONS.get(_text(row.action, 'action').lower())
    if action is None:
        raise UsageError('usage_action', value=row.action)
    contract = row.contract if type(row.contract) is int else _needed(row.contract, 'contract')
    subject = _text(row.subject, 'subject') or None
    reason = _text(row.reason, 'reason') or None
    metric, day, external_id = '', None, ''
    if one_a_day or action != WITHDRAW:
        metric = _needed(row.metric, 'metric')
        day = row.day if type(row.day) is date else read_day(_needed(row.day, 'day'))
    if one_a_day:
        external_id = ' '.join(filter(None, (day.isoformat(), metric, subject)))
    else:
        external_id = _needed(row.external_id, 'external_id')
    quantity = None if action == WITHDRAW else _quantity(row.quantity)
    return Measurement(line, contract, metric, quantity, day, external_id, subject, action, reason)


def _text(value: object, field: str) -> str:
    """What stands in a field, without the blanks around it."""
    if value is None or value is False:
        return ''
    text = str(value).strip()
    if len(text) > LONGEST_TEXT:
        raise UsageError('usage_too_long', field=field, most=LONGEST_TEXT)
    if '\0' in text:
        raise UsageError('usage_control', field=field)
    return text


def _needed(value: object, field: str) -> str:
    text = _text(value, field)
    if not text:
        raise UsageError('usage_missing', field=field)
    return text


def _quantity(value: object) -> Decimal:
    text = _needed(value, 'quantity')
    try:
        quantity = Decimal(text)
    except InvalidOperation:
        quantity = None
    if quantity is None or not quantity.is_finite() or isinstance(value, bool):
        raise UsageError('usage_quantity', value=text)
    if quantity < 0:
        raise UsageError('usage_negative', value=text)
    if quantity >= LEAST_TOO_MUCH or quantity.as_tuple().exponent < -MOST_DECIMALS:
        raise UsageError('usage_digits', value=text, decimals=MOST_DECIMALS)
    return quantity + 0


def waves(rows: Sequence[Measurement]) -> list[list[Measurement]]:
    """Cut rows so that a set of each can be written at once and the order still holds.

    What follows a correction of an identity, and the correction of what came before, stand in
    later waves; rows without corrections are one wave, and one more where identities come again.
    """
    found: list[list[Measurement]] = []
    reached: dict[tuple, tuple[int, str]] = {}
    for row in rows:
        identity = (row.contract, row.external_id)
        wave, last = reached.get(identity, (0, ''))
        if last and not (row.action == last == MEASURE and wave):
            wave += 1
        reached[identity] = (wave, row.action)
        if wave == len(found):
            found.append([])
        found[wave].append(row)
    return found

"""預金口座振替 (direct debit), Zengin type 91, 120 bytes: the agency's own reader and writer.

Request and result share one layout; only 振替結果コード and four trailer totals differ.
Everything that does not fit is listed as (record, position, what), both counted from 1;
record 0 is the file as a whole. Nothing is repaired, nothing is guessed.
"""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

RECORD = 120
REQUEST, RESULT = 'request', 'result'
NONE, CRLF, EITHER = 'none', 'crlf', 'either'
RESULT_CODES = ('0', '1', '2', '3', '4', '8', '9')


class Problem(NamedTuple):
    """One finding; `position` is the first offending byte of the record (0: all of it)."""
    record: int
    position: int
    what: str


# ---------------------------------------------------------------- characters
# JIS X 0201. Never legal: small kana A7-AF, long mark B0, punctuation A1-A5.
_DIGIT = frozenset(b'0123456789')
_SPACE = frozenset(b' ')
_VOICED, _HALF_VOICED = 0xDE, 0xDF
_KANA = frozenset(range(0xB1, 0xE0))
_WO = 0xA6
_PLAIN = _KANA | _DIGIT | _SPACE | frozenset(b'ABCDEFGHIJKLMNOPQRSTUVWXYZ')
_BANK = _PLAIN | frozenset(b'-')
_PARTY = _PLAIN | frozenset(b'()-.')
# ﾞ follows ｳ and the rows of ｶ ｻ ﾀ ﾊ, ﾟ the row of ﾊ alone.
_HA_ROW = frozenset(range(0xCA, 0xCF))
_TAKES_VOICE = frozenset([0xB3]) | frozenset(range(0xB6, 0xC5)) | _HA_ROW
_CLASS_NAMES = {_DIGIT: 'a digit', _SPACE: 'a space', _BANK: 'legal in a bank name',
                _PARTY: 'legal in a party name'}


# ---------------------------------------------------------------- layout
@dataclass(frozen=True)
class Field:
    """Columns of one field: `start` counts from 1; `values` are the only ones allowed."""
    start: int
    length: int
    chars: frozenset[int]
    name: str
    values: tuple[bytes, ...] = ()
    filled: bool = False            # digits: not all zeros; names: not blank

    @property
    def columns(self) -> slice:
        return slice(self.start - 1, self.start - 1 + self.length)

    def text(self, record: bytes) -> str:
        return record[self.columns].decode('cp932')

    def number(self, record: bytes) -> int:
        return int(record[self.columns])


HEADER = (
    Field(1, 1, _DIGIT, 'データ区分', (b'1',)),
    Field(2, 2, _DIGIT, '種別コード', (b'91',)),
    Field(4, 1, _DIGIT, 'コード区分', (b'0',)),
    Field(5, 10, _DIGIT, '委託者コード', filled=True),
    Field(15, 40, _PARTY, '委託者名', filled=True),
    Field(55, 4, _DIGIT, '引落日'),
    Field(59, 4, _DIGIT, '取引銀行番号', filled=True),
    Field(63, 15, _BANK, '取引銀行名'),
    Field(78, 3, _DIGIT, '取引支店番号'),
    Field(81, 15, _BANK, '取引支店名'),
    Field(96, 1, _DIGIT, '預金種目(委託者)', (b'1', b'2', b'9')),
    Field(97, 7, _DIGIT, '口座番号(委託者)', filled=True),
    Field(104, 17, _SPACE, 'ダミー'),
)
DATA = (
    Field(1, 1, _DIGIT, 'データ区分', (b'2',)),
    Field(2, 4, _DIGIT, '引落銀行番号', filled=True),
    Field(6, 15, _BANK, '引落銀行名'),
    Field(21, 3, _DIGIT, '引落支店番号'),
    Field(24, 15, _BANK, '引落支店名'),
    Field(39, 4, _SPACE, 'ダミー'),
    Field(43, 1, _DIGIT, '預金種目', (b'1', b'2', b'3', b'9')),
    Field(44, 7, _DIGIT, '口座番号', filled=True),
    Field(51, 30, _PARTY, '預金者名', filled=True),
    Field(81, 10, _DIGIT, '引落金額', filled=True),
    Field(91, 1, _DIGIT, '新規コード', (b'0', b'1', b'2')),
    Field(92, 20, _DIGIT, '顧客番号', filled=True),
    Field(112, 1, _DIGIT, '振替結果コード', tuple(c.encode() for c in RESULT_CODES)),
    Field(113, 8, _SPACE, 'ダミー'),
)
TRAILER = (
    Field(1, 1, _DIGIT, 'データ区分', (b'8',)),
    Field(2, 6, _DIGIT, '合計件数'),
    Field(8, 12, _DIGIT, '合計金額'),
    Field(20, 6, _DIGIT, '振替済件数'),
    Field(26, 12, _DIGIT, '振替済金額'),
    Field(38, 6, _DIGIT, '振替不能件数'),
    Field(44, 12, _DIGIT, '振替不能金額'),
    Field(56, 65, _SPACE, 'ダミー'),
)
END = (
    Field(1, 1, _DIGIT, 'データ区分', (b'9',)),
    Field(2, 119, _SPACE, 'ダミー'),
)
_LAYOUTS = {b'1': HEADER, b'2': DATA, b'8': TRAILER, b'9': END}
_FOLLOWERS = {b'': b'1', b'1': b'2', b'2': b'28', b'8': b'9', b'9': b''}
_RESULT_COLUMN = 112


# ---------------------------------------------------------------- values
@dataclass(frozen=True)
class Header:
    consignor: str
    name: str
    mmdd: str
    account: tuple[str, str, str, str]      # bank, branch, 預金種目, number

    @classmethod
    def of(cls, record: bytes) -> Header:
        text = [spec.text(record) for spec in HEADER]
        return cls(text[3], text[4].rstrip(), text[5], (text[6], text[8], text[10], text[11]))


@dataclass(frozen=True)
class Line:
    """A data record; `record` is its number in the file."""
    record: int
    account: tuple[str, str, str, str]      # bank, branch, 預金種目, number
    holder: str
    amount: int
    new_code: str
    customer: str
    code: str

    @classmethod
    def of(cls, number: int, record: bytes) -> Line:
        text = [spec.text(record) for spec in DATA]
        return cls(number, (text[1], text[3], text[6], text[7]), text[8].rstrip(),
                   int(text[9]), text[10], text[11], text[12])


@dataclass
class File:
    """What was read. Header and lines are there only when `problems` is empty."""
    records: list[bytes] = field(default_factory=list)
    separator: str = NONE
    header: Header | None = None
    lines: list[Line] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


# ---------------------------------------------------------------- reading
def read(data: bytes, direction: str = REQUEST, separator: str = EITHER,
         allow_wo: bool = False) -> File:
    """Read a whole file; `separator` is the one agreed upon, or EITHER of the two."""
    found = File()
    found.separator, found.records, found.problems = _split(data, separator)
    if found.problems:
        return found        # columns would be shifted: further findings say nothing
    found.problems = _sequence(found.records)
    for number, record in enumerate(found.records, 1):
        found.problems += _check_record(number, record, direction, allow_wo)
    if found.problems:
        return found
    found.header = Header.of(found.records[0])
    found.lines = [Line.of(n, r) for n, r in enumerate(found.records, 1) if r[:1] == b'2']
    found.problems += _check_twice(found.lines)
    found.problems += _check_totals(found.lines, len(found.records) - 1,
                                    found.records[-2], direction)
    return found


def _split(data: bytes, separator: str) -> tuple[str, list[bytes], list[Problem]]:
    """Records of 120 bytes; CR+LF after every one of them or after none."""
    if separator == EITHER:
        separator = CRLF if data[RECORD:RECORD + 2] == b'\r\n' else NONE
    tail = b'\r\n' if separator == CRLF else b''
    step = RECORD + len(tail)
    records: list[bytes] = []
    for at in range(0, len(data), step):
        chunk = data[at:at + step]
        number = len(records) + 1
        if len(chunk) < RECORD:
            what = f'file ends after {len(chunk)} of {RECORD} bytes of the record'
            return separator, records, [Problem(number, len(chunk), what)]
        if chunk[RECORD:] != tail:
            return separator, records, [Problem(number, RECORD + 1, 'CR+LF missing here')]
        if not tail and data[at + step:at + step + 1] in (b'\r', b'\n'):
            byte = data[at + step]
            what = f'stray line ending 0x{byte:02X} behind the record'
            return separator, records, [Problem(number, RECORD + 1, what)]
        records.append(chunk[:RECORD])
    return separator, records, [] if records else [Problem(0, 0, 'the file is empty')]


def _sequence(records: Sequence[bytes]) -> list[Problem]:
    """One header, data records, one trailer, exactly one 9 at the very end."""
    problems = []
    before = b''
    for number, record in enumerate(records, 1):
        kind = record[:1]
        if kind not in _LAYOUTS:
            problems.append(Problem(number, 1, f'データ区分: {kind!r} is unknown'))
            continue
        if kind not in _FOLLOWERS[before]:
            what = f'データ区分: {kind.decode()} may not follow {before.decode() or "nothing"}'
            problems.append(Problem(number, 1, what))
        before = kind
    if before != b'9':
        problems.append(Problem(len(records), 1, 'データ区分: the end record 9 is missing'))
    return problems


def _check_record(number: int, record: bytes, direction: str, allow_wo: bool) -> list[Problem]:
    problems = []
    for spec in _LAYOUTS.get(record[:1], ()):
        offset, what = _check_field(spec, record[spec.columns], allow_wo)
        if what:
            problems.append(Problem(number, spec.start + offset, f'{spec.name}: {what}'))
    if record[:1] == b'1' and not _is_day(record[54:58]):
        problems.append(Problem(number, 55, '引落日: no such month and day'))
    if direction == REQUEST:
        problems += _check_request_record(number, record)
    return problems


def _check_field(spec: Field, raw: bytes, allow_wo: bool) -> tuple[int, str]:
    """(offset, what) of the first finding in one field, or (0, '')."""
    chars = spec.chars
    is_name = chars is _BANK or chars is _PARTY
    # A few agencies allow ｦ in names; it is a switch, and off by default.
    strange = () if chars.issuperset(raw) else set(raw) - chars
    if allow_wo and is_name:
        strange = set(strange) - {_WO}
    if strange:
        offset = min(raw.index(byte) for byte in strange)
        return offset, f'byte 0x{raw[offset]:02X} is not {_CLASS_NAMES[chars]}'
    if spec.values and raw not in spec.values:
        return 0, f'{raw.decode()} is not one of {b" ".join(spec.values).decode()}'
    if spec.filled and not raw.strip(b' ' if is_name else b'0'):
        return 0, 'is blank' if is_name else 'is zero'
    if is_name and raw[:1] == b' ' and raw.strip():
        return 0, 'does not begin at the left'
    return _check_voicing(raw) if is_name else (0, '')


def _check_voicing(raw: bytes) -> tuple[int, str]:
    for offset, byte in enumerate(raw):
        before = raw[offset - 1] if offset else 0x20
        if byte == _VOICED and before not in _TAKES_VOICE:
            return offset, 'ﾞ behind a character that cannot carry it'
        if byte == _HALF_VOICED and before not in _HA_ROW:
            return offset, 'ﾟ behind a character that cannot carry it'
    return 0, ''


def _is_day(mmdd: bytes) -> bool:
    if not _DIGIT.issuperset(mmdd):
        return True             # said already, byte by byte
    month, day = int(mmdd[:2]), int(mmdd[2:])
    longest = {2: 29, 4: 30, 6: 30, 9: 30, 11: 30}
    return 1 <= month <= 12 and 1 <= day <= longest.get(month, 31)


def _check_request_record(number: int, record: bytes) -> list[Problem]:
    """What only the agency may fill in: the result code and positions 20-55 of the trailer."""
    if record[:1] == b'2' and record[111:112] in (b'1', b'2', b'3', b'4', b'8', b'9'):
        return [Problem(number, _RESULT_COLUMN, '振替結果コード: must be 0 in a request')]
    if record[:1] == b'8' and _DIGIT.issuperset(record[19:55]):
        rest = record[19:55].lstrip(b'0')
        if rest:
            return [Problem(number, 56 - len(rest), 'trailer totals of the result: not zero')]
    return []


def _check_twice(lines: Sequence[Line]) -> list[Problem]:
    seen: dict[str, int] = {}
    problems = []
    for line in lines:
        first = seen.setdefault(line.customer, line.record)
        if first != line.record:
            what = f'顧客番号: {line.customer} is already in record {first}'
            problems.append(Problem(line.record, 92, what))
    return problems


def totals(lines: Sequence[Line], direction: str) -> list[int]:
    """The six numbers of the trailer, in their order."""
    amounts = [line.amount for line in lines]
    head = [len(amounts), sum(amounts)]
    if direction == REQUEST:
        return head + [0, 0, 0, 0]
    good = [line.amount for line in lines if line.code == '0']
    return head + [len(good), sum(good), head[0] - len(good), head[1] - sum(good)]


def _check_totals(lines: Sequence[Line], number: int, trailer: bytes,
                  direction: str) -> list[Problem]:
    problems = []
    for spec, right in zip(TRAILER[1:7], totals(lines, direction), strict=True):
        if spec.number(trailer) != right:
            what = f'{spec.name}: says {spec.number(trailer)}, the records make {right}'
            problems.append(Problem(number, spec.start, what))
    return problems


# ---------------------------------------------------------------- writing
def write_result(request: File, codes: Sequence[str], separator: str) -> bytes:
    """The request's own bytes with a result code in each data record and the totals filled."""
    bodies = [record for record in request.records if record[:1] == b'2']
    data = [body[:_RESULT_COLUMN - 1] + code.encode() + body[_RESULT_COLUMN:]
            for body, code in zip(bodies, codes, strict=True)]
    return join([request.records[0], *data, trailer_of(data), request.records[-1]], separator)


def trailer_of(data: Sequence[bytes]) -> bytes:
    """The trailer of a result file for these data records."""
    lines = [Line.of(number, record) for number, record in enumerate(data, 2)]
    count = totals(lines, RESULT)
    body = b'8' + b''.join(b'%0*d' % (spec.length, value)
                           for spec, value in zip(TRAILER[1:7], count, strict=True))
    return body.ljust(RECORD)


def join(records: Sequence[bytes], separator: str) -> bytes:
    tail = b'\r\n' if separator == CRLF else b''
    return b''.join(record + tail for record in records)

"""Type 91, direct debit (預金口座振替): values and layouts of the four records.

Request and result share the layouts; only the result code of a data record and the last four
totals of a trailer differ.
"""

from dataclasses import dataclass, field
from operator import attrgetter

from ..errors import FieldError
from ..fixed_width import Field, Layout, code, filler, number
from ..kana import BANK_NAME, PARTY_NAME
from .dates import MMDD

RECORD_LENGTH = 120
TYPE_CODE = '91'


@dataclass(frozen=True, slots=True)
class DebitHeader:
    """Header: who collects, on which day, into which account."""

    consignor_code: str
    consignor_name: str
    debit_date: str  # MMDD
    bank_code: str = ''
    bank_name: str = ''
    branch_code: str = ''
    branch_name: str = ''
    account_type: str = ''
    account_number: str = ''


@dataclass(frozen=True, slots=True)
class DebitRecord:
    """Data record: one debit. Codes are text, since their zeros count; the amount is in yen."""

    bank_code: str
    bank_name: str
    branch_code: str
    branch_name: str
    account_type: str
    account_number: str
    holder_name: str
    amount: int
    new_code: str
    customer_number: str
    result_code: str = '0'
    line: int = field(default=0, compare=False)  # its record number in the file read


@dataclass(frozen=True, slots=True)
class DebitTrailer:
    """Trailer: the totals; the last four stay zero in a request."""

    count: int = 0
    amount: int = 0
    collected_count: int = 0
    collected_amount: int = 0
    failed_count: int = 0
    failed_amount: int = 0


@dataclass(frozen=True, slots=True)
class DebitBatch:
    """Header, data records and trailer: one debit day of one consignor."""

    header: DebitHeader
    records: tuple[DebitRecord, ...]
    trailer: DebitTrailer


@dataclass(frozen=True, slots=True)
class DebitFile:
    """A whole file: one batch or several, before one end record."""

    batches: tuple[DebitBatch, ...]


HEADER = Layout(
    'header',
    code('record_kind', 1, constant='1'),
    code('type_code', 2, constant=TYPE_CODE),
    code('character_code', 1, constant='0'),  # JIS; 1 would be EBCDIC
    code('consignor_code', 10, required=True),
    Field('consignor_name', 40, charset=PARTY_NAME, required=True),
    code('debit_date', 4, required=True, expression=MMDD),
    code('bank_code', 4),
    Field('bank_name', 15, charset=BANK_NAME),
    code('branch_code', 3),
    Field('branch_name', 15, charset=BANK_NAME),
    code('account_type', 1, expression='[0129]', verbatim=True),
    code('account_number', 7),
    filler(17),
)
DATA = Layout(
    'data',
    code('record_kind', 1, constant='2'),
    code('bank_code', 4, required=True),
    Field('bank_name', 15, charset=BANK_NAME),
    code('branch_code', 3, required=True, zeros=True),  # some head offices are 000
    Field('branch_name', 15, charset=BANK_NAME),
    filler(4),
    code('account_type', 1, required=True, expression='[1239]', verbatim=True),
    code('account_number', 7, required=True),
    Field('holder_name', 30, charset=PARTY_NAME, required=True),
    number('amount', 10, minimum=1),
    code('new_code', 1, expression='[012]', verbatim=True),
    # N(20) in the standard, read as text: some agents treat it so.
    code('customer_number', 20, required=True, verbatim=True),
    # Not a fixed list: agents add codes of their own.
    Field('result_code', 1, expression='[0-9A-Z ]', verbatim=True),
    filler(8),
)
TRAILER = Layout(
    'trailer',
    code('record_kind', 1, constant='8'),
    number('count', 6),
    number('amount', 12),
    number('collected_count', 6),
    number('collected_amount', 12),
    number('failed_count', 6),
    number('failed_amount', 12),
    filler(65),
)
END = Layout('end', code('record_kind', 1, constant='9'), filler(119))

header_values = attrgetter(*HEADER.names)
data_values = attrgetter(*DATA.names)
trailer_values = attrgetter(*TRAILER.names)


def customer_key(number: str) -> str:
    """Return a customer number (顧客番号) in the form in which two can be compared."""
    number = number.strip()
    return number.lstrip('0') or number[:1]


def record_problems(record: DebitRecord, *, symbols: str = 'strict') -> list[FieldError]:
    """Return everything that keeps a debit from being requested, so that it can be parked."""
    return DATA.problems(data_values(record), symbols)

"""Type 21, bulk transfer (総合振込), 120 bytes: written for refunds and other payments out."""

from collections.abc import Iterable
from dataclasses import dataclass
from operator import attrgetter

from ..errors import FieldError
from ..fixed_width import CHARSET, Field, Layout, code, filler, number
from ..kana import BANK_NAME, PARTY_NAME
from .dates import MMDD
from .framing import SEPARATORS

TYPE_CODE = '21'


@dataclass(frozen=True, slots=True)
class TransferHeader:
    """Who pays, on which day, from which account (振込依頼人, 取組日)."""

    sender_code: str
    sender_name: str
    transfer_date: str  # MMDD
    bank_code: str
    bank_name: str
    branch_code: str
    branch_name: str
    account_type: str
    account_number: str


@dataclass(frozen=True, slots=True)
class TransferRecord:
    """One payment; `edi` takes the place of both customer codes (識別表示 Y)."""

    bank_code: str
    bank_name: str
    branch_code: str
    branch_name: str
    account_type: str
    account_number: str
    receiver_name: str
    amount: int
    new_code: str = '0'
    customer_code1: str = ''
    customer_code2: str = ''
    transfer_kind: str = '7'  # 7 テレ振込, 8 文書振込
    edi: str = ''


HEADER = Layout(
    'header',
    code('record_kind', 1, constant='1'),
    code('type_code', 2, constant=TYPE_CODE),
    code('character_code', 1, constant='0'),
    code('sender_code', 10, required=True),
    Field('sender_name', 40, charset=PARTY_NAME, required=True),
    code('transfer_date', 4, required=True, expression=MMDD),
    code('bank_code', 4, required=True),
    Field('bank_name', 15, charset=BANK_NAME),
    code('branch_code', 3, required=True, zeros=True),
    Field('branch_name', 15, charset=BANK_NAME),
    code('account_type', 1, required=True, expression='[129]'),
    code('account_number', 7, required=True),
    filler(17),
)
_RECEIVER = (
    code('record_kind', 1, constant='2'),
    code('bank_code', 4, required=True),
    Field('bank_name', 15, charset=BANK_NAME),
    code('branch_code', 3, required=True, zeros=True),
    Field('branch_name', 15, charset=BANK_NAME),
    code('clearing_house', 4, constant='0000'),
    code('account_type', 1, required=True, expression='[1249]'),
    code('account_number', 7, required=True),
    Field('receiver_name', 30, charset=PARTY_NAME, required=True),
    number('amount', 10, minimum=1),
    code('new_code', 1, required=True, zeros=True, expression='[012]'),
)
DATA = Layout(
    'data', *_RECEIVER, code('customer_code1', 10), code('customer_code2', 10),
    code('transfer_kind', 1, required=True, expression='[78]'), filler(1), filler(7))
DATA_EDI = Layout(
    'data', *_RECEIVER, Field('edi', 20, required=True),
    code('transfer_kind', 1, required=True, expression='[78]'),
    Field('edi_mark', 1, constant='Y'), filler(7))
TRAILER = Layout(
    'trailer', code('record_kind', 1, constant='8'), number('count', 6),
    number('amount', 12), filler(101))
END = Layout('end', code('record_kind', 1, constant='9'), filler(119))

_header_values = attrgetter(*HEADER.names)
_data_values = attrgetter(*DATA.names)
_edi_values = attrgetter(*DATA_EDI.names)


def transfer_problems(record: TransferRecord, *, symbols: str = 'strict') -> list[FieldError]:
    """Return everything that keeps a payment out of a file, so that it can be parked."""
    layout, values = _row(record)
    return layout.problems(values, symbols)


def encode_transfers(header: TransferHeader, records: Iterable[TransferRecord], *,
                     separator: str = 'crlf', symbols: str = 'strict') -> bytes:
    """Return the file of one transfer day; refuse what does not fit."""
    lines, count, amount = [HEADER.write(_header_values(header), symbols)], 0, 0
    for record in records:
        layout, values = _row(record)
        try:
            lines.append(layout.write(values, symbols))
        except FieldError as error:
            error.context.update(line=count + 2, customer_code=record.customer_code1)
            raise
        count, amount = count + 1, amount + record.amount
    if not count:
        raise FieldError('no_records', record=HEADER.name, line=1)
    lines += [TRAILER.write((count, amount)), END.write(())]
    end = SEPARATORS[separator]
    return b''.join(line.encode(CHARSET) + end for line in lines)


def _row(record: TransferRecord) -> tuple[Layout, tuple]:
    if record.edi:
        return DATA_EDI, _edi_values(record)
    return DATA, _data_values(record)

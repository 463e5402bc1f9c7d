"""Type 01, incoming transfers (振込入金通知), 200 bytes: layouts A and B, read into receipts."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import partial

from ..errors import CalendarError
from ..fixed_width import Layout, code, filler, number, verbatim
from .batches import Format, RawBatch, Reading, Row, read_batches
from .framing import SEPARATORS
from .wareki import booked_and_value, wareki_field

RECORD_LENGTH = 200
TYPE_CODE = '01'


@dataclass(frozen=True, slots=True)
class IncomingTransfer:
    """One transfer: `cancelled` takes an earlier one back (取消区分 1); amounts in yen."""

    line: int
    inquiry_number: str
    booked_on: date  # 勘定日
    value_date: date  # 起算日
    amount: int
    payer_code: str  # 振込依頼人コード
    payer_name: str  # 振込依頼人名
    bank_name: str
    branch_name: str
    cancelled: bool
    edi: str


@dataclass(frozen=True, slots=True)
class TransferNotice:
    """The transfers of one account (header) and period."""

    bank_code: str
    branch_code: str
    account_type: str
    account_number: str
    holder_name: str
    transfers: tuple[IncomingTransfer, ...]


HEADER = Layout(
    'header',
    code('record_kind', 1, constant='1'),
    code('type_code', 2, constant=TYPE_CODE),
    code('character_code', 1, constant='0'),
    wareki_field('made_on'),
    wareki_field('from'),
    wareki_field('to'),
    code('bank_code', 4, required=True),
    verbatim('bank_name', 15),
    code('branch_code', 3, required=True, zeros=True),
    verbatim('branch_name', 15),
    code('account_type', 1, required=True, expression='[0-9]'),
    code('account_number', 7, required=True),
    verbatim('holder_name', 40),
    filler(93),
)
_COMMON = (
    code('record_kind', 1, constant='2'),
    verbatim('inquiry_number', 6),
    wareki_field('booked_on'),
    wareki_field('value_date', required=False),
    number('amount', 10, required=False),
    number('other_banks', 10, required=False),
    verbatim('payer_code', 10),
    verbatim('payer_name', 48),
    verbatim('bank_name', 15),
    verbatim('branch_name', 15),
    verbatim('cancel', 1),
)
DATA_A = Layout('data A', *_COMMON, verbatim('edi', 20), filler(52))
DATA_B = Layout('data B', *_COMMON, number('amount2', 12, required=False),
                number('other_banks2', 12, required=False), verbatim('edi', 20), filler(28))
TRAILER = Layout(
    'trailer',
    code('record_kind', 1, constant='8'),
    number('count', 6),
    number('amount', 12),
    number('cancel_count', 6),
    number('cancel_amount', 12),
    filler(163),
)
END = Layout('end', code('record_kind', 1, constant='9'), filler(199))


def _data_layout(form: str, record: str) -> Layout:
    """Format B has two amounts of twelve digits where A has the EDI text (129-152)."""
    if form == 'auto':
        form = 'b' if record[128:152].isdigit() else 'a'
    return DATA_B if form == 'b' else DATA_A


def read_notices(content: bytes, latest: date, *, form: str = 'auto',
                 separators: Collection[str] = tuple(SEPARATORS)) -> list[TransferNotice]:
    """Return the notices of a file, one for each account, or refuse it with all its problems.

    :param latest: days after it are not meant by the file's era years
    :param form: 'a', 'b', or 'auto' to tell each record by its digits
    """
    reading, batches, _end = read_batches(
        content, Format(TYPE_CODE, RECORD_LENGTH, HEADER, partial(_data_layout, form), TRAILER,
                        END), separators)
    notices = [_notice(reading, batch, latest) for batch in batches]
    reading.finish()
    return notices


def _notice(reading: Reading, batch: RawBatch, latest: date) -> TransferNotice:
    found = [_transfer(reading, row, latest) for row in batch.rows]
    transfers = tuple(transfer for transfer in found if transfer)
    _check_totals(reading, batch, transfers)
    header = batch.header
    return TransferNotice(
        header['bank_code'], header['branch_code'], header['account_type'],
        header['account_number'], header['holder_name'], transfers)


def _transfer(reading: Reading, row: Row, latest: date) -> IncomingTransfer | None:
    values = row.values
    amount = (values['amount'] or 0) + (values.get('amount2') or 0)
    if not amount:
        reading.report('amount_not_positive', row.line, 20, field='amount')
    if values['cancel'] not in ('', '0', '1'):
        reading.report('not_in_list', row.line, DATA_A.positions['cancel'], field='cancel',
                       found=values['cancel'])
    try:
        booked_on, value_date = booked_and_value(values, latest)
    except CalendarError as error:
        reading.report(error.code, row.line, 8, **error.context)
        return None
    return IncomingTransfer(
        row.line, values['inquiry_number'], booked_on, value_date, amount, values['payer_code'],
        values['payer_name'], values['bank_name'], values['branch_name'],
        values['cancel'] == '1', values['edi'])


def _check_totals(reading: Reading, batch: RawBatch,
                  transfers: tuple[IncomingTransfer, ...]) -> None:
    """振込合計 counts the transfers, 取消合計 those that take one back."""
    expected = dict.fromkeys(('count', 'amount', 'cancel_count', 'cancel_amount'), 0)
    for transfer in transfers:
        prefix = 'cancel_' if transfer.cancelled else ''
        expected[f'{prefix}count'] += 1
        expected[f'{prefix}amount'] += transfer.amount
    for name, wanted in expected.items():
        if batch.trailer[name] != wanted:
            reading.report('wrong_total', batch.trailer_line, TRAILER.positions[name], field=name,
                           found=batch.trailer[name], expected=wanted)

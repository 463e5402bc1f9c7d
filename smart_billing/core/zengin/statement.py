"""Type 03, account statement (入出金取引明細), 200 bytes: ordinary, current and savings accounts."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from ..errors import CalendarError
from ..fixed_width import Layout, code, filler, number, verbatim
from .batches import Format, RawBatch, Reading, Row, read_batches
from .framing import SEPARATORS
from .wareki import booked_and_value, wareki_field

RECORD_LENGTH = 200
TYPE_CODE = '03'
TRANSFER_IN = '11'  # 取引区分 振込
CORRECTION = '19'  # 取引区分 訂正: a person must look


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One movement of an account; `incoming` is 入払区分 1, amounts in yen above zero."""

    line: int
    inquiry_number: str
    booked_on: date
    value_date: date
    incoming: bool
    kind: str  # 取引区分: 10 現金 11 振込 12 他店券 13 交換 14 振替 15 継続 18 その他 19 訂正
    amount: int
    payer_code: str
    payer_name: str
    bank_name: str
    branch_name: str
    text: str  # 摘要内容
    edi: str


@dataclass(frozen=True, slots=True)
class Statement:
    """The movements of one account, with the balances before and after them."""

    bank_code: str
    branch_code: str
    account_type: str
    account_number: str
    holder_name: str
    opening: int
    closing: int
    lines: tuple[StatementLine, ...]


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
    filler(3),
    code('account_type', 1, required=True, expression='[0-9]'),
    code('account_number', 10, required=True),
    verbatim('holder_name', 40),
    verbatim('overdrawn', 1),
    verbatim('book_kind', 1),
    number('opening', 14),
    filler(71),
)
DATA = Layout(
    'data',
    code('record_kind', 1, constant='2'),
    verbatim('inquiry_number', 8),
    wareki_field('booked_on'),
    wareki_field('value_date', required=False),
    code('direction', 1, required=True, expression='[12]'),
    code('kind', 2, required=True),
    number('amount', 12),
    number('other_banks', 12, required=False),
    verbatim('presented_on', 6),
    verbatim('returned_on', 6),
    verbatim('note_kind', 1),
    verbatim('note_number', 7),
    verbatim('branch', 3),
    verbatim('payer_code', 10),
    verbatim('payer_name', 48),
    verbatim('bank_name', 15),
    verbatim('branch_name', 15),
    verbatim('text', 20),
    verbatim('edi', 20),
    filler(1),
)
TRAILER = Layout(
    'trailer',
    code('record_kind', 1, constant='8'),
    number('in_count', 6),
    number('in_amount', 13),
    number('out_count', 6),
    number('out_amount', 13),
    verbatim('overdrawn', 1),
    number('closing', 14),
    number('rows', 7),
    filler(139),
)
END = Layout(
    'end', code('record_kind', 1, constant='9'), number('records', 10), number('accounts', 5),
    filler(184))


def read_statements(content: bytes, latest: date,
                    separators: Collection[str] = tuple(SEPARATORS)) -> list[Statement]:
    """Return the statements of a file, one for each account, or refuse it with all its problems.

    :param latest: days after it are not meant by the file's era years
    """
    form = Format(TYPE_CODE, RECORD_LENGTH, HEADER, lambda record: DATA, TRAILER, END)
    reading, batches, end = read_batches(content, form, separators)
    statements = [_statement(reading, batch, latest) for batch in batches]
    if not reading.problems:
        _check_end(reading, end, batches)
    reading.finish()
    return statements


def _statement(reading: Reading, batch: RawBatch, latest: date) -> Statement:
    found = [_line(reading, row, latest) for row in batch.rows]
    lines = tuple(line for line in found if line)
    header, trailer = batch.header, batch.trailer
    for values, line, layout in ((header, batch.line, HEADER),
                                 (trailer, batch.trailer_line, TRAILER)):
        if values['overdrawn'] not in ('', '0', '1', '2'):
            reading.report('not_in_list', line, layout.positions['overdrawn'],
                           field='overdrawn', found=values['overdrawn'])
    statement = Statement(
        header['bank_code'], header['branch_code'], header['account_type'],
        header['account_number'], header['holder_name'],
        _balance(header['opening'], header['overdrawn']),
        _balance(trailer['closing'], trailer['overdrawn']), lines)
    _check_totals(reading, batch, statement)
    return statement


def _balance(amount: int, overdrawn: str) -> int:
    """貸越区分 2 is a balance below zero."""
    return -amount if overdrawn == '2' else amount


def _line(reading: Reading, row: Row, latest: date) -> StatementLine | None:
    values = row.values
    if not values['amount']:
        reading.report('amount_not_positive', row.line, DATA.positions['amount'], field='amount')
    try:
        booked_on, value_date = booked_and_value(values, latest)
    except CalendarError as error:
        reading.report(error.code, row.line, DATA.positions['booked_on'], **error.context)
        return None
    return StatementLine(
        row.line, values['inquiry_number'], booked_on, value_date, values['direction'] == '1',
        values['kind'], values['amount'], values['payer_code'], values['payer_name'],
        values['bank_name'], values['branch_name'], values['text'], values['edi'])


def _check_totals(reading: Reading, batch: RawBatch, statement: Statement) -> None:
    """Counts and sums of both directions, and the balance that follows from them."""
    expected = {'in_count': 0, 'in_amount': 0, 'out_count': 0, 'out_amount': 0,
                'rows': len(statement.lines)}
    for line in statement.lines:
        side = 'in' if line.incoming else 'out'
        expected[f'{side}_count'] += 1
        expected[f'{side}_amount'] += line.amount
    for name, wanted in expected.items():
        if batch.trailer[name] != wanted:
            reading.report('wrong_total', batch.trailer_line, TRAILER.positions[name], field=name,
                           found=batch.trailer[name], expected=wanted)
    closing = statement.opening + expected['in_amount'] - expected['out_amount']
    if statement.closing != closing:
        reading.report('wrong_balance', batch.trailer_line, TRAILER.positions['closing'],
                       found=statement.closing, expected=closing)


def _check_end(reading: Reading, end: dict, batches: list[RawBatch]) -> None:
    """The end record counts all records and accounts; zeros say that the bank does not fill it."""
    counts = {'records': len(reading.framed.records), 'accounts': len(batches)}
    for name, wanted in counts.items():
        if end[name] not in (0, wanted):
            reading.report('wrong_total', counts['records'], END.positions[name], field=name,
                           found=end[name], expected=wanted)

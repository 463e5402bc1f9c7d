"""The receipt file of 120 bytes a record (コンビニ収納 固定長): records 1, 2, 8, 9 as in Zengin files.

The layout of the data record is public, those of header and trailer are not. The shipped profile
takes count and amount of the trailer where Zengin trailers have them (2-7 and 8-19); one whose
agency says nothing else about it reads none.
"""

from odoo.addons.smart_billing.core.errors import FieldError, FileError, Problem
from odoo.addons.smart_billing.core.fixed_width import Field, Layout, filler
from odoo.addons.smart_billing.core.zengin.framing import SEPARATORS, Framed, frame

from .slip_receipt import (
    NOTICE_CODES,
    Notice,
    SlipReceipt,
    read_amount,
    read_day,
    read_notice,
    read_payout,
    read_time,
)

RECORD_LENGTH = 120
MAX_PROBLEMS = 100
# What may follow a record of each kind (データ区分); '' is the start of the file.
_FOLLOWERS = {'': '1', '1': '28', '2': '28', '8': '19', '9': ''}


def _text(name: str, length: int) -> Field:
    return Field(name, length, verbatim=True)


DATA = Layout(
    'data',
    Field('record_kind', 1, 'N', constant='2'),
    _text('notice', 2),
    _text('paid_on', 8),
    _text('paid_at', 4),
    _text('barcode_kind', 1),
    _text('country', 1),
    _text('finance_code', 5),
    _text('check_digit', 1),
    filler(2),
    _text('company_code', 5),
    _text('unique1', 6),
    filler(2),
    _text('unique2', 11),
    _text('stamp', 1),
    _text('due_kind', 1),
    _text('due', 5),
    _text('amount', 6),
    filler(1),
    _text('store', 7),
    filler(2),
    _text('made_on', 8),
    _text('payout', 8),
    _text('fee_on', 8),
    _text('chain', 6),
    filler(18),
)
TRAILER = Layout(
    'trailer',
    Field('record_kind', 1, 'N', constant='8'),
    Field('count', 6, 'N', number=True, required=True),
    Field('amount', 12, 'N', number=True, required=True),
    filler(101),
)


def decode(content: bytes, company_code: str, codes: dict[str, Notice] = NOTICE_CODES, *,
           separators: tuple[str, ...] = tuple(SEPARATORS), totals: bool = True) -> (
               list[SlipReceipt]):
    """Return the rows of a file, or refuse it whole with everything that is wrong.

    :param company_code: ours (収納企業コード), five digits
    :param totals: whether trailers carry count and amount of their rows
    """
    framed = frame(content, RECORD_LENGTH, separators)
    _check_structure(framed)
    receipts, problems, since = [], [], 0
    for index, record in enumerate(framed.records):
        try:
            if record[0] == '1':
                since = len(receipts)
            elif record[0] == '2':
                receipts.append(_read(record, company_code, codes, index + 1))
            elif record[0] == '8' and totals and not problems:
                _check_totals(record, receipts[since:])
        except FieldError as error:
            offset = framed.offset(index) + error.context.get('position', 1) - 1
            problems.append(Problem(error.code, index + 1, offset, error.context))
    if problems:
        raise FileError.from_problems(problems[:MAX_PROBLEMS])
    return receipts


def _check_structure(framed: Framed) -> None:
    """Check the order of records: (1 2* 8)+ 9."""
    previous = ''
    for index, record in enumerate(framed.records):
        if record[0] not in _FOLLOWERS[previous]:
            code = 'after_end' if previous == '9' else 'record_order'
            raise FileError(code, index + 1, framed.offset(index), found=record[0],
                            expected=_FOLLOWERS[previous])
        previous = record[0]
    if previous != '9':
        last = len(framed.records) - 1
        raise FileError('truncated', last + 1, framed.offset(last), found=previous, expected='9')


def _read(record: str, company_code: str, codes: dict[str, Notice], line: int) -> SlipReceipt:
    values = dict(zip(DATA.names, DATA.read(record)))
    if values['company_code'] != company_code:
        raise FieldError('other_company', field='company_code',
                         position=DATA.positions['company_code'], found=values['company_code'],
                         expected=company_code)
    own = values['unique1'] + values['unique2']
    if len(own) != 17 or not (own.isascii() and own.isdigit()):
        raise FieldError('not_digits', field='unique1', position=DATA.positions['unique1'],
                         value_length=len(own))
    if values['stamp'] not in ('0', '1'):
        raise FieldError('not_in_list', field='stamp', position=DATA.positions['stamp'],
                         found=values['stamp'])
    return SlipReceipt(
        notice=_at('notice', read_notice, values['notice'], codes),
        paid_on=_at('paid_on', read_day, values['paid_on'], 'paid_on'),
        paid_at=_at('paid_at', read_time, values['paid_at'], 'paid_at'),
        number=own[:16], reissue=int(own[16]), stamp=values['stamp'] == '1',
        amount=_at('amount', read_amount, values['amount']),
        chain=values['chain'], store=values['store'],
        payout=_at('payout', read_payout, values['payout']),
        made_on=_at('made_on', read_day, values['made_on'], 'made_on'), line=line)


def _at(name: str, reader, *arguments: object):
    """Read a field; a complaint names its position in the record."""
    try:
        return reader(*arguments)
    except FieldError as error:
        raise FieldError(error.code, **{**error.context, 'field': name,
                                        'position': DATA.positions[name]}) from None


def _check_totals(record: str, receipts: list[SlipReceipt]) -> None:
    count, amount = TRAILER.read(record)
    expected = len(receipts), sum(receipt.amount for receipt in receipts)
    for name, found, wanted in zip(('count', 'amount'), (count, amount), expected):
        if found != wanted:
            raise FieldError('wrong_total', field=name, position=TRAILER.positions[name],
                             found=found, expected=wanted)


def encode(receipts: list[SlipReceipt], company_code: str,
           codes: dict[str, Notice] = NOTICE_CODES) -> bytes:
    """Return the file of these rows; for the check of a profile with a sample."""
    names = {notice: code for code, notice in codes.items()}
    records = ['1'.ljust(RECORD_LENGTH)]
    for receipt in receipts:
        values = dict.fromkeys(DATA.names, '')
        values.update(
            notice=names[receipt.notice], paid_on=f'{receipt.paid_on:%Y%m%d}',
            paid_at=f'{receipt.paid_at:%H%M}', company_code=company_code,
            unique1=receipt.number[:6], unique2=f'{receipt.number[6:]}{receipt.reissue}',
            stamp='1' if receipt.stamp else '0', amount=f'{receipt.amount:06}',
            store=receipt.store, made_on=f'{receipt.made_on:%Y%m%d}',
            payout=f'{receipt.payout:%Y%m%d}' if receipt.payout else '0' * 8,
            chain=receipt.chain)
        records.append(DATA.write([values[name] for name in DATA.names]))
    total = sum(receipt.amount for receipt in receipts)
    records += [TRAILER.write([len(receipts), total]), '9'.ljust(RECORD_LENGTH)]
    return ''.join(record + '\r\n' for record in records).encode('cp932')

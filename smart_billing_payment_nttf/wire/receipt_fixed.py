"""The receipt file of 120 bytes a record (コンビニ収納 固定長): records 1, 2, 8, 9 as in Zengin files.

The layout of the data record is public, those of header and trailer are not. The shipped profile
takes count and amount of the trailer where Zengin trailers have them (2-7 and 8-19); one whose
agency says nothing else about it reads none.
"""

from odoo.addons.smart_billing.core.errors import FieldError, FileError, Problem
from odoo.addons.smart_billing.core.fixed_width import Field, Layout, filler, number, verbatim
from odoo.addons.smart_billing.core.zengin.framing import SEPARATORS, check_order, frame

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


DATA = Layout(
    'data',
    Field('record_kind', 1, 'N', constant='2'),
    verbatim('notice', 2),
    verbatim('paid_on', 8),
    verbatim('paid_at', 4),
    verbatim('barcode_kind', 1),
    verbatim('country', 1),
    verbatim('finance_code', 5),
    verbatim('check_digit', 1),
    filler(2),
    verbatim('company_code', 5),
    verbatim('unique1', 6),
    filler(2),
    verbatim('unique2', 11),
    verbatim('stamp', 1),
    verbatim('due_kind', 1),
    verbatim('due', 5),
    verbatim('amount', 6),
    filler(1),
    verbatim('store', 7),
    filler(2),
    verbatim('made_on', 8),
    verbatim('payout', 8),
    verbatim('fee_on', 8),
    verbatim('chain', 6),
    filler(18),
)
TRAILER = Layout(
    'trailer',
    Field('record_kind', 1, 'N', constant='8'),
    number('count', 6),
    number('amount', 12),
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
    check_order(framed)
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

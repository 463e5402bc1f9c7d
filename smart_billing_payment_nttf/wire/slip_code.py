"""What a payment slip (払込票) says in digits: the barcode, and both OCR lines of its postal part.

Barcode: 標準料金代理収納, GS1-128 with 44 digits (guideline of GS1 Japan). Positions are 1-based:
1-2 "91"; 3-8 請求書発行企業コード; 9-29 自由使用欄; 30 再発行区分; 31-36 支払期限; 37 収入印紙
フラグ; 38-43 金額; 44 check digit. Agencies divide the free area as they like: the first digits
name the company that has it printed (収納企業コード), the rest is the company's own.
"""

from dataclasses import dataclass
from datetime import date

from odoo.addons.smart_billing.core.errors import FieldError

from .check_digits import gs1_check_digit, ocr_check_digits

LENGTH = 44
IDENTIFIER = '91'
FREE_LENGTH = 21
MOST_REISSUES = 9
MOST_AMOUNT = 999_999  # six digits; what an agency accepts is less and stands in its profile
NO_LIMIT = '999999'  # 支払期限: without a last day
CENTURY = 2000  # the year has two digits


@dataclass(frozen=True, slots=True)
class Issuer:
    """Whose slips they are, as the agency has registered it; all of it is digits as text.

    `maker_code` 請求書発行企業コード (6), `company_code` 収納企業コード (the first digits of the
    free area), `postal_account` 振替口座 (11), `agent_code` (5) and `control_code` (3) of the lower
    OCR line, `charge_bearer` 払込料金負担区分 (2: the receiver pays).
    """

    maker_code: str
    company_code: str
    postal_account: str = ''
    agent_code: str = ''
    control_code: str = ''
    charge_bearer: str = '2'

    @property
    def number_length(self) -> int:
        """How many digits of the free area are the company's own."""
        return FREE_LENGTH - len(self.company_code)


@dataclass(frozen=True, slots=True)
class Slip:
    """One slip: its number in the free area, reissues so far, last day, stamp flag, yen."""

    number: str
    reissue: int
    due: date | None
    stamp: bool
    amount: int


def barcode_digits(issuer: Issuer, slip: Slip) -> str:
    """Return the 44 digits of a slip's barcode, the check digit included."""
    body = ''.join((
        IDENTIFIER,
        _exact('maker_code', issuer.maker_code, 6),
        _free_area(issuer, slip),
        _reissue(slip),
        NO_LIMIT if slip.due is None else _short_date(slip.due),
        '1' if slip.stamp else '0',
        f'{_amount(slip):06}',
    ))
    return body + gs1_check_digit(body)


def printed_lines(digits: str) -> tuple[str, str]:
    """Return the digits as people read them below the bars, in two lines."""
    return (f'({digits[:2]}){digits[2:8]}-{digits[8:29]}',
            f'{digits[29]}-{digits[30:36]}-{digits[36]}-{digits[37:43]}-{digits[43]}')


def read_barcode(digits: str, company_length: int) -> tuple[str, Slip]:
    """Return maker code + company code and the slip of a barcode, or refuse it.

    :param company_length: digits of the free area that name the company
    """
    if len(digits) != LENGTH or not (digits.isascii() and digits.isdigit()):
        raise FieldError('barcode_length', field='barcode', length=LENGTH,
                         value_length=len(digits))
    if gs1_check_digit(digits[:-1]) != digits[-1]:
        raise FieldError('barcode_check_digit', field='barcode', found=digits[-1])
    if digits[:2] != IDENTIFIER:
        raise FieldError('barcode_identifier', field='barcode', found=digits[:2])
    free = digits[8:29]
    if digits[36] not in '01':
        raise FieldError('barcode_stamp_flag', field='barcode', found=digits[36])
    return digits[2:8] + free[:company_length], Slip(
        number=free[company_length:], reissue=int(digits[29]), due=_read_date(digits[30:36]),
        stamp=digits[36] == '1', amount=int(digits[37:43]))


def upper_ocr_line(issuer: Issuer, slip: Slip) -> str:
    """Return the 39 digits of the upper OCR line: account, amount, who bears the charge."""
    body = ''.join((
        _exact('postal_account', issuer.postal_account, 11),
        f'{_amount(slip):011}',
        _exact('charge_bearer', issuer.charge_bearer, 1),
        issuer.company_code.rjust(14, '0'),
    ))
    return ocr_check_digits(body) + body


def lower_ocr_line(issuer: Issuer, slip: Slip) -> str:
    """Return the 44 digits of the lower OCR line: the slip's number, reissue and the agency."""
    body = ''.join((
        _exact('number', slip.number, 16),
        _reissue(slip),
        '0' * 9,
        _exact('agent_code', issuer.agent_code, 5),
        _exact('control_code', issuer.control_code, 3),
        '0' * 8,
    ))
    return ocr_check_digits(body) + body


def _free_area(issuer: Issuer, slip: Slip) -> str:
    """Company code and the slip's own number; a shorter one is filled with zeros at its end."""
    if len(slip.number) > issuer.number_length:
        raise FieldError('too_long', field='number', length=issuer.number_length,
                         value_length=len(slip.number), remedy='shorten')
    _exact('company_code', issuer.company_code, len(issuer.company_code))
    _exact('number', slip.number, len(slip.number))
    return issuer.company_code + slip.number.ljust(issuer.number_length, '0')


def _exact(name: str, value: str, length: int) -> str:
    if len(value) != length or not (value.isascii() and value.isdigit()):
        raise FieldError('not_digits', field=name, length=length, value_length=len(value),
                         remedy='digits_only')
    return value


def _reissue(slip: Slip) -> str:
    if not 0 <= slip.reissue <= MOST_REISSUES:
        raise FieldError('too_many_reissues', field='reissue', value=slip.reissue,
                         maximum=MOST_REISSUES)
    return str(slip.reissue)


def _amount(slip: Slip) -> int:
    if not 0 < slip.amount <= MOST_AMOUNT:
        raise FieldError('amount_over_limit' if slip.amount > 0 else 'amount_not_positive',
                         field='amount', amount=slip.amount, maximum=MOST_AMOUNT)
    return slip.amount


def _short_date(day: date) -> str:
    if not CENTURY <= day.year < CENTURY + 99:
        raise FieldError('due_date', field='due', value=day.isoformat())
    return f'{day:%y%m%d}'


def _read_date(text: str) -> date | None:
    if text == NO_LIMIT:
        return None
    try:
        return date(CENTURY + int(text[:2]), int(text[2:4]), int(text[4:]))
    except ValueError:
        raise FieldError('due_date', field='due', value=text) from None

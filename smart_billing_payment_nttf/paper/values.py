"""What stands on a slip (払込票): values that say nothing about ink and millimetres."""

from dataclasses import dataclass, field
from datetime import date

from odoo.addons.smart_billing.core.errors import FieldError

from ..wire.slip_code import Issuer, Slip
from ..wire.stamp import SlipLimits, fits_slip

MOST_NAMES = 3  # company, department, person


@dataclass(frozen=True, slots=True)
class Addressee:
    """Who gets the letter (宛先): address as one text a line, names from company to person."""

    postal_code: str
    address: tuple[str, ...]
    names: tuple[str, ...]
    honorific: str = '様'  # 御中 for a company without a person


@dataclass(frozen=True, slots=True)
class Sender:
    """Who asks for the money (発行者): what a qualified invoice must name, and how to reach it."""

    name: str
    postal_code: str
    address: tuple[str, ...]
    registration_number: str = ''  # 登録番号, T and 13 digits
    phone: str = ''
    contact: str = ''  # opening hours, e-mail, department


@dataclass(frozen=True, slots=True)
class Line:
    """One thing billed: text, yen, and ※ for the reduced rate (軽減税率対象)."""

    text: str
    amount: int
    quantity: str = ''
    reduced: bool = False


@dataclass(frozen=True, slots=True)
class TaxTotal:
    """Yen of one rate: without tax and the tax, each rounded once for the invoice."""

    label: str  # 10%対象, 8%対象(軽減), 対象外
    net: int
    tax: int


@dataclass(frozen=True, slots=True)
class BankTransfer:
    """Where to pay what is too much for a slip (振込先)."""

    bank: str
    branch: str
    account: str  # kind and number: 普通 1234567
    holder: str


@dataclass(frozen=True, slots=True)
class SlipPage:
    """One slip with the invoice above it.

    :param postal_account: 口座記号番号 as people write it, 00990-4-313097; empty: no postal part
    :param account_holder: 加入者名, the name under which the postal account runs
    """

    addressee: Addressee
    sender: Sender
    issuer: Issuer
    slip: Slip
    customer_number: str
    invoice_number: str
    issued_on: date
    lines: tuple[Line, ...]
    taxes: tuple[TaxTotal, ...]
    lines_with_tax: bool = False
    postal_account: str = ''
    account_holder: str = ''
    transfer: BankTransfer | None = None
    messages: tuple[str, ...] = ()
    title: str = 'ご請求書'
    limits: SlipLimits = field(default_factory=SlipLimits)

    @property
    def payable_at_stores(self) -> bool:
        """Whether the amount may stand on a slip with a barcode."""
        return fits_slip(self.slip.amount, self.limits)


def check_addressee(who: Addressee) -> None:
    """Refuse a letter without a name or address, or with more names than lines for them."""
    if not (who.names and all(who.names) and any(who.address)):
        raise FieldError('missing', field='address' if who.names else 'name', remedy='fill')
    if len(who.names) > MOST_NAMES:
        raise FieldError('too_many_lines', field='name', lines=MOST_NAMES, remedy='shorten',
                         value_length=len(who.names))


def check_sums(page: SlipPage) -> None:
    """Refuse a page whose lines, taxes and amount do not add up: the reader would find out."""
    net, tax = sum(one.net for one in page.taxes), sum(one.tax for one in page.taxes)
    if net + tax != page.slip.amount:
        raise FieldError('sums_differ', field='taxes', found=net + tax, expected=page.slip.amount)
    lines = sum(line.amount for line in page.lines)
    expected = page.slip.amount if page.lines_with_tax else net
    if page.lines and lines != expected:
        raise FieldError('sums_differ', field='lines', found=lines, expected=expected)


def yen(amount: int) -> str:
    """Return an amount as people read it."""
    return f'{amount:,}'


def long_date(day: date) -> str:
    """Return a day in the Japanese order, without the era."""
    return f'{day.year}年{day.month}月{day.day}日'


def postal_code(text: str) -> str:
    """Return a postal code (郵便番号) with its mark, or refuse it."""
    digits = text.replace('-', '')
    if len(digits) != 7 or not (digits.isascii() and digits.isdigit()):
        raise FieldError('postal_code', field='postal_code', value_length=len(text),
                         remedy='digits_only')
    return f'〒{digits[:3]}-{digits[3:]}'

"""Receipts of payment slips (収納データ): one row each, whatever file it came in."""

from datetime import date, time
from enum import StrEnum
from typing import NamedTuple

from odoo.addons.smart_billing.core.errors import FieldError


class Notice(StrEnum):
    """What a row says (データ種別)."""

    PRELIMINARY = 'preliminary'  # 速報: the store has taken the money
    CONFIRMED = 'confirmed'  # 確報: it is settled, the payout day is known
    CANCELLED = 'cancelled'  # 速報取消: the store gave it back
    POSTAL = 'postal'  # 郵便振替: paid at the post office, final
    CORRECTION = 'correction'  # 郵便振替訂正: in place of an earlier postal row
    REALTIME = 'realtime'  # the store's message of the minute, before any 速報


# Codes as the public files carry them; a profile may name others.
NOTICE_CODES = {
    '01': Notice.PRELIMINARY,
    '02': Notice.CONFIRMED,
    '03': Notice.CANCELLED,
    '12': Notice.POSTAL,
    '22': Notice.CORRECTION,
    '81': Notice.REALTIME,
}

# コンビニ本部コード of the 13-column file.
CHAINS = {
    '010': 'セブン-イレブン', '020': 'ローソン', '030': 'ファミリーマート',
    '050': 'デイリーヤマザキ', '080': 'ミニストップ', '530': 'PayB', '730': 'ポプラ',
    '750': 'J-Coin', '760': 'セイコーマート', '780': 'au PAY', '800': 'd払い',
    '810': 'LINE Pay', '820': 'PayPay', '830': '楽天銀行', '840': '銀行Pay', '890': 'MMK',
    '910': '郵便振替(ATM)', '911': '郵便振替(窓口)',
}


class SlipReceipt(NamedTuple):
    """One row: what happened with which slip, when and where; `payout` None: not known yet.

    `number` and `reissue` are those of the slip (`slip_code.Slip`); `barcode` are its 44 digits
    where the file carries them.
    """

    notice: Notice
    paid_on: date
    paid_at: time
    number: str
    reissue: int
    stamp: bool
    amount: int
    chain: str
    store: str
    payout: date | None
    made_on: date
    barcode: str = ''
    chain_name: str = ''
    line: int = 0


def read_notice(code: str, codes: dict[str, Notice]) -> Notice:
    """Return what a code means; one that nobody declared is refused, not guessed."""
    try:
        return codes[code]
    except KeyError:
        raise FieldError('unknown_notice', field='notice', found=code) from None


def read_day(text: str, field: str) -> date:
    """Return the day of eight digits YYYYMMDD."""
    if len(text) == 8 and text.isascii() and text.isdigit():
        try:
            return date(int(text[:4]), int(text[4:6]), int(text[6:]))
        except ValueError:
            pass
    raise FieldError('day_unreadable', field=field, found=text)


def read_payout(text: str) -> date | None:
    """Return the payout day (振込日); zeros and blanks say that it is not known yet."""
    return None if not text.strip(' 0') else read_day(text, 'payout')


def read_time(text: str, field: str) -> time:
    """Return the time of four digits HHMM."""
    if len(text) == 4 and text.isascii() and text.isdigit():
        try:
            return time(int(text[:2]), int(text[2:]))
        except ValueError:
            pass
    raise FieldError('time_unreadable', field=field, found=text)


def read_amount(text: str) -> int:
    """Return yen above zero."""
    if not (text.isascii() and text.isdigit()) or not int(text):
        raise FieldError('amount_unreadable', field='amount', found=text)
    return int(text)

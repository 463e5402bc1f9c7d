"""The lower part of a page: 払込取扱票 with the store's barcode, and 払込受領証.

Four inches at the foot of A4. Left of the tear line what the post office or the store keeps, right
of it what the payer gets back. Lines and captions are the same on every slip, so they are one form
of the file; the values are drawn over it. Captions are red where the receiver bears the charge
(加入者負担), blue where the payer does.
"""

import re

from odoo.addons.smart_billing.core.errors import FieldError

from ..wire.slip_code import barcode_digits, lower_ocr_line, printed_lines, upper_ocr_line
from . import barcode
from .pen import Pen
from .values import SlipPage, long_date, postal_code, yen

TOP = 101.6  # height of the slip
LEFT, TEAR, RIGHT = 6, 148.5, 204
EDGE, RECEIPT = 145.5, 152  # right edge of the left part, left edge of the right part
PAYER, STORE = 6, 71  # left edges of the lower cells
ROWS = (97, 90.5, 80, 70.5, 27)  # lines from top to bottom
RECEIPT_ROWS = (97, 90.5, 82.5, 73, 63.5, 48.5, 41)
BOXES, BOX, AMOUNT_LEFT = 8, 5.2, 6.2  # of the amount, from the edge of its cell
ACCOUNT_BOX = 4.9
ACCOUNT = re.compile(r'([0-9]{5})-([0-9])-([0-9]{1,6})')
OCR_SIZE = 72 / 10 / 0.723  # points; ten characters an inch
OCR_X, OCR_UPPER, OCR_LOWER = 28, 17, 8.5  # the lines stand a third of an inch apart
RED, BLUE = (0.76, 0.13, 0.17), (0.1, 0.32, 0.6)
RED_PALE, BLUE_PALE = (1, 0.945, 0.945), (0.935, 0.96, 1)
RECEIVER_PAYS = '2'


def draw_frame(pen: Pen, page: SlipPage) -> None:
    """Draw the lines and captions that all slips of an account share, and the account."""
    red, postal = page.issuer.charge_bearer == RECEIVER_PAYS, bool(page.postal_account)
    color, pale = (RED, RED_PALE) if red else (BLUE, BLUE_PALE)
    _tear_lines(pen)
    _left_frame(pen, color, pale, postal)
    if red:
        pen.box(47, ROWS[1] + 1.2, 29, 4.6, color=color, line=0.5)
        pen.text(61.5, ROWS[1] + 2.5, '払込料金加入者負担', 7, align='center', color=color)
    _store_frame(pen, color, pale)
    _receipt_frame(pen, color, postal)
    _account(pen, page, color)


def draw_slip(pen: Pen, page: SlipPage) -> None:
    """Draw what one slip says into its frame."""
    digits = barcode_digits(page.issuer, page.slip)
    _amount(pen, page)
    _payer(pen, page)
    _store(pen, page, digits)
    _receipt(pen, page)
    if page.postal_account:
        pen.ocr(OCR_X, OCR_UPPER, upper_ocr_line(page.issuer, page.slip), OCR_SIZE)
        pen.ocr(OCR_X, OCR_LOWER, lower_ocr_line(page.issuer, page.slip), OCR_SIZE)


# --- the frame ---

def _tear_lines(pen: Pen) -> None:
    grey = (0.45, 0.45, 0.48)
    pen.line(0, TOP, 210, TOP, color=grey, width=0.5, dash=(2, 2))
    pen.line(TEAR, 0, TEAR, TOP, color=grey, width=0.5, dash=(2, 2))
    pen.text(60, TOP + 1.2, '(この線から切り離してください)', 6, align='center', color=grey)


def _caption(pen: Pen, x: float, y: float, text: str, color: tuple, size: float = 6) -> None:
    pen.text(x + 1, y - 3, text, size, color=color)


def _left_frame(pen: Pen, color: tuple, pale: tuple, postal: bool) -> None:
    _top, title, numbers, names, bottom = ROWS
    pen.text(LEFT + 1, title + 1.8, '払込取扱票', 13, bold=True, color=color, spacing=1.6)
    for y in (title, numbers, names, bottom):
        pen.line(LEFT, y, EDGE, y, color=color, width=0.7)
    for x in (LEFT, EDGE):
        pen.line(x, bottom, x, title, color=color, width=0.7)
    _caption(pen, LEFT, title, '口座記号番号' if postal else 'お客様番号', color)
    pen.line(STORE, numbers, STORE, title, color=color)
    pen.box(STORE, numbers, 5, title - numbers, color=color, line=0.5, fill=pale)
    for y, word in ((title - 4.4, '金'), (numbers + 2.6, '額')):
        pen.text(STORE + 2.5, y, word, 7, align='center', color=color)
    _amount_boxes(pen, STORE, numbers, color, pale)
    pen.line(120, names, 120, title, color=color)
    _caption(pen, 120, title, '料金', color)
    _caption(pen, 120, numbers, '備考', color)
    _caption(pen, LEFT, numbers, '加入者名', color)
    _caption(pen, PAYER, names, 'ご依頼人', color)
    if postal:
        pen.text(LEFT, bottom - 3.2,
                 '(ゆうちょ銀行・郵便局用)　下の欄は機械で読み取ります。汚したり、折り曲げたりしないでください。', 5.5,
                 color=color)


def _amount_boxes(pen: Pen, x: float, y: float, color: tuple, pale: tuple) -> None:
    """Boxes for the digits of an amount with the names of their places."""
    left = x + AMOUNT_LEFT
    pen.box(left, y + 0.9, BOX * BOXES, 6.2, line=0, fill=pale)
    for index, place in enumerate('千百十万千百十円'):
        pen.text(left + BOX * (index + 0.5), y + 7.7, place, 5.5, align='center', color=color)
    for index in range(BOXES + 1):
        solid = index in (0, 2, 5, BOXES)
        pen.line(left + BOX * index, y + 0.9, left + BOX * index, y + 7.1, color=color,
                 width=0.6 if solid else 0.3, dash=() if solid else (1, 1))
    for height in (0.9, 7.1):
        pen.line(left, y + height, left + BOX * BOXES, y + height, color=color, width=0.6)


def _store_frame(pen: Pen, color: tuple, pale: tuple) -> None:
    top, bottom = ROWS[3], ROWS[4]
    pen.line(STORE, bottom, STORE, top, color=color, width=0.7)
    pen.box(STORE, top - 5, EDGE - STORE, 5, color=color, line=0.7, fill=pale)
    pen.text((STORE + EDGE) / 2, top - 3.6, 'コンビニエンスストア用', 8, bold=True, align='center',
             color=color, spacing=0.6)
    pen.line(STORE, 37.5, EDGE, 37.5, color=color, width=0.4)
    pen.line(114, bottom, 114, 37.5, color=color, width=0.4)
    _caption(pen, 114, 37.5, '受付局・取扱店 日附印', color, 5.5)


def _receipt_frame(pen: Pen, color: tuple, postal: bool) -> None:
    rows = RECEIPT_ROWS
    pen.text(RECEIPT, rows[1] + 3.4, '払込受領証', 11, bold=True, color=color, spacing=0.8)
    pen.text(RIGHT, rows[1] + 3.4, '(お客様控)', 6.5, align='right', color=color)
    if postal:
        pen.text(RECEIPT, rows[1] + 1, '振替払込請求書兼受領証', 4.5, color=color)
    for y in rows[1:]:
        pen.line(RECEIPT, y, RIGHT, y, color=color, width=0.6)
    for x in (RECEIPT, RIGHT):
        pen.line(x, 8, x, rows[1], color=color, width=0.6)
    pen.line(RECEIPT, 8, RIGHT, 8, color=color, width=0.6)
    captions = ('口座記号番号' if postal else 'お客様番号', '加入者名', '金額', 'ご依頼人', 'お支払期限')
    for y, caption in zip(rows[1:], captions):
        _caption(pen, RECEIPT, y, caption, color, 5.5)
    pen.box(RECEIPT, rows[4], RIGHT - RECEIPT, rows[3] - rows[4], color=color, line=0.6)
    _caption(pen, 178, rows[6], '受付局・取扱店 日附印', color, 5.5)
    pen.line(177, 8, 177, rows[6], color=color, width=0.4)
    pen.text(RECEIPT, 4.6, 'この受領証は、大切に保管してください。', 5.5, color=color)


# --- what is written into it ---

def _account(pen: Pen, page: SlipPage, color: tuple) -> None:
    """The postal account in its three groups, and the name under which it runs."""
    pen.fitted('account_holder', LEFT + 3, ROWS[3] + 2, page.account_holder, 108, (11, 7))
    pen.fitted('account_holder', STORE + 2, 33.2, page.account_holder, 40, (7.5, 5.5))
    pen.fitted('account_holder', RECEIPT + 2, RECEIPT_ROWS[3] + 1.9, page.account_holder,
               RIGHT - RECEIPT - 4, (9, 5.5))
    if not page.postal_account:
        return
    match = ACCOUNT.fullmatch(page.postal_account)
    if not match:
        raise FieldError('postal_account', field='postal_account', remedy='account_form',
                         value_length=len(page.postal_account))
    pen.text(RECEIPT + 2, RECEIPT_ROWS[2] + 1.3, page.postal_account, 10)
    x, y = LEFT + 1.4, ROWS[2]
    for index, group in enumerate(match.groups()):
        if index:
            pen.text(x + 0.95, y + 2.6, '-', 10, align='center')
            x += 1.9
        for digit in group:
            pen.box(x, y + 0.9, ACCOUNT_BOX, 6.2, color=color, line=0.3)
            pen.text(x + ACCOUNT_BOX / 2, y + 2.4, digit, 11, align='center')
            x += ACCOUNT_BOX


def _amount(pen: Pen, page: SlipPage) -> None:
    if not page.postal_account:
        pen.fitted('customer_number', LEFT + 3, ROWS[2] + 2.4, page.customer_number, 60, (11, 7))
    right = STORE + AMOUNT_LEFT + BOX * BOXES
    for index, digit in enumerate(reversed(f'¥{page.slip.amount}')):
        pen.text(right - BOX * (index + 0.5), ROWS[2] + 2.4, digit, 12, align='center')
    if page.slip.reissue:
        pen.text(EDGE - 2, ROWS[3] + 2.4, f'再発行({page.slip.reissue}回目)', 8, align='right',
                 bold=True)


def _payer(pen: Pen, page: SlipPage) -> None:
    who, x, room = page.addressee, PAYER + 3, STORE - PAYER - 6
    y = ROWS[3] - 7.5
    pen.text(x, y, postal_code(who.postal_code), 8)
    lines, size = pen.wrapped('address', who.address, room, 4, (8, 6))
    for line in lines:
        y -= 3.7
        pen.text(x, y, line, size)
    y -= 0.8
    for name in who.names[:-1]:
        y -= 3.9
        pen.fitted('name', x, y, name, room, (8, 6))
    pen.fitted('name', x, y - 5, f'{who.names[-1]}　様', room, (10, 6.5))
    pen.fitted('customer_number', x, ROWS[4] + 1.6,
               f'お客様番号 {page.customer_number}　請求番号 {page.invoice_number}', room, (7, 5))


def _store(pen: Pen, page: SlipPage, digits: str) -> None:
    slip = page.slip
    due = long_date(slip.due) if slip.due else 'なし'
    y = ROWS[3] - 9
    pen.text(STORE + 3, y, f'お支払期限 {due}', 8)
    pen.text(EDGE - 3, y, f'¥{yen(slip.amount)}', 10, bold=True, align='right')
    unit = barcode.WIDTH * 25.4 / 72
    middle = (STORE + EDGE) / 2
    barcode.draw(pen.canvas, digits, (middle - unit / 2) * 72 / 25.4, 46.6 * 72 / 25.4)
    for index, line in enumerate(printed_lines(digits)):
        pen.text(middle, 42.9 - 3.4 * index, line, 8, align='center', spacing=0.1)
    pen.text(STORE + 2, 29.3, '収入印紙 要' if slip.stamp else '収入印紙 不要', 7)
    if slip.reissue:
        pen.text(112, 29.3, f'再発行 {slip.reissue}', 7, align='right')


def _receipt(pen: Pen, page: SlipPage) -> None:
    rows, x, room = RECEIPT_ROWS, RECEIPT + 2, RIGHT - RECEIPT - 4
    slip = page.slip
    if not page.postal_account:
        pen.fitted('customer_number', x, rows[2] + 1.3, page.customer_number, room, (10, 7))
    pen.text(RIGHT - 3, rows[4] + 2, f'¥{yen(slip.amount)}', 14, bold=True, align='right')
    pen.fitted('name', x, rows[5] + 6.2, f'{page.addressee.names[-1]}　様', room, (10, 5.5))
    pen.fitted('customer_number', x, rows[5] + 1.8, f'お客様番号 {page.customer_number}', room,
               (7, 5))
    pen.text(RIGHT - 3, rows[6] + 1.7, long_date(slip.due) if slip.due else 'なし', 9,
             align='right')
    if slip.stamp:
        grey = (0.4, 0.4, 0.43)
        pen.box(RECEIPT + 2, 10, 21, 27, color=grey, line=0.5, dash=(1.5, 1.5))
        for index, text in enumerate(('収入印紙', '貼付欄')):
            pen.text(RECEIPT + 12.5, 25 - 4 * index, text, 7, align='center', color=grey)

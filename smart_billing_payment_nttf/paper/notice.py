"""The upper part of a page: the invoice, addressed for a window envelope (窓付き封筒, 長形3号).

Millimetres from the lower left corner of A4. The window of an envelope is 45 × 90 mm, 20 mm from
the left and 12 mm from the top; the page is folded at its thirds.
"""

from collections.abc import Sequence

from odoo.addons.smart_billing.core.errors import FieldError

from .pen import Pen
from .values import Line, SlipPage, long_date, postal_code, yen

HEIGHT = 297
LEFT, RIGHT = 12, 198
WINDOW = (20, 240, 90, 45)  # x, y, width, height
PANEL = 122  # left edge of title, dates and sender
ACCENT = (0.16, 0.26, 0.42)
PALE = (0.93, 0.95, 0.975)
RULE = (0.72, 0.75, 0.8)

HEAD_ROWS = (267.5, 262.8, 258.1)  # date and numbers
TOTAL = (206, 15)  # y and height of the box with amount and due date
MIDDLE = 118  # between amount and due date
ROWS = 10  # lines on the first page
MORE_ROWS = 42  # lines on a further page
ROW = 5.6
TABLE_TOP = 198
TEXT_WIDTH, QUANTITY, QUANTITY_WIDTH = 118, 154, 20  # QUANTITY: right edge of its column
TAX_ROWS = 4
FOOT_TOP = 134

MOST_ADDRESS, MOST_MESSAGES = 4, 6  # lines
BODY, SMALL, LABEL = (9, 7), (8, 6.5), 7


def draw_letterhead(pen: Pen, page: SlipPage) -> None:
    """Draw what all pages of one sender share: title, captions, sender, head of the table."""
    pen.fitted('title', PANEL, 276, page.title, RIGHT - PANEL - 14, (19, 11), bold=True,
               color=ACCENT, spacing=0.4)
    pen.line(PANEL, 272.6, RIGHT, 272.6, color=ACCENT, width=1.2)
    for y, caption in zip(HEAD_ROWS, ('発行日', '請求番号', 'お客様番号')):
        pen.text(PANEL, y, caption, 8, color=ACCENT)
    _sender(pen, page)
    bottom, height = TOTAL
    pen.text(LEFT, bottom + height + 3, '下記のとおりご請求申し上げます。', 9)
    pen.box(LEFT, bottom, RIGHT - LEFT, height, color=ACCENT, line=0.8, fill=PALE, radius=1.5)
    pen.line(MIDDLE, bottom + 2, MIDDLE, bottom + height - 2, color=RULE)
    pen.text(LEFT + 5, bottom + 5.8, 'ご請求金額', 10, color=ACCENT)
    pen.text(LEFT + 26, bottom + 5.8, '(税込)', 8, color=ACCENT)
    pen.text(MIDDLE + 5, bottom + 5.8, 'お支払期限', 10, color=ACCENT)
    _table_head(pen, page, TABLE_TOP)
    for y in (HEIGHT / 3, HEIGHT * 2 / 3):  # where the page is folded
        pen.line(3, y, 6, y, color=RULE, width=0.4)


def draw_notice(pen: Pen, page: SlipPage, pages: int) -> None:
    """Draw what stands above the slip; raise FieldError for what does not fit."""
    _addressee(pen, page)
    _numbers(pen, page, pages)
    _check_lines(pen, page)
    _rows(pen, _shown(page.lines), TABLE_TOP)
    _taxes(pen, page)
    _messages(pen, page)


def further_pages(page: SlipPage) -> int:
    """How many pages the lines need that the first one cannot hold."""
    return 0 if len(page.lines) <= ROWS else -(-len(page.lines) // MORE_ROWS)


def draw_lines(pen: Pen, page: SlipPage, number: int, pages: int) -> None:
    """Draw one of the further pages: all lines once more, from the first on.

    :param number: of the page, from 2
    """
    pen.text(LEFT, 278, 'ご請求明細', 15, bold=True, color=ACCENT, spacing=1)
    pen.line(LEFT, 275, RIGHT, 275, color=ACCENT, width=1)
    pen.text(LEFT, 269, f'請求番号 {page.invoice_number}　　お客様番号 {page.customer_number}', 9)
    pen.text(RIGHT, 269, f'{number} / {pages}', 9, align='right')
    start = (number - 2) * MORE_ROWS
    _table_head(pen, page, 262)
    _rows(pen, page.lines[start:start + MORE_ROWS], 262)


def _check_lines(pen: Pen, page: SlipPage) -> None:
    """Refuse a line that does not fit, before the first page is finished."""
    for line in page.lines:
        pen.size_for('line_text', _line_text(line), TEXT_WIDTH, BODY)
        pen.size_for('line_quantity', line.quantity, QUANTITY_WIDTH, BODY)


def _shown(lines: Sequence[Line]) -> Sequence[Line]:
    """What of the lines the first page shows; the rest is one line, and follows in full."""
    if len(lines) <= ROWS:
        return lines
    rest = lines[ROWS - 1:]
    return [*lines[:ROWS - 1],
            Line(f'ほか{len(rest)}件(すべての明細は次ページ)', sum(line.amount for line in rest))]


def _addressee(pen: Pen, page: SlipPage) -> None:
    left, bottom, width, height = WINDOW
    x, room = left + 5, width - 9
    who = page.addressee
    lines, size = pen.wrapped('address', who.address, room, MOST_ADDRESS, (10, 7.5))
    y = bottom + height - 5.5
    pen.text(x, y, postal_code(who.postal_code), 10, spacing=0.3)
    for line in lines:
        y -= 4.4
        pen.text(x, y, line, size)
    y -= 1.4
    for name in who.names[:-1]:
        y -= 4.4
        pen.fitted('name', x, y, name, room, (10, 7.5))
    pen.fitted('name', x, y - 5.8, f'{who.names[-1]}　{who.honorific}', room, (13, 8.5))
    pen.fitted('customer_number', x, bottom + 1, f'({page.customer_number})', room, (6.5, 5),
               color=(0.4, 0.4, 0.43))


def _numbers(pen: Pen, page: SlipPage, pages: int) -> None:
    if pages > 1:
        pen.text(RIGHT, 276, f'1 / {pages}', 9, align='right')
    values = (('issued_on', long_date(page.issued_on)), ('invoice_number', page.invoice_number),
              ('customer_number', page.customer_number))
    for y, (field, value) in zip(HEAD_ROWS, values):
        pen.fitted(field, PANEL + 22, y, value, RIGHT - PANEL - 22, BODY)
    bottom, due = TOTAL[0], page.slip.due
    pen.text(MIDDLE - 6, bottom + 4.6, f'¥{yen(page.slip.amount)}', 18, bold=True, align='right')
    pen.text(RIGHT - 5, bottom + 5.2, long_date(due) if due else '期限なし', 13, bold=True,
             align='right')


def _sender(pen: Pen, page: SlipPage) -> None:
    sender, room, y = page.sender, RIGHT - PANEL, 251.5
    pen.fitted('sender_name', PANEL, y, sender.name, room, (11, 7.5), bold=True)
    y -= 4.6
    pen.text(PANEL, y, postal_code(sender.postal_code), 8)
    lines, size = pen.wrapped('sender_address', sender.address, room, 2, SMALL)
    for line in lines:
        y -= 3.8
        pen.text(PANEL, y, line, size)
    rest = (('sender_phone', '電話 ', sender.phone), ('sender_contact', '', sender.contact),
            ('registration_number', '登録番号 ', sender.registration_number))
    for field, caption, text in rest:
        if text:
            y -= 3.8
            pen.fitted(field, PANEL, y, caption + text, room, SMALL)


def _line_text(line: Line) -> str:
    return f'{line.text} ※' if line.reduced else line.text


def _table_head(pen: Pen, page: SlipPage, top: float) -> None:
    white, foot = (1, 1, 1), top - ROW + 1.7
    pen.box(LEFT, top - ROW, RIGHT - LEFT, ROW, line=0, fill=ACCENT)
    pen.text(LEFT + 3, foot, '内容', 8.5, color=white)
    pen.text(QUANTITY, foot, '数量', 8.5, color=white, align='right')
    pen.text(RIGHT - 3, foot, '金額(税込)' if page.lines_with_tax else '金額(税抜)', 8.5,
             color=white, align='right')


def _rows(pen: Pen, lines: Sequence[Line], top: float) -> None:
    y = top - ROW
    for line in lines:
        y -= ROW
        pen.fitted('line_text', LEFT + 3, y + 1.8, _line_text(line), TEXT_WIDTH, BODY)
        if line.quantity:
            pen.fitted('line_quantity', QUANTITY, y + 1.8, line.quantity, QUANTITY_WIDTH, BODY,
                       align='right')
        pen.text(RIGHT - 3, y + 1.8, yen(line.amount), 9, align='right')
        pen.line(LEFT, y, RIGHT, y, color=RULE, width=0.4)


def _taxes(pen: Pen, page: SlipPage) -> None:
    """Net and tax of each rate, as a qualified invoice (適格請求書) states them."""
    left, columns = 108, (146, 172, RIGHT - 3)
    if len(page.taxes) > TAX_ROWS:
        raise FieldError('too_many_lines', field='taxes', lines=TAX_ROWS,
                         value_length=len(page.taxes), remedy='shorten')
    y = FOOT_TOP - 4.5
    for x, label in zip(columns, ('税抜金額', '消費税', '税込金額')):
        pen.text(x, y, label, LABEL, color=ACCENT, align='right')
    pen.line(left, y - 1.4, RIGHT, y - 1.4, color=ACCENT, width=0.7)
    for tax in page.taxes:
        y -= 4.9
        pen.fitted('tax_label', left + 1, y, tax.label, 24, (8, 6))
        for x, amount in zip(columns, (tax.net, tax.tax, tax.net + tax.tax)):
            pen.text(x, y, yen(amount), 8.5, align='right')
    pen.line(left, y - 1.6, RIGHT, y - 1.6, color=ACCENT, width=0.7)
    y -= 5.4
    pen.text(left + 1, y, '合計', 9, bold=True)
    net, tax = sum(one.net for one in page.taxes), sum(one.tax for one in page.taxes)
    for x, amount in zip(columns, (net, tax, net + tax)):
        pen.text(x, y, yen(amount), 9, bold=True, align='right')


def _messages(pen: Pen, page: SlipPage) -> None:
    notes = list(page.messages)
    if any(line.reduced for line in page.lines):
        notes.insert(0, '※は軽減税率の対象です。')
    y, left = FOOT_TOP - 4.5, MOST_MESSAGES
    for note in notes:
        lines, size = pen.paragraph('messages', note, 93, left, (7.5, 7))
        left -= len(lines)
        for line in lines:
            pen.text(LEFT, y, line, size)
            y -= 3.9

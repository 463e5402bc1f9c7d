"""The lower part of a page whose amount is too much for a store: where to transfer it (お振込先)."""

from odoo.addons.smart_billing.core.errors import FieldError

from .form import TOP
from .notice import ACCENT, LEFT, PALE, RIGHT, RULE
from .pen import Pen
from .values import SlipPage, long_date, yen


def draw_transfer(pen: Pen, page: SlipPage) -> None:
    """Draw the bank account instead of a slip; without one the page is refused."""
    bank = page.transfer
    if bank is None:
        raise FieldError('transfer_missing', field='transfer', amount=page.slip.amount,
                         maximum=page.limits.most_amount, remedy='bank_account')
    pen.line(LEFT, TOP, RIGHT, TOP, color=RULE, width=0.6)
    pen.text(LEFT, TOP - 10, 'お振込先', 14, bold=True, color=ACCENT, spacing=1)
    pen.text(LEFT, TOP - 17,
             f'ご請求金額が{yen(page.limits.most_amount)}円を超えるため、コンビニエンスストアではお支払いいただけません。',
             8.5)
    pen.text(LEFT, TOP - 22, '下記の口座へお振り込みください。', 8.5)
    due = page.slip.due
    rows = (
        ('金融機関', 'transfer_bank', f'{bank.bank}　{bank.branch}'),
        ('口座番号', 'transfer_account', bank.account),
        ('口座名義', 'transfer_holder', bank.holder),
        ('お振込金額', 'amount', f'¥{yen(page.slip.amount)}'),
        ('お支払期限', 'due', long_date(due) if due else '期限なし'),
        ('ご依頼人名', 'customer_number', f'{page.customer_number} に続けてお名前をご入力ください'),
    )
    height, label = 8.2, 36
    y = TOP - 26
    for caption, field, value in rows:
        y -= height
        pen.box(LEFT, y, label, height, color=RULE, line=0.5, fill=PALE)
        pen.box(LEFT + label, y, RIGHT - LEFT - label, height, color=RULE, line=0.5)
        pen.text(LEFT + 3, y + 2.7, caption, 9, color=ACCENT)
        pen.fitted(field, LEFT + label + 4, y + 2.5, value, RIGHT - LEFT - label - 8, (11, 7))

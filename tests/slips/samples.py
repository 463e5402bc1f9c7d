"""Slips for the tests: ordinary, small and as full as they go; and where they are printed."""

import random
from dataclasses import replace
from datetime import date
from pathlib import Path

from odoo.addons.smart_billing_payment_nttf.paper.fonts import load_typefaces
from odoo.addons.smart_billing_payment_nttf.paper.slip import SlipBook
from odoo.addons.smart_billing_payment_nttf.paper.values import (
    Addressee,
    Line,
    SlipPage,
    TaxTotal,
)
from odoo.addons.smart_billing_payment_nttf.wire.slip_code import Slip

from . import generate


def page(number: int = 0, **changes) -> SlipPage:
    return replace(generate.page(random.Random(f'test/{number}')), **changes)


def small(amount: int = 12_345, **changes) -> SlipPage:
    """A slip over one untaxed line, so that its sums hold for any amount."""
    slip = Slip('0678901234565918', 0, date(2026, 10, 31), False, amount)
    return page(**{'slip': slip, 'lines': (Line('年会費', amount),),
                   'taxes': (TaxTotal('対象外', amount, 0),), **changes})


def largest() -> SlipPage:
    """Every place filled as far as it goes."""
    names = ('株式会社日本電信請求サービス東日本支社', 'カスタマーサービス本部 経理第二部', '勅使河原 健一郎左衛門')
    address = ('北海道虻田郡倶知安町字ニセコひらふ一条四丁目123番地の45',
               'スマートビリングタワーウエストウイングアネックス 1205号室')
    name = 'クラウドバックアップサービス 大容量プラン'
    lines = (*(Line(f'{name} {number}番目', 1_234_567, '1,000', True) for number in range(9)),
             Line('調整', -10_880_000))
    net = sum(line.amount for line in lines)
    return page(
        addressee=Addressee('0440080', address, names),
        slip=Slip('0678901234565918', 9, date(2026, 10, 31), True, net + 10_000),
        lines=lines, taxes=(TaxTotal('8%対象(軽減)', net, 8_000), TaxTotal('10%対象', 0, 2_000),
                            TaxTotal('非課税', 0, 0), TaxTotal('不課税', 0, 0)),
        messages=(*generate.MESSAGES, '期限を過ぎた払込票はお取り扱いできません。'),
        postal_account='00150-9-058401')


def printed(folder: Path, *pages: SlipPage, sample: bool = False) -> Path:
    """Print slips into a file and return its path."""
    path = folder / 'slips.pdf'
    with path.open('wb') as stream, SlipBook(stream, load_typefaces(), sample=sample) as book:
        for one in pages:
            book.add(one)
    return path

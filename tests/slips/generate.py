"""Slips as chance makes them, the same for the same seed."""

import random
from datetime import date, timedelta

from odoo.addons.smart_billing_payment_nttf.paper.values import (
    Addressee,
    BankTransfer,
    Line,
    Sender,
    SlipPage,
    TaxTotal,
)
from odoo.addons.smart_billing_payment_nttf.wire.slip_code import Issuer, Slip
from odoo.addons.smart_billing_payment_nttf.wire.stamp import SlipLimits, needs_stamp

PLACES = (
    ('1000005', '東京都千代田区丸の内'), ('5300001', '大阪府大阪市北区梅田'),
    ('9071801', '沖縄県八重山郡与那国町字与那国'), ('0600001', '北海道札幌市中央区北一条西'),
    ('6048005', '京都府京都市中京区三条通河原町東入恵比須町'), ('5100085', '三重県四日市市諏訪町'))
BUILDINGS = ('', '', 'コーポサンシャイン', 'グランドメゾン南青山ヒルトップ', 'スマートビリングタワー')
SURNAMES = ('佐藤', '髙橋', '渡邉', '山﨑', '五十嵐', '勅使河原', '東海林')
GIVEN = ('太郎', '花子', '凜', '健一郎', 'さくら', '𠮟之介')
COMPANIES = ('株式会社日本電信請求サービス', '有限会社さくら商店', '一般社団法人関東地域振興協会')
SERVICES = ('光ファイバー接続サービス 月額基本料', '固定IPアドレスオプション', '機器レンタル料(無線ルーター)',
            'クラウドバックアップ 100GB', 'サポートプラン')
SENDER = Sender(
    'スマート通信株式会社', '5300001', ('大阪府大阪市北区梅田1-2-3', '梅田ゲートビル 20階'),
    'T1234567890123', '06-1234-5678', '平日 9:00〜17:30 お客様センター')
TRANSFER = BankTransfer('みずほ銀行', '丸の内支店', '普通 1234567', 'スマートツウシン(カ')
MESSAGES = ('お支払いはコンビニエンスストア、郵便局、またはスマートフォン決済アプリでお願いいたします。',)


def digits(rng: random.Random, count: int) -> str:
    return ''.join(rng.choice('0123456789') for _ in range(count))


def issuer(rng: random.Random) -> Issuer:
    return Issuer(digits(rng, 6), digits(rng, 5), digits(rng, 11), digits(rng, 5), digits(rng, 3),
                  rng.choice('12'))


def addressee(rng: random.Random) -> Addressee:
    code, place = rng.choice(PLACES)
    building = rng.choice(BUILDINGS)
    number = '-'.join(str(rng.randint(1, 30)) for _ in range(3))
    address = (place + number,)
    if building:
        address += (f'{building}{rng.randint(1, 20)}{rng.randint(1, 9):02}号室',)
    person = f'{rng.choice(SURNAMES)} {rng.choice(GIVEN)}'
    if rng.random() < 0.3:
        return Addressee(code, address, (rng.choice(COMPANIES), '経理部', person))
    return Addressee(code, address, (person,))


def page(rng: random.Random) -> SlipPage:
    """Return a slip that every store takes, with all that goes with it."""
    lines = tuple(Line(rng.choice(SERVICES), rng.randint(1, 25_000), '1')
                  for _ in range(rng.choice((1, 2, 4, 10))))
    net = sum(line.amount for line in lines)
    tax = net // 10
    limits = SlipLimits()
    due = None if rng.random() < 0.1 else date(2026, 1, 1) + timedelta(rng.randint(0, 2_000))
    account = f'{digits(rng, 5)}-{digits(rng, 1)}-{digits(rng, rng.randint(1, 6))}'
    return SlipPage(
        addressee=addressee(rng), sender=SENDER, issuer=issuer(rng),
        slip=Slip(digits(rng, 16), rng.randint(0, 9), due, needs_stamp(net + tax, tax, limits),
                  net + tax),
        customer_number=f'C{digits(rng, 8)}', invoice_number=f'INV/2026/{digits(rng, 5)}',
        issued_on=date(2026, 10, 5), lines=lines, taxes=(TaxTotal('10%対象', net, tax),),
        postal_account=account, account_holder='スマート収納サービス株式会社', transfer=TRANSFER,
        messages=MESSAGES, limits=limits)

"""The kinds of price that the manual shows: a price sheet, a contract's story, words for both.

Every story starts on 10 October 2026 with the closing at the end of the month; the closings of
October and November are billed. `charges` are values of charges, `plan` values of the plan.
"""

from typing import NamedTuple

START = '2026-10-10'
CLOSINGS = ('2026-11-01', '2026-12-01')


class Words(NamedTuple):
    """A text in the languages of the manual."""

    ja: str
    en: str


class Sheet(NamedTuple):
    """One kind of price; `story` are (day, what, values) that happen between the closings."""

    code: str
    title: Words
    how: Words
    charges: list
    plan: dict = {}
    quantity: int = 1
    story: tuple = ()


def charge(code, ja, en, price=0, **values):
    """Values of a charge; `name` in both languages, `product` by its code."""
    return {'code': code, 'name': Words(ja, en), 'price': price, 'timing': 'advance', **values}


def monthly(price, **values):
    return charge('base', '月額料金', 'Monthly fee', price, **values)


def usage(model, **values):
    return charge('calls', '通話料', 'Calls', charge_type='usage', model=model,
                  timing='arrears', metric='calls', **values)


TIERS = [(100, 10, 0), (500, 8, 0), (0, 5, 0)]

SHEETS = [
    Sheet('flat-advance', Words('定額(前払い・日割り)', 'Flat, in advance, by days'),
          Words('種類「継続」、料金モデル「定額」、「前払い」。契約が月の途中に始まると、その月は日割りです。',
                'Type *Recurring*, price model *Flat*, *In advance*. A contract that '
                'starts within a '
                'month pays that month by days.'), [monthly(3100)]),
    Sheet('flat-arrears', Words('定額(後払い)', 'Flat, in arrears'),
          Words('「後払い」にすると、期間が終わった翌日に請求されます。',
                '*In arrears* bills a period on the day after it is over.'),
          [monthly(3100, timing='arrears')]),
    Sheet('no-proration', Words('日割りなし(月額固定)', 'Without proration'),
          Words('「日割り」を「しない」にすると、月の途中で始まっても満額です。開始だけ・終了だけの日割りも選べます。',
                '*Proration: Never* charges a full month whenever the contract '
                'starts. Start only and '
                'end only can be chosen too.'), [monthly(3100, prorate='none')]),
    Sheet('per-unit', Words('数量制(単価×数量)', 'Per unit'),
          Words('料金モデル「数量」。契約の数量を掛けます。月の途中の数量変更は、変更日の前後に分けて日割りします。',
                'Price model *Per unit*: price × the contract\'s quantity. A change of quantity '
                'within a month splits it at that day.'),
          [charge('seat', 'ユーザー料金', 'Seats', 500, model='per_unit')], quantity=3,
          story=(('2026-11-16', 'event', {'kind': 'change_quantity', 'quantity': 5}),)),
    Sheet('initial-fee', Words('初期費用と月額', 'Initial fee and monthly fee'),
          Words('種類「一回」の料金を同じ版に加えます。契約の初日に一度だけ請求されます。',
                'Add a charge of type *One-time*: it is billed once, on the '
                'contract\'s first day.'),
          [charge('setup', '初期費用', 'Set-up fee', 5000, charge_type='one_time'), monthly(3100)]),
    Sheet('usage-unit', Words('従量(単価×利用量)', 'Usage, per unit'),
          Words('種類「従量」と計量項目を選びます。利用量は CSV、XML-RPC、JSON-2 で届き、期間の終わりに請求されます。',
                'Type *Usage* with a metric. Usage arrives by CSV, XML-RPC or JSON-2 '
                'and is billed at '
                'the end of the period.'), [usage('per_unit', price=10)],
          story=(('2026-10-20', 'usage', {'quantity': 120}),
                 ('2026-11-20', 'usage', {'quantity': 80}))),
    Sheet('usage-tiered', Words('従量(段階ごとの単価)', 'Usage, tiered'),
          Words('料金モデル「段階」: それぞれの段階の分だけ、その段階の単価で計算します。',
                'Price model *Tiered*: each tier\'s units at that tier\'s price.'),
          [usage('tiered', tiers=TIERS)],
          story=(('2026-10-20', 'usage', {'quantity': 120}),
                 ('2026-11-20', 'usage', {'quantity': 700}))),
    Sheet('usage-volume', Words('従量(到達した段階の単価)', 'Usage, volume'),
          Words('料金モデル「総量」: 到達した段階の単価を全量に掛けます。',
                'Price model *Volume*: all units at the price of the tier reached.'),
          [usage('volume', tiers=TIERS)],
          story=(('2026-10-20', 'usage', {'quantity': 120}),
                 ('2026-11-20', 'usage', {'quantity': 700}))),
    Sheet('usage-package', Words('従量(無料分とブロック料金)', 'Usage, free units and blocks'),
          Words('料金モデル「ブロック」: 無料分を超えた分を、始まったブロックごとに請求します。',
                'Price model *Package*: what exceeds the free units is charged by begun blocks.'),
          [usage('package', price=300, package_size=100, free_units=50)],
          story=(('2026-10-20', 'usage', {'quantity': 120}),
                 ('2026-11-20', 'usage', {'quantity': 260}))),
    Sheet('usage-bounds', Words('従量(最低料金と上限)', 'Usage with minimum and cap'),
          Words('「最低料金」と「上限額」は一期間の下限と上限です。最低料金は日割りされます。',
                '*Minimum* and *Maximum* bound the amount of a period; the minimum is prorated.'),
          [usage('per_unit', price=10, minimum=1000, maximum=5000)],
          story=(('2026-10-20', 'usage', {'quantity': 20}),
                 ('2026-11-20', 'usage', {'quantity': 900}))),
    Sheet('steps', Words('期間で変わる料金(導入価格)', 'Introductory price'),
          Words('「料金ステップ」に期間数と料金を並べます。端数の期間も一期間と数えます。',
                '*Price steps* list prices with the number of periods; a part of a '
                'period counts as '
                'one.'), [monthly(0, steps=[(1, 980), (0, 1980)])]),
    Sheet('trial', Words('無料期間', 'Free trial'),
          Words('プランの「無料期間」の日数が過ぎるまで、継続料金は請求されません。',
                'No recurring charge before the plan\'s *Trial days* are over.'),
          [monthly(3100)], plan={'trial_days': 14}),
    Sheet('option', Words('オプション', 'Options'),
          Words('料金の「オプション」に印を付けます。契約が申し込んだ日から解約した日まで、その料金が加わります。',
                'Tick *Option* on a charge: it is billed from the day on which a contract takes it '
                'to the day on which it drops it.'),
          [monthly(3100), charge('backup', 'バックアップ', 'Backup', 600, optional=True)],
          story=(('2026-11-16', 'event', {'kind': 'add_option', 'option_code': 'backup'}),)),
    Sheet('annual', Words('年額(前払い・解約時の返金)', 'Annual, in advance, credited when it ends'),
          Words('期間を「1年」にします。途中で終わると、使わなかった日数分が次の請求で差し引かれます。',
                'Period *1 year*. When the contract ends early, the unused days are '
                'credited on the '
                'next invoice.'),
          [charge('year', '年額料金', 'Annual fee', 36500, every_unit='year', align='start')],
          story=(('2026-11-19', 'event', {'kind': 'cancel'}),)),
    Sheet('minimum-term', Words('最低利用期間と違約金', 'Minimum term and cancellation fee'),
          Words('プランの「最低利用期間」と「違約金」を入れます。期間内の解約で一度だけ請求されます。',
                '*Minimum term* and *Cancellation fee* of the plan: billed once when a contract is '
                'cancelled before the term is over.'),
          [monthly(3100)],
          plan={'minimum_term_count': 24, 'minimum_term_unit': 'month', 'cancellation_fee': 9500},
          story=(('2026-11-16', 'event', {'kind': 'cancel'}),)),
    Sheet('coupon', Words('割引とクーポン', 'Discounts and coupons'),
          Words('「割引」に率か金額、期間数、対象を入れ、契約に付けるかクーポンコードで申し込みます。割引は独立した明細です。',
                'A *Discount* is a percentage or an amount, for some periods and charges; it is '
                'given to a contract or asked for by its coupon code, and is a line of its own.'),
          [monthly(3100)],
          story=(('2026-10-10', 'event', {'kind': 'add_discount', 'coupon_code': 'WELCOME'}),)),
    Sheet('agreed', Words('個別価格', 'Agreed price'),
          Words('「個別価格」は一人の請求先または契約だけの料金で、有効期間があります。',
                'An *Agreed price* holds for one billing account or contract, for some days.'),
          [monthly(3100)], story=(('2026-10-10', 'agreed', {'price': 2400}),)),
    Sheet('tax-included', Words('税込価格(内税・総額表示)', 'Prices with tax'),
          Words('プランの「税込価格」に印を付けると、料金は税込です。税額は税率ごとに一回、税込の合計から計算します。',
                'Tick *Tax included* on the plan. The tax is taken once per rate from '
                'the gross sum.'),
          [monthly(3410)], plan={'tax_included': True}),
    Sheet('revision', Words('料金改定', 'Price revision'),
          Words('新しい版に、新規契約の適用日と既存契約の適用日を入れます。期間の途中なら、その日で分けて日割りします。',
                'A new version has a day for new contracts and one for existing ones. Within a '
                'period, the period is split at that day.'),
          [monthly(3100)], story=(('2026-11-16', 'revision', {'price': 3400}),)),
]

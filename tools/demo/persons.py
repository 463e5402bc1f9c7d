"""Subscribers with kanji and kana names and accounts at real banks, drawn from a seed."""
import random
from typing import NamedTuple

FAMILY = (
    '佐藤/サトウ 鈴木/スズキ 高橋/タカハシ 田中/タナカ 伊藤/イトウ 渡辺/ワタナベ 山本/ヤマモト 中村/ナカムラ '
    '小林/コバヤシ 加藤/カトウ 吉田/ヨシダ 山田/ヤマダ 佐々木/ササキ 山口/ヤマグチ 松本/マツモト 井上/イノウエ '
    '木村/キムラ 林/ハヤシ 斎藤/サイトウ 清水/シミズ 山崎/ヤマザキ 森/モリ 池田/イケダ 橋本/ハシモト 阿部/アベ '
    '石川/イシカワ 山下/ヤマシタ 中島/ナカジマ 石井/イシイ 小川/オガワ 前田/マエダ 岡田/オカダ 長谷川/ハセガワ '
    '藤田/フジタ 後藤/ゴトウ 近藤/コンドウ 村上/ムラカミ 遠藤/エンドウ 青木/アオキ 坂本/サカモト')
GIVEN = (
    '翔太/ショウタ 大輝/ダイキ 健一/ケンイチ 誠/マコト 拓也/タクヤ 直樹/ナオキ 浩二/コウジ 亮/リョウ 隆/タカシ '
    '悠斗/ユウト 蓮/レン 湊/ミナト 樹/イツキ 陽翔/ハルト 大和/ヤマト 純一/ジュンイチ 修/オサム 剛/ツヨシ '
    '美咲/ミサキ 陽菜/ヒナ 結衣/ユイ 葵/アオイ 凛/リン 京子/キョウコ 恵子/ケイコ 由美子/ユミコ 裕子/ユウコ '
    '真由美/マユミ 智子/トモコ さくら/サクラ 桃子/モモコ 千夏/チナツ 明日香/アスカ 優子/ユウコ 直美/ナオミ '
    '紗季/サキ 愛/アイ 彩乃/アヤノ 久美子/クミコ 洋子/ヨウコ')

# The banks most people have an account at, weighted; their branches come from the bank master.
BANKS = {'0001': 20, '0005': 25, '0009': 20, '0010': 6, '0033': 3, '0036': 8, '0038': 3,
         '0017': 3, '0138': 4, '0177': 4}


class Person(NamedTuple):
    name: str
    kana: str
    bank: str
    branch: str
    account: str


def people(count, seed):
    """:return: `count` different persons; the same seed gives the same persons"""
    chance = random.Random(seed)
    pairs = [(family, given) for family in _pairs(FAMILY) for given in _pairs(GIVEN)]
    if count > len(pairs):
        raise ValueError(f'at most {len(pairs)} subscribers')
    branches = _branches()
    banks, weights = list(BANKS), list(BANKS.values())
    found = []
    for (family, family_kana), (given, given_kana) in chance.sample(pairs, count):
        [bank] = chance.choices(banks, weights)
        found.append(Person(
            f'{family} {given}', f'{family_kana} {given_kana}', bank,
            chance.choice(branches[bank]), f'{chance.randrange(1, 10 ** 7):07}'))
    return found


def _pairs(text):
    return [tuple(entry.split('/')) for entry in text.split()]


def _branches():
    """Branch codes of the chosen banks, from the public bank master."""
    from zengin_code import Bank
    return {code: sorted(Bank.all[code].branches) for code in BANKS}

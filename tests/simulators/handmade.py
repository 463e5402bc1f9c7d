"""Request files put together by hand for the tests: column by column, with no code shared
with the reader (nor with any encoder)."""
from __future__ import annotations

import hashlib
from collections.abc import Sequence

ANCHOR_CRLF = '73ab6e4631e7bf4101cd2f7f64bc0bf994262e3fe6d02fc34a380a1b3d67ec02'
ANCHOR_NONE = 'b6cf4285ad9391d3237561b54d5ea2856011e38b78f27da06fb3484cf4bb0206'


def header(mmdd: str, consignor: str = '1234567890') -> str:
    return ('1' '91' '0' + consignor + 'ｻﾝﾌﾟﾙｻ-ﾋﾞｽ(ｶ'.ljust(40) + mmdd + '9999'
            + 'ﾃｽﾄ'.ljust(15) + '999' + 'ﾎﾝﾃﾝ'.ljust(15) + '1' + '0000001' + ' ' * 17)


def data(customer: int, amount: int, account: str = '1234567', new: str = '0',
         branch: str = '001', holder: str = 'ﾔﾏﾀﾞ ﾀﾛｳ', branch_name: str = 'ﾄｳｷﾖｳ',
         kind: str = '1') -> str:
    return ('2' '9999' + 'ﾃｽﾄ'.ljust(15) + branch + branch_name.ljust(15) + ' ' * 4 + kind
            + account + holder.ljust(30) + str(amount).zfill(10) + new
            + str(customer).zfill(20) + '0' + ' ' * 8)


def trailer(count: int, amount: int) -> str:
    return '8' + str(count).zfill(6) + str(amount).zfill(12) + '0' * 36 + ' ' * 65


def join(records: Sequence[str], tail: str = '\r\n') -> bytes:
    return ''.join(record + tail for record in records).encode('cp932')


def request(mmdd: str, customers: dict[int, int], tail: str = '\r\n',
            consignor: str = '1234567890') -> bytes:
    """One yen amount per customer number; the account number is the customer number."""
    rows = [data(customer, amount, account=str(customer).zfill(7))
            for customer, amount in customers.items()]
    return join([header(mmdd, consignor), *rows, trailer(len(rows), sum(customers.values())),
                 '9' + ' ' * 119], tail)


def anchor(tail: str = '\r\n') -> bytes:
    """The regression anchor: two debits on 27 January."""
    second = data(1002, 5500, account='7654321', branch='002', branch_name='ｵｵｻｶ', kind='2',
                  holder='ｶ)ｻﾝﾌﾟﾙｼﾖｳｼﾞ')
    content = join([header('0127'), data(1001, 11000, new='1'), second,
                    trailer(2, 16500), '9' + ' ' * 119], tail)
    wanted = ANCHOR_CRLF if tail else ANCHOR_NONE
    assert hashlib.sha256(content).hexdigest() == wanted
    return content

"""Japan Post Bank (ゆうちょ銀行, 9900): from 記号 and 番号 to branch and account number.

Transfers have one published rule. For direct debit agents differ, so the rule is a setting.
"""

import re
from typing import NamedTuple

from ..errors import FieldError

BANK_CODE = '9900'
CONVENTIONS = ('transfer', 'debit')
_SAVINGS_SYMBOL = re.compile('1[0-9]{3}0')
_GIRO_SYMBOL = re.compile('0[0-9]{4}')
_SAVINGS_NUMBER = re.compile('[0-9]{2,8}')
_GIRO_NUMBER = re.compile('[0-9]{1,7}')


class YuchoAccount(NamedTuple):
    """The account as a bank file names it."""

    bank_code: str
    branch_code: str
    account_type: str
    account_number: str


def yucho_account(symbol: str, number: str, convention: str) -> YuchoAccount:
    """Return bank, branch, type and account number for 記号 and 番号.

    :param convention: 'transfer' for the branch number used in transfers (12340 → 238), 'debit'
        for the middle three digits of the symbol (12340 → 234)
    """
    if convention not in CONVENTIONS:
        raise FieldError('yucho_convention', convention=convention, remedy='choose')
    if _SAVINGS_SYMBOL.fullmatch(symbol):
        _check_number(_SAVINGS_NUMBER, number)
        branch = symbol[1:3] + '8' if convention == 'transfer' else symbol[1:4]
        return YuchoAccount(BANK_CODE, branch, '1', number[:-1].zfill(7))
    if _GIRO_SYMBOL.fullmatch(symbol) and convention == 'transfer':
        _check_number(_GIRO_NUMBER, number)
        return YuchoAccount(BANK_CODE, symbol[1:3] + '9', '2', number.zfill(7))
    # A giro account (振替口座) has no known form in direct debit.
    raise FieldError('yucho_symbol', symbol=symbol, convention=convention, remedy='check_passbook')


def _check_number(pattern: re.Pattern, number: str) -> None:
    if not pattern.fullmatch(number):
        raise FieldError('yucho_number', value_length=len(number), remedy='check_passbook')

"""Banks and branches (統一金融機関コード) from the package ``zengin-code``."""

from functools import cache
from typing import NamedTuple


class Branch(NamedTuple):
    """Names of a bank and one of its branches; empty where a code is not known."""

    bank_name: str = ''
    bank_kana: str = ''
    branch_name: str = ''
    branch_kana: str = ''


@cache
def _banks():
    # The package reads 1,100 files when it is imported: on first use, not at the server's start.
    from zengin_code import Bank
    return Bank.all


def find(bank_code, branch_code):
    """Return the names of bank and branch as today's master knows them."""
    bank = _banks().get(bank_code or '')
    if bank is None:
        return Branch()
    branch = bank.branches.get(branch_code or '')
    if branch is None:
        return Branch(bank.name, bank.kana)
    return Branch(bank.name, bank.kana, branch.name, branch.kana)

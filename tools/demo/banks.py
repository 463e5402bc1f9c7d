"""Bank accounts at real banks and branches (``zengin-code``); the numbers are drawn."""

from dataclasses import dataclass
from functools import cache

YUCHO = '9900'
# A handful of banks holds most salary accounts; the rest is drawn from all others.
_LARGE = {'0005': 17, '0001': 14, '0009': 14, '0010': 6, '0033': 5, '0036': 6, '0038': 4,
          YUCHO: 12}
_REST = 22


@dataclass(frozen=True)
class Account:
    """`yucho` is 記号-番号 of a Japan Post Bank passbook, instead of branch and number."""

    bank: str
    branch: str = ''
    number: str = ''
    kind: str = '1'
    yucho: str = ''


@cache
def _branches():
    """Bank code -> codes of its branches, of banks that can be debited."""
    from zengin_code import Bank  # reads 1,100 files
    return {code: sorted(bank.branches) for code, bank in sorted(Bank.all.items())
            if bank.branches}


def draw(chance):
    """An account out of a `random.Random`."""
    banks = _branches()
    large = [code for code in _LARGE if code in banks]
    bank = chance.choices([*large, ''], [*(_LARGE[code] for code in large), _REST])[0]
    bank = bank or chance.choice([code for code in banks if code not in _LARGE])
    if bank == YUCHO:
        return Account(bank, yucho=_passbook(chance, banks[bank]))
    kind = '2' if chance.random() < 0.03 else '1'
    return Account(bank, chance.choice(banks[bank]), f'{chance.randrange(10 ** 7):07}', kind)


def _passbook(chance, branches):
    """記号 1NNN0 and 番号: NN of an ordinary account are the branch's first two digits."""
    branch = chance.choice([code for code in branches if code.endswith('8')])
    return f'1{branch[:2]}{chance.randrange(10)}0-{chance.randrange(10 ** 6, 10 ** 7)}1'

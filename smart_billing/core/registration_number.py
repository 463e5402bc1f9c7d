"""Registration number of an issuer of qualified invoices (適格請求書発行事業者登録番号).

T and 13 digits: a check digit, then the twelve digits of the base number. The check digit is that
of the corporate number (法人番号) and holds for sole traders' numbers too: 9 less the remainder by 9
of the sum of the base's digits, from the right weighted 1, 2, 1, 2, … (国税庁: 法人番号の構造).
"""
import unicodedata

from .errors import DomainError

_SEPARATORS = str.maketrans('', '', ' -\u2010\u2011\u2012\u2013\u2015\u2212')


def compact(number: str) -> str:
    """The number without separators, in half-width capitals."""
    return unicodedata.normalize('NFKC', number).translate(_SEPARATORS).upper()


def check_digit(base: str) -> str:
    """The check digit that goes before the twelve digits of a base number."""
    total = sum(int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(base)))
    return str(9 - total % 9)


def validate(number: str) -> str:
    """The compact number.

    :raise DomainError: `registration_number_format` where it is not T and 13 digits,
        `registration_number_check_digit` where a digit is wrong
    """
    found = compact(number)
    digits = found[1:]
    if not (found.startswith('T') and len(digits) == 13
            and digits.isascii() and digits.isdigit()):
        raise DomainError('registration_number_format', number=found)
    if check_digit(digits[1:]) != digits[0]:
        raise DomainError('registration_number_check_digit', number=found)
    return found


def is_valid(number: str) -> bool:
    """Whether the number is one that can have been given out."""
    try:
        validate(number)
    except DomainError:
        return False
    return True

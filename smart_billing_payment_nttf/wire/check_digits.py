"""Check digits of payment slips: modulus 10 of the barcode, two digits of each OCR line.

Sources: GS1 check digit, weights 3 and 1 from the right, over the digits *including* the
application identifier 91; OCR lines of the postal part (払込取扱票), the same routine for both.
"""

from odoo.addons.smart_billing.core.errors import FieldError

OCR_WEIGHTS_CD2 = (9, 8, 7, 6, 5, 4, 3, 2)  # on the digits of odd position
OCR_WEIGHTS_CD1 = (3, 4, 5, 6, 7, 8, 9, 2)  # on the digits of even position


def _digits(text: str, field: str) -> list[int]:
    if not (text.isascii() and text.isdigit()):
        raise FieldError('not_digits', field=field, value_length=len(text), remedy='digits_only')
    return [int(character) for character in text]


def gs1_check_digit(body: str) -> str:
    """Return the digit that follows `body`, weights 3, 1, 3, … from its last digit."""
    digits = _digits(body, 'barcode')
    total = sum(digit * (1 if index % 2 else 3) for index, digit in enumerate(reversed(digits)))
    return str(-total % 10)


def ocr_check_digits(body: str) -> str:
    """Return the two digits that stand before the body of an OCR line, CD1 then CD2."""
    digits = _digits(body, 'ocr')
    odd, even = digits[::2], digits[1::2]  # positions are counted from 1
    second = (_weighted(odd, OCR_WEIGHTS_CD2) + sum(even)) % 10
    first = (second * 2 + sum(odd) + _weighted(even, OCR_WEIGHTS_CD1)) % 11
    return f'{first % 10}{second}'  # 10 is printed as 0


def _weighted(digits: list[int], weights: tuple[int, ...]) -> int:
    return sum(digit * weights[index % len(weights)] for index, digit in enumerate(digits))

"""The GS1-128 of a slip as bars: Start-C, FNC1, 22 pairs, symbol check, Stop.

25 symbols of 11 modules and the stop of 13 are 288 modules; with both quiet zones 308. The
guideline allows 60 mm with them, and bars of at least 10 mm: a module of 2/300 inch (0.169 mm) is
two dots of a 300-dpi printer and four of a 600-dpi one, and makes 52.2 mm.
"""

from reportlab.graphics.barcode.code128 import Code128
from reportlab.lib.units import mm

from odoo.addons.smart_billing.core.errors import FieldError

FNC1 = '\xf1'
DOT = 72 / 300  # points; the grid that bars stand on
MODULE = 2 * DOT
INSET = DOT / 20  # a printer blackens every dot that a shape touches, so bars keep off the grid
MODULES = 288
QUIET = 10  # modules on either side
WIDTH = (MODULES + 2 * QUIET) * MODULE
HEIGHT = 12 * mm


def bars(digits: str) -> list[tuple[int, int]]:
    """Return where each bar begins and how wide it is, in modules from the first bar.

    :param digits: an even number of digits, so that Code C holds all of them
    """
    if len(digits) % 2 or not (digits.isascii() and digits.isdigit()):
        raise FieldError('barcode_length', field='barcode', value_length=len(digits))
    symbol = Code128(FNC1 + digits, quiet=0)
    symbol.validate()
    symbol.encode()
    found, position = [], 0
    for letter in symbol.decompose():  # A is a bar of one module, b a gap of two
        width = ord(letter.lower()) - ord('a') + 1
        if letter.isupper():
            found.append((position, width))
        position += width
    return found


def draw(canvas, digits: str, left: float, bottom: float, height: float = HEIGHT) -> None:
    """Draw the bars; the left quiet zone begins at `left` or up to a dot further right.

    :param canvas: of reportlab, in its own coordinates
    :param left: points; rounded up to whole dots, so that no bar is blurred
    """
    first = -(-left // DOT) * DOT + QUIET * MODULE
    path = canvas.beginPath()
    for position, width in bars(digits):
        path.rect(first + position * MODULE + INSET, bottom, width * MODULE - 2 * INSET, height)
    canvas.setFillGray(0)
    canvas.drawPath(path, stroke=0, fill=1)

"""A pen over reportlab's canvas: millimetres from the lower left corner, and texts that fit.

A text is never cut: it is set smaller down to the size that its place allows, and refused with the
name of its field when that is not enough.
"""

from collections.abc import Sequence
from functools import partial

from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth

from odoo.addons.smart_billing.core.errors import FieldError

from ..wire.address_lines import SCRIPT, fill_lines, split_address
from .fonts import Typefaces, check_characters

INK = (0.13, 0.13, 0.15)
MOST_REMEMBERED = 200  # texts with their lines
STEP = 0.5  # points by which a text is set smaller
BOLD, MOST_BOLD = 0.035, 0.45  # the stroke that makes a text bold: in parts of its size, points


class Pen:
    """Draws on one canvas with one pair of typefaces."""

    def __init__(self, canvas, typefaces: Typefaces):
        self.canvas = canvas
        self.typefaces = typefaces
        self._broken: dict[tuple, tuple[list[str], float]] = {}

    # --- texts ---

    def width(self, text: str, size: float) -> float:
        """Width of a text in millimetres."""
        return stringWidth(text, self.typefaces.text, size) / mm

    def text(self, x: float, y: float, text: str, size: float, *, align: str = 'left',
             bold: bool = False, color: tuple = INK, spacing: float = 0) -> None:
        """Write a text with its foot at `y`; the caller knows that it fits.

        :param spacing: millimetres between characters
        """
        if align != 'left':
            width = self.width(text, size) + spacing * (len(text) - 1)
            x -= width if align == 'right' else width / 2
        self.canvas.setFillColorRGB(*color)
        if bold:
            self.canvas.setStrokeColorRGB(*color)
            self.canvas.setLineWidth(min(size * BOLD, MOST_BOLD))
        self.canvas.setFont(self.typefaces.text, size)
        self.canvas.drawString(x * mm, y * mm, text, mode=2 if bold else None,
                               charSpace=spacing * mm)

    def fitted(self, field: str, x: float, y: float, text: str, width: float,
               sizes: tuple[float, float], **style) -> float:
        """Write a text of the caller's in the largest of `sizes` that fits; return its size."""
        size = self.size_for(field, text, width, sizes)
        self.text(x, y, text, size, **style)
        return size

    def size_for(self, field: str, text: str, width: float, sizes: tuple[float, float]) -> float:
        """Return the size for a text, from the first of `sizes` down to the second."""
        check_characters(self.typefaces, field, text)
        largest, smallest = sizes
        natural = self.width(text, largest)
        if natural <= width:
            return largest
        size = largest - STEP * -(-largest * (1 - width / natural) // STEP)
        if size < smallest:
            raise FieldError('too_wide', field=field, value_length=len(text), remedy='shorten',
                             width_mm=round(width))
        return size

    def wrapped(self, field: str, texts: Sequence[str], width: float, most: int,
                sizes: tuple[float, float]) -> tuple[list[str], float]:
        """Return an address in at most `most` lines, and the size that they have then.

        Smaller letters are better than a building's name that is torn apart.
        """
        good = partial(split_address, worst=SCRIPT)
        return self._in_lines(field, tuple(texts), width, most, sizes, (good, split_address))

    def paragraph(self, field: str, text: str, width: float, most: int,
                  sizes: tuple[float, float]) -> tuple[list[str], float]:
        """Return prose in at most `most` lines, and the size that they have then."""
        return self._in_lines(field, text, width, most, sizes, (fill_lines,))

    def _in_lines(self, field, text, width, most, sizes, ways):
        """Lines of a text, by the first way that works; the sender's are broken only once."""
        key = (field, text, width, most)
        if key not in self._broken:
            check_characters(self.typefaces, field, ''.join(text))
            if len(self._broken) >= MOST_REMEMBERED:
                self._broken.clear()
            found = next(filter(None, (self._break(text, width, most, sizes, way)
                                       for way in ways)), None)
            if not found:
                raise FieldError('too_many_lines', field=field, lines=most, remedy='shorten',
                                 value_length=len(''.join(text)))
            self._broken[key] = found
        return self._broken[key]

    def _break(self, text, width, most, sizes, way):
        size, smallest = sizes
        while size >= smallest:
            try:
                return way(text, most, width, lambda one: self.width(one, size)), size
            except FieldError:
                size -= STEP
        return None

    def ocr(self, x: float, y: float, digits: str, size: float) -> None:
        """Write digits for a reading machine, in black."""
        self.canvas.setFillGray(0)
        self.canvas.setFont(self.typefaces.ocr, size)
        self.canvas.drawString(x * mm, y * mm, digits)

    # --- lines and boxes ---

    def line(self, x1: float, y1: float, x2: float, y2: float, *, color: tuple = INK,
             width: float = 0.5, dash: tuple = ()) -> None:
        self.canvas.setStrokeColorRGB(*color)
        self.canvas.setLineWidth(width)
        self.canvas.setDash(*dash)
        self.canvas.line(x1 * mm, y1 * mm, x2 * mm, y2 * mm)
        self.canvas.setDash()

    def box(self, x: float, y: float, width: float, height: float, *, color: tuple = INK,
            line: float = 0.5, fill: tuple | None = None, dash: tuple = (),
            radius: float = 0) -> None:
        """A rectangle; without a line where `line` is 0."""
        self.canvas.setStrokeColorRGB(*color)
        self.canvas.setLineWidth(line)
        self.canvas.setDash(*dash)
        if fill:
            self.canvas.setFillColorRGB(*fill)
        place = x * mm, y * mm, width * mm, height * mm
        if radius:
            self.canvas.roundRect(*place, radius * mm, stroke=int(bool(line)),
                                  fill=int(bool(fill)))
        else:
            self.canvas.rect(*place, stroke=int(bool(line)), fill=int(bool(fill)))
        self.canvas.setDash()

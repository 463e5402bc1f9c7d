"""Slips as a PDF file: one, or as many as there are, page by page into a stream."""

import io
from collections.abc import Callable, Sequence
from typing import BinaryIO

from reportlab.lib.pagesizes import A4

from odoo.addons.smart_billing.core.errors import FieldError

from . import form, notice, transfer
from .book import PageWriter
from .fonts import Typefaces
from .pen import Pen
from .values import SlipPage, check_addressee, check_sums

SAMPLE = '見本'
# x, y, size: the invoice, and either part of the slip.
SAMPLE_PLACES = ((78, 150, 110), (18, 36, 60), (156, 52, 50))


class SlipBook:
    """A file of slips in the making.

    A slip that is refused leaves no trace in the file; the next one may follow. Use it as a
    context manager: leaving it without an error ends the file.
    """

    def __init__(self, stream: BinaryIO, typefaces: Typefaces, *, sample: bool = False,
                 title: str = '払込票'):
        self._canvas = PageWriter(stream, font=typefaces.text, size=A4, title=title)
        self._pen = Pen(self._canvas, typefaces)
        self._sample = sample
        self._forms: dict[tuple, str] = {}
        self.slips = self.pages = 0

    def __enter__(self) -> 'SlipBook':
        return self

    def __exit__(self, kind, _error, _trace) -> None:
        if kind is None:
            self._canvas.save()

    def add(self, page: SlipPage) -> None:
        """Add a slip with all its pages, or raise FieldError and add nothing."""
        try:
            self._first_page(page)
        except FieldError as error:
            self._canvas.drop_page()
            raise FieldError(error.code, **{'record': page.invoice_number,
                                            **error.context}) from error
        self._canvas.showPage()
        further = notice.further_pages(page)
        for number in range(2, further + 2):
            if self._sample:
                _mark_sample(self._pen, SAMPLE_PLACES[:1])
            notice.draw_lines(self._pen, page, number, further + 1)
            self._canvas.showPage()
        self.slips += 1
        self.pages += further + 1

    def _first_page(self, page: SlipPage) -> None:
        check_sums(page)
        check_addressee(page.addressee)
        if self._sample:
            _mark_sample(self._pen, SAMPLE_PLACES)
        self._shared(notice.draw_letterhead, page, (page.sender, page.title, page.lines_with_tax))
        notice.draw_notice(self._pen, page, notice.further_pages(page) + 1)
        if page.payable_at_stores:
            self._shared(form.draw_frame, page, (page.issuer.charge_bearer, page.postal_account,
                                                 page.account_holder))
            form.draw_slip(self._pen, page)
        else:
            transfer.draw_transfer(self._pen, page)

    def _shared(self, draw: Callable[[Pen, SlipPage], None], page: SlipPage, key: tuple) -> None:
        """Put what pages share on this one; it is in the file once for each `key`."""
        key = (draw, key)
        if key not in self._forms:
            name = f'shared{len(self._forms)}'
            self._canvas.beginForm(name, 0, 0, *A4)
            draw(self._pen, page)
            self._canvas.endForm()
            self._forms[key] = name
        self._canvas.doForm(self._forms[key])


def render_slip(page: SlipPage, typefaces: Typefaces, *, sample: bool = False) -> bytes:
    """Return one slip as a file of its own."""
    stream = io.BytesIO()
    with SlipBook(stream, typefaces, sample=sample) as book:
        book.add(page)
    return stream.getvalue()


def _mark_sample(pen: Pen, places: Sequence[tuple[float, float, float]]) -> None:
    """Write 見本 behind all that follows, pale enough to read over it."""
    for x, y, size in places:
        pen.text(x, y, SAMPLE, size, color=(0.95, 0.86, 0.86), bold=True)

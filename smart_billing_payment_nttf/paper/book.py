"""A PDF file that is written page by page, so that its size does not tell in memory.

reportlab keeps all pages until the end. Here a page and its content leave for the file as soon as
it is finished; fonts, page tree and cross references follow at the end. What stays of a page is
its number and its place in the file.
"""

import re
from typing import BinaryIO

from reportlab.pdfbase import pdfdoc
from reportlab.pdfgen.canvas import Canvas

_WRITTEN = pdfdoc.PDFObject()
_BEYOND_BMP = re.compile(r'<([0-9A-F]{5,6})>')


class _Document(pdfdoc.PDFDocument):
    """reportlab's document with the order of writing turned round."""

    def __init__(self, stream: BinaryIO, **options):
        super().__init__(**options)
        self._file = pdfdoc.PDFFile(self._pdfVersion)
        self._file.write = stream.write
        for part in self._file.strings:  # the head of the file, written before there was a stream
            stream.write(part)
        self._file.strings.clear()

    def addPage(self, page):
        name = self.thisPageName()
        added = super().addPage(page)
        self._put(name)
        self._put(page.Contents.__InternalName__)
        # The tree of pages needs references only, and the page itself has left.
        self.Pages.pages[-1] = pdfdoc.PDFObjectReference(name)
        return added

    def format(self) -> bytes:
        """Write all that is still here, and the end of the file."""
        self.encrypt.prepare(self)
        root, info = self.Reference(self.Catalog), self.Reference(self.info)
        names, number = [], 1
        while number in self.numberToId:  # formatting may add objects
            name = self.numberToId[number]
            if name not in self.idToOffset:
                self._put(name)
            names.append(name)
            number += 1
        table = pdfdoc.PDFCrossReferenceTable()
        table.addsection(0, names)
        start = self._file.add(table.format(self))
        trailer = pdfdoc.PDFTrailer(startxref=start, Size=number, Root=root, Info=info,
                                    ID=self.ID())
        self._file.add(trailer.format(self))
        return b''

    def _put(self, name: str) -> None:
        thing = self.idToObject[name]
        if name.startswith('toUnicodeCMap:'):
            # Rare kanji lie beyond U+FFFF, where a map of a PDF speaks UTF-16.
            thing.content = _BEYOND_BMP.sub(_surrogates, thing.content)
        content = pdfdoc.PDFIndirectObject(name, thing).format(self)
        self.idToOffset[name] = self._file.add(content)
        self.idToObject[name] = _WRITTEN


def _surrogates(match: re.Match) -> str:
    return f'<{chr(int(match[1], 16)).encode("utf-16-be").hex().upper()}>'


class PageWriter(Canvas):
    """A canvas whose pages go to a binary stream; `save` ends the file and not the stream.

    The same drawing gives the same bytes: no clock and no chance goes into the file.
    """

    def __init__(self, stream: BinaryIO, *, font: str, size: tuple[float, float], title: str):
        super().__init__(stream, pagesize=size, pageCompression=1,
                         initialFontName=font)
        self._doc = _Document(stream, compression=1, invariant=1)
        self.setTitle(title)
        self.setCreator('Smart Billing')

    def drop_page(self) -> None:
        """Forget what was drawn on the page that is open."""
        self._codeStack.clear()  # a form that was begun is not to come back as the page
        self._restartAccumulators()
        self.init_graphics_state()
        self.state_stack = []

"""Make the TrueType font of OCR-B digits that slips are printed with: ``python3 -m tools module
tools.ocr_font`` writes it anew.

The source is OCRB.otf of Debian's ``fonts-ocr-b``, which comes with the unpacked Odoo: outlines by
Norbert Schwarz ("You may freely use, modify and/or distribute this file, without limitation") and
Matthew Skala (public domain). It has PostScript outlines, which reportlab cannot embed; so the
digits are carried over to quadratic curves, at their own widths.
"""

import io
import sys
from pathlib import Path

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

from . import odoo_source, paths

SOURCE = Path('usr/share/fonts/opentype/ocr-b/OCRB.otf')
TARGET = paths.ROOT / 'smart_billing_payment_nttf' / 'paper' / 'fonts' / 'ocr_b_digits.ttf'
CHARACTERS = ' 0123456789'
MOST_ERROR = 0.5  # of a curve, in thousandths of the font's size
NAMES = {
    'familyName': 'OCR B Digits', 'styleName': 'Regular',
    'uniqueFontIdentifier': 'OCR-B-Digits-1', 'fullName': 'OCR B Digits',
    'psName': 'OCRB-Digits', 'version': 'Version 1.000',
    'copyright': 'Digits of OCR B: Norbert Schwarz, Matthew Skala. May be used, modified and '
                 'distributed freely.',
}


def source_path():
    """Where the source font is, beside the unpacked Odoo or on the machine."""
    prefix = odoo_source.cached_source().script.parents[2]
    return next((folder / SOURCE for folder in (prefix, Path('/'))
                 if (folder / SOURCE).is_file()), None)


def build(source):
    """Return the bytes of the font; the same for the same source."""
    font = TTFont(source)
    glyph_set, names = font.getGlyphSet(), font.getBestCmap()
    glyphs, metrics = {'.notdef': TTGlyphPen(None).glyph()}, {'.notdef': (723, 0)}
    for character in CHARACTERS:
        name = names[ord(character)]
        pen = TTGlyphPen(None)
        glyph_set[name].draw(Cu2QuPen(pen, MOST_ERROR, reverse_direction=True))
        glyphs[name] = pen.glyph()
        metrics[name] = (glyph_set[name].width, 0)
    builder = FontBuilder(font['head'].unitsPerEm, isTTF=True)
    builder.setupGlyphOrder(list(glyphs))
    builder.setupCharacterMap({ord(one): names[ord(one)] for one in CHARACTERS})
    builder.setupGlyf(glyphs)
    builder.setupHorizontalMetrics({
        name: (width, getattr(glyphs[name], 'xMin', 0)) for name, (width, _left) in metrics.items()
    })
    builder.setupHorizontalHeader(ascent=font['hhea'].ascent, descent=font['hhea'].descent)
    builder.setupNameTable(NAMES)
    builder.setupOS2(sTypoAscender=font['hhea'].ascent, sTypoDescender=font['hhea'].descent,
                     fsType=0)
    builder.setupPost(isFixedPitch=1)
    builder.font['head'].created = builder.font['head'].modified = font['head'].created
    builder.font.recalcTimestamp = False
    target = io.BytesIO()
    builder.save(target)
    return target.getvalue()


def main():
    source = source_path()
    if not source:
        print(f'{SOURCE} is not on this machine: install the package fonts-ocr-b.',
              file=sys.stderr)
        return 1
    TARGET.write_bytes(build(source))
    print(f'{TARGET.relative_to(paths.ROOT)}: {TARGET.stat().st_size} bytes')
    return 0


if __name__ == '__main__':
    sys.exit(main())

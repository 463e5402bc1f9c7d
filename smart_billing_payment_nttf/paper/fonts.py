"""The two typefaces of a slip: Japanese text, and OCR-B for what a machine reads.

A printed slip carries its fonts in the file: what the print shop lacks cannot change it. reportlab
embeds fonts with TrueType outlines, so Noto CJK (PostScript outlines) is none of them.
"""

import os
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont

from odoo.addons.smart_billing.core.errors import DomainError, FieldError

OCR_FONT = Path(__file__).parent / 'fonts' / 'ocr_b_digits.ttf'
# In this order. IPAex holds the kanji of names (JIS X 0213) and is packaged everywhere.
KNOWN_FILES = (
    'ipaexg.ttf', 'ipag.ttf', 'BIZUDGothic-Regular.ttf', 'BIZ-UDGothicR.ttc', 'TakaoGothic.ttf',
    'VL-Gothic-Regular.ttf', 'msgothic.ttc', 'ipaexm.ttf', 'ipam.ttf')
FONT_FOLDERS = (
    '/usr/share/fonts', '/usr/local/share/fonts', '~/.local/share/fonts', '~/.fonts',
    '/Library/Fonts', '~/Library/Fonts', 'C:/Windows/Fonts')


class FontError(DomainError):
    """There is no font to print slips with, or the one that was chosen cannot be embedded."""


class Typefaces(NamedTuple):
    """Names under which reportlab knows the fonts, and the characters that the text font has."""

    text: str
    ocr: str
    characters: frozenset[int]


def find_font(folders: tuple[str, ...] = FONT_FOLDERS) -> Path:
    """Return the first known Japanese font of this machine."""
    found = {}
    for folder in folders:
        for place, _folders, names in os.walk(os.path.expanduser(folder)):
            for name in names:
                if name in KNOWN_FILES:
                    found.setdefault(name, Path(place) / name)
    path = next((found[name] for name in KNOWN_FILES if name in found), None)
    if path is None:
        raise FontError('font_missing', names=', '.join(KNOWN_FILES[:3]), package='fonts-ipaexfont',
                        remedy='install_font')
    return path


@lru_cache(maxsize=8)
def load_typefaces(path: str = '') -> Typefaces:
    """Return the typefaces of slips, parsed once in a process.

    :param path: file of a Japanese font with TrueType outlines; empty: look for one
    """
    text = _register('slip-text', Path(path) if path else find_font())
    ocr = _register('slip-ocr', OCR_FONT)
    characters = frozenset(text.face.charToGlyph)
    missing = [character for character in '円様御中〒' if ord(character) not in characters]
    if missing:
        raise FontError('font_not_japanese', path=str(path), character=missing[0],
                        remedy='install_font')
    return Typefaces(text.fontName, ocr.fontName, characters)


def _register(purpose: str, path: Path) -> TTFont:
    try:
        font = TTFont(f'{purpose}-{path}', str(path))
    except (TTFError, OSError) as error:
        code = 'font_unusable' if path.is_file() else 'font_not_found'
        raise FontError(code, path=str(path), reason=str(error), remedy='install_font') from error
    pdfmetrics.registerFont(font)
    return font


def check_characters(typefaces: Typefaces, field: str, text: str) -> None:
    """Refuse a text with a character that the font lacks: it would come out as an empty box."""
    if typefaces.characters.issuperset(map(ord, text)):
        return
    position, character = next((position, one) for position, one in enumerate(text, 1)
                               if ord(one) not in typefaces.characters)
    raise FieldError('no_glyph', field=field, character=character, character_position=position,
                     remedy='replace_character')

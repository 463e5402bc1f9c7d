"""Reading a printed slip with others' tools: poppler draws it, zxing-cpp reads the bars."""

import io
import re
import subprocess
from pathlib import Path
from typing import NamedTuple

import zxingcpp
from PIL import Image

try:
    from pypdf import PdfReader
except ImportError:  # the name that Odoo pins for older Pythons
    from PyPDF2 import PdfReader

STORE_PART = (71, 231, 75, 39)  # millimetres from the upper left corner: what a store scans
GS1_128 = ']C1'  # symbology identifier: Code 128 that begins with FNC1
RECTANGLE = re.compile(rb'([\d.]+) ([\d.]+) ([\d.]+) ([\d.]+) re')
FONT = re.compile(rb'(/\S+) [\d.]+ Tf')
WORD = re.compile(r'<word xMin="(.*?)" yMin="(.*?)" xMax="(.*?)" yMax="(.*?)">(.*?)</word>')


class Word(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float
    text: str


class Content(NamedTuple):
    """A page or a part that pages share: the fonts it writes with, and those that are there."""

    fonts_named: set[str]
    fonts_held: set[str]


class Bar(NamedTuple):
    left: float
    bottom: float
    width: float
    height: float


def draw(path: Path, dpi: int, area: tuple | None = STORE_PART) -> list[Image.Image]:
    """Return pictures of all pages of a file, or of one area of each."""
    command = ['pdftoppm', '-gray', '-r', str(dpi)]
    if area:
        for flag, value in zip(('-x', '-y', '-W', '-H'), area):
            command += [flag, str(round(value / 25.4 * dpi))]
    data = subprocess.run([*command, str(path)], check=True, capture_output=True).stdout
    pictures = []
    while data:
        head = re.match(rb'P5\s+(\d+)\s+(\d+)\s+255\s', data)
        width, height = int(head[1]), int(head[2])
        end = head.end() + width * height
        pictures.append(Image.frombytes('L', (width, height), data[head.end():end]))
        data = data[end:]
    return pictures


def read(picture: Image.Image) -> str | None:
    """Return the digits of the one GS1-128 in a picture; None without one, or without FNC1."""
    found = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.Code128,
                                   text_mode=zxingcpp.TextMode.Plain)
    if len(found) != 1 or found[0].symbology_identifier != GS1_128:
        return None
    return found[0].text


def words(path: Path, page: int = 1) -> list[Word]:
    """Return the words of a page with their places, in points from the upper left corner."""
    text = subprocess.run(
        ['pdftotext', '-bbox', '-f', str(page), '-l', str(page), str(path), '-'], check=True,
        capture_output=True, text=True).stdout
    return [Word(*map(float, match[:4]), match[4]) for match in WORD.findall(text)]


def text(path: Path) -> str:
    """Return all that can be read in a file."""
    return subprocess.run(['pdftotext', '-layout', str(path), '-'], check=True,
                          capture_output=True, text=True).stdout


def contents(data: bytes) -> list[Content]:
    """Return what the first page and the parts on it write with."""
    page = PdfReader(io.BytesIO(data)).pages[0]
    parts = [part.get_object() for part in page['/Resources']['/XObject'].values()]
    streams = [(page.get_contents().get_data(), page['/Resources'])]
    streams += [(part.get_data(), part['/Resources']) for part in parts]
    return [Content({name.decode() for name in FONT.findall(stream)},
                    set(resources['/Font'].get_object())) for stream, resources in streams]


def bars(data: bytes, page: int = 0) -> list[Bar]:
    """Return the bars that a page draws: the one path of many rectangles."""
    content = PdfReader(io.BytesIO(data)).pages[page].get_contents().get_data()
    paths = [RECTANGLE.findall(path) for path in re.split(rb'\bn\b', content)]
    return [Bar(*map(float, rectangle)) for rectangle in max(paths, key=len)]

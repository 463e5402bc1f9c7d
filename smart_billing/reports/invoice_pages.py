"""Cut the rows of an invoice into pages of A4.

The unpatched wkhtmltopdf of Linux distributions prints neither running headers nor page numbers
and repeats no table head. So the pages are made here, each with its own head, from the heights
that rows will have: all measures in millimetres.
"""
import unicodedata

from .invoice_values import Page

FIRST_TABLE = 101    # where the table begins on the first page …
NEXT_TABLE = 26      # … and on the others
BOTTOM = 282         # below it is the number of the page
HEAD = 8
ROW = 6.6
FURTHER_LINE = 4.1   # each text line of a row beside its first
TEXT_COLUMNS = 40    # half-width characters of a description's line; Japanese ones count two
PERIOD_COLUMNS = 19


def text_lines(text, columns=TEXT_COLUMNS):
    """How many lines a text takes in its column."""
    return sum(max(1, -(-width(part) // columns)) for part in text.split('\n')) if text else 0


def width(text):
    return sum(2 if unicodedata.east_asian_width(char) in 'FWA' else 1 for char in text)


def row_height(row):
    lines = max(text_lines(row.text) + text_lines(row.note),
                text_lines(row.period, PERIOD_COLUMNS))
    return ROW + FURTHER_LINE * (max(lines, 1) - 1)


def paginate(rows, tail):
    """The pages of a document; what is below the table (`tail` mm high) is not cut.

    A heading is not left alone at the foot of a page.
    """
    pages, current, free = [], [], BOTTOM - FIRST_TABLE - HEAD
    for index, row in enumerate(rows):
        needed = row_height(row)
        if row.heading and index + 1 < len(rows):
            needed += row_height(rows[index + 1])
        if needed > free and current:
            pages.append(current)
            current, free = [], BOTTOM - NEXT_TABLE - HEAD
        current.append(row)
        free -= row_height(row)
    pages.append(current)
    if tail > free:
        pages.append([])
    return tuple(
        Page(number, tuple(part), number == len(pages))
        for number, part in enumerate(pages, start=1))

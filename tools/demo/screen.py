"""The terminal: tables, a progress bar, and the same in plain lines where it is no terminal."""

import os
import sys
import time
import unicodedata

_BAR = 28


def width(text):
    """Columns that a text takes; kanji and full-width kana take two."""
    return sum(2 if unicodedata.east_asian_width(char) in 'WF' else 1 for char in text)


def fill(text, columns, right=False):
    blanks = ' ' * (columns - width(text))
    return blanks + text if right else text + blanks


def shown(value):
    """A cell's text: numbers with separators, None as nothing."""
    if value is None:
        return ''
    return f'{value:,}' if isinstance(value, int) else str(value)


class Screen:
    def __init__(self, stream=None):
        self._stream = stream or sys.stdout
        self._live = self._stream.isatty() and os.environ.get('TERM') != 'dumb'

    def line(self, text=''):
        print(text, file=self._stream, flush=True)

    def heading(self, text):
        self.line()
        self.line(f'\033[1m{text}\033[0m' if self._live else text)

    def table(self, rows, titles=()):
        """Columns as wide as they must be; numbers to the right."""
        cells = [[shown(value) for value in row] for row in rows]
        right = [all(isinstance(row[index], (int, type(None))) for row in rows)
                 for index in range(len(rows[0]))] if rows else []
        if titles:
            cells.insert(0, list(titles))
        widths = [max(map(width, column)) for column in zip(*cells, strict=True)]
        for row in cells:
            self.line('  ' + '  '.join(
                fill(*cell) for cell in zip(row, widths, right, strict=True)).rstrip())

    def bar(self, title, total=100):
        return Bar(self, title, total)

    def draw(self, text, last=False):
        """A line that the next one replaces; without a terminal only the last one is shown."""
        if self._live:
            self._stream.write(f'\r\033[K{text}' + ('\n' if last else ''))
            self._stream.flush()
        elif last:
            self.line(text)


class Bar:
    """Progress of one step, for a ``with`` block; call it with how much is done."""

    def __init__(self, screen, title, total):
        self._screen, self._title, self._total = screen, title, total
        self._start = time.monotonic()

    def __enter__(self):
        self(0)
        return self

    def __exit__(self, kind, *_rest):
        outcome = 'failed' if kind else f'{time.monotonic() - self._start:.1f} s'
        self._screen.draw(f'  {fill(self._title, 44)} {outcome:>7}', last=True)

    def __call__(self, done):
        part = min(done / self._total, 1) if self._total else 1
        full = round(part * _BAR)
        self._screen.draw(
            f'  {fill(self._title, 44)} [{"█" * full}{"·" * (_BAR - full)}] {part:4.0%}')

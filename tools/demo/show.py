"""What the demo prints: headings, small tables, a progress bar where somebody is watching."""
import sys
import unicodedata

BAR = 30


def heading(text):
    print(f'\n== {text}', flush=True)


def progress(title, done, total):
    """A bar that redraws itself on a terminal; elsewhere one line when it is full."""
    share = done / total if total else 1
    if sys.stdout.isatty():
        bar = '#' * round(share * BAR)
        print(f'\r   {title:<34} [{bar:<{BAR}}] {done}/{total}', end='', flush=True)
        if done >= total:
            print(flush=True)
    elif done >= total:
        print(f'   {title:<34} {done}/{total}', flush=True)


def table(columns, rows):
    """Columns of text; numbers to the right, Japanese counted by its width."""
    cells = [[_text(value) for value in row] for row in [columns, *rows]]
    widths = [max(_width(row[index]) for row in cells) for index in range(len(columns))]
    for number, row in enumerate(cells):
        line = []
        for index, cell in enumerate(row):
            pad = ' ' * (widths[index] - _width(cell))
            right = number and rows and isinstance(rows[number - 1][index], (int, float))
            line.append(pad + cell if right else cell + pad)
        print('   ' + '  '.join(line).rstrip(), flush=True)
        if not number:
            print('   ' + '  '.join('-' * width for width in widths), flush=True)


def _text(value):
    return f'{value:,.0f}' if isinstance(value, (int, float)) else str(value)


def _width(text):
    return sum(2 if unicodedata.east_asian_width(char) in 'WF' else 1 for char in text)

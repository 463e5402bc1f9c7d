"""Columns of a slip request file (払込票発行依頼データ) as an agency wants them: data, not code.

Which values, in which order, how long, in which character set, between which marks. A text that
does not fit its column is refused, never cut.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from odoo.addons.smart_billing.core.errors import FieldError

from .slip_code import NO_LIMIT

SINGLE_NAMES = (
    'customer_number', 'invoice_number', 'slip_number', 'reissue', 'name', 'department',
    'honorific', 'postal_code', 'issued_on', 'due', 'amount', 'tax', 'stamp', 'barcode',
    'ocr_upper', 'ocr_lower')
# Values that there are several of: their columns carry a number, address_1, address_2.
REPEATED_NAMES = (
    'address', 'line_text', 'line_amount', 'tax_rate', 'tax_net', 'tax_amount', 'message')
NAMES = (*SINGLE_NAMES, *(f'{name}_1' for name in REPEATED_NAMES))
# One character of Shift_JIS that Unicode writes in two ways; CP932 holds the second.
TWINS = str.maketrans('〜−‖—¢£¬', '～－∥―￠￡￢')
DATE_FORMS = {'YYYYMMDD': '%Y%m%d', 'YYYY/MM/DD': '%Y/%m/%d', 'YYYY-MM-DD': '%Y-%m-%d',
              'YYMMDD': '%y%m%d'}
DELIMITERS = {'comma': ',', 'tab': '\t', 'semicolon': ';'}
LINE_ENDS = {'crlf': '\r\n', 'lf': '\n'}
QUOTES = ('all', 'needed', 'none')
CHARSETS = ('cp932', 'utf-8')
UNITS = ('byte', 'character')
_COLUMN = re.compile(r'([a-z_]+?)(?:_([0-9]{1,3}))?')
# Columns that speak of the same thing and so are equally many.
_TOGETHER = (('line_text', 'line_amount'), ('tax_rate', 'tax_net', 'tax_amount'))
_CONTROL = re.compile('[\x00-\x1f\x7f\x80-\x9f]')


@dataclass(frozen=True, slots=True)
class Column:
    """One column: which value, the most it may be long (0: any), what the header line calls it."""

    name: str
    length: int = 0
    title: str = ''
    required: bool = False


@dataclass(frozen=True)
class RequestLayout:
    """How one agency wants the file.

    `unit` says what a length counts: bytes of the character set or characters. `rest` is the text
    of the last line where an invoice has more lines than columns for them, `no_due` what stands
    for a slip without a last day.
    """

    columns: tuple[Column, ...]
    charset: str = 'cp932'
    delimiter: str = 'comma'
    quotes: str = 'needed'
    header: bool = True
    line_end: str = 'crlf'
    unit: str = 'character'
    date_form: str = 'YYYYMMDD'
    no_due: str = NO_LIMIT
    rest: str = 'その他'
    counts: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self):
        object.__setattr__(self, 'counts', _counts(self.columns))
        for name, allowed in (('charset', CHARSETS), ('delimiter', DELIMITERS),
                              ('quotes', QUOTES), ('line_end', LINE_ENDS), ('unit', UNITS),
                              ('date_form', DATE_FORMS)):
            if getattr(self, name) not in allowed:
                raise FieldError('not_in_list', field=name, value_length=len(getattr(self, name)),
                                 remedy='choose')
        for column in self.columns:
            fitted(column.title, Column(column.name), self)

    def encode(self, text: str) -> bytes:
        """Return the bytes of a text."""
        return text.encode(self.charset)

    def measure(self, text: str) -> int:
        """Return how long a text is, in the unit of the columns."""
        return len(self.encode(text)) if self.unit == 'byte' else len(text)

    @cached_property
    def address_width(self) -> int:
        """Length of the shortest address column; 0: any."""
        lengths = [column.length for column in self.columns
                   if column.name.startswith('address_') and column.length]
        return min(lengths, default=0)


def parse_columns(text: str) -> tuple[Column, ...]:
    """Return the columns of a setting: one a line, ``name length title``, ``!`` if required.

    Length and title may be left out: ``customer_number! 20 お客様番号``.
    """
    columns = []
    for row in filter(None, map(str.strip, text.splitlines())):
        name, *rest = row.split(None, 2)
        required, name = name.endswith('!'), name.removesuffix('!')
        length = 0
        if rest and rest[0].isascii() and rest[0].isdigit():
            length = int(rest.pop(0))
        columns.append(Column(name, length, ' '.join(rest), required))
    _counts(columns)
    return tuple(columns)


def _counts(columns: Iterable[Column]) -> dict[str, int]:
    """How many columns each repeated value has; refuse a name that there is not."""
    found: dict[str, list[int]] = {}
    seen = set()
    for column in columns:
        match = _COLUMN.fullmatch(column.name)
        base, number = (match[1], match[2]) if match else ('', None)
        if base not in (REPEATED_NAMES if number else SINGLE_NAMES):
            raise FieldError('unknown_column', field=column.name, known=', '.join(NAMES),
                             remedy='choose')
        if column.name in seen:
            raise FieldError('column_repeated', field=column.name, remedy='choose')
        seen.add(column.name)
        if number:
            found.setdefault(base, []).append(int(number))
    for base, numbers in found.items():
        if sorted(numbers) != list(range(1, len(numbers) + 1)):
            raise FieldError('column_numbers', field=f'{base}_{max(numbers)}', remedy='choose')
    for names in _TOGETHER:
        if len({len(found[name]) for name in names if name in found}) > 1:
            raise FieldError('column_numbers', field=names[0], remedy='choose')
    if not seen:
        raise FieldError('columns_missing', field='columns', remedy='fill')
    return {base: len(numbers) for base, numbers in found.items()}


def fitted(text: str, column: Column, layout: RequestLayout) -> str:
    """Return a text that can stand in its column, or refuse it."""
    if column.required and not text.strip():
        raise FieldError('missing', value_length=0, remedy='fill')
    if layout.charset == 'cp932':
        text = text.translate(TWINS)
    control = _CONTROL.search(text)
    quoted = {DELIMITERS[layout.delimiter], '"'} if layout.quotes == 'none' else set()
    banned = control[0] if control else next((one for one in text if one in quoted), None)
    if banned:
        raise FieldError('character', character=banned if banned.isprintable() else repr(banned),
                         character_position=text.index(banned) + 1, remedy='replace_character')
    try:
        layout.encode(text)
    except UnicodeEncodeError as error:
        raise FieldError('character', character=text[error.start],
                         character_position=error.start + 1, charset=layout.charset,
                         remedy='replace_character') from error
    length = layout.measure(text)
    if column.length and length > column.length:
        raise FieldError('too_long', length=column.length, value_length=length, unit=layout.unit,
                         remedy='shorten')
    return text


def write_row(cells: list[str], layout: RequestLayout) -> bytes:
    delimiter = DELIMITERS[layout.delimiter]
    texts = [_quoted(cell, delimiter, layout.quotes) for cell in cells]
    return layout.encode(delimiter.join(texts) + LINE_ENDS[layout.line_end])


def _quoted(cell: str, delimiter: str, quotes: str) -> str:
    if quotes == 'all' or quotes == 'needed' and (delimiter in cell or '"' in cell):
        doubled = cell.replace('"', '""')
        return f'"{doubled}"'
    return cell


DEFAULT_COLUMNS = parse_columns("""
customer_number! 20 お客様番号
slip_number! 16 払込票番号
reissue! 1 再発行区分
invoice_number! 30 請求番号
name! 30 氏名
department 30 部署名
honorific 4 敬称
postal_code! 7 郵便番号
address_1! 25 住所1
address_2 25 住所2
address_3 25 住所3
line_text_1 30 内訳1
line_amount_1 9 内訳金額1
line_text_2 30 内訳2
line_amount_2 9 内訳金額2
line_text_3 30 内訳3
line_amount_3 9 内訳金額3
line_text_4 30 内訳4
line_amount_4 9 内訳金額4
line_text_5 30 内訳5
line_amount_5 9 内訳金額5
tax_rate_1 10 税率1
tax_net_1 9 対象金額1
tax_amount_1 9 消費税額1
tax_rate_2 10 税率2
tax_net_2 9 対象金額2
tax_amount_2 9 消費税額2
tax_rate_3 10 税率3
tax_net_3 9 対象金額3
tax_amount_3 9 消費税額3
amount! 6 請求金額
tax! 6 消費税額合計
due! 8 支払期限
stamp! 1 収入印紙フラグ
barcode! 44 バーコード情報
ocr_upper! 39 OCR上段
ocr_lower! 44 OCR下段
message_1 40 通信欄1
message_2 40 通信欄2
message_3 40 通信欄3
""")

"""The request file for slips that an agency prints and mails (払込票発行依頼データ).

How an agency takes it is agreed with each; so the columns are data: their order, names and
lengths, character set, delimiter and quotes. Writing is strict: a value that does not fit is
refused with the slip, the column and a remedy, never cut.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from odoo.addons.smart_billing.core.errors import FieldError

from .address_lines import split_address
from .slip_code import NO_LIMIT, Issuer, Slip, barcode_digits, lower_ocr_line, upper_ocr_line

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
class RequestLine:
    """One line of the invoice: what is billed, yen."""

    text: str
    amount: int


@dataclass(frozen=True, slots=True)
class RateTotal:
    """Yen of one tax rate: its name, without tax, the tax."""

    rate: str
    net: int
    tax: int


@dataclass(frozen=True, slots=True)
class SlipRequest:
    """What the agency needs in order to print and mail one slip."""

    customer_number: str
    invoice_number: str
    slip: Slip
    name: str
    postal_code: str
    address: tuple[str, ...]
    lines: tuple[RequestLine, ...] = ()
    taxes: tuple[RateTotal, ...] = ()
    messages: tuple[str, ...] = ()
    honorific: str = '様'
    department: str = ''
    issued_on: date | None = None


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
            _fitted(column.title, Column(column.name), self)

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


def encode(requests: Iterable[SlipRequest], issuer: Issuer, layout: RequestLayout) -> bytes:
    """Return the whole file, or refuse it with the first value that does not fit."""
    return b''.join(iter_file(requests, issuer, layout))


def iter_file(requests: Iterable[SlipRequest], issuer: Issuer,
              layout: RequestLayout) -> Iterator[bytes]:
    """Yield the rows of the file, the header line first."""
    if layout.header:
        yield _row([column.title or column.name for column in layout.columns], layout)
    for number, request in enumerate(requests, 1):
        values, problems = _cells(request, issuer, layout)
        if problems:
            raise _located(problems[0], request, number)
        yield _row(values, layout)


def problems(request: SlipRequest, issuer: Issuer, layout: RequestLayout) -> list[FieldError]:
    """Return everything that keeps a slip from being asked for."""
    return [_located(error, request) for error in _cells(request, issuer, layout)[1]]


# --- values ---

_SINGLE: dict[str, Callable] = {
    'customer_number': lambda request, _issuer, _layout: request.customer_number,
    'invoice_number': lambda request, _issuer, _layout: request.invoice_number,
    'slip_number': lambda request, _issuer, _layout: request.slip.number,
    'reissue': lambda request, _issuer, _layout: str(request.slip.reissue),
    'name': lambda request, _issuer, _layout: request.name,
    'department': lambda request, _issuer, _layout: request.department,
    'honorific': lambda request, _issuer, _layout: request.honorific,
    'postal_code': lambda request, _issuer, _layout: _postal_code(request.postal_code),
    'issued_on': lambda request, _issuer, layout: _date(request.issued_on, layout, ''),
    'due': lambda request, _issuer, layout: _date(request.slip.due, layout, layout.no_due),
    'amount': lambda request, _issuer, _layout: str(request.slip.amount),
    'tax': lambda request, _issuer, _layout: str(sum(tax.tax for tax in request.taxes)),
    'stamp': lambda request, _issuer, _layout: '1' if request.slip.stamp else '0',
    'barcode': lambda request, issuer, _layout: barcode_digits(issuer, request.slip),
    'ocr_upper': lambda request, issuer, _layout: upper_ocr_line(issuer, request.slip),
    'ocr_lower': lambda request, issuer, _layout: lower_ocr_line(issuer, request.slip),
}
_REPEATED: dict[str, Callable] = {
    'address': lambda request, layout: _address(request, layout),
    'line_text': lambda request, layout: [line.text for line in _lines(request, layout)],
    'line_amount': lambda request, layout: [str(line.amount) for line in _lines(request, layout)],
    'tax_rate': lambda request, _layout: [tax.rate for tax in request.taxes],
    'tax_net': lambda request, _layout: [str(tax.net) for tax in request.taxes],
    'tax_amount': lambda request, _layout: [str(tax.tax) for tax in request.taxes],
    'message': lambda request, _layout: list(request.messages),
}
NAMES = (*_SINGLE, *(f'{name}_1' for name in _REPEATED))


def _counts(columns: Iterable[Column]) -> dict[str, int]:
    """How many columns each repeated value has; refuse a name that there is not."""
    found: dict[str, list[int]] = {}
    seen = set()
    for column in columns:
        match = _COLUMN.fullmatch(column.name)
        base, number = (match[1], match[2]) if match else ('', None)
        if base not in (_REPEATED if number else _SINGLE):
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


def _lines(request: SlipRequest, layout: RequestLayout) -> list[RequestLine]:
    """As many lines as there are columns; what is left over is one line, その他."""
    most = layout.counts.get('line_text') or layout.counts['line_amount']
    lines = list(request.lines)
    if len(lines) <= most:
        return lines
    rest = sum(line.amount for line in lines[most - 1:])
    return [*lines[:most - 1], RequestLine(layout.rest, rest)]


def _address(request: SlipRequest, layout: RequestLayout) -> list[str]:
    if not any(request.address):
        raise FieldError('missing', field='address_1', remedy='fill')
    width = layout.address_width
    if not width:
        return [part for part in request.address if part]
    return split_address(request.address, layout.counts['address'], width,
                         lambda character: _measured(character, layout))


def _measured(character: str, layout: RequestLayout) -> int:
    try:
        return layout.measure(character)
    except UnicodeEncodeError:
        return 2  # it is refused by name when the line is written


def _postal_code(text: str) -> str:
    digits = text.replace('-', '')
    if len(digits) != 7 or not (digits.isascii() and digits.isdigit()):
        raise FieldError('postal_code', value_length=len(text), remedy='digits_only')
    return digits


def _date(day: date | None, layout: RequestLayout, without: str) -> str:
    return without if day is None else day.strftime(DATE_FORMS[layout.date_form])


# --- cells and rows ---

def _cells(request: SlipRequest, issuer: Issuer,
           layout: RequestLayout) -> tuple[list[str], list[FieldError]]:
    """The texts of all columns, and everything wrong with them."""
    found = _sum_problems(request)
    repeated = {base: _repeated(base, request, layout, found) for base in layout.counts}
    cells = []
    for column in layout.columns:
        base, _, number = column.name.rpartition('_')
        try:
            if base in repeated:
                values = repeated[base]
                text = values[int(number) - 1] if int(number) <= len(values) else ''
            else:
                text = _SINGLE[column.name](request, issuer, layout)
            cells.append(_fitted(text, column, layout))
        except FieldError as error:
            found.append(FieldError(error.code, **{'field': column.name, **error.context}))
    return cells, found


def _sum_problems(request: SlipRequest) -> list[FieldError]:
    """Lines and taxes must add up to the amount: the payer reads all three."""
    if not request.taxes:
        return []
    net, tax = sum(one.net for one in request.taxes), sum(one.tax for one in request.taxes)
    found = []
    if net + tax != request.slip.amount:
        found.append(FieldError('sums_differ', field='taxes', found=net + tax,
                                expected=request.slip.amount))
    lines = sum(line.amount for line in request.lines)
    if request.lines and lines not in (net, net + tax):
        found.append(FieldError('sums_differ', field='lines', found=lines, expected=net))
    return found


def _repeated(base: str, request: SlipRequest, layout: RequestLayout,
              found: list[FieldError]) -> list[str]:
    """The values of numbered columns; more of them than columns is refused."""
    try:
        values = _REPEATED[base](request, layout)
    except FieldError as error:
        found.append(FieldError(error.code, **{'field': f'{base}_1', **error.context}))
        return []
    most = layout.counts[base]
    if len(values) > most:
        found.append(FieldError('too_many_lines', field=f'{base}_{most}', lines=most,
                                value_length=len(values), remedy='shorten'))
    return values


def _fitted(text: str, column: Column, layout: RequestLayout) -> str:
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


def _row(cells: list[str], layout: RequestLayout) -> bytes:
    delimiter = DELIMITERS[layout.delimiter]
    texts = [_quoted(cell, delimiter, layout.quotes) for cell in cells]
    return layout.encode(delimiter.join(texts) + LINE_ENDS[layout.line_end])


def _quoted(cell: str, delimiter: str, quotes: str) -> str:
    if quotes == 'all' or quotes == 'needed' and (delimiter in cell or '"' in cell):
        doubled = cell.replace('"', '""')
        return f'"{doubled}"'
    return cell


def _located(error: FieldError, request: SlipRequest, line: int | None = None) -> FieldError:
    """The same refusal with the slip that it is about."""
    context = {**error.context, 'record': request.invoice_number or request.slip.number}
    if line is not None:
        context['row'] = line
    return FieldError(error.code, **context)


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

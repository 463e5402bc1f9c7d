"""The request file for slips that an agency prints and mails (払込票発行依頼データ).

How an agency takes it is agreed with each, so its columns are data (`slip_columns`). Writing is
strict: a value that does not fit is refused with the slip, the column and a remedy, never cut.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from odoo.addons.smart_billing.core.errors import FieldError

from .address_lines import split_address
from .slip_code import Issuer, Slip, barcode_digits, lower_ocr_line, upper_ocr_line
from .slip_columns import DATE_FORMS, RequestLayout, fitted, write_row


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


def encode(requests: Iterable[SlipRequest], issuer: Issuer, layout: RequestLayout) -> bytes:
    """Return the whole file, or refuse it with the first value that does not fit."""
    return b''.join(iter_file(requests, issuer, layout))


def iter_file(requests: Iterable[SlipRequest], issuer: Issuer,
              layout: RequestLayout) -> Iterator[bytes]:
    """Yield the rows of the file, the header line first."""
    if layout.header:
        yield write_row([column.title or column.name for column in layout.columns], layout)
    for number, request in enumerate(requests, 1):
        values, wrong = _cells(request, issuer, layout)
        if wrong:
            raise _located(wrong[0], request, number)
        yield write_row(values, layout)


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
            cells.append(fitted(text, column, layout))
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


def _located(error: FieldError, request: SlipRequest, line: int | None = None) -> FieldError:
    """The same refusal with the slip that it is about."""
    context = {**error.context, 'record': request.invoice_number or request.slip.number}
    if line is not None:
        context['row'] = line
    return FieldError(error.code, **context)

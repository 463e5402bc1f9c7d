"""Records of fixed width, one byte a character: one table both writes and reads.

Writing is strict: a value that does not fit its field is refused with the name and position of
the field, the length of the value and a remedy. Reading is lenient only where the table says so.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .errors import FieldError, KanaError
from .kana import EDI, CharacterClass, check_characters

CHARSET = 'cp932'  # JIS X 0201 is its single-byte part, and CP932 agrees with Shift_JIS on it
# Every printable byte of JIS X 0201: ASCII, and the half-width kana with their punctuation.
LEGAL_BYTES = bytes([*range(0x20, 0x7F), *range(0xA1, 0xE0)])
_DIGITS = re.compile('[0-9]+')


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a record.

    N fields hold digits, right-aligned behind zeros; C fields hold text, left-aligned before
    spaces. An N field is text (a code, whose zeros count) unless ``number`` makes it an integer.
    """

    name: str
    length: int
    kind: str = 'C'
    constant: str | None = None
    number: bool = False
    minimum: int = 0  # of a number when written
    required: bool = False
    zeros: bool = False  # zeros are a value of a required code; elsewhere they mean its absence
    charset: CharacterClass = EDI  # the widest class: half-width, one byte a character
    expression: str = ''  # what the whole written value must match: '[129]', a date
    verbatim: bool = False  # reading takes whatever stands there, writing does not

    def write(self, value: object, symbols: str) -> str:
        """Return the field as it stands in the record."""
        if value is None or isinstance(value, str) and not value.strip(' '):
            if self.required:
                raise FieldError('missing', value_length=0, remedy='fill')
            return ('0' if self.kind == 'N' else ' ') * self.length
        text = self._digits(value) if self.kind == 'N' else self._text(value, symbols)
        if len(text) > self.length:
            remedy = 'split' if self.number else 'shorten'
            raise FieldError('too_long', value_length=len(text), remedy=remedy)
        text = text.rjust(self.length, '0') if self.kind == 'N' else text.ljust(self.length)
        if self.required and not (self.number or self.zeros or text.strip('0')):
            raise FieldError('missing', value_length=0, remedy='fill')
        if self.expression and not re.fullmatch(self.expression, text):
            raise FieldError('not_in_list', value_length=len(text), remedy='choose',
                             expression=self.expression)
        return text

    def _digits(self, value: object) -> str:
        if self.number:
            if type(value) is not int:
                raise FieldError('not_integer', type=type(value).__name__, remedy='whole_number')
            if value < self.minimum:
                raise FieldError('too_small', value_length=len(str(value)),
                                 minimum=self.minimum, remedy='positive')
            return str(value)
        if not isinstance(value, str) or not _DIGITS.fullmatch(value):
            raise FieldError('not_digits', value_length=len(str(value)), remedy='digits_only')
        return value

    def _text(self, value: object, symbols: str) -> str:
        if not isinstance(value, str):
            raise FieldError('not_text', type=type(value).__name__, remedy='text')
        try:
            return check_characters(value, self.charset, symbols=symbols)
        except KanaError as error:
            raise FieldError('character', value_length=len(value), remedy='replace_character',
                             reason=error.code, character=error.context['character'],
                             character_position=error.context['position']) from error

    def pattern(self) -> str:
        """Return the expression that this field matches when read, at exactly its length."""
        if self.constant is not None:
            # A filler is not looked at: agents put marks of their own there.
            blank = self.constant.isspace()
            return f'.{{{self.length}}}' if blank else re.escape(self.constant)
        if self.kind == 'C' or self.verbatim:
            return f'(.{{{self.length}}})'
        digits = self.expression or f'[0-9]{{{self.length}}}'
        # The standard is silent on a blank N field: it is absent, not zero.
        blank = '' if self.required else f'| {{{self.length}}}'
        return f'({digits}{blank})'

    def read(self, text: str) -> object:
        """Return the value of a field that matched its pattern."""
        text = text.rstrip(' ')
        if self.number:
            return int(text) if text else None
        return text


def filler(length: int) -> Field:
    """Return unused bytes (ダミー): spaces when written, ignored when read."""
    return Field('filler', length, constant=' ' * length)


def code(name: str, length: int, **options: object) -> Field:
    """Return a field of digits that is text: its zeros count."""
    return Field(name, length, 'N', **options)


def number(name: str, length: int, *, required: bool = True, minimum: int = 0) -> Field:
    """Return a field of digits that is an integer."""
    return Field(name, length, 'N', number=True, required=required, minimum=minimum)


def verbatim(name: str, length: int) -> Field:
    """Return a field of text that reading takes as it stands."""
    return Field(name, length, verbatim=True)


class Layout:
    """One kind of record: its fields in order, compiled for writing and for reading."""

    def __init__(self, name: str, *fields: Field):
        self.name = name
        self.fields = fields
        self.names = tuple(field.name for field in fields if field.constant is None)
        self.length = sum(field.length for field in fields)
        self.positions = {}
        self._starts = []
        start = 1
        for field in fields:
            self._starts.append(start)
            self.positions[field.name] = start
            start += field.length
        self._pattern = re.compile(''.join(field.pattern() for field in fields), re.DOTALL)
        self._readers = tuple(field.read for field in fields if field.constant is None)

    def write(self, values: Sequence[object], symbols: str = 'strict') -> str:
        """Return the record of values that stand in the order of :attr:`names`."""
        supply = iter(values)
        parts = []
        for field, start in zip(self.fields, self._starts):
            try:
                parts.append(field.constant if field.constant is not None
                             else field.write(next(supply), symbols))
            except FieldError as error:
                raise self._located(error, field, start) from error.__cause__
        return ''.join(parts)

    def read(self, text: str) -> tuple:
        """Return the values of a record, in the order of :attr:`names`."""
        match = self._pattern.fullmatch(text)
        if match is None:
            raise self._diagnose(text)
        return tuple([read(group) for read, group in zip(self._readers, match.groups())])

    def problems(self, values: Sequence[object], symbols: str = 'strict') -> list[FieldError]:
        """Return everything that keeps the values from being written."""
        found = []
        supply = iter(values)
        for field, start in zip(self.fields, self._starts):
            try:
                if field.constant is None:
                    field.write(next(supply), symbols)
            except FieldError as error:
                found.append(self._located(error, field, start))
        return found

    def _located(self, error: FieldError, field: Field, start: int) -> FieldError:
        return FieldError(error.code, record=self.name, field=field.name, position=start,
                          length=field.length, **error.context)

    def _diagnose(self, text: str) -> FieldError:
        """Say which field of a record does not match."""
        if len(text) != self.length:
            return FieldError('record_length', record=self.name, length=self.length,
                              value_length=len(text))
        field, start, part = next(
            (field, start, part) for field, start in zip(self.fields, self._starts)
            for part in [text[start - 1:start - 1 + field.length]]
            if not re.fullmatch(field.pattern(), part, re.DOTALL))
        code = 'missing' if part.isspace() else 'unreadable'
        return self._located(FieldError(code, value_length=len(part.strip())), field, start)


def encode_record(layout: Layout, values: Mapping[str, object], *,
                  symbols: str = 'strict') -> bytes:
    """Return the bytes of a record; a name that the layout does not have is refused."""
    unknown = set(values) - set(layout.names)
    if unknown:
        raise FieldError('unknown_field', record=layout.name, field=sorted(unknown)[0])
    return layout.write([values.get(name) for name in layout.names], symbols).encode(CHARSET)


def decode_record(layout: Layout, record: bytes) -> dict[str, object]:
    """Return the values of a record by name."""
    illegal = record.translate(None, LEGAL_BYTES)
    if illegal:
        raise FieldError('illegal_byte', record=layout.name,
                         position=record.index(illegal[0]) + 1, byte=illegal[0])
    return dict(zip(layout.names, layout.read(record.decode(CHARSET))))

"""From the bytes of a file to its records of fixed length.

Files travel with no separator, or with one after every record. Which of them an agent may send
is declared; on the way editors and transfers add an end-of-file byte, drop the last separator or
strip trailing spaces, and all of that leaves the content certain. Anything else is refused.
"""

from collections.abc import Collection
from typing import AnyStr, NamedTuple, NoReturn

from ..errors import FileError
from ..fixed_width import CHARSET, LEGAL_BYTES

SEPARATORS = {'none': b'', 'crlf': b'\r\n', 'cr': b'\r', 'lf': b'\n'}
_BYTE_ORDER_MARKS = (b'\xef\xbb\xbf', b'\xff\xfe', b'\xfe\xff')
_EBCDIC_DIGITS = bytes(range(0xF0, 0xFA))
# What may follow a record of each kind (データ区分); '' is the start of the file.
_FOLLOWERS = {'': '1', '1': '28', '2': '28', '8': '19', '9': ''}
_END_OF_FILE = b'\x1a'


class Framed(NamedTuple):
    """The records of a file as text, each as long as the format says."""

    records: list[str]
    pieces: list[str]  # the same as they stand in the file
    separator_length: int

    def offset(self, index: int) -> int:
        """Return the byte offset of a record in the file."""
        return sum(map(len, self.pieces[:index])) + index * self.separator_length


def frame(data: bytes, length: int, separators: Collection[str] = tuple(SEPARATORS)) -> Framed:
    """Split a file into records; raise FileError for what is not certain."""
    _refuse_foreign(data)
    content = data.removesuffix(_END_OF_FILE)
    name = _separator_of(content)
    if name not in separators:
        raise FileError('separator_not_declared', 1, content.find(SEPARATORS[name]),
                        found=name, declared=sorted(separators))
    separator = SEPARATORS[name]
    if content.replace(separator, b'').translate(None, LEGAL_BYTES):
        _refuse_illegal(_split(content, separator, length), len(separator))
    pieces = _split(content.decode(CHARSET), separator.decode(), length)
    framed = Framed([piece.ljust(length) for piece in pieces], pieces, len(separator))
    for index, piece in enumerate(pieces):
        if not 0 < len(piece) <= length:
            raise FileError('record_length', index + 1, framed.offset(index),
                            length=length, value_length=len(piece))
    return framed


def check_order(framed: Framed) -> None:
    """Refuse a file whose records do not stand in the order (1 2* 8)+ 9."""
    previous = ''
    for index, record in enumerate(framed.records):
        if record[0] not in _FOLLOWERS[previous]:
            code = 'after_end' if previous == '9' else 'record_order'
            raise FileError(code, index + 1, framed.offset(index), found=record[0],
                            expected=_FOLLOWERS[previous])
        previous = record[0]
    if previous != '9':
        last = len(framed.records) - 1
        raise FileError('truncated', last + 1, framed.offset(last), found=previous, expected='9')


def check_type(framed: Framed, expected: str) -> None:
    """Refuse other formats by name: bytes 1-4 stand in the same place in all of them."""
    first = framed.records[0]
    if first[0] == '1' and first[1:3] != expected:
        raise FileError('wrong_type', 1, 0, found=first[1:3], expected=expected)
    for index, record in enumerate(framed.records):
        if record[0] == '1' and record[3] == '1':
            raise FileError('ebcdic', index + 1, framed.offset(index))


def _refuse_foreign(data: bytes) -> None:
    if not data.strip(_END_OF_FILE):
        raise FileError('empty_file', 1, 0)
    if data.startswith(_BYTE_ORDER_MARKS):
        raise FileError('byte_order_mark', 1, 0)
    if data[0] in _EBCDIC_DIGITS:
        raise FileError('ebcdic', 1, 0)


def _separator_of(content: bytes) -> str:
    """Return the name of the first separator in the file; the others must be the same."""
    cr, lf = content.find(b'\r'), content.find(b'\n')
    if cr < 0 and lf < 0:
        return 'none'
    if cr < 0 or 0 <= lf < cr:
        return 'lf'
    return 'crlf' if lf == cr + 1 else 'cr'


def _split(content: AnyStr, separator: AnyStr, length: int) -> list[AnyStr]:
    if not separator:
        return [content[start:start + length] for start in range(0, len(content), length)]
    pieces = content.split(separator)
    if not pieces[-1]:
        pieces.pop()
    return pieces


def _refuse_illegal(pieces: list[bytes], separator_length: int) -> NoReturn:
    """Name the first byte that no record may contain."""
    index, piece = next((index, piece) for index, piece in enumerate(pieces)
                        if piece.translate(None, LEGAL_BYTES))
    start = sum(map(len, pieces[:index])) + index * separator_length
    byte = piece.translate(None, LEGAL_BYTES)[0]
    code = 'separators_mixed' if byte in b'\r\n' else 'illegal_byte'
    raise FileError(code, index + 1, start + piece.index(byte), byte=byte)

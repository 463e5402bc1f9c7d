"""Writing type 91: strict, and the totals are the codec's own."""

from collections.abc import Callable, Iterable, Iterator

from ..errors import FieldError
from ..fixed_width import CHARSET
from .debit import (
    DATA,
    END,
    HEADER,
    TRAILER,
    DebitHeader,
    DebitRecord,
    DebitTrailer,
    data_values,
    header_values,
    trailer_values,
)
from .framing import SEPARATORS

Batches = Iterable[tuple[DebitHeader, Iterable[DebitRecord]]]


class Totals:
    """Totals of the data records seen so far (トレーラレコード)."""

    __slots__ = ('count', 'amount', 'collected_count', 'collected_amount')

    def __init__(self):
        self.count = self.amount = self.collected_count = self.collected_amount = 0

    def add(self, record: DebitRecord) -> None:
        """Count a record; code 0 is collected, every other code is not."""
        self.count += 1
        self.amount += record.amount
        if record.result_code == '0':
            self.collected_count += 1
            self.collected_amount += record.amount

    def request(self) -> DebitTrailer:
        """Return the trailer of a request: nothing has been collected or failed."""
        return DebitTrailer(self.count, self.amount)

    def result(self) -> DebitTrailer:
        """Return the trailer of a result."""
        return DebitTrailer(self.count, self.amount, self.collected_count, self.collected_amount,
                            self.count - self.collected_count,
                            self.amount - self.collected_amount)


def encode_request(header: DebitHeader, records: Iterable[DebitRecord], *,
                   separator: str = 'none', symbols: str = 'strict') -> bytes:
    """Return a request file (依頼明細) of one batch.

    :param separator: a key of SEPARATORS, written after every record
    :param symbols: the agent's variant of legal name characters, see :mod:`..kana`
    """
    return b''.join(iter_request([(header, records)], separator=separator, symbols=symbols))


def iter_request(batches: Batches, *, separator: str = 'none',
                 symbols: str = 'strict') -> Iterator[bytes]:
    """Yield the records of a request file; nothing but the totals is held in memory."""
    return _iter_file(batches, Totals.request, True, SEPARATORS[separator], symbols)


def encode_result(batches: Batches, *, separator: str = 'crlf',
                  symbols: str = 'strict') -> bytes:
    """Return a result file (処理結果明細), as an agent answers: with a separator by custom."""
    return b''.join(_iter_file(batches, Totals.result, False, SEPARATORS[separator], symbols))


def _iter_file(batches: Batches, trailer: Callable[[Totals], DebitTrailer], request: bool,
               separator: bytes, symbols: str) -> Iterator[bytes]:
    line = 0
    for header, records in batches:
        line += 1
        yield HEADER.write(header_values(header), symbols).encode(CHARSET) + separator
        totals = Totals()
        for record in records:
            line += 1
            text = _data(record, line, request, symbols)
            totals.add(record)
            yield text.encode(CHARSET) + separator
        if not totals.count:
            raise FieldError('no_records', record=HEADER.name, line=line)
        line += 1
        yield TRAILER.write(trailer_values(trailer(totals))).encode(CHARSET) + separator
    yield END.write(()).encode(CHARSET) + separator


def _data(record: DebitRecord, line: int, request: bool, symbols: str) -> str:
    try:
        if request and record.result_code != '0':
            # Zengin 91, data record, field 13: zero throughout a request.
            raise FieldError('result_in_request', record=DATA.name, field='result_code',
                             position=DATA.positions['result_code'], remedy='zero')
        return DATA.write(data_values(record), symbols)
    except FieldError as error:
        error.context.update(line=line, customer_number=record.customer_number)
        raise

"""The agency's reader: a right file passes, each single wrong byte class is named."""
import pytest

from tests.simulators import handmade, zengin91

GOOD = handmade.anchor('')


def problems(data: bytes, **options) -> list[tuple[int, int]]:
    return [(p.record, p.position) for p in zengin91.read(data, **options).problems]


def spoiled(record: int, position: int, text: bytes) -> bytes:
    """The regression anchor with other bytes at one place; both count from 1."""
    at = (record - 1) * 120 + position - 1
    return GOOD[:at] + text + GOOD[at + len(text):]


@pytest.mark.parametrize('tail', ['', '\r\n'])
def test_anchor_is_accepted_and_read(tail):
    file = zengin91.read(handmade.anchor(tail))
    assert file.problems == []
    assert file.header == zengin91.Header('1234567890', 'ｻﾝﾌﾟﾙｻ-ﾋﾞｽ(ｶ', '0127',
                                          ('9999', '999', '1', '0000001'))
    assert [(x.customer, x.amount, x.account, x.holder, x.new_code) for x in file.lines] == [
        ('00000000000000001001', 11000, ('9999', '001', '1', '1234567'), 'ﾔﾏﾀﾞ ﾀﾛｳ', '1'),
        ('00000000000000001002', 5500, ('9999', '002', '2', '7654321'), 'ｶ)ｻﾝﾌﾟﾙｼﾖｳｼﾞ', '0')]


def test_every_digit_column_refuses_a_space_and_a_letter():
    for record, layout in enumerate((zengin91.HEADER, zengin91.DATA), 1):
        for spec in layout:
            if spec.chars != frozenset(b'0123456789') or spec.start == 1:
                continue
            for position in range(spec.start, spec.start + spec.length):
                for text in (b' ', b'A', b'\xb1'):
                    assert (record, position) in problems(spoiled(record, position, text))


@pytest.mark.parametrize(('record', 'first', 'last'), [
    (1, 104, 120), (2, 39, 42), (2, 113, 120), (4, 56, 120), (5, 2, 120)])
def test_every_filler_column_refuses_all_but_spaces(record, first, last):
    for position in range(first, last + 1):
        for text in (b'0', b'\x00', b'\xb1'):
            assert problems(spoiled(record, position, text)) == [(record, position)]


def test_trailer_is_zero_from_20_to_55_in_a_request():
    for position in range(20, 56):
        found = problems(spoiled(4, position, b'1'))
        assert found == [(4, position)]
        assert (4, position) in problems(spoiled(4, position, b' '))


@pytest.mark.parametrize(('record', 'position'), [(1, 15), (2, 51)])
@pytest.mark.parametrize('text', [
    b'\xa6', b'\xa7', b'\xaf', b'\xb0', b'\xa1', b'\xa5', b'a', b'/', b',', b'\\', b'\x00',
    b'\x80', b'\xff', b'\r', b'\n'])
def test_party_names_refuse_illegal_characters(record, position, text):
    assert problems(spoiled(record, position, text)) == [(record, position)]


@pytest.mark.parametrize('position', [6, 24])
@pytest.mark.parametrize('text', [b'(', b')', b'.', b'\xa6', b'\xb0', b'a'])
def test_bank_names_refuse_what_party_names_may_have(position, text):
    assert problems(spoiled(2, position, text)) == [(2, position)]


@pytest.mark.parametrize('text', 'A Z 0 9 - ( ) . ｱ ﾝ ｶﾞ ｳﾞ ﾎﾟ ﾄﾞ'.split())
def test_party_names_take_every_legal_character(text):
    assert problems(spoiled(2, 51, f'X{text}X'.ljust(30).encode('cp932')[:30])) == []


@pytest.mark.parametrize('text', ['ﾞ', 'ﾟ', 'ﾜﾞ', 'ﾅﾞ', 'ｶﾟ', 'Aﾞ', 'ｶﾞﾞ'])
def test_voicing_marks_need_their_kana(text):
    raw = text.encode('cp932')
    assert problems(spoiled(2, 51, b'X' + raw)) == [(2, 51 + len(raw))]


def test_wo_is_a_switch():
    assert problems(spoiled(2, 51, b'\xa6')) == [(2, 51)]
    assert problems(spoiled(2, 51, b'\xa6'), allow_wo=True) == []


def test_names_begin_at_the_left_and_are_not_blank():
    assert problems(spoiled(2, 51, b' ')) == [(2, 51)]
    assert problems(spoiled(2, 51, b' ' * 30)) == [(2, 51)]
    assert problems(spoiled(1, 15, b' ' * 40)) == [(1, 15)]
    assert problems(spoiled(2, 6, b' ' * 15)) == []        # bank names are optional


@pytest.mark.parametrize(('record', 'position', 'text'), [
    (1, 2, b'21'), (1, 4, b'1'), (1, 96, b'3'), (1, 96, b'0'), (1, 55, b'0230'), (1, 55, b'1301'),
    (1, 55, b'0400'), (1, 5, b'0' * 10), (1, 59, b'0000'), (1, 97, b'0' * 7), (2, 2, b'0000'),
    (2, 43, b'4'), (2, 43, b'0'), (2, 44, b'0' * 7), (2, 91, b'3'), (2, 92, b'0' * 20),
    (2, 112, b'1'), (2, 112, b'7'), (2, 81, b'0' * 10)])
def test_values_that_are_not_allowed(record, position, text):
    assert problems(spoiled(record, position, text)) == [(record, position)]


@pytest.mark.parametrize(('position', 'text'), [(2, b'000003'), (8, b'000000016501')])
def test_totals_must_agree(position, text):
    assert problems(spoiled(4, position, text)) == [(4, position)]


def test_a_changed_amount_is_seen_in_the_total():
    assert problems(spoiled(2, 81, b'0000011001')) == [(4, 8)]


def test_a_customer_number_may_not_come_twice():
    assert problems(spoiled(3, 92, b'00000000000000001001')) == [(3, 92)]


def rows(order: str) -> bytes:
    """The anchor's records in another order: h, a, b, t, e."""
    return b''.join(GOOD['habte'.index(c) * 120:][:120] for c in order)


@pytest.mark.parametrize(('order', 'found'), [
    ('abte', (1, 1)), ('hte', (2, 1)), ('habe', (4, 1)), ('habt', (4, 1)), ('hab', (3, 1)),
    ('habtee', (6, 1)), ('habtetee', (6, 1)), ('habtea', (6, 1)), ('hhabte', (2, 1)),
    ('habttee', (5, 1)), ('hatbe', (4, 1)), ('habtehabte', (6, 1))])
def test_records_in_a_wrong_order(order, found):
    assert found in problems(rows(order))


def test_an_unknown_record_kind():
    assert (3, 1) in problems(spoiled(3, 1, b'5'))
    assert (3, 1) in problems(spoiled(3, 1, b' '))


def crlf(*tails: bytes) -> bytes:
    return b''.join(GOOD[i * 120:][:120] + tail for i, tail in enumerate(tails))


@pytest.mark.parametrize(('data', 'found'), [
    (b'', (0, 0)),
    (b'\xef\xbb\xbf' + GOOD, (6, 3)),
    (GOOD[:-1], (5, 119)),
    (GOOD + b'\x1a', (6, 1)),
    (crlf(b'\n', b'\n', b'\n', b'\n', b'\n'), (1, 121)),
    (crlf(b'\r', b'\r', b'\r', b'\r', b'\r'), (1, 121)),
    (crlf(b'\r\n', b'\r\n', b'\n', b'\r\n', b'\r\n'), (3, 121)),
    (crlf(b'\r\n', b'\r\n', b'\r\n', b'\r\n', b''), (5, 121)),
    (crlf(b'\r\n', b'', b'\r\n', b'\r\n', b'\r\n'), (2, 121)),
    (crlf(b'', b'', b'', b'', b'\r\n'), (5, 121)),
    (crlf(b'\r\n', b'\r\n', b'\r\n', b'\r\n', b'\r\n\r\n'), (6, 2))])
def test_separators_are_none_or_crlf_after_every_record(data, found):
    assert problems(data) == [found]


def test_the_agreed_separator_is_the_only_one():
    assert problems(GOOD, separator='crlf') == [(1, 121)]
    assert problems(handmade.anchor(), separator='none') == [(1, 121)]
    assert problems(GOOD, separator='none') == problems(handmade.anchor(), separator='crlf') == []


@pytest.mark.parametrize(('codes', 'numbers'), [
    ('00', '000002000000016500' '000000000000000000'),
    ('01', '000001000000011000' '000001000000005500'),
    ('98', '000000000000000000' '000002000000016500')])
def test_a_result_is_the_request_with_codes_and_totals(codes, numbers):
    written = zengin91.write_result(zengin91.read(handmade.anchor()), codes, 'none')
    expected = bytearray(GOOD)
    expected[120 + 111], expected[240 + 111] = codes.encode()
    expected[360 + 19:360 + 55] = numbers.encode()
    assert written == bytes(expected)
    assert zengin91.read(written, zengin91.RESULT).problems == []


def test_a_result_with_wrong_totals_is_no_result():
    assert problems(GOOD, direction=zengin91.RESULT) == [(4, 20), (4, 26)]

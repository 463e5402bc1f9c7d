"""Addresses in lines: where a reader would break them, and nowhere else."""
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.addons.smart_billing.core.errors import FieldError
from odoo.addons.smart_billing_payment_nttf.wire.address_lines import (
    SCRIPT,
    SPACES,
    break_cost,
    fill_lines,
    split_address,
    split_text,
)


def one(_character):
    return 1


def wide(character):
    return len(character.encode('cp932'))


@pytest.mark.parametrize('text, most, width, expected', [
    ('東京都千代田区丸の内1-1-1', 3, 20, ['東京都千代田区丸の内1-1-1']),
    ('東京都千代田区丸の内1-1-1 丸の内ビル12階', 2, 18,
     ['東京都千代田区丸の内1-1-1', '丸の内ビル12階']),
    ('東京都千代田区丸の内1-1-1丸の内ビル12階', 2, 18,
     ['東京都千代田区丸の内1-1-1', '丸の内ビル12階']),
    ('大阪府大阪市北区梅田一丁目2番3号ゲートタワー20階', 2, 18,
     ['大阪府大阪市北区梅田一丁目2番3号', 'ゲートタワー20階']),
    ('京都府京都市中京区三条通河原町東入恵比須町42', 2, 14, ['京都府京都市中京区', '三条通河原町東入恵比須町42']),
    ('三重県四日市市諏訪町1-5', 2, 8, ['三重県四日市市', '諏訪町1-5']),
    ('千葉県市川市八幡1-1-1', 2, 9, ['千葉県市川市', '八幡1-1-1']),
    ('北海道札幌市中央区北一条西2', 2, 9, ['北海道札幌市中央区', '北一条西2']),
    ('コーポサンシャイン南203号室', 2, 10, ['コーポサンシャイン南', '203号室']),
    ('Tokyo Bay Tower 12F', 2, 15, ['Tokyo Bay Tower', '12F']),
])
def test_lines_end_where_a_reader_would_end_them(text, most, width, expected):
    assert split_text(text, most, width, one) == expected


def test_parts_keep_lines_of_their_own_while_they_are_few_enough():
    parts = ('東京都千代田区丸の内1-1-1', '', ' 丸の内ビル  ')
    assert split_address(parts, 3, 20, one) == ['東京都千代田区丸の内1-1-1', '丸の内ビル']
    assert split_address(('東京都', '千代田区', '丸の内1-1-1'), 2, 10, one) == [
        '東京都　千代田区', '丸の内1-1-1']


def test_a_line_is_as_wide_as_its_bytes_where_bytes_count():
    assert split_text('千代田区1-1-1ビル', 2, 14, wide) == ['千代田区1-1-1', 'ビル']


@pytest.mark.parametrize('text, position', [
    ('丸の内12番', 4),  # inside a number
    ('丸の内1-1', 4),
    ('丸の内1-1', 5),
    ('丸の内1丁目', 4),  # a number and its counter
    ('一丁目2', 2),
    ('203号室', 4),
    ('ビルー', 2),  # what may not begin a line
    ('キャ', 1),
    ('丸(内)', 2),  # what may not end one
    ('丸(内)', 3),
    ('a b', 1),  # the space goes with the line before it
])
def test_some_places_are_never_torn(text, position):
    assert break_cost(text, position) is None


def test_what_a_break_costs_in_order():
    at = {
        'space': break_cost('丸の内 ビル', 4), 'building': break_cost('1-1丸の内ビル', 3),
        'place': break_cost('東京都千代田区', 3), 'number': break_cost('丸の内12', 3),
        'script': break_cost('南ビル', 1), 'anywhere': break_cost('諏訪', 1)}
    assert break_cost('2番3号', 2) == at['anywhere']
    assert list(at.values()) == sorted(at.values())
    assert len(set(at.values())) == 6


def test_a_name_is_not_torn_when_only_good_breaks_are_wanted():
    text = 'スマートビリングタワー'
    assert split_text(text, 2, 6, one) == ['スマートビリ', 'ングタワー']
    with pytest.raises(FieldError):
        split_text(text, 2, 6, one, worst=SCRIPT)


@pytest.mark.parametrize('text, most, width', [
    ('東京都千代田区丸の内', 1, 5), ('1-2-3-4-5-6', 5, 5), ('東京', 0, 5), ('東京都', 2, 1)])
def test_what_does_not_fit_is_refused(text, most, width):
    with pytest.raises(FieldError) as error:
        split_text(text, most, width, one)
    assert error.value.code == 'address_lines'
    assert error.value.context['remedy'] == 'shorten'


def test_no_address_is_no_line():
    assert split_address(('', '　'), 3, 10, one) == []


addresses = st.lists(st.sampled_from(
    ['東京都', '千代田区', '丸の内', '1-2-3', '12丁目', ' ', '　', 'ビル', 'Tower', '(株)', 'ー', '号室']),
    min_size=1, max_size=12).map(''.join).filter(str.strip)


@settings(deadline=None)
@given(addresses, st.integers(4, 30), st.integers(1, 6))
def test_nothing_is_lost_and_no_line_is_too_wide(text, width, most):
    try:
        lines = split_address([text], most, width, one)
    except FieldError:
        return
    assert len(lines) <= most
    assert all(0 < len(line) <= width for line in lines)
    bare = str.maketrans('', '', SPACES)
    assert ''.join(lines).translate(bare) == text.translate(bare)


@settings(deadline=None)
@given(addresses, st.integers(4, 30))
def test_prose_is_filled_and_nothing_is_lost(text, width):
    try:
        lines = fill_lines(text, 99, width, one)
    except FieldError:
        return
    assert all(len(line) <= width for line in lines)
    bare = str.maketrans('', '', SPACES)
    assert ''.join(lines).translate(bare) == text.translate(bare)


def test_prose_keeps_words_and_marks():
    assert fill_lines('お支払いは、コンビニで。', 2, 6, one) == ['お支払いは、', 'コンビニで。']
    assert fill_lines('今日は、晴れ', 3, 3, one) == ['今日', 'は、晴', 'れ']
    assert fill_lines('abc def', 2, 4, one) == ['abc', 'def']


@pytest.mark.parametrize('text, most, width', [('abcdef', 3, 4), ('東京都千代田区', 1, 4)])
def test_prose_that_does_not_fit_is_refused(text, most, width):
    with pytest.raises(FieldError) as error:
        fill_lines(text, most, width, one)
    assert error.value.code == 'text_lines'

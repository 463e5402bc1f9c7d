"""What stands on a printed slip: bars, digits, texts; and files of many slips."""

import subprocess
import time
import tracemalloc
from dataclasses import replace

import pytest

from odoo.addons.smart_billing.core.errors import FieldError
from odoo.addons.smart_billing_payment_nttf.paper import barcode
from odoo.addons.smart_billing_payment_nttf.paper.slip import SlipBook, render_slip
from odoo.addons.smart_billing_payment_nttf.paper.values import Addressee, Line
from odoo.addons.smart_billing_payment_nttf.wire.slip_code import (
    Slip,
    barcode_digits,
    lower_ocr_line,
    printed_lines,
    upper_ocr_line,
)

from . import campaign, reading
from .samples import largest, page, printed, small

MM = 72 / 25.4
DOT = 72 / 300
INSET = barcode.INSET


# --- bars ---

def test_a_machine_reads_every_slip_at_both_resolutions():
    counts = campaign.run(20, seed=7)
    assert counts['decoded'] == 40
    assert counts['wrong'] == counts['missing'] == 0


def test_the_whole_page_is_read_too(tmp_path):
    one = page()
    [picture] = reading.draw(printed(tmp_path, one), 300, area=None)
    assert reading.read(picture) == barcode_digits(one.issuer, one.slip)


def test_the_campaign_finds_another_slip(tmp_path):
    path = printed(tmp_path, page(1), page(2))
    counts = campaign.Counter()
    right = [barcode_digits(one.issuer, one.slip) for one in (page(1), page(2))]
    campaign.compare(path, [right[0], right[0]], 300, counts)
    assert (counts['decoded'], counts['wrong']) == (2, 1)


def test_bars_without_fnc1_are_no_slip(tmp_path, monkeypatch):
    monkeypatch.setattr(barcode, 'FNC1', '')
    [picture] = reading.draw(printed(tmp_path, page()), 300)
    assert reading.read(picture) is None


def test_bars_stand_on_whole_dots_and_keep_the_guideline(typefaces):
    for number in range(5):
        bars = reading.bars(render_slip(page(number), typefaces))
        assert len(bars) == 25 * 3 + 4
        first, last = bars[0], bars[-1]
        assert (last.left + last.width - first.left) / barcode.MODULE == pytest.approx(288, abs=0.1)
        total = (last.left + last.width - first.left + 20 * barcode.MODULE) / MM
        assert 52 < total <= 60
        for bar in bars:
            assert bar.height / MM >= 10
            for edge in (bar.left - INSET, bar.left + bar.width + INSET):
                assert edge / DOT == pytest.approx(round(edge / DOT), abs=1e-3)
            modules = (bar.width + 2 * INSET) / barcode.MODULE
            assert modules == pytest.approx(round(modules), abs=1e-3)


@pytest.mark.parametrize('sample', [False, True])
def test_nothing_is_drawn_into_the_quiet_zones(tmp_path, typefaces, sample):
    one = page()
    bars = reading.bars(render_slip(one, typefaces))
    [picture] = reading.draw(printed(tmp_path, one, sample=sample), 300, area=None)
    dots = [round(value / DOT) for value in (
        bars[0].left, bars[-1].left + bars[-1].width, bars[0].bottom, bars[0].height)]
    left, right, bottom, height = dots
    top = picture.height - bottom - height
    for side in (picture.crop((left - 20, top, left, top + height)),
                 picture.crop((right, top, right + 20, top + height))):
        assert side.getextrema() == (255, 255)


def test_the_symbol_is_start_c_fnc1_pairs_check_stop():
    code = '91929023252070000010123499900199999900106050'
    assert sum(width for _left, width in barcode.bars(code)) < barcode.MODULES
    left, width = barcode.bars(code)[-1]
    assert left + width == barcode.MODULES
    # Start C is 211232 and FNC1 411131: bars and gaps in turn.
    assert barcode.bars(code)[:6] == [(0, 2), (3, 1), (6, 3), (11, 4), (16, 1), (18, 3)]


@pytest.mark.parametrize('digits', ['1', '12a4'])
def test_what_is_no_pairs_of_digits_is_no_barcode(digits):
    with pytest.raises(FieldError):
        barcode.bars(digits)


# --- digits for machines and people ---

def test_ocr_lines_can_be_read_and_stand_at_ten_an_inch(tmp_path):
    for number in range(5):
        one = page(number)
        found = {word.text: word for word in reading.words(printed(tmp_path, one))}
        for line in (upper_ocr_line(one.issuer, one.slip), lower_ocr_line(one.issuer, one.slip)):
            word = found[line]
            assert (word.right - word.left) / len(line) == pytest.approx(7.2, abs=0.01)


def test_the_digits_below_the_bars_are_those_of_the_bars(tmp_path):
    one = page()
    text = reading.text(printed(tmp_path, one))
    for line in printed_lines(barcode_digits(one.issuer, one.slip)):
        assert line in text


def test_all_fonts_are_in_the_file(tmp_path):
    listing = subprocess.run(['pdffonts', str(printed(tmp_path, page()))], check=True,
                             capture_output=True, text=True).stdout.splitlines()[2:]
    assert len(listing) >= 2
    for line in listing:
        assert line.split()[-5:-2] == ['yes', 'yes', 'yes']  # embedded, subset, with Unicode


def test_a_page_names_no_font_that_the_file_has_not(typefaces):
    data = render_slip(page(), typefaces)
    for where in reading.contents(data):
        assert where.fonts_named <= where.fonts_held


def test_a_rare_kanji_can_be_copied_from_the_file(tmp_path):
    one = small(addressee=Addressee('1000005', ('東京都千代田区丸の内1-1',), ('𠮟之介',)))
    assert '𠮟之介' in reading.text(printed(tmp_path, one))


# --- what people read ---

def test_the_page_says_what_an_invoice_must_say(tmp_path):
    one = small()
    text = reading.text(printed(tmp_path, one))
    for part in ('¥12,345', '2026年10月31日', '2026年10月5日', one.invoice_number,
                 one.customer_number, 'T1234567890123', '対象外', '払込取扱票', '払込受領証',
                 'コンビニエンスストア用', one.postal_account, one.addressee.names[-1]):
        assert part in text


@pytest.mark.parametrize('bearer, said', [('2', True), ('1', False)])
def test_who_bears_the_charge_is_said(tmp_path, bearer, said):
    one = page()
    path = printed(tmp_path, replace(one, issuer=replace(one.issuer, charge_bearer=bearer)))
    assert ('払込料金加入者負担' in reading.text(path)) is said


def test_a_reissue_a_stamp_and_a_sample_are_marked(tmp_path):
    slip = Slip('0678901234565918', 2, None, True, 60_000)
    text = reading.text(printed(tmp_path, small(60_000, slip=slip), sample=True))
    for part in ('再発行(2回目)', '収入印紙 要', '見本', '期限なし'):
        assert part in text
    text = reading.text(printed(tmp_path, small(10_000)))
    for part in ('再発行', '収入印紙 要', '見本', '期限なし'):
        assert part not in text


def test_every_page_of_a_sample_is_marked(tmp_path):
    one = small(20_000, lines=tuple(Line('回線', 1_000) for _ in range(20)))
    path = printed(tmp_path, one, sample=True)
    for number in (1, 2):
        assert '見本' in [word.text for word in reading.words(path, number)]


def test_over_the_limit_there_is_a_bank_account_and_no_barcode(tmp_path):
    path = printed(tmp_path, small(300_001))
    text = reading.text(path)
    for part in ('お振込先', 'みずほ銀行', '普通 1234567', '¥300,001'):
        assert part in text
    assert '払込取扱票' not in text
    [picture] = reading.draw(path, 300, area=None)
    assert reading.read(picture) is None


def test_without_a_postal_account_there_are_no_ocr_lines(tmp_path):
    one = small(postal_account='')
    path = printed(tmp_path, one)
    assert '口座記号番号' not in reading.text(path)
    assert not [word for word in reading.words(path) if len(word.text) in (39, 44)]
    [picture] = reading.draw(path, 300)
    assert reading.read(picture)


@pytest.mark.parametrize('make', [page, largest, small, lambda: small(999_999_999)])
def test_no_text_lies_over_another(tmp_path, make):
    found = reading.words(printed(tmp_path, make()))
    for index, one in enumerate(found):
        for other in found[index + 1:]:
            width = min(one.right, other.right) - max(one.left, other.left)
            # Boxes of words are higher than their letters: a line may touch the next one.
            height = min(one.bottom, other.bottom) - max(one.top, other.top)
            lower = min(one.bottom - one.top, other.bottom - other.top)
            assert width < 0.5 or height < 0.25 * lower, (one, other)


def test_all_texts_stay_on_the_sheet(tmp_path):
    for word in reading.words(printed(tmp_path, largest())):
        assert 5 * MM < word.left and word.right < 205 * MM
        assert 5 * MM < word.top and word.bottom < 294 * MM


def test_many_lines_go_on_further_pages_in_full(tmp_path):
    lines = tuple(Line(f'回線{number:03}', 1_000) for number in range(100))
    one = small(100_000, lines=lines)
    path = printed(tmp_path, one, page(1))
    info = subprocess.run(['pdfinfo', str(path)], check=True, capture_output=True, text=True)
    assert 'Pages:           5' in info.stdout
    text = reading.text(path)
    assert all(line.text in text for line in lines)
    assert 'ほか91件(すべての明細は次ページ)' in text
    first = ''.join(word.text for word in reading.words(path, 1))
    assert '回線008' in first and '回線009' not in first and '91,000' in first


# --- many ---

def test_the_same_slips_are_the_same_bytes(typefaces):
    assert render_slip(page(), typefaces) == render_slip(page(), typefaces)


class Counted:
    """A stream that keeps nothing."""

    size = 0

    def write(self, data):
        self.size += len(data)


def test_fifty_pages_a_second_and_more(typefaces):
    pages = [page(number) for number in range(150)]
    start = time.process_time()
    with SlipBook(Counted(), typefaces) as book:
        for one in pages:
            book.add(one)
    assert book.pages / (time.process_time() - start) >= 50


def test_memory_does_not_grow_with_the_file(typefaces):
    stream = Counted()
    pages = [page(number) for number in range(40)]
    with SlipBook(stream, typefaces) as book:
        for one in pages:
            book.add(one)
        tracemalloc.start()
        before = stream.size
        for one in pages * 5:
            book.add(one)
        kept, _peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        written = stream.size - before
    assert written > 200 * 2_000
    assert kept < 200 * 2_000  # of a page: its number, its place and its reference

"""What stands on a printed slip: bars, digits, texts, and what is refused."""

import io
import random
import subprocess
import time
import tracemalloc
from dataclasses import replace
from datetime import date

import pytest

from odoo.addons.smart_billing.core.errors import FieldError
from odoo.addons.smart_billing_payment_nttf.paper import barcode
from odoo.addons.smart_billing_payment_nttf.paper.fonts import load_typefaces
from odoo.addons.smart_billing_payment_nttf.paper.slip import SlipBook, render_slip
from odoo.addons.smart_billing_payment_nttf.paper.values import Addressee, Line, TaxTotal
from odoo.addons.smart_billing_payment_nttf.wire.slip_code import (
    Slip,
    barcode_digits,
    lower_ocr_line,
    printed_lines,
    upper_ocr_line,
)

from . import campaign, generate, reading

MM = 72 / 25.4
DOT = 72 / 300
INSET = barcode.INSET


@pytest.fixture(scope='session')
def typefaces():
    return load_typefaces()


def page(number=0, **changes):
    return replace(generate.page(random.Random(f'test/{number}')), **changes)


def small(amount=12_345, **changes):
    """A slip over one untaxed line, so that its sums hold for any amount."""
    slip = Slip('0678901234565918', 0, date(2026, 10, 31), False, amount)
    return page(**{'slip': slip, 'lines': (Line('年会費', amount),),
                   'taxes': (TaxTotal('対象外', amount, 0),), **changes})


def largest():
    """Every place filled as far as it goes."""
    names = ('株式会社日本電信請求サービス東日本支社', 'カスタマーサービス本部 経理第二部', '勅使河原 健一郎左衛門')
    address = ('北海道虻田郡倶知安町字ニセコひらふ一条四丁目123番地の45',
               'スマートビリングタワーウエストウイングアネックス 1205号室')
    name = 'クラウドバックアップサービス 大容量プラン'
    lines = (*(Line(f'{name} {number}番目', 1_234_567, '1,000', True) for number in range(9)),
             Line('調整', -10_880_000))
    net = sum(line.amount for line in lines)
    return page(
        addressee=Addressee('0440080', address, names),
        slip=Slip('0678901234565918', 9, date(2026, 10, 31), True, net + 10_000),
        lines=lines, taxes=(TaxTotal('8%対象(軽減)', net, 8_000), TaxTotal('10%対象', 0, 2_000),
                            TaxTotal('非課税', 0, 0), TaxTotal('不課税', 0, 0)),
        messages=(*generate.MESSAGES, '期限を過ぎた払込票はお取り扱いできません。'),
        postal_account='00150-9-058401')


def printed(tmp_path, *pages, sample=False):
    path = tmp_path / 'slips.pdf'
    with path.open('wb') as stream, SlipBook(stream, load_typefaces(), sample=sample) as book:
        for one in pages:
            book.add(one)
    return path


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


# --- what does not fit ---

def refusal(one, typefaces):
    with pytest.raises(FieldError) as error:
        render_slip(one, typefaces)
    assert error.value.context['record'] == one.invoice_number
    return error.value


@pytest.mark.parametrize('address', [
    ('東京都千代田区' + 'とても長い名前の通り' * 12,),
    ('1-2-3-' * 30,),
])
def test_an_address_that_does_not_fit_is_refused(typefaces, address):
    one = page(addressee=Addressee('1000005', address, ('山田 太郎',)))
    error = refusal(one, typefaces)
    assert error.code == 'too_many_lines'
    assert error.context['field'] == 'address'
    assert error.context['remedy'] == 'shorten'


@pytest.mark.parametrize('changes, code, field', [
    ({'addressee': Addressee('1000005', ('東京都',), ('長' * 40,))}, 'too_wide', 'name'),
    ({'addressee': Addressee('1000005', ('東京都',), ())}, 'missing', 'name'),
    ({'addressee': Addressee('1000005', ('東京都',), ('',))}, 'missing', 'address'),
    ({'addressee': Addressee('1000005', ('',), ('山田',))}, 'missing', 'address'),
    ({'addressee': Addressee('1000005', ('東京都',), ('a', 'b', 'c', 'd'))}, 'too_many_lines',
     'name'),
    ({'addressee': Addressee('100000', ('東京都',), ('山田',))}, 'postal_code', 'postal_code'),
    ({'addressee': Addressee('1000005', ('東京都',), ('𠮷田',))}, 'no_glyph', 'name'),
    ({'addressee': Addressee('1000005', ('東京都🏠',), ('山田',))}, 'no_glyph', 'address'),
    ({'postal_account': '12345'}, 'postal_account', 'postal_account'),
    ({'account_holder': '名' * 80}, 'too_wide', 'account_holder'),
    ({'messages': ('長' * 400,)}, 'too_many_lines', 'messages'),
    ({'messages': ('x' * 400,)}, 'too_many_lines', 'messages'),
    ({'title': '題' * 60}, 'too_wide', 'title'),
    ({'lines': (Line('長' * 90, 12_345),)}, 'too_wide', 'line_text'),
    ({'lines': (Line('年会費', 12_345, '1' * 40),)}, 'too_wide', 'line_quantity'),
    ({'lines': (Line('年会費', 12_344),)}, 'sums_differ', 'lines'),
    ({'lines_with_tax': True, 'lines': (Line('年会費', 12_344),)}, 'sums_differ', 'lines'),
    ({'lines_with_tax': True, 'lines': (Line('年会費', 11_223),),
      'taxes': (TaxTotal('10%対象', 11_223, 1_122),)}, 'sums_differ', 'lines'),
    ({'taxes': (TaxTotal('10%対象', 12_345, 1),)}, 'sums_differ', 'taxes'),
    ({'lines': (Line('年会費', 1),) * 12_344 + (Line('長' * 90, 1),)}, 'too_wide', 'line_text'),
    ({'taxes': (TaxTotal('対象外', 12_345, 0),) + (TaxTotal('対象外', 0, 0),) * 4},
     'too_many_lines', 'taxes'),
])
def test_what_does_not_fit_is_refused_with_its_field(typefaces, changes, code, field):
    error = refusal(small(**changes), typefaces)
    assert (error.code, error.context['field']) == (code, field)


def test_lines_with_tax_make_the_whole_amount(typefaces):
    taxes = (TaxTotal('10%対象', 11_223, 1_122),)
    assert render_slip(small(lines_with_tax=True, taxes=taxes), typefaces)


def test_over_the_limit_without_a_bank_account_is_refused(typefaces):
    assert refusal(small(300_001, transfer=None), typefaces).code == 'transfer_missing'


def test_a_refused_slip_leaves_no_trace(tmp_path):
    good, other = page(1), page(2)
    bad = replace(other, addressee=Addressee('1000005', ('東京都',), ('貂' * 60,)))
    worse = replace(other, sender=replace(other.sender, name='貂' * 60))
    path = tmp_path / 'slips.pdf'
    with path.open('wb') as stream, SlipBook(stream, load_typefaces()) as book:
        for refused in (worse, bad):
            with pytest.raises(FieldError):
                book.add(refused)
            assert (book.slips, book.pages) == (0, 0)
        book.add(good)
        with pytest.raises(FieldError):
            book.add(bad)
        book.add(other)
    assert (book.slips, book.pages) == (2, 2)
    assert '貂' not in reading.text(path)
    digits = [reading.read(picture) for picture in reading.draw(path, 300)]
    assert digits == [barcode_digits(one.issuer, one.slip) for one in (good, other)]


@pytest.mark.parametrize('spoil', [
    lambda good: replace(good, sender=replace(good.sender, contact='x' * 200)),
    lambda good: replace(good, account_holder='x' * 200),
    lambda good: replace(good, messages=good.messages + ('長' * 400,)),
])
def test_a_page_begun_in_vain_leaves_the_file_as_if_it_had_not_been(typefaces, spoil):
    good, stream = page(1), io.BytesIO()
    with SlipBook(stream, typefaces) as book:
        with pytest.raises(FieldError):
            book.add(spoil(good))
        book.add(good)
    assert stream.getvalue() == render_slip(good, typefaces)


def test_a_book_that_breaks_off_is_not_ended():
    stream = io.BytesIO()
    with pytest.raises(ZeroDivisionError), SlipBook(stream, load_typefaces()) as book:
        book.add(page())
        raise ZeroDivisionError
    assert b'%%EOF' not in stream.getvalue()


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

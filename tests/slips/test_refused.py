"""What is not printed: texts that do not fit, sums that differ, and what is left of them."""

import io
from dataclasses import replace

import pytest

from odoo.addons.smart_billing.core.errors import FieldError
from odoo.addons.smart_billing_payment_nttf.paper.fonts import load_typefaces
from odoo.addons.smart_billing_payment_nttf.paper.slip import SlipBook, render_slip
from odoo.addons.smart_billing_payment_nttf.paper.values import Addressee, Line, TaxTotal
from odoo.addons.smart_billing_payment_nttf.wire.slip_code import barcode_digits

from . import reading
from .samples import page, small


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

"""Which font slips are printed with, and what is said when there is none."""

import subprocess
from pathlib import Path

import pytest

from odoo.addons.smart_billing_payment_nttf.paper import fonts
from odoo.addons.smart_billing_payment_nttf.paper.fonts import FontError, find_font, load_typefaces

from tools import ocr_font


@pytest.fixture
def folder(tmp_path):
    return lambda *names: [tmp_path.joinpath(name).touch() for name in names] and (str(tmp_path),)


def test_the_font_with_the_kanji_of_names_comes_first(folder):
    assert find_font(folder('ipag.ttf', 'ipaexg.ttf', 'msgothic.ttc')).name == 'ipaexg.ttf'


def test_fonts_are_found_in_folders_of_folders(tmp_path):
    (tmp_path / 'opentype' / 'ipa').mkdir(parents=True)
    (tmp_path / 'opentype' / 'ipa' / 'ipag.ttf').touch()
    assert find_font((str(tmp_path),)).name == 'ipag.ttf'


def test_a_machine_without_a_font_is_told_which_to_install(tmp_path, monkeypatch):
    with pytest.raises(FontError) as error:
        find_font((str(tmp_path), str(tmp_path / 'none')))
    assert error.value.code == 'font_missing'
    assert error.value.context['package'] == 'fonts-ipaexfont'
    assert error.value.context['remedy'] == 'install_font'


def test_this_machine_has_a_font_for_slips():
    faces = load_typefaces()
    assert faces.characters.issuperset(map(ord, '円様御中〒髙﨑𠮟'))
    assert load_typefaces() is faces  # parsed once


def noto():
    listing = subprocess.run(['fc-list', 'Noto Sans CJK JP', 'file'], check=True,
                             capture_output=True, text=True).stdout
    return listing.partition(':')[0]


@pytest.mark.parametrize('path, code', [
    ('/nowhere/font.ttf', 'font_not_found'),
    (__file__, 'font_unusable'),
    (str(fonts.OCR_FONT), 'font_not_japanese'),
])
def test_a_font_that_cannot_print_slips_is_refused_with_its_path(path, code):
    with pytest.raises(FontError) as error:
        load_typefaces(path)
    assert error.value.code == code
    assert error.value.context['path'] == path


def test_a_font_with_postscript_outlines_is_refused_with_the_reason():
    path = noto()
    if not path:
        pytest.skip('Noto CJK is not on this machine')
    with pytest.raises(FontError) as error:
        load_typefaces(path)
    assert error.value.code == 'font_unusable'
    assert 'postscript outlines' in error.value.context['reason']


def test_the_digits_for_machines_are_those_of_ocr_b():
    source = ocr_font.source_path()
    if not source:
        pytest.skip('fonts-ocr-b is not on this machine')
    assert Path(fonts.OCR_FONT).read_bytes() == ocr_font.build(source)

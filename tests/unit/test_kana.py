"""Conversion of names to the bank character set (全銀カナ)."""

import jaconv
import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.smart_billing.core import kana
from odoo.addons.smart_billing.core.errors import KanaError
from odoo.addons.smart_billing.core.kana import (
    BANK_NAME,
    EDI,
    PARTY_NAME,
    PAYROLL,
    check_characters,
    corporate_abbreviation,
    fit,
    to_zengin_kana,
)

CLASSES = [BANK_NAME, PARTY_NAME, PAYROLL, EDI]
SMALL = 'ァィゥェォッャュョヮヵヶ'
CONVERTIBLE = ''.join(map(chr, [*range(0x3041, 0x3097), *range(0x30A1, 0x30F7)])) + (
    'ー・（）－．　 ｱｶﾞﾊﾟｧｯｰ･AZaz09ＡＺａｚ０９()-.')


def refusal(function, *args, **options):
    with pytest.raises(KanaError) as caught:
        function(*args, **options)
    return caught.value


# Vectors of public libraries: the same input must give the same bytes.

@pytest.mark.parametrize(('text', 'expected'), [
    ('ぁぃぅぇぉっゃゅょゎゕゖ', 'ｱｲｳｴｵﾂﾔﾕﾖﾜｶｹ'),
    ('ァィゥェォッャュョヮヵヶ', 'ｱｲｳｴｵﾂﾔﾕﾖﾜｶｹ'),
    ('ｧｨｩｪｫｯｬｭｮ', 'ｱｲｳｴｵﾂﾔﾕﾖ'),
    ('わゐゑをんゔ', 'ﾜｲｴｦﾝｳﾞ'),
    ('キャノン', 'ｷﾔﾉﾝ'),
    ('ー', '-'),
    ('ｰ', '-'),
    ('がぱガパヴ', 'ｶﾞﾊﾟｶﾞﾊﾟｳﾞ'),
    ('ａｂｃａbｃ', 'ABCABC'),
    ('０１２（）－．／￥「」', '012()-./\\｢｣'),
    ('¥＼\\', '\\\\\\'),
    ('ヤマダ\u3000タロウ\tジュニア', 'ﾔﾏﾀﾞ ﾀﾛｳ ｼﾞﾕﾆｱ'),
])
def test_published_vectors_convert_as_published(text, expected):
    assert to_zengin_kana(text, EDI) == expected


@pytest.mark.parametrize('hyphen', 'ーｰ－‐‑‒–—―−-')
def test_every_long_mark_and_dash_becomes_the_one_legal_hyphen(hyphen):
    assert to_zengin_kana(f'サ{hyphen}ビス', BANK_NAME) == 'ｻ-ﾋﾞｽ'


def test_a_decomposed_mark_is_the_same_as_a_composed_one():
    assert to_zengin_kana('か\u3099は\u309aカ゛ハ゜', PARTY_NAME) == 'ｶﾞﾊﾟｶﾞﾊﾟ'


@given(st.text('アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン'
               'ガギグゲゴザジズゼゾダヂヅデドバビブベボパピプペポヴ0１２AＺ'))
def test_the_mechanical_part_agrees_with_another_library(text):
    assert to_zengin_kana(text, EDI) == jaconv.z2h(text, ascii=True, digit=True)


@pytest.mark.parametrize('text', ['ヷ', 'ワ゛', 'ア゛', 'ン゜', 'カ゜', 'ナ゛', '゛', 'ｶﾞﾞ'])
def test_a_voiced_mark_stands_only_where_it_sounds(text):
    assert refusal(to_zengin_kana, text, EDI).code in ('kana_mark', 'kana_character')


@pytest.mark.parametrize(('mark', 'rows'), [('ﾞ', 'ｳｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾊﾋﾌﾍﾎ'), ('ﾟ', 'ﾊﾋﾌﾍﾎ')])
def test_voiced_marks_follow_exactly_their_rows(mark, rows):
    def legal(base):
        try:
            return check_characters(base + mark, PARTY_NAME)
        except KanaError:
            return False
    assert [base for base in kana.HALF_KANA if legal(base)] == list(rows)


@pytest.mark.parametrize('character', '山々〇㈱')
def test_kanji_are_refused_with_character_and_position(character):
    error = refusal(to_zengin_kana, f'ガス{character}', PARTY_NAME)
    assert error.code == 'kana_kanji'
    assert error.context == {'character': character, 'position': 3, 'field_class': 'party_name'}


@pytest.mark.parametrize('character', '、。，,~ゝ\n😀é')
def test_other_characters_are_refused_by_name(character):
    error = refusal(to_zengin_kana, f'アア{character}ア', EDI)
    assert (error.code, error.context['character']) == ('kana_character', character)


# Field classes

@pytest.mark.parametrize(('field_class', 'symbols'), [
    (BANK_NAME, '-'), (PARTY_NAME, '()-.'), (PAYROLL, ''), (EDI, '\\｢｣()-/.')])
def test_each_class_takes_its_own_symbols_and_no_others(field_class, symbols):
    candidates = [chr(code) for code in [*range(0x21, 0x7F), *range(0xFF61, 0xFF66)]
                  if not chr(code).isalnum()]
    pattern = kana.legal_pattern(field_class)
    assert {one for one in candidates if pattern.fullmatch(one)} == set(symbols)


@pytest.mark.parametrize(('field_class', 'legal'), [
    (BANK_NAME, True), (PARTY_NAME, True), (PAYROLL, False), (EDI, True)])
def test_payroll_names_have_no_letters(field_class, legal):
    assert bool(kana.legal_pattern(field_class).fullmatch('ABC 019')) is legal
    assert kana.legal_pattern(field_class).fullmatch('ﾔﾏﾀﾞ 019')


@pytest.mark.parametrize('field_class', CLASSES)
def test_small_kana_and_the_long_mark_are_legal_nowhere(field_class):
    pattern = kana.legal_pattern(field_class)
    assert not any(pattern.fullmatch(one) for one in 'ｧｨｩｪｫｬｭｮｯｰ')


def test_check_names_the_first_illegal_character():
    error = refusal(check_characters, 'ｶ)ｱ/ｲ,', PARTY_NAME)
    assert (error.context['character'], error.context['position']) == ('/', 4)


def test_wo_is_legal_in_edi_information_alone():
    assert check_characters('ｦ', EDI) == 'ｦ'
    assert refusal(check_characters, 'ｱｦ', PARTY_NAME).code == 'kana_wo'
    assert refusal(to_zengin_kana, 'を', BANK_NAME).code == 'kana_wo'


# Policies of an agent

def test_wo_becomes_o_where_the_policy_says_so_and_wo_is_not_legal():
    assert to_zengin_kana('カヲル', PARTY_NAME, wo='o') == 'ｶｵﾙ'
    assert to_zengin_kana('カヲル', EDI, wo='o') == 'ｶｦﾙ'
    assert to_zengin_kana('カヲル', PARTY_NAME, wo='o', symbols='extended') == 'ｶｦﾙ'


def test_middle_dot_becomes_a_space_unless_the_policy_says_full_stop():
    assert to_zengin_kana('ジョン・スミス', PARTY_NAME) == 'ｼﾞﾖﾝ ｽﾐｽ'
    assert to_zengin_kana('ジョン･スミス', PARTY_NAME, middle_dot='.') == 'ｼﾞﾖﾝ.ｽﾐｽ'


def test_symbol_variants_widen_and_narrow_party_names_only():
    assert check_characters('｢ｱ｣/ｦ', PARTY_NAME, symbols='extended')
    assert refusal(check_characters, 'ｱ.', PARTY_NAME, symbols='minimal').code == 'kana_character'
    assert refusal(check_characters, '/', BANK_NAME, symbols='extended').code == 'kana_character'


def test_spaces_around_a_name_are_not_part_of_it():
    assert to_zengin_kana('　ヤマダ　', PARTY_NAME) == 'ﾔﾏﾀﾞ'


# Properties

@given(st.text(CONVERTIBLE))
def test_conversion_leaves_its_own_output_alone(text):
    try:
        once = to_zengin_kana(text, PARTY_NAME, wo='o')
    except KanaError:
        return  # a mark without its kana
    assert to_zengin_kana(once, PARTY_NAME) == once
    assert check_characters(once, PARTY_NAME) == once


@given(st.text(), st.sampled_from(CLASSES))
def test_any_text_is_converted_to_legal_bytes_or_refused_in_place(text, field_class):
    try:
        converted = to_zengin_kana(text, field_class)
    except KanaError as error:
        assert text[error.context['position'] - 1] == error.context['character']
    else:
        assert len(converted.encode('cp932')) == len(converted)
        check_characters(converted, field_class)


# Length

def test_a_text_that_fits_is_returned_as_it_is():
    assert fit('ｶﾞｽ', 3) == 'ｶﾞｽ'


def test_a_text_too_long_is_refused_with_both_lengths():
    error = refusal(fit, 'ｶﾞｽ', 2)
    assert error.code == 'kana_too_long'
    assert error.context == {'length': 2, 'value_length': 3}


@pytest.mark.parametrize(('text', 'length', 'expected'), [
    ('ｱｶﾞｽ', 2, 'ｱ'), ('ｱｶﾞｽ', 3, 'ｱｶﾞ'), ('ｱﾊﾟｽ', 2, 'ｱ'), ('ｱ ﾊﾟ', 2, 'ｱ'), ('ABC', 2, 'AB')])
def test_a_cut_never_parts_a_kana_from_its_mark(text, length, expected):
    assert fit(text, length, truncate=True) == expected


# Companies (法人略語)

@pytest.mark.parametrize(('name', 'expected'), [
    ('株式会社ココキカク', 'ｶ)ｺｺｷｶｸ'),
    ('ココキカク株式会社', 'ｺｺｷｶｸ(ｶ'),
    ('一般社団法人ニホン', 'ｼﾔ)ﾆﾎﾝ'),
    ('ココキカク株式会社 オオサカ営業所', 'ｺｺｷｶｸ(ｶ) ｵｵｻｶ(ｴｲ'),
    ('ケイヨウギンコウ株式会社チバシテン', 'ｹｲﾖｳｷﾞﾝｺｳ(ｶ)ﾁﾊﾞｼﾃﾝ'),
])
def test_published_company_names_are_abbreviated_as_published(name, expected):
    assert corporate_abbreviation(name) == expected


@pytest.mark.parametrize('name', ['株式会社　ココ', '㈱ココ', '(株)ココ', '（株） ココ',
                                  'カブシキガイシャ ココ', 'カブシキカイシャココ'])
def test_all_ways_to_write_the_form_give_one_abbreviation_without_a_space(name):
    assert corporate_abbreviation(name) == 'ｶ)ｺｺ'


@pytest.mark.parametrize(('form', 'short'), [
    ('有限会社', 'ﾕ'), ('合名会社', 'ﾒ'), ('合資会社', 'ｼ'), ('合同会社', 'ﾄﾞ'), ('医療法人', 'ｲ'),
    ('医療法人社団', 'ｲ'), ('医療法人財団', 'ｲ'), ('公益財団法人', 'ｻﾞｲ'), ('公益社団法人', 'ｼﾔ'),
    ('宗教法人', 'ｼﾕｳ'), ('学校法人', 'ｶﾞｸ'), ('社会福祉法人', 'ﾌｸ'), ('更生保護法人', 'ﾎｺﾞ'),
    ('相互会社', 'ｿ'), ('特定非営利活動法人', 'ﾄｸﾋ'), ('独立行政法人', 'ﾄﾞｸ'),
    ('地方独立行政法人', 'ﾁﾄﾞｸ'), ('弁護士法人', 'ﾍﾞﾝ'), ('有限責任中間法人', 'ﾁﾕｳ'),
    ('無限責任中間法人', 'ﾁﾕｳ'), ('行政書士法人', 'ｷﾞﾖ'), ('司法書士法人', 'ｼﾎｳ'),
    ('税理士法人', 'ｾﾞｲ'), ('国立大学法人', 'ﾀﾞｲ'), ('公立大学法人', 'ﾀﾞｲ'), ('農事組合法人', 'ﾉｳ'),
    ('管理組合法人', 'ｶﾝﾘ'), ('社会保険労務士法人', 'ﾛｳﾑ'),
])
def test_a_form_is_bracketed_by_its_place(form, short):
    assert corporate_abbreviation(f'{form}アア') == f'{short})ｱｱ'
    assert corporate_abbreviation(f'アア {form}') == f'ｱｱ({short}'
    assert corporate_abbreviation(f'アア{form}イイ') == f'ｱｱ({short})ｲｲ'


def test_a_branch_office_is_abbreviated_at_the_end():
    assert corporate_abbreviation('㈲アア出張所') == 'ﾕ)ｱｱ(ｼﾕﾂ'


def test_kinds_of_business_are_shortened_without_brackets():
    assert corporate_abbreviation('アア農業協同組合連合会') == 'ｱｱﾉｳｷﾖｳﾚﾝ'
    assert corporate_abbreviation('アア生命保険相互会社') == 'ｱｱｾｲﾒｲ(ｿ'


def test_the_name_of_a_person_is_only_converted():
    assert corporate_abbreviation('やまだ　たろう') == 'ﾔﾏﾀﾞ ﾀﾛｳ'


def test_an_abbreviated_name_stays_as_it_is():
    assert corporate_abbreviation('ｶ)ｺｺｷｶｸ') == 'ｶ)ｺｺｷｶｸ'


def test_policies_reach_the_conversion():
    assert corporate_abbreviation('株式会社カヲル・アア', wo='o', middle_dot='.') == 'ｶ)ｶｵﾙ.ｱｱ'


def test_a_legal_form_without_a_name_is_refused():
    assert refusal(corporate_abbreviation, '株式会社').code == 'kana_name_missing'


def test_a_kanji_in_a_company_name_is_placed_in_what_was_typed():
    error = refusal(corporate_abbreviation, '株式会社ココ企画')
    assert (error.context['character'], error.context['position']) == ('企', 7)

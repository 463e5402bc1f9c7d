"""Names in the bank character set (全銀カナ): JIS X 0201, one byte a character.

What is legal differs by field class (Zengin appendix 1). Conversion does what is mechanical and
nothing more: a kanji is refused, because its reading would be a guess.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

from .errors import KanaError


class CharacterClass(NamedTuple):
    """Legal characters of one kind of field."""

    name: str
    letters: bool
    symbols: str
    wo: bool  # ｦ


BANK_NAME = CharacterClass('bank_name', letters=True, symbols='-', wo=False)
PARTY_NAME = CharacterClass('party_name', letters=True, symbols='()-.', wo=False)
PAYROLL = CharacterClass('payroll', letters=False, symbols='', wo=False)
EDI = CharacterClass('edi', letters=True, symbols='\\｢｣()-/.', wo=True)

# Banks disagree on party names: some follow the association's revision and take the eight EDI
# symbols and ｦ, some refuse even the full stop. An agent's profile names one of these variants.
SYMBOL_VARIANTS = {
    'strict': PARTY_NAME,
    'extended': EDI._replace(name='party_name'),
    'minimal': PARTY_NAME._replace(symbols='()-'),
}

FULL_KANA = 'アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワンヲ'
HALF_KANA = 'ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜﾝｦ'
# Small kana have no legal byte; the old ヰ ヱ are written as their modern sounds.
REPLACED_KANA = dict(zip('ァィゥェォッャュョヮヵヶヰヱｧｨｩｪｫｯｬｭｮ', 'アイウエオツヤユヨワカケイエアイウエオツヤユヨ'))
# The long mark ｰ (0xB0) is legal in no class: it becomes a hyphen, as do all look-alikes.
HYPHENS = 'ーｰ－‐‑‒–—―−'
MARKS = {'ﾞ': 'ﾞ', 'ﾟ': 'ﾟ', '゛': 'ﾞ', '゜': 'ﾟ', '\u3099': 'ﾞ', '\u309a': 'ﾟ'}
SYMBOLS = dict(zip('（）．／￥¥＼「」\u3000\t', '()./\\\\\\｢｣  '))
MIDDLE_DOTS = '・･'

_VOICED = 'ｳｶ-ﾄﾊ-ﾎ'
_SEMIVOICED = 'ﾊ-ﾎ'
_MARKED = re.compile(f'[{_VOICED}]ﾞ|[{_SEMIVOICED}]ﾟ')


def _half_width(char: str) -> str:
    """Return the half-width form of one kana, its voiced mark apart."""
    base, *mark = unicodedata.normalize('NFD', char)
    base = REPLACED_KANA.get(base, base)
    return HALF_KANA[FULL_KANA.index(base)] + ''.join(MARKS[one] for one in mark)


@cache
def _conversions() -> dict[str, str]:
    """Return the mechanical part of the conversion, character by character."""
    table = {char: _half_width(char) for char in REPLACED_KANA}
    for code in range(ord('ァ'), ord('ヶ') + 1):
        table[chr(code)] = _half_width(chr(code))
        table[chr(code - 0x60)] = table[chr(code)]  # the hiragana of the same sound
    for code in range(0x21, 0x7F):
        table[chr(code)] = table[chr(code + 0xFEE0)] = chr(code).upper()
    return table | dict.fromkeys(HYPHENS, '-') | MARKS | SYMBOLS


def resolve_class(field_class: CharacterClass, symbols: str = 'strict') -> CharacterClass:
    """Return the class after an agent's variant; only party names vary."""
    return SYMBOL_VARIANTS[symbols] if field_class.name == PARTY_NAME.name else field_class


@cache
def legal_pattern(field_class: CharacterClass) -> re.Pattern:
    """Return the pattern that a whole text of this class matches."""
    letters = 'A-Z' if field_class.letters else ''
    wo = 'ｦ' if field_class.wo else ''
    singles = f'[ｱ-ﾝ{wo}{letters}0-9 {re.escape(field_class.symbols)}]'
    return re.compile(f'(?:{singles}+|(?<=[{_VOICED}])ﾞ|(?<=[{_SEMIVOICED}])ﾟ)*')


def check_characters(text: str, field_class: CharacterClass, *, symbols: str = 'strict') -> str:
    """Return the text if every character is legal, else raise naming the first that is not."""
    legal = legal_pattern(resolve_class(field_class, symbols))
    end = legal.match(text).end()
    if end < len(text):
        raise _refusal(text, end, text[end], resolve_class(field_class, symbols))
    return text


def to_zengin_kana(text: str, field_class: CharacterClass, *, middle_dot: str = ' ',
                   wo: str = 'refuse', symbols: str = 'strict') -> str:
    """Convert a name to the bank character set of a field class, or refuse it.

    :param middle_dot: what 「・」 becomes: a space, or '.' for the banks that print it so
    :param wo: what ｦ becomes where it is not legal: 'refuse', or 'o' for ｵ
    :param symbols: the agent's variant of the class, a key of SYMBOL_VARIANTS
    """
    target = resolve_class(field_class, symbols)
    output = []
    origin = []
    for index, part in _convert(text, middle_dot):
        if part == 'ｦ' and wo == 'o' and not target.wo:
            part = 'ｵ'
        output.append(part)
        origin.extend([index] * len(part))
    converted = ''.join(output)
    end = legal_pattern(target).match(converted).end()
    if end < len(converted):
        raise _refusal(text, origin[end], converted[end], target)
    return converted.strip(' ')


def _convert(text: str, middle_dot: str) -> Iterator[tuple[int, str]]:
    table = _conversions()
    for index, char in enumerate(text):
        if char in MIDDLE_DOTS:
            yield index, middle_dot
        else:
            yield index, table.get(char, char)


def _refusal(text: str, index: int, written: str, field_class: CharacterClass) -> KanaError:
    """Say why a character is not legal: the remedy differs."""
    char = text[index]
    if written in 'ﾞﾟ':
        code = 'kana_mark'
    elif written == 'ｦ':
        code = 'kana_wo'
    elif 'IDEOGRAPH' in unicodedata.name(char, '') and unicodedata.category(char)[0] in 'LNS':
        code = 'kana_kanji'
    else:
        code = 'kana_character'
    return KanaError(code, character=char, position=index + 1, field_class=field_class.name)


def fit(text: str, length: int, *, truncate: bool = False) -> str:
    """Return a converted text that fits its field; cut it only when allowed.

    A cut never parts a kana from its voiced mark: ガ is two bytes.
    """
    if len(text) <= length:
        return text
    if not truncate:
        raise KanaError('kana_too_long', length=length, value_length=len(text))
    end = length - 1 if _MARKED.fullmatch(text[length - 1:length + 1]) else length
    return text[:end].rstrip(' ')


# Legal forms (法人略語). Bracketed by their place: ``ｶ)`` in front, ``(ｶ`` at the end, ``(ｶ)`` between.
LEGAL_FORMS = {
    '株式会社': 'ｶ', '有限会社': 'ﾕ', '合名会社': 'ﾒ', '合資会社': 'ｼ', '合同会社': 'ﾄﾞ',
    '㈱': 'ｶ', '(株)': 'ｶ', '（株）': 'ｶ', '㈲': 'ﾕ', '(有)': 'ﾕ', '（有）': 'ﾕ',
    '医療法人': 'ｲ', '医療法人社団': 'ｲ', '医療法人財団': 'ｲ', '社会医療法人': 'ｲ',
    '財団法人': 'ｻﾞｲ', '一般財団法人': 'ｻﾞｲ', '公益財団法人': 'ｻﾞｲ',
    '社団法人': 'ｼﾔ', '一般社団法人': 'ｼﾔ', '公益社団法人': 'ｼﾔ',
    '宗教法人': 'ｼﾕｳ', '学校法人': 'ｶﾞｸ', '社会福祉法人': 'ﾌｸ', '更生保護法人': 'ﾎｺﾞ',
    '相互会社': 'ｿ', '特定非営利活動法人': 'ﾄｸﾋ', '独立行政法人': 'ﾄﾞｸ',
    '地方独立行政法人': 'ﾁﾄﾞｸ', '弁護士法人': 'ﾍﾞﾝ',
    '有限責任中間法人': 'ﾁﾕｳ', '無限責任中間法人': 'ﾁﾕｳ',
    '行政書士法人': 'ｷﾞﾖ', '司法書士法人': 'ｼﾎｳ', '税理士法人': 'ｾﾞｲ',
    '国立大学法人': 'ﾀﾞｲ', '公立大学法人': 'ﾀﾞｲ', '農事組合法人': 'ﾉｳ',
    '管理組合法人': 'ｶﾝﾘ', '社会保険労務士法人': 'ﾛｳﾑ',
    '営業所': 'ｴｲ', '出張所': 'ｼﾕﾂ',
}
# The five companies are also entered by their reading.
LEGAL_FORMS |= {
    reading + kaisha: LEGAL_FORMS[form]
    for reading, form in (('カブシキ', '株式会社'), ('ユウゲン', '有限会社'), ('ゴウメイ', '合名会社'),
                          ('ゴウシ', '合資会社'), ('ゴウドウ', '合同会社'))
    for kaisha in ('ガイシャ', 'カイシャ')
}
# Kinds of business (事業略語): the word alone is shortened, without brackets.
BUSINESS_WORDS = {
    '連合会': 'ﾚﾝ', '協同組合': 'ｷﾖｳｸﾐ', '海上火災保険': 'ｶｲｼﾞﾖｳ', '火災海上保険': 'ｶｻｲ',
    '生命保険': 'ｾｲﾒｲ', '健康保険組合': 'ｹﾝﾎﾟ', '国民健康保険組合': 'ｺｸﾎ',
    '国民健康保険団体連合会': 'ｺｸﾎﾚﾝ', '社会保険診療報酬支払基金': 'ｼﾔﾎ', '厚生年金基金': 'ｺｳﾈﾝ',
    '労働組合': 'ﾛｳｸﾐ', '共済組合': 'ｷﾖｳｻｲ', '食糧販売協同組合': 'ｼﾖｸﾊﾝｷﾖｳ',
    '農業協同組合連合会': 'ﾉｳｷﾖｳﾚﾝ', '共済農業協同組合連合会': 'ｷﾖｳｻｲﾚﾝ',
    '漁業協同組合連合会': 'ｷﾞﾖﾚﾝ', '社会福祉協議会': 'ｼﾔｷﾖｳ',
}


def _longest_first(words: Iterable[str]) -> str:
    return '|'.join(map(re.escape, sorted(words, key=len, reverse=True)))


_LEGAL_FORM = re.compile(f'([ \u3000]*)({_longest_first(LEGAL_FORMS)})([ \u3000]*)')
_BUSINESS_WORD = re.compile(_longest_first(BUSINESS_WORDS))


def corporate_abbreviation(name: str, **policy: str) -> str:
    """Convert a company's name, legal form in kanji and the rest in kana, to bank kana.

    No space stands between the abbreviation and the name it belongs to; after a form in the
    middle a space that the name has is kept, since it parts the company from its branch.

    :param policy: keyword arguments of :func:`to_zengin_kana`
    """
    name = name.strip()

    def bracket(match: re.Match) -> str:
        short = LEGAL_FORMS[match[2]]
        if match.start() == 0:
            return f'{short})'
        if match.end() == len(name):
            return f'({short}'
        return f'({short}){match[3]}'

    if _LEGAL_FORM.fullmatch(name):
        raise KanaError('kana_name_missing', legal_form=name)
    shortened = _BUSINESS_WORD.sub(lambda match: BUSINESS_WORDS[match[0]],
                                   _LEGAL_FORM.sub(bracket, name))
    try:
        return to_zengin_kana(shortened, PARTY_NAME, **policy)
    except KanaError as error:  # the position in what the user typed, not in what it became
        error.context['position'] = name.find(error.context['character']) + 1
        raise

"""An address (住所) in lines of a limited width, broken where a reader would break it.

Best at a space, else behind 都道府県 or 市区町村, between the house number and the building, or
between two kinds of characters. A number, a Latin word, "3丁目" or "101号室" is never torn apart.
The width of a character is told by the caller: bytes of a file, or millimetres on paper.
"""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from odoo.addons.smart_billing.core.errors import FieldError

SPACES = ' \u3000'
_NEVER_FIRST = frozenset('、。，．・ー々ゝゞヽヾぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ'
                         ')]}）］｝〕〉》」』】゛゜')
_NEVER_LAST = frozenset('([{（［｛〔〈《「『【〒')
_WORD = re.compile(r"[0-9A-Za-z０-９Ａ-Ｚａ-ｚ\-－‐‑–—―−~〜～/／.．&＆'’#＃]")
_NUMBER = re.compile('[0-9０-９一二三四五六七八九十百]')
_COUNTERS = frozenset('丁番地号階室棟目Ｆ')
_PREFECTURE = re.compile('東京都|北海道|(?:京都|大阪)府|.{2,3}県')
_MUNICIPALITY = frozenset('市区町村郡')
_SCRIPTS = (('ぁ', 'ゟ', 'hiragana'), ('゠', 'ヿ', 'katakana'), ('一', '鿿', 'kanji'))

# What a break costs; a line more costs as much as a rather bad break.
SPACE, BUILDING, PLACE, BEFORE_NUMBER, SCRIPT, ANYWHERE = 0, 1, 2, 3, 5, 10
A_LINE = 12


def split_address(parts: Sequence[str], most: int, width: int, measure: Callable[[str], int],
                  worst: int = ANYWHERE) -> list[str]:
    """Return the parts of an address in at most `most` lines.

    Each part keeps lines of its own as long as they are few enough; else all of it is one text.

    :param measure: width of one character, in the unit of `width`
    :param worst: the worst break that may be made
    :raise FieldError: when it takes more lines, or a word is wider than a line
    """
    parts = [part for part in (' '.join(part.split()) if part.isascii() else part.strip(SPACES)
                               for part in parts) if part]
    lines: list[str] = []
    for part in parts:
        lines += split_text(part, len(part), width, measure, worst)
    if len(lines) <= most:
        return lines
    return split_text('\u3000'.join(parts), most, width, measure, worst)


def split_text(text: str, most: int, width: int, measure: Callable[[str], int],
               worst: int = ANYWHERE) -> list[str]:
    """Return one text in lines, at the least cost of its breaks."""
    ends = [0]
    for character in text:
        ends.append(ends[-1] + measure(character))
    if ends[-1] <= width and most:
        return [text]
    costs = [break_cost(text, position) for position in range(1, len(text))]
    costs = [None if cost is None or cost > worst else cost for cost in costs]
    best = _cheapest(text, ends, costs, most, width)
    if best is None:
        raise FieldError('address_lines', field='address', lines=most, value_length=len(text),
                         remedy='shorten')
    return best


def fill_lines(text: str, most: int, width: int, measure: Callable[[str], int]) -> list[str]:
    """Return prose in lines, each as full as the rules on beginnings and ends of lines allow."""
    lines, start, used, stop = [], 0, 0, 0
    position = 0
    while position < len(text):
        if position > start and break_cost(text, position) is not None:
            stop = position
        used += measure(text[position])
        if used > width and text[position] not in SPACES:
            if stop == start:
                raise FieldError('text_lines', field='text', lines=most, value_length=len(text),
                                 remedy='shorten')
            lines.append(text[start:stop].strip(SPACES))
            start = position = stop
            used = 0
            continue
        position += 1
    lines.append(text[start:].strip(SPACES))
    if len(lines) > most:
        raise FieldError('text_lines', field='text', lines=most, value_length=len(text),
                         remedy='shorten')
    return lines


def _cheapest(text: str, ends: list[int], costs: list[int | None], most: int,
              width: int) -> list[str] | None:
    """Cheapest way to every position with each number of lines, then back from the end."""
    size = len(text)
    reached: list[dict[int, tuple[int, int]]] = [{0: (0, 0)}]  # position: (cost, position before)
    for _line in range(most):
        row: dict[int, tuple[int, int]] = {}
        for start, (cost, _before) in reached[-1].items():
            for end in range(start + 1, size + 1):
                if ends[end] - ends[start] > width + _trailing(text, ends, end):
                    break
                price = 0 if end == size else costs[end - 1]
                if price is None:
                    continue
                total = cost + price
                if end not in row or total <= row[end][0]:  # of equals the fuller first lines
                    row[end] = (total, start)
        reached.append(row)
    counts = [count for count, row in enumerate(reached) if size in row]
    if not counts or not size:
        return None if size else []
    count = min(counts, key=lambda number: (reached[number][size][0] + A_LINE * number, number))
    cuts = [size]
    for number in range(count, 0, -1):
        cuts.append(reached[number][cuts[-1]][1])
    cuts.reverse()
    return [text[start:end].strip(SPACES) for start, end in zip(cuts, cuts[1:])]


def _trailing(text: str, ends: list[int], end: int) -> int:
    """Width of the space before a break: it is dropped there."""
    return ends[end] - ends[end - 1] if text[end - 1] in SPACES else 0


def break_cost(text: str, position: int) -> int | None:
    """Return what a break before `position` costs; None where none may be."""
    left, right = text[position - 1], text[position]
    if right in SPACES or right in _NEVER_FIRST or left in _NEVER_LAST:
        return None
    if left in SPACES:
        return SPACE
    in_word, to_word = _WORD.match(left), _WORD.match(right)
    if in_word and to_word or right in _COUNTERS and (_NUMBER.match(left) or left in _COUNTERS):
        return None
    if position in _places(text):
        return PLACE
    if left in _COUNTERS and to_word:
        return ANYWHERE  # the house number goes on: 2番 and 3号
    if in_word or left in _COUNTERS:
        return BUILDING
    if to_word:
        return BEFORE_NUMBER
    return SCRIPT if _script(left) != _script(right) else ANYWHERE


@lru_cache(maxsize=1024)
def _places(text: str) -> frozenset[int]:
    """Positions behind the names of prefecture, city, ward, town and village."""
    found = set()
    prefecture = _PREFECTURE.match(text)
    begin = prefecture.end() if prefecture else 0
    if prefecture:
        found.add(begin)
    for position in range(begin + 2, len(text)):
        if (text[position - 1] in _MUNICIPALITY and text[position] not in _MUNICIPALITY
                and position - begin > 1):
            found.add(position)
            begin = position
    return frozenset(found)


def _script(character: str) -> str:
    return next((name for first, last, name in _SCRIPTS if first <= character <= last), 'other')

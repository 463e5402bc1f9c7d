"""Every text of every addon has a Japanese translation that fits its placeholders."""
import re
from pathlib import Path

import polib
import pytest

ROOT = Path(__file__).resolve().parents[2]
ADDONS = [path.parent.name for path in sorted(ROOT.glob('*/__manifest__.py'))
          if any((path.parent / folder).is_dir() for folder in ('models', 'views', 'i18n'))]

PLACEHOLDER = re.compile(r'%\(\w+\)[sd]|%[sd]')
TAG = re.compile(r'</?\w+[^>]*>')


def template_of(addon):
    return polib.pofile(str(ROOT / addon / 'i18n' / f'{addon}.pot'))


def japanese_of(addon):
    return polib.pofile(str(ROOT / addon / 'i18n' / 'ja.po'))


def test_there_are_addons_with_texts():
    assert 'smart_billing' in ADDONS


@pytest.mark.parametrize('addon', ADDONS)
def test_every_text_is_translated(addon):
    japanese = {entry.msgid: entry for entry in japanese_of(addon)}
    texts = [entry.msgid for entry in template_of(addon)]
    assert texts
    assert [text for text in texts if text not in japanese or not japanese[text].msgstr] == []


@pytest.mark.parametrize('addon', ADDONS)
def test_nothing_is_fuzzy_or_left_over(addon):
    known = {entry.msgid for entry in template_of(addon)}
    japanese = japanese_of(addon)
    assert [entry.msgid for entry in japanese if entry.fuzzy or entry.obsolete] == []
    assert [entry.msgid for entry in japanese if entry.msgid not in known] == []


@pytest.mark.parametrize('addon', ADDONS)
@pytest.mark.parametrize('pattern', [PLACEHOLDER, TAG], ids=['placeholders', 'tags'])
def test_translations_keep_what_the_code_fills_in(addon, pattern):
    broken = [entry.msgid for entry in japanese_of(addon)
              if sorted(pattern.findall(entry.msgid)) != sorted(pattern.findall(entry.msgstr))]
    assert broken == []

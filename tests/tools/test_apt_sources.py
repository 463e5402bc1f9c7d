import pytest

from tools import apt_sources
from tools.steps import SetupError

ONE_LINE = """
# deb http://commented.example/debian bookworm main
deb [arch=amd64 signed-by=/usr/share/keyrings/k.gpg] http://mirror.example/debian bookworm main
deb-src http://source.example/debian bookworm main
deb http://security.example/debian-security bookworm-security main  # a remark
"""
STANZAS = """
Types: deb deb-src
# a remark inside
URIs: http://mirror.example/debian/
Suites: bookworm bookworm-updates
Components: main

Enabled: no
Types: deb
URIs: http://off.example/debian
Suites: bookworm

Types: deb-src
URIs: http://source.example/debian
Suites: bookworm

Types: deb
URIs: http://one.example/debian
 http://two.example/debian
Suites: trixie
"""


def test_one_line_sources_give_binary_archives_only():
    assert list(apt_sources.parse_one_line(ONE_LINE)) == [
        ('http://mirror.example/debian', 'bookworm'),
        ('http://security.example/debian-security', 'bookworm-security')]


def test_stanzas_give_enabled_binary_archives_with_continued_lines():
    assert list(apt_sources.parse_deb822(STANZAS)) == [
        ('http://mirror.example/debian/', 'bookworm'),
        ('http://mirror.example/debian/', 'bookworm-updates'),
        ('http://one.example/debian', 'trixie'), ('http://two.example/debian', 'trixie')]


def test_sources_of_both_notations_are_read_from_the_machine(tmp_path):
    (tmp_path / 'sources.list.d').mkdir()
    (tmp_path / 'sources.list').write_text(ONE_LINE)
    (tmp_path / 'sources.list.d' / 'debian.sources').write_text(STANZAS)
    (tmp_path / 'sources.list.d' / 'other.sources.disabled').write_text(STANZAS)
    assert len(apt_sources.machine_entries(tmp_path)) == 6


def test_mirror_is_the_first_full_debian_archive(monkeypatch):
    monkeypatch.delenv('DEBIAN_MIRROR', raising=False)
    entries = [('http://security.example/debian-security', 'x'),
               ('http://archive.example/ubuntu', 'noble'),
               ('http://mirror.example/debian/', 'bookworm'),
               ('http://later.example/debian', 'bookworm')]
    assert apt_sources.debian_mirror(entries) == 'http://mirror.example/debian'


def test_without_a_debian_archive_the_remedy_is_said(monkeypatch):
    monkeypatch.delenv('DEBIAN_MIRROR', raising=False)
    with pytest.raises(SetupError, match='DEBIAN_MIRROR'):
        apt_sources.debian_mirror([('http://archive.example/ubuntu', 'noble')])


def test_the_users_mirror_wins(monkeypatch):
    monkeypatch.setenv('DEBIAN_MIRROR', 'http://chosen.example/debian/')
    assert apt_sources.debian_mirror([('http://mirror.example/debian', 'x')]) == \
        'http://chosen.example/debian'

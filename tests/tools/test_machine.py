import shutil

import pytest

from tools import machine
from tools.steps import SetupError

ALL = ['chromium', 'wkhtmltopdf', 'poppler-utils', 'fonts-noto-cjk',
       'fonts-ipaexfont-gothic']


class Machine:
    """A machine with apt, and what was installed on it; ``archive`` is what apt can install."""

    def __init__(self, monkeypatch, archive, root=True):
        self.archive = archive
        self.asked = []
        self.present = set()
        commands = {name: package for names, package in machine.COMMANDS.values()
                    for name in names}
        monkeypatch.setattr(machine, 'is_root', lambda: root)
        monkeypatch.setattr(machine, 'install', self.install)
        monkeypatch.setattr(machine, '_is_known', self.archive.__contains__)
        monkeypatch.setattr(
            machine, 'has_japanese_font', lambda: machine.FONT_PACKAGE in self.present)
        monkeypatch.setattr(
            machine, 'has_slip_font', lambda: machine.SLIP_FONT_PACKAGE in self.present)
        monkeypatch.setattr(
            shutil, 'which',
            lambda name: name if name == 'apt-get' or commands.get(name) in self.present else None)

    def install(self, packages):
        self.asked += packages
        self.present.update(set(packages) & set(self.archive))


def test_another_user_is_told_what_to_install(monkeypatch):
    bare = Machine(monkeypatch, ALL, root=False)
    with pytest.raises(SetupError, match='apt-get install ' + ' '.join(ALL)):
        machine.ensure()
    assert bare.asked == []


def test_root_gets_what_is_missing_once(monkeypatch):
    bare = Machine(monkeypatch, ALL)
    machine.ensure()
    machine.ensure()
    assert bare.asked == ALL


def test_a_release_without_the_pdf_tool_goes_on_and_says_so(monkeypatch, capsys):
    bare = Machine(monkeypatch, [name for name in ALL if name != 'wkhtmltopdf'])
    machine.ensure()
    assert 'wkhtmltopdf' not in bare.asked
    assert 'without wkhtmltopdf' in capsys.readouterr().err


def test_a_release_without_a_browser_is_refused(monkeypatch):
    Machine(monkeypatch, [name for name in ALL if name != 'chromium'])
    with pytest.raises(SetupError, match='chromium'):
        machine.ensure()

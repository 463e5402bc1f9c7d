import shutil

import pytest

from tools import machine
from tools.steps import SetupError


@pytest.fixture
def bare(monkeypatch):
    """A machine with apt and nothing else."""
    monkeypatch.setattr(shutil, 'which', lambda name: name if name == 'apt-get' else None)
    asked = []
    monkeypatch.setattr(machine, 'install', asked.append)
    return asked


def test_another_user_is_told_what_to_install(bare, monkeypatch):
    monkeypatch.setattr(machine, 'is_root', lambda: False)
    with pytest.raises(SetupError, match='apt-get install chromium wkhtmltopdf poppler-utils '
                                         'fonts-noto-cjk'):
        machine.ensure()
    assert bare == []


def test_root_gets_what_is_missing(bare, monkeypatch):
    monkeypatch.setattr(machine, 'is_root', lambda: True)
    machine.ensure()
    assert bare == [['chromium', 'wkhtmltopdf', 'poppler-utils', 'fonts-noto-cjk']]


def test_nothing_is_asked_for_on_a_machine_that_has_all(monkeypatch):
    monkeypatch.setattr(shutil, 'which', lambda name: f'/usr/bin/{name}')
    monkeypatch.setattr(machine, 'has_japanese_font', lambda: True)
    assert machine.missing_packages() == []

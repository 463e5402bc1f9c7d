"""The linters, each with its settings from ``setup.cfg``."""

import subprocess
import sys

from . import paths, venv
from .steps import say

# Checks of pylint-odoo against rules of this house: descriptions are readme/ fragments, and a
# model may be extended in several files, one subject each. (`disable` of the settings file is
# read before `enable = odoolint`, so it cannot say this.)
NOT_OURS = ('missing-readme', 'consider-merging-classes-inherited')
CHECKED = (*paths.ALL_ADDONS, 'tests', 'tools')


def commands():
    """(name, command) of each linter, on the folders that are there."""
    python = venv.ensure('lint')
    folders = [name for name in CHECKED if (paths.ROOT / name).is_dir()]
    addons = paths.present_addons(paths.ALL_ADDONS)
    yield 'flake8', [python, '-m', 'flake8', *folders]
    yield 'isort', [python, '-m', 'isort', '--check-only', '--diff', *folders]
    yield 'pylint-odoo', [python, '-m', 'pylint', '--rcfile=setup.cfg',
                          f'--disable={",".join(NOT_OURS)}', *addons]
    yield 'import rules', [sys.executable, '-m', 'tools.architecture']


def run():
    """Run all linters; return the names of those that found something."""
    failed = []
    for name, command in commands():
        code = subprocess.call([str(part) for part in command], cwd=paths.ROOT,
                               stdin=subprocess.DEVNULL)
        say(f'  {name}: {"clean" if code == 0 else "FAILED"}')
        if code:
            failed.append(name)
    return failed


def main():
    return 1 if run() else 0


if __name__ == '__main__':
    sys.exit(main())

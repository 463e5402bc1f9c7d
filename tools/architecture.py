"""The dependency rules of the house, checked on the syntax tree of every file.

Core and wire are pure (no Odoo, no clock, no float, no I/O), paper knows no Odoo and no clock, the
engine knows no connector, layers look down only, and the simulators import nothing of what they
judge.
"""

import ast
import sys
from pathlib import Path

from . import paths

ENGINE, *CONNECTORS = paths.ADDONS
CORE_LIBRARIES = {'dateutil', 'holidays', 'jaconv'}
WIRE_LIBRARIES = CORE_LIBRARIES | {'Crypto', 'lxml'}
PAPER_LIBRARIES = {'reportlab'}
# Rooms without Odoo: the libraries they may use, and the rooms of their addon beside themselves.
ROOMS_WITHOUT_ODOO = {
    'core': (CORE_LIBRARIES, ()),
    'wire': (WIRE_LIBRARIES, ()),
    'paper': (PAPER_LIBRARIES, ('wire',)),
}
# Modules of the standard library that read a clock, chance, the machine or the network.
IMPURE_MODULES = {
    'asyncio', 'glob', 'http', 'io', 'logging', 'os', 'pathlib', 'random', 'secrets', 'shutil',
    'socket', 'sqlite3', 'subprocess', 'sys', 'tempfile', 'threading', 'time', 'urllib', 'uuid'}
PAPER_MODULES = {'io', 'os', 'pathlib'}  # font files, and streams to write to
IMPURE_NAMES = {'breakpoint', 'eval', 'exec', 'float', 'input', 'open', 'print'}
CLOCK_METHODS = {'now', 'utcnow', 'today'}
# Which folders of an addon the files of a folder may not import (views look down on models).
UPPER_ROOMS = {
    'models': {'wizards', 'controllers', 'reports'},
    'ledger': {'models', 'wizards', 'controllers', 'reports'},
}


def check(root=paths.ROOT):
    """All problems of the checkout, one line of text each, ``file:line: what``."""
    problems = []
    for addon in paths.ALL_ADDONS:
        for path in sorted((root / addon).rglob('*.py')):
            problems += check_file(path, root)
    for path in sorted((root / 'tests' / 'simulators').rglob('*.py')):
        problems += check_file(path, root)
    return problems


def check_file(path, root=paths.ROOT):
    """The problems of one file."""
    relative = path.relative_to(root)
    tree = ast.parse(path.read_text(encoding='utf-8'), filename=str(path))
    found = list(_import_problems(tree, relative))
    if _room(relative) in ('core', 'wire'):
        found += _purity_problems(tree)
    elif _room(relative) == 'paper':
        found += _clock_problems(tree)
    return [f'{relative}:{line}: {text}' for line, text in sorted(found)]


def _room(relative):
    """The folder of an addon that a file is in; for a file beside them, the addon itself."""
    return relative.parts[1] if len(relative.parts) > 2 else relative.parts[0]


def _imports(tree, relative):
    """Yield (line, absolute dotted name) of everything imported, addons under their real name."""
    package = _package(relative)
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ''
            if node.level:
                above = package[:len(package) - node.level + 1]
                base = '.'.join([*above, *filter(None, [node.module])])
            for alias in node.names:
                yield node.lineno, f'{base}.{alias.name}'


def _package(relative):
    folders = list(relative.parts[:-1])
    return ['odoo', 'addons', *folders] if folders[0] in paths.ALL_ADDONS else folders


def _import_problems(tree, relative):
    owner = relative.parts[0]
    for line, name in _imports(tree, relative):
        parts = name.split('.')
        if owner == 'tests':
            if parts[0] == 'odoo' or parts[0] in paths.ALL_ADDONS:
                yield line, f'a simulator imports {name}; it judges the addons, so it knows none'
            continue
        target = parts[2] if parts[:2] == ['odoo', 'addons'] and len(parts) > 2 else None
        room = _room(relative)
        if room in ROOMS_WITHOUT_ODOO:
            if not _allowed_without_odoo(parts, room, owner):
                yield line, f'{room} knows no Odoo, clock or network and may not import {name}'
        elif target in CONNECTORS and target != owner:
            yield line, f'{owner} imports the connector {target}'
        elif target == owner and len(parts) > 3 and parts[3] in UPPER_ROOMS.get(room, ()):
            yield line, f'{room} may not import {parts[3]} ({name})'


def _allowed_without_odoo(parts, room, owner):
    libraries, neighbours = ROOMS_WITHOUT_ODOO[room]
    if parts[:2] == ['odoo', 'addons']:
        inside = parts[2:4]
        own = [[owner, name] for name in (room, *neighbours)]
        return inside in own or (room != 'core' and inside == [ENGINE, 'core'])
    if parts[0] in libraries:
        return True
    impure = IMPURE_MODULES - PAPER_MODULES if room == 'paper' else IMPURE_MODULES
    return parts[0] in sys.stdlib_module_names and parts[0] not in impure


def _purity_problems(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, float):
            yield node.lineno, f'a float ({node.value}); use Decimal, Fraction or integers'
        elif isinstance(node, ast.Name) and node.id in IMPURE_NAMES and _is_read(node):
            yield node.lineno, f'{node.id} has no place in pure code'
    yield from _clock_problems(tree)


def _clock_problems(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in CLOCK_METHODS:
            yield node.lineno, f'.{node.attr} reads a clock; dates are arguments'


def _is_read(node):
    """A name that is written to is a variable of that name, not the builtin."""
    return isinstance(node.ctx, ast.Load)


def main():
    problems = check(Path.cwd() if (Path.cwd() / 'setup.cfg').is_file() else paths.ROOT)
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == '__main__':
    sys.exit(main())

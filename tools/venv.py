"""Pinned virtual environments in the per-user cache, one per set of requirements.

The name carries a digest of the requirements and the Python version, so clones at different
commits share an environment when they may and never change each other's.
"""

import functools
import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

from . import paths
from .steps import SetupError, is_root, locked, run_logged, say

SETS = {
    'odoo': ('odoo.txt', 'project.txt', 'tests.txt'),
    'lint': ('lint.txt',),
}
# Pinned and tried: Debian 12, Ubuntu 24.04 and Debian 13 have one of these each.
VERSIONS = ('3.11', '3.12', '3.13')


@functools.lru_cache
def find_python():
    """(path, version) of a Python with pins: ``PYTHON``, this one, or one on the path."""
    candidates = [os.environ.get('PYTHON'), sys.executable]
    candidates += [shutil.which(f'python{version}') for version in VERSIONS]
    for path in filter(None, candidates):
        version = _version_of(path)
        if version in VERSIONS:
            return path, version
    raise SetupError(
        f'Python {", ".join(VERSIONS)} is needed: the pinned packages of Odoo are for these. '
        f'This is Python {sysconfig.get_python_version()}. Install one, or set PYTHON to its path.')


def _version_of(path):
    if path == sys.executable:
        return sysconfig.get_python_version()
    probe = [path, '-c', 'import sysconfig; print(sysconfig.get_python_version())']
    try:
        return subprocess.run(probe, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return None


def location(kind):
    digest = hashlib.sha256(find_python()[1].encode())
    for name in SETS[kind]:
        digest.update((paths.REQUIREMENTS / name).read_bytes())
    return paths.cache_dir() / 'venv' / f'{kind}-{digest.hexdigest()[:12]}'


def python(kind='odoo'):
    """The interpreter of an environment that :func:`ensure` has made."""
    return location(kind) / 'bin' / 'python'


def ensure(kind='odoo'):
    """Return the interpreter of the environment, made on the first call."""
    target = location(kind)
    if not _is_complete(target):
        with locked(paths.cache_dir() / f'venv-{kind}.lock', 'the Python packages'):
            if not _is_complete(target):
                _make(kind, target)
                (target / '.complete').touch()
    return target / 'bin' / 'python'


def _is_complete(target):
    """Finished, and its base interpreter (a link) is still there."""
    return (target / '.complete').is_file() and (target / 'bin' / 'python').exists()


def _make(kind, target):
    say(f'* virtual environment {kind} is made once in {target}')
    shutil.rmtree(target, ignore_errors=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    _require_venv_module()
    run_logged('create the environment', [find_python()[0], '-m', 'venv', target], f'venv-{kind}')
    files = [part for name in SETS[kind] for part in ('-r', paths.REQUIREMENTS / name)]
    run_logged('install the pinned packages',
               [target / 'bin' / 'python', '-m', 'pip', 'install', '--no-input', *files],
               f'venv-{kind}')


def _require_venv_module():
    """Debian keeps ``ensurepip`` in a package of its own."""
    python_path, version = find_python()
    probe = [python_path, '-c', 'import ensurepip, venv']
    if subprocess.call(probe, stderr=subprocess.DEVNULL) == 0:
        return
    package = f'python{version}-venv'
    if not (is_root() and shutil.which('apt-get')):
        raise SetupError(f'Python cannot make environments: install the package {package}.')
    from .machine import install
    install([package])


def site_packages(kind='odoo'):
    return Path(location(kind), 'lib', f'python{find_python()[1]}', 'site-packages')

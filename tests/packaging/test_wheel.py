"""``pip wheel .`` makes one distribution that Odoo finds without ``addons_path``."""

import configparser
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tools import databases, odoo, paths

# Files of an addon that only a checkout needs.
NOT_SHIPPED = ('.pyc', '.gitkeep', '.gitattributes')


@pytest.fixture(scope='module')
def wheel(tmp_path_factory):
    """The wheel, built from a copy: a build leaves folders behind that a later one would take."""
    copy = tmp_path_factory.mktemp('source')
    for name in ('setup.cfg', 'pyproject.toml', 'README.md', 'LICENSE'):
        shutil.copy(paths.ROOT / name, copy)
    for addon in paths.present_addons(paths.ALL_ADDONS):
        shutil.copytree(paths.ROOT / addon, copy / addon,
                        ignore=shutil.ignore_patterns('__pycache__'))
    out = tmp_path_factory.mktemp('wheel')
    subprocess.run(
        [sys.executable, '-m', 'pip', 'wheel', '--no-deps', '--no-build-isolation', '--quiet',
         '--wheel-dir', out, copy], check=True, stdin=subprocess.DEVNULL)
    return next(out.glob('*.whl'))


def test_the_wheel_holds_every_file_of_the_addons(wheel):
    expected = set()
    for addon in paths.present_addons(paths.ALL_ADDONS):
        for path in (paths.ROOT / addon).rglob('*'):
            if path.is_file() and not path.name.endswith(NOT_SHIPPED):
                expected.add(f'odoo/addons/{path.relative_to(paths.ROOT)}')
    held = {name for name in zipfile.ZipFile(wheel).namelist() if name.startswith('odoo/')}
    assert held == expected


def test_the_wheel_does_not_claim_odoos_own_packages(wheel):
    held = zipfile.ZipFile(wheel).namelist()
    assert 'odoo/__init__.py' not in held
    assert 'odoo/addons/__init__.py' not in held


def test_all_addons_are_packaged():
    config = configparser.ConfigParser()
    config.read(paths.ROOT / 'setup.cfg')
    assert config['options']['packages'].split() == [
        f'odoo.addons.{name}' for name in paths.ALL_ADDONS]
    for name in paths.ALL_ADDONS:
        assert config['metadata']['version'] in (paths.ROOT / name / '__manifest__.py').read_text()


def test_an_unpacked_wheel_installs_in_odoo_without_addons_path(wheel, tmp_path):
    site = tmp_path / 'site'
    zipfile.ZipFile(wheel).extractall(site)
    database = 'smart_billing_wheel_test'
    databases.create(database, with_addons=False)
    try:
        config = tmp_path / 'odoo.conf'
        config.write_text(f'[options]\ndata_dir = {odoo.data_dir()}\n')
        env = odoo.environment()
        env['PYTHONPATH'] += f':{site}'
        source = odoo.odoo_source.ensure()
        result = subprocess.run(
            [sys.executable, source.script, '-c', config, '-d', database, '--no-http',
             '-i', ','.join(paths.ADDONS), '--stop-after-init'],
            env=env, cwd=tmp_path, stdin=subprocess.DEVNULL, capture_output=True, text=True,
            check=False)
        assert result.returncode == 0, result.stderr[-4000:]
        installed = databases.run_sql(
            "SELECT name FROM ir_module_module WHERE name LIKE 'smart_billing%' "
            "AND state = 'installed' ORDER BY name", database)
        assert installed == sorted(paths.ADDONS)
    finally:
        databases.drop(database)


def test_the_license_is_in_the_wheel(wheel):
    names = [name for name in zipfile.ZipFile(wheel).namelist() if Path(name).name == 'LICENSE']
    assert names

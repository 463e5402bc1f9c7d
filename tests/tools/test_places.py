"""Where the set-up puts and finds things: caches, environments, sockets, the user's own Odoo."""

import re

import pytest

from tools import odoo_source, paths, postgres, venv
from tools.steps import SetupError

RELEASE = "version_info = ({}, 0, 0, 'final', 0, '')\n"


def checkout(folder, series):
    (folder / 'odoo').mkdir()
    (folder / 'odoo' / 'release.py').write_text(RELEASE.format(series))
    (folder / 'odoo-bin').write_text('#!/usr/bin/env python3\n')
    return folder


def test_the_cache_follows_xdg(monkeypatch, tmp_path):
    monkeypatch.setenv('XDG_CACHE_HOME', str(tmp_path))
    assert paths.cache_dir() == tmp_path / 'smart-billing'
    monkeypatch.delenv('XDG_CACHE_HOME')
    monkeypatch.setenv('HOME', str(tmp_path))
    assert paths.cache_dir() == tmp_path / '.cache' / 'smart-billing'


def test_a_users_checkout_is_used_and_nothing_is_downloaded(monkeypatch, tmp_path):
    monkeypatch.setenv('ODOO_HOME', str(checkout(tmp_path, 19)))
    monkeypatch.setenv('XDG_CACHE_HOME', str(tmp_path / 'empty'))
    source = odoo_source.ensure()
    assert source.script == tmp_path / 'odoo-bin'
    assert source.python_path == tmp_path
    assert not (tmp_path / 'empty').exists()


def test_a_checkout_of_another_series_is_refused(monkeypatch, tmp_path):
    monkeypatch.setenv('ODOO_HOME', str(checkout(tmp_path, 18)))
    with pytest.raises(SetupError, match='18.0; 19.0 is needed'):
        odoo_source.ensure()


def test_a_folder_that_is_no_checkout_is_refused(monkeypatch, tmp_path):
    monkeypatch.setenv('ODOO_HOME', str(tmp_path))
    with pytest.raises(SetupError, match='odoo-bin is not there'):
        odoo_source.ensure()


def test_a_checkout_without_its_release_is_refused(monkeypatch, tmp_path):
    (checkout(tmp_path, 19) / 'odoo' / 'release.py').unlink()
    monkeypatch.setenv('ODOO_HOME', str(tmp_path))
    with pytest.raises(SetupError, match='no Odoo release'):
        odoo_source.ensure()


def test_every_requirement_is_pinned():
    for path in paths.REQUIREMENTS.glob('*.txt'):
        for line in path.read_text().splitlines():
            requirement = line.split('#')[0].split(';')[0].strip()
            assert not requirement or re.fullmatch(r'[\w.-]+==[\w.]+', requirement), (path, line)


def test_other_requirements_are_another_environment(monkeypatch, tmp_path):
    before = venv.location('odoo')
    for path in paths.REQUIREMENTS.glob('*.txt'):
        (tmp_path / path.name).write_text(path.read_text())
    monkeypatch.setattr(paths, 'REQUIREMENTS', tmp_path)
    assert venv.location('odoo') == before
    with open(tmp_path / 'project.txt', 'a') as stream:
        stream.write('another==1.0\n')
    assert venv.location('odoo') != before


def test_the_socket_is_in_the_clone_unless_its_path_is_too_long(monkeypatch, tmp_path):
    monkeypatch.setattr(paths, 'STATE', tmp_path / 'short')
    assert postgres.socket_dir() == tmp_path / 'short' / 'postgres' / 'run'
    seen = set()
    for name in 'ab':
        monkeypatch.setattr(paths, 'STATE', tmp_path / (name * 100))
        folder = postgres.socket_dir()
        assert len(str(folder / '.s.PGSQL.5432')) <= postgres.SOCKET_PATH_MAX
        seen.add(folder)
    assert len(seen) == 2


def test_a_users_server_is_left_as_it_is(monkeypatch):
    monkeypatch.setenv('PGHOST', 'db.example')
    monkeypatch.setenv('PGUSER', 'billing')
    monkeypatch.setenv('PGDATABASE', 'private')
    env = postgres.environment()
    assert (env['PGHOST'], env['PGUSER']) == ('db.example', 'billing')
    assert 'PGDATABASE' not in env


def test_without_pg_variables_the_clones_cluster_is_used(monkeypatch):
    for name in (*postgres.USER_SETTINGS, 'PGUSER'):
        monkeypatch.delenv(name, raising=False)
    env = postgres.environment()
    assert env['PGHOST'] == str(postgres.socket_dir())
    assert env['PGUSER'] == postgres.SUPERUSER


def test_a_process_started_by_the_tool_knows_the_clones_cluster(monkeypatch):
    for name in (*postgres.USER_SETTINGS, 'PGUSER'):
        monkeypatch.delenv(name, raising=False)
    assert not postgres.uses_own_server()
    for name, value in postgres.environment().items():
        monkeypatch.setenv(name, value)
    assert not postgres.uses_own_server()
    monkeypatch.setenv('PGHOST', '/run/postgresql')
    assert postgres.uses_own_server()


def test_the_role_that_odoo_refuses_is_refused_first(monkeypatch):
    monkeypatch.setenv('PGHOST', 'db.example')
    monkeypatch.setenv('PGUSER', 'postgres')
    with pytest.raises(SetupError, match='PGUSER'):
        postgres.ensure()

"""Databases and servers for real: copies of the template, filestores, a server that is killed."""

import os
import socket
import urllib.error
import urllib.request

import pytest

from tools import databases, odoo
from tools.steps import SetupError

NAME = 'smart_billing_tools_test'


@pytest.fixture(scope='module')
def database():
    databases.create(NAME, with_addons=False)
    yield NAME
    databases.drop(NAME)


def test_the_template_is_a_japanese_company(database):
    assert databases.run_sql(
        "SELECT c.chart_template, u.name, p.tz FROM res_company c "
        "JOIN res_currency u ON u.id = c.currency_id JOIN res_partner p ON p.id = c.partner_id",
        database) == ['jp|JPY|Asia/Tokyo']
    assert databases.run_sql(
        'SELECT code FROM res_lang WHERE active ORDER BY 1', database) == ['en_US', 'ja_JP']
    assert databases.run_sql(
        "SELECT 1 FROM pg_extension WHERE extname = 'btree_gist'", database) == ['1']


def test_a_copy_has_the_filestore_and_dropping_it_leaves_the_templates(database):
    files = [path for path in databases.filestore(databases.template()).rglob('*')
             if path.is_file()]
    assert files
    copied = [path for path in databases.filestore(database).rglob('*') if path.is_file()]
    assert len(copied) >= len(files)
    databases.copy(databases.template(), f'{NAME}_2')
    databases.drop(f'{NAME}_2')
    assert not databases.filestore(f'{NAME}_2').exists()
    assert not databases.exists(f'{NAME}_2')
    assert all(path.is_file() for path in files)


def test_a_server_answers_and_is_gone_after_the_block(database):
    with odoo.OdooServer(database) as server:
        with urllib.request.urlopen(f'{server.url}/web/login', timeout=30) as answer:
            assert answer.status == 200
        pid = server.process.pid
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_killed_server_takes_its_workers_along(database):
    server = odoo.OdooServer(database, workers=1, cron_threads=1).start()
    group = server.process.pid
    assert len(odoo.group_members(group)) > 1
    server.kill()
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(f'{server.url}/web/login', timeout=5)
    assert odoo.group_members(group) == []


def test_a_server_that_cannot_start_shows_its_log(database, capsys):
    with pytest.raises(SetupError, match='exit code'):
        odoo.OdooServer(database, extra=['--no-such-option']).start()
    assert 'no-such-option' in capsys.readouterr().err


def test_a_port_in_use_is_refused(database):
    """Otherwise the other server's answer would be taken for ours."""
    with socket.socket() as other:
        other.bind(('127.0.0.1', 0))
        other.listen()
        with pytest.raises(SetupError, match='in use'):
            odoo.OdooServer(database, port=other.getsockname()[1]).start()


def test_two_servers_take_different_ports():
    assert odoo.OdooServer(NAME).port != odoo.OdooServer(NAME).port


def test_a_refused_statement_is_named():
    with pytest.raises(SetupError, match='no_such_table'):
        databases.run_sql('SELECT * FROM no_such_table')

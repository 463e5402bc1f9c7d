"""The life of the addons in a database: install, use, upgrade, uninstall, live on."""
import subprocess
from pathlib import Path

import pytest

from tools import databases, odoo, paths

from . import remains

DATABASE = 'pack_life'
ENGINE, CONNECTOR = 'smart_billing', 'smart_billing_payment_nttf'
SCRIPTS = Path(__file__).parent / 'scripts'
LEDGER = """
    SELECT name, state, payment_state, amount_total, amount_residual FROM account_move
     WHERE state = 'posted' ORDER BY name """

PROVIDERS = "SELECT id FROM payment_provider WHERE code = 'nttf'"


class Life:
    """A database that goes through it all once; the tests look at what it noted on its way."""

    def __init__(self):
        self.logs = {}
        databases.create(DATABASE, with_addons=False)
        self.bare = remains.structure(DATABASE)
        self._odoo('install', '-i', ','.join(paths.present_addons()))
        self._shell('use')
        self.used = remains.contents(DATABASE, ENGINE)
        self.ledger = databases.run_sql(LEDGER, DATABASE)
        self._odoo('upgrade', '-u', ENGINE)
        self.upgraded = remains.contents(DATABASE, ENGINE)
        self._shell('uninstall', CONNECTOR)
        self.without_connector = remains.structure(DATABASE)
        self._shell('uninstall', ENGINE)
        self.uninstalled = remains.structure(DATABASE)
        self.references = remains.references(DATABASE)
        self.ledger_after = databases.run_sql(LEDGER, DATABASE)
        self.result = self._shell('plain_invoice')
        self._odoo('install again', '-i', ','.join(paths.present_addons()))
        self.providers = databases.run_sql(PROVIDERS, DATABASE)

    def _odoo(self, title, *arguments):
        return self._call(title, odoo.command(
            '-d', DATABASE, '--no-http', '--log-level=warn', '--stop-after-init', *arguments))

    def _shell(self, script, module=''):
        command = odoo.command('shell', '-d', DATABASE, '--no-http', '--log-level=warn')
        with open(SCRIPTS / f'{script}.py', 'rb') as stream:
            return self._call(f'{script} {module}'.strip(), command, stream, module)

    def _call(self, title, command, stream=subprocess.DEVNULL, module=''):
        env = odoo.environment()
        env['PYTHONPATH'] += f':{paths.ROOT}'
        done = subprocess.run(
            command, env={**env, 'MODULE': module}, stdin=stream, capture_output=True, text=True,
            check=False, cwd=paths.ROOT)
        assert done.returncode == 0, f'{title}: {done.stderr[-4000:]}'
        self.logs[title] = done.stderr
        return done.stdout


@pytest.fixture(scope='module')
def life():
    try:
        yield Life()
    finally:
        databases.drop(DATABASE)


def test_the_addons_were_used_before_they_went(life):
    """Or else the rest proves nothing."""
    for table in ('contract', 'item', 'coverage', 'mandate', 'collection_request',
                  'collection_batch', 'receipt_file', 'run_account', 'contract_event'):
        assert life.used[f'smart_billing_{table}'], table
    assert len(life.ledger) > 3


def test_no_step_complains(life):
    lines = [f'{title}: {line}' for title, log in life.logs.items() for line in log.splitlines()
             if any(word in line for word in (' WARNING ', ' ERROR ', ' CRITICAL ', 'Traceback'))]
    assert not lines, '\n'.join(lines)


def test_an_upgrade_keeps_every_row(life):
    assert life.upgraded == life.used


def test_the_connector_leaves_the_engine_alone(life):
    left = [line for kind, lines in life.without_connector.items() for line in lines
            if 'nttf' in line or 'mandate' in line]
    assert not left
    assert 'smart.billing.contract' in life.without_connector['model']


def test_an_uninstall_leaves_nothing_behind(life):
    assert remains.difference(life.bare, life.uninstalled) == []
    assert life.references == []


def test_the_ledger_stays(life):
    assert life.ledger_after == life.ledger


def test_a_second_installation_takes_the_provider_up_again(life):
    assert len(life.providers) == 1


def test_the_database_works_without_the_addons(life):
    assert 'RESULT posted' in life.result, life.result

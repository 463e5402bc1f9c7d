"""Databases: a template per (Odoo, modules), copies of it, and their filestores."""

import hashlib
import os
import shutil
import subprocess

from . import odoo, odoo_source, paths, postgres
from .steps import SetupError, locked, run_logged, say

FOREIGN_MODULES = ('sale_management', 'account', 'l10n_jp', 'payment', 'account_payment')
# The first is the default of new users.
LANGUAGES = ('en_US', 'ja_JP')
PREPARE = paths.ROOT / 'tools' / 'template_data.py'


def run_sql(sql, database='postgres'):
    """Run one statement with psql and return its rows as lines of text."""
    result = subprocess.run(
        [postgres.tool('psql'), '-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-d', database,
         '-c', sql], env=postgres.environment(), stdin=subprocess.DEVNULL, capture_output=True,
        text=True, check=False)
    if result.returncode:
        raise SetupError(f'PostgreSQL refused {sql!r}: {result.stderr.strip()}')
    return result.stdout.splitlines()


def exists(name):
    return bool(run_sql(f"SELECT 1 FROM pg_database WHERE datname = '{name}'"))


def names():
    """Databases of this server, without the server's own."""
    return run_sql('SELECT datname FROM pg_database WHERE NOT datistemplate '
                   "AND datname <> 'postgres' ORDER BY 1")


def filestore(name):
    return odoo.data_dir() / 'filestore' / name


def drop(name):
    """Drop a database with its connections, and its filestore."""
    run_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    shutil.rmtree(filestore(name), ignore_errors=True)


def copy(source, name):
    """Create database ``name`` as a copy of ``source``; an older one of that name is dropped.

    Odoo's filestore is content-addressed and never rewritten, so its files are shared by links.
    """
    drop(name)
    run_sql(f'CREATE DATABASE "{name}" TEMPLATE "{source}" STRATEGY FILE_COPY')
    if filestore(source).is_dir():
        shutil.copytree(filestore(source), filestore(name), copy_function=os.link)


def _template_name(modules, addons=()):
    """A name of this clone that changes with Odoo, the modules and their preparation."""
    source = odoo_source.ensure()
    digest = hashlib.sha256(repr((source.release, str(source.script), modules, LANGUAGES)).encode())
    digest.update(PREPARE.read_bytes())
    for path in _addon_files(addons):
        digest.update(f'{path}\0'.encode())
        digest.update(path.read_bytes())
    kind = 'addons' if addons else 'odoo'
    return f'{_clone_prefix()}{kind}_{digest.hexdigest()[:10]}'


def _clone_prefix():
    """Clones that share a server have templates of their own: the filestore is in the clone."""
    clone = hashlib.sha256(os.fsencode(paths.ROOT)).hexdigest()[:6]
    return f'smart_billing_template_{clone}_'


def _addon_files(addons):
    for addon in addons:
        for path in sorted((paths.ROOT / addon).rglob('*')):
            if path.is_file() and '__pycache__' not in path.parts:
                yield path


def template(modules=FOREIGN_MODULES):
    """The template database with Odoo's own modules and a Japanese company; made once."""
    postgres.ensure()
    name = _template_name(tuple(modules))
    with locked(paths.state_dir() / 'template.lock', 'the template database'):
        if not exists(name):
            _remove_outdated('odoo', name)
            _make_template(name, modules)
    return name


def _remove_outdated(kind, current):
    """Remove this clone's templates for an older state of its files."""
    for name in names():
        if name.startswith(f'{_clone_prefix()}{kind}_') and name != current:
            drop(name)


def drop_templates():
    """Remove all templates of this clone, on whichever server they are."""
    for name in names():
        if name.startswith(_clone_prefix()):
            drop(name)


def _make_template(name, modules):
    say('* a template database is made once (a minute)')
    scratch = f'{name}_new'
    drop(scratch)
    run_sql(f'CREATE DATABASE "{scratch}" TEMPLATE template0 ENCODING \'UTF8\' LC_COLLATE \'C\'')
    try_extensions(scratch)
    odoo_once('install Odoo and its modules', scratch, '-i', ','.join(modules),
              '--load-language', ','.join(LANGUAGES), '--stop-after-init', '--no-http')
    log = paths.state_dir('logs') / 'template.log'
    with open(PREPARE, 'rb') as script, open(log, 'ab') as stream:
        code = subprocess.call(
            odoo.command('shell', '-d', scratch, '--no-http', '--log-level=warn'),
            env=odoo.environment(), stdin=script, stdout=stream, stderr=subprocess.STDOUT)
    if code:
        raise SetupError(f'The Japanese company could not be set up; see {log}')
    _publish(scratch, name)


def _publish(scratch, name):
    """Give a finished database its final name, so that an unfinished one is never used."""
    drop(name)
    if filestore(scratch).is_dir():
        filestore(scratch).rename(filestore(name))
    run_sql(f'ALTER DATABASE "{scratch}" RENAME TO "{name}"')


def try_extensions(name):
    """Create the extensions that need a privileged role, when this role has it."""
    for extension in ('btree_gist',):
        try:
            run_sql(f'CREATE EXTENSION IF NOT EXISTS {extension}', name)
        except SetupError as error:
            say(f'  without {extension}: {error}')


def odoo_once(title, database, *arguments, log_name='template'):
    """Run Odoo on a database until it ends."""
    run_logged(title, odoo.command('-d', database, *arguments), log_name,
               env=odoo.environment())


def _addons_template():
    """A template with this clone's addons installed, made anew when one of their files changes."""
    base = template()
    addons = paths.present_addons()
    name = _template_name(FOREIGN_MODULES, addons)
    if not exists(name):
        _remove_outdated('addons', name)
        copy(base, f'{name}_new')
        odoo_once('install the addons', f'{name}_new', '-i', ','.join(addons),
                  '--stop-after-init', '--no-http', log_name='addons')
        _publish(f'{name}_new', name)
    return name


def create(name, with_addons=True):
    """Create a database from the template; with the addons by default."""
    if not with_addons:
        copy(template(), name)
        return name
    # Under one lock, so that nobody replaces the template between its making and its copying.
    with locked(paths.state_dir() / 'addons-template.lock', 'the addons'):
        copy(_addons_template(), name)
    return name

"""``python3 -m tools COMMAND``: what the Makefile calls; every command sets up what it needs."""

import argparse
import os
import shutil
import signal
import subprocess
import sys

from . import (
    checks,
    databases,
    lint,
    machine,
    odoo,
    odoo_source,
    odoo_tests,
    paths,
    postgres,
    venv,
)
from .steps import SetupError, say

DEMO_DATABASE = 'smart_billing_demo'


def setup(_options):
    checks.prepare()
    databases.template()
    say('Set-up is complete.')


def serve(options):
    """The web client on the usual port, on the demo database."""
    machine.ensure()
    postgres.ensure()
    if not databases.exists(DEMO_DATABASE):
        databases.create(DEMO_DATABASE)
    with odoo.OdooServer(DEMO_DATABASE, port=options.port, cron_threads=1) as server:
        say(f'open {server.url} (admin / admin); Ctrl-C ends the server; its log is {server.log}')
        return server.wait()


def run_odoo(options):
    """Odoo's own command line with this clone's configuration and database server."""
    postgres.ensure()
    return subprocess.call(odoo.command(*options.arguments), env=odoo.environment())


def psql(options):
    postgres.ensure()
    return subprocess.call([postgres.tool('psql'), *options.arguments],
                           env=postgres.environment())


def createdb(options):
    databases.create(options.name, with_addons=not options.bare)
    say(f'database {options.name} is ready')


def dropdb(options):
    postgres.ensure()
    databases.drop(options.name)


def run_python(options):
    """The project's interpreter, with Odoo and the database server in its environment."""
    postgres.ensure()
    env = dict(odoo.environment(), PYTHONDONTWRITEBYTECODE='1')
    return subprocess.call([venv.ensure(), *options.arguments], env=env)


def run_module(options):
    """A module of this repository that works with Odoo, in the project's interpreter.

    It takes this process over: a parent that waits would, after Ctrl-C, kill it before it has
    ended the servers that it started.
    """
    machine.ensure()
    postgres.ensure()
    odoo_source.ensure()
    os.chdir(paths.ROOT)
    interpreter = str(venv.ensure())
    os.execve(interpreter, [interpreter, '-m', *options.arguments], postgres.environment())


def test(options):
    return 0 if checks.run(options.steps) else 1


def run_linters(_options):
    return 1 if lint.run() else 0


def unit(options):
    """The pure code's tests, on the terminal."""
    command = [venv.ensure(), '-m', 'pytest', '-p', 'no:odoo', '-q', 'tests/unit', '--cov']
    return subprocess.call([*command, *options.arguments], cwd=paths.ROOT)


def addon_tests(options):
    return odoo_tests.main(options.tags)


def odoo_own_tests(_options):
    return odoo_tests.main(['odoo'])


def stop(_options):
    postgres.stop()


def clean(_options):
    """Remove this clone's state: databases, filestore, logs. The shared cache stays."""
    if postgres.uses_own_server():
        postgres.ensure()
        databases.drop_templates()
    else:
        postgres.remove()
    shutil.rmtree(paths.STATE, ignore_errors=True)


def _parser():
    parser = argparse.ArgumentParser(prog='python3 -m tools', description=__doc__)
    commands = parser.add_subparsers(dest='command', required=True)

    def add(function, name, text, *arguments):
        sub = commands.add_parser(name, help=text)
        sub.set_defaults(function=function)
        for flags, settings in arguments:
            sub.add_argument(*flags, **settings)

    def pass_on(function, name, text):
        # With no prefix character every argument, options too, goes through as it is.
        sub = commands.add_parser(name, help=text, prefix_chars='\0', add_help=False)
        sub.set_defaults(function=function)
        sub.add_argument('arguments', nargs='*')

    add(setup, 'setup', 'fetch and prepare everything')
    add(serve, 'serve', 'web client on the demo database',
        (('--port',), {'type': int, 'default': 8069}))
    pass_on(run_odoo, 'odoo', "Odoo's own command line")
    pass_on(psql, 'psql', 'psql on the database server')
    pass_on(run_python, 'python', "the project's interpreter")
    pass_on(run_module, 'module', "a module of this repository in the project's interpreter")
    add(test, 'test', 'every check', (('steps',), {'nargs': '*', 'help': 'names of steps'}))
    add(run_linters, 'lint', 'the linters')
    pass_on(unit, 'unit', "the pure code's tests with coverage")
    add(addon_tests, 'addon-tests', 'the addons in Odoo', (('tags',), {'nargs': '*'}))
    add(odoo_own_tests, 'odoo-tests', "Odoo's accounting tests with the addons installed")
    add(createdb, 'createdb', 'a database from the template, with the addons',
        (('name',), {}), (('--bare',), {'action': 'store_true', 'help': 'without the addons'}))
    add(dropdb, 'dropdb', 'drop a database and its filestore', (('name',), {}))
    add(stop, 'stop', 'stop the PostgreSQL cluster of this clone')
    add(clean, 'clean', "remove this clone's state; the shared cache stays")
    return parser


def main():
    # A polite end of this process must end the servers that it started.
    signal.signal(signal.SIGTERM, lambda *_args: sys.exit(143))
    options = _parser().parse_args()
    try:
        return options.function(options) or 0
    except SetupError as error:
        say(f'error: {error}')
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == '__main__':
    os.chdir(paths.ROOT)
    sys.exit(main())

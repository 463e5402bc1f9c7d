"""Odoo's own test runner: the addons' tests, and Odoo's tests with the addons installed."""

import re
import subprocess
import sys

from . import databases, machine, odoo, paths
from .steps import locked, say

SUMMARY = re.compile(r'(\d+) failed, (\d+) error\(s\) of (\d+) tests when loading database')
RECORD = re.compile(r'^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d+ \d+ (?P<level>[A-Z]+) ')
BAD_LEVELS = ('ERROR', 'CRITICAL')
# Odoo skips browser tests without a word to the count when it finds no browser.
NO_BROWSER = 'Chrome executable not found'
REPORT_LINES = 200


class Outcome:
    """What a log of Odoo's test runner says."""

    def __init__(self, text, exit_code=0):
        match = None
        for match in SUMMARY.finditer(text):
            pass
        self.failed, self.errors, self.tests = map(int, match.groups()) if match else (0, 0, 0)
        self.trouble = bad_records(text)
        self.complaints = []
        if exit_code:
            self.complaints.append(f'Odoo ended with exit code {exit_code}')
        if not self.tests:
            self.complaints.append('no test ran')
        if NO_BROWSER in text:
            self.complaints.append('browser tests were skipped: there is no browser')
        if self.trouble:
            self.complaints.append(f'{len(self.trouble)} errors in the log')

    @property
    def passed(self):
        return max(self.tests - self.failed - self.errors, 0)

    @property
    def ok(self):
        return not (self.failed or self.errors or self.complaints)


def bad_records(text):
    """The log records of level ERROR and above, each with its following lines (traceback)."""
    records, current = [], None
    for line in text.splitlines():
        match = RECORD.match(line)
        if match:
            current = None
            if match['level'] in BAD_LEVELS:
                current = [line]
                records.append(current)
        elif current is not None:
            current.append(line)
    return ['\n'.join(record) for record in records]


def show_trouble(outcome, log):
    lines = '\n'.join(outcome.trouble).splitlines()
    for line in lines[:REPORT_LINES]:
        say(line)
    if len(lines) > REPORT_LINES:
        say(f'… {len(lines) - REPORT_LINES} more lines in {log}')
    for complaint in outcome.complaints:
        say(f'{complaint}; the log is {log}')


def run(database, log_name, *arguments):
    """Run Odoo with tests on a database until it ends; return the outcome and the log file."""
    log = paths.state_dir('logs') / f'{log_name}.log'
    command = odoo.command(
        '-d', database, '--stop-after-init', '--http-port', odoo.free_port(),
        '--screenshots', paths.state_dir('screenshots'), *arguments)
    with open(log, 'wb') as stream:
        code = subprocess.call(command, env=odoo.environment(), stdin=subprocess.DEVNULL,
                               stdout=stream, stderr=subprocess.STDOUT)
    outcome = Outcome(log.read_text(encoding='utf-8', errors='replace'), code)
    if not outcome.ok:
        show_trouble(outcome, log)
    return outcome, log


def addon_tests(tags=None):
    """The tests of the project's addons, at install and after, in a database of their own."""
    machine.ensure()
    addons = paths.present_addons()
    tags = tags or ','.join(f'/{addon}' for addon in addons)
    name = 'smart_billing_addon_tests'
    with locked(paths.state_dir() / f'{name}.lock', 'the addon tests'):
        databases.copy(databases.template(), name)
        try:
            return run(name, 'test-addons', '-i', ','.join(addons), '--test-tags', tags)
        finally:
            databases.drop(name)


def odoo_account_tests():
    """Odoo's own accounting tests, with the project's addons installed."""
    machine.ensure()
    name = 'smart_billing_odoo_tests'
    with locked(paths.state_dir() / f'{name}.lock', "Odoo's tests"):
        databases.create(name)
        try:
            # The update makes the tests run that belong to the moment of installation.
            return run(name, 'odoo-tests', '-u', 'account', '--test-tags', '/account')
        finally:
            databases.drop(name)


def main(arguments):
    if arguments[:1] == ['odoo']:
        outcome, _log = odoo_account_tests()
        title = 'odoo-tests'
    else:
        outcome, _log = addon_tests(','.join(arguments))
        title = 'addon-tests'
    print(f'{title}: tests={outcome.tests} failed={outcome.failed} errors={outcome.errors} '
          f'ok={"yes" if outcome.ok else "no"}')
    return 0 if outcome.ok else 1


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))

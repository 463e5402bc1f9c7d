"""``make test``: every check in one run, a table of steps and times, one summary line.

A step is a name and a function that returns ``(passed, failed, log)``. To add one, add it to
:func:`steps`; a folder of pytest files under ``tests/`` needs a line in ``PYTEST_FOLDERS`` only.
"""

import re
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree

from . import lint, machine, odoo_source, odoo_tests, paths, postgres, venv
from .steps import SetupError, say, show_tail

# In the order of their speed: what fails early fails first.
PYTEST_FOLDERS = ('tools', 'slips', 'simulators', 'packaging', 'e2e', 'faults')
SCENARIOS = 'tests/scenarios'
COUNTS = re.compile(r'(\d+) passed, (\d+) failed')


class Step:
    def __init__(self, name, function, *arguments):
        self.name = name
        self.function = function
        self.arguments = arguments
        self.passed = self.failed = 0
        self.seconds = 0

    def run(self):
        say(f'== {self.name} …')
        start = time.monotonic()
        try:
            self.passed, self.failed = self.function(*self.arguments)
        except SetupError as error:
            say(f'error: {error}')
            self.failed = 1
        self.seconds = time.monotonic() - start
        say(f'== {self.name}: {self.passed} passed, {self.failed} failed, {self.seconds:.0f} s')


def run_lint():
    """The linters are no tests: they count when they fail."""
    return 0, len(lint.run())


def run_pytest(folder, *options, env=None):
    """Run pytest on a folder under tests/ and count from its own report."""
    report = paths.state_dir('reports') / f'{folder}.xml'
    report.unlink(missing_ok=True)
    log = paths.state_dir('logs') / f'test-{folder}.log'
    command = [venv.ensure(), '-m', 'pytest', '-p', 'no:odoo', '-q', f'--junitxml={report}',
               *options, f'tests/{folder}']
    code = _logged(command, log, env)
    passed, failed = _junit_counts(report)
    if code or not passed:
        show_tail(log, 200)
        # pytest reports no failed test when coverage is short or nothing was collected.
        failed = failed or 1
    return passed, failed


def run_unit():
    """Core and wire, without Odoo; a line that no test runs is a failure (setup.cfg)."""
    return run_pytest('unit', '--cov', '--cov-report=term')


def run_scenarios(via, folder=SCENARIOS):
    """The project's billing scenarios, through the pure planner or through Odoo."""
    log = paths.state_dir('logs') / f'test-{folder.replace("/", "-")}-{via or "core"}.log'
    code = _logged(scenario_command(folder, via), log, postgres.environment())
    match = None
    for match in COUNTS.finditer(log.read_text(encoding='utf-8', errors='replace')):
        pass
    passed, failed = map(int, match.groups()) if match else (0, 0)
    if code or failed or not passed:
        show_tail(log, 200)
        failed = failed or 1
    return passed, failed


def scenario_command(folder, via=None):
    command = [venv.ensure(), '-m', 'tests.scenarios.runner', folder]
    return command + (['--via', via] if via else [])


def run_addon_tests():
    outcome, _log = odoo_tests.addon_tests()
    return outcome.passed, max(outcome.failed + outcome.errors, 0 if outcome.ok else 1)


def _logged(command, log, env=None):
    with open(log, 'wb') as stream:
        return subprocess.call([str(part) for part in command], cwd=paths.ROOT, env=env,
                               stdin=subprocess.DEVNULL, stdout=stream, stderr=subprocess.STDOUT)


def _junit_counts(report):
    """(passed, failed) of a JUnit report; skipped tests are neither."""
    if not report.is_file():
        return 0, 0
    passed = failed = 0
    for suite in ElementTree.parse(report).getroot().iter('testsuite'):
        bad = int(suite.get('failures')) + int(suite.get('errors'))
        failed += bad
        passed += int(suite.get('tests')) - bad - int(suite.get('skipped'))
    return passed, failed


def _has_tests(folder):
    return any((paths.ROOT / 'tests' / folder).rglob('test_*.py'))


def steps():
    """All steps, in order, of what this checkout holds."""
    yield Step('lint', run_lint)
    yield Step('unit', run_unit)
    if (paths.ROOT / SCENARIOS / 'runner.py').is_file():
        yield Step('scenarios', run_scenarios, None)
        yield Step('scenarios via odoo', run_scenarios, 'odoo')
    yield Step('addons in Odoo', run_addon_tests)
    for folder in PYTEST_FOLDERS:
        if _has_tests(folder):
            yield Step(folder, run_pytest_with_server, folder)


def run_pytest_with_server(folder):
    """Tests that drive a real Odoo from outside find the database server in the environment."""
    return run_pytest(folder, env=postgres.environment())


def prepare():
    machine.ensure()
    odoo_source.ensure()
    venv.ensure('odoo')
    venv.ensure('lint')
    postgres.ensure()


def run(only=()):
    """Run the steps (those named, or all) and print the table; True when all are clean."""
    prepare()
    chosen = list(steps())
    unknown = set(only) - {step.name for step in chosen}
    if unknown:
        raise SetupError(f'There is no step named {", ".join(sorted(unknown))}; the steps are '
                         f'{", ".join(step.name for step in chosen)}.')
    chosen = [step for step in chosen if not only or step.name in only]
    for step in chosen:
        step.run()
    return _report(chosen)


def _report(done):
    width = max(len(step.name) for step in done)
    print(f'{"step":<{width}}  passed  failed  seconds')
    for step in done:
        print(f'{step.name:<{width}}  {step.passed:>6}  {step.failed:>6}  {step.seconds:>7.1f}')
    passed = sum(step.passed for step in done)
    failed = sum(step.failed for step in done)
    print(f'{"total":<{width}}  {passed:>6}  {failed:>6}  '
          f'{sum(step.seconds for step in done):>7.1f}')
    print(f'{passed} passed, {failed} failed', flush=True)
    return failed == 0


def main(arguments):
    try:
        return 0 if run(arguments) else 1
    except SetupError as error:
        say(f'error: {error}')
        return 1


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))

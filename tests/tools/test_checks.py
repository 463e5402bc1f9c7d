import pytest

from tools import checks
from tools.steps import SetupError

JUNIT = '''<testsuites><testsuite name="pytest" errors="1" failures="2" skipped="3" tests="10"
 time="1"/></testsuites>'''


@pytest.fixture
def quiet(monkeypatch):
    monkeypatch.setattr(checks, 'prepare', lambda: None)


def run(monkeypatch, *results):
    def outcome(result):
        def function():
            if isinstance(result, Exception):
                raise result
            return result
        return function
    monkeypatch.setattr(checks, 'steps', lambda: [
        checks.Step(f'step {number}', outcome(result)) for number, result in enumerate(results)])
    return checks.run()


def test_counts_of_all_steps_add_up_in_the_last_line(monkeypatch, quiet, capsys):
    assert run(monkeypatch, (3, 0), (4, 0)) is True
    assert capsys.readouterr().out.splitlines()[-1] == '7 passed, 0 failed'


def test_one_failing_step_fails_the_run_and_the_others_still_run(monkeypatch, quiet, capsys):
    assert run(monkeypatch, (3, 1), (4, 0)) is False
    assert capsys.readouterr().out.splitlines()[-1] == '7 passed, 1 failed'


def test_a_step_that_cannot_run_is_a_failure(monkeypatch, quiet, capsys):
    assert run(monkeypatch, SetupError('no server'), (4, 0)) is False
    captured = capsys.readouterr()
    assert captured.out.splitlines()[-1] == '4 passed, 1 failed'
    assert 'no server' in captured.err


def test_pytest_counts_leave_skipped_tests_out(tmp_path):
    report = tmp_path / 'report.xml'
    report.write_text(JUNIT)
    assert checks._junit_counts(report) == (4, 3)


def test_a_missing_report_counts_nothing(tmp_path):
    assert checks._junit_counts(tmp_path / 'report.xml') == (0, 0)


def test_an_unknown_step_name_is_refused(quiet):
    with pytest.raises(SetupError, match='no step'):
        checks.run(['no such step'])

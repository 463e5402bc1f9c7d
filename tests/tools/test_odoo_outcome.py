from tools.odoo_tests import Outcome, bad_records

INFO = '2026-11-23 09:00:00,001 42 INFO db odoo.modules.loading: loading\n'
ERROR = ('2026-11-23 09:00:01,001 42 ERROR db odoo.addons.x.tests.test_x: FAIL: TestX.test_y\n'
         'Traceback (most recent call last):\n'
         '  AssertionError: 1 != 2\n')


def summary(failed, errors, tests):
    return (f'2026-11-23 09:00:02,001 42 INFO db odoo.tests.result: {failed} failed, {errors} '
            f'error(s) of {tests} tests when loading database \'db\'\n')


def test_a_clean_log_counts_as_passed():
    outcome = Outcome(INFO + summary(0, 0, 12))
    assert outcome.ok
    assert (outcome.passed, outcome.tests) == (12, 12)


def test_failures_and_errors_are_not_ok():
    outcome = Outcome(INFO + ERROR + summary(1, 2, 12), 1)
    assert not outcome.ok
    assert outcome.passed == 9


def test_no_tests_is_not_ok():
    assert not Outcome(INFO + summary(0, 0, 0)).ok
    assert not Outcome(INFO).ok


def test_an_error_in_the_log_outside_of_a_test_is_not_ok():
    assert not Outcome(ERROR + summary(0, 0, 12)).ok


def test_skipped_browser_tests_are_not_ok():
    text = INFO.replace('loading\n', 'Chrome executable not found\n')
    assert not Outcome(text + summary(0, 0, 12)).ok


def test_a_bad_exit_code_is_not_ok():
    assert not Outcome(summary(0, 0, 12), -9).ok


def test_an_error_is_shown_with_its_traceback_and_nothing_else():
    assert bad_records(INFO + ERROR + INFO) == [ERROR.rstrip('\n')]

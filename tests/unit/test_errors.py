"""Errors of the pure core carry codes, contexts and no secrets."""

import pickle

import pytest

from odoo.addons.smart_billing.core.errors import (
    CalendarError,
    DomainError,
    FieldError,
    FileError,
    KanaError,
    Problem,
)


@pytest.mark.parametrize('cls', [CalendarError, FieldError, FileError, KanaError])
def test_every_error_is_a_domain_error_and_a_value_error(cls):
    assert issubclass(cls, DomainError)
    assert issubclass(cls, ValueError)


def test_printing_shows_code_and_context():
    assert str(FieldError('too_long', field='amount', position=81)) == (
        'too_long field=amount position=81')


def test_printing_an_error_without_context_shows_the_code_alone():
    assert str(DomainError('no_records')) == 'no_records'


@pytest.mark.parametrize('key', ['account', 'account_no', 'account_number'])
def test_printing_hides_account_numbers(key):
    assert str(FieldError('unknown', **{key: '1234567'})) == f'unknown {key}=****567'


def test_a_short_account_number_is_hidden_whole():
    assert str(FieldError('unknown', account_number='123')) == 'unknown account_number=***'


def test_file_error_prints_line_and_offset():
    assert str(FileError('after_end', 6, 610)) == 'after_end line=6 offset=610'


def test_file_error_without_problems_is_its_own_problem():
    error = FileError('wrong_type', 1, 0, found='21')
    assert error.problems == (Problem('wrong_type', 1, 0, {'found': '21'}),)


def test_file_error_from_problems_takes_code_and_place_of_the_first():
    problems = [Problem('unreadable', 3, 321, {'field': 'amount'}), Problem('missing', 4, 366, {})]
    error = FileError.from_problems(problems)
    assert (error.code, error.line, error.offset) == ('unreadable', 3, 321)
    assert error.context == {'line': 3, 'offset': 321, 'field': 'amount'}
    assert error.problems == tuple(problems)


@pytest.mark.parametrize('error', [
    KanaError('kana_kanji', character='山', position=1),
    FileError.from_problems([Problem('missing', 2, 120, {'field': 'amount'}),
                             Problem('missing', 3, 240, {})]),
])
def test_errors_survive_the_way_between_processes(error):
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is type(error)
    assert (copy.code, copy.context) == (error.code, error.context)
    assert getattr(copy, 'problems', None) == getattr(error, 'problems', None)

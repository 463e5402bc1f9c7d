"""The project's scenario files through the pure planner, and the runner's own honesty."""
import io
from pathlib import Path

import pytest

from tests.scenarios import runner, via_core
from tests.scenarios.format import FormatError, read

FOLDER = Path(runner.__file__).parent
FILES = sorted(FOLDER.rglob('*.yml'))

GOOD = """
name: good
company: {currency: JPY}
accounts:
  A: {billing_day: 1}
plans:
  basic:
    versions:
      - from: 2000-01-01
        charges:
          base: {type: recurring, model: flat, price: "3000", every: {month: 1}}
steps:
  - {day: 2026-05-01, do: start, contract: c1, account: A, plan: basic}
  - day: 2026-05-01
    do: run
    expect:
      - account: A
        lines:
          - {contract: c1, charge: base, from: 2026-05-01, to: 2026-06-01, amount: "3000"}
        total: "3000"
  - {day: 2026-05-02, do: run, expect: []}
"""
RUN = '  - {day: 2026-05-02, do: run, expect: []}\n'


def write(folder, content, name='good'):
    path = folder / f'{name}.yml'
    path.write_text(content, encoding='utf-8')
    return path


def play(folder, content):
    with via_core.open_backend() as backend:
        return runner.play_file(write(folder, content), backend)[1]


def test_there_are_files():
    assert len(FILES) >= 50


@pytest.mark.parametrize('path', FILES, ids=lambda path: path.stem)
def test_file_through_the_planner(path):
    with via_core.open_backend() as backend:
        assert runner.play_file(path, backend) == (path.stem, None)


def test_the_good_file_passes(tmp_path):
    assert play(tmp_path, GOOD) is None


@pytest.mark.parametrize(('old', 'new', 'told'), [
    ('amount: "3000"', 'amount: "2999"', 'missing c1 base 2026-05-01..2026-06-01 2999'),
    ('to: 2026-06-01', 'to: 2026-05-31', 'unexpected c1 base 2026-05-01..2026-06-01 3000'),
    ('amount: "3000"', 'amount: "3000", quantity: 2', 'missing c1 base'),
    ('total: "3000"', 'total: "3300"', 'A: total 3000, not 3300'),
    ('total: "3000"', 'tax: "1"', 'A: tax 0, not 1'),
    (RUN, RUN.replace('05-02', '06-01'), 'A: unexpected invoice with c1 base 2026-06-01'),
    (RUN, RUN.replace('[]', '[{account: A, lines: []}]'), 'A: no invoice'),
    (RUN, '  - {day: 2026-05-02, do: delete_draft, account: A}\n' + RUN, 'unexpected invoice'),
    (RUN, '  - {day: 2026-05-02, do: cancel_invoice, account: A}\n' + RUN, 'unexpected invoice'),
    (RUN, '  - {day: 2026-05-02, do: delete_draft, account: A}\n' * 2, 'A has no invoice'),
])
def test_a_difference_is_told(tmp_path, old, new, told):
    assert old in GOOD
    assert told in play(tmp_path, GOOD.replace(old, new))


def test_a_crash_is_a_failure(tmp_path):
    content = GOOD.replace('2000-01-01', '2030-01-01')
    assert play(tmp_path, content) == 'DomainError: no_version plan=basic day=2026-05-01'


@pytest.mark.parametrize(('old', 'new', 'told'), [
    ('name: good', 'name: other', "name other is not the file's name"),
    ('name: good', 'name: good\ncolour: red', 'unknown key colour'),
    ('accounts:', 'accounts: []\nmore:', 'unknown key more'),
    ('company: {currency: JPY}', 'company: {currency: XXX}', 'XXX is none of'),
    ('company: {currency: JPY}', 'company: {tax_percent: 8.5}', 'a decimal string is expected'),
    ('company: {currency: JPY}', 'company: {tax_percent: "ten"}', 'ten is no decimal number'),
    ('company: {currency: JPY}', 'company: {timezone: 9}', 'a text is expected'),
    ('company: {currency: JPY}', 'company: []', 'a mapping is expected'),
    ('billing_day: 1', 'billing_day: 32', 'a whole number from 1 to 31 is expected'),
    ('every: {month: 1}', 'every: {month: 1, day: 2}', 'one length'),
    ('every: {month: 1}', 'every: {moon: 1}', 'moon is none of'),
    ('every: {month: 1}', 'timing: arrears', 'every is missing'),
    ('price: "3000", ', '', 'price is missing'),
    ('model: flat', 'model: tiered', 'tiers is missing'),
    ('model: flat', 'model: package', 'size is missing'),
    ('type: recurring', 'type: usage', 'metric is missing'),
    ('type: recurring, ', '', 'type is missing'),
    ('from: 2000-01-01', 'from: "2000-01-01"', 'a day is expected'),
    ('{type: recurring', '{type: recurring, type: usage', 'a key stands twice'),
    ('do: start', 'do: begin', 'begin is none of'),
    ('do: start', 'do: start, when: immediate', 'unknown key when'),
    ('account: A, plan: basic', 'account: B, plan: basic', 'unknown account B'),
    ('account: A, plan: basic', 'account: A, plan: gold', 'unknown plan gold'),
    ('contract: c1, charge', 'contract: c9, charge', 'unknown contract c9'),
    ('contract: c1, account', 'contract: "", account', 'a name is expected'),
    ('day: 2026-05-02', 'day: 2026-04-30', '2026-04-30 comes after 2026-05-01'),
    (RUN, '  - {day: 2026-05-02, do: start, contract: c1, account: A, plan: basic}\n',
     'c1 starts twice'),
    (RUN, '  - {day: 2026-05-02, do: run, expect: {}}\n', 'a list is expected'),
    (RUN, '  - {day: 2026-05-02}\n', 'do is missing'),
    (RUN, '  - run\n', 'a mapping is expected'),
    ('accounts:', 'accounts: [', 'not readable'),
])
def test_what_the_format_does_not_know_is_refused(tmp_path, old, new, told):
    assert old in GOOD
    with pytest.raises(FormatError) as refused:
        read(write(tmp_path, GOOD.replace(old, new, 1)))
    assert told in str(refused.value)


def test_lists_where_names_are_expected_are_refused(tmp_path):
    with pytest.raises(FormatError):
        read(write(tmp_path, GOOD.replace('  A: {billing_day: 1}', '  - A')))


def test_a_folder_is_counted(tmp_path):
    write(tmp_path, GOOD)
    write(tmp_path, GOOD, 'bad')
    (tmp_path / 'torn.yaml').write_bytes(b'name: \xff')
    out = io.StringIO()
    assert not runner.run_folder(tmp_path, out=out)
    told = out.getvalue().splitlines()
    assert told[0] == "FAIL bad: name good is not the file's name"
    assert told[1] == 'ok good'
    assert told[2].startswith('FAIL torn: not readable')
    assert told[3] == '1 passed, 2 failed'


def test_an_empty_folder_fails(tmp_path, capsys):
    assert runner.main([str(tmp_path)]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == '0 passed, 1 failed'


def test_the_exit_status_of_good_files(tmp_path, capsys):
    write(tmp_path, GOOD)
    assert runner.main([str(tmp_path), '--via', 'core']) == 0
    assert capsys.readouterr().out == 'ok good\n1 passed, 0 failed\n'

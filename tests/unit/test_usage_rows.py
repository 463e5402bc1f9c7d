"""Rows of usage: strictly read, and cut into sets that keep their order."""
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.smart_billing.core.usage_rows import (
    CORRECT,
    DAY_FORMATS,
    MEASURE,
    TIMESTAMP,
    WITHDRAW,
    DayReader,
    Measurement,
    Row,
    UsageError,
    read_measurement,
    waves,
)

TOKYO = ZoneInfo('Asia/Tokyo')
read_day = DayReader(('iso', 'slash', TIMESTAMP), TOKYO)


def read(one_a_day=False, **values):
    row = Row(**{'contract': 'C-1', 'metric': 'calls', 'quantity': '5', 'day': '2026-10-31',
                 'external_id': 'u1', **values})
    return read_measurement(2, row, read_day, one_a_day)


def code_of(**values):
    with pytest.raises(UsageError) as caught:
        read(**values)
    return caught.value.code


def test_a_row_is_understood_without_the_blanks_around_its_texts():
    assert read(contract=' C-1 ', quantity=' 5.50 ', subject=' ', reason='late') == Measurement(
        2, 'C-1', 'calls', Decimal('5.50'), date(2026, 10, 31), 'u1', None, MEASURE, 'late')


def test_a_front_system_may_send_numbers_and_days():
    row = read(contract=17, quantity=1.5, day=date(2026, 10, 31))
    assert (row.contract, row.quantity, row.day) == (17, Decimal('1.5'), date(2026, 10, 31))


@pytest.mark.parametrize(('word', 'action'), [
    ('', MEASURE), (None, MEASURE), ('訂正', CORRECT), ('Correction', CORRECT),
    ('取消', WITHDRAW), ('withdraw', WITHDRAW)])
def test_what_a_row_declares_to_be(word, action):
    assert read(action=word).action == action


def test_a_withdrawal_needs_nothing_but_the_identity():
    row = read(action='withdraw', metric=None, quantity=None, day=None)
    assert row[:5] == (2, 'C-1', '', None, None)


@pytest.mark.parametrize(('values', 'code'), [
    ({'contract': ''}, 'usage_missing'),
    ({'metric': None}, 'usage_missing'),
    ({'quantity': ' '}, 'usage_missing'),
    ({'day': False}, 'usage_missing'),
    ({'external_id': ''}, 'usage_missing'),
    ({'quantity': '1,5'}, 'usage_quantity'),
    ({'quantity': 'NaN'}, 'usage_quantity'),
    ({'quantity': 'Infinity'}, 'usage_quantity'),
    ({'quantity': True}, 'usage_quantity'),
    ({'quantity': '-1'}, 'usage_negative'),
    ({'quantity': '1e12'}, 'usage_digits'),
    ({'quantity': '0.1234567891'}, 'usage_digits'),
    ({'day': '2026-02-29'}, 'usage_day'),
    ({'day': '31.10.2026'}, 'usage_day'),
    ({'day': '0001-01-01T00:00:00+14:00'}, 'usage_day'),
    ({'action': 'delete'}, 'usage_action'),
    ({'external_id': 'x' * 201}, 'usage_too_long'),
    ({'subject': 'a\0b'}, 'usage_control'),
])
def test_what_is_no_measurement_is_refused_with_its_code(values, code):
    assert code_of(**values) == code


@pytest.mark.parametrize(('name', 'text'), [
    ('iso', '2026-10-31'), ('slash', '2026/10/31'), ('compact', '20261031'),
    ('japanese', '2026年10月31日'), ('dmy', '31.10.2026'), ('mdy', '10/31/2026'),
    (TIMESTAMP, '2026-10-30T15:00:00Z'), (TIMESTAMP, '2026-10-31 23:59:59'),
    (TIMESTAMP, '2026-10-31T00:00:00+09:00')])
def test_days_in_every_format(name, text):
    reader = DayReader((name,), TOKYO)
    assert reader(text) == reader(text) == date(2026, 10, 31)


def test_every_format_is_offered_and_reads_nothing_else():
    for name in DAY_FORMATS:
        with pytest.raises(UsageError):
            DayReader((name,), TOKYO)('2026-10-31T00:00:00')


def test_what_is_remembered_of_days_stays_small():
    reader = DayReader((TIMESTAMP,), TOKYO)
    for second in range(5001):
        reader(f'2026-10-31T{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}')
    assert len(reader.known) == 1


def test_without_identities_a_metric_has_one_measurement_a_day_and_subject():
    named = [read(one_a_day=True, day=day, subject=subject, external_id=None).external_id
             for day, subject in (('2026-10-31', ''), ('2026/10/31', None), ('2026-10-31', 'm1'))]
    assert named == ['2026-10-31 calls', '2026-10-31 calls', '2026-10-31 calls m1']
    withdrawn = read(one_a_day=True, action='withdraw', quantity='')
    assert (withdrawn.external_id, withdrawn.quantity) == ('2026-10-31 calls', None)


def rows_of(*pairs):
    return [Measurement(line, 'C', 'm', Decimal(1), None, name, None, action, None)
            for line, (name, action) in enumerate(pairs)]


def lines_of(*pairs):
    return [[row.line for row in wave] for wave in waves(rows_of(*pairs))]


def test_measurements_are_one_wave_and_their_repetitions_another():
    assert lines_of(('a', MEASURE), ('b', MEASURE)) == [[0, 1]]
    assert lines_of(*[('a', MEASURE)] * 4) == [[0], [1, 2, 3]]
    assert lines_of() == []


def test_corrections_wait_for_what_they_correct():
    assert lines_of(('a', CORRECT), ('a', MEASURE), ('a', MEASURE), ('b', MEASURE),
                    ('a', WITHDRAW)) == [[0, 3], [1, 2], [4]]


@given(st.lists(st.tuples(st.sampled_from('ab'), st.sampled_from((MEASURE, CORRECT, WITHDRAW)))))
def test_waves_keep_every_row_and_the_order_of_each_identity(pairs):
    found = waves(rows_of(*pairs))
    placed = {row.line: index for index, wave in enumerate(found) for row in wave}
    assert sorted(placed) == list(range(len(pairs)))
    for wave in found:
        for name in 'ab':
            same = [row.action for row in wave if row.external_id == name]
            assert len(same) <= 1 or set(same) == {MEASURE}
    for later, (name, _action) in enumerate(pairs):
        for earlier in range(later):
            if pairs[earlier][0] == name:
                assert placed[earlier] <= placed[later]

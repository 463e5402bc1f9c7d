"""Timelines that make no sense are refused when they are entered."""
from datetime import date

import pytest

from odoo.addons.smart_billing.core.checks import TimelineError, check_timeline
from odoo.addons.smart_billing.core.facts import Contract, Event, Plan

PLAN = Plan('p', ())


def timeline(*events):
    return Contract('c', tuple(
        Event(kind, date.fromisoformat(day), index, PLAN, when=when)
        for index, (kind, day, when) in enumerate(
            (*event, 'immediate')[:3] for event in events)))


@pytest.mark.parametrize('events', [
    [('start', '2026-10-01')],
    [('start', '2026-10-01'), ('cancel', '2026-10-01')],
    [('start', '2026-10-01'), ('suspend', '2026-10-05'), ('resume', '2026-10-09')],
    [('start', '2026-10-01'), ('cancel', '2026-12-01'), ('suspend', '2026-11-01')],
    [('start', '2026-10-01'), ('cancel', '2026-11-01'), ('cancel', '2026-12-01'),
     ('suspend', '2026-11-15')],
    [('start', '2026-10-01'), ('cancel', '2026-10-11', 'end_of_period'),
     ('suspend', '2026-10-20')],
])
def test_sensible_timelines_pass(events):
    check_timeline(timeline(*events))


@pytest.mark.parametrize(('events', 'code', 'context'), [
    ([('cancel', '2026-10-01')], 'start_missing', {}),
    ([('start', '2026-10-01'), ('suspend', '2026-09-30')], 'event_before_start',
     {'start': date(2026, 10, 1), 'day': date(2026, 9, 30)}),
    ([('start', '2026-10-01'), ('resume', '2026-10-02')], 'resume_without_suspend',
     {'day': date(2026, 10, 2)}),
    ([('start', '2026-10-01'), ('suspend', '2026-10-05'), ('resume', '2026-10-04')],
     'resume_without_suspend', {'day': date(2026, 10, 4)}),
    ([('start', '2026-10-01'), ('cancel', '2026-11-01'), ('change_plan', '2026-11-01')],
     'event_after_end', {'end': date(2026, 11, 1), 'day': date(2026, 11, 1)}),
])
def test_mistakes_are_named_with_their_days(events, code, context):
    with pytest.raises(TimelineError) as caught:
        check_timeline(timeline(*events))
    assert (caught.value.code, caught.value.context) == (code, context)

"""Follow-up of unpaid invoices: the next step, and all that holds it up."""
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.smart_billing.core import dunning
from odoo.addons.smart_billing.core.dunning import Case, Next, Step

DUE = date(2026, 10, 27)
MAIL = Step('mail', 3)
SLIP = Step('slip', 10, results=('no_funds',))
LETTER = Step('letter', 30, gap=7, least_amount=1_000)
STEPS = (MAIL, SLIP, LETTER)


def after(days):
    return DUE + timedelta(days=days)


def test_a_step_is_due_some_days_after_the_due_day():
    case = Case(DUE, 5_000)
    assert dunning.next_step(case, STEPS, after(2)) == Next(None, dunning.NOT_YET, after(3))
    assert dunning.next_step(case, STEPS, after(3)) == Next(MAIL)


def test_steps_are_taken_once_and_in_order():
    case = Case(DUE, 5_000, 'no_funds', done=(('mail', after(3)),))
    assert dunning.next_step(case, STEPS, after(9)) == Next(None, dunning.NOT_YET, after(10))
    assert dunning.next_step(case, STEPS, after(10)) == Next(SLIP)
    case = case._replace(done=(*case.done, ('slip', after(10)), ('letter', after(30))))
    assert dunning.next_step(case, STEPS, after(99)) == Next(None, dunning.FINISHED)


def test_a_step_for_other_results_is_passed_over():
    case = Case(DUE, 5_000, 'no_mandate', done=(('mail', after(3)),))
    assert dunning.next_step(case, STEPS, after(30)) == Next(LETTER)


def test_late_steps_keep_their_distance():
    case = Case(DUE, 5_000, done=(('mail', after(40)),))
    assert dunning.next_step(case, STEPS, after(41)) == Next(None, dunning.NOT_YET, after(47))
    assert dunning.next_step(case, STEPS, after(47)) == Next(LETTER)


def test_a_letter_is_not_worth_a_small_amount():
    case = Case(DUE, 999, done=(('mail', after(3)),))
    assert dunning.next_step(case, STEPS, after(60)) == Next(None, dunning.FINISHED)


@pytest.mark.parametrize('change, reason, again', [
    ({'open_amount': 0}, dunning.PAID, None),
    ({'under_collection': True}, dunning.UNDER_COLLECTION, None),
    ({'preliminary': True}, dunning.PRELIMINARY, None),
    ({'excluded': True}, dunning.EXCLUDED, None),
    ({'promised_until': after(20)}, dunning.PROMISED, after(21)),
])
def test_nothing_is_done_while_something_holds_it_up(change, reason, again):
    case = Case(DUE, 5_000)._replace(**change)
    assert dunning.next_step(case, STEPS, after(20)) == Next(None, reason, again)


def test_a_promise_that_was_not_kept_holds_nothing_up():
    case = Case(DUE, 5_000, promised_until=after(20))
    assert dunning.next_step(case, STEPS, after(21)) == Next(MAIL)


@given(st.lists(st.integers(0, 40), max_size=60), st.booleans())
def test_no_step_is_taken_twice_whatever_the_days_on_which_the_job_runs(days, funds):
    case, taken = Case(DUE, 5_000, 'no_funds' if funds else 'other'), []
    for day in sorted(days):
        step = dunning.next_step(case, STEPS, after(day)).step
        if step:
            taken.append(step.key)
            case = case._replace(done=(*case.done, (step.key, after(day))))
    assert len(taken) == len(set(taken))
    assert taken == [step.key for step in STEPS if step.key in taken]


@pytest.mark.parametrize('days, charge', [(0, 0), (-3, 0), (1, 4), (365, 1_460), (30, 120)])
def test_the_charge_for_late_payment_counts_days(days, charge):
    assert dunning.late_charge(10_000, DUE, after(days), 1_460) == charge

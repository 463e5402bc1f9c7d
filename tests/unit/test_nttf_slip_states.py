"""The state machine of slip receipts."""
from datetime import date, time
from itertools import permutations

import pytest

from odoo.addons.smart_billing_payment_nttf.wire.slip_receipt import Notice, SlipReceipt
from odoo.addons.smart_billing_payment_nttf.wire.slip_states import (
    Effect,
    SlipPayment,
    Standing,
    decide,
)

PAYOUT = date(2026, 10, 25)


def row(notice, amount=1000, store='111111', payout=None, chain='020', paid_at=time(9, 30)):
    return SlipReceipt(
        notice=Notice(notice), paid_on=date(2026, 10, 6), paid_at=paid_at, number='1',
        reissue=0, stamp=False, amount=amount, chain=chain, store=store,
        payout=payout, made_on=date(2026, 10, 7))


def walk(*rows):
    """Effects of rows in their order, and the payments at the end."""
    payments, effects = [], []
    for one in rows:
        decision = decide(payments, one)
        effects.append(decision.effect)
        if decision.effect in (Effect.UNCLEAR, Effect.REPEAT):
            continue
        payments = [payment for payment in payments if payment[:4] != decision.payment[:4]]
        payments.append(decision.payment)
    return effects, payments


def test_a_preliminary_row_and_its_confirmation():
    effects, [payment] = walk(row('preliminary'), row('confirmed', payout=PAYOUT))
    assert effects == [Effect.PRELIMINARY, Effect.CONFIRM]
    assert payment.standing is Standing.CONFIRMED
    assert payment.payout == PAYOUT


@pytest.mark.parametrize('notice', ['confirmed', 'postal'])
def test_a_confirmation_needs_no_preliminary_row(notice):
    effects, [payment] = walk(row(notice, payout=PAYOUT))
    assert effects == [Effect.CONFIRM]
    assert payment == SlipPayment(date(2026, 10, 6), time(9, 30), '020', '111111', 1000,
                                  Standing.CONFIRMED, PAYOUT)


def test_a_cancellation_takes_a_preliminary_payment_back():
    effects, [payment] = walk(row('preliminary'), row('cancelled'), row('cancelled'))
    assert effects == [Effect.PRELIMINARY, Effect.REVERT, Effect.REPEAT]
    assert payment.standing is Standing.REVERTED


@pytest.mark.parametrize('rows, reason', [
    ([row('cancelled')], 'cancelled_unknown'),
    ([row('confirmed'), row('cancelled')], 'cancelled_confirmed'),
    ([row('preliminary'), row('cancelled'), row('confirmed')], 'confirmed_reverted'),
    ([row('preliminary'), row('confirmed', amount=999)], 'other_amount'),
    ([row('correction')], 'correction_unknown'),
])
def test_what_makes_no_sense_is_for_a_person(rows, reason):
    payments = walk(*rows[:-1])[1]
    decision = decide(payments, rows[-1])
    assert decision.effect is Effect.UNCLEAR
    assert decision.reason == reason


def test_a_repeated_row_changes_nothing():
    for notice in ('preliminary', 'confirmed', 'postal', 'realtime'):
        assert walk(row(notice), row(notice))[0][1] is Effect.REPEAT


def test_a_late_preliminary_row_does_not_undo_the_confirmation():
    effects, [payment] = walk(row('confirmed'), row('preliminary'))
    assert effects == [Effect.CONFIRM, Effect.REPEAT]
    assert payment.standing is Standing.CONFIRMED


def test_the_order_of_rows_does_not_matter():
    rows = [row('realtime'), row('preliminary'), row('confirmed', payout=PAYOUT)]
    for order in permutations(rows):
        assert walk(*order)[1] == [SlipPayment(
            date(2026, 10, 6), time(9, 30), '020', '111111', 1000, Standing.CONFIRMED, PAYOUT)]


def test_a_slip_paid_at_two_stores_has_two_payments():
    effects, payments = walk(row('preliminary'), row('preliminary', store='222222'),
                             row('confirmed', store='222222'))
    assert effects == [Effect.PRELIMINARY, Effect.PRELIMINARY, Effect.CONFIRM]
    assert [payment.standing for payment in payments] == [
        Standing.PRELIMINARY, Standing.CONFIRMED]


def test_a_postal_correction_replaces_the_row_before_it():
    first = row('postal', chain='911', store='', paid_at=time(0, 0))
    corrected = row('correction', amount=900, chain='911', store='', paid_at=time(0, 0))
    effects, [payment] = walk(first, corrected)
    assert effects == [Effect.CONFIRM, Effect.REPLACE]
    assert payment.amount == 900
    assert decide([payment], corrected).effect is Effect.REPEAT

"""What receipts of a slip do to it (収納データの状態遷移): a pure state machine.

速報 → paid for now; 速報取消 → unpaid again, only from there; 確報 → paid for good, also without
a 速報 before it; 郵便振替 → paid for good; 訂正 → in place of the postal row before it. A row that
says again what is known changes nothing, whatever order the rows come in.

One slip can be paid more than once: at two stores, or after the money came another way. Each
payment is told from the others by where and when it was made.
"""

from datetime import date, time
from enum import StrEnum
from typing import NamedTuple

from .slip_receipt import Notice, SlipReceipt


class Standing(StrEnum):
    """Where one payment of a slip stands."""

    PRELIMINARY = 'preliminary'
    CONFIRMED = 'confirmed'
    REVERTED = 'reverted'


class Effect(StrEnum):
    """What a row does."""

    PRELIMINARY = 'preliminary'  # the slip counts as paid: no dunning, nothing posted
    CONFIRM = 'confirm'  # money to be posted
    REVERT = 'revert'  # the preliminary payment is gone
    REPLACE = 'replace'  # a corrected amount in place of a posted one
    REPEAT = 'repeat'  # known already
    UNCLEAR = 'unclear'  # a person must look


class SlipPayment(NamedTuple):
    """One payment of a slip, told from others by store and time (収納日時, 店舗)."""

    paid_on: date
    paid_at: time
    chain: str
    store: str
    amount: int
    standing: Standing
    payout: date | None = None


class Decision(NamedTuple):
    """What to do with a row: its effect, the payment as it is now, and why it is unclear."""

    effect: Effect
    payment: SlipPayment | None
    reason: str = ''


_FIRST = {
    Notice.REALTIME: Effect.PRELIMINARY,
    Notice.PRELIMINARY: Effect.PRELIMINARY,
    Notice.CONFIRMED: Effect.CONFIRM,
    Notice.POSTAL: Effect.CONFIRM,
}


def decide(payments: list[SlipPayment], receipt: SlipReceipt) -> Decision:
    """Return what a row does to the payments that are known of its slip.

    Reasons of unclear rows: `cancelled_unknown` (nothing was paid there), `cancelled_confirmed`
    (the money is final already), `confirmed_reverted` (it had been given back), `other_amount`,
    `correction_unknown` (no postal row before it).
    """
    known = _payment_of(payments, receipt)
    if receipt.notice is Notice.CANCELLED:
        return _cancel(known)
    if receipt.notice is Notice.CORRECTION:
        return _correct(payments, receipt)
    if known is None:
        return _first(receipt)
    return _again(known, receipt)


def _payment_of(payments: list[SlipPayment], receipt: SlipReceipt) -> SlipPayment | None:
    where = (receipt.paid_on, receipt.paid_at, receipt.chain, receipt.store)
    for payment in payments:
        if payment[:4] == where:
            return payment
    return None


def _first(receipt: SlipReceipt) -> Decision:
    effect = _FIRST[receipt.notice]
    standing = (Standing.CONFIRMED if effect is Effect.CONFIRM else Standing.PRELIMINARY)
    return Decision(effect, SlipPayment(
        receipt.paid_on, receipt.paid_at, receipt.chain, receipt.store, receipt.amount, standing,
        receipt.payout))


def _again(known: SlipPayment, receipt: SlipReceipt) -> Decision:
    """A further row about a payment that is known."""
    if receipt.amount != known.amount:
        return Decision(Effect.UNCLEAR, known, 'other_amount')
    final = receipt.notice in (Notice.CONFIRMED, Notice.POSTAL)
    if known.standing is Standing.PRELIMINARY and final:
        return Decision(Effect.CONFIRM, known._replace(
            standing=Standing.CONFIRMED, payout=receipt.payout))
    if known.standing is Standing.REVERTED and final:
        return Decision(Effect.UNCLEAR, known, 'confirmed_reverted')
    return Decision(Effect.REPEAT, known)


def _cancel(known: SlipPayment | None) -> Decision:
    if known is None:
        return Decision(Effect.UNCLEAR, None, 'cancelled_unknown')
    if known.standing is Standing.CONFIRMED:
        return Decision(Effect.UNCLEAR, known, 'cancelled_confirmed')
    if known.standing is Standing.REVERTED:
        return Decision(Effect.REPEAT, known)
    return Decision(Effect.REVERT, known._replace(standing=Standing.REVERTED))


def _correct(payments: list[SlipPayment], receipt: SlipReceipt) -> Decision:
    """A postal correction names the day; the post office has no store and no time of its own."""
    postal = [payment for payment in payments if payment.standing is Standing.CONFIRMED
              and (payment.chain, payment.store) == (receipt.chain, receipt.store)]
    if not postal:
        return Decision(Effect.UNCLEAR, None, 'correction_unknown')
    known = postal[-1]
    if known.amount == receipt.amount and known.payout == receipt.payout:
        return Decision(Effect.REPEAT, known)
    return Decision(Effect.REPLACE, known._replace(amount=receipt.amount, payout=receipt.payout))

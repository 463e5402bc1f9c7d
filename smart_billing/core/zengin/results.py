"""Result codes of type 91 (振替結果コード): what each says and what follows from it."""

from enum import Enum
from typing import NamedTuple


class Consequence(str, Enum):
    """What the biller does about a result."""

    COLLECTED = 'collected'  # paid, value date = debit date
    RETRY = 'retry'  # the mandate stays valid: next cycle, dunning
    SUSPEND = 'suspend'  # suspend the mandate and check its data, or take a new form
    RESUBMIT = 'resubmit'  # no mandate is in force at the bank: send the form again
    STOPPED = 'stopped'  # we stopped it ourselves: unpaid, no dunning
    REVIEW = 'review'  # a person decides


class DebitResult(NamedTuple):
    """A result code with its reason, a code of ours that the addons put into words."""

    code: str
    reason: str
    consequence: Consequence
    known: bool = True


RESULTS = {result.code: result for result in (
    DebitResult('0', 'collected', Consequence.COLLECTED),
    DebitResult('1', 'insufficient_funds', Consequence.RETRY),
    DebitResult('2', 'no_account', Consequence.SUSPEND),
    DebitResult('3', 'stopped_by_payer', Consequence.SUSPEND),
    DebitResult('4', 'no_mandate', Consequence.RESUBMIT),
    DebitResult('8', 'stopped_by_us', Consequence.STOPPED),
    DebitResult('9', 'other', Consequence.REVIEW),
)}


def interpret_result(code: str) -> DebitResult:
    """Return the meaning of a result code; an unknown or blank one goes to a person."""
    if not code.strip():
        return DebitResult(code, 'not_processed', Consequence.REVIEW, known=False)
    return RESULTS.get(code) or DebitResult(code, 'unknown', Consequence.REVIEW, known=False)

"""What matching reads and answers; amounts are integers of the currency's minor unit (yen)."""

from collections.abc import Hashable
from datetime import date
from enum import StrEnum
from typing import NamedTuple

VIRTUAL_ACCOUNT = 'virtual_account'
TRANSFER_CODE = 'transfer_code'
EDI = 'edi'
LEARNED_NAME = 'learned_name'
NAME = 'name'
LOOSE_NAME = 'loose_name'
FAMILY_NAME = 'family_name'
AMOUNT = 'amount'

# Ways to find the payer, the surest first. The last two never settle anything by themselves.
RULES = (VIRTUAL_ACCOUNT, TRANSFER_CODE, EDI, LEARNED_NAME, NAME, LOOSE_NAME, FAMILY_NAME, AMOUNT)

# How sure each way is, in percent, before the amount is looked at.
CONFIDENCE = {
    VIRTUAL_ACCOUNT: 100, TRANSFER_CODE: 99, EDI: 98, LEARNED_NAME: 96, NAME: 95, LOOSE_NAME: 90,
    FAMILY_NAME: 60, AMOUNT: 30,
}
# A payer known by a number of his own is sure whatever he pays; one known by name, or by a number
# in a free text, must pay what is open.
SURE = frozenset({VIRTUAL_ACCOUNT, TRANSFER_CODE})
ONLY_SUGGESTS = frozenset({FAMILY_NAME, AMOUNT})

EXACT = 'exact'
TOTAL = 'total'
SUM = 'sum'
FEE = 'fee'
PARTIAL = 'partial'
OVER = 'over'

# What an amount that does not fit as well takes off the confidence.
PENALTY = {EXACT: 0, TOTAL: 0, SUM: 2, FEE: 3, PARTIAL: 20, OVER: 20}


class OpenInvoice(NamedTuple):
    """An invoice with something open; `reference` are the digits of its number."""

    key: Hashable
    account: Hashable
    amount: int
    due: date
    reference: str = ''


class Payer(NamedTuple):
    """A billing account as a payer; `names` in any writing, `learned` as banks wrote them.

    `group`: accounts for which one payment may be made together (one commercial partner).
    """

    account: Hashable
    number: str
    names: tuple[str, ...] = ()
    learned: tuple[str, ...] = ()
    virtual_accounts: tuple[str, ...] = ()
    transfer_codes: tuple[str, ...] = ()
    group: Hashable = None


class Incoming(NamedTuple):
    """Money that came in; fields that a bank does not fill are ''."""

    key: Hashable
    amount: int
    day: date
    payer_name: str = ''
    payer_code: str = ''
    virtual_account: str = ''
    edi: str = ''


class Settings(NamedTuple):
    """Which rules hold, in which order, and how far amounts may differ.

    `fees`: transfer fees that payers take off (振込手数料), the amounts that banks charge; a
    difference is a fee only if it is one of them or not above `fee_tolerance`.
    `most_invoices`: of one payer among which a sum is looked for (the oldest ones).
    `settle_partial`, `settle_over`: whether a payer who is sure settles by himself when he pays
    less or more than is open.
    """

    rules: tuple[str, ...] = RULES
    fees: tuple[int, ...] = ()
    fee_tolerance: int = 0
    most_invoices: int = 24
    settle_partial: bool = True
    settle_over: bool = True
    most_suggestions: int = 5


class Outcome(StrEnum):
    """What becomes of a receipt."""

    MATCHED = 'matched'
    SUGGESTED = 'suggested'
    UNMATCHED = 'unmatched'


class Allocation(NamedTuple):
    """A part of the money that settles a part of an invoice."""

    invoice: Hashable
    amount: int


class Suggestion(NamedTuple):
    """One way to settle a receipt: who paid (`rule`), how the amount fits (`fit`), how sure it is.

    `fee`: short, and to be booked as transfer fee; `rest`: over, and to be kept for the payer.
    """

    account: Hashable
    rule: str
    fit: str
    confidence: int
    allocations: tuple[Allocation, ...]
    fee: int = 0
    rest: int = 0


class Decision(NamedTuple):
    """What was decided on one receipt, and what else would have been possible.

    `reason` of what is not matched: `ambiguous` (several payers fit equally well), `amount` (the
    payer is known by name, the amount fits nothing), `unsure` (a weak rule), `unknown_payer`.
    """

    receipt: Hashable
    outcome: Outcome
    chosen: Suggestion | None
    suggestions: tuple[Suggestion, ...]
    reason: str = ''

"""Matching of bank transfers to open invoices (消込): an explained decision for each receipt.

`values` says what goes in and comes out, `names` makes payers' names comparable, `sums` finds
invoices for an amount, `rules` finds the payer, `matcher` decides.
"""

from .matcher import Matcher
from .values import (
    Allocation,
    Decision,
    Incoming,
    OpenInvoice,
    Outcome,
    Payer,
    Settings,
    Suggestion,
)

__all__ = [
    'Allocation',
    'Decision',
    'Incoming',
    'Matcher',
    'OpenInvoice',
    'Outcome',
    'Payer',
    'Settings',
    'Suggestion',
]

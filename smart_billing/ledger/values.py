"""What the ledger is asked to write: values only, the same for every writer."""
from datetime import date
from decimal import Decimal
from typing import NamedTuple


class InvoiceLine(NamedTuple):
    """One line; `amount` is exact and signed, quantity and unit price are for the reader."""

    name: str
    product: int
    amount: Decimal
    quantity: Decimal | None
    unit_price: Decimal | None
    date_from: date
    date_to: date
    contract: int | None
    taxes: tuple[int, ...]


class InvoiceDraft(NamedTuple):
    """One invoice of one billing account in one run; a negative total makes a credit note."""

    run: int
    account: int
    company: int
    journal: int
    partner: int
    currency: int
    invoice_date: date
    due_date: date
    is_refund: bool
    open_balance: Decimal
    lines: tuple[InvoiceLine, ...]

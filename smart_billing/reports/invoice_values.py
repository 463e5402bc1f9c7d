"""What an invoice on paper says: texts only, so that the template prints and computes nothing."""
from typing import NamedTuple


class Row(NamedTuple):
    """One row of the table; a heading has a text alone."""

    text: str
    note: str = ''
    period: str = ''
    quantity: str = ''
    unit_price: str = ''
    rate: str = ''
    amount: str = ''
    heading: bool = False


class Rate(NamedTuple):
    """The sums of one tax rate (税率ごとに区分した合計額と消費税額)."""

    label: str
    base: str
    tax: str
    total: str


class Entry(NamedTuple):
    """A label with its text, or a row of sums."""

    label: str
    text: str


class Page(NamedTuple):
    number: int
    rows: tuple[Row, ...]
    with_tail: bool


class Document(NamedTuple):
    """One invoice or credit note."""

    move_id: int
    lang: str
    words: dict
    title: str
    subtitle: str
    accent: str
    logo: str
    recipient: tuple[str, ...]
    recipient_name: tuple[str, ...]
    facts: tuple[Entry, ...]
    issuer: str
    registration: str
    issuer_lines: tuple[str, ...]
    lead: str
    headline: Entry
    dates: tuple[Entry, ...]
    amount_title: str
    pages: tuple[Page, ...]
    rates: tuple[Rate, ...]
    total: Rate
    sums: tuple[Entry, ...]
    payment_title: str
    payment: tuple[Entry, ...]
    payment_text: str
    notes: tuple[str, ...]

    @property
    def page_count(self):
        return len(self.pages)

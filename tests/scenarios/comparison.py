"""What a backend answers, and how it is compared with what a file expects."""
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class Line:
    """One line of an invoice, with the signs of the format."""

    contract: str
    charge: str
    date_from: date
    date_to: date
    amount: Decimal
    quantity: Decimal | None = None

    def __str__(self):
        text = f'{self.contract} {self.charge} {self.date_from}..{self.date_to} {self.amount}'
        return text if self.quantity is None else f'{text} x{self.quantity}'


@dataclass(frozen=True)
class Invoice:
    """What one run billed one account."""

    account: str
    lines: tuple[Line, ...]
    tax: Decimal
    total: Decimal


def differences(expect, invoices):
    """Every way in which the invoices of a run differ from a step's `expect`, in words."""
    found = []
    by_account = {}
    for invoice in invoices:
        if invoice.account in by_account:
            found.append(f'{invoice.account}: more than one invoice')
        by_account[invoice.account] = invoice
    for wanted in expect:
        invoice = by_account.pop(wanted['account'], None)
        if invoice is None:
            found.append(f"{wanted['account']}: no invoice")
        else:
            found += invoice_differences(wanted, invoice)
    for invoice in by_account.values():
        lines = '; '.join(map(str, invoice.lines))
        found.append(f'{invoice.account}: unexpected invoice with {lines}')
    return found


def invoice_differences(wanted, invoice):
    """Every way in which one invoice differs from what is wanted, in words."""
    found = []
    left = list(invoice.lines)
    # Lines with a stated quantity choose first: the others take any.
    for line in sorted(wanted['lines'], key=lambda line: 'quantity' not in line):
        match = next((one for one in left if _is_same(line, one)), None)
        if match is None:
            found.append(f"{invoice.account}: missing {_expected(line)}")
        else:
            left.remove(match)
    found += [f'{invoice.account}: unexpected {line}' for line in left]
    for key in ('tax', 'total'):
        if wanted.get(key, getattr(invoice, key)) != getattr(invoice, key):
            found.append(f'{invoice.account}: {key} {getattr(invoice, key)}, not {wanted[key]}')
    return found


def _expected(line):
    return Line(line['contract'], line['charge'], line['from'], line['to'], line['amount'],
                line.get('quantity'))


def _is_same(line, one):
    return (
        (line['contract'], line['charge'], line['from'], line['to'], line['amount'])
        == (one.contract, one.charge, one.date_from, one.date_to, one.amount)
        and line.get('quantity') in (None, one.quantity)
    )

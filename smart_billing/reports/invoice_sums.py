"""Sums of an invoice on paper: by tax rate, credits taken off, and what is left to pay."""
from .invoice_values import Entry, Rate


def rates_of(move, form):
    """The sums of each rate as the ledger has them, lowest rate last; what has no rate at the end.

    They are read, not computed: an invoice of the past stays as it was issued.
    """
    bases, taxes = {}, {}
    for line in move.line_ids:
        amount = move.direction_sign * line.amount_currency
        if line.display_type == 'product':
            for key in _keys(line.tax_ids) or [None]:
                bases[key] = bases.get(key, 0) + amount
        elif line.tax_line_id:
            for key in _keys(line.tax_line_id) or [None]:
                taxes[key] = taxes.get(key, 0) + amount
    return tuple(
        _rate(form, _label(form, *key) if key else form.words['untaxed'], bases.get(key, 0),
              taxes.get(key, 0))
        for key in sorted({*bases, *taxes}, key=lambda key: (key is None, -(key or (0,))[0])))


def _keys(taxes):
    """The rates that an invoice tells apart."""
    return [(tax.amount, tax.sb_reduced) for tax in taxes.flatten_taxes_hierarchy()
            if tax.amount_type == 'percent']


def _label(form, percent, reduced):
    label = form.words['of_rate'] % f'{percent:g}%'
    return f'{label} ※' if reduced else label


def _rate(form, label, base, tax):
    return Rate(label, form.number(base), form.number(tax), form.number(base + tax))


def total_of(move, form):
    return Rate(form.words['total'], form.number(move.amount_untaxed),
                form.number(move.amount_tax), form.number(move.amount_total))


class Settlement:
    """What other documents of the account take off an invoice, or a credit note off them (相殺).

    Payments of the invoice itself are not part of the document: it says what is asked for.
    """

    def __init__(self, move, form):
        self.move = move
        self.form = form
        self.parts = self._parts()

    def _parts(self):
        """[(document, amount, text key)] in the order of their dates."""
        move, found = self.move, []
        terms = move.line_ids.filtered(lambda line: line.display_type == 'payment_term')
        if move.move_type == 'out_refund':
            for partial in terms.matched_debit_ids:
                other = partial.debit_move_id.move_id
                if other.move_type == 'out_invoice':
                    found.append((other, partial.credit_amount_currency, 'offset_against'))
        else:
            for partial in terms.matched_credit_ids:
                other = partial.credit_move_id.move_id
                key = self._kind_of_credit(partial.credit_move_id, other)
                if key:
                    found.append((other, partial.debit_amount_currency, key))
        return sorted(found, key=lambda part: (part[0].invoice_date or part[0].date, part[0].id))

    def _kind_of_credit(self, line, other):
        if other.move_type == 'out_refund':
            return 'offset'
        receipts = self.move.env['smart.billing.receipt'].search([('move_line_id', '=', line.id)])
        # Money that was collected for another invoice, which was cancelled.
        return 'credit' if receipts and receipts.invoice_id != self.move else None

    def remaining(self):
        """What is left of the total after these."""
        return self.move.amount_total - sum(amount for _move, amount, _key in self.parts)

    def entries(self):
        if not self.parts:
            return ()
        form = self.form
        rows = [Entry(form.named(key, other), form.number(-amount))
                for other, amount, key in self.parts]
        label = 'open_return' if self.move.move_type == 'out_refund' else 'amount_due'
        return (*rows, Entry(form.words[label], form.number(self.remaining())))

"""Sums of an invoice on paper: by tax rate, credits taken off, and what is left to pay."""
from .invoice_values import Entry, Rate


def rates_of(move, form):
    """The sums of each rate as the ledger has them, lowest rate last."""
    Tax = move.env['account.tax']

    def by_rate(_line, tax_data):
        tax = tax_data and tax_data['tax']
        return (tax.amount, tax.sb_reduced) if tax and tax.amount_type == 'percent' else None

    base_lines, _tax_lines = move._get_rounded_base_and_tax_lines()
    found = Tax._aggregate_base_lines_aggregated_values(
        Tax._aggregate_base_lines_tax_details(base_lines, by_rate))
    keys = sorted((key for key in found if key), key=lambda key: -key[0])
    rates = [_rate(form, _label(form, *key), found[key]['base_amount_currency'],
                   found[key]['tax_amount_currency']) for key in keys]
    if None in found:
        rest = found[None]
        rates.append(_rate(form, form.words['untaxed'], rest['total_excluded_currency'],
                           rest['tax_amount_currency']))
    return tuple(rates)


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

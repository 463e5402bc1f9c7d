"""The lines of an invoice as rows on paper."""
from datetime import timedelta

from ..engine.names import days_text
from .invoice_values import Row


class Rows:
    """Rows of one document, in the order of its lines, by contract where there are several."""

    def __init__(self, move, form):
        self.move = move
        self.form = form
        self.words = form.words
        self.lines = move.invoice_line_ids.sorted(lambda line: (line.sequence, line.id))
        self.billed = self.lines.filtered(lambda line: line.display_type == 'product')
        self.items = {item.move_line_id: item for item in move.sb_item_ids}
        self.gross = self.billed.filtered(is_gross)
        self.mixed = bool(self.gross) and bool(self.billed.filtered(
            lambda line: line.tax_ids and not is_gross(line)))

    def amount_title(self):
        if self.mixed:
            return self.words['amount_mixed']
        return self.words['amount_gross' if self.gross else 'amount_net']

    def rows(self):
        contracts = self.billed.sb_contract_id
        if len(contracts) < 2 or self.billed != self.lines:
            return [self._row(line) for line in self.lines]
        rows = []
        for contract in [*contracts, contracts.browse()]:
            own = self.billed.filtered(lambda line, c=contract: line.sb_contract_id == c)
            if own:
                rows.append(Row(self._title(contract), heading=True))
            rows += [self._row(line) for line in own]
        return rows

    def _title(self, contract):
        if not contract:
            return self.words['others']
        return self.words['contract'] % f"{contract.name} {contract.plan_id.name or ''}".strip()

    def supplied(self):
        """First and last day of all supplies, or None for a document of one day."""
        begin = [line.sb_date_from for line in self.billed if line.sb_date_from]
        if not begin:
            return None
        last = [max(line.sb_date_from, line.sb_date_to - timedelta(days=1))
                for line in self.billed if line.sb_date_from and line.sb_date_to]
        return min(begin), max(last)

    def has_reduced(self):
        return any(self.billed.tax_ids.mapped('sb_reduced'))

    def _row(self, line):
        if line.display_type != 'product':
            return Row(line.name or '', heading=True)
        reduced = ' ※' if any(line.tax_ids.mapped('sb_reduced')) else ''
        return Row(
            text=f'{self._text(line)}{reduced}',
            note=self._note(line),
            period=self._period(line),
            quantity=self._quantity(line),
            unit_price=self._unit_price(line),
            rate=self._rate(line),
            amount=self._amount(line),
        )

    def _text(self, line):
        """The line's text without its days, which have a column of their own."""
        text = line.name or line.product_id.display_name or ''
        if line.sb_date_from:
            env = line.env(context={
                **line.env.context, 'lang': self.move.sb_account_id.partner_id.lang})
            text = text.replace(f' {days_text(env, line.sb_date_from, line.sb_date_to)}', '', 1)
        return text

    def _note(self, line):
        """The invoice whose money the line gives back (返還の対象)."""
        original = self.items.get(line, self.move.sb_item_ids.browse()).credited_item_id.move_id
        return self.form.named('original', original) if original else ''

    def _period(self, line):
        begin = line.sb_date_from or self.move.invoice_date or self.move.date
        return self.form.days(begin, line.sb_date_to) if begin else ''

    def _quantity(self, line):
        if line.sb_quantity:
            item = self.items.get(line)
            unit = item.charge_id.metric_id.unit if item else ''
            return ' '.join(filter(None, (self.form.exact(line.sb_quantity), unit)))
        if line.sb_date_from:
            whole = not line.sb_unit_price or abs(line.price_unit) == abs(line.sb_unit_price)
            return self.words['one' if whole else 'prorated']
        return self.form.exact(line.quantity)

    def _unit_price(self, line):
        if line.sb_date_from:
            return self.form.exact(line.sb_unit_price) if line.sb_unit_price else ''
        return self.form.exact(line.price_unit)

    def _rate(self, line):
        labels = [self.form.percent(tax) for tax in line.tax_ids if tax.amount_type == 'percent']
        return ' '.join(labels) or self.words['untaxed']

    def _amount(self, line):
        gross = line in self.gross
        amount = self.form.number(line.price_total if gross else line.price_subtotal)
        return f"{amount} {self.words['gross_mark']}" if gross and self.mixed else amount


def is_gross(line):
    """Whether the line's price contains its tax (内税)."""
    taxes = line.tax_ids.filtered(lambda tax: tax.amount_type == 'percent')
    return bool(taxes) and all(taxes.mapped('price_include'))

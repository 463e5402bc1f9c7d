"""How and when an invoice is paid, or a credit note is settled."""
from .invoice_values import Entry

KINDS = ('debit', 'slip', 'card')


class Payment:
    """The block below the table, and the day in the head."""

    def __init__(self, move, form, remaining):
        self.move = move
        self.form = form
        self.words = form.words
        self.remaining = remaining
        self.provider = move.sb_account_id.provider_id
        kind = self.provider._sb_collection_kind(move) if self.provider else 'transfer'
        self.kind = kind if kind in (*KINDS, 'transfer') else 'service'

    def title(self):
        return self.words['settlement' if self._is_return() else 'payment']

    def text(self):
        if self._is_return():
            return self.words[
                'settle_refund' if self.move.sb_credit_use == 'refund' else 'settle_offset']
        if self.remaining <= 0:
            return self.words['pay_nothing']
        text = self.words[f'pay_{self.kind}']
        return text % self.provider.name if self.kind == 'service' else text

    def dates(self):
        """The day by which, or on which, it is paid."""
        if self._is_return() or self.remaining <= 0:
            return ()
        label = 'due' if self.kind == 'transfer' else f'date_{self.kind}'
        return (Entry(self.words[label], self.form.day(self._day())),)

    def entries(self):
        """Where to pay to, or the day of the collection."""
        if self._is_return() or self.remaining <= 0:
            return ()
        return self._bank() if self.kind == 'transfer' else self.dates()

    def _is_return(self):
        return self.move.move_type == 'out_refund'

    def _day(self):
        """The day of the batch that asks for it, if there is one already, else the due day."""
        asked = self.move.sb_request_ids.filtered(lambda r: r.state not in ('failed', 'cancelled'))
        return asked[-1:].batch_id.date_collect or self.move.invoice_date_due

    def _bank(self):
        bank = self.move.partner_bank_id
        if not bank:
            return ()
        kind = self.words[bank.sb_account_type] if bank.sb_account_type else ''
        account = f'{kind} {bank.acc_number}'.strip()
        holder = bank.acc_holder_name or bank.partner_id.name
        return tuple(
            Entry(self.words[label], text) for label, text in (
                ('bank', bank.bank_id.name), ('branch', bank.sb_branch), ('account', account),
                ('holder', holder)) if text)

"""Numbers and days as the reader of an invoice writes them."""
from datetime import timedelta

import babel.dates

from odoo.tools import format_amount, format_date, formatLang
from odoo.tools.misc import babel_locale_parse, get_lang


class Format:
    """Texts of one document: its language, wording and currency."""

    def __init__(self, env, words, currency):
        self.env = env
        self.words = words
        self.currency = currency

    def money(self, amount):
        """With the currency's sign."""
        return format_amount(self.env, amount, self.currency)

    def number(self, amount):
        """With the currency's digits, without its sign: for columns of figures."""
        return formatLang(self.env, amount, digits=self.currency.decimal_places)

    def exact(self, value):
        """As many decimal places as the value has, six at most."""
        text = f'{value:.6f}'.rstrip('0')
        return formatLang(self.env, value, digits=len(text.partition('.')[2]))

    def percent(self, tax):
        return f'{tax.amount:g}%'

    def day(self, day):
        if not day:
            return ''
        pattern = self.words['date']
        if pattern:
            return pattern % {'year': day.year, 'month': day.month, 'day': day.day}
        return format_date(self.env, day, date_format='long')

    def days(self, begin, end):
        """A supply's day, or its first and last day; `end` is half open as it is stored."""
        last = end - timedelta(days=1) if end and end > begin else begin
        return self.period(begin, last, short=True)

    def period(self, begin, last, short=False):
        """A first and a last day; one day where they are the same."""
        if not self.words['date']:
            locale = babel_locale_parse(get_lang(self.env).code)
            return babel.dates.format_interval(begin, last, 'yMMMd', locale=locale)
        if not short:
            return self.day(begin) if begin == last else self.words['between'] % (
                self.day(begin), self.day(last))
        if begin == last:
            return f'{begin:%Y/%m/%d}'
        same_year = begin.year == last.year
        return self.words['between'] % (
            f'{begin:%Y/%m/%d}', f'{last:%m/%d}' if same_year else f'{last:%Y/%m/%d}')

    def named(self, pattern, move):
        """A text about another document, with its number and date."""
        return self.words[pattern] % {
            'document': move.name, 'date': self.day(move.invoice_date or move.date)}

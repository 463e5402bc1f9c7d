"""Random invoices whose totals are known from the core, to be found in the ledger and on paper.

Used by the addon's own test, with a few, and by `make tax-check`, with thousands.
"""
import re
from datetime import date
from decimal import Decimal
from typing import NamedTuple

import lxml.html

from odoo import Command

from ..core.tax import InvoiceTotals, totals_of

DAY = date(2026, 10, 1)
RATE = re.compile(r'(\d+)%')


class Paper(NamedTuple):
    """What a paper says: `{percent or None: (base, tax, total)}`, and the sums of all."""

    rates: dict
    total: tuple


class TaxSample:
    """A catalogue of net, gross, reduced and untaxed prices, and customers who buy at random."""

    def __init__(self, company, chance):
        self.company = company
        self.env = company.env
        self.chance = chance
        tax = self._tax('Sample 10', 10)
        reduced = self._tax('Sample 8', 8)
        self.products = {
            10: self._product('Standard', tax), 8: self._product('Reduced', reduced),
            None: self._product('Untaxed', tax.browse())}
        self.plans = [self._plan(number, percent, price, included) for number, (
            percent, price, included) in enumerate((
                (10, 1980, False), (10, 1078, True), (8, 4399, False), (8, 3333, True),
                (None, 777, False)))]
        self.expected = {}

    def _tax(self, name, amount):
        return self.env['account.tax'].create({
            'name': f'{name} {self.company.id}', 'amount': amount, 'type_tax_use': 'sale',
            'company_id': self.company.id})

    def _product(self, name, taxes):
        return self.env['product.product'].create({
            'name': name, 'type': 'service', 'company_id': self.company.id,
            'taxes_id': [Command.set(taxes.ids)]})

    def _plan(self, number, percent, price, included):
        plan = self.env['smart.billing.plan'].create({
            'name': f'Sample {number}', 'code': f'sample{number}', 'tax_included': included,
            'company_id': self.company.id, 'version_ids': [Command.create({
                'date_from': date(2000, 1, 1), 'charge_ids': [Command.create({
                    'name': f'Fee {number}', 'price': price,
                    'product_id': self.products[percent].id})]})]})
        return plan, (Decimal(price), _taxes(percent, included))

    def add(self, count):
        """New accounts, each with contracts and one-off charges and credits.

        :return: the accounts; what each invoice must come to is in `expected`
        """
        partners = self.env['res.partner'].create([
            {'name': f'Sample {number}', 'lang': 'ja_JP'} for number in range(count)])
        accounts = self.env['smart.billing.account'].create([
            {'partner_id': partner.id, 'company_id': self.company.id} for partner in partners])
        contracts, one_offs = [], []
        for account in accounts:
            lines = []
            for plan, line in self.chance.sample(self.plans, self.chance.randrange(3)):
                contracts.append({'account_id': account.id, 'start_plan_id': plan.id,
                                  'date_start': DAY})
                lines.append(line)
            for _number in range(self.chance.randrange(not lines, 8)):
                values, line = self._one_off(account)
                one_offs.append(values)
                lines.append(line)
            self.expected[account] = totals_of(
                lines, self.company.currency_id.decimal_places, self.company._sb_tax_direction())
        self.env['smart.billing.contract'].create(contracts).action_confirm()
        self.env['smart.billing.one.off'].create(one_offs)
        return accounts

    def _one_off(self, account):
        percent = self.chance.choice((10, 10, 8, None))
        included = bool(percent) and self.chance.random() < 0.5
        price = self.chance.choice((1, 1, 1, -1)) * self.chance.randrange(1, 20000)
        return {
            'account_id': account.id, 'name': 'Sample', 'product_id': self.products[percent].id,
            'date': DAY, 'unit_price': price, 'tax_included': included,
        }, (Decimal(price), _taxes(percent, included))

    # === READING === #

    def differences(self, move, paper):
        """What is not equal in core, ledger and paper, in words; a list."""
        sign = -1 if move.move_type == 'out_refund' else 1
        expected = self.expected[move.sb_account_id]
        found = {'core': _of_core(expected), 'ledger': _of_ledger(move, sign),
                 'paper': _of_paper(paper, sign)}
        return [f'{move.name}: core {found["core"]}, {name} {value}'
                for name, value in found.items() if value != found['core']]


def _taxes(percent, included):
    return [(Decimal(percent), included)] if percent else []


def _of_core(totals: InvoiceTotals):
    """(total, tax, {percent: (base, tax)}) with the signs of an invoice."""
    return (totals.total, totals.tax,
            {rate.percent: (rate.base, rate.tax) for rate in totals.rates})


def _of_ledger(move, sign):
    """From the posted journal items alone."""
    rates = {}
    for line in move.line_ids:
        place, taxes = (1, line.tax_line_id) if line.tax_line_id else (0, line.tax_ids)
        for tax in taxes:
            pair = rates.setdefault(Decimal(str(tax.amount)), [Decimal(0), Decimal(0)])
            pair[place] -= Decimal(str(line.balance))
    receivable = sum(move.line_ids.filtered(
        lambda line: line.display_type == 'payment_term').mapped('balance'))
    tax = sum((pair[1] for pair in rates.values()), Decimal(0))
    whole = Decimal(str(sign * move.amount_total))
    if whole != Decimal(str(receivable)) or tax != Decimal(str(sign * move.amount_tax)):
        return f'totals {whole}, {move.amount_tax} differ from the items {receivable}, {tax}'
    return whole, tax, {percent: tuple(pair) for percent, pair in rates.items()}


def _of_paper(paper, sign):
    rates = {percent: (sign * base, sign * tax)
             for percent, (base, tax, _total) in paper.rates.items() if percent is not None}
    base, tax, total = paper.total
    sums = tuple(map(sum, zip(*paper.rates.values(), strict=True)))
    if sums != (base, tax, total) or base + tax != total:
        return f'rates {sums} do not add up to the total {paper.total}'
    return sign * total, sign * tax, rates


def papers_of_html(html):
    """:return: {move id: Paper} of a rendered set of invoices"""
    papers = {}
    for article in lxml.html.fromstring(html).xpath("//div[@data-oe-id]"):
        rows = [[cell.text_content().strip() for cell in row.xpath('./td')]
                for row in article.xpath(".//table[@class='sums']/tr[@class='rate']")]
        [total] = article.xpath(".//table[@class='sums']/tr[@class='total']")
        papers[int(article.get('data-oe-id'))] = Paper(
            {_percent(label): _amounts(amounts) for label, *amounts in rows},
            _amounts([cell.text_content() for cell in total.xpath('./td')[1:]]))
    return papers


def paper_of_text(text):
    """The same from the text of a PDF, as pdftotext lays it out."""
    rates, total = {}, ()
    for line in text.splitlines():
        found = re.search(r'(\d+%対象(?: ※)?|対象外|合計)((?:\s+-?[\d,]+){3})\s*$', line)
        if found:
            amounts = _amounts(found[2].split())
            if found[1] == '合計':
                total = amounts
            else:
                rates[_percent(found[1])] = amounts
    return Paper(rates, total)


def _percent(label):
    found = RATE.search(label)
    return Decimal(found[1]) if found else None


def _amounts(texts):
    return tuple(Decimal(text.replace(',', '').strip()) for text in texts)

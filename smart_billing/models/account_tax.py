from decimal import Decimal

from odoo import api, models

from ..core.tax import tax_of_rate, tax_on


class AccountTax(models.Model):
    """Consumption tax in the company's direction, once per rate and document (端数処理).

    Odoo rounds half up and groups by tax record. The law wants one rounding per rate and document
    and leaves the direction to the company (適格請求書); `core.tax` states the rule, this is its
    place in Odoo's engine. `static/src/account_tax/account_tax.js` is its mirror.

    Not touched: taxes that are no percentage, reverse charge, early payment and cash rounding, and
    amounts that were fixed elsewhere (`manual_tax_amounts`: down payments, imported documents).
    """

    _inherit = 'account.tax'

    @api.model
    def _round_tax_details_tax_amounts(self, base_lines, company, mode='mixed'):
        result = super()._round_tax_details_tax_amounts(base_lines, company, mode=mode)
        direction = company._sb_tax_direction()
        if direction:
            for (percent, currency, _refund), taxes_data in self._sb_by_rate(base_lines).items():
                for suffix, money in (('_currency', currency), ('', company.currency_id)):
                    self._sb_round_rate(taxes_data, percent, suffix, money, direction)
        return result

    @api.model
    def _round_tax_details_base_lines(self, base_lines, company, mode='mixed'):
        """Lines of one rate add up to its base; those whose price contains the tax to their price.

        Odoo rounds a document with both kinds as if all were net, so that gross prices would pay a
        yen more; and what rounding leaves of one rate it may put on a line of another.
        """
        if mode != 'mixed' or not company._sb_tax_direction():
            return super()._round_tax_details_base_lines(base_lines, company, mode=mode)
        groups = {}
        for base_line in base_lines:
            groups.setdefault(self._sb_kind_of_line(base_line), []).append(base_line)
        for lines in groups.values():
            super()._round_tax_details_base_lines(lines, company, mode=mode)
        return None

    @api.model
    def _sb_kind_of_line(self, base_line):
        """:return: (whether the price contains the taxes, their rates)"""
        taxes_data = base_line['tax_details']['taxes_data']
        gross = bool(taxes_data) and all(data['price_include'] for data in taxes_data)
        return gross, tuple(data['tax'].amount for data in taxes_data)

    @api.model
    def _sb_by_rate(self, base_lines):
        """Tax details of a document by rate, in the way the law groups them.

        :return: {(rate, currency, is refund): [tax_data]}
        """
        groups = {}
        for base_line in base_lines:
            if base_line['special_type'] or base_line['manual_tax_amounts']:
                continue
            for tax_data in base_line['tax_details']['taxes_data']:
                tax = tax_data['tax']
                if tax.amount_type == 'percent' and not tax_data['is_reverse_charge']:
                    key = (tax.amount, base_line['currency_id'], base_line['is_refund'])
                    groups.setdefault(key, []).append(tax_data)
        return groups

    @api.model
    def _sb_round_rate(self, taxes_data, percent, suffix, money, direction):
        """Make the tax of one rate the rule's amount.

        Starts from the sums as Odoo has rounded them, for these are what the customer reads.
        """
        net_data = [data for data in taxes_data if not data['price_include']]
        gross_data = [data for data in taxes_data if data['price_include']]
        digits, percent = money.decimal_places, Decimal(str(percent))
        net = self._sb_sum(net_data, ('base',), suffix, digits)
        gross = self._sb_sum(gross_data, ('base', 'tax'), suffix, digits)
        net_tax = tax_on(net, percent, digits, direction)
        tax = tax_of_rate(net, gross, percent, digits, direction).tax
        self._sb_bring_tax_to(net_data, net_tax, suffix, money)
        for data, share in self._sb_bring_tax_to(gross_data, tax - net_tax, suffix, money):
            data[f'base_amount{suffix}'] = money.round(data[f'base_amount{suffix}'] - share)

    @api.model
    def _sb_sum(self, taxes_data, parts, suffix, digits):
        total = sum(data[f'{part}_amount{suffix}'] for data in taxes_data for part in parts)
        return Decimal(f'{total:.{digits}f}')

    @api.model
    def _sb_bring_tax_to(self, taxes_data, wanted, suffix, money):
        """Spread what is missing to the wanted sum over the lines, the largest first.

        :return: [(tax_data, its share)] of the lines that changed
        """
        digits = money.decimal_places
        missing = wanted - self._sb_sum(taxes_data, ('tax',), suffix, digits)
        if not missing or not taxes_data:
            return []
        shares = self._distribute_delta_amount_smoothly(
            precision_digits=digits,
            delta_amount=float(missing),
            target_factors=[{'factor': data[f'raw_tax_amount{suffix}']} for data in taxes_data])
        changed = [(data, share) for data, share in zip(taxes_data, shares, strict=True) if share]
        for data, share in changed:
            data[f'tax_amount{suffix}'] = money.round(data[f'tax_amount{suffix}'] + share)
        return changed

from decimal import Decimal

from odoo import api, models

from ..core.money import round_amount


class AccountTax(models.Model):
    """Consumption tax in the company's direction, once per rate and document (端数処理).

    Odoo rounds half up and groups by tax record. The law wants one rounding per rate and document
    and leaves the direction to the company (適格請求書); `core.tax` states the rule, this is its
    place in Odoo's engine. With the default, half up, nothing of Odoo's is touched.
    """

    _inherit = 'account.tax'

    @api.model
    def _round_tax_details_tax_amounts(self, base_lines, company, mode='mixed'):
        super()._round_tax_details_tax_amounts(base_lines, company, mode=mode)
        direction = company.root_id.sb_tax_rounding or 'half_up'
        if direction == 'half_up':
            return
        for taxes_data in self._sb_taxes_by_rate(base_lines).values():
            self._sb_round_rate(taxes_data, direction, company)

    @api.model
    def _sb_taxes_by_rate(self, base_lines):
        """Tax details of a document by rate, in the way the law groups them.

        :return: {(rate, price included, currency): [(tax_data, currency)]}
        """
        groups = {}
        for base_line in base_lines:
            if base_line['special_type'] or base_line['manual_tax_amounts']:
                continue
            for tax_data in base_line['tax_details']['taxes_data']:
                tax = tax_data['tax']
                if tax.amount_type != 'percent' or tax_data['is_reverse_charge']:
                    continue
                currency = base_line['currency_id']
                key = (tax.amount, tax_data['price_include'], currency.id,
                       base_line['is_refund'])
                groups.setdefault(key, []).append((tax_data, currency))
        return groups

    @api.model
    def _sb_round_rate(self, taxes_data, direction, company):
        """Make the tax of one rate the rule's amount; the difference goes to the largest lines."""
        currency = taxes_data[0][1]
        for suffix, money in (('_currency', currency), ('', company.currency_id)):
            field = f'tax_amount{suffix}'
            digits = money.decimal_places
            raw = sum(self._sb_decimal(data[f'raw_{field}'], digits) for data, _c in taxes_data)
            wanted = round_amount(raw, digits, direction)
            present = sum(self._sb_decimal(data[field], digits) for data, _c in taxes_data)
            if wanted == present:
                continue
            shares = self._distribute_delta_amount_smoothly(
                precision_digits=digits,
                delta_amount=float(wanted - present),
                target_factors=[
                    {'factor': data[f'raw_{field}'], 'tax_data': data}
                    for data, _c in taxes_data])
            for (data, _c), share in zip(taxes_data, shares, strict=True):
                data[field] = money.round(data[field] + share)

    @api.model
    def _sb_decimal(self, amount, digits):
        """Odoo's float as the decimal it stands for: six digits beyond the currency's."""
        return Decimal(str(round(amount, digits + 6)))

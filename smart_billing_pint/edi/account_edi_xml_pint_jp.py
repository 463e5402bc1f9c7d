from datetime import timedelta

from odoo import models

REDUCED = 'AA'      # UNCL5305: lower rate
STANDARD = 'S'

# UNCL4461 by the way in which the invoice is collected; others stay as Odoo has them.
PAYMENT_MEANS = {'debit': (49, 'direct debit'), 'card': (54, 'credit card')}


class AccountEdiXmlPintJp(models.AbstractModel):
    """Qualified invoices of Smart Billing as JP PINT documents (デジタルインボイス).

    Odoo's own export has the totals right; it lacks what a Japanese invoice of services says: the
    days of supply, the reduced rate, the invoices that a return invoice gives back.
    """

    _inherit = 'account.edi.xml.pint_jp'

    def _add_document_currency_vals(self, vals):
        """Yen have no decimal places in a Japanese document."""
        result = super()._add_document_currency_vals(vals)
        vals['currency_dp'] = vals['currency_id'].decimal_places
        return result

    def _setup_base_lines(self, vals):
        """Lines of a rate add up to the base of the rate (ibr-s-08, ibr-aa-08).

        Odoo spreads what rounding leaves over all lines of a document, so that with gross prices a
        yen of one rate may stand on a line of the other.
        """
        result = super()._setup_base_lines(vals)
        if vals['company']._sb_tax_direction():
            for suffix, money in (('_currency', vals['currency_id']),
                                  ('', vals['company'].currency_id)):
                for lines in self._sb_by_rate(vals['base_lines']).values():
                    self._sb_round_lines(lines, suffix, money)
        return result

    def _sb_by_rate(self, base_lines):
        """Lines with one tax, by its rate; others are left as Odoo has them."""
        groups = {}
        for line in base_lines:
            taxes_data = line['tax_details']['taxes_data']
            if len(taxes_data) == 1 and taxes_data[0]['tax'].amount_type == 'percent':
                groups.setdefault(taxes_data[0]['tax'].amount, []).append(line)
        return groups

    def _sb_round_lines(self, lines, suffix, money):
        field, wanted = f'gross_total_excluded{suffix}', 0
        for line in lines:
            details = line['tax_details']
            details[field] = money.round(details[f'raw_{field}'])
            wanted += (details['taxes_data'][0][f'base_amount{suffix}']
                       + details[f'discount_amount{suffix}'])
        gross = [line for line in lines if line['tax_details']['taxes_data'][0]['price_include']]
        shares = self.env['account.tax']._distribute_delta_amount_smoothly(
            precision_digits=money.decimal_places,
            delta_amount=wanted - sum(line['tax_details'][field] for line in lines),
            target_factors=[{'factor': 1.0} for _line in gross or lines])
        for line, share in zip(gross or lines, shares, strict=True):
            line['tax_details'][field] += share

    def _ubl_tax_totals_node_grouping_key(self, base_line, tax_data, vals, currency):
        """Odoo asks its general format here, which knows no category of the reduced rate."""
        keys = super()._ubl_tax_totals_node_grouping_key(base_line, tax_data, vals, currency)
        if tax_data and tax_data['tax'].sb_reduced:
            for name in ('tax_category_key', 'tax_subtotal_key'):
                if keys[name] and keys[name]['tax_category_code'] == STANDARD:
                    keys[name] = {**keys[name], 'tax_category_code': REDUCED}
        return keys

    def _get_tax_category_code(self, customer, supplier, tax):
        """The reduced rate is a category of its own (軽減税率)."""
        code = super()._get_tax_category_code(customer, supplier, tax)
        return REDUCED if tax and tax.sb_reduced and code == STANDARD else code

    def _add_invoice_header_nodes(self, document_node, vals):
        result = super()._add_invoice_header_nodes(document_node, vals)
        invoice = vals['invoice'].sudo()
        supplied = [line for line in invoice.invoice_line_ids if line.sb_date_from]
        if supplied:
            document_node['cac:InvoicePeriod'] = self._sb_period(
                min(line.sb_date_from for line in supplied), max(map(self._sb_last_day, supplied)))
        if invoice.sb_credited_move_ids:
            document_node['cac:BillingReference'] = [{
                'cac:InvoiceDocumentReference': {
                    'cbc:ID': {'_text': credited.name},
                    'cbc:IssueDate': {'_text': credited.invoice_date},
                },
            } for credited in invoice.sb_credited_move_ids]
        return result

    def _add_invoice_line_period_nodes(self, line_node, vals):
        result = super()._add_invoice_line_period_nodes(line_node, vals)
        line = vals['base_line']['record']
        if line and line._name == 'account.move.line' and line.sb_date_from:
            line_node['cac:InvoicePeriod'] = self._sb_period(
                line.sb_date_from, self._sb_last_day(line))
        return result

    def _add_invoice_payment_means_nodes(self, document_node, vals):
        """What a service collects is not asked for by transfer."""
        result = super()._add_invoice_payment_means_nodes(document_node, vals)
        invoice = vals['invoice'].sudo()
        provider = invoice.sb_account_id.provider_id
        means = PAYMENT_MEANS.get(provider and provider._sb_collection_kind(invoice))
        if means and invoice.move_type == 'out_invoice':
            code, name = means
            document_node['cac:PaymentMeans'].update({
                'cbc:PaymentMeansCode': {'_text': code, 'name': name},
                'cac:PayeeFinancialAccount': None,
            })
        return result

    def _sb_period(self, begin, last):
        return {'cbc:StartDate': {'_text': begin}, 'cbc:EndDate': {'_text': last}}

    def _sb_last_day(self, line):
        """The stored period is half open."""
        if not line.sb_date_to or line.sb_date_to <= line.sb_date_from:
            return line.sb_date_from
        return line.sb_date_to - timedelta(days=1)

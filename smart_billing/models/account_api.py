from odoo import api, models
from odoo.exceptions import UserError

from ..engine import rows as reader

TEXTS = {'due_shift', 'issue_shift', 'delivery'}
TERMS = TEXTS | {
    'terms', 'billing_day', 'closing_day', 'issue_month_offset', 'issue_day', 'due_month_offset',
    'due_day',
}
# Columns that say who pays, and how.
PAYER = TERMS | {
    'account_ref', 'account_code', 'partner_name', 'partner_ref', 'partner_email', 'provider',
}


class BillingAccount(models.Model):
    """Billing accounts by plain values: the payer's part of a row (請求先)."""

    _inherit = 'smart.billing.account'

    @api.model
    def _for_rows(self, rows):
        """The account of each row: the one it names, else a new one as the row describes it.

        :param list[dict] rows: values without empty ones, see `PAYER`
        :return: [account], one a row
        """
        by_code = self._found('code', rows, 'account_code')
        by_ref = self._found('ref', rows, 'account_ref')
        missing = [row for row in rows if not row.get('account_code') and (
            row.get('account_ref') not in by_ref)]
        # Rows with one account_ref are one new account, with the terms of the first of them.
        new = {row.get('account_ref') or id(row): row for row in reversed(missing)}
        made = dict(zip(new, self.create(self._prepare_from_rows(list(new.values()))), strict=True))
        return [self._named(row, by_code) if row.get('account_code')
                else by_ref.get(row.get('account_ref')) or made[row.get('account_ref') or id(row)]
                for row in rows]

    def _found(self, field, rows, key):
        """:return: {value: account} of the accounts that rows name by a field"""
        wanted = [str(row[key]) for row in rows if row.get(key)]
        found = self.search([('company_id', '=', self.env.company.id), (field, 'in', wanted)])
        return {account[field]: account for account in found}

    def _named(self, row, by_code):
        if str(row['account_code']) not in by_code:
            raise UserError(self.env._(
                "There is no billing account with the customer number %(code)s.",
                code=row['account_code']))
        return by_code[str(row['account_code'])]

    def _prepare_from_rows(self, rows):
        partners = self._partners_for(rows)
        providers = self._providers_for(rows)
        terms = self._terms_for(rows)
        vals_list = []
        for row, partner in zip(rows, partners, strict=True):
            values = {
                'partner_id': partner.id,
                'company_id': self.env.company.id,
                'ref': row.get('account_ref', False),
            }
            for key in (TERMS & row.keys()) - {'terms'}:
                values[key] = row[key] if key in TEXTS else int(
                    reader.number(self.env, row, key))
            if row.get('terms'):
                values['terms_id'] = terms[row['terms']].id
            if row.get('provider'):
                values['provider_id'] = providers[row['provider']].id
            vals_list.append(values)
        return vals_list

    def _partners_for(self, rows):
        """The partner of each row: by its reference, else a new one with the name."""
        Partner = self.env['res.partner']
        refs = [str(row['partner_ref']) for row in rows if row.get('partner_ref')]
        known = {partner.ref: partner for partner in Partner.search(
            [('ref', 'in', refs)], order='id desc')}
        new = {}
        for row in rows:
            if str(row.get('partner_ref')) not in known:
                if not row.get('partner_name'):
                    raise UserError(self.env._(
                        "The row names no payer: give account_code, account_ref, partner_ref or "
                        "partner_name."))
                new.setdefault(row.get('partner_ref') or id(row), row)
        made = dict(zip(new, Partner.create([{
            'name': row['partner_name'], 'ref': row.get('partner_ref', False),
            'email': row.get('partner_email', False), 'lang': self.env.lang,
        } for row in new.values()]), strict=True))
        return [known.get(str(row.get('partner_ref'))) or made[row.get('partner_ref') or id(row)]
                for row in rows]

    def _providers_for(self, rows):
        """:return: {code or name: collection service}"""
        wanted = {row['provider'] for row in rows if row.get('provider')}
        found = self.env['payment.provider'].search([
            ('company_id', '=', self.env.company.id), ('sb_is_collection', '=', True),
            '|', ('code', 'in', list(wanted)), ('name', 'in', list(wanted))], order='id desc')
        known = {**{provider.name: provider for provider in found},
                 **{provider.code: provider for provider in found}}
        for name in wanted - known.keys():
            raise UserError(self.env._(
                "There is no collection service with the code or name %(name)s.", name=name))
        return known

    def _terms_for(self, rows):
        """:return: {code: closing and payment terms}"""
        wanted = {row['terms'] for row in rows if row.get('terms')}
        found = self.env['smart.billing.terms'].search([
            ('code', 'in', list(wanted)), ('company_id', 'in', (False, self.env.company.id))])
        # The company's own go before those of all companies.
        known = {terms.code: terms for terms in found.sorted(lambda one: bool(one.company_id))}
        for code in sorted(wanted - known.keys()):
            raise UserError(self.env._(
                "There are no closing and payment terms with the code %(code)s.", code=code))
        return known

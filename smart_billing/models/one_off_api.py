from odoo import api, models
from odoo.exceptions import UserError

from ..engine import rows as reader

KEYS = {
    'ref', 'account_code', 'account_ref', 'contract', 'contract_ref', 'name', 'product', 'date',
    'quantity', 'unit_price', 'tax_included',
}
NEEDED = ('name', 'product', 'unit_price')


class OneOff(models.Model):
    """The door for front systems and files: one-off charges by plain values."""

    _inherit = 'smart.billing.one.off'

    @api.model
    def create_one_offs(self, rows):
        """Enter one-off charges from plain values (スポット請求登録). For RPC, JSON-2 and CSV alike.

        :param list[dict] rows: each with `name`, `product` (internal reference or name),
            `unit_price` and who pays: `account_code` or `account_ref` of a billing account, or
            `contract` (number) or `contract_ref` of a contract; optional `date` (default: today),
            `quantity` (default 1), `tax_included` (1 or 0) and `ref` (a row whose ref exists
            already gives that charge)
        :return: {'ids': [one-off id or False for each row], 'problems': [{'row', 'reason'}]};
            a bad row makes nothing and does not stop the others
        """
        return reader.load(
            self.env, rows, self.with_context(tracking_disable=True)._create_rows)

    def _create_rows(self, rows):
        """:return: the charge's id for each row; raises on a row that cannot be"""
        rows = [reader.told(self.env, row, KEYS, NEEDED) for row in rows]
        known = self._one_offs_by_ref(rows)
        # Of two rows with one ref the first one makes the charge.
        new = {}
        for row in rows:
            if str(row.get('ref')) not in known:
                new.setdefault(row.get('ref') or id(row), row)
        made = dict(zip(new, self.create(self._prepare_from_rows(list(new.values()))), strict=True))
        return [(known.get(str(row.get('ref'))) or made[row.get('ref') or id(row)]).id
                for row in rows]

    def _one_offs_by_ref(self, rows):
        """A charge that was withdrawn is known too: it does not come back by a second upload."""
        found = self.with_context(active_test=False).search([
            ('company_id', '=', self.env.company.id),
            ('ref', 'in', [str(row['ref']) for row in rows if row.get('ref')])])
        return {one_off.ref: one_off for one_off in found}

    def _prepare_from_rows(self, rows):
        named = self._records_named(rows)
        products = self._products_of(rows)
        today = self.env.company._sb_today()
        vals_list = []
        for row in rows:
            account, contract = self._payer_of(row, named)
            vals_list.append({
                'ref': row.get('ref', False),
                'account_id': account.id,
                'contract_id': contract.id,
                'name': row['name'],
                'product_id': products[row['product']].id,
                'date': reader.day(self.env, row, 'date') or today,
                'quantity': reader.number(self.env, row, 'quantity', 1),
                'unit_price': reader.number(self.env, row, 'unit_price'),
                'tax_included': reader.flag(self.env, row, 'tax_included'),
            })
        return vals_list

    def _records_named(self, rows):
        """:return: {column: {value: account or contract}} of what rows name; a query a column"""
        named = {}
        for model, column, field in (
                ('smart.billing.account', 'account_code', 'code'),
                ('smart.billing.account', 'account_ref', 'ref'),
                ('smart.billing.contract', 'contract', 'name'),
                ('smart.billing.contract', 'contract_ref', 'ref')):
            wanted = [str(row[column]) for row in rows if row.get(column)]
            found = self.env[model].search([
                ('company_id', '=', self.env.company.id), (field, 'in', wanted)])
            named[column] = {record[field]: record for record in found}
        return named

    def _payer_of(self, row, named):
        """:return: (billing account, contract); the contract's payer where no account is named"""
        found = {}
        for column, records in named.items():
            if row.get(column):
                found[column] = records.get(str(row[column]))
                if not found[column]:
                    raise UserError(self.env._(
                        "Nothing in %(company)s has the %(column)s %(value)s.",
                        company=self.env.company.name, column=column, value=row[column]))
        contract = (found.get('contract') or found.get('contract_ref')
                    or self.env['smart.billing.contract'])
        account = found.get('account_code') or found.get('account_ref') or contract.account_id
        if not account:
            raise UserError(self.env._(
                "The row names no payer: give account_code, account_ref, contract or "
                "contract_ref."))
        return account, contract

    def _products_of(self, rows):
        """:return: {internal reference or name: product}; an unknown or unclear one is refused"""
        wanted = {row['product'] for row in rows}
        known = {}
        for field in ('name', 'default_code'):
            found = self.env['product.product'].search([
                ('company_id', 'in', (False, self.env.company.id)), (field, 'in', list(wanted))])
            known.update(found.grouped(field))
        for name in sorted(wanted - known.keys()):
            raise UserError(self.env._(
                "There is no product with the internal reference or name %(product)s.",
                product=name))
        for name, products in known.items():
            if len(products) > 1:
                raise UserError(self.env._(
                    "Several products are called %(product)s. Give the internal reference of the "
                    "one that is meant.", product=name))
        return known

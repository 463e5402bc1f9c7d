import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..engine.words import database_refusal

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
        """Enter one-off charges from plain values (スポット請求登録). For RPC and CSV alike.

        :param list[dict] rows: each with `name`, `product` (internal reference or name),
            `unit_price` and who pays: `account_code` or `account_ref` of a billing account, or
            `contract` (number) or `contract_ref` of a contract; optional `date` (default: today),
            `quantity` (default 1), `tax_included` (1 or 0) and `ref` (a row whose ref exists
            already gives that charge)
        :return: {'ids': [one-off id or False for each row], 'problems': [{'row', 'reason'}]};
            a bad row makes nothing and does not stop the others
        """
        ids, problems = [], []
        for index, row in enumerate(rows):
            try:
                with self.env.cr.savepoint():
                    one_off = self._create_one(row)
                    self.env.flush_all()
                ids.append(one_off.id)
            except (UserError, ValidationError, psycopg2.IntegrityError) as error:
                self.env.invalidate_all(flush=False)
                ids.append(False)
                problems.append({'row': index, 'reason': self._row_reason(error)})
        return {'ids': ids, 'problems': problems}

    def _row_reason(self, error):
        if isinstance(error, psycopg2.IntegrityError):
            return database_refusal(self.env, error)
        return str(error)

    def _create_one(self, row):
        row = {key: value for key, value in row.items() if value not in (None, '')}
        self._check_keys(row)
        known = self._one_off_by_ref(row.get('ref'))
        if known:
            return known
        contract = self._contract_of(row)
        account = self._account_of(row) or contract.account_id
        if not account:
            raise UserError(self.env._(
                "The row names no payer: give account_code, account_ref, contract or "
                "contract_ref."))
        return self.create({
            'ref': row.get('ref', False),
            'account_id': account.id,
            'contract_id': contract.id,
            'name': row['name'],
            'product_id': self._product_of(row).id,
            'date': self._day(row) or account.company_id._sb_today(),
            'quantity': self._number(row, 'quantity', 1),
            'unit_price': self._number(row, 'unit_price', 0),
            'tax_included': bool(self._number(row, 'tax_included', 0)),
        })

    def _check_keys(self, row):
        unknown = sorted(row.keys() - KEYS)
        if unknown:
            raise UserError(self.env._(
                "Unknown column %(column)s. Known are: %(known)s.",
                column=unknown[0], known=', '.join(sorted(KEYS))))
        for key in NEEDED:
            if row.get(key) is None:
                raise UserError(self.env._("Column %(column)s is missing.", column=key))

    def _one_off_by_ref(self, ref):
        """A charge that was withdrawn is known too: it does not come back by a second upload."""
        return self.with_context(active_test=False).search([
            ('company_id', '=', self.env.company.id), ('ref', '=', ref)]) if ref else self.browse()

    def _account_of(self, row):
        Account = self.env['smart.billing.account']
        for column, field in (('account_code', 'code'), ('account_ref', 'ref')):
            if row.get(column):
                account = Account.search([
                    ('company_id', '=', self.env.company.id), (field, '=', row[column])])
                if not account:
                    raise UserError(self.env._(
                        "There is no billing account with %(column)s %(value)s.",
                        column=column, value=row[column]))
                return account
        return Account

    def _contract_of(self, row):
        Contract = self.env['smart.billing.contract']
        for column, field in (('contract', 'name'), ('contract_ref', 'ref')):
            if row.get(column):
                contract = Contract.search([
                    ('company_id', '=', self.env.company.id), (field, '=', row[column])])
                if not contract:
                    raise UserError(self.env._(
                        "There is no contract with %(column)s %(value)s.",
                        column=column, value=row[column]))
                return contract
        return Contract

    def _product_of(self, row):
        Product = self.env['product.product']
        domain = [('company_id', 'in', (False, self.env.company.id))]
        for field in ('default_code', 'name'):
            product = Product.search([*domain, (field, '=', row['product'])], limit=2)
            if len(product) > 1:
                raise UserError(self.env._(
                    "Several products are called %(product)s. Give the internal reference of the "
                    "one that is meant.", product=row['product']))
            if product:
                return product
        raise UserError(self.env._(
            "There is no product with the internal reference or name %(product)s.",
            product=row['product']))

    def _number(self, row, key, default):
        try:
            return float(row.get(key, default))
        except (TypeError, ValueError) as error:
            raise UserError(self.env._(
                "Column %(column)s: '%(value)s' is not a number.",
                column=key, value=row[key])) from error

    def _day(self, row):
        if not row.get('date'):
            return None
        try:
            return fields.Date.to_date(str(row['date']).strip().replace('/', '-'))
        except ValueError as error:
            raise UserError(self.env._(
                "Column %(column)s: '%(value)s' is not a day; write it as 2026-10-31.",
                column='date', value=row['date'])) from error

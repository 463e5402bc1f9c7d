import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..engine.words import database_refusal

ACCOUNT_KEYS = {
    'billing_day', 'closing_day', 'issue_month_offset', 'issue_day', 'due_month_offset',
    'due_day', 'due_shift', 'delivery',
}
KEYS = ACCOUNT_KEYS | {
    'ref', 'plan', 'quantity', 'date_start', 'date_last', 'account_ref', 'account_code',
    'partner_name', 'partner_ref', 'partner_email', 'provider',
}


class Contract(models.Model):
    """The door for front systems and files: contracts by plain values, exactly once by `ref`."""

    _inherit = 'smart.billing.contract'

    @api.model
    def create_contracts(self, rows):
        """Make confirmed contracts from plain values (契約登録). For RPC and CSV alike.

        :param list[dict] rows: each with `plan` (code), `date_start` and the payer: `account_ref`
            or `account_code` of a billing account, or `partner_ref`/`partner_name` for a new one;
            optional `ref` (a row whose ref exists already gives that contract), `quantity`,
            `date_last`, `provider` (code or name of the collection service) and the terms of a new
            account (`closing_day`, `billing_day`, `issue_day`, `due_month_offset`, `due_day`, …)
        :return: {'ids': [contract id or False for each row], 'problems': [{'row', 'reason'}]};
            a bad row makes nothing and does not stop the others
        """
        ids, problems = [], []
        for index, row in enumerate(rows):
            try:
                with self.env.cr.savepoint():
                    contract = self._create_one(row)
                    self.env.flush_all()
                ids.append(contract.id)
            except (UserError, ValidationError, psycopg2.IntegrityError) as error:
                self.env.invalidate_all(flush=False)
                ids.append(False)
                problems.append({'row': index, 'reason': self._row_reason(error)})
        return {'ids': ids, 'problems': problems}

    def _row_reason(self, error):
        """What the database refused says its constraint's own sentence."""
        if isinstance(error, psycopg2.IntegrityError):
            return database_refusal(self.env, error)
        return str(error)

    def _create_one(self, row):
        row = {key: value for key, value in row.items() if value not in (None, '')}
        self._check_keys(row)
        known = self._contract_by_ref(row.get('ref'))
        if known:
            return known
        contract = self.create({
            'ref': row.get('ref', False),
            'account_id': self._account_of(row).id,
            'start_plan_id': self._plan_of(row).id,
            'start_quantity': self._number(row, 'quantity', 1),
            'date_start': self._day(row, 'date_start'),
            'date_last': self._day(row, 'date_last') if row.get('date_last') else False,
        })
        contract.action_confirm()
        return contract

    def _check_keys(self, row):
        unknown = sorted(row.keys() - KEYS)
        if unknown:
            raise UserError(self.env._(
                "Unknown column %(column)s. Known are: %(known)s.",
                column=unknown[0], known=', '.join(sorted(KEYS))))
        for key in ('plan', 'date_start'):
            if not row.get(key):
                raise UserError(self.env._("Column %(column)s is missing.", column=key))

    def _contract_by_ref(self, ref):
        return self.search([
            ('company_id', '=', self.env.company.id), ('ref', '=', ref)]) if ref else self.browse()

    def _plan_of(self, row):
        plan = self.env['smart.billing.plan'].search([
            ('company_id', '=', self.env.company.id), ('code', '=', row['plan'])])
        if not plan:
            raise UserError(self.env._(
                "There is no plan with the code %(code)s in %(company)s.",
                code=row['plan'], company=self.env.company.name))
        return plan

    def _account_of(self, row):
        """The named billing account; a new one where the row describes the payer instead."""
        Account = self.env['smart.billing.account']
        domain = [('company_id', '=', self.env.company.id)]
        if row.get('account_code'):
            account = Account.search([*domain, ('code', '=', row['account_code'])])
            if not account:
                raise UserError(self.env._(
                    "There is no billing account with the customer number %(code)s.",
                    code=row['account_code']))
            return account
        if row.get('account_ref'):
            account = Account.search([*domain, ('ref', '=', row['account_ref'])])
            if account:
                return account
        return Account.create(self._account_values(row))

    def _account_values(self, row):
        values = {
            'partner_id': self._partner_of(row).id,
            'company_id': self.env.company.id,
            'ref': row.get('account_ref', False),
        }
        for key in ACCOUNT_KEYS & row.keys():
            text = key in ('due_shift', 'delivery')
            values[key] = row[key] if text else int(self._number(row, key, 0))
        if row.get('provider'):
            values['provider_id'] = self._provider_of(row).id
        return values

    def _partner_of(self, row):
        Partner = self.env['res.partner']
        if row.get('partner_ref'):
            partner = Partner.search([('ref', '=', row['partner_ref'])], limit=1)
            if partner:
                return partner
        if not row.get('partner_name'):
            raise UserError(self.env._(
                "The row names no payer: give account_code, account_ref, partner_ref or "
                "partner_name."))
        return Partner.create({
            'name': row['partner_name'], 'ref': row.get('partner_ref', False),
            'email': row.get('partner_email', False), 'lang': self.env.lang,
        })

    def _provider_of(self, row):
        provider = self.env['payment.provider'].search([
            ('company_id', '=', self.env.company.id), ('sb_is_collection', '=', True),
            '|', ('code', '=', row['provider']), ('name', '=', row['provider'])], limit=1)
        if not provider:
            raise UserError(self.env._(
                "There is no collection service with the code or name %(name)s.",
                name=row['provider']))
        return provider

    def _number(self, row, key, default):
        try:
            return float(row.get(key, default))
        except (TypeError, ValueError) as error:
            raise UserError(self.env._(
                "Column %(column)s: '%(value)s' is not a number.",
                column=key, value=row[key])) from error

    def _day(self, row, key):
        try:
            return fields.Date.to_date(str(row[key]).strip().replace('/', '-'))
        except ValueError as error:
            raise UserError(self.env._(
                "Column %(column)s: '%(value)s' is not a day; write it as 2026-10-31.",
                column=key, value=row[key])) from error

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine import rows as reader
from .account_api import PAYER

OPTION, PRICE = 'option:', 'price:'
KEYS = PAYER | {
    'ref', 'plan', 'quantity', 'date_start', 'date_last', 'date_end', 'options', 'prices', 'coupon',
}


class Contract(models.Model):
    """The door for front systems and files: contracts by plain values, exactly once by `ref`."""

    _inherit = 'smart.billing.contract'

    @api.model
    def create_contracts(self, rows):
        """Make confirmed contracts from plain values (契約登録). For RPC, JSON-2 and CSV alike.

        :param list[dict] rows: each with `plan` (code), `date_start` and the payer: `account_ref`
            or `account_code` of a billing account, or `partner_ref`/`partner_name` for a new one;
            optional: `ref` (a row whose ref exists already gives that contract), `quantity`,
            `date_last` (last day) or `date_end` (first day after it), `options` ({code: quantity},
            or columns `option:CODE`), `prices` ({charge code: agreed price}, or columns
            `price:CODE`), `coupon` (codes), `provider` (code or name of the collection service)
            and the terms of a new account (`closing_day`, `billing_day`, `issue_day`,
            `due_month_offset`, `due_day`, …)
        :return: {'ids': [contract id or False for each row], 'problems': [{'row', 'reason'}]};
            a bad row makes nothing and does not stop the others
        """
        return reader.load(
            self.env, rows, self.with_context(tracking_disable=True)._create_rows)

    def _create_rows(self, rows):
        """:return: the contract's id for each row; raises on a row that cannot be"""
        rows = [reader.told(self.env, row, KEYS, ('plan', 'date_start'), (OPTION, PRICE))
                for row in rows]
        known = self._contracts_by_ref(rows)
        # Of two rows with one ref the first one makes the contract.
        new = {row.get('ref') or id(row): row for row in reversed(rows)
               if str(row.get('ref')) not in known}
        new = dict(reversed(new.items()))
        accounts = self.env['smart.billing.account']._for_rows(list(new.values()))
        made = self.create(self._prepare_from_rows(list(new.values()), accounts))
        made.action_confirm()
        by_row = dict(zip(new, made, strict=True))
        return [(known.get(str(row.get('ref'))) or by_row[row.get('ref') or id(row)]).id
                for row in rows]

    def _contracts_by_ref(self, rows, key='ref'):
        """:return: {ref: contract} of the company's contracts that rows name"""
        refs = [str(row[key]) for row in rows if row.get(key)]
        found = self.search([('company_id', '=', self.env.company.id), ('ref', 'in', refs)])
        return {contract.ref: contract for contract in found}

    def _prepare_from_rows(self, rows, accounts):
        plans = self._plans_by_code(rows)
        discounts = self._discounts_of(rows)
        return [{
            'ref': row.get('ref', False),
            'account_id': account.id,
            'start_plan_id': plans[row['plan']].id,
            'start_quantity': reader.number(self.env, row, 'quantity', 1),
            'date_start': reader.day(self.env, row, 'date_start'),
            'date_last': self._last_day(row),
            'start_option_ids': [fields.Command.create({'option_code': code, 'quantity': quantity})
                                 for code, quantity in reader.pairs(
                                     self.env, row, 'options', OPTION, 1).items()],
            'start_discount_ids': [fields.Command.set([
                discounts[code.lower()].id for code in reader.names(row, 'coupon')])],
            'price_ids': [fields.Command.create({
                'account_id': account.id, 'plan_id': plans[row['plan']].id, 'charge_code': code,
                'price': price, 'date_from': reader.day(self.env, row, 'date_start')})
                for code, price in reader.pairs(self.env, row, 'prices', PRICE, None).items()],
        } for row, account in zip(rows, accounts, strict=True)]

    def _last_day(self, row):
        last, end = (reader.day(self.env, row, key) for key in ('date_last', 'date_end'))
        if last and end:
            raise UserError(self.env._(
                "Give date_last (the last day) or date_end (the first day after it), not both."))
        return fields.Date.subtract(end, days=1) if end else last

    def _plans_by_code(self, rows):
        """:return: {code: plan} of the company; an unknown code is refused"""
        codes = {row['plan'] for row in rows if row.get('plan')}
        found = self.env['smart.billing.plan'].search([
            ('company_id', '=', self.env.company.id), ('code', 'in', list(codes))])
        plans = {plan.code: plan for plan in found}
        for code in codes - plans.keys():
            raise UserError(self.env._(
                "There is no plan with the code %(code)s in %(company)s.",
                code=code, company=self.env.company.name))
        return plans

    def _discounts_of(self, rows):
        """:return: {coupon code in small letters: discount}"""
        codes = {code for row in rows for code in reader.names(row, 'coupon')}
        return {code.lower(): self._discount_by_coupon(code) for code in codes}

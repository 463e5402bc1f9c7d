from odoo import api, models
from odoo.exceptions import UserError

from ..engine import rows as reader

KEYS = {
    'contract', 'kind', 'date_effective', 'at_period_end', 'at_term_end', 'plan', 'quantity',
    'option', 'coupon', 'discount', 'date_end', 'cancel_reason', 'account_ref', 'account_code',
    'reason', 'ref',
}

# column -> (what the event says, model, field by which the column names its record)
NAMED = {
    'coupon': ('discount_id', 'smart.billing.discount', 'coupon_code'),
    'discount': ('discount_id', 'smart.billing.discount', 'name'),
    'cancel_reason': ('cancel_reason_id', 'smart.billing.cancel.reason', 'name'),
    'account_code': ('account_id', 'smart.billing.account', 'code'),
    'account_ref': ('account_id', 'smart.billing.account', 'ref'),
}


class Contract(models.Model):
    """The door for changes from front systems and files (契約変更の一括登録)."""

    _inherit = 'smart.billing.contract'

    @api.model
    def change_contracts(self, rows):
        """Enter events on contracts from plain values. For RPC, JSON-2 and CSV alike.

        The rows of one contract are entered in their order.

        :param list[dict] rows: each with `contract` (external reference or number), `kind` and
            what the kind says (see `add_event`): `date_effective` (default: today),
            `at_period_end`, `at_term_end`, `plan` (code), `quantity`, `option` (code), `coupon`
            or `discount` (name), `date_end`, `cancel_reason` (name), `account_ref` or
            `account_code`, `reason`; `ref`: a row whose ref the contract knows is not repeated
        :return: {'ids': [event id or False for each row], 'problems': [{'row', 'reason'}]};
            a bad row changes nothing and does not stop the others
        """
        return reader.load(
            self.env, rows, self.with_context(tracking_disable=True)._change_rows)

    def _change_rows(self, rows):
        """:return: the event's id for each row; raises on a row that cannot be"""
        rows = [reader.told(self.env, row, KEYS, ('contract', 'kind')) for row in rows]
        contracts = self._contracts_named(rows)
        known = self._known_events(rows, contracts)
        said = self._what_is_said(rows)
        ids = [known.get((contract.id, row.get('ref')))
               for row, contract in zip(rows, contracts, strict=True)]
        open_rows = [index for index, event_id in enumerate(ids) if not event_id]
        while open_rows:
            wave = self._first_of_each_contract(open_rows, contracts)
            for (kind, day, reason, _said), members in self._alike(wave, rows, said).items():
                for index, event_id in self._enter_alike(
                        kind, day, reason, said, members, rows, contracts).items():
                    ids[index] = event_id
            open_rows = [index for index in open_rows if index not in wave]
        return ids

    def _contracts_named(self, rows):
        """The contract of each row, by its external reference or its number."""
        names = [str(row['contract']) for row in rows]
        found = self.search([('company_id', '=', self.env.company.id),
                             '|', ('ref', 'in', names), ('name', 'in', names)])
        by_name = {**{contract.name: contract for contract in found},
                   **{contract.ref: contract for contract in found if contract.ref}}
        for name in names:
            if name not in by_name:
                raise UserError(self.env._(
                    "There is no contract with the reference or number %(name)s.", name=name))
        return [by_name[name] for name in names]

    def _known_events(self, rows, contracts):
        """:return: {(contract id, ref): event id} of rows that were entered before"""
        refs = [str(row['ref']) for row in rows if row.get('ref')]
        events = self.env['smart.billing.contract.event'].search([
            ('contract_id', 'in', self.union(*contracts).ids), ('ref', 'in', refs)])
        return {(event.contract_id.id, event.ref): event.id for event in events}

    def _first_of_each_contract(self, open_rows, contracts):
        """Rows of different contracts: they may be entered together, in any order."""
        first = {}
        for index in open_rows:
            first.setdefault(contracts[index].id, index)
        return set(first.values())

    def _alike(self, wave, rows, said):
        """Rows that say the same, so that they are one event on several contracts."""
        alike = {}
        for index in sorted(wave):
            row = rows[index]
            key = (row['kind'], reader.day(self.env, row, 'date_effective') or None,
                   row.get('reason'), tuple(sorted(said[index].items())))
            alike.setdefault(key, []).append(index)
        return alike

    def _enter_alike(self, kind, day, reason, said, members, rows, contracts):
        """:return: {row: event id}"""
        together = self.union(*(contracts[index] for index in members))
        refs = {contracts[index].id: str(rows[index]['ref'])
                for index in members if rows[index].get('ref')}
        events = together._enter(kind, day, reason=reason, ref=refs, **said[members[0]])
        by_contract = {event.contract_id.id: event.id for event in events}
        return {index: by_contract[contracts[index].id] for index in members}

    def _what_is_said(self, rows):
        """The values of `_enter` for each row; each name is looked up once."""
        plans = self._plans_by_code(rows)
        named = {(key, str(row[key])): self._named(key, str(row[key]))
                 for row in rows for key in NAMED if row.get(key)}
        return [self._said_in(row, plans, named) for row in rows]

    def _said_in(self, row, plans, named):
        said = {
            'plan_id': plans[row['plan']].id if row.get('plan') else None,
            'quantity': reader.number(self.env, row, 'quantity'),
            'at_period_end': reader.flag(self.env, row, 'at_period_end'),
            'at_term_end': reader.flag(self.env, row, 'at_term_end'),
            'option_code': row.get('option'),
            'date_end': reader.day(self.env, row, 'date_end'),
        }
        for key, (field, _model, _field) in NAMED.items():
            if row.get(key):
                said[field] = named[key, str(row[key])].id
        return {name: value for name, value in said.items()
                if value is not None and value is not False}

    def _named(self, key, value):
        """The record that a column names, of the company or of all companies."""
        if key == 'coupon':
            return self._discount_by_coupon(value)
        _said, model, field = NAMED[key]
        found = self.env[model].search([
            ('company_id', 'in', (False, self.env.company.id)), (field, '=', value)], limit=1)
        if not found:
            raise UserError(self.env._(
                "Column %(column)s: there is no '%(value)s'.", column=key, value=value))
        return found

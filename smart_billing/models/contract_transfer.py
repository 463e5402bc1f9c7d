from odoo import fields, models
from odoo.exceptions import UserError

from ..core import carry
from ..engine import usage_move


class Contract(models.Model):
    """One contract goes on as another payer's (契約承継)."""

    _inherit = 'smart.billing.contract'

    continues_id = fields.Many2one(
        'smart.billing.contract', string="Goes on with", readonly=True, copy=False,
        ondelete='restrict', index='btree_not_null',
        help="The contract of another payer that this one goes on with.")
    continued_by_ids = fields.One2many(
        'smart.billing.contract', 'continues_id', string="Continued by", readonly=True)

    _continued_once = models.UniqueIndex(
        '(continues_id) WHERE continues_id IS NOT NULL',
        "Another contract goes on with this one already.")

    def _transfer_to(self, account, date_effective=None, reason=None, refs=None):
        """End the contracts and go on with them on another account, from one day to the next.

        The new contract is what the old one would have been: its plan, quantity, options,
        discounts, agreed prices and terms, and the usage of its days. What is known to come
        comes there.

        :param account: who pays from that day on
        :param dict refs: {contract id: reference of the event in the front system}
        :return: the transfer events
        """
        if not self:
            return self.event_ids
        self._check_transfer(account)
        lines = self._timelines()
        days = {contract.id: date_effective or contract.company_id._sb_today()
                for contract in self}
        self._check_days(lines, days)
        events = self.env['smart.billing.contract.event'].create([{
            'contract_id': contract.id,
            'kind': 'transfer',
            'date_effective': days[contract.id],
            'reason': reason,
            'ref': (refs or {}).get(contract.id),
        } for contract in self])
        heirs = self._make_heirs(account, lines, days, reason)
        heirs._check_goes_on(lines)
        self._hand_over_prices(heirs)
        usage_move.move(self.env, {heir.continues_id.id: heir.id for heir in heirs}, days)
        return events

    def _make_heirs(self, account, lines, days, reason):
        """The new contracts with all their events; :return: one for each of the old ones"""
        told = {contract.id: carry.carried(lines[contract.id], days[contract.id])
                for contract in self}
        heirs = self.with_context(tracking_disable=True).create([{
            'account_id': account.id,
            'continues_id': contract.id,
            'start_plan_id': told[contract.id][0].plan.code,
            'start_quantity': float(told[contract.id][0].quantity),
            'date_start': days[contract.id],
        } for contract in self])
        self.env['smart.billing.contract.event'].create([
            {**self._prepare_carried(event), 'contract_id': heir.id, 'reason': reason,
             **self._carried_reason(heir, event)}
            for heir in heirs for event in told[heir.continues_id.id]])
        return heirs

    def _prepare_carried(self, event):
        """The record's values of an event of the core."""
        return {
            'kind': event.kind,
            'date_effective': event.effective,
            'plan_id': event.plan.code if event.plan else False,
            'quantity': float(event.quantity) if event.quantity is not None else False,
            'date_end': event.end,
            'option_code': event.option,
            'discount_id': event.discount.code if event.discount else False,
            'date_since': event.since,
            'date_plan_since': event.plan_since,
        }

    def _carried_reason(self, heir, event):
        """A cancellation that goes on keeps why it was asked for."""
        cancel = heir.continues_id._cancellation()
        if event.kind != 'cancel' or not cancel:
            return {}
        return {'cancel_reason_id': cancel.cancel_reason_id.id, 'reason': cancel.reason}

    def _hand_over_prices(self, heirs):
        """Prices agreed for the contract hold on; those of the account were that payer's own."""
        Price = self.env['smart.billing.price.override']
        prices = Price.search([('contract_id', 'in', self.ids)], order='id')
        for_heir = {heir.continues_id: heir for heir in heirs}
        Price.create([{
            'account_id': heir.account_id.id, 'contract_id': heir.id,
            'plan_id': price.plan_id.id, 'charge_code': price.charge_code, 'price': price.price,
            'date_from': max(price.date_from, heir.date_start), 'date_to': price.date_to,
            'reason': price.reason,
        } for price in prices for heir in for_heir[price.contract_id]
            if not price.date_to or price.date_to > heir.date_start])

    # === CHECKS === #

    def _check_transfer(self, account):
        """Whether another payer can go on with these contracts at all."""
        for contract in self:
            heir = contract.continued_by_ids
            if heir:
                raise UserError(self.env._(
                    "Contract %(contract)s goes on as contract %(heir)s since %(day)s. Transfer "
                    "that one.", contract=contract.name, heir=heir.display_name,
                    day=heir.date_start))
            if contract.account_id == account:
                raise UserError(self.env._(
                    "Contract %(contract)s is paid by %(account)s already. Choose another billing "
                    "account.", contract=contract.name, account=account.display_name))
            if contract.company_id != account.company_id:
                raise UserError(self.env._(
                    "Contract %(contract)s is of %(company)s, billing account %(account)s of "
                    "%(other)s. Choose an account of the same company.", contract=contract.name,
                    company=contract.company_id.name, account=account.display_name,
                    other=account.company_id.name))
            if not account.active:
                raise UserError(self.env._(
                    "Billing account %(account)s is archived. Restore it, or choose another one.",
                    account=account.display_name))

    def _check_days(self, lines, days):
        for contract in self:
            line, day = lines[contract.id], days[contract.id]
            if day < line.first_day:
                raise UserError(self.env._(
                    "Contract %(contract)s starts on %(start)s, so it cannot be transferred on "
                    "%(day)s. Give a day on or after the start.", contract=contract.name,
                    start=line.first_day, day=day))
            if day >= line.end:
                raise UserError(self.env._(
                    "Contract %(contract)s has ended on %(end)s; on %(day)s there is nothing left "
                    "to transfer. Give an earlier day, or start a new contract.",
                    contract=contract.name, end=line.end, day=day))

    def _check_goes_on(self, lines):
        """What a start cannot say is refused, so that nobody is billed otherwise than before."""
        for heir_id, line in self._timelines().items():
            heir = self.browse(heir_id)
            old = heir.continues_id
            found = carry.differences(lines[old.id], line)
            if found:
                raise UserError(self.env._(
                    "Contract %(contract)s cannot be transferred on %(day)s: the new contract "
                    "would not go on as this one does (%(what)s). Transfer it on another day, or "
                    "cancel it and start a new contract.", contract=old.name,
                    day=heir.date_start, what=', '.join(old._words_of(found))))

    def _words_of(self, differences):
        words = {
            'plan': self.env._("changes of plan"),
            'version': self.env._("version of the prices"),
            'quantity': self.env._("quantity"),
            'suspension': self.env._("suspension"),
            'option': self.env._("options"),
            'discount': self.env._("periods with a discount"),
            'end': self.env._("end of the contract"),
            'term': self.env._("end of the term"),
            'fee': self.env._("cancellation fee"),
            'period': self.env._("days of the periods"),
            'price_step': self.env._("steps of the price"),
        }
        return [words[name] for name in differences]

    def _check_not_transferred(self, date_effective):
        """What counts from the transfer on is entered where the contract goes on."""
        for contract in self.filtered('continued_by_ids'):
            heir = contract.continued_by_ids
            if (date_effective or contract.company_id._sb_today()) >= heir.date_start:
                raise UserError(self.env._(
                    "Contract %(contract)s goes on as contract %(heir)s since %(day)s. Enter the "
                    "change there.", contract=contract.name, heir=heir.display_name,
                    day=heir.date_start))

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..core import timeline
from .window import window


class DiscountRedemption(models.Model):
    """A discount was given to a contract (クーポン利用). One row for each time.

    Where a discount is limited each row takes a numbered place, and the database keeps two from
    taking the same one, however many ask at the same moment.
    """

    _name = 'smart.billing.discount.redemption'
    _description = 'Redemption of a Discount'
    _order = 'id desc'

    event_id = fields.Many2one(
        'smart.billing.contract.event', required=True, ondelete='cascade', readonly=True)
    discount_id = fields.Many2one(
        'smart.billing.discount', required=True, ondelete='restrict', index=True, readonly=True)
    contract_id = fields.Many2one(
        'smart.billing.contract', required=True, ondelete='cascade', index=True, readonly=True)
    account_id = fields.Many2one(
        'smart.billing.account', string="Billing account", required=True, ondelete='restrict',
        index=True, readonly=True)
    company_id = fields.Many2one(related='discount_id.company_id', store=True, index=True)
    date = fields.Date(string="Given on", required=True, readonly=True)
    number = fields.Integer(
        readonly=True, help="Place among all redemptions; empty where these are not limited.")
    account_number = fields.Integer(
        string="Number of the account", readonly=True,
        help="Place among those of the billing account; empty where these are not limited.")

    _event_once = models.UniqueIndex('(event_id)', "This event is redeemed already.")
    _place_once = models.UniqueIndex(
        '(discount_id, number) WHERE number > 0',
        "The discount was given to somebody else at this very moment. Try again.")
    _account_place_once = models.UniqueIndex(
        '(discount_id, account_id, account_number) WHERE account_number > 0',
        "The discount was given to this billing account at this very moment. Try again.")


class Discount(models.Model):
    _inherit = 'smart.billing.discount'

    redemption_ids = fields.One2many(
        'smart.billing.discount.redemption', 'discount_id', readonly=True)
    redemption_count = fields.Integer(compute='_compute_redemption_count', string="Given")

    def _compute_redemption_count(self):
        counts = dict(self.env['smart.billing.discount.redemption']._read_group(
            [('discount_id', 'in', self.ids)], ['discount_id'], ['__count']))
        for discount in self:
            discount.redemption_count = counts.get(discount, 0)

    def action_view_redemptions(self):
        self.ensure_one()
        return window(
            self.env._("Given: %(discount)s", discount=self.name),
            'smart.billing.discount.redemption', [('discount_id', '=', self.id)])

    def _redeem(self, events):
        """Give the discount by these events, within its limits.

        :raise UserError: it may not be given, or not so often; nobody is given it then
        """
        self.ensure_one()
        self._check_open(events)
        self._check_plans(events)
        if self.max_redemptions or self.max_per_account:
            self._take_turn()
        given, by_account = self.redemption_count, self._count_by_account(events)
        vals_list = []
        for event in events:
            account = event.contract_id.account_id
            given += 1
            by_account[account] = by_account.get(account, 0) + 1
            self._check_limits(given, account, by_account[account])
            vals_list.append({
                'event_id': event.id, 'discount_id': self.id,
                'contract_id': event.contract_id.id, 'account_id': account.id,
                'date': self._given_on(event),
                'number': given if self.max_redemptions else False,
                'account_number': by_account[account] if self.max_per_account else False,
            })
        self.env['smart.billing.discount.redemption'].sudo().create(vals_list)

    def _take_turn(self):
        """One at a time counts a limited discount.

        The update makes another transaction that counts at the same moment wait, and then start
        anew, with what this one has written before its eyes.
        """
        self.env.execute_query(SQL(
            'UPDATE smart_billing_discount SET write_date = %s WHERE id = %s RETURNING id',
            self.env.cr.now(), self.id))
        self.invalidate_recordset(['write_date', 'redemption_count'])

    def _count_by_account(self, events):
        return dict(self.env['smart.billing.discount.redemption']._read_group(
            [('discount_id', '=', self.id),
             ('account_id', 'in', events.contract_id.account_id.ids)],
            ['account_id'], ['__count']))

    def _given_on(self, event):
        """The day of its entry, or an earlier one from which it counts."""
        return min(event.date_effective, event.company_id._sb_today())

    def _check_open(self, events):
        if not self.active:
            raise UserError(self.env._(
                "Discount %(discount)s is archived and not given any more. Choose another one.",
                discount=self.display_name))
        for event in events:
            if event.company_id != self.company_id:
                raise UserError(self.env._(
                    "Discount %(discount)s belongs to company %(company)s; contract %(contract)s "
                    "does not.", discount=self.display_name, company=self.company_id.name,
                    contract=event.contract_id.name))
            day = self._given_on(event)
            if self.redeem_from and day < self.redeem_from:
                raise UserError(self.env._(
                    "Discount %(discount)s may be given from %(first)s on, and it is %(day)s. "
                    "Enter it then.",
                    discount=self.display_name, first=self.redeem_from, day=day))
            if self.redeem_until and day > self.redeem_until:
                raise UserError(self.env._(
                    "Discount %(discount)s could be given until %(last)s. Choose another one, or "
                    "prolong it under Catalogue > Discounts.",
                    discount=self.display_name, last=self.redeem_until))

    def _check_plans(self, events):
        """The plan on the day from which the discount counts is one that it is meant for."""
        if not self.plan_ids:
            return
        lines = events.contract_id._timelines()
        for event in events:
            line = lines[event.contract_id.id]
            plan = self.plan_ids.browse(timeline.state_at(line, event.date_effective).plan.code)
            if plan not in self.plan_ids:
                raise UserError(self.env._(
                    "Discount %(discount)s is not for plan %(plan)s of contract %(contract)s. It "
                    "is for: %(plans)s.", discount=self.display_name, plan=plan.display_name,
                    contract=event.contract_id.name,
                    plans=', '.join(self.plan_ids.mapped('display_name'))))

    def _check_limits(self, given, account, by_account):
        if self.max_redemptions and given > self.max_redemptions:
            raise UserError(self.env._(
                "Discount %(discount)s has been given %(count)s times, as often as it may. Choose "
                "another one, or raise 'Most redemptions' under Catalogue > Discounts.",
                discount=self.display_name, count=self.max_redemptions))
        if self.max_per_account and by_account > self.max_per_account:
            raise UserError(self.env._(
                "Billing account %(account)s has been given discount %(discount)s %(count)s times, "
                "as often as it may. Choose another one, or raise 'Most per billing account' under "
                "Catalogue > Discounts.", account=account.display_name,
                discount=self.display_name, count=self.max_per_account))


class ContractEvent(models.Model):
    """Whatever door a discount comes by, it is redeemed."""

    _inherit = 'smart.billing.contract.event'

    @api.model_create_multi
    def create(self, vals_list):
        events = super().create(vals_list)
        gifts = events.filtered(
            lambda event: event.kind == 'add_discount' and not event._is_carried_over())
        for discount, given in gifts.grouped('discount_id').items():
            discount._redeem(given)
        return events

    def _is_carried_over(self):
        """A discount that goes on with a contract that another payer continues is not a new one."""
        return bool(self.date_since and self.contract_id.continues_id)

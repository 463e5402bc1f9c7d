from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from ..engine import settled
from .price_sheet_part import check_now, differs
from .window import window


class PriceOverride(models.Model):
    """A price agreed with one customer, in place of the plan's, for some days (個別価格).

    Without a contract it holds for all contracts of the billing account; the contract's own goes
    before the account's. What was billed at it stays: it is ended, and a new one is entered.
    """

    _name = 'smart.billing.price.override'
    _description = 'Agreed Price'
    _inherit = ['mail.thread']
    _order = 'account_id, plan_id, charge_code, date_from desc, id desc'

    account_id = fields.Many2one(
        'smart.billing.account', string="Billing account", required=True, ondelete='cascade',
        index=True, check_company=True, compute='_compute_account_id', store=True, precompute=True,
        readonly=False)
    contract_id = fields.Many2one(
        'smart.billing.contract', ondelete='cascade', index='btree_not_null',
        check_company=True, domain="[('account_id', '=', account_id)]",
        help="Empty: for all contracts of the billing account.")
    company_id = fields.Many2one(related='account_id.company_id', store=True, index=True)
    currency_id = fields.Many2one(related='company_id.currency_id')
    plan_id = fields.Many2one(
        'smart.billing.plan', required=True, ondelete='restrict', index=True, check_company=True)
    charge_code = fields.Char(required=True, help="Code of the plan's charge.")
    charge_id = fields.Many2one(
        'smart.billing.charge', compute='_compute_charge_id', store=False,
        readonly=False, domain="[('plan_id', '=', plan_id)]",
        help="Names the code: of several versions the newest that has begun.")
    price = fields.Float(digits=(16, 6), required=True)
    date_from = fields.Date(required=True)
    date_to = fields.Date(
        string="Ends before", help="The first day without the agreed price. Empty: without end.")
    reason = fields.Char()
    list_price_text = fields.Char(
        string="Price of the plan", compute='_compute_list_price_text',
        help="What the charge costs others, by the newest version that has begun.")

    _check_company_auto = True
    _price_not_negative = models.Constraint(
        'CHECK (price >= 0)', "An agreed price cannot be negative.")
    _not_empty = models.Constraint(
        'CHECK (date_to IS NULL OR date_to > date_from)', "An agreed price holds at least one day.")
    _one_a_day = models.Constraint(
        'EXCLUDE USING gist (account_id WITH =, (COALESCE(contract_id, 0)) WITH =, '
        "plan_id WITH =, charge_code WITH =, daterange(date_from, date_to, '[)') WITH &&) "
        'DEFERRABLE INITIALLY DEFERRED',
        "There is another agreed price for the charge on some of these days. End it first.")

    # Fields that decide what is billed; its end may move: what that changes is settled.
    _price_fields = frozenset({
        'account_id', 'contract_id', 'plan_id', 'charge_code', 'price', 'date_from'})

    # === COMPUTE METHODS === #

    @api.depends('contract_id')
    def _compute_account_id(self):
        for override in self:
            override.account_id = override.contract_id.account_id or override.account_id

    @api.depends('plan_id', 'charge_code')
    def _compute_charge_id(self):
        for override in self:
            versions = override.plan_id.version_ids.sorted('date_from')
            begun = versions.filtered(lambda version: version.status != 'coming')
            charges = (begun[-1:] or versions[:1]).charge_ids | versions.charge_ids
            override.charge_id = charges.filtered(
                lambda charge: charge.code == override.charge_code)[:1]

    @api.onchange('charge_id')
    def _onchange_charge_id(self):
        """A hand with typing: what counts is the code."""
        if self.charge_id:
            self.charge_code = self.charge_id.code

    @api.depends('charge_id')
    @api.depends_context('lang')
    def _compute_list_price_text(self):
        for override in self:
            override.list_price_text = override.charge_id.price_text

    @api.depends('plan_id', 'charge_code', 'date_from')
    def _compute_display_name(self):
        for override in self:
            override.display_name = (
                f'{override.plan_id.code or ""} {override.charge_code or ""} '
                f'{override.date_from or ""}'.strip())

    # === CONSTRAINT METHODS === #

    @api.constrains('contract_id', 'account_id')
    def _check_contract(self):
        for override in self.filtered('contract_id'):
            if override.contract_id.account_id != override.account_id:
                raise ValidationError(self.env._(
                    "Contract %(contract)s is not paid by billing account %(account)s. Choose a "
                    "contract of that account, or leave the contract empty.",
                    contract=override.contract_id.name,
                    account=override.account_id.display_name))

    @api.constrains('plan_id', 'charge_code')
    def _check_charge(self):
        for override in self:
            known = override.plan_id.version_ids.charge_ids.mapped('code')
            if override.charge_code not in known:
                raise ValidationError(self.env._(
                    "Plan %(plan)s has no charge with the code '%(code)s'. It has: %(known)s.",
                    plan=override.plan_id.display_name, code=override.charge_code,
                    known=', '.join(sorted(set(known))) or self.env._("none")))

    @api.constrains('account_id', 'contract_id', 'plan_id', 'charge_code', 'date_from', 'date_to')
    def _check_overlap(self):
        """In words; the database's constraint is for those who enter two at the same moment."""
        for override in self:
            domain = [
                ('id', '!=', override.id), ('account_id', '=', override.account_id.id),
                ('contract_id', '=', override.contract_id.id),
                ('plan_id', '=', override.plan_id.id),
                ('charge_code', '=', override.charge_code),
                '|', ('date_to', '=', False), ('date_to', '>', override.date_from)]
            if override.date_to:
                domain.append(('date_from', '<', override.date_to))
            if other := self.search(domain, limit=1):
                raise ValidationError(self.env._(
                    "There is another agreed price for charge '%(code)s' of plan %(plan)s, from "
                    "%(first)s on. End it before %(day)s, or choose other days.",
                    code=override.charge_code, plan=override.plan_id.display_name,
                    first=other.date_from, day=override.date_from))
        self.flush_model()
        check_now(self.env, 'smart_billing_price_override_one_a_day')

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get('charge_id') and not vals.get('charge_code'):
                vals['charge_code'] = self.env['smart.billing.charge'].browse(
                    vals['charge_id']).code
        overrides = super().create(vals_list)
        overrides._forget_settled()
        return overrides

    def write(self, vals):
        decisive = vals.keys() & (self._price_fields | {'date_to'})
        changed = self.filtered(
            lambda override: any(differs(override, name, vals[name]) for name in decisive))
        changed.filtered(lambda override: any(
            differs(override, name, vals[name])
            for name in decisive & self._price_fields))._refuse_billed()
        changed._forget_settled()
        result = super().write(vals)
        changed._forget_settled()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_billed(self):
        self._refuse_billed()

    def unlink(self):
        self._forget_settled()
        return super().unlink()

    def _refuse_billed(self):
        """Billed: since it was entered, something of its charge on its days."""
        if not self:
            return
        self.flush_recordset()
        self.env['smart.billing.item'].flush_model()
        billed = self.env.execute_query(SQL(
            """ SELECT o.id FROM smart_billing_price_override o
                 WHERE o.id IN %s AND EXISTS (
                       SELECT 1 FROM smart_billing_item i
                        WHERE i.live AND i.account_id = o.account_id
                          AND i.contract_id = COALESCE(o.contract_id, i.contract_id)
                          AND i.plan_id = o.plan_id AND i.charge_code = o.charge_code
                          AND i.create_date >= o.create_date AND i.date_to >= o.date_from
                          AND i.date_from < COALESCE(o.date_to, 'infinity'))
                 LIMIT 1 """, tuple(self.ids)))
        for [override_id] in billed:
            override = self.browse(override_id)
            raise UserError(self.env._(
                "The agreed price of charge '%(code)s' from %(day)s on has been billed; it cannot "
                "change in place. End it with 'Ends before', and enter a new one from that day on.",
                code=override.charge_code, day=override.date_from))

    def _forget_settled(self):
        """The contracts that the prices are for are looked at again, from their first days."""
        days = {}
        for price in self:
            for contract in price.contract_id or price.account_id.contract_ids:
                day = days.get(contract.id, price.date_from)
                days[contract.id] = min(day, price.date_from)
        settled.pull_back(self.env, days)


class BillingAccount(models.Model):
    _inherit = 'smart.billing.account'

    agreed_count = fields.Integer(compute='_compute_agreed_count', string="Agreed prices")

    def _compute_agreed_count(self):
        counts = dict(self.env['smart.billing.price.override']._read_group(
            [('account_id', 'in', self.ids)], ['account_id'], ['__count']))
        for account in self:
            account.agreed_count = counts.get(account, 0)

    def action_view_prices(self):
        self.ensure_one()
        return window(
            self.env._("Agreed prices of %(account)s", account=self.name),
            'smart.billing.price.override', [('account_id', '=', self.id)],
            default_account_id=self.id)


class Plan(models.Model):
    _inherit = 'smart.billing.plan'

    agreed_count = fields.Integer(compute='_compute_agreed_count', string="Agreed prices")

    def _compute_agreed_count(self):
        counts = dict(self.env['smart.billing.price.override']._read_group(
            [('plan_id', 'in', self.ids)], ['plan_id'], ['__count']))
        for plan in self:
            plan.agreed_count = counts.get(plan, 0)

    def action_view_prices(self):
        self.ensure_one()
        return window(
            self.env._("Agreed prices on %(plan)s", plan=self.name),
            'smart.billing.price.override', [('plan_id', '=', self.id)],
            default_plan_id=self.id)

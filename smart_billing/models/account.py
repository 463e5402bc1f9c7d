from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..engine import settled
from .window import window


class BillingAccount(models.Model):
    """Who pays, how and when (請求先). One invoice per account and run (合算請求)."""

    _name = 'smart.billing.account'
    _description = 'Billing Account'
    _inherit = ['mail.thread', 'mail.activity.mixin']
    _order = 'code'

    name = fields.Char(
        compute='_compute_name', store=True, readonly=False, required=True, precompute=True)
    code = fields.Char(
        string="Customer number", required=True, readonly=True, copy=False, default='/',
        help="Digits only: collection services know the customer by it (顧客番号).")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        'res.company', required=True, index=True, default=lambda self: self.env.company)
    currency_id = fields.Many2one(related='company_id.currency_id')
    partner_id = fields.Many2one(
        'res.partner', string="Payer", required=True, ondelete='restrict', index=True,
        check_company=True, tracking=True)
    billing_day = fields.Integer(
        default=1, tracking=True,
        help="Day of the month on which a period starts; the closing day (締め日) is the day "
             "before: 1 = closing at the end of the month (末日締め), 21 = closing on the 20th. "
             "29 to 31 mean the last day where a month is shorter. 0: each contract's own day.")
    closing_day = fields.Integer(
        compute='_compute_closing_day', inverse='_inverse_closing_day',
        help="Last day of a period (締め日): 1 to 27, or 31 for the end of the month; 0: each "
             "contract's own day.")
    billing_day_change_ids = fields.One2many(
        'smart.billing.account.day.change', 'account_id', string="Billing day changes")
    issue_month_offset = fields.Integer(
        string="Issue: months after closing",
        help="0: in the month of the closing day; 1: in the next month (翌月).")
    issue_day = fields.Integer(
        default=31, help="Day of the invoice date in that month; 31: end of the month (末日).")
    due_month_offset = fields.Integer(
        string="Due: months after closing", default=1, help="1: in the next month (翌月).")
    due_day = fields.Integer(
        default=27, help="Day of payment in that month; 31: end of the month (末日).")
    due_shift = fields.Selection(
        [('next', "Next business day"), ('previous', "Previous business day"),
         ('none', "No shift")],
        string="If banks are closed", required=True, default='next')
    provider_id = fields.Many2one(
        'payment.provider', string="Collection service", check_company=True, index=True,
        domain="[('sb_is_collection', '=', True)]", tracking=True,
        help="Who collects the invoices. Empty: the customer transfers by himself.")
    delivery = fields.Selection(
        [('portal', "In the portal"), ('email', "By mail")],
        required=True, default='portal',
        help="How the customer gets the invoice (請求書の送付方法). It is in the portal in any case.")
    contract_ids = fields.One2many('smart.billing.contract', 'account_id')
    contract_count = fields.Integer(compute='_compute_counts')
    invoice_count = fields.Integer(compute='_compute_counts')
    request_count = fields.Integer(compute='_compute_counts')
    last_run_id = fields.Many2one('smart.billing.run', readonly=True, copy=False, index=True)
    ref = fields.Char(
        string="External reference", copy=False, index='btree_not_null',
        help="Identity in the front system; the same reference is the same account.")

    _check_company_auto = True
    _rec_names_search = ['name', 'code']
    _code_once = models.UniqueIndex(
        '(company_id, code)', "Another billing account has this customer number.")
    _ref_once = models.UniqueIndex(
        '(company_id, ref) WHERE ref IS NOT NULL',
        "Another billing account has this external reference.")
    _days_valid = models.Constraint(
        'CHECK (billing_day BETWEEN 0 AND 31 AND issue_day BETWEEN 1 AND 31 '
        'AND due_day BETWEEN 1 AND 31)',
        "Days of the month are 1 to 31 (31: end of the month).")
    _offsets_valid = models.Constraint(
        'CHECK (issue_month_offset BETWEEN 0 AND 12 AND due_month_offset BETWEEN 0 AND 12)',
        "Month offsets are 0 to 12.")

    # === COMPUTE METHODS === #

    @api.depends('partner_id')
    def _compute_name(self):
        for account in self:
            account.name = account.name or account.partner_id.display_name

    @api.depends('billing_day')
    def _compute_closing_day(self):
        for account in self:
            day = account.billing_day
            account.closing_day = 31 if day == 1 else max(day - 1, 0)

    def _inverse_closing_day(self):
        """28 to 30 are refused: in February they would move the closing by a day or two."""
        for account in self:
            day = account.closing_day
            if not (0 <= day <= 27 or day == 31):
                raise ValidationError(self.env._(
                    "Closing day %(day)s of account %(account)s: choose 1 to 27, or 31 for the end "
                    "of the month (the 28th to 30th do not exist in every month).",
                    day=day, account=account.display_name))
            account.billing_day = {0: 0, 31: 1}.get(day, day + 1)

    def _compute_counts(self):
        contracts = dict(self.env['smart.billing.contract']._read_group(
            [('account_id', 'in', self.ids)], ['account_id'], ['__count']))
        invoices = dict(self.env['account.move']._read_group(
            [('sb_account_id', 'in', self.ids)], ['sb_account_id'], ['__count']))
        asked = dict(self.env['smart.billing.collection.request']._read_group(
            [('account_id', 'in', self.ids)], ['account_id'], ['__count']))
        for account in self:
            account.contract_count = contracts.get(account, 0)
            account.invoice_count = invoices.get(account, 0)
            account.request_count = asked.get(account, 0)

    @api.depends('code', 'name')
    def _compute_display_name(self):
        for account in self:
            account.display_name = f'{account.code} {account.name or ""}'.strip()

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        missing = [vals for vals in vals_list if vals.get('code', '/') == '/']
        numbers = self.env['ir.sequence']._sb_next_numbers('smart.billing.account', len(missing))
        for vals, number in zip(missing, numbers, strict=True):
            vals['code'] = number
        return super().create(vals_list)

    def write(self, vals):
        changing = self.browse()
        if 'billing_day' in vals:
            changing = self.filtered(lambda account: account.billing_day != vals['billing_day'])
            changing._refuse_day_change_when_billed()
        result = super().write(vals)
        changing.contract_ids._forget_settled()
        return result

    def _refuse_day_change_when_billed(self):
        """Once something is billed, a new billing day is a dated change, never a new past."""
        billed = self.env['smart.billing.item']._read_group(
            [('account_id', 'in', self.ids)], ['account_id'])
        if billed:
            raise UserError(self.env._(
                "Account %(account)s has been billed with its present billing day. Use 'Change "
                "billing day' and give the day from which the new one counts.",
                account=billed[0][0].display_name))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_billed(self):
        if self.contract_ids:
            raise UserError(self.env._(
                "Account %(account)s has contracts. Archive it instead.",
                account=self.contract_ids[0].account_id.display_name))

    # === BUSINESS METHODS === #

    def change_billing_day(self, billing_day, date_effective=None):
        """Periods start on another day from then on (締め日変更).

        :param int billing_day: 1..31
        :param date_effective: day from which it counts; default today
        """
        if not 1 <= billing_day <= 31:
            raise UserError(self.env._(
                "Billing day %(day)s is not a day of a month: give 1 to 31.", day=billing_day))
        self.env['smart.billing.account.day.change'].create([{
            'account_id': account.id,
            'billing_day': billing_day,
            'date_effective': date_effective or account.company_id._sb_today(),
        } for account in self])
        return True

    # === ACTION METHODS === #

    def action_view_contracts(self):
        self.ensure_one()
        name = self.env._("Contracts")
        return window(
            name, 'smart.billing.contract', [('account_id', '=', self.id)],
            default_account_id=self.id)

    def action_view_invoices(self):
        self.ensure_one()
        name = self.env._("Invoices")
        return window(name, 'account.move', [('sb_account_id', '=', self.id)])

    def action_view_requests(self):
        self.ensure_one()
        name = self.env._("Collection requests")
        return window(name, 'smart.billing.collection.request', [('account_id', '=', self.id)])


class BillingDayChange(models.Model):
    """A dated change of an account's billing day (締め日変更). Append-only."""

    _name = 'smart.billing.account.day.change'
    _description = 'Billing Day Change'
    _order = 'account_id, id'

    account_id = fields.Many2one(
        'smart.billing.account', required=True, ondelete='cascade', index=True)
    company_id = fields.Many2one(related='account_id.company_id', store=True, index=True)
    billing_day = fields.Integer(required=True)
    date_effective = fields.Date(required=True)

    _day_valid = models.Constraint(
        'CHECK (billing_day BETWEEN 1 AND 31)', "A billing day is 1 to 31.")

    @api.model_create_multi
    def create(self, vals_list):
        changes = super().create(vals_list)
        days = {}
        for change in changes:
            for contract in change.account_id.contract_ids:
                day = days.get(contract.id, change.date_effective)
                days[contract.id] = min(day, change.date_effective)
        settled.pull_back(self.env, days)
        return changes

    def write(self, vals):
        if vals:
            raise UserError(self.env._(
                "Changes of the billing day are history and are not edited; enter a new one."))
        return super().write(vals)

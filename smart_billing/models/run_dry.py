from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine import compute
from .window import window

# Dry runs are looked at, not kept.
DAYS_KEPT = 30


class DryRun(models.Model):
    """What would be billed until any day for any accounts (試算), as records. Touches no book.

    The same engine decides as in a billing run; large sets are worked on by a scheduled job,
    chunk after chunk.
    """

    _name = 'smart.billing.dry.run'
    _description = 'Dry Run'
    _inherit = ['smart.billing.state.mixin']
    _order = 'id desc'

    _transitions = {
        'draft': {'running'},
        'running': {'done', 'draft'},
        'done': {'running', 'draft'},
    }

    name = fields.Char(compute='_compute_name', store=True)
    company_id = fields.Many2one(
        'res.company', required=True, index=True, default=lambda self: self.env.company)
    currency_id = fields.Many2one(related='company_id.currency_id')
    date_target = fields.Date(
        string="Bill everything due until", required=True,
        default=lambda self: self.env.company._sb_today(),
        help="Past, today or to come: what is known now decides.")
    date_closing = fields.Date(
        string="Closing day", compute='_compute_date_closing', store=True, readonly=False,
        required=True, precompute=True,
        help="Issue and due days of the accounts are counted from this day (締め日).")
    date_invoice = fields.Date(
        string="Invoice date", help="Empty: each account's own issue day.")
    billing_day = fields.Integer(
        string="Only accounts with billing day", default=-1,
        help="-1: all accounts. 0: those whose contracts have their own days.")
    account_ids = fields.Many2many(
        'smart.billing.account', string="Only these accounts", check_company=True)
    carry_over = fields.Boolean(string="Carry over small amounts", default=True)
    state = fields.Selection(
        [('draft', "Draft"), ('running', "At work"), ('done', "Done")],
        default='draft', required=True, readonly=True, copy=False, index=True)
    computed_on = fields.Datetime(readonly=True, copy=False)
    line_ids = fields.One2many('smart.billing.dry.run.account', 'dry_run_id', string="Accounts")
    item_ids = fields.One2many('smart.billing.dry.run.line', 'dry_run_id', string="Lines")
    account_count = fields.Integer(compute='_compute_counts', string="Selected accounts")
    invoice_count = fields.Integer(compute='_compute_counts', string="Invoices")
    parked_count = fields.Integer(compute='_compute_counts', string="Would be parked")
    carried_count = fields.Integer(compute='_compute_counts', string="Would be carried over")
    item_count = fields.Integer(compute='_compute_counts', string="Line count")
    amount_untaxed = fields.Monetary(compute='_compute_counts', string="Net of tax")
    amount_tax = fields.Monetary(compute='_compute_counts', string="Tax")
    amount_total = fields.Monetary(compute='_compute_counts', string="Total")
    progress = fields.Float(compute='_compute_counts')

    _check_company_auto = True
    _billing_day_valid = models.Constraint(
        'CHECK (billing_day BETWEEN -1 AND 31)', "A billing day is 1 to 31; -1 takes all.")

    # === COMPUTE METHODS === #

    @api.depends('date_target')
    def _compute_name(self):
        for dry_run in self:
            dry_run.name = self.env._("Dry run %(day)s", day=dry_run.date_target or '')

    @api.depends('date_target')
    def _compute_date_closing(self):
        for dry_run in self:
            dry_run.date_closing = dry_run.date_target and (
                dry_run.date_target - timedelta(days=1))

    def _compute_counts(self):
        states = {}
        for dry_run, state, count, items, net, tax, total in self.env[
                'smart.billing.dry.run.account']._read_group(
                    [('dry_run_id', 'in', self.ids)], ['dry_run_id', 'state'],
                    ['__count', 'item_count:sum', 'amount_untaxed:sum', 'amount_tax:sum',
                     'amount_total:sum']):
            states.setdefault(dry_run.id, {})[state] = (count, items, net, tax, total)
        none = (0, 0, 0, 0, 0)
        for dry_run in self:
            own = states.get(dry_run.id, {})
            count = sum(values[0] for values in own.values())
            dry_run.account_count = count
            dry_run.parked_count = own.get('parked', none)[0]
            dry_run.carried_count = own.get('carried', none)[0]
            (dry_run.invoice_count, dry_run.item_count, dry_run.amount_untaxed,
             dry_run.amount_tax, dry_run.amount_total) = own.get('bill', none)
            waiting = own.get('waiting', none)[0]
            dry_run.progress = 100 * (count - waiting) / count if count else 0

    # === CRUD METHODS === #

    def write(self, vals):
        asked = {'date_target', 'date_closing', 'date_invoice', 'billing_day', 'account_ids',
                 'carry_over', 'company_id'}
        result = super().write(vals)
        if vals.keys() & asked:
            # What was computed answers another question now.
            self.filtered(lambda dry_run: dry_run.state != 'draft')._start_anew()
        return result

    @api.autovacuum
    def _gc_old(self):
        self.search([('write_date', '<', fields.Datetime.now() - timedelta(days=DAYS_KEPT))],
                    limit=100).unlink()

    # === ACTION METHODS === #

    def action_compute(self):
        """Work it out: at once for a chunk of accounts, by the scheduled job for more."""
        for dry_run in self:
            dry_run._start_anew()
            dry_run._select()
            dry_run._set_state('running')
            dry_run._compute_chunk()
            if dry_run.state == 'running':
                self.env.ref('smart_billing.cron_dry_runs')._trigger()
        return True

    def action_view_accounts(self):
        self.ensure_one()
        return window(self.name, 'smart.billing.dry.run.account',
                      [('dry_run_id', '=', self.id)])

    def action_view_lines(self):
        self.ensure_one()
        return {
            **window(self.name, 'smart.billing.dry.run.line', [('dry_run_id', '=', self.id)]),
            'view_mode': 'list,pivot,graph'}

    @api.model
    def _action_for(self, accounts):
        """The form of a new dry run for some accounts."""
        return {
            'type': 'ir.actions.act_window', 'res_model': self._name, 'view_mode': 'form',
            'name': self.env._("Dry run"),
            'context': {
                'default_account_ids': accounts.ids,
                'default_company_id': accounts.company_id[:1].id or self.env.company.id,
            },
        }

    # === PROCESSING === #

    @api.model
    def _cron_process(self):
        """Go on with dry runs of many accounts until the time of the job is over."""
        progress = self.env['ir.cron']._commit_progress
        for dry_run in self.search([('state', '=', 'running')], order='id'):
            left = True
            while left and dry_run.state == 'running':
                worked = dry_run.with_context(
                    lang=dry_run.company_id._sb_lang())._compute_chunk()
                left = progress(worked, remaining=len(dry_run._waiting()))
            if not left:
                break

    def _start_anew(self):
        self.line_ids.unlink()
        self._set_state('draft')

    def _select(self):
        """Enter the accounts: those that are named, else all that may owe something."""
        self.ensure_one()
        accounts = self.account_ids or compute.accounts_due(self)
        self.env['smart.billing.dry.run.account'].create([
            {'dry_run_id': self.id, 'account_id': account.id} for account in accounts])

    def _waiting(self, limit=None):
        return self.env['smart.billing.dry.run.account'].search(
            [('dry_run_id', '=', self.id), ('state', '=', 'waiting')], order='id', limit=limit)

    def _compute_chunk(self):
        """:return: number of accounts worked on"""
        self.ensure_one()
        chunk = self.company_id.sb_run_chunk or 200
        lines = self._waiting(chunk)
        lines._forecast()
        if not self._waiting(1):
            self._set_state('done', computed_on=fields.Datetime.now())
        return len(lines)


class BillingAccount(models.Model):
    _inherit = 'smart.billing.account'

    def action_dry_run(self):
        """What would be billed, for these accounts."""
        if len(self.company_id) > 1:
            raise UserError(self.env._(
                "A dry run is made for accounts of one company; these belong to several."))
        return self.env['smart.billing.dry.run']._action_for(self)


class Contract(models.Model):
    _inherit = 'smart.billing.contract'

    def action_dry_run(self):
        """What would be billed, for the accounts that pay these contracts."""
        return self.account_id.action_dry_run()


class Run(models.Model):
    _inherit = 'smart.billing.run'

    def action_dry_run(self):
        """The dry run of this run as records, to be sorted, grouped and exported."""
        self.ensure_one()
        dry_run = self.env['smart.billing.dry.run'].create({
            'company_id': self.company_id.id,
            'date_target': self.date_target,
            'date_closing': self.date_closing,
            'date_invoice': self.date_invoice,
            'billing_day': self.billing_day,
            'account_ids': [(6, 0, self.account_ids.ids)],
            'carry_over': self.carry_over,
        })
        dry_run.action_compute()
        return {
            'type': 'ir.actions.act_window', 'res_model': dry_run._name, 'res_id': dry_run.id,
            'view_mode': 'form', 'name': self.env._("Dry run of %(run)s", run=self.name),
        }

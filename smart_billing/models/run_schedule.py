from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..core.calendar import day_of_month
from .window import window


class RunSchedule(models.Model):
    """Closings that come again (締めスケジュール): their runs are made, and started, by themselves."""

    _name = 'smart.billing.run.schedule'
    _description = 'Run Schedule'
    _inherit = ['mail.thread']
    _order = 'date_run, id'

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        'res.company', required=True, index=True, default=lambda self: self.env.company)
    closing_day = fields.Integer(
        required=True, default=31, tracking=True,
        help="Closing day of the runs (締め日): 1 to 27, or 31 for the end of the month.")
    takes = fields.Selection(
        [('closing', "Accounts with this closing day"), ('all', "All accounts")],
        required=True, default='closing', tracking=True,
        help="Accounts without a closing day of their own (0) are taken by a schedule for all "
             "accounts.")
    account_ids = fields.Many2many(
        'smart.billing.account', string="Only these accounts", check_company=True)
    every_months = fields.Integer(default=1, required=True, tracking=True)
    lead_days = fields.Integer(
        string="Days before the closing", tracking=True,
        help="How many days before the closing day the run is made, for invoices that are issued "
             "in advance; below zero: so many days after it.")
    start = fields.Boolean(
        string="Start the run", default=True, tracking=True,
        help="Otherwise the run is made as a draft, for a person to look at and start.")
    approval = fields.Selection(
        [('company', "As the company says"), ('yes', "Wait for approval"),
         ('no', "Number and post at once")],
        required=True, default='company', tracking=True)
    date_next = fields.Date(
        string="Next closing", required=True, tracking=True,
        compute='_compute_date_next', store=True, readonly=False, precompute=True)
    date_run = fields.Date(
        string="Made on", compute='_compute_date_run', store=True, index=True,
        help="Day on which the run of the next closing is made.")
    run_ids = fields.One2many('smart.billing.run', 'schedule_id')
    run_count = fields.Integer(compute='_compute_run_count')

    _check_company_auto = True
    _day_valid = models.Constraint(
        'CHECK (closing_day BETWEEN 1 AND 27 OR closing_day = 31)',
        "A closing day is 1 to 27, or 31 for the end of the month.")
    _months_valid = models.Constraint(
        'CHECK (every_months BETWEEN 1 AND 12)', "A closing comes every 1 to 12 months.")
    _lead_valid = models.Constraint(
        'CHECK (lead_days BETWEEN -60 AND 60)', "A run is made within 60 days of its closing.")

    # === COMPUTE METHODS === #

    @api.depends('closing_day')
    def _compute_date_next(self):
        """The first closing day that is not over."""
        for schedule in self:
            today = (schedule.company_id or self.env.company)._sb_today()
            day = schedule.closing_day if 1 <= schedule.closing_day <= 31 else 31
            closing = day_of_month(today.year, today.month, day)
            if closing < today:
                later = today.replace(day=1) + relativedelta(months=1)
                closing = day_of_month(later.year, later.month, day)
            schedule.date_next = closing

    @api.depends('date_next', 'lead_days')
    def _compute_date_run(self):
        for schedule in self:
            schedule.date_run = schedule.date_next and (
                schedule.date_next - timedelta(days=schedule.lead_days))

    def _compute_run_count(self):
        counts = dict(self.env['smart.billing.run']._read_group(
            [('schedule_id', 'in', self.ids)], ['schedule_id'], ['__count']))
        for schedule in self:
            schedule.run_count = counts.get(schedule, 0)

    @api.constrains('date_next', 'closing_day')
    def _check_date_next(self):
        for schedule in self:
            if schedule.date_next != schedule._closing_in(schedule.date_next):
                raise ValidationError(self.env._(
                    "%(schedule)s closes on day %(day)s of the month (31: its end); %(next)s is "
                    "not such a day.", schedule=schedule.name, day=schedule.closing_day,
                    next=schedule.date_next))

    def _closing_in(self, day):
        """The closing day in the month of a day."""
        return day_of_month(day.year, day.month, self.closing_day)

    # === RUNS === #

    @api.model
    def _cron_make_runs(self):
        """Make the runs whose day has come; what was missed comes closing by closing."""
        progress = self.env['ir.cron']._commit_progress
        for [company] in self._read_group([], ['company_id']):
            due = [('company_id', '=', company.id), ('date_run', '<=', company._sb_today())]
            left = progress(remaining=self.search_count(due))
            while left and (schedule := self.search(due, limit=1)):
                schedule = schedule.try_lock_for_update()
                if not schedule:
                    break
                schedule.action_make_run()
                left = progress(1)

    def action_make_run(self):
        """Make the run of the next closing now, and go on to the one after it."""
        runs = self.env['smart.billing.run']
        for schedule in self:
            runs |= runs.create(schedule._prepare_run())
            later = schedule.date_next.replace(day=1) + relativedelta(
                months=schedule.every_months)
            schedule.date_next = schedule._closing_in(later)
        runs.filtered(lambda run: run.schedule_id.start).action_start()
        return window(self.env._("Runs of the schedule"), 'smart.billing.run',
                      [('id', 'in', runs.ids)])

    def _prepare_run(self):
        self.ensure_one()
        first = self.date_next + timedelta(days=1)
        values = {
            'company_id': self.company_id.id,
            'schedule_id': self.id,
            'date_target': first,
            'date_closing': self.date_next,
            # The day after the closing day is the one on which a period of the account starts.
            'billing_day': first.day if self.takes == 'closing' else -1,
            'account_ids': [(6, 0, self.account_ids.ids)],
        }
        if self.approval != 'company':
            values['needs_approval'] = self.approval == 'yes'
        return values

    def action_view_runs(self):
        self.ensure_one()
        return window(self.env._("Runs of %(schedule)s", schedule=self.name),
                      'smart.billing.run', [('schedule_id', '=', self.id)])


class Run(models.Model):
    _inherit = 'smart.billing.run'

    schedule_id = fields.Many2one(
        'smart.billing.run.schedule', readonly=True, copy=False, ondelete='set null',
        index='btree_not_null')
    needs_approval = fields.Boolean(
        compute='_compute_needs_approval', store=True, readonly=False, precompute=True,
        tracking=True,
        help="The run stops after the drafts are made, until a billing manager approves.")

    _closing_once = models.UniqueIndex(
        "(schedule_id, date_closing) WHERE schedule_id IS NOT NULL",
        "The schedule has made the run of this closing already.")

    @api.depends('company_id')
    def _compute_needs_approval(self):
        for run in self:
            run.needs_approval = run.company_id.sb_run_approval

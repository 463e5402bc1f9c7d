import time
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..engine import preview, release, steps
from .window import window

# How often in a row a chunk may meet another process before the job gives up for this time.
MOST_CONFLICTS = 60

STEPS = [
    ('select', "Select accounts"),
    ('compute', "Compute items"),
    ('draft', "Make drafts"),
    ('post', "Number and post"),
    ('deliver', "Deliver"),
    ('request', "Request collection"),
    ('done', "Done"),
]


class Run(models.Model):
    """One closing (請求処理): everything due up to the target day becomes invoices.

    Six steps, each committed in chunks, each repeatable: a crash continues where it stopped, and
    a second run of the same day finds nothing left. Sending and printing happen in steps of
    their own, after the books are right.
    """

    _name = 'smart.billing.run'
    _description = 'Billing Run'
    _inherit = ['mail.thread', 'smart.billing.state.mixin']
    _order = 'date_target desc, id desc'

    _transitions = {
        'draft': {'running', 'cancelled'},
        'running': {'to_approve', 'stopped', 'done'},
        'stopped': {'running', 'cancelled'},
        'to_approve': {'running', 'cancelled'},
        'done': {'running'},
        'cancelled': set(),
    }

    name = fields.Char(required=True, readonly=True, copy=False, default='/')
    company_id = fields.Many2one(
        'res.company', required=True, index=True, default=lambda self: self.env.company)
    currency_id = fields.Many2one(related='company_id.currency_id')
    date_target = fields.Date(
        string="Bill everything due until", required=True,
        default=lambda self: self.env.company._sb_today().replace(day=1), tracking=True,
        help="Charges in advance are due on the first day of their period, charges in arrears on "
             "the day after its last day. For a closing at the end of October take November 1st.")
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
    carry_over = fields.Boolean(
        string="Carry over small amounts", default=True,
        help="Leave what is below the bound of the company or the account to a later run (繰越).")
    state = fields.Selection(
        selection=[
            ('draft', "Draft"),
            ('running', "Running"),
            ('stopped', "Stopped"),
            ('to_approve', "To approve"),
            ('done', "Done"),
            ('cancelled', "Cancelled"),
        ],
        default='draft', required=True, readonly=True, copy=False, index=True, tracking=True)
    step = fields.Selection(
        STEPS, default='select', required=True, readonly=True, copy=False)
    approved_by_id = fields.Many2one('res.users', readonly=True, copy=False, tracking=True)
    approved_on = fields.Datetime(readonly=True, copy=False)
    problem = fields.Text(readonly=True, copy=False)
    line_ids = fields.One2many('smart.billing.run.account', 'run_id', string="Accounts")
    parked_ids = fields.One2many(
        'smart.billing.run.account', 'run_id', string="Parked accounts",
        domain=[('state', '=', 'parked')])
    move_ids = fields.One2many('account.move', 'sb_run_id', string="Invoices")
    account_count = fields.Integer(compute='_compute_counts', string="Selected accounts")
    item_count = fields.Integer(compute='_compute_counts', string="Items")
    invoice_count = fields.Integer(compute='_compute_counts', string="Invoices made")
    posted_count = fields.Integer(compute='_compute_counts', string="Invoices posted")
    request_count = fields.Integer(compute='_compute_counts', string="Requests")
    parked_count = fields.Integer(compute='_compute_counts', string="Parked")
    nothing_count = fields.Integer(compute='_compute_counts', string="Nothing due")
    carried_count = fields.Integer(compute='_compute_counts', string="Carried over")
    amount_total = fields.Monetary(compute='_compute_counts', string="Invoiced")
    progress = fields.Float(compute='_compute_counts')
    preview_html = fields.Html(readonly=True, copy=False, string="Preview", sanitize=False)

    _check_company_auto = True
    _billing_day_valid = models.Constraint(
        'CHECK (billing_day BETWEEN -1 AND 31)', "A billing day is 1 to 31; -1 takes all.")

    # === COMPUTE METHODS === #

    @api.depends('date_target')
    def _compute_date_closing(self):
        for run in self:
            run.date_closing = run.date_target and run.date_target - timedelta(days=1)

    def _compute_counts(self):
        Line = self.env['smart.billing.run.account']
        by_run = {}
        for run, state, count, items in Line._read_group(
                [('run_id', 'in', self.ids)], ['run_id', 'state'],
                ['__count', 'item_count:sum']):
            by_run.setdefault(run.id, {})[state] = (count, items or 0)
        invoices = {}
        for run, state, count, total in self.env['account.move']._read_group(
                [('sb_run_id', 'in', self.ids)], ['sb_run_id', 'state'],
                ['__count', 'amount_total_signed:sum']):
            invoices.setdefault(run.id, {})[state] = (count, total)
        asked = self._count_requests()
        for run in self:
            states = by_run.get(run.id, {})
            own = invoices.get(run.id, {})
            run.account_count = sum(count for count, _items in states.values())
            run.item_count = sum(items for _count, items in states.values())
            run.invoice_count = sum(count for count, _total in own.values())
            run.posted_count = own.get('posted', (0, 0))[0]
            run.amount_total = sum(total for _count, total in own.values())
            run.parked_count = states.get('parked', (0, 0))[0]
            run.nothing_count = states.get('nothing', (0, 0))[0]
            run.carried_count = states.get('carried', (0, 0))[0]
            run.request_count = asked.get(run.id, 0)
            run.progress = steps.progress_of(states)

    def _count_requests(self):
        """:return: {run id: number of collection requests of its invoices}"""
        if not self.ids:
            return {}
        self.env['smart.billing.collection.request'].flush_model(['move_id'])
        return dict(self.env.execute_query(SQL(
            """ SELECT m.sb_run_id, COUNT(*)
                  FROM smart_billing_collection_request r JOIN account_move m ON m.id = r.move_id
                 WHERE m.sb_run_id IN %s GROUP BY m.sb_run_id """, tuple(self.ids))))

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get('name', '/') == '/':
                vals['name'] = self.env['ir.sequence'].next_by_code('smart.billing.run')
        return super().create(vals_list)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_started(self):
        if any(run.state != 'draft' for run in self):
            raise UserError(self.env._("A run that was started is kept as history."))

    # === ACTION METHODS === #

    def action_start(self):
        """Start, or go on after a stop; the scheduled job does the work."""
        self._set_state('running', problem=False)
        self.env.ref('smart_billing.cron_process_runs')._trigger()
        return True

    def action_stop(self):
        """Stop after the chunk that is under way; nothing is lost."""
        self._set_state('stopped')
        return True

    def action_approve(self):
        """Release the drafts for numbering and posting; a repeat is a no-op."""
        if not self.env.user.has_group('smart_billing.group_billing_manager'):
            raise UserError(self.env._("Only a billing manager approves runs."))
        for run in self.filtered(lambda run: run.state == 'to_approve' or not run.approved_by_id):
            if run.state != 'to_approve':
                raise UserError(self.env._(
                    "Run %(run)s does not wait for approval.",
                    run=run.name))
            run._set_state(
                'running', step='post', approved_by_id=self.env.uid,
                approved_on=fields.Datetime.now())
        self.env.ref('smart_billing.cron_process_runs')._trigger()
        return True

    def action_cancel(self):
        """Delete the drafts of an unapproved run; what they billed is free again."""
        for run in self:
            if run.move_ids.filtered(lambda move: move.state != 'draft'):
                raise UserError(self.env._(
                    "Run %(run)s has posted invoices. Cancel those invoices instead.",
                    run=run.name))
            run._set_state('cancelled')
            run.move_ids.unlink()
            release.release_items(self.env, self.env['smart.billing.item'].search(
                [('run_id', '=', run.id), ('live', '=', True)]).ids)
            run.line_ids.filtered(lambda line: line.state != 'parked').state = 'released'
        return True

    def action_retry_parked(self):
        """Take all parked accounts of the run up again."""
        self.parked_ids.action_retry()
        return True

    def action_preview(self):
        """Dry run: compute what would be billed, show it, write nothing of it."""
        for run in self:
            run.preview_html = preview.run_preview(run)
        return True

    def action_view_accounts(self):
        self.ensure_one()
        name = self.env._("Accounts")
        return window(name, 'smart.billing.run.account', [('run_id', '=', self.id)])

    def action_view_items(self):
        self.ensure_one()
        name = self.env._("Billed items")
        return window(name, 'smart.billing.item', [('run_id', '=', self.id)])

    def action_view_invoices(self):
        self.ensure_one()
        name = self.env._("Invoices")
        return window(name, 'account.move', [('sb_run_id', '=', self.id)])

    def action_view_requests(self):
        self.ensure_one()
        name = self.env._("Collection requests")
        return window(
            name, 'smart.billing.collection.request', [('move_id.sb_run_id', '=', self.id)])

    # === PROCESSING === #

    @api.model
    def _cron_process(self):
        """Work on running runs, chunk after chunk, until the time of the job is over."""
        for run in self.search([('state', '=', 'running')], order='date_target, id'):
            if not run.with_context(lang=run.company_id._sb_lang())._process():
                break

    def _process(self):
        """Advance one run until it is done, waits for approval or the job's time is over.

        :return: whether there is time left
        """
        self.ensure_one()
        progress = self.env['ir.cron']._commit_progress
        left, conflicts = True, 0
        while left and self._still_running():
            try:
                worked, remaining = steps.advance(self)
                left = progress(worked, remaining=remaining)
                conflicts = 0
            except steps.CONFLICTS:
                # Another process works on the same accounts: look again, with a new snapshot.
                self.env.cr.rollback()
                self.env.invalidate_all(flush=False)
                conflicts += 1
                if conflicts > MOST_CONFLICTS:
                    raise
                time.sleep(min(0.05 * conflicts, 1))
        return bool(left)

    def _still_running(self):
        """Read the state anew: someone may have pressed stop, or another process finished."""
        self.invalidate_recordset()
        return self.exists() and self.state == 'running'

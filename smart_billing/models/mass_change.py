from ast import literal_eval

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from ..engine import effect
from ..engine.conflicts import CONFLICTS, giving_way
from ..engine.words import database_refusal
from .contract_changes import SAYS
from .contract_event import KINDS
from .window import window

# Kinds of events that make sense for many contracts alike.
KINDS_FOR_MANY = ('change_plan', 'change_quantity', 'suspend', 'resume', 'cancel', 'renew',
                  'add_discount', 'end_discount')
# The notice of a price revision enters no event: the plan's new version is the change.
NOTICE = 'notice'
# A preview is for reading: of larger sets the first contracts are computed, and it says so.
MOST_PREVIEWED = 200
CHUNK = 100


class MassChange(models.Model):
    """One change for many contracts (一括変更): a migration to another plan, a campaign, a notice.

    Contracts are chosen once, previewed, and changed in committed parts by the scheduled job; one
    that cannot be changed is parked with its reason and the rest goes on. Each contract is changed
    once: its event carries the reference of the mass change.
    """

    _name = 'smart.billing.mass.change'
    _description = 'Mass Change'
    _inherit = ['mail.thread', 'smart.billing.state.mixin']
    _order = 'id desc'
    _check_company_auto = True

    _transitions = {
        'draft': {'running', 'cancelled'},
        'running': {'stopped', 'done'},
        'stopped': {'running', 'cancelled'},
        'done': {'running'},
        'cancelled': set(),
    }

    name = fields.Char(required=True, help="What the change is about, for the list.")
    company_id = fields.Many2one(
        'res.company', required=True, index=True, default=lambda self: self.env.company)
    currency_id = fields.Many2one(related='company_id.currency_id')
    kind = fields.Selection(
        [*[(kind, label) for kind, label in KINDS if kind in KINDS_FOR_MANY],
         (NOTICE, "Notice of new prices")],
        required=True, default='change_plan', tracking=True)
    from_plan_ids = fields.Many2many(
        'smart.billing.plan', string="Contracts on these plans", check_company=True,
        help="Empty: on any plan.")
    contract_domain = fields.Char(
        string="Only contracts", default='[]',
        help="Further conditions; drafts and ended contracts are never taken.")
    date_effective = fields.Date(
        string="Counts from", required=True, default=lambda self: self.env.company._sb_today(),
        tracking=True)
    at_period_end = fields.Boolean(string="At the end of the period")
    at_term_end = fields.Boolean(string="At the end of the term")
    plan_id = fields.Many2one('smart.billing.plan', string="To plan", check_company=True)
    quantity = fields.Float(default=1, digits='Product Unit')
    discount_id = fields.Many2one('smart.billing.discount', check_company=True)
    cancel_reason_id = fields.Many2one(
        'smart.billing.cancel.reason', string="Reason of the cancellation", check_company=True)
    version_id = fields.Many2one(
        'smart.billing.plan.version', string="New prices",
        help="The version whose prices are announced; its contracts are those that get it.")
    reason = fields.Char(string="Note", help="For the history of each contract.")
    notify = fields.Boolean(
        string="Tell the customers", help="Each billing account gets one mail.")
    notice_text = fields.Text(help="What the mail says, beside what changes and from when.")
    state = fields.Selection(
        [('draft', "Draft"), ('running', "Running"), ('stopped', "Stopped"), ('done', "Done"),
         ('cancelled', "Cancelled")],
        default='draft', required=True, readonly=True, copy=False, index=True, tracking=True)
    line_ids = fields.One2many('smart.billing.mass.change.line', 'change_id')
    contract_count = fields.Integer(compute='_compute_counts', string="Contracts")
    done_count = fields.Integer(compute='_compute_counts', string="Changed")
    parked_count = fields.Integer(compute='_compute_counts', string="Parked")
    progress = fields.Float(compute='_compute_counts')
    preview_text = fields.Char(readonly=True, copy=False, string="Effect")

    # === COMPUTE AND CONSTRAINTS === #

    def _compute_counts(self):
        groups = {}
        for change, state, count in self.env['smart.billing.mass.change.line']._read_group(
                [('change_id', 'in', self.ids)], ['change_id', 'state'], ['__count']):
            groups.setdefault(change.id, {})[state] = count
        for change in self:
            own = groups.get(change.id, {})
            change.contract_count = sum(own.values())
            change.done_count = own.get('done', 0)
            change.parked_count = own.get('parked', 0)
            worked = change.done_count + change.parked_count
            change.progress = 100 * worked / change.contract_count if change.contract_count else 0

    @api.constrains('contract_domain')
    def _check_contract_domain(self):
        for change in self:
            try:
                change._contract_domain().validate(self.env['smart.billing.contract'])
            except (ValueError, SyntaxError, TypeError) as error:
                raise ValidationError(self.env._(
                    "Mass change %(change)s: its conditions on contracts cannot be read. Choose "
                    "them again.", change=change.name)) from error

    def _contract_domain(self):
        domain = Domain([('company_id', '=', self.company_id.id),
                         ('state', 'not in', ('draft', 'ended'))])
        if self.kind == NOTICE:
            domain &= Domain('plan_id', '=', self.version_id.plan_id.id)
        elif self.from_plan_ids:
            domain &= Domain('plan_id', 'in', self.from_plan_ids.ids)
        return domain & Domain(literal_eval(self.contract_domain or '[]'))

    # === ACTION METHODS === #

    def action_select(self):
        """Choose the contracts as the conditions find them now."""
        for change in self.filtered(lambda change: change.state == 'draft'):
            contracts = self.env['smart.billing.contract'].search(change._contract_domain())
            change.line_ids.unlink()
            change.preview_text = False
            if contracts:
                self.env.flush_all()
                self.env.execute_query(SQL(
                    """ INSERT INTO smart_billing_mass_change_line
                               (change_id, contract_id, account_id, company_id, state,
                                create_uid, create_date, write_uid, write_date)
                        SELECT %(change)s, c.id, c.account_id, c.company_id, 'waiting',
                               %(uid)s, %(now)s, %(uid)s, %(now)s
                          FROM smart_billing_contract c WHERE c.id IN %(ids)s ORDER BY c.id
                     RETURNING id """, change=change.id, ids=tuple(contracts.ids),
                    uid=self.env.uid, now=self.env.cr.now()))
            change.invalidate_recordset()
        return True

    def action_preview(self):
        """What the change does to the next invoices, computed by the planner and undone."""
        for change in self:
            if not change.line_ids:
                change.action_select()
            change._preview()
        return True

    def action_start(self):
        """Let the scheduled job work; also after a stop or to take parked contracts up again."""
        if not self.env.user.has_group('smart_billing.group_billing_manager'):
            raise UserError(self.env._("Only a billing manager starts a mass change."))
        for change in self:
            change._check_said()
            if not change.line_ids:
                change.action_select()
            if not change.line_ids:
                raise UserError(self.env._(
                    "Mass change %(change)s finds no contract. Look at its conditions.",
                    change=change.name))
        self._set_state('running')
        self.env.ref('smart_billing.cron_mass_changes')._trigger()
        return True

    def action_stop(self):
        """Stop after the part that is under way; what was changed stays changed."""
        self._set_state('stopped')
        return True

    def action_cancel(self):
        self._set_state('cancelled')
        return True

    def action_retry_parked(self):
        parked = self.line_ids.filtered(lambda line: line.state == 'parked')
        parked.write({'state': 'waiting', 'problem': False})
        return self.action_start()

    def action_view_lines(self):
        self.ensure_one()
        return window(self.env._("Contracts of %(change)s", change=self.name),
                      'smart.billing.mass.change.line', [('change_id', '=', self.id)])

    # === WORK === #

    def _check_said(self):
        """What the kind needs must be there before anything begins."""
        self.ensure_one()
        if self.kind == NOTICE:
            missing = [] if self.version_id else ['version_id']
        else:
            needed, _possible = SAYS[self.kind]
            missing = sorted(name for name in needed if not self[name])
        if (self.notify or self.kind == NOTICE) and not self.notice_text:
            missing.append('notice_text')
        if missing:
            raise UserError(self.env._(
                "Mass change %(change)s: '%(field)s' is missing.", change=self.name,
                field=self._fields[missing[0]]._description_string(self.env)))

    def _event_values(self):
        needed, possible = SAYS[self.kind]
        values = {
            'plan_id': self.plan_id.id, 'quantity': self.quantity,
            'at_period_end': self.at_period_end, 'at_term_end': self.at_term_end,
            'discount_id': self.discount_id.id, 'cancel_reason_id': self.cancel_reason_id.id,
        }
        said = {name: values[name] for name in needed | possible
                if name in values and values[name]}
        return {'kind': self.kind, 'date_effective': self.date_effective,
                'reason': self.reason or self.name, 'ref': self._event_ref(), **said}

    def _event_ref(self):
        return f'mass-change-{self.id}'

    def _preview(self):
        lines = self.line_ids.filtered(lambda line: line.state == 'waiting')[:MOST_PREVIEWED]
        if self.kind == NOTICE or not lines:
            self.preview_text = False
            return
        self._check_said()
        values = self._event_values()
        before = after = 0
        for line in lines:
            try:
                found = effect.effect_of(
                    line.contract_id, lambda changed: changed.add_event(**values),
                    self.date_effective)
            except UserError as error:
                line.write({'problem': str(error), 'amount_before': 0, 'amount_after': 0})
                continue
            was, becomes = found.totals(line.contract_id.id)
            line.write({'problem': False, 'amount_before': float(was),
                        'amount_after': float(becomes)})
            before, after = before + was, after + becomes
        self.preview_text = self.env._(
            "Next invoices of %(shown)s of %(count)s contracts, net: %(before)s before, "
            "%(after)s after.", shown=len(lines), count=self.contract_count,
            before=self.currency_id.format(float(before)),
            after=self.currency_id.format(float(after)))

    @api.model
    def _cron_process(self):
        """Change part after part, each committed, until the time of the job is over."""
        progress = self.env['ir.cron']._commit_progress
        for change in self.search([('state', '=', 'running')], order='id'):
            change = change.with_context(lang=change.company_id._sb_lang())
            left = True
            while left and change._still_running():
                with giving_way(self.env):
                    worked, remaining = change._advance()
                    left = progress(worked, remaining=remaining)
            if not left:
                break

    def _still_running(self):
        self.invalidate_recordset()
        return self.exists() and self.state == 'running'

    def _advance(self):
        """:return: (contracts worked on, contracts that remain)"""
        waiting = [('change_id', '=', self.id), ('state', '=', 'waiting')]
        Line = self.env['smart.billing.mass.change.line']
        lines = Line.search(waiting, order='id', limit=CHUNK)
        lines = lines.try_lock_for_update().filtered_domain(waiting)
        if lines:
            self._change(lines)
        remaining = Line.search_count(waiting)
        if not lines and not remaining:
            self._set_state('done')
        return len(lines), remaining

    def _change(self, lines):
        """A part as one set; if it is refused, one by one, the bad ones parked."""
        try:
            with self.env.cr.savepoint():
                self._enter(lines)
                self.env.flush_all()
            return
        except CONFLICTS:
            raise
        except (UserError, psycopg2.IntegrityError):
            self.env.invalidate_all(flush=False)
        for line in lines:
            try:
                with self.env.cr.savepoint():
                    self._enter(line)
                    self.env.flush_all()
            except CONFLICTS:
                raise
            except (UserError, psycopg2.IntegrityError) as error:
                self.env.invalidate_all(flush=False)
                refused = isinstance(error, psycopg2.IntegrityError)
                line.write({'state': 'parked', 'problem': database_refusal(self.env, error)
                            if refused else str(error)})

    def _enter(self, lines):
        if self.kind != NOTICE:
            lines.contract_id.add_event(**self._event_values())
        lines.write({'state': 'done', 'problem': False})
        if self.notify or self.kind == NOTICE:
            lines._queue_notices()


class MassChangeLine(models.Model):
    """One contract of a mass change: waiting, changed, or parked with the reason."""

    _name = 'smart.billing.mass.change.line'
    _description = 'Contract of a Mass Change'
    _order = 'change_id desc, id'

    change_id = fields.Many2one(
        'smart.billing.mass.change', required=True, ondelete='cascade', index=True)
    contract_id = fields.Many2one(
        'smart.billing.contract', required=True, ondelete='restrict', index=True)
    account_id = fields.Many2one(
        'smart.billing.account', string="Billing account", required=True, ondelete='restrict',
        index=True)
    company_id = fields.Many2one('res.company', required=True, index=True)
    currency_id = fields.Many2one(related='company_id.currency_id')
    state = fields.Selection(
        [('waiting', "Waiting"), ('done', "Changed"), ('parked', "Parked")],
        default='waiting', required=True, readonly=True, index=True)
    problem = fields.Char(readonly=True, help="Why the contract cannot be changed.")
    amount_before = fields.Monetary(readonly=True, string="Next invoices before")
    amount_after = fields.Monetary(readonly=True, string="Next invoices after")
    notified = fields.Boolean(
        readonly=True, help="The mail to the billing account was queued with this contract.")

    _once = models.UniqueIndex(
        '(change_id, contract_id)', "The contract is in this mass change already.")
    _told_once = models.UniqueIndex(
        '(change_id, account_id) WHERE notified', "This billing account was told already.")

    @api.depends('change_id', 'contract_id')
    def _compute_display_name(self):
        for line in self:
            line.display_name = f'{line.change_id.name} {line.contract_id.name}'

    def _queue_notices(self):
        """One mail for each billing account; Odoo's queue sends it outside this transaction."""
        told = self.search([('change_id', 'in', self.change_id.ids), ('notified', '=', True),
                            ('account_id', 'in', self.account_id.ids)]).account_id
        first = self.browse()
        for line in self.filtered(lambda line: line.account_id.partner_id.email):
            if line.account_id not in told | first.account_id:
                first |= line
        template = self.env.ref('smart_billing.mail_template_mass_change')
        for line in first:
            template.send_mail(line.id, force_send=False)
        first.write({'notified': True})

    def _what_changes(self):
        """The change in words, in the payer's language, for the mail."""
        change = self.change_id
        line = self.with_context(lang=self.account_id.partner_id.lang or self.env.lang)
        if change.kind == NOTICE:
            return line.change_id.version_id.plan_id.name
        labels = dict(line.change_id._fields['kind']._description_selection(line.env))
        return ' '.join(filter(None, (
            labels[change.kind], line.change_id.plan_id.name, line.change_id.discount_id.name)))

    def _counts_from(self):
        version = self.change_id.version_id
        return version.existing_from or version.date_from or self.change_id.date_effective

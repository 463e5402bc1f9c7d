from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_amount

from ..engine import bounds, steps
from ..engine.decide import CARRIED, PARKED


class RunAccount(models.Model):
    """One billing account in one run: how far it is, or why it is parked."""

    _name = 'smart.billing.run.account'
    _description = 'Account in a Run'
    _order = 'run_id desc, account_id'

    run_id = fields.Many2one('smart.billing.run', required=True, ondelete='cascade', index=True)
    account_id = fields.Many2one(
        'smart.billing.account', string="Billing account", required=True, ondelete='restrict',
        index=True)
    company_id = fields.Many2one('res.company', required=True, index=True)
    currency_id = fields.Many2one(related='company_id.currency_id')
    state = fields.Selection(
        selection=[
            ('selected', "Selected"),
            ('computed', "Computed"),
            ('drafted', "Draft made"),
            ('posted', "Posted"),
            ('delivered', "Delivered"),
            ('done', "Done"),
            ('nothing', "Nothing due"),
            ('carried', "Carried over"),
            ('parked', "Parked"),
            ('released', "Released"),
        ],
        default='selected', required=True, readonly=True, index=True)
    resume_state = fields.Char(readonly=True, help="State in which the account was parked.")
    reason = fields.Text(
        readonly=True, help="Why the account is parked or carried over, and what to do.")
    item_count = fields.Integer(readonly=True)
    out_of_bounds = fields.Boolean(
        readonly=True, help="Parked by a safety bound: a manager may have it billed all the same.")
    bound_net = fields.Monetary(
        string="Net amount", readonly=True,
        help="What would have been billed when it was parked or carried over.")
    bound_lines = fields.Integer(string="Lines", readonly=True)
    released_by_id = fields.Many2one(
        'res.users', string="Bill anyway, says", readonly=True,
        help="Who had what stands here billed although it is beyond a safety bound.")
    released_on = fields.Datetime(readonly=True)
    release_reason = fields.Char(string="Why it is right", readonly=True)
    move_id = fields.Many2one('account.move', string="Invoice", ondelete='set null', index=True)

    _once = models.UniqueIndex('(run_id, account_id)', "The account is in this run already.")
    _work_queue = models.Index('(run_id, state, id)')

    @api.depends('run_id', 'account_id')
    def _compute_display_name(self):
        for line in self:
            line.display_name = f'{line.run_id.name} {line.account_id.display_name}'

    # === CRUD METHODS === #

    def write(self, vals):
        if vals.get('released_by_id') and not (
                self.env.su or self.env.user.has_group('smart_billing.group_billing_manager')):
            raise AccessError(self.env._("Only a billing manager releases what a bound parked."))
        return super().write(vals)

    # === ACTION METHODS === #

    def action_retry(self):
        """Take parked accounts up where they were parked; the scheduled job works on them."""
        parked = self.filtered(lambda line: line.state == 'parked')
        for line in parked:
            line.write({
                'state': line.resume_state or 'selected', 'reason': False, 'out_of_bounds': False})
        for run in parked.run_id.filtered(lambda r: r.state in ('done', 'running')):
            run.write({'step': steps.first_open_step(run)})
            run._set_state('running')
        self.env.ref('smart_billing.cron_process_runs')._trigger()
        return True

    def bill_anyway(self, reason):
        """Bill accounts that a safety bound parked, exactly as they were shown (停止解除).

        What has changed until the run takes them up again is parked again.

        :param str reason: why it is right; kept with the account and in the run's history
        """
        if not self.env.user.has_group('smart_billing.group_billing_manager'):
            raise UserError(self.env._("Only a billing manager releases what a bound parked."))
        if not (reason or '').strip():
            raise UserError(self.env._("Say why it is right to bill this."))
        for line in self:
            if line.state != 'parked' or not line.out_of_bounds:
                raise UserError(self.env._(
                    "%(account)s is not parked by a safety bound. Put right what its reason says "
                    "and retry.", account=line.account_id.display_name))
        self.write({'released_by_id': self.env.uid, 'released_on': fields.Datetime.now(),
                    'release_reason': reason})
        for line in self:
            line.run_id.message_post(body=self.env._(
                "%(account)s is billed %(amount)s beyond the safety bounds: %(reason)s",
                account=line.account_id.display_name, reason=reason,
                amount=format_amount(self.env, line.bound_net, line.currency_id)))
        return self.action_retry()

    def action_bill_anyway(self):
        """Ask for the reason first."""
        return {
            'type': 'ir.actions.act_window', 'res_model': 'smart.billing.bill.anyway',
            'view_mode': 'form', 'target': 'new', 'name': self.env._("Bill anyway"),
            'context': {'default_line_ids': self.ids},
        }

    # === BUSINESS METHODS === #

    def _set_aside(self, decision):
        """Follow what was decided: parked, carried over, or neither."""
        self.ensure_one()
        if decision.state == PARKED and decision.out_of_bounds:
            self._park_out_of_bounds(decision.reasons, decision.result)
        elif decision.state == PARKED:
            self._park('\n'.join(decision.reasons))
        elif decision.state == CARRIED:
            net = float(bounds.net_of(decision.result))
            self.write({'state': 'carried', 'reason': '\n'.join(decision.reasons),
                        'bound_net': net, 'bound_lines': len(decision.result.items)})
            self.account_id.write({
                'carried_since': self.account_id.carried_since or self.run_id.date_target,
                'carried_amount': net})

    def _park(self, reason, **values):
        """Set an account aside, visibly and with the reason; the rest of the run goes on."""
        for line in self:
            line.write({
                'state': 'parked', 'resume_state': line.state, 'reason': reason, **values})

    def _park_out_of_bounds(self, sentences, result):
        """Set an account aside whose bill looks like a mistake."""
        self.ensure_one()
        if self.released_by_id:
            sentences = [*sentences, self.env._(
                "It was released for another amount: look at it again.")]
        self._park(
            '\n'.join([*sentences, self.env._(
                "Look at its contracts, put them right and retry; a billing manager may bill it "
                "anyway.")]),
            out_of_bounds=True, bound_net=float(bounds.net_of(result)),
            bound_lines=len(result.items), released_by_id=False, released_on=False,
            release_reason=False)

    def _is_released_for(self, result):
        """Whether a manager released exactly this bill."""
        self.ensure_one()
        return bool(self.released_by_id) and (
            self.bound_lines == len(result.items)
            and self.currency_id.compare_amounts(
                self.bound_net, float(bounds.net_of(result))) == 0)

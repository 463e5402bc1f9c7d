from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine import effect, effect_html
from ..models.contract_changes import SAYS
from ..models.contract_event import KINDS

# So many contracts are shown with their lines; of more, the totals of the first ones.
MOST_DETAILED, MOST_SHOWN = 3, 100


class ContractChange(models.TransientModel):
    """Enter an event on one or many contracts, and see what it does to the next invoices."""

    _name = 'smart.billing.contract.change'
    _description = 'Change Contracts'

    contract_ids = fields.Many2many(
        'smart.billing.contract', required=True,
        default=lambda self: self.env['smart.billing.contract'].browse(
            self.env.context.get('active_ids', [])))
    company_id = fields.Many2one('res.company', compute='_compute_choices')
    kind = fields.Selection(
        [(kind, label) for kind, label in KINDS if kind in SAYS], required=True,
        default='change_plan')
    date_effective = fields.Date(
        string="Counts from", required=True, default=lambda self: self._default_date_effective(),
        help="May lie in the past: what was billed is settled on the next invoice.")
    at_period_end = fields.Boolean(
        string="At the end of the period",
        help="Counts from the end of the period that runs on that day.")
    at_term_end = fields.Boolean(
        string="At the end of the term",
        help="Counts from the end of the term that runs on that day (更新月).")
    plan_id = fields.Many2one('smart.billing.plan', domain="[('company_id', '=', company_id)]")
    quantity = fields.Float(default=1, digits='Product Unit')
    option_charge_ids = fields.Many2many('smart.billing.charge', compute='_compute_choices')
    option_charge_id = fields.Many2one(
        'smart.billing.charge', string="Option", domain="[('id', 'in', option_charge_ids)]")
    discount_id = fields.Many2one(
        'smart.billing.discount', domain="[('company_id', '=', company_id)]")
    coupon_code = fields.Char(help="What the customer typed in, in place of the discount.")
    date_end = fields.Date(
        string="Prolonged until (exclusive)",
        help="The first day after the prolonged term. Empty: one more term.")
    cancel_reason_id = fields.Many2one(
        'smart.billing.cancel.reason', string="Reason of the cancellation",
        domain="[('company_id', 'in', [False, company_id])]")
    account_id = fields.Many2one(
        'smart.billing.account', string="New billing account",
        domain="[('company_id', '=', company_id)]", help="Who pays from that day on.")
    reason = fields.Char(string="Note", help="For the history.")
    same_day_text = fields.Text(compute='_compute_same_day_text')
    preview_html = fields.Html(compute='_compute_preview_html', string="Effect", sanitize=False)

    def _default_date_effective(self):
        """Today, or the first day of a contract that starts later."""
        contracts = self.env['smart.billing.contract'].browse(
            self.env.context.get('active_ids', []))
        return max([self.env.company._sb_today(), *contracts.mapped('date_start')])

    # === COMPUTE METHODS === #

    @api.depends('contract_ids', 'kind')
    def _compute_choices(self):
        """What the contracts' plans offer; of several versions the newest."""
        for wizard in self:
            contracts = wizard.contract_ids._origin
            wizard.company_id = contracts.company_id[:1] or self.env.company
            wizard.option_charge_ids = contracts._option_charges()

    @api.depends('contract_ids', 'kind', 'date_effective', 'option_charge_id', 'discount_id')
    def _compute_same_day_text(self):
        """Of two changes of one thing on one day the one entered later holds; say so before."""
        for wizard in self:
            events = wizard.contract_ids._origin._events_replaced_by(
                wizard.kind, wizard.date_effective, wizard.option_charge_id.code,
                wizard.discount_id.id)
            wizard.same_day_text = '\n'.join(self.env._(
                "%(contract)s has '%(event)s' already. The one entered later holds.",
                contract=event.contract_id.name, event=event.display_name)
                for event in events[:MOST_DETAILED])

    @api.depends('contract_ids', 'kind', 'date_effective', 'at_period_end', 'at_term_end',
                 'plan_id', 'quantity', 'option_charge_id', 'discount_id', 'coupon_code',
                 'date_end', 'account_id')
    def _compute_preview_html(self):
        """Enter the events and undo them: the preview is the real thing."""
        for wizard in self:
            wizard.preview_html = wizard._preview()

    def _preview(self):
        contracts = self.contract_ids._origin
        values = self._event_values()
        if not contracts or not self.date_effective or self._unsaid(values):
            return False
        shown = contracts[:MOST_SHOWN]
        try:
            found = effect.effect_of(
                shown, lambda changed: changed.add_event(**values), self.date_effective)
        except UserError as error:
            return Markup('<div class="alert alert-warning mb-0" role="alert">%s</div>') % str(
                error)
        if len(shown) <= MOST_DETAILED:
            return effect_html.detailed(shown, found)
        html = effect_html.summed(shown, found)
        if len(contracts) > len(shown):
            html += Markup('<p>%s</p>') % self.env._(
                "Computed for the first %(shown)s of %(count)s contracts.",
                shown=len(shown), count=len(contracts))
        return html

    def _unsaid(self, values):
        """Whether the form still waits for something that the kind needs."""
        needed, _possible = SAYS[self.kind]
        return any(not values.get(name) for name in needed - {'quantity'}) and not (
            self.kind == 'add_discount' and self.coupon_code)

    # === ACTION METHODS === #

    def _event_values(self):
        """What the chosen kind says, of all that the form holds."""
        needed, possible = SAYS[self.kind]
        values = {
            'plan_id': self.plan_id.id,
            'quantity': self.quantity,
            'at_period_end': self.at_period_end,
            'at_term_end': self.at_term_end,
            'option_code': self.option_charge_id.code,
            'discount_id': self.discount_id.id,
            'date_end': self.date_end,
            'cancel_reason_id': self.cancel_reason_id.id,
            'account_id': self.account_id.id,
        }
        said = {name: values[name] or None for name in needed | possible if name != 'quantity'}
        if 'quantity' in needed | possible:
            # A quantity of 0 is refused, not overlooked.
            said['quantity'] = self.quantity
        if self.kind == 'add_discount' and not self.discount_id:
            said['coupon_code'] = self.coupon_code or None
        return {'kind': self.kind, 'date_effective': self.date_effective,
                'reason': self.reason or None, **said}

    def action_apply(self):
        self.contract_ids.add_event(**self._event_values())
        return {'type': 'ir.actions.act_window_close'}

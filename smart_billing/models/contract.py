from odoo import api, fields, models
from odoo.exceptions import UserError

from ..core import standing, timeline
from ..engine import preview
from .window import window

STATES = [
    ('draft', "Draft"),
    ('pending', "Starts later"),
    ('trial', "Trial"),
    ('active', "Active"),
    ('suspended', "Suspended"),
    ('ended', "Ended"),
]

# What is derived of a contract that has not begun to exist.
NOTHING_DERIVED = dict.fromkeys((
    'date_end', 'state_until', 'cancel_reason_id', 'cancel_entered', 'renews_on', 'bound_until',
    'option_text', 'discount_ids'), False)


class Contract(models.Model):
    """What a customer takes, from when to when (契約): a timeline of dated events.

    State, plan, quantity and end are derived from the events for today; nothing is set by hand.
    """

    _name = 'smart.billing.contract'
    _description = 'Contract'
    _inherit = ['mail.thread', 'mail.activity.mixin']
    _order = 'id desc'

    name = fields.Char(required=True, readonly=True, copy=False, default='/')
    account_id = fields.Many2one(
        'smart.billing.account', string="Billing account", required=True, ondelete='restrict',
        index=True, tracking=True)
    partner_id = fields.Many2one(
        related='account_id.partner_id', store=True, index=True, string="Customer")
    company_id = fields.Many2one(related='account_id.company_id', store=True, index=True)
    currency_id = fields.Many2one(related='company_id.currency_id')
    ref = fields.Char(
        string="External reference", copy=False, index='btree_not_null',
        help="Identity in the front system; the same reference is the same contract.")
    sale_line_id = fields.Many2one(
        'sale.order.line', readonly=True, copy=False, ondelete='restrict', index='btree_not_null')
    sale_order_id = fields.Many2one(related='sale_line_id.order_id')

    # What the start event will say; fixed when the contract is confirmed.
    start_plan_id = fields.Many2one(
        'smart.billing.plan', string="Plan at the start", required=True, ondelete='restrict',
        check_company=True)
    start_quantity = fields.Float(
        string="Quantity at the start", default=1, digits='Product Unit')
    date_start = fields.Date(
        string="First day", required=True, index=True,
        default=lambda self: self.env.company._sb_today())
    date_last = fields.Date(
        string="Last day known at the start",
        help="Leave empty for a contract that runs until it is cancelled.")

    event_ids = fields.One2many('smart.billing.contract.event', 'contract_id', readonly=True)
    item_ids = fields.One2many('smart.billing.item', 'contract_id', readonly=True)
    state = fields.Selection(
        STATES, compute='_compute_derived', store=True, index=True, tracking=True)
    plan_id = fields.Many2one(
        'smart.billing.plan', compute='_compute_derived', store=True, index=True)
    quantity = fields.Float(compute='_compute_derived', store=True, digits='Product Unit')
    date_end = fields.Date(
        compute='_compute_derived', store=True, string="Ends before",
        help="The first day that is not billed any more.")
    cancel_reason_id = fields.Many2one(
        'smart.billing.cancel.reason', compute='_compute_derived', store=True,
        index='btree_not_null', help="Why the contract ends, as the last cancellation says.")
    cancel_entered = fields.Boolean(
        compute='_compute_derived', store=True,
        help="A cancellation was entered that was not withdrawn.")
    renews_on = fields.Date(
        compute='_compute_derived', store=True, index='btree_not_null',
        help="Day on which the running term gives way to the next one (更新日).")
    bound_until = fields.Date(
        compute='_compute_derived', store=True, string="Minimum term until",
        index='btree_not_null',
        help="The first day on which the contract may end without a cancellation fee (最低利用期間). "
             "Empty: it may already.")
    option_text = fields.Char(
        compute='_compute_derived', store=True, string="Options",
        help="The options that are taken today.")
    discount_ids = fields.Many2many(
        'smart.billing.discount', 'smart_billing_contract_discount_rel', string="Discounts",
        compute='_compute_derived', store=True, help="The discounts that are in force today.")
    state_until = fields.Date(
        compute='_compute_derived', store=True, index='btree_not_null', string="Next change",
        help="Day on which state, plan, quantity, options, discounts or term change next, as "
             "known now.")
    next_due_date = fields.Date(
        readonly=True, copy=False, index=True,
        help="First day on which something falls due that is not billed yet. A cache of the "
             "planner's answer: empty means 'look again'.")
    billed_until = fields.Date(compute='_compute_billed', string="Billed until (exclusive)")
    item_count = fields.Integer(compute='_compute_billed')
    invoice_count = fields.Integer(compute='_compute_billed')
    next_charge_date = fields.Date(compute='_compute_next_charge')
    next_charge_amount = fields.Monetary(compute='_compute_next_charge')
    next_charge_text = fields.Text(compute='_compute_next_charge', string="Next charge")

    _check_company_auto = True
    _ref_once = models.UniqueIndex(
        '(company_id, ref) WHERE ref IS NOT NULL',
        "Another contract has this external reference.")
    _sale_line_once = models.UniqueIndex(
        '(sale_line_id) WHERE sale_line_id IS NOT NULL',
        "This order line has its contract already.")
    _quantity_positive = models.Constraint(
        'CHECK (start_quantity > 0)', "The quantity must be above zero.")
    _last_after_start = models.Constraint(
        'CHECK (date_last IS NULL OR date_last >= date_start)',
        "The last day of a contract cannot lie before its first day.")

    # === COMPUTE METHODS === #

    @api.depends('event_ids.cancel_reason_id', 'start_plan_id', 'start_quantity', 'date_start')
    def _compute_derived(self):
        """What holds today, by the pure timeline over the events."""
        known = self._origin._timelines()
        names = self._option_names(known.values())
        for contract in self:
            line = known.get(contract._origin.id)
            contract.update(contract._prepare_derived(line, names) if line else {
                **NOTHING_DERIVED, 'state': 'draft', 'plan_id': contract.start_plan_id.id,
                'quantity': contract.start_quantity})

    def _prepare_derived(self, line, option_names):
        today = self.company_id._sb_today()
        now, stands = timeline.state_at(line, today), standing.standing_of(line, today)
        changes = [day for day in (now.next_change, stands.next_change) if day]
        cancel = self._cancellation()
        return {
            'state': now.state,
            'plan_id': now.plan.code,
            'quantity': float(now.quantity),
            'date_end': line.end if line.end != timeline.NEVER else False,
            'state_until': min(changes, default=False),
            'cancel_reason_id': cancel.cancel_reason_id.id,
            'cancel_entered': bool(cancel),
            'renews_on': stands.renews_on,
            'bound_until': stands.bound_until,
            'option_text': ', '.join(
                option_names.get((now.plan.code, code), code)
                + (f' × {quantity.normalize():f}' if quantity != 1 else '')
                for code, quantity in stands.options) or False,
            'discount_ids': [fields.Command.set(stands.discounts)],
        }

    def _option_names(self, lines):
        """:return: {(plan id, code): name} of the options of these timelines"""
        plans = {stay.plan.code for line in lines if line.options for stay in line.stays}
        charges = self.env['smart.billing.charge'].search(
            [('plan_id', 'in', list(plans)), ('optional', '=', True)], order='id')
        return {(charge.plan_id.id, charge.code): charge.name for charge in charges}

    def _cancellation(self):
        """The cancellation that stands: the one entered last, unless it was withdrawn."""
        last = self.event_ids.filtered(lambda event: event.kind in ('cancel', 'keep')).sorted('id')
        return last[-1:].filtered(lambda event: event.kind == 'cancel')

    def _compute_billed(self):
        groups = {contract: (count, last) for contract, count, last in
                  self.env['smart.billing.item']._read_group(
                      [('contract_id', 'in', self.ids), ('live', '=', True)], ['contract_id'],
                      ['__count', 'date_to:max'])}
        invoices = dict(self.env['smart.billing.item']._read_group(
            [('contract_id', 'in', self.ids)], ['contract_id'], ['move_id:count_distinct']))
        for contract in self:
            count, last = groups.get(contract, (0, False))
            contract.item_count = count
            contract.billed_until = last
            contract.invoice_count = invoices.get(contract, 0)

    def _compute_next_charge(self):
        """What the next run that bills the contract will put on the invoice."""
        for contract in self:
            charge = preview.next_charge(contract) if contract.state != 'draft' else None
            contract.next_charge_date = charge.date if charge else False
            contract.next_charge_amount = charge.amount if charge else 0
            contract.next_charge_text = charge.text if charge else False

    @api.depends('name', 'partner_id')
    def _compute_display_name(self):
        for contract in self:
            contract.display_name = f'{contract.name} {contract.partner_id.name or ""}'.strip()

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        missing = [vals for vals in vals_list if vals.get('name', '/') == '/']
        # What a dry run makes is never seen, so it takes no number.
        numbers = [f'*{index}' for index in range(len(missing))] if self.env.context.get(
            'sb_dry_run') else self.env['ir.sequence']._sb_next_numbers(
                'smart.billing.contract', len(missing))
        for vals, number in zip(missing, numbers, strict=True):
            vals['name'] = number
        return super().create(vals_list)

    def write(self, vals):
        fixed = {'start_plan_id', 'start_quantity', 'date_start', 'date_last', 'account_id',
                 'start_discount_ids'}
        if vals.keys() & fixed and any(contract.event_ids for contract in self):
            raise UserError(self.env._(
                "A confirmed contract is changed by events (change of plan, quantity, "
                "suspension, cancellation), not by editing how it started."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_confirmed(self):
        confirmed = self.filtered('event_ids')
        if confirmed:
            raise UserError(self.env._(
                "Contract %(contract)s is confirmed; cancel it instead of deleting it.",
                contract=confirmed[0].name))

    # === TIMELINE === #

    def _refresh_states(self):
        """Derive the state anew, for a today that has moved."""
        self.env.add_to_compute(self._fields['state'], self)
        self.flush_recordset()

    @api.model
    def _cron_refresh_states(self, limit=1000):
        """Contracts whose state changes with the calendar (trial over, cancellation reached)."""
        progress = self.env['ir.cron']._commit_progress
        for company in self.search([('state_until', '!=', False)]).company_id:
            due = [('company_id', '=', company.id), ('state_until', '<=', company._sb_today())]
            left = progress(remaining=self.search_count(due))
            while left and (contracts := self.search(due, limit=limit, order='state_until, id')):
                contracts._refresh_states()
                left = progress(len(contracts))

    # === ACTION METHODS === #

    def action_view_invoices(self):
        self.ensure_one()
        return window(
            self.env._("Invoices of %(contract)s", contract=self.name),
            'account.move', [('id', 'in', self.item_ids.move_id.ids)])

    def action_view_items(self):
        self.ensure_one()
        return window(
            self.env._("Billed items of %(contract)s", contract=self.name),
            'smart.billing.item', [('contract_id', '=', self.id)])

    def action_add_one_off(self):
        """The form of a one-off charge of this contract (スポット請求)."""
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("One-off charge of %(contract)s", contract=self.name),
            'res_model': 'smart.billing.one.off',
            'view_mode': 'form',
            'target': 'new',
            'context': {'default_account_id': self.account_id.id, 'default_contract_id': self.id},
        }

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine import settled

KINDS = [
    ('start', "Start"),
    ('change_plan', "Change of plan"),
    ('change_quantity', "Change of quantity"),
    ('suspend', "Suspension"),
    ('resume', "Resumption"),
    ('cancel', "Cancellation"),
    ('keep', "Cancellation withdrawn"),
    ('renew', "Renewal"),
    ('transfer', "Transfer to another payer"),
    ('add_option', "Option taken"),
    ('drop_option', "Option dropped"),
    ('add_discount', "Discount given"),
    ('end_discount', "Discount ended"),
]

# Kinds that decide when a contract ends; each may undo what another one said.
ENDS = ('cancel', 'keep', 'transfer')


class ContractEvent(models.Model):
    """One dated fact in the life of a contract (契約履歴). Append-only: a correction is a new event.

    Of two events that set the same thing from the same day the one entered later holds.
    """

    _name = 'smart.billing.contract.event'
    _description = 'Contract Event'
    _order = 'contract_id, date_effective, id'

    contract_id = fields.Many2one(
        'smart.billing.contract', required=True, ondelete='cascade', index=True)
    company_id = fields.Many2one(related='contract_id.company_id', store=True, index=True)
    kind = fields.Selection(KINDS, required=True)
    date_effective = fields.Date(
        string="Counts from", required=True, help="May lie in the past or in the future.")
    date_entered = fields.Datetime(
        string="Entered on", required=True, default=fields.Datetime.now, readonly=True)
    user_id = fields.Many2one(
        'res.users', string="Entered by", default=lambda self: self.env.uid, readonly=True)
    plan_id = fields.Many2one('smart.billing.plan', ondelete='restrict', index=True)
    quantity = fields.Float(digits='Product Unit')
    date_end = fields.Date(
        string="Ends before", help="Day after the last day, where the end is known at the start.")
    at_period_end = fields.Boolean(
        help="Counts from the end of the period that runs on that day.")
    at_term_end = fields.Boolean(
        help="A cancellation that counts from the end of the term that runs on that day.")
    option_code = fields.Char(string="Option", help="Code of the optional charge.")
    discount_id = fields.Many2one(
        'smart.billing.discount', ondelete='restrict', index='btree_not_null')
    date_since = fields.Date(
        string="Continues since",
        help="First day of the contract of another payer that this one continues.")
    date_plan_since = fields.Date(
        string="On the plan since",
        help="Day on which the continued contract came to the plan, if that was later.")
    reason = fields.Char()
    cancel_reason_id = fields.Many2one(
        'smart.billing.cancel.reason', string="Reason of the cancellation", ondelete='restrict',
        index='btree_not_null', check_company=True)
    ref = fields.Char(
        string="External reference", copy=False,
        help="Identity in the front system; the same reference on a contract is the same event.")

    _check_company_auto = True
    _plan_named = models.Constraint(
        "CHECK (kind NOT IN ('start', 'change_plan') OR plan_id IS NOT NULL)",
        "A start or change of plan names the plan.")
    _quantity_positive = models.Constraint(
        "CHECK (kind NOT IN ('start', 'change_quantity', 'add_option') OR quantity > 0)",
        "The quantity must be above zero; to stop charging, suspend or cancel the contract.")
    _option_named = models.Constraint(
        "CHECK (kind NOT IN ('add_option', 'drop_option') OR option_code IS NOT NULL)",
        "To take or drop an option, name the option.")
    _discount_named = models.Constraint(
        "CHECK (kind NOT IN ('add_discount', 'end_discount') OR discount_id IS NOT NULL)",
        "To give or end a discount, name the discount.")
    _end_after_start = models.Constraint(
        "CHECK (date_end IS NULL OR date_end > date_effective)",
        "A contract ends after it starts.")
    _one_start = models.UniqueIndex(
        "(contract_id) WHERE kind = 'start'", "A contract starts once.")
    _one_transfer = models.UniqueIndex(
        "(contract_id) WHERE kind = 'transfer'", "A contract is transferred once.")
    _ref_once = models.UniqueIndex(
        "(contract_id, ref) WHERE ref IS NOT NULL",
        "Another event of this contract has this external reference.")

    @api.depends('kind', 'date_effective')
    def _compute_display_name(self):
        labels = dict(self._fields['kind']._description_selection(self.env))
        for event in self:
            event.display_name = f'{event.date_effective} {labels.get(event.kind, "")}'

    @api.model_create_multi
    def create(self, vals_list):
        events = super().create(vals_list)
        events.contract_id._check_timeline()
        settled.pull_back(self.env, events._first_days())
        return events

    def _first_days(self):
        """From when on each contract may be billed otherwise.

        A cancellation replaces the one before, and what withdraws it brings its days back; a
        renewal brings back all days since a term was over.

        :return: {contract id: day; None: from the first day on}
        """
        days = {}
        for contract, events in self.grouped('contract_id').items():
            if any(event.kind == 'renew' for event in events):
                days[contract.id] = None
                continue
            if any(event.kind in ENDS for event in events):
                events |= contract.event_ids.filtered(lambda event: event.kind in ENDS)
            days[contract.id] = min(events.mapped('date_effective'))
        return days

    def write(self, vals):
        if vals.keys() - {'reason', 'cancel_reason_id'}:
            raise UserError(self.env._(
                "Events are history and are not edited; enter a new event instead."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        raise UserError(self.env._(
            "Events are history and are not deleted; enter a new event instead."))

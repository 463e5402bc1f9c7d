from dateutil.relativedelta import relativedelta

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..engine.price_text import number


class PlanRevision(models.TransientModel):
    """New prices of a plan from a day, for new and for running contracts (料金改定)."""

    _name = 'smart.billing.plan.revision'
    _description = 'New Prices from a Day'

    plan_id = fields.Many2one('smart.billing.plan', required=True, readonly=True)
    company_id = fields.Many2one(related='plan_id.company_id')
    currency_id = fields.Many2one(related='company_id.currency_id')
    version_id = fields.Many2one(
        'smart.billing.plan.version', string="Made from", required=True,
        domain="[('plan_id', '=', plan_id)]",
        help="The version whose charges and prices the new one begins with.")
    date_from = fields.Date(
        string="New contracts from", required=True, compute='_compute_date_from', store=True,
        readonly=False, precompute=True)
    existing = fields.Boolean(
        string="Existing contracts too",
        help="Running contracts get the new prices; otherwise they keep theirs.")
    existing_from = fields.Date(
        string="Existing contracts from", compute='_compute_existing_from', store=True,
        readonly=False, precompute=True,
        help="A period that runs on that day is cut there, each part at its price.")
    percent = fields.Float(
        string="Change in percent", digits=(6, 2), help="Below zero: prices fall.")
    round_to = fields.Float(
        string="Round to", digits=(16, 6),
        help="New prices become multiples of this amount, for example of 10. 0: as many decimals "
             "as the old price.")
    notice_date = fields.Date(string="Announced on")
    notice_text = fields.Text(string="Announcement")
    line_ids = fields.One2many(
        'smart.billing.plan.revision.line', 'revision_id', string="Prices",
        compute='_compute_line_ids', store=True, readonly=False)
    contract_count = fields.Integer(
        string="Contracts that get them", compute='_compute_contract_count')

    # === COMPUTE METHODS === #

    @api.depends('plan_id')
    def _compute_date_from(self):
        """The first of a month after today and after all versions."""
        for wizard in self:
            days = [day for day in wizard.plan_id.version_ids.mapped('date_from') if day]
            latest = max([(wizard.company_id or self.env.company)._sb_today(), *days])
            wizard.date_from = latest + relativedelta(months=1, day=1)

    @api.depends('existing', 'date_from')
    def _compute_existing_from(self):
        for wizard in self:
            wizard.existing_from = wizard.existing and (
                max(wizard.existing_from or wizard.date_from, wizard.date_from))

    @api.depends('version_id', 'percent', 'round_to')
    def _compute_line_ids(self):
        """A row for each amount of the price sheet; the percentage works out the new one."""
        for wizard in self:
            version = wizard.version_id._origin
            wizard.line_ids = [Command.clear(), *(
                Command.create({
                    'name': _row_name(self.env, part, name),
                    'part_model': part._name, 'part_id': part.id, 'part_field': name,
                    'old_price': part[name],
                    'new_price': float(version._raised(
                        part, name, wizard.percent, wizard.round_to))
                    if wizard.percent or wizard.round_to else part[name],
                }) for part, name in version._amounts())]

    @api.depends('plan_id', 'existing')
    def _compute_contract_count(self):
        for wizard in self:
            wizard.contract_count = wizard.existing and self.env[
                'smart.billing.contract'].search_count([
                    ('plan_id', '=', wizard.plan_id._origin.id),
                    ('state', 'not in', ('draft', 'ended'))])

    # === ACTION METHODS === #

    def action_apply(self):
        """Make the version and show it."""
        self.ensure_one()
        if self.version_id.plan_id != self.plan_id:
            raise UserError(self.env._(
                "Version %(version)s is not one of plan %(plan)s.",
                version=self.version_id.display_name, plan=self.plan_id.display_name))
        version = self.version_id._revised({
            'date_from': self.date_from,
            'existing_from': self.existing and self.existing_from,
            'notice_date': self.notice_date,
            'notice_text': self.notice_text,
        }, {line._amount(): line.new_price for line in self.line_ids})
        return {
            'type': 'ir.actions.act_window',
            'name': version.display_name,
            'res_model': version._name,
            'res_id': version.id,
            'view_mode': 'form',
        }


def _row_name(env, part, name):
    """Which price of which charge."""
    charge = part if part._name == 'smart.billing.charge' else part.charge_id
    if name == 'flat_fee' or part._name == 'smart.billing.charge.tier':
        limit = env._("up to %(limit)s", limit=number(env, part.up_to)) if part.up_to else env._(
            "without limit")
        if name == 'flat_fee':
            return env._("%(charge)s, tier %(limit)s, fee", charge=charge.name, limit=limit)
        return env._("%(charge)s, tier %(limit)s", charge=charge.name, limit=limit)
    if part._name == 'smart.billing.charge.step':
        if part.periods:
            return env._("%(charge)s, for %(count)s periods",
                         charge=charge.name, count=part.periods)
        return env._("%(charge)s, afterwards", charge=charge.name)
    return {
        'minimum': env._("%(charge)s, minimum", charge=charge.name),
        'maximum': env._("%(charge)s, maximum", charge=charge.name),
    }.get(name, charge.name)

from decimal import Decimal

from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..engine import simulation, simulation_html


class Simulation(models.TransientModel):
    """What a plan costs over the months to come, for given quantities (料金シミュレーター)."""

    _name = 'smart.billing.simulation'
    _description = 'Price Simulator'

    plan_id = fields.Many2one('smart.billing.plan', required=True)
    company_id = fields.Many2one(related='plan_id.company_id')
    currency_id = fields.Many2one(related='company_id.currency_id')
    version_id = fields.Many2one(
        'smart.billing.plan.version', domain="[('plan_id', '=', plan_id)]",
        help="Try one version, as if it were valid. Empty: the prices that are valid, day by day, "
             "with the revisions that are to come.")
    date_start = fields.Date(
        string="First day", required=True, compute='_compute_date_start', store=True,
        readonly=False, precompute=True)
    months = fields.Integer(default=12, required=True)
    closing_day = fields.Integer(
        default=31,
        help="Last day of a period (締め日): 1 to 27, or 31 for the end of the month; 0: the "
             "contract's own day.")
    quantity = fields.Float(default=1, digits=(16, 6))
    discount_id = fields.Many2one(
        'smart.billing.discount', domain="[('company_id', '=', company_id)]")
    coupon_code = fields.Char(help="What the customer types in, in place of the discount.")
    partner_id = fields.Many2one(
        'res.partner', string="Customer", help="Decides about taxes. Empty: a domestic customer.")
    choice_ids = fields.One2many(
        'smart.billing.simulation.choice', 'simulation_id', string="Options and usage",
        compute='_compute_choice_ids', store=True, readonly=False)
    line_ids = fields.One2many('smart.billing.simulation.line', 'simulation_id')
    table_html = fields.Html(compute='_compute_table_html', string="Costs", sanitize=False)

    _months_few = models.Constraint(
        'CHECK (months BETWEEN 1 AND 60)', "Choose 1 to 60 months.")
    _quantity_positive = models.Constraint(
        'CHECK (quantity > 0)', "The quantity must be above zero.")

    # === COMPUTE METHODS === #

    @api.depends('plan_id', 'version_id')
    def _compute_date_start(self):
        """Today, or the first day on which there are prices."""
        for wizard in self:
            today = (wizard.company_id or self.env.company)._sb_today()
            days = wizard.plan_id.version_ids.mapped('date_from')
            wizard.date_start = wizard.version_id and max(
                today, wizard.version_id.date_from) or max([today, *([min(days)] if days else ())])

    @api.depends('plan_id', 'version_id')
    def _compute_choice_ids(self):
        """A row for each option and each metric that the plan knows."""
        for wizard in self:
            versions = wizard.version_id or wizard.plan_id.version_ids
            charges = versions.charge_ids.sorted(lambda charge: charge.sequence)
            options = {charge.code: charge for charge in charges.filtered('optional')}
            wizard.choice_ids = [Command.clear(), *(
                Command.create({'name': option.name, 'option_code': code})
                for code, option in options.items()
            ), *(
                Command.create({'name': metric.name, 'metric_id': metric.id})
                for metric in charges.metric_id)]

    @api.depends('plan_id', 'version_id', 'date_start', 'months', 'closing_day', 'quantity',
                 'discount_id', 'coupon_code', 'partner_id', 'choice_ids.quantity')
    def _compute_table_html(self):
        for wizard in self:
            if not (wizard.plan_id and wizard.date_start):
                wizard.table_html = False
                continue
            try:
                wizard.table_html = simulation_html.table(wizard._origin_plan(), wizard._ask())
            except UserError as error:
                wizard.table_html = simulation_html.problem(str(error))

    # === ASKING === #

    def _origin_plan(self):
        return self.plan_id._origin or self.plan_id

    def _ask(self):
        """:raise UserError: the plan has no answer to this question"""
        self.ensure_one()
        return self._origin_plan()._simulate(self._question(), self.partner_id._origin)

    def _question(self):
        if not 1 <= self.months <= 60:
            raise ValidationError(self.env._("Choose 1 to 60 months."))
        discount = self.discount_id._origin
        if self.coupon_code and not discount:
            discount = self.plan_id._discount_by_coupon(self.coupon_code)
        chosen = self.choice_ids.filtered(lambda choice: choice.quantity)
        return simulation.Question(
            date_start=self.date_start,
            months=self.months,
            billing_day=_billing_day(self.env, self.closing_day),
            quantity=_decimal(self.quantity),
            options={choice.option_code: _decimal(choice.quantity)
                     for choice in chosen if choice.option_code},
            usage={choice.metric_id.code: _decimal(choice.quantity)
                   for choice in chosen if choice.metric_id},
            discount=discount.id or None,
            version=self.version_id.date_from or None,
        )

    # === ACTION METHODS === #

    def action_view_chart(self):
        """The same amounts as rows, for a chart and a pivot table."""
        answer = self._ask()
        self.line_ids = [Command.clear(), *(
            Command.create(values) for values in simulation_html.lines(self.env, answer))]
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Costs of %(plan)s", plan=self.plan_id.name),
            'res_model': 'smart.billing.simulation.line',
            'view_mode': 'graph,pivot,list',
            'domain': [('simulation_id', '=', self.id)],
        }


def _decimal(value):
    return Decimal(str(value))


def _billing_day(env, closing_day):
    """The day after the closing day; None: the contract's own."""
    if not (0 <= closing_day <= 27 or closing_day == 31):
        raise ValidationError(env._(
            "Closing day %(day)s: choose 1 to 27, 31 for the end of the month, or 0 for the "
            "contract's own day.", day=closing_day))
    return {0: None, 31: 1}.get(closing_day, closing_day + 1)

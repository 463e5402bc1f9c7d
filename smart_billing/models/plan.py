from odoo import api, fields, models
from odoo.exceptions import UserError

from .window import window

UNITS = [('day', "Days"), ('week', "Weeks"), ('month', "Months"), ('year', "Years")]


class Plan(models.Model):
    """A price plan (料金プラン): dated versions, each with its charges."""

    _name = 'smart.billing.plan'
    _description = 'Plan'
    _inherit = ['mail.thread']
    _order = 'code'

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        required=True, help="Short name by which CSV files and the API refer to the plan.")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        'res.company', required=True, index=True, default=lambda self: self.env.company)
    currency_id = fields.Many2one(related='company_id.currency_id')
    description = fields.Text(translate=True)
    version_ids = fields.One2many('smart.billing.plan.version', 'plan_id', copy=True)
    trial_days = fields.Integer(
        help="No recurring charge before these days are over (無料期間); counted from the "
             "contract's first day.")
    term_count = fields.Integer(string="Term", help="The contract ends by itself (契約期間). 0: none.")
    term_unit = fields.Selection(UNITS, default='month', required=True)
    minimum_term_count = fields.Integer(
        string="Minimum term", help="A cancellation before it is over costs the fee (最低利用期間).")
    minimum_term_unit = fields.Selection(UNITS, default='month', required=True)
    renews = fields.Boolean(
        string="Renews by itself",
        help="A term that is over is followed by another one (自動更新); otherwise the contract "
             "ends with it.")
    minimum_term_again = fields.Boolean(
        string="Minimum term starts anew",
        help="Each renewal starts a minimum term of the length of the term.")
    free_exit_count = fields.Integer(
        string="Free exit after a term",
        help="A contract that ends so soon after a term is over pays no fee (更新月). 0: none.")
    free_exit_unit = fields.Selection(UNITS, default='month', required=True)
    tax_included = fields.Boolean(
        help="The prices of the plan contain the tax (内税・総額表示).")
    cancellation_fee = fields.Monetary(help="Billed once when a contract is cancelled too early.")
    cancellation_product_id = fields.Many2one(
        'product.product', string="Cancellation fee product", check_company=True,
        help="Product of the cancellation fee's invoice line: its accounts and taxes.")
    product_ids = fields.One2many('product.template', 'sb_plan_id', string="Products that sell it")
    contract_count = fields.Integer(compute='_compute_contract_count')

    _check_company_auto = True
    _rec_names_search = ['name', 'code']
    _code_once = models.UniqueIndex(
        '(company_id, code)', "There is already a plan with this code in the company.")
    _days_positive = models.Constraint(
        'CHECK (trial_days >= 0 AND term_count >= 0 AND minimum_term_count >= 0 '
        'AND cancellation_fee >= 0 AND free_exit_count >= 0)',
        "Trial, term, minimum term and cancellation fee cannot be negative.")

    def _compute_contract_count(self):
        counts = dict(self.env['smart.billing.contract']._read_group(
            [('plan_id', 'in', self.ids)], ['plan_id'], ['__count']))
        for plan in self:
            plan.contract_count = counts.get(plan, 0)

    @api.depends('name', 'code')
    def _compute_display_name(self):
        for plan in self:
            plan.display_name = f'[{plan.code}] {plan.name}' if plan.code else plan.name

    def action_view_contracts(self):
        self.ensure_one()
        return window(
            self.env._("Contracts on %(plan)s", plan=self.name),
            'smart.billing.contract', [('plan_id', '=', self.id)])

    def _check_usable(self):
        """A plan without a version or without charges cannot be contracted."""
        for plan in self:
            if not plan.version_ids.charge_ids:
                raise UserError(self.env._(
                    "Plan %(plan)s has no version with charges yet. Add one under Catalogue > "
                    "Plans before contracts use it.", plan=plan.display_name))

from itertools import count

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine.price_text import terms_text
from .window import window

UNITS = [('day', "Days"), ('week', "Weeks"), ('month', "Months"), ('year', "Years")]


class Plan(models.Model):
    """A price plan (料金プラン): dated versions, each with its charges."""

    _name = 'smart.billing.plan'
    _description = 'Plan'
    _inherit = ['smart.billing.price.sheet.part', 'mail.thread']
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
    terms_text = fields.Text(string="Terms in words", compute='_compute_terms_text')
    current_version_id = fields.Many2one(
        'smart.billing.plan.version', string="Version in force",
        compute='_compute_current_version', help="What a contract that starts today gets.")
    current_price_text = fields.Text(
        string="Prices today", compute='_compute_current_version')

    _check_company_auto = True
    _rec_names_search = ['name', 'code']
    _code_once = models.UniqueIndex(
        '(company_id, code)', "There is already a plan with this code in the company.")
    _days_positive = models.Constraint(
        'CHECK (trial_days >= 0 AND term_count >= 0 AND minimum_term_count >= 0 '
        'AND cancellation_fee >= 0 AND free_exit_count >= 0)',
        "Trial, term, minimum term and cancellation fee cannot be negative.")

    # Terms are not dated like versions are: they hold for the whole life of every contract.
    _price_fields = frozenset({
        'company_id', 'trial_days', 'term_count', 'term_unit', 'minimum_term_count',
        'minimum_term_unit', 'renews', 'minimum_term_again', 'free_exit_count', 'free_exit_unit',
        'cancellation_fee', 'tax_included',
    })

    # === COMPUTE METHODS === #

    def _compute_contract_count(self):
        counts = dict(self.env['smart.billing.contract']._read_group(
            [('plan_id', 'in', self.ids)], ['plan_id'], ['__count']))
        for plan in self:
            plan.contract_count = counts.get(plan, 0)

    @api.depends('trial_days', 'term_count', 'term_unit', 'renews', 'minimum_term_count',
                 'minimum_term_unit', 'minimum_term_again', 'cancellation_fee', 'free_exit_count',
                 'free_exit_unit', 'currency_id')
    @api.depends_context('lang')
    def _compute_terms_text(self):
        for plan in self:
            plan.terms_text = '\n'.join(terms_text(plan))

    @api.depends('version_ids.date_from', 'version_ids.price_text')
    @api.depends_context('lang')
    def _compute_current_version(self):
        for plan in self:
            version = plan.version_ids.filtered(lambda version: version.status == 'current')
            plan.current_version_id = version
            plan.current_price_text = version.price_text

    @api.depends('name', 'code')
    def _compute_display_name(self):
        for plan in self:
            plan.display_name = f'[{plan.code}] {plan.name}' if plan.code else plan.name

    # === CRUD METHODS === #

    def copy_data(self, default=None):
        """A copy is told apart by its code and its name."""
        vals_list = super().copy_data(default)
        for plan, vals in zip(self, vals_list):
            if 'code' not in (default or {}):
                vals['code'] = plan._free_code()
            if 'name' not in (default or {}):
                vals['name'] = self.env._("%(plan)s (copy)", plan=plan.name)
        return vals_list

    def _free_code(self):
        taken = set(self.with_context(active_test=False).search(
            [('company_id', '=', self.company_id.id)]).mapped('code'))
        return next(code for number in count(2)
                    if (code := f'{self.code}-{number}') not in taken)

    # === PRICE SHEET === #

    def _sheet_days(self):
        return [(plan, None) for plan in self]

    def _refuse_billed(self):
        billed = self.version_ids._billed().plan_id
        if billed:
            raise UserError(self.env._(
                "Contracts on plan %(plan)s have been billed on its terms, so these stay as they "
                "are. Duplicate the plan, change the copy, and move contracts to it.",
                plan=billed[0].display_name))

    def _differs(self, name, value):
        """A unit without a count says nothing."""
        if name.endswith('_unit') and not self[name.replace('_unit', '_count')]:
            return False
        return super()._differs(name, value)

    def write(self, vals):
        changed = self._changed_by(vals)
        result = super().write(vals)
        # Trial, term and minimum term decide states and ends of the contracts.
        changed._contracts_priced()._refresh_states()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_contracted(self):
        for plan in self.filtered('contract_count'):
            raise UserError(self.env._(
                "There are contracts on plan %(plan)s. Archive it instead of deleting it: it is "
                "not offered any more and its contracts go on.", plan=plan.display_name))

    # === ACTION METHODS === #

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

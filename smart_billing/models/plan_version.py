from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class PlanVersion(models.Model):
    """One dated state of a plan's prices (料金改定): a price revision is a new version."""

    _name = 'smart.billing.plan.version'
    _description = 'Plan Version'
    _order = 'plan_id, date_from desc'

    plan_id = fields.Many2one(
        'smart.billing.plan', required=True, ondelete='cascade', index=True)
    company_id = fields.Many2one(related='plan_id.company_id', store=True, index=True)
    date_from = fields.Date(
        string="New contracts from", required=True, default=fields.Date.context_today,
        help="Contracts that start on the plan, or change to it, on this day or later get this "
             "version.")
    existing_from = fields.Date(
        string="Existing contracts from",
        help="Running contracts get this version from that day on. Empty: they keep theirs.")
    charge_ids = fields.One2many('smart.billing.charge', 'version_id', copy=True)
    in_use = fields.Boolean(compute='_compute_in_use')

    _date_once = models.UniqueIndex(
        '(plan_id, date_from)', "The plan already has a version from that day.")

    def _compute_in_use(self):
        used = {charge.version_id.id for [charge] in self.env['smart.billing.item']._read_group(
            [('charge_id', 'in', self.charge_ids.ids)], ['charge_id'])}
        for version in self:
            version.in_use = version.id in used

    @api.depends('plan_id', 'date_from')
    def _compute_display_name(self):
        for version in self:
            version.display_name = f'{version.plan_id.code or ""} {version.date_from or ""}'

    @api.constrains('date_from', 'existing_from')
    def _check_dates(self):
        for version in self:
            if version.existing_from and version.existing_from < version.date_from:
                raise ValidationError(self.env._(
                    "Version %(version)s would reach running contracts on %(existing)s, before new "
                    "contracts get it. Put 'Existing contracts from' on or after %(new)s.",
                    version=version.display_name, existing=version.existing_from,
                    new=version.date_from))

    def write(self, vals):
        if vals.keys() & {'date_from', 'existing_from', 'plan_id'}:
            self._refuse_if_used()
        result = super().write(vals)
        self.plan_id._forget_settled()
        return result

    @api.model_create_multi
    def create(self, vals_list):
        versions = super().create(vals_list)
        versions.plan_id._forget_settled()
        return versions

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        self._refuse_if_used()

    def _refuse_if_used(self):
        used = self.filtered('in_use')
        if used:
            raise UserError(self.env._(
                "Version %(version)s has been billed. Make a new version with the new day and "
                "prices instead; the old one stays as it was.", version=used[0].display_name))


class Plan(models.Model):
    _inherit = 'smart.billing.plan'

    def _forget_settled(self):
        """Versions changed: contracts on these plans are looked at again by the next run."""
        self.env['smart.billing.contract'].search([
            ('event_ids.plan_id', 'in', self.ids), ('next_due_date', '!=', False),
        ]).next_due_date = False

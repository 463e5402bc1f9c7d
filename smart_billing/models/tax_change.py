from odoo import api, fields, models
from odoo.exceptions import ValidationError


class TaxChange(models.Model):
    """From a day on another rate holds (税率改定): the old tax gives way to the new one.

    The day of supply decides, whichever of the two a product names: supplies before the day carry
    the old tax, supplies from it on the new one. A period that runs on the day is cut there.
    """

    _name = 'smart.billing.tax.change'
    _description = 'Tax Change'
    _inherit = ['mail.thread']
    _order = 'date_from desc, id desc'

    company_id = fields.Many2one(
        'res.company', required=True, index=True, default=lambda self: self.env.company)
    tax_from_id = fields.Many2one(
        'account.tax', string="Old tax", required=True, ondelete='restrict', check_company=True,
        domain="[('type_tax_use', '=', 'sale'), ('amount_type', '=', 'percent')]", tracking=True)
    tax_to_id = fields.Many2one(
        'account.tax', string="New tax", required=True, ondelete='restrict', check_company=True,
        domain="[('type_tax_use', '=', 'sale'), ('amount_type', '=', 'percent')]", tracking=True)
    date_from = fields.Date(
        string="Supplies from", required=True, tracking=True,
        help="The first day whose supplies carry the new tax (施行日).")

    _check_company_auto = True
    # With both once only, the tax of any day is found from either end.
    _old_once = models.UniqueIndex(
        '(tax_from_id)', "This old tax is changed by another record already.")
    _new_once = models.UniqueIndex(
        '(tax_to_id)', "This new tax follows another one already.")
    _two_taxes = models.Constraint(
        'CHECK (tax_from_id != tax_to_id)', "The new tax must be another one than the old.")

    @api.depends('tax_from_id', 'tax_to_id', 'date_from')
    def _compute_display_name(self):
        for change in self:
            change.display_name = (f'{change.tax_from_id.name or ""} → '
                                   f'{change.tax_to_id.name or ""} {change.date_from or ""}')

    @api.constrains('tax_from_id', 'tax_to_id', 'date_from')
    def _check_taxes(self):
        for change in self:
            for tax in change.tax_from_id | change.tax_to_id:
                if tax.type_tax_use != 'sale' or tax.amount_type != 'percent':
                    raise ValidationError(self.env._(
                        "Tax change %(change)s: %(tax)s is no percentage on sales. Choose taxes on "
                        "sales that are computed as a percentage.",
                        change=change.display_name, tax=tax.name))
            if change.tax_from_id.price_include != change.tax_to_id.price_include:
                raise ValidationError(self.env._(
                    "Tax change %(change)s: one tax is for prices that include it, the other for "
                    "prices that do not. Choose two of one kind; the other kind follows by itself.",
                    change=change.display_name))
            change._check_order()

    def _check_order(self):
        """What follows the new tax begins later; so there is no circle either."""
        for earlier, later in (
                (self, self.search([('tax_from_id', '=', self.tax_to_id.id)])),
                (self.search([('tax_to_id', '=', self.tax_from_id.id)]), self)):
            if earlier and later and later.date_from <= earlier.date_from:
                raise ValidationError(self.env._(
                    "Tax change %(later)s must begin after %(earlier)s, which it follows.",
                    later=later.display_name, earlier=earlier.display_name))

    # === CRUD METHODS: periods that run on the day are looked at again === #

    @api.model_create_multi
    def create(self, vals_list):
        changes = super().create(vals_list)
        changes._forget_settled()
        return changes

    def write(self, vals):
        self._forget_settled()
        result = super().write(vals)
        self._forget_settled()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_and_look_again(self):
        self._forget_settled()

    def _forget_settled(self):
        Contract = self.env['smart.billing.contract'].sudo()
        for company, changes in self.grouped('company_id').items():
            contracts = Contract.search([('company_id', 'child_of', company.id)])
            contracts._forget_settled(min(changes.mapped('date_from')))

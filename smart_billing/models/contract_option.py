from odoo import api, fields, models
from odoo.exceptions import UserError


class ContractOption(models.Model):
    """An option that a contract takes from its first day on (契約時のオプション).

    The confirmation enters it as an event; later options are events from the beginning.
    """

    _name = 'smart.billing.contract.option'
    _description = 'Option at the Start'
    _order = 'contract_id, id'

    contract_id = fields.Many2one(
        'smart.billing.contract', required=True, ondelete='cascade', index=True)
    company_id = fields.Many2one(related='contract_id.company_id', store=True, index=True)
    plan_id = fields.Many2one(related='contract_id.start_plan_id')
    option_code = fields.Char(
        required=True, help="Code of the plan's optional charge.")
    charge_id = fields.Many2one(
        'smart.billing.charge', string="Option", compute='_compute_charge_id',
        inverse='_inverse_charge_id',
        domain="[('plan_id', '=', plan_id), ('optional', '=', True)]",
        help="The newest version of the option's price.")
    quantity = fields.Float(default=1, digits='Product Unit')

    _once = models.UniqueIndex(
        '(contract_id, option_code)', "The contract takes this option already.")
    _quantity_positive = models.Constraint(
        'CHECK (quantity > 0)', "The quantity must be above zero.")

    @api.depends('option_code', 'plan_id')
    def _compute_charge_id(self):
        charges = self.env['smart.billing.charge'].search([
            ('plan_id', 'in', self.plan_id.ids), ('optional', '=', True)])
        newest = {(charge.plan_id, charge.code): charge for charge in charges.sorted(
            lambda charge: charge.version_id.date_from)}
        for option in self:
            option.charge_id = newest.get((option.plan_id, option.option_code))

    def _inverse_charge_id(self):
        for option in self.filtered('charge_id'):
            option.option_code = option.charge_id.code

    @api.depends('charge_id', 'option_code')
    def _compute_display_name(self):
        for option in self:
            option.display_name = option.charge_id.name or option.option_code

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Who names the charge has named its code."""
        for vals in vals_list:
            if not vals.get('option_code') and vals.get('charge_id'):
                vals['option_code'] = self.env['smart.billing.charge'].browse(
                    vals['charge_id']).code
        options = super().create(vals_list)
        options._refuse_confirmed()
        return options

    def write(self, vals):
        self._refuse_confirmed()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_confirmed(self):
        self._refuse_confirmed()

    def _refuse_confirmed(self):
        confirmed = self.contract_id.filtered('event_ids')
        if confirmed:
            raise UserError(self.env._(
                "Contract %(contract)s is confirmed; take or drop the option by a change.",
                contract=confirmed[0].name))

from odoo import models
from odoo.exceptions import UserError


class Plan(models.Model):
    _inherit = 'smart.billing.plan'

    def write(self, vals):
        if 'tax_included' in vals:
            self._refuse_other_kind_of_price(vals['tax_included'])
        return super().write(vals)

    def _refuse_other_kind_of_price(self, tax_included):
        """Amounts that are billed are net or gross for good: their credits are of the same kind."""
        changing = self.filtered(lambda plan: plan.tax_included != bool(tax_included))
        billed = self.env['smart.billing.item'].sudo()._read_group(
            [('plan_id', 'in', changing.ids)], ['plan_id'])
        if billed:
            raise UserError(self.env._(
                "Plan %(plan)s has been billed; whether its prices contain the tax cannot change "
                "any more. Make a new plan and move the contracts to it.",
                plan=billed[0][0].display_name))

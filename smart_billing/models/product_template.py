from odoo import fields, models


class ProductTemplate(models.Model):
    _inherit = 'product.template'

    sb_plan_id = fields.Many2one(
        'smart.billing.plan', string="Billing plan", index='btree_not_null', ondelete='restrict',
        help="Selling this product makes a contract on the plan. Its order lines are billed by "
             "the contract, never by 'Create Invoice'.")
    sb_charge_code = fields.Char(
        string="Charge of the plan",
        help="Code of the charge for which this product stands on an order, beside the plan that "
             "has it: an option is taken in the line's quantity, a charge that the plan has anyway "
             "(初期費用) is only shown. The contract bills both, never 'Create Invoice'.")

    _sb_plan_or_charge = models.Constraint(
        'CHECK (sb_plan_id IS NULL OR sb_charge_code IS NULL)',
        "A product sells a plan or stands for a charge of one, not both.")

from odoo import fields, models


class ProductTemplate(models.Model):
    _inherit = 'product.template'

    sb_plan_id = fields.Many2one(
        'smart.billing.plan', string="Billing plan", index='btree_not_null', ondelete='restrict',
        help="Selling this product makes a contract on the plan. Its order lines are billed by "
             "the contract, never by 'Create Invoice'.")

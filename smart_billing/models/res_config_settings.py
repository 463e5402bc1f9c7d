from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = 'res.config.settings'

    sb_rounding = fields.Selection(related='company_id.sb_rounding', readonly=False)
    sb_tax_rounding = fields.Selection(related='company_id.sb_tax_rounding', readonly=False)
    sb_credit_policy = fields.Selection(related='company_id.sb_credit_policy', readonly=False)
    sb_proration = fields.Selection(related='company_id.sb_proration', readonly=False)
    sb_run_journal_id = fields.Many2one(
        related='company_id.sb_run_journal_id', readonly=False)
    sb_run_approval = fields.Boolean(related='company_id.sb_run_approval', readonly=False)
    sb_run_chunk = fields.Integer(related='company_id.sb_run_chunk', readonly=False)
    sb_max_lines = fields.Integer(related='company_id.sb_max_lines', readonly=False)
    sb_max_amount = fields.Monetary(
        related='company_id.sb_max_amount', readonly=False,
        currency_field='currency_id')
    sb_business_date = fields.Date(related='company_id.sb_business_date', readonly=False)

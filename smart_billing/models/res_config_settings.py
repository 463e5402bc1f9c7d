from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = 'res.config.settings'

    sb_rounding = fields.Selection(related='company_id.sb_rounding', readonly=False)
    sb_tax_rounding = fields.Selection(related='company_id.sb_tax_rounding', readonly=False)
    sb_registration_number = fields.Char(
        related='company_id.vat', string="Registration number", readonly=False)
    sb_registration_check = fields.Selection(
        related='company_id.sb_registration_check', readonly=False)
    sb_registration_problem = fields.Char(related='company_id.sb_registration_problem')
    sb_invoice_report = fields.Selection(related='company_id.sb_invoice_report', readonly=False)
    sb_invoice_note = fields.Text(related='company_id.sb_invoice_note', readonly=False)
    sb_issuer_latin = fields.Text(related='company_id.sb_issuer_latin', readonly=False)
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

from odoo import models


class IrHttp(models.AbstractModel):
    _inherit = 'ir.http'

    def session_info(self):
        """The browser computes totals too: it gets each company's direction of tax rounding."""
        info = super().session_info()
        companies = info.get('user_companies', {}).get('allowed_companies', {})
        info['sb_tax_rounding'] = {
            company.id: company._sb_tax_direction()
            for company in self.env['res.company'].sudo().browse(companies)}
        return info

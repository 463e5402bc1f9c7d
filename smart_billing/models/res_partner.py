from odoo import api, models


class ResPartner(models.Model):
    _inherit = 'res.partner'

    @api.constrains('vat')
    def _check_sb_registration_number(self):
        """The registration number of a company is kept on its partner."""
        self.env['res.company'].sudo().search(
            [('partner_id', 'in', self.ids)])._check_sb_registration_number()

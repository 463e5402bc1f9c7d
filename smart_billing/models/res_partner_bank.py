from odoo import fields, models


class ResPartnerBank(models.Model):
    """What a payer in Japan needs of an account, beside bank and number (振込先)."""

    _inherit = 'res.partner.bank'

    sb_branch = fields.Char(string="Branch", help="Name of the branch, and its number (支店).")
    sb_account_type = fields.Selection(
        [('ordinary', "Ordinary (普通)"), ('current', "Current (当座)"), ('savings', "Savings (貯蓄)")],
        string="Kind of account", help="預金種目")

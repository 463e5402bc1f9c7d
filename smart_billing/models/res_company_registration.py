from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..core.errors import DomainError
from ..core.registration_number import validate


class ResCompany(models.Model):
    """The issuer of qualified invoices (適格請求書発行事業者) and the look of his invoices."""

    _inherit = 'res.company'

    sb_registration_check = fields.Selection(
        selection=[('warn', "Warn"), ('strict', "Refuse")],
        string="Check of the registration number",
        default='warn',
        required=True,
        help="What happens to a registration number (T and 13 digits) that cannot be right: it is "
             "shown in the settings as wrong, or it cannot be saved.",
    )
    sb_registration_problem = fields.Char(compute='_compute_sb_registration_problem')
    sb_invoice_report = fields.Selection(
        selection=[
            ('accounts', "Invoices of billing accounts"),
            ('all', "All customer invoices"),
            ('none', "None: Odoo's own layout"),
        ],
        string="Japanese invoice layout",
        default='accounts',
        required=True,
        help="Which invoices are printed, mailed and shown in the portal as qualified invoices "
             "(適格請求書) in the layout for window envelopes, in Japanese or English.",
    )
    sb_invoice_note = fields.Text(
        string="Text at the foot of invoices", translate=True,
        help="For example who bears the fee of a transfer.")

    sb_issuer_latin = fields.Text(
        string="Issuer in other languages",
        help="Name (first line) and address of the company on invoices that are not in Japanese. "
             "Empty: as they are.")

    @api.depends('vat', 'country_id')
    def _compute_sb_registration_problem(self):
        for company in self:
            company.sb_registration_problem = company._sb_registration_problem()

    def _sb_registration_problem(self):
        """What is wrong with the company's registration number, in words; False when nothing."""
        if self.country_id.code != 'JP':
            return False
        if not self.vat:
            return self.env._(
                "%(company)s has no registration number: its invoices are no qualified invoices. "
                "Enter T and the 13 digits that the tax office has given out.", company=self.name)
        try:
            validate(self.vat)
        except DomainError as error:
            if error.code == 'registration_number_format':
                return self.env._(
                    "%(number)s of %(company)s is no registration number. Enter T and 13 digits.",
                    number=self.vat, company=self.name)
            return self.env._(
                "A digit of %(company)s's registration number %(number)s is wrong: the check digit "
                "does not fit. Compare it with the notice of the tax office.",
                number=self.vat, company=self.name)
        return False

    @api.constrains('sb_registration_check', 'country_id')
    def _check_sb_registration_number(self):
        """A strict company has a right number, or none yet."""
        for company in self:
            if company.sb_registration_check == 'strict' and company.vat:
                problem = company._sb_registration_problem()
                if problem:
                    raise ValidationError(problem)

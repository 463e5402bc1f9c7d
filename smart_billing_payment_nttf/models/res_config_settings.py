from odoo import fields, models
from odoo.exceptions import UserError

from ..explain import explain
from ..paper.fonts import FontError, Typefaces, load_typefaces

SLIP_FONT = 'smart_billing_payment_nttf.slip_font'


class ResConfigSettings(models.TransientModel):
    _inherit = 'res.config.settings'

    sb_slip_font = fields.Char(
        string="Font of payment slips", config_parameter=SLIP_FONT,
        help="Path of a Japanese font with TrueType outlines on the server. Leave it empty to use "
             "the first known one of the machine, IPAex Gothic if it is there.")

    def set_values(self):
        """Take a font only if slips can be printed with it."""
        for settings in self:
            if settings.sb_slip_font:
                settings._sb_load_slip_font(settings.sb_slip_font)
        return super().set_values()

    def _sb_slip_typefaces(self) -> Typefaces:
        """Return the typefaces that slips (払込票) of this database are printed with."""
        parameter = self.env['ir.config_parameter'].sudo().get_param(SLIP_FONT)
        return self._sb_load_slip_font(parameter or '')

    def _sb_load_slip_font(self, path):
        try:
            return load_typefaces(path)
        except FontError as error:
            raise UserError(explain(self.env, error)) from error

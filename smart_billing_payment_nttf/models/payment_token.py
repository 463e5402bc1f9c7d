from odoo import models
from odoo.exceptions import UserError


class PaymentToken(models.Model):
    """The mirror of an active mandate. It lives and ends with the mandate and by nothing else."""

    _inherit = 'payment.token'

    def write(self, vals):
        if 'active' in vals:
            self._nttf_check_mandates(bool(vals['active']))
        return super().write(vals)

    def _nttf_check_mandates(self, active):
        """A token is active exactly as long as its mandate: refuse what would part them."""
        own = self.filtered(lambda token: token.active != active
                            and token.sudo().provider_code == 'nttf')
        if not own:
            return
        mandates = self.env['smart.billing.mandate'].sudo().search([
            ('token_id', 'in', own.ids), ('state', '=', 'active')])
        if active and own - mandates.token_id:
            raise UserError(self.env._(
                "This bank account has no active direct-debit mandate any more. Register a new "
                "mandate instead."))
        if not active and mandates:
            raise UserError(self.env._(
                "This bank account is debited by mandate %(mandate)s. Suspend or end the mandate; "
                "the saved account goes with it.", mandate=mandates[0].display_name))

    def _get_available_tokens(self, providers_ids, partner_id, is_validation=False, **kwargs):
        """Direct debit is collected by batches: it is neither offered at pay-now nor removable."""
        tokens = super()._get_available_tokens(
            providers_ids, partner_id, is_validation=is_validation, **kwargs)
        return tokens.filtered(lambda token: token.provider_code != 'nttf')

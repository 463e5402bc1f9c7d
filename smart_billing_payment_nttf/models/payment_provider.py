from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.smart_billing import vault
from odoo.addons.smart_billing.core.errors import DomainError

from ..explain import explain
from ..transport import sftp
from ..wire.direct_debit import Consignor, normalise_consignor
from . import bank_master

SECRETS = ('nttf_password', 'nttf_private_key')


class PaymentProvider(models.Model):
    """NTT Finance, collection agency (回収代行): settings, secrets and the doors of Odoo."""

    _inherit = 'payment.provider'

    code = fields.Selection(
        selection_add=[('nttf', "NTT Finance")], ondelete={'nttf': 'set default'})

    nttf_profile_id = fields.Many2one(
        'smart.billing.nttf.profile', string="Profile", required_if_provider='nttf',
        ondelete='restrict', check_company=False,
        help="Layout, calendar, limits and file names agreed upon with the service.")
    nttf_consignor_code = fields.Char(
        string="Consignor code", size=10, required_if_provider='nttf', copy=False,
        help="Ten digits, issued by the service (委託者コード).")
    nttf_consignor_name = fields.Char(
        string="Consignor name", required_if_provider='nttf', copy=False,
        help="As registered with the service, in kana (委託者名).")
    nttf_bank_code = fields.Char(
        string="Collecting bank", size=4, copy=False, help="取引銀行番号")
    nttf_branch_code = fields.Char(
        string="Collecting branch", size=3, copy=False, help="取引支店番号")
    nttf_bank_name = fields.Char(
        string="Bank in kana", copy=False,
        help="取引銀行名. Empty: as the bank master has it.")
    nttf_branch_name = fields.Char(
        string="Branch in kana", copy=False,
        help="取引支店名. Empty: as the bank master has it.")
    nttf_account_type = fields.Selection(
        selection=[('1', "Ordinary (普通)"), ('2', "Current (当座)"), ('9', "Other (その他)")],
        string="Account type", default='1', copy=False)
    nttf_account_number = fields.Char(
        string="Account number", size=7, copy=False, groups='base.group_system')

    nttf_host = fields.Char(string="SFTP host", copy=False, groups='base.group_system')
    nttf_port = fields.Integer(
        string="SFTP port", default=22, copy=False, groups='base.group_system')
    nttf_user = fields.Char(string="SFTP user", copy=False, groups='base.group_system')
    nttf_host_key = fields.Char(
        string="Pinned host key", copy=False, groups='base.group_system',
        help="The server's public key (ssh-ed25519 AAAA…) or its SHA256:… fingerprint. With any "
             "other key nothing is sent.")
    nttf_timeout = fields.Integer(
        string="Time limit (seconds)", default=30, copy=False, groups='base.group_system')
    # What is entered goes into the sealed fields and is never shown again.
    nttf_password = fields.Char(
        string="SFTP password", compute='_compute_nttf_secrets', inverse='_inverse_nttf_password',
        copy=False, groups='base.group_system')
    nttf_private_key = fields.Text(
        string="SFTP private key", compute='_compute_nttf_secrets',
        inverse='_inverse_nttf_private_key', copy=False, groups='base.group_system',
        help="OpenSSH or PEM form, without a passphrase. It goes before the password.")
    nttf_password_sealed = fields.Char(copy=False, groups='base.group_system')
    nttf_private_key_sealed = fields.Char(copy=False, groups='base.group_system')
    nttf_has_password = fields.Boolean(
        string="Password is set", compute='_compute_nttf_secrets', groups='base.group_system')
    nttf_has_private_key = fields.Boolean(
        string="Private key is set", compute='_compute_nttf_secrets', groups='base.group_system')

    # === COMPUTE METHODS === #

    @api.depends('nttf_password_sealed', 'nttf_private_key_sealed')
    def _compute_nttf_secrets(self):
        for provider in self:
            provider.nttf_password = False
            provider.nttf_private_key = False
            provider.nttf_has_password = bool(provider.nttf_password_sealed)
            provider.nttf_has_private_key = bool(provider.nttf_private_key_sealed)

    def _inverse_nttf_password(self):
        for provider in self.filtered('nttf_password'):
            provider.nttf_password_sealed = vault.seal(provider.nttf_password)

    def _inverse_nttf_private_key(self):
        for provider in self.filtered('nttf_private_key'):
            provider.nttf_private_key_sealed = vault.seal(provider.nttf_private_key)

    def _compute_feature_support_fields(self):
        """Mandates are mirrored by tokens; nobody makes one in a checkout."""
        result = super()._compute_feature_support_fields()
        self.filtered(lambda provider: provider.code == 'nttf').support_tokenization = True
        return result

    # === CONSTRAINT METHODS === #

    @api.constrains('nttf_consignor_code', 'nttf_consignor_name', 'nttf_bank_code',
                    'nttf_branch_code', 'nttf_account_number')
    def _check_nttf_header(self):
        lengths = {'nttf_consignor_code': 10, 'nttf_bank_code': 4, 'nttf_branch_code': 3,
                   'nttf_account_number': 7}
        for provider in self.sudo().filtered(lambda provider: provider.code == 'nttf'):
            for name, length in lengths.items():
                value = provider[name]
                if value and not (value.isascii() and value.isdigit() and len(value) == length):
                    raise ValidationError(self.env._(
                        "%(provider)s: the %(field)s has %(length)s digits and nothing else.",
                        provider=provider.name, length=length,
                        field=self._fields[name]._description_string(self.env).lower()))
            provider._nttf_check_consignor_name()

    def _nttf_check_consignor_name(self):
        if not self.nttf_consignor_name:
            return
        try:
            normalise_consignor(self.nttf_consignor_name, self._nttf_wire_profile())
        except DomainError as error:
            raise ValidationError(self.env._(
                "%(provider)s, consignor name: %(problem)s", provider=self.name,
                problem=explain(self.env, error))) from error

    # === DOORS OF ODOO'S PAYMENT ENGINE === #

    def _archive_linked_tokens(self):
        """A mandate does not end because its service is switched off for a while."""
        others = self.filtered(lambda provider: provider.code != 'nttf')
        return super(PaymentProvider, others)._archive_linked_tokens()

    @api.onchange('state')
    def _onchange_state_warn_before_disabling_tokens(self):
        if self.code == 'nttf':
            return None  # nothing is archived, so there is nothing to warn of
        return super()._onchange_state_warn_before_disabling_tokens()

    def _deactivate_unsupported_payment_methods(self):
        """Archiving the payment method would archive the mandates' tokens."""
        others = self.filtered(lambda provider: provider.code != 'nttf')
        return super(PaymentProvider, others)._deactivate_unsupported_payment_methods()

    def _get_compatible_providers(self, *args, **kwargs):
        """Direct debit is no way to pay at once: it is not offered in any checkout."""
        providers = super()._get_compatible_providers(*args, **kwargs)
        return providers.filtered(lambda provider: provider.code != 'nttf')

    @api.model
    def _setup_payment_method(self, code):
        """No payment method line on a bank journal: receipts post on the clearing journal."""
        return super()._setup_payment_method(code) if code != 'nttf' else None

    def _get_reset_values(self):
        values = super()._get_reset_values()
        if self.code == 'nttf':
            values.update({
                'nttf_host': False, 'nttf_user': False, 'nttf_host_key': False,
                'nttf_password_sealed': False, 'nttf_private_key_sealed': False,
            })
        return values

    # === ACTION METHODS === #

    def action_nttf_read_host_key(self):
        """Show the server's host key for comparison, and enter it where none is pinned yet."""
        self.ensure_one()
        if not self.nttf_host:
            raise UserError(self.env._("Enter the SFTP host first."))
        try:
            key, shown = sftp.read_host_key(self.nttf_host, self.nttf_port)
        except DomainError as error:
            raise UserError(self._sb_explain(error)) from error
        if not self.nttf_host_key:
            self.nttf_host_key = key
            message = self.env._(
                "The server shows %(fingerprint)s. Compare it with what the service has told you "
                "before you switch the service on.", fingerprint=shown)
        else:
            message = self.env._(
                "The server shows %(fingerprint)s. The pinned key was left as it is.",
                fingerprint=shown)
        return {
            'type': 'ir.actions.client',
            'tag': 'display_notification',
            'params': {'title': self.env._("Host key"), 'message': message, 'sticky': True,
                       'next': {'type': 'ir.actions.client', 'tag': 'soft_reload'}},
        }

    # === HELPERS === #

    def _nttf_profile(self):
        """The provider's profile; the shipped one as long as none was chosen."""
        return self.nttf_profile_id or self.env.ref(
            'smart_billing_payment_nttf.profile_default')

    def _nttf_wire_profile(self):
        return self._nttf_profile().sudo()._to_wire()

    def _nttf_consignor(self):
        """Return the header's facts (委託者)."""
        own = self.sudo()
        found = bank_master.find(own.nttf_bank_code, own.nttf_branch_code)
        return Consignor(
            code=own.nttf_consignor_code or '',
            name=own.nttf_consignor_name or '',
            bank_code=own.nttf_bank_code or '',
            bank_name=own.nttf_bank_name or found.bank_kana,
            branch_code=own.nttf_branch_code or '',
            branch_name=own.nttf_branch_name or found.branch_kana,
            account_type=own.nttf_account_type or '',
            account_number=own.nttf_account_number or '',
        )

    def _nttf_endpoint(self):
        """Return where and as whom to log in, secrets opened."""
        own = self.sudo()
        if not (own.nttf_host and own.nttf_user):
            raise UserError(self.env._(
                "%(provider)s has no SFTP host or user. Enter them on the service's form.",
                provider=self.name))
        return sftp.Endpoint(
            host=own.nttf_host, port=own.nttf_port, user=own.nttf_user,
            host_key=own.nttf_host_key or '',
            password=vault.unseal(self.env, own.nttf_password_sealed),
            private_key=vault.unseal(self.env, own.nttf_private_key_sealed),
            timeout=own.nttf_timeout or 30)

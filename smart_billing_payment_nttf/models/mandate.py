import re

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.smart_billing.core.errors import DomainError
from odoo.addons.smart_billing.core.zengin import yucho_account

from ..explain import explain
from ..wire.direct_debit import normalise_holder
from . import bank_master

ACCOUNT_FIELDS = ('bank_code', 'branch_code', 'account_type', 'account_number')
CODE_LENGTHS = {'bank_code': 4, 'branch_code': 3, 'account_number': 7}
_YUCHO = re.compile(r'\s*([0-9]{5})\s*[-ー－ ]\s*(?:[0-9]\s*[-ー－ ]\s*)?([0-9]{1,8})\s*')
MASK = '•'


class Mandate(models.Model):
    """The authority to debit a bank account (口座振替依頼書).

    applied: the form is out or being filled in; pending: filed with the service, the bank has not
    confirmed; active: debits go through it; suspended: stopped by a result or by hand; ended.
    """

    _name = 'smart.billing.mandate'
    _description = 'Direct-Debit Mandate'
    _inherit = ['mail.thread', 'mail.activity.mixin', 'smart.billing.state.mixin']
    _order = 'id desc'
    _check_company_auto = True
    _rec_names_search = ['name', 'account_id', 'holder_name', 'holder_kana']

    _transitions = {
        'applied': {'pending', 'active', 'ended'},
        'pending': {'active', 'applied', 'ended'},
        'active': {'suspended', 'ended'},
        'suspended': {'active', 'pending', 'ended'},
        'ended': set(),
    }

    name = fields.Char(string="Reference", required=True, readonly=True, copy=False, default='/')
    account_id = fields.Many2one(
        'smart.billing.account', string="Billing account", required=True, ondelete='restrict',
        index=True, check_company=True, tracking=True)
    partner_id = fields.Many2one(related='account_id.partner_id', store=True, index=True)
    company_id = fields.Many2one(related='account_id.company_id', store=True, index=True)
    provider_id = fields.Many2one(
        'payment.provider', string="Collection service", required=True, ondelete='restrict',
        index=True, check_company=True, domain="[('code', '=', 'nttf')]",
        default=lambda self: self._default_provider_id(), tracking=True)
    state = fields.Selection(
        selection=[
            ('applied', "Applied"),
            ('pending', "Pending"),
            ('active', "Active"),
            ('suspended', "Suspended"),
            ('ended', "Ended"),
        ],
        default='applied', required=True, readonly=True, copy=False, index=True, tracking=True)
    date_start = fields.Date(
        string="Valid from", tracking=True, copy=False,
        help="First day on which the account may be debited. Empty: from its activation.")
    date_end = fields.Date(
        string="Valid until", tracking=True, copy=False,
        help="Last day on which the account may be debited.")

    bank_code = fields.Char(
        size=4, tracking=True, help="Four digits (統一金融機関番号), 9900 for Japan Post Bank.")
    bank_name = fields.Char(compute='_compute_bank_names', store=True, string="Bank")
    bank_kana = fields.Char(compute='_compute_bank_names', store=True)
    branch_code = fields.Char(size=3, tracking=True, help="Three digits (支店番号).")
    branch_name = fields.Char(compute='_compute_bank_names', store=True, string="Branch")
    branch_kana = fields.Char(compute='_compute_bank_names', store=True)
    account_type = fields.Selection(
        selection=[('1', "Ordinary (普通)"), ('2', "Current (当座)"),
                   ('3', "Tax reserve (納税準備)"), ('9', "Other (その他)")],
        default='1', required=True, tracking=True)
    # The number itself is for managers; everybody else enters it and then sees its end.
    account_number = fields.Char(
        size=7, copy=False, groups='smart_billing.group_billing_manager',
        help="Seven digits; a shorter number is filled with zeros in front.")
    account_number_masked = fields.Char(
        string="Account number (masked)", compute='_compute_account_number_masked',
        inverse='_inverse_account_number_masked', compute_sudo=True, copy=False,
        help="Enter the whole number; once saved, only its last three digits are shown.")
    yucho_entry = fields.Char(
        string="Symbol and number", compute='_compute_yucho_entry', inverse='_inverse_yucho_entry',
        copy=False,
        help="Japan Post Bank (ゆうちょ): 記号-番号 of the passbook, such as 12340-12345671. "
             "Branch and account number are made from it by the service's rule.")
    holder_name = fields.Char(
        string="Account holder", tracking=True, help="As on the bank's books, in kanji.")
    holder_kana = fields.Char(
        string="Account holder in kana", tracking=True,
        help="As on the bank's books. Written in half-width kana as bank files take it; legal "
             "forms may be entered in kanji (株式会社ヤマダ → ｶ)ﾔﾏﾀﾞ).")
    new_code = fields.Selection(
        selection=[('1', "First debit"), ('2', "Account changed"), ('0', "Debited before")],
        string="New code", default='1', required=True, readonly=True, copy=False,
        help="What the next debit is marked as (新規コード).")
    account_changed_on = fields.Datetime(readonly=True, copy=False)
    suspension_reason = fields.Char(readonly=True, copy=False, tracking=True)
    token_id = fields.Many2one(
        'payment.token', string="Saved account", readonly=True, copy=False, ondelete='restrict',
        index='btree_not_null')
    request_ids = fields.One2many('smart.billing.collection.request', 'mandate_id')
    request_count = fields.Integer(compute='_compute_request_count')

    _one_active = models.UniqueIndex(
        "(account_id) WHERE state = 'active'",
        "This billing account has an active mandate already. End that one first.")
    _dates_valid = models.Constraint(
        'CHECK (date_end IS NULL OR date_start IS NULL OR date_end >= date_start)',
        "A mandate does not end before it starts.")

    # === COMPUTE METHODS === #

    def _default_provider_id(self):
        return self.env['payment.provider'].sudo().search([
            ('code', '=', 'nttf'), ('company_id', 'parent_of', self.env.company.id)], limit=1)

    @api.depends('name', 'account_id')
    def _compute_display_name(self):
        for mandate in self:
            mandate.display_name = f'{mandate.name} {mandate.account_id.display_name or ""}'.strip()

    @api.depends('bank_code', 'branch_code')
    def _compute_bank_names(self):
        for mandate in self:
            found = bank_master.find(mandate.bank_code, mandate.branch_code)
            mandate.bank_name, mandate.bank_kana = found.bank_name, found.bank_kana
            mandate.branch_name, mandate.branch_kana = found.branch_name, found.branch_kana

    @api.depends('account_number')
    def _compute_account_number_masked(self):
        for mandate in self:
            mandate.account_number_masked = masked(mandate.account_number)

    def _inverse_account_number_masked(self):
        for mandate in self:
            entered = mandate.account_number_masked or ''
            if MASK in entered and entered == masked(mandate.sudo().account_number):
                continue
            mandate.sudo().account_number = entered

    def _compute_yucho_entry(self):
        self.yucho_entry = False

    def _inverse_yucho_entry(self):
        for mandate in self.filtered('yucho_entry'):
            match = _YUCHO.fullmatch(mandate.yucho_entry)
            if match is None:
                raise ValidationError(self.env._(
                    "'%(entry)s': enter 記号-番号 as in the passbook, five digits, a hyphen, and "
                    "up to eight digits.", entry=mandate.yucho_entry))
            rule = mandate.provider_id.sudo().nttf_profile_id.yucho_rule or 'debit'
            try:
                account = yucho_account(match[1], match[2], rule)
            except DomainError as error:
                raise ValidationError(explain(self.env, error)) from error
            mandate.sudo().write(account._asdict())

    def _compute_request_count(self):
        counts = dict(self.env['smart.billing.collection.request']._read_group(
            [('mandate_id', 'in', self.ids)], ['mandate_id'], ['__count']))
        for mandate in self:
            mandate.request_count = counts.get(mandate, 0)

    # === CONSTRAINT METHODS === #

    @api.constrains('bank_code', 'branch_code', 'account_number')
    def _check_codes(self):
        for mandate in self.sudo():
            for name, length in CODE_LENGTHS.items():
                value = mandate[name]
                if value and not re.fullmatch(f'[0-9]{{{length}}}', value):
                    raise ValidationError(self.env._(
                        "%(mandate)s: the %(field)s has %(length)s digits and nothing else.",
                        mandate=mandate.display_name, length=length,
                        field=self._fields[name]._description_string(self.env).lower()))
            if mandate.bank_code and not mandate.bank_name:
                raise ValidationError(self.env._(
                    "%(mandate)s: there is no bank %(code)s in the bank master. Check the code.",
                    mandate=mandate.display_name, code=mandate.bank_code))

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get('name', '/') == '/':
                vals['name'] = self.env['ir.sequence'].next_by_code(
                    'smart.billing.mandate') or '/'
            self._normalise(vals, self.env['payment.provider'].browse(
                vals.get('provider_id') or self._default_provider_id().id))
        mandates = super().create(vals_list)
        mandates._carry_new_code_over()
        mandates._follow_state()
        return mandates

    def write(self, vals):
        if 'holder_kana' in vals or 'account_number' in vals:
            vals = dict(vals)
            for provider in self.provider_id[:1]:
                self._normalise(vals, provider)
        changed = self.filtered(lambda mandate: any(
            name in vals and vals[name] != mandate.sudo()[name] for name in ACCOUNT_FIELDS))
        changed._check_account_may_change()
        result = super().write(vals)
        changed._note_account_change()
        if 'state' in vals:
            self._follow_state()
        return result

    def _follow_state(self):
        """Whatever door a state came through, a form, a call or an import: what must follow."""
        active = self.filtered(lambda mandate: mandate.state == 'active')
        active._check_complete()
        for mandate in active.filtered(lambda mandate: not mandate.date_start):
            mandate.date_start = mandate.company_id._sb_today()
        active._mirror()
        (self - active)._unmirror()

    def _normalise(self, vals, provider):
        """Write the holder as bank files take it, and the number with all its zeros."""
        number = vals.get('account_number')
        if number and number.isascii() and number.isdigit():
            vals['account_number'] = number.zfill(CODE_LENGTHS['account_number'])
        if not vals.get('holder_kana'):
            return
        try:
            vals['holder_kana'] = normalise_holder(
                vals['holder_kana'], provider.sudo()._nttf_wire_profile())
        except DomainError as error:
            raise ValidationError(self.env._(
                "Account holder in kana, '%(name)s': %(problem)s", name=vals['holder_kana'],
                problem=explain(self.env, error))) from error

    def _check_account_may_change(self):
        """An ended mandate is history: the file that was sent must stay explainable."""
        ended = self.filtered(lambda mandate: mandate.state == 'ended')
        if ended:
            raise UserError(self.env._(
                "%(mandate)s has ended; its bank account is not edited any more. Register a new "
                "mandate.", mandate=ended[0].display_name))

    def _note_account_change(self):
        """Zengin 91, data record, field 11: 2 after bank, branch or account changed."""
        if self:
            self.write({'account_changed_on': fields.Datetime.now()})
            self.filtered(lambda mandate: mandate.new_code == '0').write({'new_code': '2'})
            self.filtered('token_id')._mirror_details()

    def _carry_new_code_over(self):
        """A new mandate of an account that was debited before is a change, not a first debit."""
        groups = self._read_group([
            ('account_id', 'in', self.account_id.ids), ('id', 'not in', self.ids),
            ('new_code', 'in', ('0', '2'))], ['account_id', 'provider_id'])
        debited = set(groups)
        self.filtered(
            lambda mandate: (mandate.account_id, mandate.provider_id) in debited
        ).write({'new_code': '2'})

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        for mandate in self:
            if mandate.state != 'applied' or mandate.request_ids:
                raise UserError(self.env._(
                    "%(mandate)s cannot be deleted: it tells under which authority was debited. "
                    "End it instead.", mandate=mandate.display_name))

    # === ACTION METHODS === #

    def action_file(self):
        """The form went to the service (依頼書提出)."""
        self._check_complete()
        self._set_state('pending', suspension_reason=False)
        return True

    def action_return(self):
        """The form came back defective (不備返却)."""
        self._set_state('applied')
        return True

    def action_activate(self):
        """The bank has confirmed, or the cause of a suspension is gone."""
        self._set_state('active', suspension_reason=False)
        return True

    def action_suspend(self):
        for mandate in self:
            mandate._suspend(self.env._("Suspended by hand"))
        return True

    def action_end(self):
        """End the authority; nothing is debited any more."""
        moved = self._set_state('ended')
        for mandate in moved.filtered(lambda mandate: not mandate.date_end):
            today = mandate.company_id._sb_today()
            mandate.date_end = max(today, mandate.date_start or today)
        return True

    def action_view_requests(self):
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Requests of %(mandate)s", mandate=self.name),
            'res_model': 'smart.billing.collection.request',
            'view_mode': 'list,form',
            'domain': [('mandate_id', '=', self.id)],
        }

    # === BUSINESS METHODS === #

    def _check_complete(self):
        """All that a data record needs must be there before the form is filed."""
        for mandate in self.sudo():
            missing = [
                self._fields[name]._description_string(self.env)
                for name in (*ACCOUNT_FIELDS, 'holder_kana') if not mandate[name]]
            if missing:
                raise UserError(self.env._(
                    "%(mandate)s lacks: %(fields)s. Fill in what the form says.",
                    mandate=mandate.display_name, fields=', '.join(missing)))
            if not mandate.branch_name:
                raise UserError(self.env._(
                    "%(mandate)s: bank %(bank)s has no branch %(branch)s in the bank master. Check "
                    "the code on the form.", mandate=mandate.display_name,
                    bank=mandate.bank_name, branch=mandate.branch_code))

    def _suspend(self, reason):
        """Stop debits through these mandates; `reason` is shown wherever that matters."""
        self._set_state('suspended', suspension_reason=reason)

    def _confirm_debit(self, sealed_on):
        """A debit went through: the next one is neither the first nor after a change.

        :param datetime sealed_on: when the file was made; a later change stays to be told
        """
        self.filtered(
            lambda mandate: mandate.new_code != '0' and not (
                mandate.account_changed_on and sealed_on
                and mandate.account_changed_on > sealed_on)
        ).write({'new_code': '0'})

    # === MIRROR: an active mandate is a payment token === #

    def _mirror(self):
        """Give each active mandate its token. Tokens of earlier times stay archived."""
        method = self.env.ref('smart_billing_payment_nttf.payment_method_direct_debit')
        for mandate in self.filtered(lambda mandate: not mandate.token_id.active):
            mandate.token_id = self.env['payment.token'].sudo().create({
                'provider_id': mandate.provider_id.id,
                'payment_method_id': method.id,
                'partner_id': mandate.partner_id.id,
                'provider_ref': mandate.name,
                'payment_details': mandate._mirror_text(),
            })

    def _unmirror(self):
        self.token_id.sudo().filtered('active').active = False

    def _mirror_details(self):
        for mandate in self.filtered('token_id.active'):
            mandate.token_id.sudo().payment_details = mandate._mirror_text()

    def _mirror_text(self):
        return ' '.join(filter(None, (
            self.bank_name, self.branch_name, masked(self.sudo().account_number))))


def masked(number):
    """Return an account number with only its last three digits."""
    return MASK * (len(number) - 3) + number[-3:] if number else ''

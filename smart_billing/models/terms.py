from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..core.calendar import due_date

# Fields that terms and billing accounts have in common, under the same names.
TERM_FIELDS = (
    'billing_day', 'issue_month_offset', 'issue_day', 'issue_shift', 'due_month_offset', 'due_day',
    'due_shift',
)
SHIFTS = [
    ('next', "Next business day"), ('previous', "Previous business day"), ('none', "No shift")]


class Terms(models.Model):
    """Closing, issue and payment terms to choose from (締め日・支払条件), such as 月末締め翌月末払い."""

    _name = 'smart.billing.terms'
    _description = 'Closing and Payment Terms'
    _order = 'sequence, id'

    name = fields.Char(required=True, translate=True)
    code = fields.Char(help="Short name by which CSV files and the API refer to the terms.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        'res.company', index='btree_not_null', help="Empty: for all companies.")
    closing_day = fields.Integer(
        required=True, default=31,
        help="Last day of a period (締め日): 1 to 27, or 31 for the end of the month; 0: each "
             "contract's own day.")
    billing_day = fields.Integer(compute='_compute_billing_day', store=True)
    issue_month_offset = fields.Integer(string="Issue: months after closing")
    issue_day = fields.Integer(default=31, required=True)
    issue_shift = fields.Selection(
        SHIFTS, string="Invoice date on a bank holiday", required=True, default='none')
    due_month_offset = fields.Integer(string="Due: months after closing", default=1)
    due_day = fields.Integer(default=31, required=True)
    due_shift = fields.Selection(
        SHIFTS, string="If banks are closed", required=True, default='next')
    account_count = fields.Integer(compute='_compute_account_count')

    _code_once = models.UniqueIndex(
        '(COALESCE(company_id, 0), code) WHERE code IS NOT NULL',
        "There are already terms with this code.")
    _days_valid = models.Constraint(
        'CHECK ((closing_day BETWEEN 0 AND 27 OR closing_day = 31) '
        'AND issue_day BETWEEN 1 AND 31 AND due_day BETWEEN 1 AND 31)',
        "A closing day is 1 to 27, or 31 for the end of the month (the 28th to 30th do not exist "
        "in every month); 0 leaves it to each contract. Other days are 1 to 31.")
    _offsets_valid = models.Constraint(
        'CHECK (issue_month_offset BETWEEN 0 AND 12 AND due_month_offset BETWEEN 0 AND 12)',
        "Month offsets are 0 to 12.")

    @api.depends('closing_day')
    def _compute_billing_day(self):
        """The day on which a period starts: the one after the closing day."""
        for terms in self:
            day = terms.closing_day
            terms.billing_day = {0: 0, 31: 1}.get(day, day + 1)

    def _compute_account_count(self):
        counts = dict(self.env['smart.billing.account']._read_group(
            [('terms_id', 'in', self.ids)], ['terms_id'], ['__count']))
        for terms in self:
            terms.account_count = counts.get(terms, 0)

    def _account_values(self):
        """What a billing account takes over from these terms."""
        self.ensure_one()
        return {name: self[name] for name in TERM_FIELDS}


class BillingAccount(models.Model):
    """Accounts choose among terms; afterwards the terms are the account's own."""

    _inherit = 'smart.billing.account'

    terms_id = fields.Many2one(
        'smart.billing.terms', ondelete='restrict', index='btree_not_null',
        domain="[('company_id', 'in', (False, company_id))]", tracking=True,
        help="Fills the days below. Empty: they were agreed one by one.")
    issue_shift = fields.Selection(
        SHIFTS, string="Invoice date on a bank holiday", required=True, default='none')

    @api.onchange('terms_id')
    def _onchange_terms_id(self):
        """Show on the form what saving would do by any door."""
        if self.terms_id:
            self.update(self.terms_id._account_values())

    @api.model_create_multi
    def create(self, vals_list):
        accounts = super().create([self._with_terms(vals, new=True) for vals in vals_list])
        accounts._forget_other_terms()
        return accounts

    def write(self, vals):
        result = super().write(self._with_terms(vals))
        if vals.keys() & {'terms_id', 'closing_day', *TERM_FIELDS}:
            self._forget_other_terms()
        return result

    @api.model
    def _with_terms(self, vals, new=False):
        """The values with what the chosen terms say; values given beside them go before."""
        if new and 'terms_id' not in vals and not (
                vals.keys() & {'closing_day', *TERM_FIELDS}):
            company = self.env['res.company'].browse(
                vals.get('company_id') or self.env.company.id)
            vals = {**vals, 'terms_id': company.sb_terms_id.id}
        if not vals.get('terms_id'):
            return vals
        taken_over = self.env['smart.billing.terms'].browse(vals['terms_id'])._account_values()
        if 'closing_day' in vals:
            del taken_over['billing_day']
        return {**taken_over, **vals}

    def _forget_other_terms(self):
        """An account whose days were changed by hand does not name terms it does not have."""
        other = self.filtered(lambda account: account.terms_id and any(
            account[name] != account.terms_id[name] for name in TERM_FIELDS))
        if other:
            other.terms_id = False

    @api.constrains('terms_id', 'company_id')
    def _check_terms_company(self):
        for account in self:
            company = account.terms_id.company_id
            if company and company != account.company_id:
                raise ValidationError(self.env._(
                    "The terms %(terms)s belong to %(company)s, not to the company of account "
                    "%(account)s.", terms=account.terms_id.name, company=company.name,
                    account=account.display_name))

    def _invoice_dates(self, closing, invoice_date=None):
        """Issue day and due day for a closing day (発行日, 支払期限).

        Each is shifted to a day on which banks work by the account's rule; nothing is due before
        it is issued.

        :param invoice_date: in place of the account's own issue day
        """
        self.ensure_one()
        issue = invoice_date or due_date(
            closing, self.issue_month_offset, self.issue_day, self.issue_shift)
        due = due_date(closing, self.due_month_offset, self.due_day, self.due_shift)
        return issue, max(due, issue)


class ResCompany(models.Model):
    _inherit = 'res.company'

    sb_terms_id = fields.Many2one(
        'smart.billing.terms', string="Usual terms",
        domain="[('company_id', 'in', (False, id))]",
        help="Closing and payment terms of new billing accounts.")


class ResConfigSettings(models.TransientModel):
    _inherit = 'res.config.settings'

    sb_terms_id = fields.Many2one(related='company_id.sb_terms_id', readonly=False)

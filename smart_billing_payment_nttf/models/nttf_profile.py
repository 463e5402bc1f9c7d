import re
from datetime import timedelta
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.base.models.res_partner import _tz_get
from odoo.addons.smart_billing.core.calendar import DebitRule, debit_days_from
from odoo.addons.smart_billing.core.errors import DomainError

from ..explain import explain
from ..wire import file_names
from ..wire.profile import Profile, parse_debit_days

RESULT_SEPARATORS = {
    'none': ('none',),
    'crlf': ('crlf',),
    'both': ('none', 'crlf'),
    'all': ('none', 'crlf', 'cr', 'lf'),
}
TEMPLATES = ('upload_template', 'result_template', 'report_template')
FOLDERS = ('upload_folder', 'archive_folder', 'result_folder', 'report_folder')
_FOLDER = re.compile(r'[A-Za-z0-9._/-]+')


class NttfProfile(models.Model):
    """What was agreed upon with the agency (委託先プロファイル): data, so that no code changes.

    Neither the layout nor the calendar of the agency is public. The shipped profile follows the
    public standards; a customer copies it and enters the agreed values.
    """

    _name = 'smart.billing.nttf.profile'
    _description = 'Direct-Debit Profile'
    _order = 'name'

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        'res.company', index=True, help="Empty: every company may use this profile.")
    note = fields.Text(help="Where these values come from: contract, manual, date.")

    # Calendar
    debit_days = fields.Char(
        required=True, default='27',
        help="Days of the month on which the service debits (振替日), EOM for the last: 5, 27, EOM")
    shift = fields.Selection(
        selection=[('next', "Next business day"), ('previous', "Previous business day"),
                   ('none', "No shift")],
        string="If banks are closed", required=True, default='next')
    cutoff_bd = fields.Integer(
        string="Cut-off (business days before)", default=7, required=True,
        help="Last day on which the service takes the file, counted back from the debit day "
             "(データ締切日).")
    cutoff_time = fields.Float(
        string="Cut-off time", default=16.0, required=True,
        help="Until when on that day, in the service's time zone.")
    tz = fields.Selection(_tz_get, string="Time zone", default='Asia/Tokyo', required=True)
    result_bd = fields.Integer(
        string="Result (business days after)", default=4, required=True)
    payout_bd = fields.Integer(
        string="Payout (business days after)", default=6, required=True)
    one_file_per_date = fields.Boolean(
        string="One file a debit day", default=True,
        help="The service takes one file for a debit day. What comes after it was sealed goes to "
             "the next debit day; otherwise it makes another part.")

    # Amounts
    min_amount = fields.Integer(string="Lowest amount", default=1, required=True)
    max_amount = fields.Integer(
        string="Highest amount", default=0, required=True,
        help="Per debit, in yen. 0: as far as the format goes.")

    # Characters and records
    separator = fields.Selection(
        selection=[('none', "None"), ('crlf', "CR LF")], string="Record ends in requests",
        required=True, default='crlf')
    result_separator = fields.Selection(
        selection=[('none', "None"), ('crlf', "CR LF"), ('both', "None or CR LF"),
                   ('all', "None, CR LF, CR or LF")],
        string="Record ends in results", required=True, default='both',
        help="Any other record end refuses the result file.")
    symbols = fields.Selection(
        selection=[('strict', "( ) - . (standard)"),
                   ('extended', "Eight symbols and ヲ (revised standard)"),
                   ('minimal', "( ) - only")],
        string="Symbols in names", required=True, default='strict')
    middle_dot = fields.Selection(
        selection=[('space', "Space"), ('dot', "Full stop")], string="Middle dot 「・」 becomes",
        required=True, default='space')
    wo = fields.Selection(
        selection=[('refuse', "Refused"), ('o', "オ")], string="ヲ becomes", required=True,
        default='refuse')
    truncate_names = fields.Boolean(
        string="Cut names that are too long",
        help="Without it a name that does not fit is refused, and the operator shortens it.")
    bank_names = fields.Boolean(
        string="Names of bank and branch", default=True,
        help="Fills the optional names of bank and branch in the records.")
    yucho_rule = fields.Selection(
        selection=[('debit', "Middle three digits of the symbol (12340 → 234)"),
                   ('transfer', "Branch of transfers (12340 → 238)")],
        string="Japan Post Bank branch", required=True, default='debit',
        help="How 記号 and 番号 of a passbook become branch and account number.")

    # Files
    upload_template = fields.Char(
        string="Request file", required=True, default='{consignor}_{date}_{part}.dat',
        help="{consignor}: ten digits; {date}: YYYYMMDD; {mmdd}; {part}: two digits.")
    temporary_suffix = fields.Char(
        string="While it is written", required=True, default='.tmp',
        help="Ending of the temporary name; the file is handed over by renaming it.")
    result_template = fields.Char(
        string="Result file", required=True, default='{consignor}_{date}_{part}.res')
    report_template = fields.Char(
        string="Report on a refused request", required=True,
        default='{consignor}_{date}_{part}.err')
    upload_folder = fields.Char(string="Folder of requests", required=True, default='/upload')
    archive_folder = fields.Char(
        string="Folder of accepted requests", default='/archive',
        help="Where an accepted request can be seen. Without such a folder a broken transfer may "
             "stay unknown until the service is asked.")
    result_folder = fields.Char(string="Folder of results", required=True, default='/result')
    report_folder = fields.Char(string="Folder of reports", default='/reject')

    _offsets_valid = models.Constraint(
        'CHECK (cutoff_bd BETWEEN 0 AND 60 AND result_bd BETWEEN 0 AND 60 '
        'AND payout_bd BETWEEN 0 AND 60)',
        "Cut-off, result and payout are 0 to 60 business days.")
    _time_valid = models.Constraint(
        'CHECK (cutoff_time >= 0 AND cutoff_time < 24)', "The cut-off time is a time of the day.")
    _amounts_valid = models.Constraint(
        'CHECK (min_amount >= 1 AND (max_amount = 0 OR max_amount >= min_amount))',
        "The lowest amount is 1 yen or more, and the highest is not below it.")

    # === CONSTRAINT METHODS === #

    @api.constrains('debit_days')
    def _check_debit_days(self):
        for profile in self:
            try:
                parse_debit_days(profile.debit_days)
            except DomainError as error:
                profile._refuse('debit_days', error)

    @api.constrains(*TEMPLATES)
    def _check_templates(self):
        for profile in self:
            for name in TEMPLATES:
                try:
                    file_names.check_template(profile[name])
                except DomainError as error:
                    profile._refuse(name, error)

    @api.constrains('temporary_suffix', *FOLDERS)
    def _check_paths(self):
        for profile in self:
            for name in ('temporary_suffix', *FOLDERS):
                value = profile[name]
                if value and (not _FOLDER.fullmatch(value) or '..' in value):
                    raise ValidationError(self.env._(
                        "Profile %(profile)s, %(field)s: '%(value)s' may hold letters, digits, "
                        "dot, hyphen, underscore and slash only.", profile=profile.name,
                        field=self._fields[name]._description_string(self.env), value=value))

    def _refuse(self, field_name, error):
        raise ValidationError(self.env._(
            "Profile %(profile)s, %(field)s: %(problem)s", profile=self.name,
            field=self._fields[field_name]._description_string(self.env),
            problem=explain(self.env, error)))

    # === BUSINESS METHODS === #

    def _to_wire(self):
        """Return the profile as the pure code takes it."""
        self.ensure_one()
        return Profile(
            rule=DebitRule(parse_debit_days(self.debit_days), self.cutoff_bd, self.result_bd,
                           self.payout_bd, self.shift),
            separator=self.separator,
            result_separators=RESULT_SEPARATORS[self.result_separator],
            symbols=self.symbols,
            middle_dot={'space': ' ', 'dot': '.'}[self.middle_dot],
            wo=self.wo,
            min_amount=self.min_amount,
            max_amount=self.max_amount,
            bank_names=self.bank_names,
            truncate=self.truncate_names,
        )

    def _sending_day(self, now):
        """The day on which a file sent now counts: after the cut-off time, the next day.

        :param datetime now: an aware moment
        """
        self.ensure_one()
        local = now.astimezone(ZoneInfo(self.tz))
        late = local.hour + local.minute / 60 >= self.cutoff_time
        return local.date() + timedelta(days=1 if late else 0)

    def _debit_days_from(self, earliest, sent_on):
        """Debit days on or after `earliest` that a file sent on that day reaches, without end."""
        return debit_days_from(self._to_wire().rule, earliest, sent_on, self._agency_days())

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..core.usage_file import CP932, UTF8, layout_of

# field of a row -> field of the mapping that names its column
COLUMNS = {
    'contract': 'contract_column', 'metric': 'metric_column', 'quantity': 'quantity_column',
    'day': 'date_column', 'external_id': 'external_id_column', 'subject': 'subject_column',
    'action': 'action_column', 'reason': 'reason_column',
}
DELIMITERS = {'comma': ',', 'semicolon': ';', 'tab': '\t', 'pipe': '|'}


class UsageMapping(models.Model):
    """How a usage file is read (取込設定): which column says what, in which format."""

    _name = 'smart.billing.usage.mapping'
    _description = 'Usage File Format'
    _order = 'name, id'

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        'res.company', required=True, index=True, default=lambda self: self.env.company)
    encoding = fields.Selection(
        [(UTF8, "UTF-8"), (CP932, "Shift_JIS (CP932)")], required=True, default=UTF8,
        help="A file with a byte that is no text in this encoding is refused as a whole.")
    delimiter = fields.Selection(
        [('comma', "Comma"), ('semicolon', "Semicolon"), ('tab', "Tab"), ('pipe', "Vertical bar")],
        required=True, default='comma')
    has_header = fields.Boolean(
        string="First line names the columns", default=True,
        help="Columns are then known by these names; otherwise by their position: #1, #2, …")
    contract_column = fields.Char(
        string="Contract", required=True, default='contract',
        help="Column with the external reference or the number of the contract.")
    metric_id = fields.Many2one(
        'smart.billing.metric', string="Fixed metric", ondelete='restrict', check_company=True,
        help="What all rows measure, where no column says it.")
    metric_column = fields.Char(
        string="Metric", default='metric', help="Column with the code of the metric.")
    quantity_column = fields.Char(string="Quantity", required=True, default='quantity')
    thousands = fields.Boolean(
        string="Commas between thousands",
        help="Quantities are written as 1,234.5.")
    date_column = fields.Char(string="Measured on", required=True, default='date')
    date_format = fields.Selection(
        [('iso', "2026-10-31"), ('slash', "2026/10/31"), ('compact', "20261031"),
         ('japanese', "2026年10月31日"), ('dmy', "31.10.2026"), ('mdy', "10/31/2026"),
         ('timestamp', "2026-10-31T23:30:00+09:00")],
        required=True, default='iso',
        help="A moment with an offset counts on its day in the company's time zone.")
    external_id_column = fields.Char(
        string="External ID", default='external_id',
        help="Column with the identity of the measurement. Empty: a contract has one measurement "
             "for each metric, day and subject.")
    subject_column = fields.Char(
        string="Subject", help="Column with the user, device or site that was measured.")
    action_column = fields.Char(
        string="Action",
        help="Column that says 'correct' (訂正) or 'withdraw' (取消) where a row corrects what is "
             "known; empty for a measurement.")
    reason_column = fields.Char(string="Reason", help="Column with the reason of a correction.")
    import_ids = fields.One2many('smart.billing.usage.import', 'mapping_id')

    _check_company_auto = True
    _name_once = models.UniqueIndex(
        '(company_id, name)', "There is already a usage file format with this name.")

    @api.constrains('metric_id', 'metric_column')
    def _check_metric(self):
        for mapping in self:
            if bool(mapping.metric_id) == bool((mapping.metric_column or '').strip()):
                raise ValidationError(self.env._(
                    "Usage file format %(format)s: either a column says the metric or all rows "
                    "measure the same one. Fill in one of the two.", format=mapping.name))

    def write(self, vals):
        if vals.keys() - {'name', 'active'}:
            busy = self.import_ids.filtered(lambda file: file.state in ('waiting', 'loading'))
            if busy:
                raise UserError(self.env._(
                    "File %(file)s is being loaded with this format. Wait for its end, or stop it "
                    "first.", file=busy[0].name))
        return super().write(vals)

    def _layout(self, first, action):
        """Where the fields of a row stand in this file.

        :param first: cells of the file's first row
        :param str action: what rows are that say nothing else
        :return: core.usage_file.Layout
        :raise UsageError: a column that is named is not there
        """
        names = {field: self[name] for field, name in COLUMNS.items()}
        if self.metric_id:
            del names['metric']
        return layout_of(
            names, first, self.has_header, action=action, thousands=self.thousands,
            metric=self.metric_id.code if self.metric_id else None)

    def _delimiter(self):
        return DELIMITERS[self.delimiter]

import base64
import csv
import io

from odoo import fields, models
from odoo.exceptions import UserError


class CsvImport(models.AbstractModel):
    """Records from a CSV file: good rows load, bad ones are listed with the reason.

    A wizard inherits it, says how its rows are loaded (`_load`) and what the columns are
    (`_example`).
    """

    _name = 'smart.billing.csv.import'
    _description = 'Import of a CSV File'

    file_content = fields.Binary(string="CSV file", required=True, attachment=False)
    file_name = fields.Char()
    encoding = fields.Selection(
        [('utf-8-sig', "UTF-8"), ('cp932', "Shift_JIS (CP932)")],
        required=True, default='utf-8-sig')
    state = fields.Selection([('upload', "Upload"), ('done', "Done")], default='upload')
    created_count = fields.Integer(readonly=True)
    problem_text = fields.Text(readonly=True, string="Rows that were not loaded")

    def action_import(self):
        self.ensure_one()
        result = self._load(self._rows())
        loaded = [record_id for record_id in result['ids'] if record_id]
        self.write({
            'state': 'done',
            'created_count': len(loaded),
            # The header is line 1, so the first row is line 2.
            'problem_text': '\n'.join(
                self.env._("Line %(line)s: %(reason)s",
                           line=problem['row'] + 2, reason=problem['reason'])
                for problem in result['problems']),
            **self._loaded_values(loaded),
        })
        return {
            'type': 'ir.actions.act_window', 'res_model': self._name, 'res_id': self.id,
            'view_mode': 'form', 'target': 'new', 'name': self.env._("Import"),
        }

    def _load(self, rows):
        """:return: {'ids': [id or False for each row], 'problems': [{'row', 'reason'}]}"""
        raise NotImplementedError

    def _loaded_values(self, ids):
        """:return: values of the wizard that remember what was loaded"""
        raise NotImplementedError

    def _example(self):
        """:return: a first line with the names of the usual columns"""
        raise NotImplementedError

    def _rows(self):
        try:
            text = base64.b64decode(self.file_content).decode(self.encoding)
        except UnicodeDecodeError as error:
            raise UserError(self.env._(
                "File %(file)s is not %(encoding)s text (byte %(position)s). Choose the other "
                "encoding or save the file again.", file=self.file_name or '',
                encoding=self.encoding, position=error.start)) from error
        rows = list(csv.DictReader(io.StringIO(text)))
        if not rows:
            raise UserError(self.env._(
                "The file has no rows. The first line names the columns, for example: "
                "%(columns)s", columns=self._example()))
        if None in rows[0]:
            raise UserError(self.env._(
                "The rows have more columns than the first line has names."))
        return rows

import base64
import csv
import io

from odoo import fields, models
from odoo.exceptions import UserError

from ..models.window import window


class ContractImport(models.TransientModel):
    """Contracts from a CSV file (契約取込): good rows load, bad ones are listed with the reason."""

    _name = 'smart.billing.contract.import'
    _description = 'Import Contracts'

    file_content = fields.Binary(string="CSV file", required=True, attachment=False)
    file_name = fields.Char()
    encoding = fields.Selection(
        [('utf-8-sig', "UTF-8"), ('cp932', "Shift_JIS (CP932)")],
        required=True, default='utf-8-sig')
    state = fields.Selection([('upload', "Upload"), ('done', "Done")], default='upload')
    created_count = fields.Integer(readonly=True)
    problem_text = fields.Text(readonly=True, string="Rows that were not loaded")
    contract_ids = fields.Many2many('smart.billing.contract', readonly=True)

    def action_import(self):
        self.ensure_one()
        rows = self._rows()
        result = self.env['smart.billing.contract'].create_contracts(rows)
        created = [contract_id for contract_id in result['ids'] if contract_id]
        self.write({
            'state': 'done',
            'created_count': len(created),
            'contract_ids': created,
            # The header is line 1, so the first row is line 2.
            'problem_text': '\n'.join(
                self.env._("Line %(line)s: %(reason)s",
                           line=problem['row'] + 2, reason=problem['reason'])
                for problem in result['problems']),
        })
        return {
            'type': 'ir.actions.act_window', 'res_model': self._name, 'res_id': self.id,
            'view_mode': 'form', 'target': 'new', 'name': self.env._("Import contracts"),
        }

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
                "ref,account_ref,partner_name,plan,quantity,date_start"))
        if None in rows[0]:
            raise UserError(self.env._(
                "The rows have more columns than the first line has names."))
        return rows

    def action_view_contracts(self):
        name = self.env._("Imported contracts")
        return window(name, 'smart.billing.contract', [('id', 'in', self.contract_ids.ids)])

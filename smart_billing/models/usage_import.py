import base64
import csv
import hashlib
import io
import logging

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date, split_every

from ..core.usage_rows import UsageError
from ..engine import usage_files
from ..engine.conflicts import CONFLICTS, giving_way
from ..engine.usage_words import explain, field_names
from .usage_api import SET
from .window import window

_logger = logging.getLogger(__name__)

PREVIEW_ROWS = 10


class UsageImport(models.Model):
    """A usage file and what became of its rows (利用量取込).

    draft: uploaded, can be looked at; waiting and loading: a scheduled job loads it set by set;
    done: every row is loaded, known or listed with its reason; refused: nothing more of it is
    read, the reason is said; stopped: by a person, and can go on.
    """

    _name = 'smart.billing.usage.import'
    _description = 'Usage File'
    _inherit = ['mail.thread', 'smart.billing.state.mixin']
    _order = 'id desc'

    _transitions = {
        'draft': {'waiting'},
        'waiting': {'loading', 'stopped', 'refused'},
        'loading': {'done', 'stopped', 'refused'},
        'done': {'waiting'},
        'stopped': {'waiting'},
        'refused': {'waiting'},
    }

    name = fields.Char(string="File name", required=True, default='usage.csv')
    company_id = fields.Many2one(
        'res.company', required=True, readonly=True, index=True,
        default=lambda self: self.env.company)
    mapping_id = fields.Many2one(
        'smart.billing.usage.mapping', string="Format", required=True, ondelete='restrict',
        check_company=True, index=True, default=lambda self: self._default_mapping())
    content = fields.Binary(string="File", attachment=True, required=True)
    size = fields.Integer(string="Bytes", readonly=True, copy=False)
    sha256 = fields.Char(string="SHA-256", readonly=True, copy=False)
    action = fields.Selection(
        [('measure', "Measurements"), ('correct', "Corrections"), ('withdraw', "Withdrawals")],
        string="Rows are", required=True, default='measure',
        help="Corrections (訂正): each row replaces the measurement that has its external ID "
             "already. Withdrawals (取消): each row takes it back; so a file that should not have "
             "been loaded is undone by loading it again this way.")
    state = fields.Selection(
        selection=[
            ('draft', "Draft"),
            ('waiting', "Waiting"),
            ('loading', "Loading"),
            ('done', "Loaded"),
            ('stopped', "Stopped"),
            ('refused', "Refused"),
        ],
        default='draft', required=True, readonly=True, copy=False, index=True, tracking=True,
    )
    problem = fields.Text(readonly=True, copy=False)
    note = fields.Char(readonly=True, copy=False)
    line_done = fields.Integer(string="Lines read", readonly=True, copy=False)
    offset_done = fields.Integer(string="Bytes read", readonly=True, copy=False)
    progress = fields.Float(compute='_compute_progress')
    loaded_count = fields.Integer(string="Rows loaded", readonly=True, copy=False)
    corrected_count = fields.Integer(string="Corrections", readonly=True, copy=False)
    known_count = fields.Integer(
        string="Rows known already", readonly=True, copy=False,
        help="They were loaded before with the same values and changed nothing.")
    unbilled_count = fields.Integer(
        string="Rows that no plan bills", readonly=True, copy=False,
        help="Loaded rows whose metric no charge of their contract's plans bills. They stay, and "
             "are billed if the contract changes to a plan that does.")
    problem_count = fields.Integer(string="Rows not loaded", readonly=True, copy=False)
    problem_ids = fields.One2many(
        'smart.billing.usage.problem', 'import_id', string="Problems", readonly=True)
    usage_ids = fields.One2many('smart.billing.usage', 'import_id', readonly=True)
    preview_html = fields.Html(readonly=True, copy=False, sanitize=False)

    _check_company_auto = True
    _bytes_once = models.UniqueIndex(
        "(company_id, mapping_id, action, sha256) WHERE state IN ('waiting', 'loading', 'done')",
        "This file was loaded before with this format; it is not loaded a second time.")

    # === COMPUTE METHODS === #

    def _default_mapping(self):
        """The format that was used last."""
        last = self.search([('company_id', '=', self.env.company.id)], limit=1).mapping_id
        return last or self.env['smart.billing.usage.mapping'].search(
            [('company_id', '=', self.env.company.id)], limit=1)

    @api.depends('offset_done', 'size', 'state')
    def _compute_progress(self):
        for record in self:
            done = record.state == 'done' or not record.size
            record.progress = 100 if done else 100 * record.offset_done / record.size

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([{**vals, **self._facts_of(vals)} for vals in vals_list])

    def write(self, vals):
        if vals.keys() & {'content', 'mapping_id', 'action'}:
            begun = self.filtered(lambda record: record.state not in ('draft', 'refused'))
            if begun:
                raise UserError(self.env._(
                    "File %(file)s is loaded as it was uploaded. Upload another file instead.",
                    file=begun[0].name))
        return super().write({**vals, **self._facts_of(vals)})

    @api.ondelete(at_uninstall=False)
    def _unlink_except_begun(self):
        begun = self.filtered(lambda record: record.state != 'draft')
        if begun:
            raise UserError(self.env._(
                "File %(file)s is kept: it proves what was loaded.", file=begun[0].name))

    def _facts_of(self, vals):
        """Size, hash and a warning, where values bring a file."""
        if not vals.get('content'):
            return {}
        content = base64.b64decode(vals['content'])
        cut = bool(content) and not content.endswith(b'\n')
        return {
            'size': len(content),
            'sha256': hashlib.sha256(content).hexdigest(),
            'preview_html': False,
            'note': cut and self.env._(
                "The last line has no line end. Check that the file was not cut off."),
        }

    # === ACTION METHODS === #

    def action_preview(self):
        """Show the first rows as they would be loaded; nothing is written."""
        self.ensure_one()
        try:
            self._refuse_undecodable()
            rows = usage_files.preview(self, PREVIEW_ROWS)
        except UsageError as error:
            raise UserError(explain(self.env, error.code, error.context)) from error
        if not rows:
            raise UserError(self.env._("File %(file)s has no rows.", file=self.name))
        self.preview_html = self._preview_table(rows)
        return True

    def action_start(self):
        """Hand the file to the scheduled job, which loads it in the background."""
        for record in self:
            twin = self.search([
                ('company_id', '=', record.company_id.id), ('sha256', '=', record.sha256),
                ('mapping_id', '=', record.mapping_id.id), ('action', '=', record.action),
                ('id', '!=', record.id),
                ('state', 'in', ('waiting', 'loading', 'done'))], limit=1)
            if twin:
                raise UserError(self.env._(
                    "File %(file)s was loaded before as %(twin)s on %(day)s. Open that one to "
                    "see its rows, or to load the rest of it.", file=record.name, twin=twin.name,
                    day=format_date(self.env, twin.create_date)))
        self._set_state('waiting', preview_html=False, problem=False)
        self.env.ref('smart_billing.cron_load_usage')._trigger()
        return True

    def action_stop(self):
        self._set_state('stopped')
        return True

    def action_retry(self):
        """Read the file once more from its start; rows that are loaded are known and stay."""
        self.env['smart.billing.usage.problem']._clear(self)
        self.write({'line_done': 0, 'offset_done': 0, 'problem_count': 0, 'known_count': 0})
        return self.action_start()

    def action_resume(self):
        """Go on where the file was stopped."""
        return self.action_start()

    def action_view_usage(self):
        self.ensure_one()
        return window(
            self.env._("Usage of %(file)s", file=self.name), 'smart.billing.usage',
            [('import_id', '=', self.id)])

    def action_download_problems(self):
        """The rows that were not loaded, as a file with line and reason.

        Its first columns are those of the original: put right, it can be uploaded as it is.
        """
        self.ensure_one()
        values = {
            'name': self.env._("%(file)s problems.csv", file=self.name.removesuffix('.csv')),
            'res_model': self._name, 'res_id': self.id,
        }
        Attachment = self.env['ir.attachment'].sudo()
        attachment = Attachment.search(
            [(name, '=', value) for name, value in values.items()], limit=1)
        attachment = attachment or Attachment.create(values)
        attachment.raw = self._problem_file()
        return {'type': 'ir.actions.act_url', 'target': 'download',
                'url': f'/web/content/{attachment.id}?download=true'}

    # === LOADING === #

    @api.model
    def _cron_load(self):
        """Load waiting files, one committed set of rows after the other."""
        progress = self.env['ir.cron']._commit_progress
        files = self.search([('state', 'in', ('waiting', 'loading'))], order='id')
        left = progress(remaining=sum(file.size - file.offset_done for file in files))
        for file in files:
            if not left:
                break
            left = file.with_context(lang=file.company_id._sb_lang())._load(progress)

    def _load(self, progress):
        """Load as much of one file as there is time for.

        :param progress: commits; called with the bytes that were read, returns the time left
        """
        left = True
        with giving_way(self.env):
            if self._begin():
                with usage_files.open_content(self) as stream:
                    rows = usage_files.read_rows(self, stream)
                    reached = self.offset_done
                    while left and self._load_set(rows, reached):
                        left = progress(self.offset_done - reached)
                        reached = self.offset_done
            left = left and progress()
        return left

    def _begin(self):
        """Check the file as a whole before its first row is read.

        :return: whether it can be loaded by this process now
        """
        if not self._take():
            return False
        try:
            if self.state == 'waiting':
                if not self.offset_done:
                    self._refuse_undecodable()
                self._set_state('loading')
            with usage_files.open_content(self) as stream:
                next(usage_files.read_rows(self, stream), None)
        except (UserError, UsageError) as error:
            self._refuse(error)
            return False
        return True

    def _load_set(self, rows, reached):
        """Write one set of rows under the file's lock.

        :param reached: where the rows begin; another process may have gone further meanwhile
        :return: whether more may follow
        """
        if not self._take() or self.offset_done != reached:
            return False
        try:
            with self.env.cr.savepoint():
                count = usage_files.load_set(self, rows, SET)
        except CONFLICTS:
            raise
        except Exception as error:
            # Whatever it is, it would come back each time: the file waits for a person.
            _logger.exception("usage file %s: lines after %s", self.id, self.line_done)
            self.env.invalidate_all(flush=False)
            self._refuse(UserError(self.env._(
                "Loading failed after line %(line)s: %(error)s", line=self.line_done,
                error=str(error) or type(error).__name__)))
            return False
        if not count:
            self._set_state('done', offset_done=self.size)
        elif usage_files.is_hopeless(self):
            self._refuse(UserError(self.env._(
                "None of the first %(count)s rows could be loaded. Look at the reasons; probably "
                "another format fits this file.", count=self.problem_count)))
        return self.state == 'loading'

    def _take(self):
        """Lock the file, and see what others did with it since the last commit."""
        self.invalidate_recordset()
        return self.try_lock_for_update().filtered_domain(
            [('state', 'in', ('waiting', 'loading'))])

    def _refuse(self, error):
        reason = (explain(self.env, error.code, error.context)
                  if isinstance(error, UsageError) else str(error))
        self._set_state('refused', problem=reason)

    def _refuse_undecodable(self):
        """:raise UserError: the file is empty, or no text in the encoding of its format"""
        if not self.size:
            raise UserError(self.env._("File %(file)s is empty.", file=self.name))
        position = usage_files.first_undecodable(self)
        if position is not None:
            labels = dict(self.mapping_id._fields['encoding']._description_selection(self.env))
            raise UserError(self.env._(
                "File %(file)s is not %(encoding)s text (byte %(position)s). Choose a format with "
                "the other encoding, or save the file again; nothing of it was loaded.",
                file=self.name, encoding=labels[self.mapping_id.encoding],
                position=position + 1))

    # === WRITING === #

    def _preview_table(self, rows):
        names = field_names(self.env)
        columns = ('contract', 'metric', 'quantity', 'day', 'external_id', 'subject')
        head = Markup('').join(Markup('<th>%s</th>') % names[column] for column in columns)
        html = Markup('<table class="table table-sm"><thead><tr><th>%s</th>%s<th></th></tr></thead>'
                      '<tbody>') % (self.env._("Line"), head)
        for row, reason in rows:
            values = [getattr(row.measurement, column) if row.measurement else ''
                      for column in columns]
            if not row.measurement:
                values[0] = ' | '.join(row.cells.cells)
            html += Markup('<tr class="%s"><td>%s</td>%s<td>%s</td></tr>') % (
                'table-danger' if reason else '', row.cells.line,
                Markup('').join(Markup('<td>%s</td>') % self._shown(value) for value in values),
                reason or '')
        return html + Markup('</tbody></table>')

    def _shown(self, value):
        if hasattr(value, 'year'):
            return format_date(self.env, value)
        return '' if value is None else value

    def _problem_file(self):
        """:return: bytes in the encoding of the format"""
        mapping = self.mapping_id
        stream = io.StringIO()
        writer = csv.writer(stream, delimiter=mapping._delimiter(), lineterminator='\r\n')
        with usage_files.open_content(self) as content:
            first = usage_files.first_row(self, content).cells
        if mapping.has_header:
            writer.writerow([*first, self.env._("Line"), self.env._("Reason")])
        for some in split_every(1000, self.problem_ids.ids):
            for problem in self.problem_ids.browse(some):
                cells = next(
                    csv.reader([problem.content or ''], delimiter=mapping._delimiter()), [])
                cells += [''] * (len(first) - len(cells))
                writer.writerow([*cells, problem.line, problem.reason])
        bom = '\ufeff' if mapping.encoding == 'utf-8' else ''
        return (bom + stream.getvalue()).encode(mapping.encoding, errors='replace')

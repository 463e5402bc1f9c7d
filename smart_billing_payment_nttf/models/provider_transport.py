import base64
import hashlib
from datetime import datetime, timezone

from odoo import models
from odoo.exceptions import UserError

from odoo.addons.smart_billing.core.errors import DomainError

from ..transport import sftp
from ..wire import file_names

# A person must act before another try makes sense; a login tried every hour gets locked.
_NEEDS_OPERATOR = {
    'host_key_missing', 'host_key_changed', 'host_key_type', 'login_refused',
    'private_key_locked', 'private_key_unreadable', 'name_taken', 'rename_refused'}
_REPORT_LENGTH = 4000  # of a report on a refused file, as the batch shows it


class PaymentProvider(models.Model):
    """The way to the service and back (伝送): every outcome is accepted, refused or unknown."""

    _inherit = 'payment.provider'  # pylint: disable=consider-merging-classes-inherited

    # === SENDING === #

    def _sb_send_batch(self, batch):
        """Hand the sealed file over, once.

        The log row is committed as 'unknown' before the line is used. Whoever finds such a row
        later, after a crash or a broken line, looks into the service's folders first.
        """
        if self.code != 'nttf':
            return super()._sb_send_batch(batch)
        doubtful = bool(self._nttf_open_rows(batch))
        row = self._nttf_log(batch, batch.file_name, batch.sudo().file_content, 'unknown')
        self.env['ir.cron']._commit_progress()
        # The commit has released the engine's lock.
        batch = batch.try_lock_for_update()
        if not batch or batch.state != 'sending':
            return None
        try:
            with sftp.Session(self._nttf_endpoint()) as session:
                self._nttf_deliver(session, batch, row, doubtful)
        except sftp.Unknown as error:
            row.message = batch.problem = self._sb_explain(error)
        except (DomainError, UserError) as error:
            self._nttf_not_sent(batch, row, error, doubtful)
        return None

    def _nttf_deliver(self, session, batch, row, doubtful):
        """Look first, then hand over; what is there already was sent by an earlier turn."""
        profile = self._nttf_profile()
        content = base64.b64decode(batch.sudo().file_content)
        upload = sftp.Upload(
            profile.upload_folder, batch.file_name, batch.file_name + profile.temporary_suffix,
            content, profile.archive_folder or '')
        if doubtful and self._nttf_take_report(session, batch, row):
            return
        if doubtful and not self._nttf_absence_is_certain(session, upload):
            row.write({'outcome': 'refused', 'message': self.env._("Looked only")})
            batch.problem = self.env._(
                "It is not known whether %(file)s has arrived: the service shows no folder of "
                "accepted files. Ask the service, then say here what it answered.",
                file=batch.file_name)
            return
        sent_now = session.hand_over(upload)
        self._nttf_close_rows(batch, 'done', row, self.env._("Handed over") if sent_now else
                              self.env._("Found at the service: an earlier turn had sent it"))
        batch._mark_sent()

    def _nttf_absence_is_certain(self, session, upload):
        """A file that nobody shows was surely not handed over, if there is an archive to see.

        The temporary file is as good a proof: the rename that hands it over takes it away.
        """
        return (bool(upload.archive) or session.has(upload)
                or upload.temporary in session.listing(upload.folder))

    def _nttf_not_sent(self, batch, row, error, doubtful):
        """This turn has sent nothing. An earlier turn's unknown outcome stays unknown."""
        words = self._sb_explain(error)
        row.write({'outcome': 'refused', 'message': words})
        if doubtful:
            batch.problem = words
            return
        waits = isinstance(error, UserError) or error.code in _NEEDS_OPERATOR
        batch._set_state('sealed', problem=words,
                         send_requested=batch.send_requested and not waits)

    # === FETCHING === #

    def _sb_fetch_files(self):
        """Take over new result files and reports, each stored and committed by itself."""
        if self.code != 'nttf':
            return super()._sb_fetch_files()
        profile = self._nttf_profile()
        try:
            with sftp.Session(self._nttf_endpoint()) as session:
                self._nttf_fetch_reports(session, profile)
                self._nttf_fetch_results(session, profile)
        except (DomainError, UserError) as error:
            self.env['smart.billing.transfer'].sudo().create({
                'provider_id': self.id, 'direction': 'in', 'outcome': 'refused',
                'file_name': profile.result_folder, 'message': self._sb_explain(error)})
        return None

    def _nttf_fetch_results(self, session, profile):
        for entry in self._nttf_new_entries(
                session, profile.result_folder, profile.result_template):
            content = session.fetch(profile.result_folder, entry.name)
            file, new = self.env['smart.billing.receipt.file'].sudo()._store(
                self, entry.name, content)
            if not new and file.state == 'refused' and file.name != entry.name:
                # The same bytes under another name: perhaps this time it is the right one.
                file._set_state('stored', name=entry.name, problem=False)
            self._nttf_log_entry(entry, content, receipt_file_id=file.id, message=False if new else
                                 self.env._("The same bytes were received before"))
            self.env['ir.cron']._commit_progress()

    def _nttf_fetch_reports(self, session, profile):
        """Reports on requests that the service refused after it had taken them."""
        if not profile.report_folder:
            return
        waiting = self.env['smart.billing.collection.batch'].search([
            ('provider_id', '=', self.id), ('state', '=', 'sent')])
        for batch in waiting:
            if self._nttf_take_report(session, batch, None):
                self.env['ir.cron']._commit_progress()

    def _nttf_take_report(self, session, batch, row):
        """Reject the batch if the service has reported on its file; tell whether it has."""
        profile = self._nttf_profile()
        if not profile.report_folder:
            return False
        name = file_names.render(
            profile.report_template, self.nttf_consignor_code, batch.date_collect, batch.part)
        for entry in self._nttf_new_entries(
                session, profile.report_folder, profile.report_template):
            if entry.name != name:
                continue
            content = session.fetch(profile.report_folder, name)
            self._nttf_log_entry(entry, content, batch_id=batch.id)
            if row:
                self._nttf_close_rows(batch, 'refused', row, self.env._("Refused: see the report"))
            batch._mark_rejected(self.env._(
                "The service refused %(file)s. Correct what it says, take the batch back into "
                "gathering and send it again.\n%(report)s", file=batch.file_name,
                report=_report_text(content)))
            return True
        return False

    def _nttf_new_entries(self, session, folder, template):
        """Files of this consignor that were not fetched before, in the order of their names."""
        entries = [
            entry for name, entry in sorted(session.listing(folder).items())
            if (key := file_names.parse(template, name))
            and key.consignor in (None, self.nttf_consignor_code)]
        known = {
            (row.file_name, row.size, row.remote_modified)
            for row in self.env['smart.billing.transfer'].sudo().search_fetch([
                ('provider_id', '=', self.id), ('direction', '=', 'in'), ('outcome', '=', 'done'),
                ('file_name', 'in', [entry.name for entry in entries]),
            ], ['file_name', 'size', 'remote_modified'])}
        return [entry for entry in entries
                if (entry.name, entry.size, _moment(entry)) not in known]

    # === LOG (never a payload) === #

    def _nttf_log(self, batch, file_name, content, outcome):
        data = base64.b64decode(content)
        return self.env['smart.billing.transfer'].sudo().create({
            'provider_id': self.id,
            'batch_id': batch.id,
            'direction': 'out',
            'file_name': file_name,
            'size': len(data),
            'sha256': hashlib.sha256(data).hexdigest(),
            'outcome': outcome,
        })

    def _nttf_log_entry(self, entry, content, **values):
        return self.env['smart.billing.transfer'].sudo().create({
            'provider_id': self.id,
            'direction': 'in',
            'file_name': entry.name,
            'size': entry.size,
            'sha256': hashlib.sha256(content).hexdigest(),
            'outcome': 'done',
            'remote_modified': _moment(entry),
            **values,
        })

    def _nttf_open_rows(self, batch):
        """Attempts of which nobody knows whether the file arrived."""
        return self.env['smart.billing.transfer'].sudo().search([
            ('batch_id', '=', batch.id), ('direction', '=', 'out'), ('outcome', '=', 'unknown')])

    def _nttf_close_rows(self, batch, outcome, row, message):
        """The service's folders have answered: no attempt of this file is unknown any more."""
        (self._nttf_open_rows(batch) - row).write({
            'outcome': outcome, 'message': self.env._("Answered by a later look")})
        row.write({'outcome': outcome, 'message': message})


def _moment(entry):
    return datetime.fromtimestamp(entry.modified, timezone.utc).replace(tzinfo=None)


def _report_text(content):
    """A report as text; UTF-8 and Shift_JIS are the two that occur."""
    try:
        text = content.decode('utf-8')
    except UnicodeDecodeError:
        text = content.decode('cp932', errors='replace')
    return text.strip()[:_REPORT_LENGTH]

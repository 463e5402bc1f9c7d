import base64
from contextlib import contextmanager
from unittest.mock import patch

from odoo.tests import tagged

from ..transport import sftp
from .common import CONSIGNOR, NttfCase

NAME = f'{CONSIGNOR}_20261027_01'


class Agency:
    """The agency's folders in memory; stands in for the session, not for its logic."""

    def __init__(self):
        self.folders = {name: {} for name in ('/upload', '/archive', '/result', '/reject')}
        self.fail = []      # errors raised by the next openings of a session
        self.cut = None     # 'before' or 'after': the next rename breaks
        self.opened = 0

    @contextmanager
    def session(self, endpoint):
        self.opened += 1
        if self.fail:
            raise self.fail.pop(0)
        yield Session(self, endpoint)


class Session(sftp.Session):
    """The real session's decisions over folders in memory."""

    def __init__(self, agency, endpoint):
        super().__init__(endpoint)
        self.agency = agency

    def listing(self, folder):
        return {name: sftp.Entry(name, len(content), 1)
                for name, content in self.agency.folders[folder].items()}

    def fetch(self, folder, name):
        return self.agency.folders[folder][name]

    def _fill(self, upload):
        self.agency.folders[upload.folder][upload.temporary] = upload.content

    def _rename(self, upload):
        cut, self.agency.cut = self.agency.cut, None
        if cut != 'before':
            content = self.agency.folders[upload.folder].pop(upload.temporary)
            self.agency.folders['/archive'][upload.name] = content
        if cut:
            raise sftp.Unknown('cut_at_rename', file=upload.name)


@tagged('post_install', '-at_install')
class TestSending(NttfCase):

    def setUp(self):
        super().setUp()
        self.agency = Agency()
        self.patch(sftp, 'Session', self.agency.session)
        self.provider.write({'nttf_host': 'agency.example', 'nttf_user': 'me',
                             'nttf_password': 's3cret', 'nttf_host_key': 'ssh-ed25519 AAAA'})
        self.batch = self.ask(self.make_payer()).batch_id

    def run_cron(self, name='cron_send_batches'):
        with self.enter_registry_test_mode():
            self.env.ref(f'smart_billing.{name}').method_direct_trigger()
        self.env.invalidate_all()

    def send(self):
        self.batch.action_send()
        self.run_cron()

    def rows(self):
        return [(row.direction, row.outcome) for row in self.batch.transfer_ids.sorted('id')]

    def test_a_batch_is_sealed_and_handed_over_once(self):
        self.send()
        self.assertEqual(self.batch.state, 'sent')
        self.assertEqual(list(self.agency.folders['/archive']), [f'{NAME}.dat'])
        self.assertEqual(self.agency.folders['/archive'][f'{NAME}.dat'],
                         base64.b64decode(self.batch.file_content))
        self.assertEqual(self.rows(), [('out', 'done')])
        self.assertEqual(self.batch.transfer_ids.sha256, self.batch.file_sha256)
        self.run_cron()
        self.assertEqual(self.agency.opened, 1)

    def test_an_unreachable_service_leaves_the_batch_sealed_and_is_tried_again(self):
        self.agency.fail.append(sftp.Refused('unreachable', host='h', port=22, reason='no route'))
        self.send()
        self.assertEqual(self.batch.state, 'sealed')
        self.assertIn("cannot be reached (no route)", self.batch.problem)
        self.assertEqual(self.rows(), [('out', 'refused')])
        self.run_cron()
        self.assertEqual((self.batch.state, self.batch.problem), ('sent', False))

    def test_a_changed_host_key_waits_for_a_person(self):
        self.agency.fail.append(sftp.Refused('host_key_changed', host='h', found='SHA256:x'))
        self.send()
        self.assertEqual((self.batch.state, self.batch.send_requested), ('sealed', False))
        self.assertIn("another host key (SHA256:x)", self.batch.problem)
        self.assertIn("Nothing was sent", self.batch.problem)
        self.run_cron()
        self.assertEqual((self.batch.state, self.agency.opened), ('sealed', 1))

    def test_missing_settings_are_named(self):
        self.provider.nttf_host = False
        self.send()
        self.assertEqual(self.batch.state, 'sealed')
        self.assertIn("no SFTP host or user", self.batch.problem)

    def test_a_cut_after_the_handing_over_is_found_out_and_not_sent_again(self):
        self.agency.cut = 'after'
        self.send()
        self.assertEqual(self.batch.state, 'sending')
        self.assertEqual(self.rows(), [('out', 'unknown')])
        self.agency.fail.append(sftp.Refused('unreachable', host='h', port=22, reason='down'))
        self.run_cron()
        self.assertEqual(self.batch.state, 'sending', "unknown stays unknown without a look")
        self.run_cron()
        self.assertEqual((self.batch.state, self.batch.problem), ('sent', False))
        self.assertEqual(self.rows(), [('out', 'done'), ('out', 'refused'), ('out', 'done')])
        self.assertEqual(len(self.agency.folders['/archive']), 1)

    def test_a_cut_before_the_handing_over_is_sent_again_after_a_look(self):
        self.agency.cut = 'before'
        self.send()
        self.assertEqual(self.batch.state, 'sending')
        self.run_cron()
        self.assertEqual(self.batch.state, 'sent')
        self.assertEqual(len(self.agency.folders['/archive']), 1)

    def test_a_kill_between_handing_over_and_commit_is_found_out(self):
        self.batch.action_seal()
        self.batch._set_state('sending')
        self.provider._nttf_log(
            self.batch, self.batch.file_name, self.batch.file_content, 'unknown')
        self.agency.folders['/archive'][f'{NAME}.dat'] = base64.b64decode(self.batch.file_content)
        self.run_cron()
        self.assertEqual(self.batch.state, 'sent')
        self.assertEqual(self.rows(), [('out', 'done'), ('out', 'done')])

    def test_without_a_folder_to_look_into_a_person_asks_the_service(self):
        self.profile.archive_folder = False
        self.agency.cut = 'after'
        self.send()
        self.run_cron()
        self.assertEqual(self.batch.state, 'sending')
        self.assertIn("Ask the service", self.batch.problem)
        self.batch.action_nttf_arrived()
        self.assertEqual(self.batch.state, 'sent')
        self.assertNotIn(('out', 'unknown'), self.rows())

    def test_a_person_may_learn_that_nothing_has_arrived(self):
        self.profile.archive_folder = False
        self.agency.cut = 'after'
        self.send()
        self.agency.folders['/archive'].clear()
        self.run_cron()
        self.batch.action_nttf_not_arrived()
        self.assertEqual(self.batch.state, 'sealed')
        self.send()
        self.assertEqual(self.batch.state, 'sent')

    def test_a_temporary_file_proves_that_nothing_was_handed_over(self):
        self.profile.archive_folder = False
        self.agency.cut = 'before'
        self.send()
        self.assertEqual(self.batch.state, 'sending')
        self.run_cron()
        self.assertEqual(self.batch.state, 'sent')

    def test_another_file_of_that_name_stops_the_batch(self):
        self.agency.folders['/archive'][f'{NAME}.dat'] = b'something else'
        self.send()
        self.assertEqual((self.batch.state, self.batch.send_requested), ('sealed', False))
        self.assertIn("lies in /archive already", self.batch.problem)

    def test_a_report_rejects_the_batch_in_the_services_words(self):
        self.send()
        self.agency.folders['/reject'][f'{NAME}.err'] = '引落日: no debit day'.encode()
        self.run_cron('cron_fetch_results')
        self.assertEqual(self.batch.state, 'rejected')
        self.assertIn("引落日: no debit day", self.batch.problem)
        self.assertEqual(self.batch.request_ids.state, 'open')

    def test_an_old_report_does_not_reject_the_corrected_file(self):
        self.send()
        self.agency.folders['/reject'][f'{NAME}.err'] = '委託者名: 違う'.encode('cp932')
        self.run_cron('cron_fetch_results')
        self.assertIn("委託者名: 違う", self.batch.problem)
        self.batch.action_recall()
        self.agency.folders['/archive'].clear()
        self.send()
        self.run_cron('cron_fetch_results')
        self.assertEqual(self.batch.state, 'sent')

    def test_an_unknown_transfer_may_turn_out_to_be_refused(self):
        self.agency.cut = 'after'
        self.send()
        self.agency.folders['/archive'].clear()
        self.agency.folders['/reject'][f'{NAME}.err'] = b'cut-off'
        self.run_cron()
        self.assertEqual(self.batch.state, 'rejected')
        self.assertEqual(self.agency.folders['/archive'], {})

    def test_results_are_fetched_once_and_applied(self):
        self.send()
        account = self.batch.request_ids.account_id
        content = self.answer(self.batch, {account: '0'})
        self.agency.folders['/result'] = {
            f'{NAME}.res': content, 'readme.txt': b'x', '9999999999_20261027_01.res': b'other'}
        self.run_cron('cron_fetch_results')
        self.run_cron('cron_process_receipts')
        file = self.batch.receipt_file_ids
        self.assertEqual((file.name, file.state), (f'{NAME}.res', 'applied'))
        self.assertEqual(self.batch.state, 'answered')
        with patch.object(Session, 'fetch', side_effect=AssertionError("read again")):
            self.run_cron('cron_fetch_results')
        self.assertEqual(self.env['smart.billing.receipt.file'].search_count(
            [('provider_id', '=', self.provider.id)]), 1)

    def test_a_right_name_gives_a_refused_file_another_chance(self):
        self.send()
        content = self.answer(self.batch, {self.batch.request_ids.account_id: '0'})
        self.agency.folders['/result'] = {f'{CONSIGNOR}_20261028_01.res': content}
        self.run_cron('cron_fetch_results')
        self.run_cron('cron_process_receipts')
        file = self.env['smart.billing.receipt.file'].search(
            [('provider_id', '=', self.provider.id)])
        self.assertEqual(file.state, 'refused')
        self.agency.folders['/result'][f'{NAME}.res'] = content
        self.run_cron('cron_fetch_results')
        self.run_cron('cron_process_receipts')
        self.assertEqual((file.name, file.state), (f'{NAME}.res', 'applied'))

    def test_a_service_that_cannot_be_reached_is_noted_and_stops_nobody(self):
        self.agency.fail.append(sftp.Refused('login_refused', host='h', user='me'))
        self.run_cron('cron_fetch_results')
        row = self.env['smart.billing.transfer'].search(
            [('provider_id', '=', self.provider.id)], limit=1)
        self.assertEqual((row.direction, row.outcome), ('in', 'refused'))
        self.assertIn("refuses the login of me", row.message)
        self.assertNotIn('s3cret', row.message)

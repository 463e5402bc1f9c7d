import base64
import csv
import io
import re
from datetime import date
from unittest.mock import patch

import psycopg2.errors

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.smart_billing.engine import usage_files
from odoo.addons.smart_billing.models import usage_import

from .common_usage import UsageCase

HEADER = 'contract,metric,quantity,date,external_id\n'


class UsageFileCase(UsageCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mapping = cls.env['smart.billing.usage.mapping'].create({
            'name': 'Plain', 'company_id': cls.company.id})

    def upload(self, text, mapping=None, encoding='utf-8', **values):
        content = text if isinstance(text, bytes) else text.encode(encoding)
        return self.env['smart.billing.usage.import'].create({
            'name': 'usage.csv', 'mapping_id': (mapping or self.mapping).id,
            'content': base64.b64encode(content), **values})

    def work(self):
        with self.enter_registry_test_mode():
            self.env.ref('smart_billing.cron_load_usage').method_direct_trigger()
        self.env.invalidate_all()

    def load_file(self, text, *arguments, **values):
        """A job gives other jobs a turn after some seconds; it is called until it has ended."""
        record = self.upload(text, *arguments, **values)
        record.action_start()
        for _turn in range(60):
            self.work()
            if record.state not in ('waiting', 'loading'):
                break
        return record

    def line(self, external_id, quantity=1, contract=None, day='2026-10-10'):
        return f'{contract or self.contract.name},calls,{quantity},{day},{external_id}\n'

    def counts(self, record):
        return (record.state, record.loaded_count, record.known_count, record.problem_count)


@tagged('post_install', '-at_install')
class TestUsageImport(UsageFileCase):
    """Files load in the background, row by row told, exactly once (利用量取込)."""

    def test_a_bad_row_among_a_hundred_thousand(self):
        other = self.make_contract(plan=self.metered)
        rows = [self.line(f'u{row}', row % 7, (self.contract, other)[row % 2].name)
                for row in range(100000)]
        rows[77776] = self.line('bad', 'many')
        record = self.load_file(HEADER + ''.join(rows))
        self.assertEqual(self.counts(record), ('done', 99999, 0, 1))
        self.assertEqual([(problem.line, problem.reason) for problem in record.problem_ids], [
            (77778, "'many' is no quantity. Write it as 1234.5.")])
        self.assertEqual(record.problem_ids.content, rows[77776].strip())
        self.assertEqual(self.contract.usage_count + other.usage_count, 99999)
        self.assertEqual(record.progress, 100)

    def test_every_kind_of_bad_row_is_listed_with_line_and_reason(self):
        ended = self.make_contract(plan=self.metered, date_last=date(2026, 10, 9))
        record = self.load_file(
            HEADER + self.line('u1') + self.line('b1', contract='nobody')
            + self.line('u2').replace('calls', 'steam') + self.line('b3', -1)
            + self.line('b4', contract=ended.name) + self.line('u1', 9) + 'too,few\n'
            + self.line('b5', day='31.10.2026') + '\n' + self.line('u3') + 'a,"b"c,d\n'
            + self.line('u4'))
        self.assertEqual(self.counts(record), ('done', 3, 0, 8))
        told = [(problem.line, problem.reason) for problem in record.problem_ids]
        for (line, reason), (expected, words) in zip(told, [
                (3, 'nobody'), (4, 'steam'), (5, 'below zero'), (6, 'has ended'),
                (7, 'known with other values'), (8, '2 columns, the first line has 5'),
                (9, 'no day'), (12, 'Lines 12 to 12 cannot be split')], strict=True):
            self.assertEqual(line, expected)
            self.assertRegex(reason, words)

    def test_problems_are_downloaded_put_right_and_loaded(self):
        record = self.load_file(HEADER + self.line('u1') + self.line('u2', 'x') + 'cut,"off')
        self.assertEqual(record.note, "The last line has no line end. Check that the file was not "
                                      "cut off.")
        action = record.action_download_problems()
        [found] = re.findall(r'/web/content/(\d+)', action['url'])
        attachment = self.env['ir.attachment'].browse(int(found))
        rows = list(csv.reader(io.StringIO(attachment.raw.decode('utf-8-sig'))))
        self.assertEqual(rows[0], [*HEADER.strip().split(','), 'Line', 'Reason'])
        self.assertEqual([row[5] for row in rows[1:]], ['3', '4'])
        rows[1][2] = '5'
        text = io.StringIO()
        csv.writer(text).writerows(rows[:2])
        self.assertEqual(self.counts(self.load_file(text.getvalue())), ('done', 1, 0, 0))
        self.assertEqual(record.action_download_problems(), action)

    def test_truncated_file_loads_up_to_its_cut(self):
        record = self.load_file((HEADER + self.line('u1') + self.line('u2'))[:-20])
        self.assertEqual(self.counts(record), ('done', 1, 0, 1))
        self.assertRegex(record.problem_ids.reason, 'Was the file cut off')

    def test_wrong_encoding_refuses_the_file_as_a_whole(self):
        rows = HEADER + self.line('u1') + self.line('u2').replace('u2', '計測2')
        record = self.load_file(rows, encoding='cp932')
        self.assertEqual(self.counts(record), ('refused', 0, 0, 0))
        self.assertRegex(record.problem, r'is not UTF-8 text \(byte \d+\).*nothing of it')
        record.mapping_id = self.mapping.copy({'name': 'Japanese', 'encoding': 'cp932'})
        record.action_retry()
        self.work()
        self.assertEqual(self.counts(record), ('done', 2, 0, 0))
        self.assertTrue(self.counting('計測2'))

    def test_wrong_format_refuses_the_file_as_a_whole(self):
        record = self.load_file('a;b\n1;2\n')
        self.assertEqual(record.state, 'refused')
        self.assertRegex(record.problem, "no column 'contract'. Its columns are: a;b")
        self.assertRegex(self.load_file(b'').problem or '', 'is empty')

    def test_hopeless_file_is_not_read_to_its_end(self):
        with patch.object(usage_files, 'MOST_HOPELESS', 3), patch.object(usage_import, 'SET', 2):
            record = self.load_file(HEADER + ''.join(
                self.line(f'u{row}', contract='nobody') for row in range(9)))
        self.assertEqual(self.counts(record), ('refused', 0, 0, 4))
        self.assertRegex(record.problem, 'None of the first 4 rows')

    def test_same_file_twice(self):
        text = HEADER + self.line('u1')
        record = self.load_file(text)
        again = self.upload(text)
        with self.assertRaisesRegex(UserError, 'was loaded before as usage.csv'):
            again.action_start()
        self.assertEqual(again.sha256, record.sha256)
        with (mute_logger('odoo.sql_db'), self.env.cr.savepoint(),
              self.assertRaises(psycopg2.errors.UniqueViolation)):
            again.state = 'waiting'
            self.env.flush_all()
        # The same rows in other bytes are known one by one.
        self.assertEqual(self.counts(self.load_file(text + self.line('u2'))), ('done', 1, 1, 0))

    def test_reading_again_loads_what_was_missing_and_doubles_nothing(self):
        record = self.load_file(HEADER + self.line('u1') + self.line('u2', contract='C-9'))
        self.assertEqual(self.counts(record), ('done', 1, 0, 1))
        self.make_contract(plan=self.metered, ref='C-9')
        record.action_retry()
        self.work()
        self.assertEqual(self.counts(record), ('done', 2, 1, 0))
        self.assertFalse(record.problem_ids)

    def test_a_killed_load_goes_on_where_it_stopped(self):
        record = self.upload(HEADER + ''.join(self.line(f'u{row}') for row in range(7)))
        record.action_start()
        loads = []
        load_set = usage_files.load_set

        def dying(file, rows, size):
            if len(loads) == 2:
                raise psycopg2.errors.SerializationFailure
            loads.append(file.line_done)
            return load_set(file, rows, size)

        with (patch.object(usage_import, 'SET', 3), patch.object(usage_files, 'load_set', dying),
              patch.object(usage_import, 'giving_way', Unprotected)):
            # Not assertRaises: what the first sets wrote must stay, as it is committed by then.
            try:
                record._load(lambda done=0: True)
            except psycopg2.errors.SerializationFailure:
                loads.append('killed')
        self.assertEqual(loads, [0, 4, 'killed'])
        self.assertEqual((record.state, record.line_done, record.loaded_count), ('loading', 7, 6))
        with patch.object(usage_import, 'SET', 3):
            self.work()
        self.assertEqual(self.counts(record), ('done', 7, 0, 0))
        self.assertEqual(self.contract.usage_count, 7)

    def test_stopped_by_a_person_and_gone_on(self):
        record = self.upload(HEADER + ''.join(self.line(f'u{row}') for row in range(4)))
        record.action_start()
        with patch.object(usage_import, 'SET', 2):
            record._load(lambda done=0: False)
        record.action_stop()
        self.work()
        self.assertEqual(self.counts(record), ('stopped', 2, 0, 0))
        with self.assertRaisesRegex(UserError, 'loaded as it was uploaded'):
            record.action = 'correct'
        record.action_resume()
        self.work()
        self.assertEqual(self.counts(record), ('done', 4, 0, 0))

    def test_size_of_a_set_does_not_matter(self):
        text = HEADER + ''.join(
            self.line(name, quantity) for name, quantity in
            (('a', 1), ('a', 1), ('b', 2), ('a', 3), ('b', 2), ('c', 'x'), ('c', 4)))
        told = []
        for size in (1, 2, 100):
            contract = self.make_contract(plan=self.metered)
            with patch.object(usage_import, 'SET', size):
                record = self.load_file(text.replace(self.contract.name, contract.name))
            told.append((self.counts(record), record.problem_ids.mapped('line'),
                         self.quantities(contract)))
        self.assertEqual(told, [told[0]] * 3)
        self.assertEqual(told[0][:2], (('done', 3, 2, 2), [5, 7]))

    @mute_logger('odoo.addons.smart_billing.models.usage_import')
    def test_an_unexpected_failure_waits_for_a_person_and_others_go_on(self):
        bad, good = self.upload(HEADER + self.line('u1')), self.upload(HEADER + self.line('u2'))
        (bad + good).action_start()
        load_set = usage_files.load_set

        def failing(record, rows, size):
            if record.id == bad.id:
                raise ZeroDivisionError('nonsense')
            return load_set(record, rows, size)

        with patch.object(usage_files, 'load_set', failing):
            self.work()
        self.assertEqual((bad.state, good.state), ('refused', 'done'))
        self.assertRegex(bad.problem, 'failed after line 0: nonsense')

    def test_preview_shows_the_first_rows_and_writes_nothing(self):
        record = self.upload(HEADER + self.line('u1') + self.line('u2', contract='nobody'))
        record.action_preview()
        self.assertIn(self.contract.name, record.preview_html)
        self.assertIn('reference or number &#39;nobody&#39;', record.preview_html)
        self.assertFalse(self.contract.usage_count)
        corrections = self.upload(HEADER + self.line('u1'), action='correct')
        corrections.action_preview()
        self.assertIn('that could be corrected', corrections.preview_html)
        with self.assertRaisesRegex(UserError, "no column 'contract'"):
            self.upload('x,y\n1,2\n').action_preview()

    def test_files_are_kept(self):
        record = self.load_file(HEADER + self.line('u1'))
        with self.assertRaisesRegex(UserError, 'proves what was loaded'):
            record.unlink()
        self.upload(HEADER).unlink()


class Unprotected:
    """In place of `giving_way`: what kills the process leaves what was committed."""

    def __init__(self, env):
        self.env = env

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        return False


@tagged('post_install', '-at_install')
class TestUsageMapping(UsageFileCase):
    """Formats of files (取込設定)."""

    def test_columns_by_position_fixed_metric_and_japanese_text(self):
        mapping = self.mapping.create({
            'name': '検針', 'company_id': self.company.id, 'encoding': 'cp932',
            'delimiter': 'tab', 'has_header': False, 'contract_column': '#3',
            'metric_column': False, 'metric_id': self.calls.id, 'quantity_column': '#1',
            'thousands': True, 'date_column': '#2', 'date_format': 'japanese',
            'external_id_column': False, 'subject_column': '#4'})
        text = (f'"1,234.5"\t2026年10月31日\t{self.contract.name}\tメーター1\r\n'
                f'10\t2026年10月31日\t{self.contract.name}\tメーター2\r\n')
        record = self.load_file(text, mapping, 'cp932')
        self.assertEqual(self.counts(record), ('done', 2, 0, 0))
        usage = self.usage.search([('import_id', '=', record.id)], order='id')
        self.assertEqual(usage.mapped('quantity'), [1234.5, 10])
        self.assertEqual(usage.mapped('subject'), ['メーター1', 'メーター2'])
        # One measurement a metric, day and subject: another value is no further one.
        again = self.load_file(text.replace('10\t', '11\t'), mapping, 'cp932')
        self.assertEqual(self.counts(again), ('done', 0, 1, 1))
        self.assertIn('known with other values', again.problem_ids.reason)

    def test_corrections_by_column_and_by_file(self):
        mapping = self.mapping.copy({
            'name': 'With actions', 'action_column': 'action', 'reason_column': 'why'})
        header = HEADER.strip() + ',action,why\n'
        self.load_file(header + self.line('u1', 5).strip() + ',,\n', mapping)
        record = self.load_file(
            header + self.line('u1', 6).strip() + ',訂正,誤検針\n'
            + self.line('u2', 1).strip() + ',,\n', mapping)
        self.assertEqual((record.loaded_count, record.corrected_count), (1, 1))
        usage = self.counting('u1')
        self.assertEqual((usage.quantity, usage.reason), (6, '誤検針'))
        record = self.load_file(HEADER + self.line('u1', 7), action='correct')
        self.assertEqual((record.loaded_count, record.corrected_count), (0, 1))
        self.assertEqual(self.counting('u1').quantity, 7)

    def test_a_file_is_taken_back_by_loading_it_as_withdrawals(self):
        text = HEADER + self.line('u1', 5) + self.line('u2', 6)
        self.load_file(text)
        record = self.load_file(text + self.line('u3', 1), action='withdraw')
        self.assertEqual((record.corrected_count, record.problem_count), (2, 1))
        self.assertEqual(self.quantities(self.contract), {})
        self.assertEqual(self.counts(self.load_file(text, action='withdraw')), ('done', 0, 2, 0))

    def test_a_metric_by_column_or_for_all_rows(self):
        for name, values in (('neither', {'metric_column': False}),
                             ('both', {'metric_id': self.calls.id})):
            with self.assertRaisesRegex(ValidationError, 'one of the two'):
                self.mapping.copy({'name': name, **values})

    def test_format_in_use_is_not_changed(self):
        record = self.upload(HEADER + self.line('u1'))
        record.action_start()
        with self.assertRaisesRegex(UserError, 'is being loaded'):
            self.mapping.delimiter = 'tab'
        self.work()
        self.mapping.delimiter = 'tab'

from datetime import date, datetime, timezone

from psycopg2.errors import CheckViolation

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import NttfCase


@tagged('post_install', '-at_install')
class TestCalendar(NttfCase):

    def test_the_batch_is_of_the_first_debit_day_from_the_due_date(self):
        batch = self.provider._sb_batch_for(date(2026, 10, 27))
        self.assertEqual(batch.date_collect, date(2026, 10, 27))
        self.assertEqual(batch.date_cutoff, date(2026, 10, 16))
        self.assertEqual(batch.date_result, date(2026, 11, 2))
        self.assertEqual(batch.date_payout, date(2026, 11, 5))
        self.assertEqual(self.provider._sb_batch_for(date(2026, 10, 1)), batch)

    def test_a_debit_day_on_a_closed_day_moves_to_the_next_business_day(self):
        batch = self.provider._sb_batch_for(date(2026, 12, 1))
        self.assertEqual(batch.date_collect, date(2026, 12, 28), "the 27th is a Sunday")
        self.assertEqual(
            self.provider._sb_batch_for(date(2026, 12, 28)), batch,
            "an invoice due on the shifted day is in time")

    def test_the_batch_after_is_of_the_next_debit_day(self):
        batch = self.provider._sb_batch_for(date(2026, 10, 27))
        later = self.provider._sb_batch_after(batch)
        self.assertEqual(later.date_collect, date(2026, 11, 27))

    def test_what_misses_the_cut_off_goes_to_the_next_debit_day(self):
        self.company.sb_business_date = date(2026, 10, 16)
        self.assertEqual(
            self.provider._sb_batch_for(date(2026, 10, 27)).date_collect, date(2026, 10, 27))
        self.company.sb_business_date = date(2026, 10, 17)
        self.assertEqual(
            self.provider._sb_batch_for(date(2026, 10, 27)).date_collect, date(2026, 11, 27))

    def test_the_cut_off_is_a_time_of_the_services_clock(self):
        self.profile.cutoff_time = 16.0
        before = datetime(2026, 10, 16, 6, 59, tzinfo=timezone.utc)  # 15:59 in Tokyo
        after = datetime(2026, 10, 16, 7, 0, tzinfo=timezone.utc)
        self.assertEqual(self.profile._sending_day(before), date(2026, 10, 16))
        self.assertEqual(self.profile._sending_day(after), date(2026, 10, 17))

    def test_several_debit_days_and_the_end_of_the_month(self):
        self.profile.debit_days = '5, EOM'
        days = [self.provider._sb_batch_for(due).date_collect for due in (
            date(2026, 11, 1), date(2026, 11, 3), date(2026, 11, 6), date(2027, 2, 6))]
        self.assertEqual(
            days, [date(2026, 11, 2),  # 31 October is a Saturday
                   date(2026, 11, 5), date(2026, 11, 30), date(2027, 3, 1)])

    def test_one_file_a_debit_day_sends_latecomers_to_the_next_one(self):
        first, second = self.make_payer('A'), self.make_payer('B')
        batch = self.ask(first).batch_id
        batch.action_seal()
        self.assertEqual(self.ask(second).batch_id.date_collect, date(2026, 11, 27))

    def test_a_service_that_takes_parts_gets_another_part(self):
        self.profile.one_file_per_date = False
        first, second = self.make_payer('A'), self.make_payer('B')
        batch = self.ask(first).batch_id
        batch.action_seal()
        later = self.ask(second).batch_id
        self.assertEqual((later.date_collect, later.part), (batch.date_collect, 2))

    def test_requests_join_a_batch_that_was_refused(self):
        batch = self.sent_batch(self.make_payer('A'))
        batch._mark_rejected("wrong account")
        self.assertEqual(self.ask(self.make_payer('B')).batch_id, batch)
        batch.action_recall()
        batch.action_seal()
        self.assertEqual(set(batch.request_ids.mapped('state')), {'sealed'})
        self.assertEqual(len(self.sent_records(batch).records), 2)

    def test_another_providers_calendar_is_its_own(self):
        other = self.env['payment.provider'].create({'name': 'Other', 'code': 'none'})
        self.assertFalse(other.sb_is_collection)
        self.assertTrue(self.provider.sb_is_collection)


@tagged('post_install', '-at_install')
class TestDebitCalendar(NttfCase):
    """Debit days as records: generated for years ahead, corrected by hand."""

    def day(self, nominal):
        return self.profile.debit_day_ids.filtered(lambda day: day.date_nominal == nominal)

    def test_the_calendar_is_generated_for_years_ahead(self):
        self.profile.action_generate_calendar()
        days = self.profile.debit_day_ids
        self.assertEqual(len(days), 36)
        december = self.day(date(2026, 12, 27))
        self.assertEqual(december.date_debit, date(2026, 12, 28), "the 27th is a Sunday")
        self.assertEqual(self.profile.calendar_until, max(days.mapped('date_debit')))
        self.profile.debit_days = '5, EOM'
        self.assertEqual(len(self.profile.debit_day_ids), 72, "it follows the rule")

    def test_what_the_agency_says_goes_before_the_rule(self):
        self.profile.action_generate_calendar()
        october = self.day(date(2026, 10, 27))
        october.write({'date_debit': date(2026, 10, 28), 'date_cutoff': date(2026, 10, 14)})
        self.assertTrue(october.by_hand)
        batch = self.provider._sb_batch_for(date(2026, 10, 27))
        self.assertEqual((batch.date_collect, batch.date_cutoff),
                         (date(2026, 10, 28), date(2026, 10, 14)))
        self.profile.cutoff_bd = 8
        self.assertEqual(self.day(date(2026, 10, 27)).date_cutoff, date(2026, 10, 14))

    def test_a_day_without_debit_is_passed_over(self):
        self.profile.action_generate_calendar()
        self.day(date(2026, 10, 27)).skipped = True
        self.assertEqual(
            self.provider._sb_batch_for(date(2026, 10, 27)).date_collect, date(2026, 11, 27))

    def test_a_day_whose_file_was_made_does_not_change(self):
        self.profile.action_generate_calendar()
        self.sent_batch(self.make_payer('A'))
        with self.assertRaisesRegex(UserError, "has been made"):
            self.day(date(2026, 10, 27)).date_payout = date(2026, 11, 30)
        self.profile.cutoff_bd = 9
        self.assertEqual(self.day(date(2026, 10, 27)).date_cutoff, date(2026, 10, 16))
        self.assertEqual(self.day(date(2026, 11, 27)).date_cutoff, date(2026, 11, 13))

    def test_days_that_cannot_be_are_refused(self):
        self.profile.action_generate_calendar()
        with self.assertRaisesRegex(ValidationError, "banks are closed"):
            self.day(date(2026, 10, 27)).write({'date_debit': date(2026, 10, 31)})
        with self.assertRaises(CheckViolation), mute_logger('odoo.sql_db'):
            self.day(date(2026, 11, 27)).write({'date_cutoff': date(2026, 11, 30)})
            self.env.flush_all()


@tagged('post_install', '-at_install')
class TestDebitNotice(NttfCase):
    """Amount and day are told before the debit, once."""

    def setUp(self):
        super().setUp()
        self.provider.nttf_notice_days = 10
        self.payer = self.make_payer('A')
        self.payer.partner_id.email = 'a@example.com'
        self.request = self.ask(self.payer)

    def run_job(self):
        with self.enter_registry_test_mode():
            self.env.ref('smart_billing_payment_nttf.cron_debit_notices').method_direct_trigger()
        return self.env['mail.mail'].search([
            ('model', '=', self.request._name), ('res_id', '=', self.request.id)])

    def test_the_customer_is_told_once_when_the_day_is_near(self):
        self.assertFalse(self.run_job(), "27 October is far")
        self.company.sb_business_date = date(2026, 10, 20)
        mail = self.run_job()
        self.assertEqual(len(mail), 1)
        self.assertTrue(self.request.debit_notice_on)
        self.assertEqual(len(self.run_job()), 1)

    def test_a_notice_names_amount_day_and_no_whole_account_number(self):
        self.company.sb_business_date = date(2026, 10, 20)
        body = self.run_job().body_html
        self.assertIn('10/27/2026', body)
        number = self.payer.mandate_id.sudo().account_number
        self.assertNotIn(number, body)
        self.assertIn(number[-3:], body)

    def test_nobody_is_told_of_a_debit_that_cannot_be_made(self):
        self.company.sb_business_date = date(2026, 10, 20)
        self.request.problem = "no mandate"
        self.assertFalse(self.run_job())

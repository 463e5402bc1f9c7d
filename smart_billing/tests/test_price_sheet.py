from datetime import date

from psycopg2.errors import UniqueViolation

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ..models.price_sheet_part import check_now
from .common import BillingCase


@tagged('post_install', '-at_install')
class TestPriceSheet(BillingCase):
    """What a price sheet must not say is refused in words, by whatever door it comes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.metric = cls.env['smart.billing.metric'].create({
            'name': 'Traffic', 'code': 'gb', 'company_id': cls.company.id})
        cls.charge = cls.plan.version_ids.charge_ids

    def tiers(self, *limits):
        return [Command.create({'sequence': row, 'up_to': limit, 'price': 1})
                for row, limit in enumerate(limits)]

    def refused_for(self, words, **values):
        """Both doors: a charge made with these values, and one that gets them later."""
        with self.refused(words):
            self.plan.copy({'code': 'other'}).version_ids.charge_ids.write(values)
        with self.refused(words):
            self.env['smart.billing.charge'].create({
                'version_id': self.plan.version_ids.id, 'code': 'new', 'name': 'New fee',
                'product_id': self.product.id, **values})

    def test_tables_with_holes_are_refused(self):
        for words, limits in (
                ('is priced by tiers but has none', ()),
                ('the last tier ends at 20, so what lies above has no price', (10, 20)),
                ('tier 2 has no limit although another one follows', (10, 0, 0)),
                ('the tier up to 5 follows the one up to 10', (10, 5, 0)),
                ('the tier up to 10.5 follows the one up to 10.5', (10.5, 10.5, 0))):
            self.refused_for(words, model='tiered', tier_ids=self.tiers(*limits))
            self.refused_for(words, model='volume', tier_ids=self.tiers(*limits))

    def test_charges_without_a_price_are_refused(self):
        self.refused_for('Enter the package size', model='package', free_units=3)
        self.refused_for('names no metric. Choose what is measured', charge_type='usage')
        self.refused_for('names a metric but is not of the type', metric_id=self.metric.id)
        self.refused_for('the minimum 500 is above the maximum 400', minimum=500, maximum=400)
        self.refused_for('is billed once, so it has no least', charge_type='one_time', minimum=1)
        self.refused_for('has tiers, but its price model does not use them', tier_ids=self.tiers(0))
        self.refused_for('has a package size or free units, but', package_size=10)
        self.refused_for('billed once or priced by tiers does not use them',
                         charge_type='one_time', step_ids=[Command.create({'price': 1})])
        self.refused_for("the code 'a/b' is not usable", code='a/b')
        self.refused_for("the code 'cancellation_fee' is that of", code='cancellation_fee')

    def test_all_that_is_wrong_is_told_at_once(self):
        with self.assertRaises(ValidationError) as refused:
            self.make_plan('twice', 1, minimum=2, maximum=1, package_size=3)
        self.assertEqual(len(str(refused.exception).splitlines()), 2)

    def test_table_is_checked_as_it_is_in_the_end(self):
        """A row that was the last one gets a limit and a follower in one save of the form."""
        plan = self.make_plan('tiered', 0, model='tiered', tier_ids=self.tiers(10, 0))
        charge = plan.version_ids.charge_ids
        first, last = charge.tier_ids
        plan.write({'version_ids': [Command.update(plan.version_ids.id, {
            'charge_ids': [Command.update(charge.id, {'tier_ids': [
                Command.update(last.id, {'up_to': 20}),
                Command.create({'sequence': 9, 'price': 1})]})]})]})
        self.assertEqual(charge.tier_ids.mapped('up_to'), [10, 20, 0])
        with self.refused('follows the one up to 20'):
            first.sequence = 5
        with self.refused('the last tier ends at 20'):
            charge.tier_ids[-1].unlink()

    def test_a_context_from_outside_does_not_skip_the_check(self):
        with self.refused('above the maximum'):
            self.charge.with_context(sb_sheet={'days': {}}).write({'minimum': 2, 'maximum': 1})

    def test_terms_without_meaning_are_refused(self):
        for words, values in (
                ('renews by itself but has no term', {'renews': True}),
                ('has a free exit after a term, but no renewal', {'free_exit_count': 1}),
                ('has a cancellation fee but no minimum term', {
                    'cancellation_fee': 1, 'cancellation_product_id': self.product.id}),
                ('has a cancellation fee but no product', {
                    'cancellation_fee': 1, 'minimum_term_count': 1}),
                ('ends before its minimum term is over', {
                    'term_count': 1, 'minimum_term_count': 2}),
                ('the trial of 40 days is longer than the term', {
                    'term_count': 1, 'trial_days': 40}),
                ("take 'Minimum term starts anew' away", {
                    'term_count': 1, 'minimum_term_again': True})):
            with self.refused(words):
                self.plan.write(values)

    def version(self, date_from, existing_from=False, **values):
        return self.env['smart.billing.plan.version'].create({
            'plan_id': self.plan.id, 'date_from': date_from, 'existing_from': existing_from,
            'charge_ids': [Command.create({
                'name': 'Basic fee', 'code': 'base', 'price': 1200,
                'product_id': self.product.id})], **values})

    def test_version_that_existing_contracts_would_never_get_is_refused(self):
        self.version(date(2027, 1, 1), date(2027, 4, 1))
        with self.refused('newer version of 2027-01-01 on 2027-04-01'):
            self.version(date(2026, 1, 1), date(2027, 4, 1))

    def test_plan_has_one_version_of_a_day_and_a_version_one_charge_of_a_code(self):
        with self.refused('has two versions from 2000-01-01'):
            self.version(date(2000, 1, 1))
        with self.refused("two charges with the code 'base' in the version of 2000-01-01"):
            self.charge.copy()

    def test_codes_may_change_places_in_one_write(self):
        extra = self.charge.copy({'code': 'extra'})
        self.plan.version_ids.charge_ids = [
            Command.update(self.charge.id, {'code': 'extra'}),
            Command.update(extra.id, {'code': 'base'})]
        self.assertEqual((self.charge.code, extra.code), ('extra', 'base'))

    @mute_logger('odoo.sql_db')
    def test_database_knows_the_rule_too(self):
        """For two who enter the same at one moment, when neither sees what the other has done."""
        with self.assertRaises(UniqueViolation) as refused, self.env.cr.savepoint():
            self.env.cr.execute(
                'INSERT INTO smart_billing_plan_version (plan_id, date_from, company_id) '
                'VALUES (%s, %s, %s)', (self.plan.id, date(2000, 1, 1), self.company.id))
            check_now(self.env, 'smart_billing_plan_version_date_once')
        self.assertIn('already has a version from that day', self.env[
            'smart.billing.plan.version']._sql_error_to_message(refused.exception))

    def test_contracts_are_not_left_without_a_version(self):
        contract = self.make_contract(start=date(2026, 10, 1))
        with self.refused(f'{contract.name} is on plan .* from 2026-10-01, but no version'):
            self.plan.version_ids.date_from = date(2026, 10, 2)
        with self.refused('valid from 2026-10-01 or earlier'):
            self.plan.version_ids.unlink()

    # what was billed --------------------------------------------------------------------------

    def test_what_was_billed_keeps_its_price(self):
        tiered = self.make_plan('tiered', 0, model='tiered', tier_ids=self.tiers(10, 0))
        self.make_contract(plan=tiered)
        self.bill(date(2026, 10, 1))
        charge = tiered.version_ids.charge_ids
        for change in (
                lambda: charge.tier_ids[0].write({'price': 2}),
                lambda: charge.tier_ids[0].unlink(),
                lambda: charge.write({'tier_ids': self.tiers(5)}),
                lambda: charge.write({'timing': 'arrears'}),
                lambda: charge.unlink(),
                lambda: charge.copy({'code': 'more'}),
                lambda: tiered.write({'trial_days': 10}),
                lambda: tiered.write({'minimum_term_count': 1}),
                lambda: tiered.version_ids.write({'date_from': date(2001, 1, 1)})):
            with self.refused('billed'):
                change()

    def test_the_same_values_again_are_no_change(self):
        """A file that is imported a second time says what is known."""
        self.make_contract()
        self.bill(date(2026, 10, 1))
        self.charge.write({'price': 1000.0, 'every_unit': 'month', 'name': 'Monthly fee'})
        self.plan.write({'trial_days': 0, 'name': 'Basic plan'})
        self.plan.version_ids.write({'date_from': '2000-01-01'})
        self.assertEqual(self.charge.name, 'Monthly fee')

    def test_option_that_nobody_was_billed_for_may_be_added_and_changed(self):
        self.make_contract()
        self.bill(date(2026, 10, 1))
        option = self.charge.copy({'code': 'support', 'optional': True, 'price': 500})
        option.price = 600
        with self.refused('has been billed'):
            option.optional = False

    def test_cancelled_invoice_frees_the_price(self):
        self.make_contract()
        run = self.bill(date(2026, 10, 1))
        run.move_ids.action_sb_cancel_invoice()
        self.charge.price = 1100
        with self.refused('has been billed'):
            self.charge.unlink()

    def test_first_recurring_charge_of_a_billed_version_stays_first(self):
        self.charge.copy({'code': 'extra', 'sequence': 20})
        self.make_contract()
        self.bill(date(2026, 10, 1))
        with self.refused('Leave it first'):
            self.charge.sequence = 30

    @freeze_time('2026-10-15 03:00:00')
    def test_day_for_existing_contracts_moves_while_it_is_to_come(self):
        version = self.version(date(2026, 10, 1))
        self.make_contract(start=date(2026, 10, 1))
        self.bill(date(2026, 10, 15))
        self.assertTrue(version.in_use)
        version.existing_from = date(2027, 1, 1)
        version.existing_from = date(2027, 2, 1)
        with self.refused('has been billed'):
            version.existing_from = date(2026, 10, 15)

    # what the next run believes ---------------------------------------------------------------

    def test_new_prices_are_looked_at_by_the_next_run(self):
        contract, other = self.make_contract(), self.make_contract(plan=self.arrears)
        self.bill(date(2026, 10, 1))
        self.assertTrue(contract.next_due_date and other.next_due_date)
        due = other.next_due_date
        self.version(date(2026, 12, 1), date(2026, 12, 1))
        self.assertFalse(contract.next_due_date)
        self.assertEqual(other.next_due_date, due)

    def test_changed_terms_show_in_the_contracts(self):
        contract = self.make_contract(start=date(2026, 10, 1))
        self.plan.term_count = 2
        self.assertEqual(contract.date_end, date(2026, 12, 1))

    def test_plan_with_contracts_is_archived_not_deleted(self):
        self.make_contract()
        with self.refused('Archive it instead'):
            self.plan.unlink()
        self.make_plan('unused', 1).unlink()

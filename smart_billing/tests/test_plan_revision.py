from datetime import date

from odoo import Command
from odoo.tests import Form, freeze_time, tagged

from .common import BillingCase


@tagged('post_install', '-at_install')
@freeze_time('2026-10-15 03:00:00')
class TestPlanRevision(BillingCase):
    """New prices from a day: by percentage or one by one, for new and for running contracts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.version = cls.plan.version_ids
        base = cls.version.charge_ids
        base.copy({
            'code': 'tiered', 'name': 'By tiers', 'model': 'tiered', 'price': 0, 'minimum': 300,
            'tier_ids': [Command.create({'sequence': 1, 'up_to': 10, 'price': 1.25}),
                         Command.create({'sequence': 2, 'price': 1, 'flat_fee': 50})]})
        base.copy({
            'code': 'intro', 'name': 'Introduced', 'price': 0, 'sequence': 20, 'step_ids': [
                Command.create({'sequence': 1, 'periods': 2, 'price': 100}),
                Command.create({'sequence': 2, 'price': 1000})]})
        cls.env.invalidate_all()

    def amounts(self, version):
        return [part[name] for part, name in version._amounts()]

    def test_every_amount_rises_by_a_percentage(self):
        new = self.plan._make_revision(
            date(2027, 1, 1), date(2027, 4, 1), percent=10, notice_date=date(2026, 11, 1),
            notice_text='From January')
        self.assertEqual(self.amounts(self.version), [1000, 1.25, 1, 50, 300, 100, 1000])
        self.assertEqual(self.amounts(new), [1100, 1.38, 1, 55, 330, 110, 1100])
        self.assertEqual((new.date_from, new.existing_from, new.notice_date, new.notice_text),
                         (date(2027, 1, 1), date(2027, 4, 1), date(2026, 11, 1), 'From January'))
        self.assertEqual(new.charge_ids.mapped('code'), self.version.charge_ids.mapped('code'))

    def test_some_prices_are_named(self):
        new = self.plan._make_revision(
            date(2027, 1, 1), percent=10, prices={'base': 1200}, round_to=10)
        self.assertEqual(new.charge_ids[0].price, 1200)
        self.assertEqual(self.amounts(new)[-2:], [110, 1100])
        self.assertFalse(new.existing_from)
        only = self.plan._make_revision(date(2027, 2, 1), prices={'base': 1300})
        self.assertEqual(self.amounts(only)[1:], self.amounts(new)[1:])

    def test_what_cannot_be_revised_is_said(self):
        with self.refused('has no version before 2000-01-01 whose prices could change'):
            self.plan._make_revision(date(2000, 1, 1), percent=10)
        with self.refused("no charge with the code 'bsae'. It has: base, intro, tiered"):
            self.plan._make_revision(date(2027, 1, 1), prices={'bsae': 1})
        with self.refused('By tiers has more than one price'):
            self.plan._make_revision(date(2027, 1, 1), prices={'tiered': 1})
        with self.refused('before new contracts get it'):
            self.plan._make_revision(date(2027, 1, 1), date(2026, 12, 1), percent=10)
        self.assertEqual(len(self.plan.version_ids), 1)

    def test_running_contracts_are_billed_the_new_price_from_their_day(self):
        self.make_contract(plan=self.arrears)
        self.arrears._make_revision(date(2026, 11, 16), date(2026, 11, 16), prices={'base': 6000})
        run = self.bill(date(2026, 12, 1))
        self.assertEqual([line[2:] for line in self.items_of(run)], [
            (date(2026, 10, 1), date(2026, 11, 1), 3000.0),
            (date(2026, 11, 1), date(2026, 11, 16), 1500.0),
            (date(2026, 11, 16), date(2026, 12, 1), 3000.0)])

    def wizard(self):
        action = self.plan.action_revise_prices()
        return Form(self.env['smart.billing.plan.revision'].with_context(**action['context']))

    def test_wizard_shows_old_and_new_prices(self):
        self.make_contract()
        form = self.wizard()
        self.assertEqual(form.date_from, date(2026, 11, 1))
        form.percent = 10
        form.existing = True
        self.assertEqual((form.existing_from, form.contract_count), (date(2026, 11, 1), 1))
        with form.line_ids.edit(0) as line:
            self.assertEqual((line.name, line.old_price, line.new_price),
                             ('Basic fee', 1000, 1100))
            line.new_price = 1080
        wizard = form.save()
        self.assertEqual(wizard.line_ids.mapped('name'), [
            'Basic fee', 'By tiers, tier up to 10', 'By tiers, tier without limit',
            'By tiers, tier without limit, fee', 'By tiers, minimum',
            'Introduced, for 2 periods', 'Introduced, afterwards'])
        new = self.env['smart.billing.plan.version'].browse(wizard.action_apply()['res_id'])
        self.assertEqual(self.amounts(new), [1080, 1.38, 1, 55, 330, 110, 1100])
        self.assertEqual(new.existing_from, date(2026, 11, 1))
        self.assertEqual(self.amounts(self.version)[0], 1000)

    def test_copy_of_a_version_begins_with_its_prices(self):
        action = self.version.action_copy_as_new_version()
        form = Form(self.env['smart.billing.plan.revision'].with_context(**action['context']))
        new = self.env['smart.billing.plan.version'].browse(form.save().action_apply()['res_id'])
        self.assertEqual(self.amounts(new), self.amounts(self.version))
        self.assertEqual(new.status, 'coming')

    def test_translations_of_the_charges_go_along(self):
        self.env['res.lang']._activate_lang('ja_JP')
        self.version.charge_ids[0].with_context(lang='ja_JP').name = '基本料金'
        new = self.plan._make_revision(date(2027, 1, 1), percent=10)
        self.assertEqual(new.with_context(lang='ja_JP').charge_ids[0].name, '基本料金')
        self.assertEqual(new.charge_ids[0].name, 'Basic fee')

    def test_copy_of_a_plan_has_a_code_of_its_own(self):
        copies = [self.plan.copy() for _time in range(2)]
        self.assertEqual([copy.code for copy in copies], ['basic-2', 'basic-3'])
        self.assertEqual(copies[0].name, 'Basic (copy)')
        self.assertEqual(self.amounts(copies[0].version_ids), self.amounts(self.version))

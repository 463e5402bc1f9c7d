from datetime import date

from odoo import Command
from odoo.tests import Form, freeze_time, tagged

from .common import BillingCase


@tagged('post_install', '-at_install')
class TestPriceText(BillingCase):
    """Prices, terms and discounts in words."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.metric = cls.env['smart.billing.metric'].create({
            'name': 'Traffic', 'code': 'gb', 'unit': 'GB', 'company_id': cls.company.id})
        cls.charge = cls.plan.version_ids.charge_ids

    def says(self, text, **values):
        plan = self.plan.copy({'code': f'copy{self.env["smart.billing.plan"].search_count([])}'})
        charge = plan.version_ids.charge_ids
        charge.write(values)
        self.assertEqual(charge.price_text, text)

    def test_flat_prices(self):
        self.says("¥1,000 a month (in advance and part of a period by days)")
        self.says("¥9,800 a year (in arrears and each begun period in full)", price=9800,
                  every_unit='year', timing='arrears', prorate='none')
        self.says("¥1,000, every 3 months (in advance, by days in the first period only, and "
                  "unused days are not given back)", every_count=3, prorate='start', credit='none')
        self.says("¥1,000 once (option)", charge_type='one_time', optional=True)

    def test_prices_by_quantity(self):
        self.says("¥0.25 per unit, every month (in advance, by days in the last period only, "
                  "periods from the contract's own first day, at least ¥300, and at most ¥5,000)",
                  model='per_unit', price=0.25, minimum=300, maximum=5000, prorate='end',
                  align='start')
        self.says("¥500 for each begun 10 GB, every month (by usage, the highest value of the "
                  "period, and 2.5 GB free)", charge_type='usage', metric_id=self.metric.id,
                  model='package', package_size=10, free_units=2.5, price=500, aggregation='max')

    def test_tables(self):
        tiers = [Command.create({'sequence': 1, 'up_to': 10, 'price': 100, 'flat_fee': 300}),
                 Command.create({'sequence': 2, 'price': 80})]
        usage = {'charge_type': 'usage', 'metric_id': self.metric.id, 'tier_ids': tiers}
        self.says("up to 10: ¥100 per GB plus ¥300 and above: ¥80 per GB, every month "
                  "(by usage)", model='tiered', **usage)
        self.says("up to 10: ¥100 per GB plus ¥300 and above: ¥80 per GB, every month "
                  "(by usage and all units at the price of the tier reached)",
                  model='volume', **usage)

    def test_introductory_prices(self):
        self.says("¥100 for 3 periods and then ¥1,000 a month (in advance and part of a period by "
                  "days)", step_ids=[Command.create({'sequence': 1, 'periods': 3, 'price': 100}),
                                     Command.create({'sequence': 2, 'price': 1000})])

    def test_prices_with_tax_say_so(self):
        self.plan.tax_included = True
        self.assertIn('tax included', self.charge.price_text)

    def test_sentence_follows_the_form(self):
        with Form(self.charge) as form:
            form.timing = 'arrears'
            self.assertIn('in arrears', form.price_text)

    def test_terms(self):
        self.assertEqual(self.plan.terms_text, "runs until it is cancelled")
        self.plan.write({
            'trial_days': 14, 'term_count': 1, 'term_unit': 'year', 'renews': True,
            'minimum_term_count': 6, 'cancellation_fee': 9500, 'free_exit_count': 2,
            'cancellation_product_id': self.product.id})
        self.assertEqual(self.plan.terms_text.splitlines(), [
            "first 14 days free (usage is charged)",
            "term of 1 year, then another one",
            "minimum term of 6 months (cancellation fee: ¥9,500)",
            "no fee within 2 months after a term"])
        self.plan.minimum_term_again = True
        self.assertIn("of 6 months, then of each further term (cancellation fee: ¥9,500)",
                      self.plan.terms_text)
        self.plan.minimum_term_count = 0
        self.assertIn("each further term is a minimum term (cancellation fee: ¥9,500)",
                      self.plan.terms_text)

    def test_discounts(self):
        discount = self.env['smart.billing.discount'].create({
            'name': 'Half', 'percent': 12.5, 'periods': 3, 'company_id': self.company.id})
        self.assertEqual(discount.value_text,
                         "12.5 % off (for 3 periods and all recurring charges)")
        discount.write({'discount_type': 'amount', 'amount': 300, 'periods': 0,
                        'date_until': date(2027, 4, 1), 'charge_codes': 'base'})
        self.assertEqual(discount.value_text, "¥300 off each period (until the day before "
                                              "04/01/2027 and charges: base)")

    @freeze_time('2026-10-15 03:00:00')
    def test_versions_say_which_one_is_in_force(self):
        self.plan.version_ids = [
            Command.create({'date_from': date(2026, 10, 15), 'charge_ids': [Command.create({
                'name': 'Fee', 'price': 1200, 'product_id': self.product.id})]}),
            Command.create({'date_from': date(2027, 1, 1)})]
        self.assertEqual(
            [version.status for version in self.plan.version_ids.sorted('date_from')],
            ['past', 'current', 'coming'])
        self.assertEqual(self.plan.current_price_text, (
            "Fee: ¥1,200 a month (in advance and part of a period by days)"))

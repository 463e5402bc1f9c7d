from datetime import date

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, freeze_time, tagged

from .common_usage import UsageCase


@tagged('post_install', '-at_install')
@freeze_time('2026-10-15 03:00:00')
class TestContractTransfer(UsageCase):
    """Another payer goes on with a contract (契約承継): nothing is lost, nothing is billed twice."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.sb_business_date = False
        cls.plan.write({
            'term_count': 6, 'renews': True, 'minimum_term_count': 12, 'cancellation_fee': 5000,
            'cancellation_product_id': cls.product.id})
        cls.plan.version_ids.charge_ids = [
            Command.create({
                'name': 'Support', 'code': 'support', 'price': 500, 'optional': True,
                'sequence': 20, 'product_id': cls.product.id}),
            Command.create({
                'name': 'Set-up', 'code': 'setup', 'price': 3000, 'charge_type': 'one_time',
                'sequence': 30, 'product_id': cls.product.id}),
            Command.create({
                'name': 'Calls', 'code': 'calls', 'price': 10, 'charge_type': 'usage',
                'model': 'per_unit', 'metric_id': cls.calls.id, 'sequence': 40,
                'product_id': cls.product.id})]
        cls.discount = cls.env['smart.billing.discount'].create({
            'name': 'Half', 'percent': 50, 'periods': 3, 'max_redemptions': 1,
            'charge_codes': 'base', 'company_id': cls.company.id})
        cls.old, cls.new = cls.make_account('Sato'), cls.make_account('Suzuki')

    def transfer(self, contract, day=None, **values):
        contract.add_event('transfer', day, account_id=self.new.id, **values)
        return contract.continued_by_ids

    def lines(self, run):
        return sorted((contract.account_id.partner_id.name, *line)
                      for contract, *line in self.items_of(run))

    def kinds(self, contract):
        return [(event.kind, event.date_effective) for event in contract.event_ids.sorted('id')]

    def test_the_next_invoices_are_those_of_two_payers(self):
        contract = self.make_contract(self.old)
        self.bill('2026-10-01')
        heir = self.transfer(contract, date(2026, 10, 21))
        self.assertEqual(self.lines(self.bill('2026-11-01')), [
            # 11 of 31 days come back, 645 of 1,000 are kept (rounded down); no fee is due.
            ('Sato', 'base', date(2026, 10, 21), date(2026, 11, 1), -355.0),
            ('Suzuki', 'base', date(2026, 10, 21), date(2026, 11, 1), 354.0),
            ('Suzuki', 'base', date(2026, 11, 1), date(2026, 12, 1), 1000.0)])
        self.assertFalse(self.lines(self.bill('2026-11-01')))
        self.assertEqual((contract.date_end, heir.date_start), (date(2026, 10, 21),) * 2)

    def test_links_and_states_past_now_and_future(self):
        for day, states in ((date(2026, 10, 5), ('ended', 'active')), (None, ('ended', 'active')),
                            (date(2026, 11, 1), ('active', 'pending'))):
            contract = self.make_contract(self.old)
            heir = self.transfer(contract, day)
            self.assertEqual((contract.state, heir.state), states)
            self.assertEqual((heir.continues_id, heir.account_id), (contract, self.new))

    def test_all_of_the_contract_goes_on(self):
        contract = self.make_contract(self.old, start_quantity=2)
        contract.add_event('add_option', date(2026, 10, 5), option_code='support', quantity=3)
        contract.add_event('add_discount', date(2026, 10, 1), discount_id=self.discount.id)
        contract.add_event('change_quantity', date(2027, 1, 1), quantity=4)
        contract.add_event('suspend', date(2026, 12, 1))
        contract.add_event('resume', date(2026, 12, 10))
        contract.add_event('change_plan', date(2027, 2, 1), plan_id=self.arrears.id)
        heir = self.transfer(contract, date(2026, 11, 15))
        self.assertEqual(self.kinds(heir), [
            ('start', date(2026, 11, 15)), ('change_plan', date(2027, 2, 1)),
            ('change_quantity', date(2027, 1, 1)), ('add_option', date(2026, 11, 15)),
            ('add_discount', date(2026, 11, 15)), ('suspend', date(2026, 12, 1)),
            ('resume', date(2026, 12, 10))])
        start = heir.event_ids.filtered(lambda event: event.kind == 'start')
        self.assertEqual((start.quantity, start.date_since), (2, date(2026, 10, 1)))
        self.discount.invalidate_recordset()
        self.assertEqual(self.discount.redemption_count, 1, "given once")
        run = self.bill('2027-02-01')
        discounts = [line for line in self.items_of(run) if '/' in line[1] and line[4] < 0]
        self.assertEqual({(line[0], line[3]) for line in discounts}, {
            (contract, date(2026, 11, 1)), (contract, date(2026, 11, 15)),
            (heir, date(2026, 12, 1)), (heir, date(2027, 1, 1))}, "three periods in all")
        self.assertEqual(len([line for line in self.items_of(run) if line[1] == 'setup']), 1)

    def test_minimum_term_goes_on_and_the_fee_is_the_new_payer_s(self):
        contract = self.make_contract(self.old)
        heir = self.transfer(contract, date(2026, 12, 1))
        heir.add_event('cancel', date(2027, 6, 1))
        fees = [line for line in self.items_of(self.bill('2027-06-01'))
                if line[1] == 'cancellation_fee']
        self.assertEqual([(line[0], line[4]) for line in fees], [(heir, 5000)])
        late = self.transfer(self.make_contract(self.old), date(2026, 12, 1))
        late.add_event('cancel', date(2027, 10, 1))
        self.assertFalse([line for line in self.items_of(self.bill('2027-10-01'))
                          if line[1] == 'cancellation_fee'], "twelve months since October 2026")

    def test_agreed_prices_of_the_contract_hold_on(self):
        contract = self.make_contract(self.old)
        values = {'account_id': self.old.id, 'plan_id': self.plan.id, 'date_from': '2026-10-01'}
        self.env['smart.billing.price.override'].create([
            {**values, 'charge_code': 'base', 'price': 900, 'contract_id': contract.id},
            {**values, 'charge_code': 'calls', 'price': 8, 'contract_id': contract.id,
             'date_to': '2026-11-01'},
            {**values, 'charge_code': 'base', 'price': 950}])
        heir = self.transfer(contract, date(2026, 11, 1))
        self.assertEqual([(price.charge_code, price.price, price.date_from)
                          for price in heir.price_ids], [('base', 900, date(2026, 11, 1))])

    def test_usage_stays_with_its_days_and_is_billed_once(self):
        contract = self.make_contract(self.old)
        self.load(*({**self.row(f'u{day}', 10), 'contract': contract.name,
                     'date': f'2026-10-{day}'} for day in (5, 20, 25)))
        self.bill('2026-11-01')
        heir = self.transfer(contract, date(2026, 10, 21))
        self.load({**self.row('u25', 10), 'contract': contract.name, 'date': '2026-10-25'},
                  {**self.row('u26', 7), 'contract': contract.name, 'date': '2026-10-26'},
                  {**self.row('u6', 1), 'contract': contract.name, 'date': '2026-10-06'})
        self.assertEqual(self.quantities(contract), {
            ('calls/sum', date(2026, 10, 5)): 10, ('calls/sum', date(2026, 10, 6)): 1,
            ('calls/sum', date(2026, 10, 20)): 10})
        self.assertEqual(self.quantities(heir), {
            ('calls/sum', date(2026, 10, 25)): 10, ('calls/sum', date(2026, 10, 26)): 7})
        self.bill('2026-11-01')
        totals = {}
        for item in (contract + heir).item_ids.filtered(
                lambda item: item.live and item.charge_code == 'calls'):
            totals[item.contract_id] = totals.get(item.contract_id, 0) + item.amount
        self.assertEqual(totals, {contract: 210, heir: 170})

    def test_usage_is_corrected_where_it_is(self):
        contract = self.make_contract(self.old)
        self.load({**self.row('u25', 10), 'contract': contract.name, 'date': '2026-10-25'})
        heir = self.transfer(contract, date(2026, 10, 21))
        answer = self.load({**self.row('u25', 4), 'contract': contract.name, 'date': '2026-10-25',
                            'action': 'correct'})
        self.assertFalse(answer['problems'])
        self.assertEqual(self.quantities(heir), {('calls/sum', date(2026, 10, 25)): 4})

    def test_transfer_with_a_reference_is_made_once(self):
        contract = self.make_contract(self.old)
        for _time in range(2):
            heir = self.transfer(contract, date(2026, 11, 1), ref='T-1')
        self.assertEqual((len(heir), heir.continues_id), (1, contract))

    def test_many_contracts_and_the_next_payer_again(self):
        contracts = self.make_contract(self.old) + self.make_contract(self.old)
        heirs = self.transfer(contracts, date(2026, 11, 1))
        self.assertEqual(heirs.continues_id, contracts)
        heirs.add_event('transfer', date(2026, 12, 1), account_id=self.old.id)
        start = heirs.continued_by_ids[0].event_ids[0]
        self.assertEqual((start.date_effective, start.date_since),
                         (date(2026, 12, 1), date(2026, 10, 1)))

    def test_refusals_say_what_to_do(self):
        contract = self.make_contract(self.old)
        other = self.env['res.company'].create({'name': 'Other KK'})
        foreign = self.env['smart.billing.account'].sudo().create({
            'partner_id': self.env['res.partner'].create({'name': 'X'}).id,
            'company_id': other.id})
        archived = self.make_account('Archived', active=False)
        for account, day, words in (
                (self.old, None, 'is paid by .* already'), (foreign, None, 'of the same company'),
                (archived, None, 'is archived'), (self.new, date(2026, 9, 30), 'starts on')):
            with self.assertRaisesRegex(UserError, words):
                contract.add_event('transfer', day, account_id=account.id)
        contract.add_event('cancel', date(2026, 11, 1))
        with self.assertRaisesRegex(UserError, 'nothing left to transfer'):
            self.transfer(contract, date(2026, 11, 1))
        self.assertEqual(self.kinds(contract)[1:], [('cancel', date(2026, 11, 1))])
        self.assertFalse(contract.continued_by_ids)

    def test_cancellation_that_was_asked_for_goes_on_with_its_reason(self):
        contract = self.make_contract(self.old)
        reason = self.env.ref('smart_billing.cancel_reason_price')
        contract.add_event('cancel', date(2027, 2, 1), cancel_reason_id=reason.id)
        heir = self.transfer(contract, date(2026, 11, 1))
        self.assertEqual((heir.date_end, heir.cancel_reason_id), (date(2027, 2, 1), reason))
        heir.add_event('keep', date(2026, 11, 1))
        self.assertFalse(heir.date_end)

    def test_what_counts_later_is_entered_where_the_contract_goes_on(self):
        contract = self.make_contract(self.old)
        heir = self.transfer(contract, date(2026, 11, 1))
        with self.assertRaisesRegex(UserError, f'goes on as contract {heir.name}'):
            contract.add_event('suspend', date(2026, 11, 1))
        with self.assertRaisesRegex(UserError, f'goes on as contract {heir.name}'):
            self.transfer(contract, date(2026, 10, 20))
        contract.add_event('suspend', date(2026, 10, 20))

    def test_what_a_start_cannot_say_is_refused_and_nothing_is_done(self):
        contract = self.make_contract(self.old)
        contract.add_event('renew', date(2026, 10, 2), date_end=date(2027, 7, 15))
        with self.assertRaisesRegex(UserError, 'would not go on as this one does .end of the term'):
            with self.cr.savepoint():
                self.transfer(contract, date(2027, 5, 1))
        self.assertFalse(contract.continued_by_ids)
        self.assertEqual(len(contract.event_ids), 2)

    def test_form_shows_the_effect_on_both_payers(self):
        contract = self.make_contract(self.old)
        self.bill('2026-10-01')
        form = Form(self.env['smart.billing.contract.change'].with_context(
            active_ids=contract.ids))
        form.kind = 'transfer'
        form.account_id = self.new
        form.date_effective = date(2026, 11, 1)
        self.assertIn('Basic fee', form.preview_html)
        form.save().action_apply()
        self.assertEqual(contract.continued_by_ids.account_id, self.new)

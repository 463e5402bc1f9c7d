from datetime import date

from odoo import Command
from odoo.tests import HttpCase, tagged

from .common import BillingCase


@tagged('post_install', '-at_install')
class TestTours(BillingCase, HttpCase):
    """The way of a clerk through the web client, in a real browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({'sb_run_approval': True, 'sb_business_date': date(2026, 10, 1)})
        cls.clerk = cls.env['res.users'].create({
            'name': 'Tour Manager', 'login': 'tour_manager', 'password': 'tour_manager',
            'company_id': cls.company.id, 'company_ids': [Command.set(cls.company.ids)],
            'group_ids': [Command.set(cls.env.ref('smart_billing.group_billing_manager').ids)],
        })
        cls.account = cls.make_account('Tour Customer')

    def process(self):
        """The scheduled job; a browser test is in the registry's test mode already."""
        self.env.ref('smart_billing.cron_process_runs').method_direct_trigger()
        self.env.invalidate_all()

    def test_contract_to_posted_invoice(self):
        """Contract by form, preview, run, approval, posted invoice."""
        self.start_tour('/odoo', 'smart_billing_contract_to_run', login='tour_manager')
        contract = self.account.contract_ids
        self.assertEqual(contract.state, 'active')
        run = self.env['smart.billing.run'].search([('company_id', '=', self.company.id)])
        self.assertEqual(run.state, 'running')
        self.assertIn('Basic fee', run.preview_html)
        self.assertFalse(contract.item_ids, "a preview writes nothing")

        self.process()
        self.assertEqual(run.state, 'to_approve')
        self.start_tour('/odoo', 'smart_billing_approve', login='tour_manager')
        self.assertEqual(run.approved_by_id, self.clerk)

        self.process()
        self.assertEqual(run.state, 'done')
        self.start_tour('/odoo', 'smart_billing_invoice', login='tour_manager')
        self.assertEqual(run.move_ids.state, 'posted')
        self.assertEqual(run.move_ids.amount_total, 1100)
        self.assertEqual(contract.billed_until, date(2026, 11, 1))

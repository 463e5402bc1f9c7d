from datetime import date

from odoo.addons.smart_billing.engine import usage

from .common import BillingCase


class UsageCase(BillingCase):
    """A metric, a plan that bills it at 10 a call, and a contract from 2026-10-01."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.sb_business_date = date(2026, 11, 1)
        cls.usage = cls.env['smart.billing.usage']
        cls.calls = cls.env['smart.billing.metric'].create({
            'name': 'API calls', 'code': 'calls', 'unit': 'calls', 'company_id': cls.company.id})
        cls.metered = cls.make_plan('metered', '10', charge_type='usage', model='per_unit',
                                    metric_id=cls.calls.id)
        cls.contract = cls.make_contract(plan=cls.metered)

    def row(self, external_id, quantity=1, **values):
        return {'contract': self.contract.name, 'metric': 'calls', 'quantity': quantity,
                'date': '2026-10-10', 'external_id': external_id, **values}

    def load(self, *rows):
        return self.usage.load_usage(list(rows))

    def counting(self, external_id):
        return self.usage.search([('external_id', '=', external_id), ('replaced', '=', 0)])

    def quantities(self, contract):
        """{(metric, day): quantity} as the planner is told."""
        told = usage.read_usage(self.env, contract.ids)
        return {(row.metric, row.day): row.quantity for row in told.get(contract.id, ())}

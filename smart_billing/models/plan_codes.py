from odoo import models


class Plan(models.Model):
    """By which codes orders, files and the API name what a plan has (料金コード)."""

    _inherit = 'smart.billing.plan'

    def _option_codes(self):
        """:return: {plan id: codes of its optional charges, in any version}"""
        return self._codes([('optional', '=', True)])

    def _charge_codes(self):
        """:return: {plan id: codes of all its charges, in any version}"""
        return self._codes([])

    def _codes(self, domain):
        codes = {plan_id: set() for plan_id in self.ids}
        for plan, code in self.env['smart.billing.charge']._read_group(
                [('plan_id', 'in', self.ids), *domain], ['plan_id', 'code']):
            codes[plan.id].add(code)
        return codes

    def _main_charge_code(self, day):
        """The charge that people mean by 'the price' of the plan: the first recurring one."""
        self.ensure_one()
        versions = self.version_ids.sorted('date_from')
        version = versions.filtered(lambda one: one.date_from <= day)[-1:] or versions[:1]
        charges = version.charge_ids.sorted(lambda charge: (charge.sequence, charge.id))
        ranked = sorted(charges, key=lambda charge: (
            charge.optional, ('recurring', 'usage', 'one_time').index(charge.charge_type)))
        return ranked[0].code

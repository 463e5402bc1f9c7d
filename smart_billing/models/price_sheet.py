from odoo import models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ..core import price_sheet
from ..engine import catalogue
from ..engine.price_words import explain
from .price_sheet_part import check_now


class Plan(models.Model):
    """The whole of the price sheet: what must hold over its parts, and who is priced by it."""

    _inherit = 'smart.billing.plan'

    def _check_price_sheets(self):
        """Everything that is wrong with the plans, in words, at once.

        :raise ValidationError: with a line for each fault
        """
        if not self:
            return
        self.env.flush_all()
        told = catalogue.read_plans(self.env, self.ids)
        reasons = []
        for plan in self:
            if faults := price_sheet.faults_of(told[plan.id]):
                reasons.append(explain(self.env, plan, faults))
            if plan.cancellation_fee and not plan.cancellation_product_id:
                reasons.append(self.env._(
                    "Plan %(plan)s has a cancellation fee but no product for its invoice line. "
                    "Choose the 'Cancellation fee product'.", plan=plan.display_name))
        reasons += self._contracts_without_version()
        if reasons:
            raise ValidationError('\n'.join(reasons))
        check_now(self.env, 'smart_billing_plan_version_date_once',
                  'smart_billing_charge_code_once')

    def _contracts_without_version(self):
        """Contracts that would have no prices on the day on which they come to a plan."""
        rows = self.env.execute_query(SQL(
            """ SELECT DISTINCT ON (e.plan_id)
                       e.plan_id, e.contract_id, e.date_effective, first.day
                  FROM smart_billing_contract_event e
                  LEFT JOIN (SELECT plan_id, min(date_from) AS day
                               FROM smart_billing_plan_version GROUP BY plan_id) AS first
                         ON first.plan_id = e.plan_id
                 WHERE e.plan_id IN %s AND e.at_period_end IS NOT TRUE
                   AND e.date_effective < COALESCE(first.day, 'infinity')
              ORDER BY e.plan_id, e.date_effective, e.id """, tuple(self.ids)))
        return [self.env._(
            "Contract %(contract)s is on plan %(plan)s from %(day)s, but no version of the plan "
            "would be valid then. Keep a version that is valid from %(day)s or earlier.",
            contract=self.env['smart.billing.contract'].browse(contract).name,
            plan=self.browse(plan).display_name, day=day)
            for plan, contract, day, _first in rows]

    def _contracts_priced(self):
        """The contracts that are, were or will be on one of the plans."""
        return self.env['smart.billing.contract'].sudo().search(
            [('event_ids.plan_id', 'in', self.ids)])

    def _forget_settled(self, day=None):
        """Prices changed: contracts on these plans are looked at again by the next run.

        :param day: first day whose prices changed; None: from the first day on
        """
        self._contracts_priced()._forget_settled(day)

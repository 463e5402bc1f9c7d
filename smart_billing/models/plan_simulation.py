from decimal import Decimal

from odoo import fields, models
from odoo.exceptions import UserError

from ..core.errors import DomainError
from ..engine import simulation


class Plan(models.Model):
    _inherit = 'smart.billing.plan'

    def action_simulate(self):
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Price simulator"),
            'res_model': 'smart.billing.simulation',
            'view_mode': 'form',
            'context': {'default_plan_id': self.id, 'dialog_size': 'extra-large'},
            'target': 'new',
        }

    def simulate(self, date_start, months=12, quantity=1, options=None, usage=None,
                 coupon_code=None, discount_id=None, billing_day=None):
        """What a contract on the plan would cost, month by month (料金シミュレーション). For RPC.

        :param date_start: first day of the imagined contract
        :param dict options: {code of an optional charge: quantity}
        :param dict usage: {code of a metric: what is used a month}
        :param int billing_day: day on which periods start; None: the contract's own
        :return: [{'month', 'lines': [{'charge', 'name', 'amount'}], 'tax', 'total'}], amounts as
            text with the currency's digits
        :raise UserError: the plan has no prices on that day, or knows no such option or metric
        """
        self.ensure_one()
        if coupon_code and not discount_id:
            discount_id = self._discount_by_coupon(coupon_code).id
        answer = self._simulate(simulation.Question(
            date_start=fields.Date.to_date(date_start), months=months, billing_day=billing_day,
            quantity=Decimal(str(quantity)), discount=discount_id or None,
            options={code: Decimal(str(value)) for code, value in (options or {}).items()},
            usage={code: Decimal(str(value)) for code, value in (usage or {}).items()}))
        return [{
            'month': fields.Date.to_string(month),
            'lines': [{'charge': row.charge, 'name': row.name, 'amount': str(row.amount)}
                      for row in answer.rows if row.month == month],
            'tax': str(answer.totals[month].tax),
            'total': str(answer.totals[month].total),
        } for month in answer.months]

    def _simulate(self, question, partner=None):
        self._check_question(question)
        try:
            return simulation.simulate(self, question, partner)
        except DomainError as error:
            if error.code == 'no_version':
                raise UserError(self.env._(
                    "Plan %(plan)s has no version that is valid on %(day)s. Choose a later first "
                    "day, or try one of its versions.",
                    plan=self.display_name, day=error.context['day'])) from error
            raise UserError(self.env._(
                "Plan %(plan)s: %(error)s", plan=self.display_name, error=str(error))) from error

    def _check_question(self, question):
        charges = self.version_ids.charge_ids
        for asked, known in (
                (question.options, charges.filtered('optional').mapped('code')),
                (question.usage, charges.metric_id.mapped('code'))):
            for code in asked:
                if code not in known:
                    raise UserError(self.env._(
                        "Plan %(plan)s has no option and no metric '%(code)s'. It has: %(known)s.",
                        plan=self.display_name, code=code,
                        known=', '.join(sorted(set(known))) or self.env._("none")))

        discount = self.env['smart.billing.discount'].browse(question.discount or ())
        if discount.plan_ids and self not in discount.plan_ids:
            raise UserError(self.env._(
                "Discount %(discount)s is not for plan %(plan)s. It is for: %(plans)s.",
                discount=discount.display_name, plan=self.display_name,
                plans=', '.join(discount.plan_ids.mapped('display_name'))))

    def _discount_by_coupon(self, coupon_code):
        """As on a contract of the plan's company."""
        Contract = self.env['smart.billing.contract'].with_company(self.company_id)
        return Contract._discount_by_coupon(coupon_code)

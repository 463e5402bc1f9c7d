from decimal import Decimal

from odoo import fields, models
from odoo.exceptions import UserError

from ..core.price_sheet import raised


class PlanVersion(models.Model):
    """A new version from an old one: new prices from a day (料金改定)."""

    _inherit = 'smart.billing.plan.version'

    notice_date = fields.Date(
        string="Announced on", copy=False,
        help="Day on which customers are told of the new prices.")
    notice_text = fields.Text(
        string="Announcement", translate=True, copy=False, help="What customers are told.")

    def _amounts(self):
        """Every amount of the price sheet that a revision may change, in its order.

        :return: [(record, name of the field)]
        """
        found = []
        for charge in self.charge_ids.sorted(lambda charge: (charge.sequence, charge.id)):
            if charge.model in ('tiered', 'volume'):
                for tier in charge.tier_ids.sorted(lambda tier: (tier.sequence, tier.id)):
                    found += [(tier, 'price')] + [(tier, 'flat_fee')] * bool(tier.flat_fee)
            elif charge.step_ids:
                found += [(step, 'price') for step in charge.step_ids.sorted(
                    lambda step: (step.sequence, step.id))]
            else:
                found.append((charge, 'price'))
            found += [(charge, name) for name in ('minimum', 'maximum') if charge[name]]
        return found

    def _revised(self, values, amounts):
        """Copy the version with other amounts.

        :param dict values: days and announcement of the new version
        :param dict amounts: {(record, name of the field): new amount} of what changes
        :return: the new version
        """
        self.ensure_one()
        with self._sheet_open() as within:
            new = within.copy(values)
            # A copy has its parts in the same order.
            for (old_part, name), (new_part, _name) in zip(
                    within._amounts(), new._amounts(), strict=True):
                if (old_part, name) in amounts:
                    new_part[name] = float(amounts[old_part, name])
        return new.with_env(self.env)

    def _raised(self, part, name, percent, round_to=None):
        digits = self.company_id.currency_id.decimal_places
        return raised(
            Decimal(str(part[name])), Decimal(str(percent)), digits,
            Decimal(str(round_to)) if round_to else None)

    def _priced(self, prices):
        """:return: {(charge, 'price'): new price} of charges that have one price"""
        by_code = {charge.code: charge for charge in self.charge_ids}
        amounts = {}
        for code, price in prices.items():
            charge = by_code.get(code)
            if not charge:
                raise UserError(self.env._(
                    "Version %(version)s has no charge with the code '%(code)s'. It has: "
                    "%(known)s.", version=self.display_name, code=code,
                    known=', '.join(sorted(by_code))))
            if (charge, 'price') not in self._amounts():
                raise UserError(self.env._(
                    "Charge %(charge)s has more than one price (tiers or steps). Give a "
                    "percentage, or change the prices in the new version.", charge=charge.name))
            amounts[charge, 'price'] = Decimal(str(price))
        return amounts

    def action_copy_as_new_version(self):
        """The same prices from a day to come, to be changed there (新しい版として複製)."""
        self.ensure_one()
        return self.plan_id._revision_window(self)


class Plan(models.Model):
    _inherit = 'smart.billing.plan'

    def action_revise_prices(self):
        self.ensure_one()
        return self._revision_window(self.version_ids.sorted('date_from')[-1:])

    def _revision_window(self, version):
        self._check_usable()
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("New prices from a day"),
            'res_model': 'smart.billing.plan.revision',
            'view_mode': 'form',
            'context': {'default_plan_id': self.id, 'default_version_id': version.id},
            'target': 'new',
        }

    def _make_revision(self, date_from, existing_from=False, percent=None, prices=None,
                       round_to=None, notice_date=False, notice_text=False):
        """New prices from a day, as a version made from the newest one before (料金改定).

        :param date_from: day from which new contracts get them
        :param existing_from: day from which running contracts get them; False: they keep theirs
        :param Decimal percent: by how much every amount rises, below zero: falls
        :param dict prices: {charge code: new price}, which go before the percentage
        :param Decimal round_to: round what rises to a multiple of this amount
        :param notice_date: day on which customers are told, with `notice_text`
        :return: the new `smart.billing.plan.version`
        :raise UserError: there is no version before that day, or no charge with such a code
        """
        self.ensure_one()
        date_from = fields.Date.to_date(date_from)
        before = self.version_ids.filtered(lambda version: version.date_from < date_from)
        if not before:
            raise UserError(self.env._(
                "Plan %(plan)s has no version before %(day)s whose prices could change. Choose a "
                "later day.", plan=self.display_name, day=date_from))
        base = before.sorted('date_from')[-1]
        amounts = {}
        if percent is not None:
            amounts = {amount: base._raised(*amount, percent, round_to)
                       for amount in base._amounts()}
        amounts.update(base._priced(prices or {}))
        return base._revised({
            'date_from': date_from, 'existing_from': existing_from,
            'notice_date': notice_date, 'notice_text': notice_text}, amounts)

"""From contracts, billed items and invoices to the usage behind them."""
from odoo import fields, models
from odoo.fields import Domain

from .window import window

COUNTS = Domain('replaced', '=', 0) & Domain('withdrawn', '=', False)


class Contract(models.Model):
    _inherit = 'smart.billing.contract'

    usage_count = fields.Integer(compute='_compute_usage_count')

    # Usage files name contracts by their numbers, thousands at a time.
    _by_number = models.Index('(company_id, name)')

    def _compute_usage_count(self):
        counts = dict(self.env['smart.billing.usage']._read_group(
            Domain('contract_id', 'in', self.ids) & COUNTS, ['contract_id'], ['__count']))
        for contract in self:
            contract.usage_count = counts.get(contract, 0)

    def action_view_usage(self):
        self.ensure_one()
        return window(
            self.env._("Usage of %(contract)s", contract=self.name), 'smart.billing.usage',
            [('contract_id', '=', self.id)], default_contract_id=self.id, search_default_counts=1)


class Item(models.Model):
    _inherit = 'smart.billing.item'

    metric_id = fields.Many2one(related='charge_id.metric_id')

    def action_view_usage(self):
        """The measurements that these lines bill: contract, metric and days say which."""
        domain = Domain.OR([item._usage_domain() for item in self if item.metric_id])
        return window(self.env._("Billed usage"), 'smart.billing.usage', list(domain & COUNTS))

    def _usage_domain(self):
        return Domain([
            ('contract_id', '=', self.contract_id.id), ('metric_id', '=', self.metric_id.id),
            ('date_counted', '>=', self.date_from), ('date_counted', '<', self.date_to)])


class AccountMove(models.Model):
    _inherit = 'account.move'

    sb_has_usage = fields.Boolean(compute='_compute_sb_has_usage', compute_sudo=True)

    def _compute_sb_has_usage(self):
        metered = {move.id for [move] in self.env['smart.billing.item']._read_group(
            [('move_id', 'in', self.ids), ('charge_id.metric_id', '!=', False)], ['move_id'])}
        for move in self:
            move.sb_has_usage = move.id in metered

    def action_sb_view_usage(self):
        """The measurements that the lines of an invoice bill."""
        return self.sb_item_ids.action_view_usage()

from decimal import Decimal

from odoo import fields, models

from .item import ITEM_KINDS


class DryRunLine(models.Model):
    """One line that would be billed."""

    _name = 'smart.billing.dry.run.line'
    _description = 'Line of a Dry Run'
    _order = 'line_id, id'

    line_id = fields.Many2one(
        'smart.billing.dry.run.account', required=True, ondelete='cascade', index=True)
    dry_run_id = fields.Many2one(related='line_id.dry_run_id', store=True, index=True)
    company_id = fields.Many2one(related='line_id.company_id', store=True, index=True)
    currency_id = fields.Many2one(related='company_id.currency_id')
    account_id = fields.Many2one(
        related='line_id.account_id', store=True, string="Billing account")
    state = fields.Selection(related='line_id.state', store=True)
    contract_id = fields.Many2one('smart.billing.contract', ondelete='cascade')
    plan_id = fields.Many2one('smart.billing.plan', ondelete='cascade')
    charge_id = fields.Many2one('smart.billing.charge', ondelete='cascade')
    charge_code = fields.Char(readonly=True)
    discount_id = fields.Many2one('smart.billing.discount', ondelete='cascade')
    one_off_id = fields.Many2one('smart.billing.one.off', ondelete='cascade')
    kind = fields.Selection(ITEM_KINDS, readonly=True)
    name = fields.Char(string="Text", readonly=True)
    date_from = fields.Date(readonly=True)
    date_to = fields.Date(string="Until (exclusive)", readonly=True)
    date_due = fields.Date(string="Due on", readonly=True)
    quantity = fields.Float(digits='Product Unit', readonly=True)
    unit_price = fields.Float(digits=(16, 6), readonly=True)
    amount = fields.Monetary(readonly=True)
    tax_ids = fields.Many2many('account.tax', string="Taxes", readonly=True)
    reason = fields.Char(string="Why it is settled", readonly=True)

    def _plain(self, number):
        """A quantity or unit price as people write it: thousands parted, no empty decimals."""
        return f'{Decimal(str(number)).normalize():,f}'

from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..core.facts import CREDIT
from ..engine.forecast import forecast
from ..engine.taxes import totals


class DryRunAccount(models.Model):
    """One billing account in a dry run: the invoice that would be made, or why none would."""

    _name = 'smart.billing.dry.run.account'
    _description = 'Account in a Dry Run'
    _order = 'dry_run_id desc, id'

    dry_run_id = fields.Many2one(
        'smart.billing.dry.run', required=True, ondelete='cascade', index=True)
    company_id = fields.Many2one(related='dry_run_id.company_id', store=True, index=True)
    currency_id = fields.Many2one(related='company_id.currency_id')
    account_id = fields.Many2one(
        'smart.billing.account', string="Billing account", required=True, ondelete='cascade',
        index=True)
    partner_id = fields.Many2one(related='account_id.partner_id')
    state = fields.Selection(
        [('waiting', "Waiting"), ('bill', "Would be billed"), ('nothing', "Nothing due"),
         ('carried', "Would be carried over"), ('parked', "Would be parked")],
        default='waiting', required=True, readonly=True, index=True)
    reason = fields.Text(readonly=True)
    item_ids = fields.One2many('smart.billing.dry.run.line', 'line_id', string="Lines")
    item_count = fields.Integer(string="Line count", readonly=True)
    is_refund = fields.Boolean(string="Credit note", readonly=True)
    invoice_date = fields.Date(readonly=True)
    date_due = fields.Date(string="Payment due", readonly=True)
    amount_untaxed = fields.Monetary(string="Net of tax", readonly=True)
    amount_tax = fields.Monetary(string="Tax", readonly=True)
    amount_total = fields.Monetary(string="Total", readonly=True)

    _once = models.UniqueIndex(
        '(dry_run_id, account_id)', "The account is in this dry run already.")
    _work_queue = models.Index('(dry_run_id, state, id)')

    @api.depends('dry_run_id', 'account_id')
    def _compute_display_name(self):
        for line in self:
            line.display_name = f'{line.dry_run_id.name} {line.account_id.display_name}'

    def _forecast(self):
        """Work out a chunk of accounts of one dry run."""
        for dry_run, lines in self.grouped('dry_run_id').items():
            by_account = lines.grouped('account_id')
            items = []
            for one in forecast(dry_run.company_id, lines.account_id, dry_run):
                line = by_account[one.account]
                line.write(line._prepare_answer(one))
                items += [line._prepare_item(each) for each in one.lines]
            self.env['smart.billing.dry.run.line'].create(items)

    def _prepare_answer(self, one):
        values = {
            'state': one.decision.state,
            'reason': '\n'.join(one.decision.reasons),
            'item_count': len(one.lines),
        }
        if one.lines:
            values |= {
                'is_refund': one.is_refund, 'invoice_date': one.invoice_date,
                'date_due': one.due_date, 'amount_tax': float(one.totals.tax),
                'amount_total': float(one.totals.total),
                'amount_untaxed': float(one.totals.total - one.totals.tax),
            }
        return values

    def _prepare_item(self, line):
        due = line.due
        credited = self.env['smart.billing.item'].browse(due.credits or ())
        return {
            'line_id': self.id,
            'contract_id': due.contract,
            'plan_id': due.plan,
            'charge_id': due.charge_key or (
                credited.charge_id.id if due.kind == CREDIT else False),
            'charge_code': due.charge,
            'discount_id': due.discount,
            'one_off_id': due.one_off,
            'kind': due.kind,
            'name': line.name,
            'date_from': due.date_from,
            'date_to': due.date_to,
            'date_due': due.due,
            'quantity': due.quantity,
            'unit_price': due.unit_price,
            'amount': float(due.amount),
            'tax_ids': [(6, 0, line.taxes.ids)],
            'reason': line.reason,
        }

    def action_print_proforma(self):
        """The proforma invoice as a PDF, plainly marked as no invoice (仮請求書)."""
        empty = self.filtered(lambda line: not line.item_count)
        if empty:
            raise UserError(self.env._(
                "Nothing would be billed to %(account)s: there is nothing to print.",
                account=empty[0].account_id.display_name))
        return self.env.ref('smart_billing.action_report_proforma').report_action(
            self, config=False)

    def _totals(self):
        """Totals by rate, for the proforma invoice."""
        self.ensure_one()
        return totals(self.company_id, [
            (Decimal(str(line.amount)), line.tax_ids) for line in self.item_ids])

from odoo import fields, models
from odoo.exceptions import UserError

# What a billed line says is decided by its item; a person changes the contract instead.
BILLED_FIELDS = ('price_unit', 'quantity', 'discount')


class AccountMoveLine(models.Model):
    _inherit = 'account.move.line'

    sb_quantity = fields.Float(
        string="Billed quantity", digits=False, min_display_digits='Product Unit', readonly=True,
        copy=False,
        help="What the customer reads; the line itself carries the item's exact amount.")
    sb_unit_price = fields.Float(
        string="Billed unit price", digits=(16, 6), readonly=True, copy=False)
    sb_date_from = fields.Date(string="Service from", readonly=True, copy=False)
    sb_date_to = fields.Date(
        string="Service until (exclusive)", readonly=True, copy=False)
    sb_contract_id = fields.Many2one(
        'smart.billing.contract', string="Contract", readonly=True, copy=False,
        ondelete='restrict', index='btree_not_null')

    def write(self, vals):
        changed = [name for name in BILLED_FIELDS if name in vals]
        if changed and any(line._sb_differs(vals, changed) for line in self):
            self._sb_refuse_edit()
        return super().write(vals)

    def unlink(self):
        if self.ids and self.env['smart.billing.item'].sudo().search_count(
                [('move_line_id', 'in', self.ids), ('live', '=', True)], limit=1):
            self._sb_refuse_edit()
        return super().unlink()

    def _sb_differs(self, vals, names):
        return bool(self.sb_date_from) and any(self[name] != vals[name] for name in names)

    def _sb_refuse_edit(self):
        """The sum of the items is the invoice: a billed line is not edited, it is billed anew."""
        line = self.filtered('sb_date_from')[:1]
        if not line.sb_contract_id:
            raise UserError(self.env._(
                "The line '%(line)s' is a one-off charge of account %(account)s and is not edited "
                "on the invoice. Archive the one-off charge and enter the right one, delete the "
                "draft (or cancel the invoice) and run the billing again.",
                line=line.name or '', account=line.move_id.sb_account_id.display_name or ''))
        raise UserError(self.env._(
            "The line '%(line)s' was billed by contract %(contract)s and is not edited on the "
            "invoice. Correct the contract, delete the draft (or cancel the invoice) and run the "
            "billing again; own lines can be added.",
            line=line.name or '', contract=line.sb_contract_id.name or ''))

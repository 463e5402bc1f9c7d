from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..core.money import round_amount
from .window import window

# What decides the billed line: frozen while the charge is on an invoice that stands.
BILLED_FIELDS = {
    'account_id', 'contract_id', 'product_id', 'date', 'quantity', 'unit_price', 'tax_included',
}


class OneOff(models.Model):
    """A charge or a credit typed in by hand, billed once by the next run (スポット請求)."""

    _name = 'smart.billing.one.off'
    _description = 'One-Off Charge'
    _inherit = ['mail.thread']
    _order = 'date desc, id desc'

    account_id = fields.Many2one(
        'smart.billing.account', string="Billing account", required=True, ondelete='restrict',
        index=True, check_company=True, tracking=True)
    contract_id = fields.Many2one(
        'smart.billing.contract', ondelete='restrict', index='btree_not_null',
        check_company=True, domain="[('account_id', '=', account_id), ('state', '!=', 'draft')]",
        help="Empty: a charge of the billing account as such.")
    company_id = fields.Many2one(related='account_id.company_id', store=True, index=True)
    currency_id = fields.Many2one(related='company_id.currency_id')
    ref = fields.Char(
        string="External reference", copy=False, index='btree_not_null',
        help="Identity in the front system; the same reference is the same charge.")
    name = fields.Char(string="Description", required=True, help="Text of the invoice line.")
    product_id = fields.Many2one(
        'product.product', required=True, ondelete='restrict', check_company=True,
        help="Its accounts and taxes are those of the invoice line.")
    date = fields.Date(
        required=True, default=lambda self: self.env.company._sb_today(), tracking=True,
        help="Billed by the first run whose target day is not before it.")
    quantity = fields.Float(default=1, digits='Product Unit', tracking=True)
    unit_price = fields.Float(
        digits=(16, 6), required=True, tracking=True, help="Below zero for a credit (値引き).")
    amount = fields.Monetary(compute='_compute_amount', store=True)
    tax_included = fields.Boolean(help="The price contains the tax (内税).")
    active = fields.Boolean(
        default=True, tracking=True,
        help="A charge that was billed and is archived is credited by the next run.")
    settled = fields.Boolean(
        readonly=True, copy=False,
        help="What is billed of it is what it says: the next runs need not look at it. A cache "
             "that every change empties.")
    item_ids = fields.One2many('smart.billing.item', 'one_off_id', readonly=True)
    billed_amount = fields.Monetary(compute='_compute_billed', string="Billed")
    state = fields.Selection(
        [('waiting', "To be billed"), ('billed', "Billed"), ('to_credit', "To be credited"),
         ('credited', "Credited"), ('withdrawn', "Withdrawn")],
        compute='_compute_billed')

    _check_company_auto = True
    _rec_names_search = ['name', 'ref']
    _ref_once = models.UniqueIndex(
        '(company_id, ref) WHERE ref IS NOT NULL',
        "Another one-off charge has this external reference.")
    _unsettled = models.Index('(account_id, date) WHERE settled IS NOT TRUE')
    _quantity_positive = models.Constraint(
        'CHECK (quantity > 0)', "The quantity must be above zero; a credit has a negative price.")

    # === COMPUTE METHODS === #

    @api.depends('quantity', 'unit_price', 'company_id.sb_rounding')
    def _compute_amount(self):
        """Quantity × price, rounded once in the company's direction."""
        for one_off in self:
            company = one_off.company_id
            exact = Decimal(str(one_off.quantity)) * Decimal(str(one_off.unit_price))
            one_off.amount = float(round_amount(
                exact, company.currency_id.decimal_places, company.sb_rounding or 'floor'))

    def _compute_billed(self):
        """What stands on invoices, and what that means for a charge in force or withdrawn."""
        billed = {one_off: (count, total) for one_off, count, total in
                  self.env['smart.billing.item']._read_group(
                      [('one_off_id', 'in', self.ids), ('live', '=', True)], ['one_off_id'],
                      ['__count', 'amount:sum'])}
        for one_off in self:
            count, total = billed.get(one_off, (0, 0))
            one_off.billed_amount = total
            if one_off.active:
                one_off.state = 'billed' if count else 'waiting'
            elif total:
                one_off.state = 'to_credit'
            else:
                one_off.state = 'credited' if count else 'withdrawn'

    # === CONSTRAINTS === #

    @api.constrains('account_id', 'contract_id')
    def _check_contract(self):
        for one_off in self.filtered('contract_id'):
            contract = one_off.contract_id
            if contract.account_id != one_off.account_id:
                raise ValidationError(self.env._(
                    "Contract %(contract)s is paid by %(payer)s, not by %(account)s. Choose a "
                    "contract of the billing account, or none.", contract=contract.name,
                    payer=contract.account_id.display_name,
                    account=one_off.account_id.display_name))
            if contract.state == 'draft':
                raise ValidationError(self.env._(
                    "Contract %(contract)s is a draft. Confirm it before something is charged on "
                    "it.", contract=contract.name))

    # === CRUD METHODS === #

    def write(self, vals):
        if vals.keys() & BILLED_FIELDS:
            self._refuse_if_billed(vals)
        if vals.keys() & {*BILLED_FIELDS, 'active'}:
            vals = {**vals, 'settled': False}
        return super().write(vals)

    def _refuse_if_billed(self, vals):
        """What stands on an invoice is not edited: the charge is withdrawn and entered anew."""
        for one_off in self.sudo().filtered(lambda record: record.item_ids.filtered('live')):
            if any(one_off._differs(name, vals[name]) for name in vals.keys() & BILLED_FIELDS):
                raise UserError(self.env._(
                    "One-off charge %(charge)s is on invoice %(invoice)s and is not edited. "
                    "Archive it: the next run credits it. Then enter the right one.",
                    charge=one_off.display_name,
                    invoice=one_off.item_ids.filtered('live').move_id[:1].display_name
                    or one_off.item_ids.run_id[:1].display_name))

    def _differs(self, name, value):
        current = self[name]
        if isinstance(current, models.BaseModel):
            return current.id != value
        return self._fields[name].convert_to_cache(value, self) != current

    @api.ondelete(at_uninstall=False)
    def _unlink_except_billed(self):
        billed = self.sudo().filtered('item_ids')
        if billed:
            raise UserError(self.env._(
                "One-off charge %(charge)s has been billed. Archive it instead: the next run "
                "credits what stands on invoices.", charge=billed[0].display_name))

    def _forget_settled(self):
        """What was billed of these is not billed any more: the next run looks again."""
        self.filtered('settled').settled = False

    # === ACTION METHODS === #

    def action_view_items(self):
        self.ensure_one()
        return window(
            self.env._("Billed items of %(charge)s", charge=self.name),
            'smart.billing.item', [('one_off_id', '=', self.id)])


class BillingAccount(models.Model):
    _inherit = 'smart.billing.account'

    one_off_ids = fields.One2many('smart.billing.one.off', 'account_id', string="One-off charges")
    one_off_count = fields.Integer(compute='_compute_one_off_count')

    def _compute_one_off_count(self):
        counts = dict(self.env['smart.billing.one.off']._read_group(
            [('account_id', 'in', self.ids)], ['account_id'], ['__count']))
        for account in self:
            account.one_off_count = counts.get(account, 0)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_charged(self):
        charged = self.with_context(active_test=False).filtered('one_off_ids')
        if charged:
            raise UserError(self.env._(
                "Account %(account)s has one-off charges. Archive it instead.",
                account=charged[0].display_name))

    def action_view_one_offs(self):
        self.ensure_one()
        return window(
            self.env._("One-off charges"), 'smart.billing.one.off',
            [('account_id', '=', self.id)], default_account_id=self.id)


class Contract(models.Model):
    _inherit = 'smart.billing.contract'

    one_off_ids = fields.One2many('smart.billing.one.off', 'contract_id', string="One-off charges")
    one_off_count = fields.Integer(compute='_compute_one_off_count')

    def _compute_one_off_count(self):
        counts = dict(self.env['smart.billing.one.off']._read_group(
            [('contract_id', 'in', self.ids)], ['contract_id'], ['__count']))
        for contract in self:
            contract.one_off_count = counts.get(contract, 0)

    def action_view_one_offs(self):
        self.ensure_one()
        return window(
            self.env._("One-off charges"), 'smart.billing.one.off',
            [('contract_id', '=', self.id)], default_account_id=self.account_id.id,
            default_contract_id=self.id)

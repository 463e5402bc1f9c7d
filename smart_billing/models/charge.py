from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine.price_text import charge_text
from .plan import UNITS


class Charge(models.Model):
    """What a plan version bills, over an Odoo product (料金項目)."""

    _name = 'smart.billing.charge'
    _description = 'Charge'
    _inherit = ['smart.billing.price.sheet.part']
    _order = 'version_id, sequence, id'

    version_id = fields.Many2one(
        'smart.billing.plan.version', required=True, ondelete='cascade', index=True)
    plan_id = fields.Many2one(
        related='version_id.plan_id', store=True, index=True, ondelete='cascade')
    company_id = fields.Many2one(related='version_id.company_id', store=True, index=True)
    currency_id = fields.Many2one(related='company_id.currency_id')
    sequence = fields.Integer(default=10)
    code = fields.Char(
        required=True, default='base',
        help="Identity of the charge over all versions of the plan: what was billed under one "
             "version is known under the next.")
    name = fields.Char(required=True, translate=True, help="Text of the invoice line.")
    product_id = fields.Many2one(
        'product.product', required=True, ondelete='restrict', check_company=True,
        help="Its accounts and taxes are those of the invoice line.")
    charge_type = fields.Selection(
        [('recurring', "Recurring"), ('one_time', "One-time"), ('usage', "Usage")],
        string="Type", required=True, default='recurring',
        help="Recurring: every period. One-time: once, on the contract's first day. Usage: what "
             "was metered in the period, in arrears.")
    model = fields.Selection(
        [('flat', "Flat"), ('per_unit', "Per unit"), ('tiered', "Tiered"), ('volume', "Volume"),
         ('package', "Package")],
        string="Price model", required=True, default='flat',
        help="Flat: the price, whatever the quantity. Per unit: price × quantity. Tiered: each "
             "tier at its own price. Volume: all units at the price of the tier reached. Package: "
             "begun blocks of units, after the free ones.")
    price = fields.Float(
        digits=(16, 6), required=True, default=0,
        help="In the company's currency; parts of the smallest coin are allowed for unit prices.")
    every_count = fields.Integer(string="Every", default=1, required=True)
    every_unit = fields.Selection(UNITS, string="Unit", default='month', required=True)
    timing = fields.Selection(
        [('advance', "In advance"), ('arrears', "In arrears")],
        required=True, default='advance',
        help="In advance: due on the first day of the period. In arrears: due on the day after "
             "its last day.")
    prorate = fields.Selection(
        [('both', "Start and end"), ('start', "Start only"), ('end', "End only"),
         ('none', "Never")],
        string="Proration", required=True, default='both',
        help="Where missing days lower the amount (日割り).")
    credit = fields.Selection(
        [('prorate', "By days"), ('none', "No credit")],
        string="Credit of unused days", required=True, default='prorate',
        help="Whether an unused part that was billed in advance is given back.")
    minimum = fields.Monetary(help="Least amount of a full period (最低料金).")
    maximum = fields.Monetary(help="Highest amount of a full period (上限額). 0: without limit.")
    package_size = fields.Float(
        digits=(16, 6), help="Units of one block; a begun block is charged in full.")
    free_units = fields.Float(digits=(16, 6), help="Units that cost nothing (無料分).")
    metric_id = fields.Many2one(
        'smart.billing.metric', ondelete='restrict', index='btree_not_null', check_company=True,
        help="What is metered, for a usage charge.")
    aggregation = fields.Selection(
        [('sum', "Sum"), ('max', "Highest"), ('last', "Last"), ('unique', "Number of different")],
        required=True, default='sum',
        help="How the usage of a period becomes one quantity: the sum, the highest or the last "
             "value, or how many different subjects (users, devices) were seen.")
    optional = fields.Boolean(
        string="Option",
        help="Billed only while a contract has taken it (オプション).")
    align = fields.Selection(
        [('account', "Closing day of the account"), ('start', "Start of the contract")],
        string="Periods follow", required=True, default='account',
        help="Periods that follow the closing day begin on the same day for all contracts of an "
             "account; otherwise each contract keeps the day of its start.")

    price_text = fields.Char(
        string="What it costs", compute='_compute_price_text',
        help="The price in words, as the fields say it.")

    _check_company_auto = True
    _code_once = models.Constraint(
        'UNIQUE (version_id, code) DEFERRABLE INITIALLY DEFERRED',
        "The version already has a charge with this code. Each charge has a code of its own.")
    _every_positive = models.Constraint(
        'CHECK (every_count > 0)', "A period has at least one day, week, month or year.")
    _price_not_negative = models.Constraint(
        'CHECK (price >= 0 AND minimum >= 0 AND maximum >= 0 AND package_size >= 0 '
        'AND free_units >= 0)', "Prices cannot be negative; credit by an event.")

    _price_fields = frozenset({
        'code', 'charge_type', 'model', 'price', 'every_count', 'every_unit', 'timing', 'prorate',
        'credit', 'minimum', 'maximum', 'package_size', 'free_units', 'metric_id', 'aggregation',
        'optional', 'align', 'version_id',
    })

    # === COMPUTE METHODS === #

    @api.depends(
        'charge_type', 'model', 'price', 'every_count', 'every_unit', 'timing', 'prorate',
        'credit', 'minimum', 'maximum', 'package_size', 'free_units', 'metric_id.unit',
        'metric_id.name', 'aggregation', 'optional', 'align', 'currency_id',
        'plan_id.tax_included', 'tier_ids.up_to', 'tier_ids.price', 'tier_ids.flat_fee',
        'tier_ids.sequence', 'step_ids.periods', 'step_ids.price', 'step_ids.sequence')
    @api.depends_context('lang')
    def _compute_price_text(self):
        for charge in self:
            charge.price_text = charge_text(charge)

    # === CRUD METHODS === #

    def write(self, vals):
        versions = self.version_id._billed() if 'sequence' in vals else self.version_id.browse()
        first = {version: version._first_recurring() for version in versions}
        result = super().write(vals)
        for version, charge in first.items():
            if version._first_recurring() != charge:
                raise UserError(self.env._(
                    "Charge %(charge)s is the first recurring one of a version that has been "
                    "billed: its periods say when changes 'at the end of the period' count. Leave "
                    "it first.", charge=charge.name))
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_billed(self):
        self._refuse_billed(live=False)

    # === PRICE SHEET === #

    def _sheet_days(self):
        return self.version_id._sheet_days()

    def _refuse_billed(self, live=True):
        frozen = self._frozen(live)
        if frozen:
            raise UserError(self.env._(
                "Charge %(charge)s belongs to a version that has been billed; its price cannot "
                "change in place. Make a new version of plan %(plan)s with the day from which the "
                "new price counts.",
                charge=frozen[0].name, plan=frozen[0].plan_id.display_name))

    def _frozen(self, live=True):
        """Charges of versions that were billed, but for options that nobody was billed for yet."""
        versions = self.version_id._billed(live)
        billed = self.filtered(lambda charge: charge.version_id in versions)
        options = billed.filtered('optional')
        used = self.env['smart.billing.item']._read_group(
            [('charge_id', 'in', options.ids)] + [('live', '=', True)] * live, ['charge_id'])
        return billed - options + options.browse(charge.id for [charge] in used)

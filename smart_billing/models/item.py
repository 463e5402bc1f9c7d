from odoo import fields, models

ITEM_KINDS = [
    ('recurring', "Recurring"),
    ('one_time', "One-time"),
    ('usage', "Usage"),
    ('cancellation_fee', "Cancellation fee"),
    ('one_off', "One-off"),
    ('credit', "Credit"),
]


class Item(models.Model):
    """What was billed (請求明細): contract, charge, days, amount. Written in sets by the engine.

    `live` falls when the draft is deleted or the invoice cancelled; then the days are free to be
    billed again.
    """

    _name = 'smart.billing.item'
    _description = 'Billed Item'
    _order = 'date_from desc, id desc'
    _log_access = True

    run_id = fields.Many2one('smart.billing.run', required=True, ondelete='restrict', index=True)
    account_id = fields.Many2one(
        'smart.billing.account', string="Billing account", required=True, ondelete='restrict',
        index=True)
    contract_id = fields.Many2one(
        'smart.billing.contract', ondelete='restrict', index=True,
        help="Empty: a one-off charge of the billing account.")
    company_id = fields.Many2one('res.company', required=True, index=True)
    currency_id = fields.Many2one(related='company_id.currency_id')
    plan_id = fields.Many2one('smart.billing.plan', ondelete='restrict')
    discount_id = fields.Many2one(
        'smart.billing.discount', ondelete='restrict', index='btree_not_null',
        help="The discount that this line takes off its charge.")
    one_off_id = fields.Many2one(
        'smart.billing.one.off', ondelete='restrict', index='btree_not_null')
    charge_id = fields.Many2one(
        'smart.billing.charge', ondelete='restrict', index=True,
        help="Charge of the plan version whose price was used; empty for a cancellation fee and "
             "for one-off charges.")
    charge_code = fields.Char(required=True)
    kind = fields.Selection(ITEM_KINDS, required=True)
    name = fields.Char(required=True)
    date_from = fields.Date(required=True)
    date_to = fields.Date(required=True, help="Half open: this day is not billed.")
    period_from = fields.Date(help="First day of the full period that measures the proration.")
    period_to = fields.Date()
    terms = fields.Char(help="Price terms as text; equal terms are equal prices.")
    number = fields.Integer(help="Counts the corrections of a usage line.")
    quantity = fields.Float(digits=False, min_display_digits='Product Unit')
    unit_price = fields.Float(digits=(16, 6))
    amount = fields.Monetary(required=True)
    reason = fields.Char(
        string="Why it is settled",
        help="The change, entered after the days were billed, that this line settles.")
    live = fields.Boolean(required=True, default=True, index=True)
    credited_item_id = fields.Many2one(
        'smart.billing.item', ondelete='restrict', index='btree_not_null',
        help="The item of which this credit gives days back.")
    move_id = fields.Many2one(
        'account.move', string="Invoice", ondelete='set null', index='btree_not_null')
    move_line_id = fields.Many2one(
        'account.move.line', string="Invoice line", ondelete='set null', index='btree_not_null')
    coverage_ids = fields.One2many('smart.billing.coverage', 'item_id')

    _unsettled = models.Index('(contract_id, period_to) WHERE live')
    _one_time_once = models.UniqueIndex(
        "(contract_id, plan_id, charge_code, kind, date_from, date_to, number) "
        "WHERE live AND kind IN ('one_time', 'cancellation_fee', 'usage')",
        "This one-time charge or usage is billed already.")
    _one_off_once = models.UniqueIndex(
        "(one_off_id, number) WHERE live AND kind = 'one_off'",
        "This one-off charge is billed already.")
    _plan_named = models.Constraint(
        'CHECK (one_off_id IS NOT NULL OR (contract_id IS NOT NULL AND plan_id IS NOT NULL))',
        "An item belongs to a contract and its plan, or to a one-off charge.")


class Coverage(models.Model):
    """The days for which a recurring charge is billed and kept.

    The exclusion constraint is the law that no day is billed twice: an item's days are entered
    with it, a credit trims or splits them, a cancellation restores them.
    """

    _name = 'smart.billing.coverage'
    _description = 'Billed Days'
    _order = 'contract_id, date_from'
    _log_access = False

    item_id = fields.Many2one(
        'smart.billing.item', required=True, ondelete='cascade', index=True)
    contract_id = fields.Many2one(
        'smart.billing.contract', required=True, ondelete='restrict')
    plan_id = fields.Many2one('smart.billing.plan', required=True, ondelete='restrict')
    charge_code = fields.Char(required=True)
    date_from = fields.Date(required=True)
    date_to = fields.Date(required=True)

    _no_day_twice = models.Constraint(
        'EXCLUDE USING gist (contract_id WITH =, plan_id WITH =, charge_code WITH =, '
        "daterange(date_from, date_to, '[)') WITH &&)",
        "These days of the charge are billed already.")
    _not_empty = models.Constraint(
        'CHECK (date_to > date_from)', "A billed period has at least one day.")

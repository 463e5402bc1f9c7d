from odoo import fields, models


class ResCompany(models.Model):
    _inherit = 'res.company'

    sb_rounding = fields.Selection(
        selection=[('half_up', "Half up"), ('floor', "Down"), ('ceil', "Up")],
        string="Line rounding",
        default='floor',
        required=True,
        help="How the amount of one billed line is rounded to the currency (by absolute value).",
    )
    sb_tax_rounding = fields.Selection(
        selection=[('half_up', "Half up"), ('floor', "Down"), ('ceil', "Up")],
        string="Tax rounding",
        default='half_up',
        required=True,
        help="How consumption tax is rounded, once per rate and invoice (消費税の端数処理). Most "
             "Japanese businesses cut off (down).",
    )
    sb_credit_policy = fields.Selection(
        selection=[('offset', "Offset against invoices"), ('refund', "Refund")],
        string="Credit notes",
        default='offset',
        required=True,
        help="Offset: a credit note pays open and next invoices of its billing account (相殺). "
             "Refund: it is paid out (返金). A billing account may differ.",
    )
    sb_proration = fields.Selection(
        selection=[
            ('actual_days', "Days of the period"),
            ('fixed_30', "Months of 30 days"),
            ('none', "No proration"),
        ],
        string="Proration",
        default='actual_days',
        required=True,
        help="What a part of a period costs (日割り): by the days of that period, by a month of "
             "30 days, or the full price.",
    )
    sb_run_journal_id = fields.Many2one(
        comodel_name='account.journal',
        string="Billing journal",
        domain="[('type', '=', 'sale'), ('company_id', '=', id)]",
        help="Sales journal of the invoices that billing runs make. A journal of its own keeps "
             "the numbers of a run together.",
    )
    sb_run_approval = fields.Boolean(
        string="Runs need approval",
        default=True,
        help="A billing run stops after the drafts are made, until a billing manager approves.",
    )
    sb_run_chunk = fields.Integer(
        string="Accounts per chunk",
        default=200,
        help="How many billing accounts are worked on between two commits.",
    )
    sb_max_lines = fields.Integer(
        string="Most lines per account and run",
        default=500,
        help="Safety bound: an account with more lines in one run is parked, not billed.",
    )
    sb_max_amount = fields.Monetary(
        string="Highest amount per account and run",
        default=10000000,
        help="Safety bound: an account with a higher net amount in one run is parked, not billed. "
             "0 means no bound.",
    )

    sb_business_date = fields.Date(
        string="Business date",
        help="For rehearsals and training: what counts as today in Smart Billing (業務日付), for "
             "contract states, cut-offs and debit days. Leave empty in daily work: the calendar's "
             "today counts.",
    )

    def _sb_today(self):
        """Today in the company's time zone, or its business date where one is set."""
        self.ensure_one()
        zone = self.partner_id.tz or 'Asia/Tokyo'
        return self.sb_business_date or fields.Date.context_today(self.with_context(tz=zone))

    def _sb_tax_direction(self):
        """How consumption tax is rounded, or False where Odoo's own way is left as it is.

        Half up is Odoo's way, but by tax record; a Japanese company rounds by rate in any case.
        """
        root = self.root_id.sudo()
        direction = root.sb_tax_rounding or 'half_up'
        if direction == 'half_up' and root.account_fiscal_country_id.code != 'JP':
            return False
        return direction

    def _sb_begin_in_japan(self):
        """What most Japanese businesses do, as long as nothing is billed in another way."""
        self.write({
            'sb_tax_rounding': 'floor', 'tax_calculation_rounding_method': 'round_globally'})

    def _sb_lang(self):
        """Language of what scheduled jobs write for the company's people (reasons, problems)."""
        self.ensure_one()
        return self.partner_id.lang or self.env.lang

    def write(self, vals):
        result = super().write(vals)
        if 'sb_business_date' in vals:
            self.env['smart.billing.contract'].search(
                [('company_id', 'in', self.ids)])._refresh_states()
        return result

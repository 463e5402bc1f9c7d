from odoo import api, fields, models
from odoo.exceptions import UserError

from ..ledger.receipts import post_receipts


class Receipt(models.Model):
    """One row of what came back: money that was collected, or the reason why not (収納明細)."""

    _name = 'smart.billing.receipt'
    _description = 'Receipt'
    _inherit = ['smart.billing.state.mixin']
    _order = 'file_id desc, line'

    _transitions = {
        'new': {'posted', 'applied', 'suspense', 'exception'},
        'suspense': {'resolved'},
        'exception': {'resolved', 'new'},
        'posted': set(),
        'applied': set(),
        'resolved': set(),
    }

    file_id = fields.Many2one(
        'smart.billing.receipt.file', required=True, ondelete='restrict', index=True)
    line = fields.Integer(required=True, readonly=True, string="Line in the file")
    company_id = fields.Many2one('res.company', required=True, index=True)
    currency_id = fields.Many2one(related='company_id.currency_id')
    provider_id = fields.Many2one(related='file_id.provider_id', store=True)
    request_id = fields.Many2one(
        'smart.billing.collection.request', readonly=True, ondelete='restrict', index=True)
    account_id = fields.Many2one(related='request_id.account_id')
    invoice_id = fields.Many2one(related='request_id.move_id', string="Invoice")
    customer_number = fields.Char(readonly=True, index=True)
    payer_name = fields.Char(readonly=True)
    amount = fields.Monetary(readonly=True)
    date = fields.Date(required=True, readonly=True, string="Value date")
    kind = fields.Selection(
        selection=[('collected', "Collected"), ('failed', "Not collected"),
                   ('unclear', "Unclear")],
        required=True, readonly=True, index=True)
    result_code = fields.Char(readonly=True)
    reason = fields.Char(readonly=True, string="Result in words")
    problem = fields.Char(readonly=True, help="Why this row did not settle by itself.")
    state = fields.Selection(
        selection=[
            ('new', "Read"),
            ('posted', "Posted"),
            ('applied', "Noted"),
            ('suspense', "On suspense"),
            ('exception', "Exception"),
            ('resolved', "Resolved by hand"),
        ],
        default='new', required=True, readonly=True, index=True)
    resolution = fields.Char(help="What was done about an exception, for the auditor.")
    move_line_id = fields.Many2one('account.move.line', readonly=True, string="Journal item")

    _line_once = models.UniqueIndex('(file_id, line)', "This line of the file is read already.")
    _payment_once = models.UniqueIndex(
        "(request_id) WHERE kind = 'collected' AND state = 'posted'",
        "This request is paid already.")

    # === ACTION METHODS === #

    def action_resolve(self):
        """Close an exception; what was done about it must be written down first."""
        for receipt in self:
            if not receipt.resolution:
                raise UserError(self.env._(
                    "Write down what was done about line %(line)s of %(file)s, then resolve it.",
                    line=receipt.line, file=receipt.file_id.name))
        self._set_state('resolved')
        return True

    # === SETTLING === #

    def _settle(self):
        """Post collected money on the clearing account and reconcile; note failures.

        A row whose request is unknown, or settled already, is money all the same: it goes to the
        suspense account and shows among the exceptions.
        """
        payable = self.filtered(lambda r: r.kind == 'collected' and not r.problem
                                and r.request_id.state in ('sent', 'unknown'))
        suspense = self.filtered(lambda r: r.kind == 'collected') - payable
        failed = self.filtered(lambda r: r.kind == 'failed' and not r.problem
                               and r.request_id.state in ('sent', 'unknown'))
        rest = self - payable - suspense - failed
        if payable or suspense:
            self._post(payable, suspense)
        payable._tell_requests('collected')
        failed._tell_requests('failed')
        failed._set_state('applied')
        rest._set_state('exception')
        (rest | suspense).filtered(
            lambda r: r.request_id.state == 'sent')._tell_requests('unknown')
        for provider in self.provider_id:
            provider._sb_after_results(self.filtered(lambda r, p=provider: r.provider_id == p))

    def _tell_requests(self, state):
        """Move the requests to their outcome; rows with the same words are written together."""
        groups = {}
        for receipt in self:
            words = (receipt.result_code, receipt.problem or receipt.reason, receipt.date)
            groups.setdefault(words, []).append(receipt.request_id.id)
        Request = self.env['smart.billing.collection.request']
        for (code, reason, date), request_ids in groups.items():
            Request.browse(request_ids)._set_state(
                state, result_code=code, result_reason=reason, date_result=date)

    def _post(self, payable, suspense):
        """One entry a file and value date on the clearing journal, reconciled in one go."""
        post_receipts(self.env, payable, suspense)
        payable._set_state('posted')
        suspense.filtered(lambda r: not r.problem).problem = self.env._(
            "The request was settled already; the money waits on the suspense account.")
        suspense._set_state('suspense')

    @api.depends('file_id', 'line')
    def _compute_display_name(self):
        for receipt in self:
            receipt.display_name = f'{receipt.file_id.name or ""}:{receipt.line}'

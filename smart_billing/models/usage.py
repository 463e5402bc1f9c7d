from odoo import api, fields, models
from odoo.exceptions import UserError

from ..core.usage_rows import CORRECT, WITHDRAW, Row
from ..engine.usage_words import explain
from .window import window


class Usage(models.Model):
    """Metered quantities (利用量): one row a measurement, known by the external id of its contract.

    Append-only: a correction (訂正) or withdrawal (取消) is a new version of the same external id;
    the version it replaces stays and counts no more. Written in sets by the engine.
    """

    _name = 'smart.billing.usage'
    _description = 'Usage'
    _order = 'id desc'
    _log_access = False
    _rec_name = 'external_id'

    contract_id = fields.Many2one(
        'smart.billing.contract', required=True, ondelete='restrict', check_company=True)
    company_id = fields.Many2one(related='contract_id.company_id')
    partner_id = fields.Many2one(related='contract_id.partner_id', string="Customer")
    metric_id = fields.Many2one(
        'smart.billing.metric', required=True, ondelete='restrict', check_company=True)
    unit = fields.Char(related='metric_id.unit')
    quantity = fields.Float(digits=False, min_display_digits='Product Unit')
    date_measured = fields.Date(
        string="Measured on", required=True, default=lambda self: self.env.company._sb_today(),
        help="Day in the company's time zone (測定日).")
    date_counted = fields.Date(
        string="Counts on", required=True, readonly=True,
        help="Day by which the usage belongs to a billing period (計上日): the measured day, or "
             "what the metric says about late usage and usage after the end.")
    subject = fields.Char(help="Whom or what was measured: a user, a device, a site.")
    external_id = fields.Char(
        string="External ID", required=True,
        default=lambda self: self.env['ir.sequence'].next_by_code('smart.billing.usage'),
        help="Identity in the metering system: on one contract the same identity is the same "
             "measurement, however often it is sent.")
    replaced = fields.Integer(
        string="Replaced as", readonly=True,
        help="0: this version counts. Otherwise the number of the version that a correction "
             "replaced.")
    withdrawn = fields.Boolean(readonly=True, help="The measurement was taken back.")
    entry_number = fields.Integer(
        readonly=True, help="Number of the first version, where this one is a correction.")
    reason = fields.Char(help="Why it was corrected or withdrawn.")
    import_id = fields.Many2one(
        'smart.billing.usage.import', string="Loaded from", readonly=True, ondelete='restrict',
        index='btree_not_null')
    line = fields.Integer(readonly=True, help="Line of the file, or row of the call.")
    user_id = fields.Many2one(
        'res.users', string="Entered by", readonly=True, help="Empty: loaded from a file.")
    date_received = fields.Datetime(string="Received on", readonly=True)

    _check_company_auto = True
    _external_id_once = models.UniqueIndex(
        '(contract_id, external_id, replaced)',
        "The contract has usage with this external ID already.")
    # The planner reads days of a metric of a contract, and only what counts.
    _by_day = models.Index(
        '(contract_id, metric_id, date_counted) INCLUDE (quantity) '
        'WHERE replaced = 0 AND NOT withdrawn')
    _quantity_not_negative = models.Constraint(
        'CHECK (quantity >= 0)', "A metered quantity cannot be negative; correct it instead.")

    # === CRUD METHODS === #

    # pylint: disable=method-required-super
    @api.model_create_multi
    def create(self, vals_list):
        """By hand or by import: written by the engine, by the rules of files and calls."""
        usage = self.browse()
        for vals in vals_list:
            contract = self.env['smart.billing.contract'].browse(vals.get('contract_id'))
            vals = {**self.default_get(['date_measured', 'external_id']), **vals}
            metric = self.env['smart.billing.metric'].browse(vals.get('metric_id'))
            usage += self._load_one(contract, Row(
                contract=contract.id, metric=metric.code, quantity=vals.get('quantity', 0),
                day=str(vals['date_measured']), external_id=vals['external_id'],
                subject=vals.get('subject')))
        return usage

    def write(self, vals):
        if vals:
            raise UserError(self.env._(
                "Usage is history and is not edited. Correct or withdraw it instead; both versions "
                "stay visible."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        raise UserError(self.env._("Usage is history and is not deleted. Withdraw it instead."))

    # === CORRECTIONS === #

    def correct_usage(self, quantity, reason=None):
        """Replace the quantity of measurements (訂正); what was billed is settled by the next run.

        :param float quantity: the right quantity
        :param str reason: for the history
        :return: ids of the new versions
        """
        return self._replace_by(CORRECT, reason, quantity).ids

    def withdraw_usage(self, reason=None):
        """Take measurements back (取消); what was billed for them is settled by the next run.

        :param str reason: for the history
        :return: ids of the new versions
        """
        return self._replace_by(WITHDRAW, reason).ids

    def _replace_by(self, action, reason, quantity=None):
        replaced = self.filtered('replaced')
        if replaced:
            raise UserError(self.env._(
                "Usage %(usage)s was replaced by a correction already. Correct the version that "
                "counts.", usage=replaced[0].external_id))
        new = self.browse()
        for usage in self:
            new += self._load_one(usage.contract_id, Row(
                contract=usage.contract_id.id, metric=usage.metric_id.code, quantity=quantity,
                day=usage.date_measured, external_id=usage.external_id, subject=usage.subject,
                action=action, reason=reason))
        return new

    def _load_one(self, contract, row):
        """:raise UserError: the row is refused"""
        outcome = self._load_rows(contract.company_id, [row])
        for problem in outcome.problems:
            raise UserError(explain(self.env, problem.code, problem.context))
        return self.browse(outcome.ids[0])

    # === ACTION METHODS === #

    def action_correct(self):
        """Open the window that asks for the right quantity."""
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window', 'name': self.env._("Correct usage"),
            'res_model': 'smart.billing.usage.correction', 'view_mode': 'form', 'target': 'new',
            'context': {'default_usage_id': self.id, 'default_quantity': self.quantity},
        }

    def action_view_versions(self):
        self.ensure_one()
        return window(
            self.env._("Versions of %(usage)s", usage=self.external_id), self._name,
            [('contract_id', '=', self.contract_id.id), ('external_id', '=', self.external_id)])

    def action_view_items(self):
        """The billed items of the period in which the measurement counts."""
        self.ensure_one()
        return window(
            self.env._("Billed items of %(usage)s", usage=self.external_id),
            'smart.billing.item',
            [('contract_id', '=', self.contract_id.id),
             ('charge_id.metric_id', '=', self.metric_id.id),
             ('date_from', '<=', self.date_counted), ('date_to', '>', self.date_counted)])

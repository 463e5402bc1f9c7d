from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL


class PlanVersion(models.Model):
    """One dated state of a plan's prices (料金改定): a price revision is a new version."""

    _name = 'smart.billing.plan.version'
    _description = 'Plan Version'
    _inherit = ['smart.billing.price.sheet.part']
    _order = 'plan_id, date_from desc'

    plan_id = fields.Many2one(
        'smart.billing.plan', required=True, ondelete='cascade', index=True)
    company_id = fields.Many2one(related='plan_id.company_id', store=True, index=True)
    date_from = fields.Date(
        string="New contracts from", required=True, default=fields.Date.context_today,
        help="Contracts that start on the plan, or change to it, on this day or later get this "
             "version.")
    existing_from = fields.Date(
        string="Existing contracts from",
        help="Running contracts get this version from that day on. Empty: they keep theirs.")
    charge_ids = fields.One2many('smart.billing.charge', 'version_id', copy=True)
    in_use = fields.Boolean(string="Billed", compute='_compute_in_use')
    status = fields.Selection(
        [('past', "Past"), ('current', "In force"), ('coming', "To come")],
        compute='_compute_status', search='_search_status',
        help="In force: contracts that start today get it.")
    price_text = fields.Text(string="Prices", compute='_compute_price_text')

    _date_once = models.Constraint(
        'UNIQUE (plan_id, date_from) DEFERRABLE INITIALLY DEFERRED',
        "The plan already has a version from that day. Change that one, or choose another day.")

    _price_fields = frozenset({'plan_id', 'date_from', 'existing_from'})

    # === COMPUTE METHODS === #

    def _compute_in_use(self):
        billed = self._billed()
        for version in self:
            version.in_use = version in billed

    @api.depends('date_from', 'plan_id.version_ids.date_from')
    def _compute_status(self):
        for version in self:
            today = (version.company_id or self.env.company)._sb_today()
            newer = [other.date_from for other in version.plan_id.version_ids
                     if other.date_from and version.date_from
                     and version.date_from < other.date_from <= today]
            if not version.date_from or version.date_from > today:
                version.status = 'coming'
            else:
                version.status = 'past' if newer else 'current'

    def _search_status(self, operator, value):
        """In force is the newest version of each plan that has begun."""
        if operator != 'in':
            return NotImplemented
        today = self.env.company._sb_today()
        newest = SQL(
            """ (SELECT DISTINCT ON (plan_id) id FROM smart_billing_plan_version
                  WHERE date_from <= %s ORDER BY plan_id, date_from DESC) """, today)
        begun = Domain('date_from', '<=', today)
        return Domain.OR(domain for status, domain in (
            ('coming', Domain('date_from', '>', today)),
            ('current', begun & Domain('id', 'in', newest)),
            ('past', begun & Domain('id', 'not in', newest)),
        ) if status in value)

    @api.depends('charge_ids.name', 'charge_ids.price_text', 'charge_ids.sequence')
    @api.depends_context('lang')
    def _compute_price_text(self):
        for version in self:
            version.price_text = '\n'.join(
                f'{charge.name or ""}: {charge.price_text}' for charge in version.charge_ids)

    @api.depends('plan_id', 'date_from')
    def _compute_display_name(self):
        for version in self:
            version.display_name = f'{version.plan_id.code or ""} {version.date_from or ""}'

    # === PRICE SHEET === #

    def _sheet_days(self):
        return [(version.plan_id, version.date_from) for version in self]

    def _billed(self, live=True):
        """The versions by whose prices something is billed.

        :param bool live: not counting what was cancelled or deleted since
        """
        self.env['smart.billing.charge'].flush_model(['version_id'])
        self.env['smart.billing.item'].flush_model(['charge_id', 'live'])
        rows = self.env.execute_query(SQL(
            """ SELECT DISTINCT c.version_id FROM smart_billing_charge c
                 WHERE c.version_id IN %s
                   AND EXISTS (SELECT 1 FROM smart_billing_item i
                                WHERE i.charge_id = c.id AND (i.live OR NOT %s)) """,
            tuple(self.ids), live)) if self.ids else ()
        return self.browse(version_id for [version_id] in rows)

    def _refuse_billed(self, live=True):
        billed = self._billed(live)
        if billed:
            raise UserError(self.env._(
                "Version %(version)s has been billed. Make a new version with the new day and "
                "prices instead; the old one stays as it was.", version=billed[0].display_name))

    def _is_fixed(self, name, value):
        """A day for existing contracts may move while it is still to come."""
        if name == 'existing_from':
            today = self.company_id._sb_today()
            days = (self.existing_from, fields.Date.to_date(value))
            return self._differs(name, value) and any(day and day <= today for day in days)
        return self._differs(name, value)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_billed(self):
        self._refuse_billed(live=False)

    def _first_recurring(self):
        """The charge whose periods say what 'at the end of the period' means."""
        return self.charge_ids.filtered(lambda charge: charge.charge_type == 'recurring').sorted(
            lambda charge: (charge.sequence, charge.id))[:1]

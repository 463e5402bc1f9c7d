from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.smart_billing.core.calendar import DebitDay, is_business_day


class NttfDebitDay(models.Model):
    """One debit day of an agency with the days that hang on it (振替日カレンダー).

    Days are generated from the profile's rule for years ahead. Where the agency's own calendar
    says something else, an operator corrects the day: what was entered by hand goes before the
    rule and is never generated anew.
    """

    _name = 'smart.billing.nttf.debit.day'
    _description = 'Debit Day'
    _order = 'date_debit, id'

    profile_id = fields.Many2one(
        'smart.billing.nttf.profile', required=True, ondelete='cascade', index=True)
    company_id = fields.Many2one(related='profile_id.company_id', store=True, index=True)
    date_nominal = fields.Date(
        string="Day by agreement", required=True,
        help="The day as the agreement names it, before banks' holidays are looked at.")
    date_debit = fields.Date(string="Debit day", required=True, help="振替日")
    date_cutoff = fields.Date(
        string="Cut-off", required=True, help="Last day to send the file (データ締切日).")
    date_result = fields.Date(string="Result", required=True, help="結果データ返却日")
    date_payout = fields.Date(string="Payout", required=True, help="入金日")
    by_hand = fields.Boolean(
        string="Entered by hand", readonly=True,
        help="From the agency's own calendar: goes before the rule of the profile.")
    skipped = fields.Boolean(
        string="No debit", help="The agency does not debit on this day; the next one is used.")

    _nominal_once = models.UniqueIndex(
        '(profile_id, date_nominal)', "The profile has this debit day already.")
    _debit_once = models.UniqueIndex(
        '(profile_id, date_debit) WHERE NOT skipped',
        "Two debit days of a profile cannot fall on the same day: mark one as 'No debit'.")
    _in_order = models.Constraint(
        'CHECK (date_cutoff <= date_debit AND date_debit <= date_result '
        'AND date_result <= date_payout)',
        "Cut-off, debit, result and payout follow each other in this order.")

    @api.depends('profile_id', 'date_debit')
    def _compute_display_name(self):
        for day in self:
            day.display_name = f'{day.profile_id.name or ""} {day.date_debit or ""}'.strip()

    @api.constrains('date_debit', 'skipped')
    def _check_business_day(self):
        for day in self.filtered(lambda day: not day.skipped):
            if day.profile_id.shift != 'none' and not is_business_day(day.date_debit):
                raise ValidationError(self.env._(
                    "%(day)s: banks are closed on that day. Give the business day on which the "
                    "agency debits instead.", day=day.date_debit))

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.context.get('nttf_generated'):
            vals_list = [{**vals, 'by_hand': True} for vals in vals_list]
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.context.get('nttf_generated'):
            self._refuse_if_sealed()
            vals = {**vals, 'by_hand': True}
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sealed(self):
        self._refuse_if_sealed()

    def _refuse_if_sealed(self):
        for batch in self._made_batches().values():
            raise UserError(self.env._(
                "The file of %(batch)s for %(day)s has been made, so the day does not change any "
                "more. Recall the batch first, as long as it was not sent.",
                batch=batch.name, day=batch.date_collect))

    def _made_batches(self):
        """A day whose file was made stays as it was told to the agency.

        :return: {(profile id, debit day): batch} of these days that have one
        """
        batches = self.env['smart.billing.collection.batch'].sudo().search([
            ('provider_id.nttf_profile_id', 'in', self.profile_id.ids),
            ('date_collect', 'in', self.mapped('date_debit')),
            ('state', 'not in', ('draft', 'cancelled'))])
        made = {(batch.provider_id.nttf_profile_id.id, batch.date_collect): batch
                for batch in batches}
        return {key: made[key] for day in self
                if (key := (day.profile_id.id, day.date_debit)) in made}

    def _to_core(self):
        return DebitDay(self.date_nominal, self.date_debit, self.date_cutoff, self.date_result,
                        self.date_payout)

from itertools import islice

from odoo import api, fields, models

from odoo.addons.smart_billing.core.calendar import debit_schedule, months_from

YEARS_AHEAD = 3


class NttfProfile(models.Model):
    """The calendar of a profile: its rule written out, for years ahead."""

    _inherit = 'smart.billing.nttf.profile'

    debit_day_ids = fields.One2many('smart.billing.nttf.debit.day', 'profile_id')
    calendar_until = fields.Date(compute='_compute_calendar_until', string="Calendar until")

    def _compute_calendar_until(self):
        last = dict(self.env['smart.billing.nttf.debit.day']._read_group(
            [('profile_id', 'in', self.ids)], ['profile_id'], ['date_debit:max']))
        for profile in self:
            profile.calendar_until = last.get(profile)

    @api.model_create_multi
    def create(self, vals_list):
        profiles = super().create(vals_list)
        for profile in profiles:
            profile._generate_calendar(profile.env.company._sb_today())
        return profiles

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {'debit_days', 'shift', 'cutoff_bd', 'result_bd', 'payout_bd'}:
            for profile in self:
                profile._generate_calendar(profile.env.company._sb_today())
        return result

    def action_generate_calendar(self):
        """Bring the calendar up to the rule, for years ahead; days entered by hand stay."""
        for profile in self:
            profile._generate_calendar(profile.env.company._sb_today())
        return True

    def action_view_calendar(self):
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Debit days of %(profile)s", profile=self.name),
            'res_model': 'smart.billing.nttf.debit.day',
            'view_mode': 'calendar,list,form',
            'domain': [('profile_id', '=', self.id)],
            'context': {'default_profile_id': self.id},
        }

    @api.model
    def _cron_generate_calendars(self):
        self.search([('active', '=', True)]).action_generate_calendar()

    def _generate_calendar(self, today):
        """Debit days from this month on, by the rule.

        What is past, entered by hand or has its file is left alone.
        """
        self.ensure_one()
        days = self.debit_day_ids.with_context(nttf_generated=True)
        made = days._made_batches()
        kept = days.filtered(
            lambda day: day.by_hand or day.date_debit < today.replace(day=1)
            or (self.id, day.date_debit) in made)
        taken = set(kept.mapped('date_nominal'))
        debits = set(kept.filtered(lambda day: not day.skipped).mapped('date_debit'))
        (days - kept).unlink()
        rule = self._to_wire().rule
        days.create([{
            'profile_id': self.id, 'date_nominal': day.nominal, 'date_debit': day.debit,
            'date_cutoff': day.cutoff, 'date_result': day.result, 'date_payout': day.payout,
        } for year, month in islice(months_from(today), 12 * YEARS_AHEAD)
            for day in debit_schedule(rule, year, month)
            if day.nominal not in taken and day.debit not in debits])

    def _agency_days(self):
        """Days that the agency's calendar says otherwise than the rule.

        :return: {nominal day: core DebitDay, or None where nothing is debited}
        """
        return {
            day.date_nominal: None if day.skipped else day._to_core()
            for day in self.env['smart.billing.nttf.debit.day'].search(
                [('profile_id', '=', self.id), ('by_hand', '=', True)])}

"""The text of an invoice line: what, for which days, in the payer's language."""
from datetime import timedelta

from odoo.tools import format_date

from ..core import facts


class LineNames:
    """Callable (DueItem) -> text. Reads contracts, plans and charges once for a chunk."""

    def __init__(self, env, accounts, planned):
        self.env = env
        self.lang_of = {
            due.contract: account.partner_id.lang or env.lang or 'en_US'
            for account in accounts for due in planned[account.id].items}
        self.charge_names = {}

    def __call__(self, due):
        env = self.env(context={**self.env.context, 'lang': self.lang_of[due.contract]})
        name = self._charge_name(env, due)
        if due.kind == facts.CREDIT:
            name = env._("Credit: %(charge)s", charge=name)
        return ' '.join(filter(None, (name, self._days(env, due))))

    def _charge_name(self, env, due):
        key = (env.lang, due.plan, due.charge, due.charge_key, due.kind)
        if key not in self.charge_names:
            self.charge_names[key] = self._read_charge_name(env, due)
        return self.charge_names[key]

    def _read_charge_name(self, env, due):
        charge = env['smart.billing.charge'].browse(due.charge_key or ())
        if due.kind == facts.CREDIT and not charge:
            charge = env['smart.billing.item'].browse(due.credits).charge_id
        if charge:
            return charge.name
        plan = env['smart.billing.plan'].browse(due.plan)
        return env._("Cancellation fee %(plan)s", plan=plan.name)

    def _days(self, env, due):
        """First and last day, as people write it (the stored period is half open)."""
        first = format_date(env, due.date_from)
        if due.date_from == due.date_to:
            return first
        return f'{first} - {format_date(env, due.date_to - timedelta(days=1))}'

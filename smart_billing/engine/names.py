"""The text of an invoice line: what, for which days, and why where it settles the past.

In the payer's language.
"""
from datetime import timedelta

from odoo.tools import format_date
from odoo.tools.misc import formatLang

from ..core import facts


def days_text(env, date_from, date_to):
    """First and last day, as people write it (the stored period is half open)."""
    first = format_date(env, date_from)
    if not date_to or date_from == date_to:
        return first
    return f'{first} - {format_date(env, date_to - timedelta(days=1))}'


class LineNames:
    """Callable (account id, DueItem) -> text. Reads what it names once for a chunk."""

    def __init__(self, env, accounts, causes=None):
        """:param causes: {DueItem: causes.Cause}"""
        self.env = env
        self.causes = causes or {}
        self.lang_of = {
            account.id: account.partner_id.lang or env.lang or 'en_US' for account in accounts}
        self.known = {}

    def title(self, account_id, due):
        """What it is, without its days."""
        return self._name(self._env_of(account_id), due)

    def _env_of(self, account_id):
        return self.env(context={**self.env.context, 'lang': self.lang_of[account_id]})

    def __call__(self, account_id, due):
        env = self._env_of(account_id)
        name = self._name(env, due)
        if due.kind == facts.CREDIT:
            name = env._("Credit: %(charge)s", charge=name)
        cause = self.causes.get(due)
        why = cause.text(env) if cause else ''
        return ' '.join(filter(None, (
            name, self._days(env, due), self._measured(env, due),
            f'({why})' if why else '')))

    def _days(self, env, due):
        """A chunk has few periods and many lines."""
        key = (env.lang, due.date_from, due.date_to)
        if key not in self.known:
            self.known[key] = days_text(env, due.date_from, due.date_to)
        return self.known[key]

    def _measured(self, env, due):
        """What a line of usage bills, with the unit of its metric."""
        charge = env['smart.billing.charge'].browse(due.charge_key or ())
        if due.discount or due.quantity is None or not charge.metric_id:
            return ''
        decimals = max(0, -due.quantity.normalize().as_tuple().exponent)
        quantity = formatLang(env, float(due.quantity), digits=decimals)
        return ' '.join(filter(None, (quantity, charge.metric_id.unit)))

    def _name(self, env, due):
        key = (env.lang, due.plan, due.charge, due.charge_key, due.kind, due.one_off)
        if key not in self.known:
            self.known[key] = self._read_name(env, due)
        return self.known[key]

    def _read_name(self, env, due):
        if due.one_off:
            return env['smart.billing.one.off'].browse(due.one_off).name
        charge = self._read_charge_name(env, due)
        if due.discount:
            discount = env['smart.billing.discount'].browse(due.discount)
            return env._("%(discount)s: %(charge)s", discount=discount.name, charge=charge)
        return charge

    def _read_charge_name(self, env, due):
        charge = env['smart.billing.charge'].browse(due.charge_key or ())
        if due.kind == facts.CREDIT and not charge:
            charge = env['smart.billing.item'].browse(due.credits).charge_id
        if charge:
            return charge.name
        plan = env['smart.billing.plan'].browse(due.plan)
        return env._("Cancellation fee %(plan)s", plan=plan.name)

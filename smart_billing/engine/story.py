"""A contract's life as lanes of days, for people who would rather look than read (契約の年表)."""
from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo.tools import SQL, format_amount, format_date, groupby

from ..core.periods import add
from ..core.spans import NEVER

# How far ahead a contract without an end is drawn, and how many terms at most.
AHEAD = relativedelta(months=12)
MOST_TERMS = 40


def story_of(contract):
    """:return: {'begin', 'end', 'today': days as text, 'lanes': [{'key', 'label', 'bars': [
        {'begin', 'end', 'text', 'kind'}]}], 'marks': [{'day', 'text', 'future'}]}, or None for a
        draft; bars are half open"""
    line = contract._timelines().get(contract.id)
    if line is None:
        return None
    story = _Story(contract, line)
    return story.told()


class _Story:
    def __init__(self, contract, line):
        self.contract, self.line, self.env = contract, line, contract.env
        self.today = contract.company_id._sb_today()
        self.covered = _covered(contract)
        self.begin = line.first_day
        self.end = self._horizon()

    def _horizon(self):
        """The first day that is not drawn: behind all that is known."""
        known = [self.today, self.begin, *self.contract.event_ids.mapped('date_effective')]
        known += [end for _charge, _begin, end in self.covered]
        if self.line.end != NEVER:
            return max(*known, self.line.end) + timedelta(days=14)
        return max(known) + AHEAD

    def told(self):
        lanes = [self._plans(), self._quantities(), *self._options(), *self._discounts(),
                 self._pauses(), self._terms(), self._minimum(), *self._billed()]
        return {
            'begin': str(self.begin), 'end': str(self.end), 'today': str(self.today),
            'lanes': [lane for lane in lanes if lane['bars']],
            'marks': [self._mark(event) for event in self.contract.event_ids.sorted(
                lambda event: (event.date_effective, event.id))],
        }

    # === LANES === #

    def _lane(self, key, label, bars):
        """Bars of the days that are drawn, with their days in words."""
        shown = []
        for begin, end, text, kind in bars:
            first, last = max(begin, self.begin), min(end, self.end)
            if first < last:
                shown.append({'begin': str(first), 'end': str(last), 'kind': kind,
                              'text': text, 'days': self._days(begin, end)})
        return {'key': key, 'label': label, 'bars': shown}

    def _days(self, begin, end):
        first = format_date(self.env, begin)
        if end == NEVER:
            return self.env._("from %(day)s", day=first)
        return f'{first} - {format_date(self.env, end - timedelta(days=1))}'

    def _plans(self):
        names = {plan.id: plan.name for plan in self.env['smart.billing.plan'].browse(
            {stay.plan.code for stay in self.line.stays})}
        bars = []
        for stay in self.line.stays:
            name, paid_from = names[stay.plan.code], min(stay.billing_from, stay.date_to)
            bars.append((stay.date_from, paid_from, self.env._("Trial: %(plan)s", plan=name),
                         'trial'))
            bars.append((paid_from, stay.date_to, name, 'plan'))
        return self._lane('plan', self.env._("Plan"), bars)

    def _quantities(self):
        spans = self.line.quantities
        if len(spans) == 1 and spans[0].quantity == 1:
            spans = ()
        return self._lane('quantity', self.env._("Quantity"), [
            (span.date_from, min(span.date_to, self.line.end), f'{span.quantity.normalize():f}',
             'quantity') for span in spans])

    def _options(self):
        names = self._charge_names()
        for code, spans in self.line.options.items():
            yield self._lane(f'option-{code}', self.env._("Option"), [
                (span.date_from, min(span.date_to, self.line.end),
                 self._times(names.get(code, code), span.quantity), 'option') for span in spans])

    def _charge_names(self):
        """Names of the plans' charges by code, as the newest version has them."""
        charges = self.env['smart.billing.charge'].search(
            [('plan_id', 'in', [stay.plan.code for stay in self.line.stays])], order='id')
        return {charge.code: charge.name for charge in charges}

    def _times(self, name, quantity):
        return name if quantity == 1 else f'{name} × {quantity.normalize():f}'

    def _discounts(self):
        names = {discount.id: discount.name for discount in self.env[
            'smart.billing.discount'].browse({grant.discount.code for grant in self.line.grants})}
        for grant in self.line.grants:
            yield self._lane(f'discount-{grant.discount.code}', self.env._("Discount"), [
                (grant.date_from, min(grant.date_to, self.line.end), names[grant.discount.code],
                 'discount')])

    def _pauses(self):
        return self._lane('pause', self.env._("Suspended"), [
            (begin, min(end, self.line.end), self.env._("Suspended"), 'pause')
            for begin, end in self.line.pauses])

    def _terms(self):
        """The terms that were agreed, as far as they are drawn."""
        bars, day = [], self.line.first_day
        while self.line.terms is not None and day < min(self.end, self.line.end):
            term = self.line.terms.on(day)
            if term.date_to == NEVER or len(bars) == MOST_TERMS:
                break
            bars.append((term.date_from, min(term.date_to, self.line.end),
                         self.env._("Term %(number)s", number=len(bars) + 1), 'term'))
            day = term.date_to
        return self._lane('term', self.env._("Term"), bars)

    def _minimum(self):
        """The first minimum term; a cancellation within it costs the fee."""
        plan, bars = self.line.first_plan, []
        if plan.minimum_term is not None and plan.cancellation_fee:
            fee = format_amount(
                self.env, float(plan.cancellation_fee), self.contract.currency_id)
            bars.append((self.line.origin, add(self.line.origin, plan.minimum_term),
                         self.env._("Cancellation fee %(fee)s", fee=fee), 'minimum'))
        return self._lane('minimum', self.env._("Minimum term"), bars)

    def _billed(self):
        """Days for which each charge is billed and kept."""
        names = self._charge_names()
        for code, rows in groupby(self.covered, key=lambda row: row[0]):
            name = names.get(code, code)
            yield self._lane(f'billed-{code}', self.env._("Billed: %(charge)s", charge=name), [
                (begin, end, name, 'billed') for _code, begin, end in rows])

    def _mark(self, event):
        words = [dict(event._fields['kind']._description_selection(self.env))[event.kind],
                 event.plan_id.name, event.option_code, event.discount_id.name, event.reason]
        return {
            'day': str(event.date_effective), 'future': event.date_effective > self.today,
            'date': format_date(self.env, event.date_effective),
            'text': ' '.join(filter(None, words)),
        }


def _covered(contract):
    """:return: [(charge code, first day, first day after)] that is billed, touching days joined"""
    return contract.env.execute_query(SQL(
        """ SELECT charge_code, lower(days), upper(days)
              FROM (SELECT charge_code, range_agg(daterange(date_from, date_to)) AS billed
                      FROM smart_billing_coverage
                     WHERE contract_id = %s AND position('/' IN charge_code) = 0
                  GROUP BY charge_code) AS own, unnest(billed) AS days
          ORDER BY charge_code, days """, contract.id))

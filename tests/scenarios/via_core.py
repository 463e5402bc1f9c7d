"""Scenarios through the pure planner: invoices are lists of items in memory."""
import importlib
import sys
from contextlib import contextmanager
from decimal import Decimal

from .comparison import Invoice, Line
from .format import DIGITS


def _core(name):
    """A module of the pure core, also where Odoo is not installed."""
    if 'odoo' not in sys.modules:
        from tests import namespaces

        namespaces.install()
    return importlib.import_module(f'odoo.addons.smart_billing.core.{name}')


@contextmanager
def open_backend():
    yield CoreBackend()


class CoreBackend:
    """Makes a fresh world for every scenario."""

    @contextmanager
    def session(self, scenario):
        yield CoreSession(scenario)


class CoreSession:
    """One scenario: what was entered so far, and the invoices that stand."""

    def __init__(self, scenario):
        self.facts, self.planner, self.tax = _core('facts'), _core('planner'), _core('tax')
        company = scenario.company
        self.digits = DIGITS[company['currency']]
        self.tax_rounding = company['tax_rounding']
        self.rules = self.facts.Rules(
            self.digits, company['rounding'], company['proration'], company['tax_percent'])
        self.plans = {code: self._plan(code, plan) for code, plan in scenario.plans.items()}
        self.accounts = scenario.accounts
        self.contracts = {}
        self.changes = {name: [] for name in scenario.accounts}
        self.invoices = {name: [] for name in scenario.accounts}
        self.sequence = 0

    # facts ------------------------------------------------------------------------------------

    def _plan(self, code, plan):
        facts = self.facts
        versions = tuple(
            facts.PlanVersion(version['from'], version.get('existing_from'), tuple(
                self._charge(name, charge) for name, charge in version['charges'].items()))
            for version in plan['versions'])
        return facts.Plan(
            code, versions, plan['trial_days'], self._every(plan.get('term')),
            self._every(plan.get('minimum_term')), plan.get('cancellation_fee'))

    def _charge(self, code, charge):
        facts = self.facts
        values = {**charge, 'code': code, 'every': self._every(charge.get('every'))}
        values['steps'] = tuple(
            facts.PriceStep(step.get('periods'), step['price'])
            for step in charge.get('steps', ()))
        values['tiers'] = tuple(
            facts.Tier(tier.get('up_to'), tier['price'], tier['flat_fee'])
            for tier in charge.get('tiers', ()))
        return facts.Charge(**values)

    def _every(self, length):
        return self.facts.Every(*reversed(*length.items())) if length else None

    # steps ------------------------------------------------------------------------------------

    def apply(self, step):
        """Enter one step as an event, a usage row or a change of the billing day."""
        facts = self.facts
        self.sequence += 1
        if step['do'] == 'start':
            self.contracts[step['contract']] = (step['account'], [], [])
        if step['do'] == 'change_billing_day':
            self.changes[step['account']].append(facts.BillingDayChange(
                step['effective'], self.sequence, step['billing_day']))
            return
        _account, events, usage = self.contracts[step['contract']]
        if step['do'] == 'usage':
            usage.append(facts.Usage(step['metric'], step['quantity'], step['effective'],
                                     step['id'], self.sequence))
            return
        events.append(facts.Event(
            step['do'], step['effective'], self.sequence, self.plans.get(step.get('plan')),
            step.get('quantity'), step.get('when', facts.IMMEDIATE), step.get('end')))

    def run(self, day):
        """Bill every account up to the day."""
        made = []
        for name in self.accounts:
            billed = [item for items in self.invoices[name] for item in items]
            result = self.planner.plan(self._account(name), billed, day, self.rules)
            if result.items:
                self.invoices[name].append([self._billed(due) for due in result.items])
                made.append(self._invoice(name, self.invoices[name][-1]))
        return made

    def post(self, account):
        return self._invoice(account, self.invoices[account][-1])

    def delete_draft(self, account):
        self.invoices[account].pop()

    def cancel_invoice(self, account):
        self.invoices[account].pop()

    def _account(self, name):
        facts = self.facts
        contracts = tuple(
            facts.Contract(code, tuple(events), tuple(usage))
            for code, (owner, events, usage) in self.contracts.items() if owner == name)
        return facts.Account(name, self.accounts[name].get('billing_day'),
                             tuple(self.changes[name]), contracts)

    def _billed(self, due):
        self.sequence += 1
        shared = {key: getattr(due, key) for key in self.facts.BilledItem._fields if key != 'key'}
        return self.facts.BilledItem(key=self.sequence, **shared)

    def _invoice(self, account, items):
        taxes = self.tax.taxes_of(
            [(item.tax_percent, item.amount) for item in items], self.digits, self.tax_rounding)
        tax = sum((one.tax for one in taxes), Decimal(0))
        lines = tuple(Line(item.contract, item.charge, item.date_from, item.date_to, item.amount,
                           item.quantity) for item in items)
        return Invoice(account, lines, tax, sum((line.amount for line in lines), tax))

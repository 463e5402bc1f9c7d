"""What a plan would cost over the months to come: the planner's own answer for a contract that does
not exist (料金シミュレーション). Nothing is written.

A line counts for the month in which it is due; one in arrears for the month of its last day, so
that a year of it has twelve months.
"""
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from ..core import facts
from ..core.periods import add
from ..core.planner import Planner
from . import catalogue
from .facts import rules_of
from .names import LineNames
from .taxes import TaxBook, totals

DAY = timedelta(days=1)

# A year of a charge by the day has more lines than a run may bill of one contract.
MOST_LINES = 20000


class Question(NamedTuple):
    """The contract that is imagined.

    `options` are codes with their quantities, `usage` codes of metrics with what is used a month.
    `version`: one version of the plan, as if it were valid; None: those that are, day by day.
    """

    date_start: date
    months: int = 12
    billing_day: int | None = None
    quantity: Decimal = Decimal(1)
    options: Mapping[str, Decimal] = {}
    usage: Mapping[str, Decimal] = {}
    discount: int | None = None
    version: date | None = None


class Row(NamedTuple):
    """One amount of the table: of a charge or a discount in a month."""

    month: date
    charge: str
    name: str
    amount: Decimal
    is_discount: bool = False


class Answer(NamedTuple):
    """The months, the amounts of charges in their order, and the totals of each month's invoice."""

    months: list[date]
    rows: list[Row]
    totals: dict


def simulate(plan, question, partner=None):
    """Ask the planner about a contract on `plan`.

    :param plan: the record, its company being the one that would bill
    :param partner: the payer, who decides about taxes; None: a customer like the company itself
    :raise core.errors.DomainError: the plan has no answer, for example no version on that day
    """
    env, company = plan.env, plan.company_id
    months = [add(question.date_start.replace(day=1), facts.Every(number, 'month'))
              for number in range(question.months + 1)]
    account = env['smart.billing.account'].new(
        {'company_id': company.id, 'partner_id': (partner or company.partner_id).id})
    rules = rules_of(company)._replace(max_lines=MOST_LINES)
    imagined = facts.Account('imagined', question.billing_day, (), (_contract(plan, question),))
    result = Planner(rules).plan(imagined, (), months[-1])
    names, book = LineNames(env, account), TaxBook(company)
    lines = [(month, due) for due in result.items
             if (month := _month_of(due)) < months[-1]]
    return Answer(months[:-1], _rows(lines, names, account), {
        month: totals(company, [(due.amount, book.of_due(account, due))
                                for at, due in lines if at == month])
        for month in months[:-1]})


def _month_of(due):
    """Month of the day on which a line is due, in arrears of the last day that it is for."""
    arrears = due.date_from < due.date_to == due.due
    return (due.due - DAY if arrears else due.due).replace(day=1)


def _rows(lines, names, account):
    """Amounts of the same charge and month together, charges in the order of the price sheet."""
    sums, order = {}, {}
    for month, due in lines:
        order.setdefault(due.charge, (names.title(account.id, due), bool(due.discount)))
        sums[month, due.charge] = sums.get((month, due.charge), Decimal(0)) + due.amount
    return [Row(month, charge, name, sums[month, charge], is_discount)
            for charge, (name, is_discount) in order.items()
            for month in sorted(at for at, code in sums if code == charge)]


def _contract(plan, question):
    env = plan.env
    env.flush_all()
    told = _as_if_valid(catalogue.read_plans(env, plan.ids)[plan.id], question)
    start = question.date_start
    events = [facts.Event(facts.START, start, 0, told, question.quantity)]
    for option, quantity in question.options.items():
        events.append(facts.Event(
            facts.ADD_OPTION, start, len(events), option=option, quantity=quantity))
    if question.discount:
        discount = catalogue.read_discounts(env, [question.discount])[question.discount]
        events.append(facts.Event(facts.ADD_DISCOUNT, start, len(events), discount=discount))
    return facts.Contract('imagined', tuple(events), tuple(_usage(env, told, question)))


def _as_if_valid(told, question):
    """The plan with the version that is asked about; different users are not counted but given.

    The usage of a month is one number. Where a charge counts how many different ones were seen,
    the months of one period have the same ones, so the highest number is theirs.
    """
    versions = told.versions
    if question.version is not None:
        versions = [version._replace(valid_from=question.date_start, existing_from=None)
                    for version in versions if version.valid_from == question.version]
    return told._replace(versions=tuple(
        version._replace(charges=tuple(
            charge._replace(aggregation=facts.MAX) if charge.aggregation == facts.UNIQUE
            else charge for charge in version.charges))
        for version in versions))


def _usage(env, told, question):
    """Once in each month of the contract, so that each period of a month has it once."""
    metered = {}
    for version in told.versions:
        for charge in version.charges:
            code = env['smart.billing.charge'].browse(charge.key).metric_id.code
            if code in question.usage:
                metered[charge.metric] = question.usage[code]
    for metric, quantity in metered.items():
        for number in range(question.months + 1):
            yield facts.Usage(
                metric, quantity, add(question.date_start, facts.Every(number, 'month')),
                external_id=f'{metric} {number}', sequence=number)

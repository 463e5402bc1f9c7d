"""A simulation as a table, months across and charges down, and as rows for a chart."""
from markupsafe import Markup

from odoo.tools import format_amount, format_date

CELL = Markup('<td class="text-end text-nowrap">%s</td>')
HEAD = Markup('<th class="text-end text-nowrap">%s</th>')


def problem(text):
    return Markup('<div class="alert alert-warning mb-0" role="alert">%s</div>') % text


def table(plan, answer):
    """Months × charges, with the tax and the total of each month's invoice."""
    env, currency = plan.env, plan.currency_id
    months = answer.months

    def amounts(by_month, template=CELL):
        cells = [by_month.get(month) for month in months]
        whole = sum(amount for amount in cells if amount)
        return Markup('').join(
            template % (format_amount(env, float(amount), currency) if amount else '')
            for amount in (whole, *cells))

    def line(name, by_month, template=CELL, css=''):
        return Markup('<tr class="%s"><th class="text-nowrap">%s</th>%s</tr>') % (
            css, name, amounts(by_month, template))

    heads = Markup('').join(HEAD % text for text in (
        env._("Total"), *(format_date(env, month, date_format='yyyy-MM') for month in months)))
    names = dict.fromkeys((row.charge, row.name) for row in answer.rows)
    body = Markup('').join(
        line(name, {row.month: row.amount for row in answer.rows if row.charge == charge})
        for charge, name in names)
    totals = answer.totals
    body += line(env._("Total with tax"), {month: totals[month].total for month in months}, HEAD,
                 'table-active')
    body += line(env._("of which tax"), {month: totals[month].tax for month in months})
    return Markup(
        '<div class="table-responsive"><table class="table table-sm"><thead><tr><th>%s</th>%s</tr>'
        '</thead><tbody>%s</tbody></table></div>') % (env._("Charge"), heads, body)


def lines(env, answer):
    """:return: values of simulation lines; the tax is what comes on top of the charges' amounts"""
    sums = dict.fromkeys(answer.months, 0)
    for number, row in enumerate(answer.rows):
        sums[row.month] += row.amount
        yield {'date': row.month, 'name': row.name, 'sequence': number,
               'kind': 'discount' if row.is_discount else 'charge', 'amount': float(row.amount)}
    for month in answer.months:
        added = answer.totals[month].total - sums[month]
        if added:
            yield {'date': month, 'name': env._("Consumption tax"), 'sequence': len(answer.rows),
                   'kind': 'tax', 'amount': float(added)}

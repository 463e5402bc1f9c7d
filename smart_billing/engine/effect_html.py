"""The effect of a change as tables for the screen: before, after, difference (変更の影響)."""
from markupsafe import Markup

from odoo.tools import format_amount, format_date

_CELL = Markup('<td class="text-end text-nowrap">%s</td>')
_TABLE = Markup(
    '<table class="table table-sm"><thead><tr>%s</tr></thead><tbody>%s</tbody></table>')


def detailed(contracts, effect):
    """Each due day of each contract with its lines."""
    html = Markup()
    for contract in contracts:
        if len(contracts) > 1:
            html += Markup('<h4>%s</h4>') % contract.display_name
        rows = [_day_row(contract, effect, day) for day in effect.days(contract.id)]
        html += _table(contract.env, contract.env._("Due"), rows) if rows else (
            Markup('<p class="text-muted">%s</p>') % contract.env._(
                "Nothing is billed, with the change or without it."))
    return html + _until(contracts.env, effect)


def summed(contracts, effect):
    """One row for each contract that the change touches, and the total of all."""
    env, rows, total = contracts.env, [], [0, 0]
    for contract in contracts:
        before, after = effect.totals(contract.id)
        total[0] += before
        total[1] += after
        if before != after:
            rows.append(_row(contract, contract.display_name, before, after))
    head = _row(contracts[:1], Markup('<strong>%s</strong>') % env._(
        "All %(count)s contracts", count=len(contracts)), *total)
    return _table(env, env._("Contract"), [head, *rows]) + _until(env, effect)


def _until(env, effect):
    return Markup('<p class="text-muted">%s</p>') % env._(
        "What falls due until %(day)s and is not billed yet, net of tax. Nothing was written.",
        day=format_date(env, effect.until))


def _table(env, first, rows):
    head = Markup('<th>%s</th>') % first
    for title in (env._("Before"), env._("After"), env._("Difference")):
        head += Markup('<th class="text-end">%s</th>') % title
    return _TABLE % (head, Markup().join(rows))


def _row(record, title, before, after):
    return (Markup('<tr><td>%s</td>') % title + _CELL % _money(record, before)
            + _CELL % _money(record, after) + _CELL % _money(record, after - before)
            + Markup('</tr>'))


def _day_row(contract, effect, day):
    sides = [side.get(contract.id, {}).get(day, ()) for side in (effect.before, effect.after)]
    sums = [sum(line.amount for line in lines) for lines in sides]
    html = Markup('<tr><td class="text-nowrap">%s</td>') % format_date(contract.env, day)
    for amount, lines in zip(sums, sides, strict=True):
        details = Markup().join(
            Markup('<div class="small text-muted">%s: %s</div>') % (
                line.text, _money(contract, line.amount)) for line in lines)
        html += Markup('<td class="text-end">%s%s</td>') % (_money(contract, amount), details)
    return html + _CELL % _money(contract, sums[1] - sums[0]) + Markup('</tr>')


def _money(record, amount):
    return format_amount(record.env, float(amount), record.currency_id)

"""Subscribers enter by three doors: orders, a CSV file, the API; then each gives a mandate."""
import base64
import csv
import io
import random

from . import show
from .shop import PLANS, SERVICE

CHUNK = 50
TERMS = {'closing_day': 31, 'issue_day': 31, 'due_month_offset': 1, 'due_day': 27}


def enter(shop, persons, first_day, seed):
    """:return: contract ids by door; a third of the subscribers by each"""
    chance = random.Random(seed)
    third = len(persons) // 3
    groups = (persons[:third], persons[third:2 * third], persons[2 * third:])
    contracts = {}
    for door, enter_by, group in zip(
            ('orders', 'csv', 'api'), (_orders, _csv, _api), groups, strict=True):
        contracts[door] = []
        for start in range(0, len(group), CHUNK):
            part = [(person, chance.choice(PLANS)[0]) for person in group[start:start + CHUNK]]
            contracts[door] += enter_by(shop, part, first_day)
            show.progress(f'contracts by {door}', len(contracts[door]), len(group))
    _mandates(shop, persons, first_day)
    return contracts


def _orders(shop, rows, first_day):
    """Quotations that are confirmed, as a sales person would."""
    odoo = shop.odoo
    partners = odoo.create('res.partner', [{'name': person.name, 'lang': 'ja_JP'}
                                           for person, _plan in rows])
    orders = odoo.create('sale.order', [{
        'partner_id': partner, 'sb_date_start': str(first_day),
        'order_line': [(0, 0, {'product_id': shop.products[plan], 'product_uom_qty': 1})],
    } for partner, (_person, plan) in zip(partners, rows, strict=True)])
    odoo.call('sale.order', 'action_confirm', orders)
    contracts = odoo.read('smart.billing.contract', [
        ('sale_line_id.order_id', 'in', orders)], ['account_id'])
    accounts = [contract['account_id'][0] for contract in contracts]
    odoo.call('smart.billing.account', 'write', accounts, {
        **TERMS, 'provider_id': shop.provider})
    return [contract['id'] for contract in contracts]


def _rows(rows, first_day):
    return [{'partner_name': person.name, 'plan': plan, 'date_start': str(first_day),
             'provider': SERVICE, **TERMS} for person, plan in rows]


def _csv(shop, rows, first_day):
    """A file with the import wizard of the web client."""
    text = io.StringIO()
    rows = _rows(rows, first_day)
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    wizard = shop.odoo.create('smart.billing.contract.import', {
        'file_name': 'contracts.csv', 'encoding': 'utf-8-sig',
        'file_content': base64.b64encode(text.getvalue().encode('utf-8-sig')).decode()})
    shop.odoo.call('smart.billing.contract.import', 'action_import', [wizard])
    [done] = shop.odoo.read('smart.billing.contract.import', [('id', '=', wizard)],
                            ['contract_ids', 'problem_text'])
    if done['problem_text']:
        raise RuntimeError(done['problem_text'])
    return done['contract_ids']


def _api(shop, rows, first_day):
    """Plain values from a front system."""
    result = shop.odoo.call('smart.billing.contract', 'create_contracts', _rows(rows, first_day))
    if result['problems']:
        raise RuntimeError(result['problems'])
    return result['ids']


def _mandates(shop, persons, first_day):
    """A direct-debit mandate for every subscriber (口座振替依頼書)."""
    accounts = {account['name']: account['id'] for account in shop.odoo.read(
        'smart.billing.account', [], ['name'])}
    missing = [person for person in persons if person.name in accounts]
    for start in range(0, len(missing), CHUNK):
        mandates = shop.odoo.create('smart.billing.mandate', [{
            'account_id': accounts[person.name], 'provider_id': shop.provider,
            'bank_code': person.bank, 'branch_code': person.branch, 'account_type': '1',
            'account_number': person.account, 'holder_name': person.name,
            'holder_kana': person.kana, 'date_start': str(first_day),
        } for person in missing[start:start + CHUNK]])
        shop.odoo.call('smart.billing.mandate', 'action_activate', mandates)
        show.progress('direct-debit mandates', min(start + CHUNK, len(missing)), len(missing))


def live_a_month(shop, contracts, month, seed):
    """What happens inside a month: somebody leaves, somebody changes the plan, pauses, resumes."""
    chance = random.Random(seed)
    some = chance.sample(contracts, max(4, len(contracts) // 25))
    changes = {'cancel': 0, 'change_plan': 0, 'suspend': 0}
    for index, contract in enumerate(some):
        day = str(month.replace(day=chance.randint(5, 25)))
        kind = ('cancel', 'change_plan', 'suspend')[index % 3]
        values = {'plan_id': shop.plans['premium']} if kind == 'change_plan' else {}
        shop.odoo.call('smart.billing.contract', 'add_event', [contract], kind, day, **values)
        if kind == 'suspend':
            shop.odoo.call('smart.billing.contract', 'add_event', [contract], 'resume',
                           str(month.replace(day=28)))
        changes[kind] += 1
    return changes

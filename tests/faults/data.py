"""The subscribers of a campaign, made through the real models inside Odoo.

Everything is drawn from a seed. Among them are those that a run meets on a bad day: an account
above the safety bound (parked), one without a mandate (its request has a problem), one that pays
by transfer, contracts that start in the middle of a month, several contracts for one payer.
"""
import random
from datetime import date, timedelta

from odoo import Command

from .facts import BILLING_DAYS, CHUNK, CONSIGNOR, TODAY, bank_account

BOUND = 500_000

_PLANS = (
    ('light', 'ライト', {'price': 980, 'timing': 'advance'}),
    ('arrears', '後払い', {'price': 3333, 'timing': 'arrears'}),
    ('seats', '席数', {'price': 700, 'timing': 'advance', 'model': 'per_unit'}),
    ('setup', '初期費用つき', {'price': 4500, 'timing': 'advance'}),
)
_BRANCHES = (('0001', '001'), ('0005', '001'), ('0009', '001'))


def prepare(env, accounts, seed):
    """Fill the base database of a campaign; the caller commits."""
    chance = random.Random(seed)
    company = env.company
    company.write({
        'sb_run_chunk': CHUNK, 'sb_run_approval': True, 'sb_max_amount': BOUND,
        'sb_tax_rounding': 'floor', 'sb_business_date': TODAY,
        'sb_run_journal_id': env['account.journal'].create({
            'name': '定期請求', 'code': 'SBR', 'type': 'sale', 'company_id': company.id}).id,
    })
    plans = _plans(env)
    provider = _provider(env)
    payers = [_account(env, provider, index, chance) for index in range(1, accounts + 1)]
    for index, account in enumerate(payers):
        for number in range(1 + index % 3):
            _contract(env, account, chance.choice(plans), number, chance)
    _contract(env, payers[0], plans[2], 9, chance, quantity=10 * BOUND)


def _plans(env):
    product = env['product.product'].create({'name': '月額料金', 'type': 'service'})
    plans = []
    for code, name, charge in _PLANS:
        charges = [{'name': f'{name} 月額', 'code': 'base', 'product_id': product.id, **charge}]
        if code == 'setup':
            charges.append({'name': '初期費用', 'code': 'setup', 'charge_type': 'one_time',
                            'price': 3000, 'product_id': product.id})
        plans.append(env['smart.billing.plan'].create({
            'name': name, 'code': code, 'version_ids': [Command.create({
                'date_from': date(2020, 1, 1),
                'charge_ids': [Command.create(values) for values in charges]})]}))
    return plans


def _provider(env):
    provider = env['payment.provider'].search([
        ('code', '=', 'nttf'), ('company_id', '=', env.company.id)], limit=1)
    account = env['account.account']
    clearing, suspense = account.create([
        {'name': '未収入金', 'code': '158900', 'account_type': 'asset_current',
         'reconcile': True},
        {'name': '仮受金', 'code': '258900', 'account_type': 'liability_current',
         'reconcile': True}])
    bank, branch, kind, number = CONSIGNOR['account']
    provider.write({
        'nttf_profile_id': env.ref('smart_billing_payment_nttf.profile_default').id,
        'nttf_consignor_code': CONSIGNOR['code'], 'nttf_consignor_name': CONSIGNOR['name'],
        'nttf_bank_code': bank, 'nttf_branch_code': branch, 'nttf_account_type': kind,
        'nttf_account_number': number, 'nttf_host': '127.0.0.1',
        'nttf_user': f"c{CONSIGNOR['code']}", 'nttf_password': CONSIGNOR['password'],
        'nttf_timeout': 5,
        'sb_clearing_journal_id': env['account.journal'].create({
            'name': '収納', 'code': 'CLR', 'type': 'general'}).id,
        'sb_clearing_account_id': clearing.id, 'sb_suspense_account_id': suspense.id,
        'state': 'enabled',
    })
    return provider


def _account(env, provider, index, chance):
    """A payer with his mandate; the second has none yet, the third pays by transfer."""
    partner = env['res.partner'].create({
        'name': f'契約者 {index:03}', 'email': f'c{index:03}@example.com'})
    account = env['smart.billing.account'].create({
        'partner_id': partner.id, 'ref': f'A{index:03}',
        'billing_day': chance.choice((1, *BILLING_DAYS)),
        'provider_id': provider.id if index != 3 else False,
        'delivery': chance.choice(('portal', 'email')),
    })
    if index not in (2, 3):
        bank, branch = chance.choice(_BRANCHES)
        env['smart.billing.mandate'].create({
            'account_id': account.id, 'provider_id': provider.id, 'bank_code': bank,
            'branch_code': branch, 'account_number': bank_account(index),
            'holder_name': partner.name, 'holder_kana': f'ｹｲﾔｸｼﾔ {index:03}',
            'date_start': date(2026, 1, 1),
        }).action_activate()
    return account


def _contract(env, account, plan, number, chance, quantity=None):
    start = date(2026, 9, 1) + timedelta(days=chance.choice((0, 0, 14, 30, 45, 61)))
    env['smart.billing.contract'].create({
        'account_id': account.id, 'start_plan_id': plan.id, 'date_start': start,
        'ref': f'{account.ref}-{number}',
        'start_quantity': quantity or chance.choice((1, 2, 5)),
    }).action_confirm()

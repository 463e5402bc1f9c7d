"""What an administrator enters before the first contract: company, catalogue, service."""

from datetime import date
from typing import NamedTuple

CONSIGNOR = '1234567890'
CONSIGNOR_NAME = 'サンプルツウシン株式会社'
COLLECTING_ACCOUNT = ('0001', '001', '1', '1234567')
EARLIEST = date(2020, 1, 1)

# The second debit day of a month takes what failed on the first (再振替日).
DEBIT_DAYS = [12, 27]
CUTOFF_BD, RESULT_BD, PAYOUT_BD = 5, 4, 6
AGENCY_SETTINGS = {'debit_days': DEBIT_DAYS, 'cutoff_bd': CUTOFF_BD, 'result_bd': RESULT_BD,
                   'payout_bd': PAYOUT_BD, 'require_mandate': False}


class Plan(NamedTuple):
    code: str
    name: str
    price: int
    timing: str


PLANS = {plan.code: plan for plan in (
    Plan('light', 'ライトプラン', 980, 'arrears'),
    Plan('standard', 'スタンダードプラン', 1980, 'advance'),
    Plan('premium', 'プレミアムプラン', 3980, 'advance'),
)}


class Company(NamedTuple):
    """Ids of what was made, for the steps that follow."""

    id: int
    provider: int
    clearing_account: int
    suspense_account: int
    products: dict      # plan code -> product.product
    plans: dict         # plan code -> smart.billing.plan


def agency_consignor(password):
    """The company as the agency has registered it."""
    return {'code': CONSIGNOR, 'name': 'ｻﾝﾌﾟﾙﾂｳｼﾝ(ｶ', 'account': list(COLLECTING_ACCOUNT),
            'password': password}


def set_up(client, agency, password, **settings):
    """Enter everything; `settings` are values of the company.

    :param agency: where the agency's SFTP server is: `host`, `port`, `host_key`, `username`
    """
    company = client.find('res.company')
    # Its language is the one in which scheduled jobs say why something was not collected.
    partner = client.row('res.company', company, ['partner_id'])['partner_id'][0]
    client.write('res.partner', partner, {'lang': 'ja_JP'})
    journal = client.create('account.journal', {
        'name': '定期請求', 'code': 'SBR', 'type': 'sale', 'company_id': company})
    client.write('res.company', company, {
        'name': 'サンプル通信株式会社', 'sb_tax_rounding': 'floor', 'sb_run_approval': True,
        'sb_run_journal_id': journal, **settings})
    clearing, suspense = _accounts(client)
    provider = _provider(client, agency, password, clearing, suspense)
    plans, products = _catalogue(client)
    return Company(company, provider, clearing, suspense, products, plans)


def _accounts(client):
    """未収入金 for what the agency holds, 仮受金 for money that fits no invoice."""
    clearing = client.create('account.account', {
        'code': '126500', 'name': '未収入金(回収代行)', 'account_type': 'asset_current',
        'reconcile': True})
    suspense = client.create('account.account', {
        'code': '330650', 'name': '仮受金(回収代行)', 'account_type': 'liability_current',
        'reconcile': True})
    return clearing, suspense


def _provider(client, agency, password, clearing, suspense):
    """The service with a profile of its own, as it would be agreed upon, and its journals."""
    profile = client.call('smart.billing.nttf.profile', 'copy', [client.ref(
        'smart_billing_payment_nttf.profile_default')], {
            'name': f'口座振替 {DEBIT_DAYS[1]}日、再振替 {DEBIT_DAYS[0]}日',
            'debit_days': ', '.join(map(str, DEBIT_DAYS)), 'cutoff_bd': CUTOFF_BD,
            'result_bd': RESULT_BD, 'payout_bd': PAYOUT_BD, 'yucho_rule': 'transfer'})[0]
    bank, branch, kind, number = COLLECTING_ACCOUNT
    provider = client.find('payment.provider', ('code', '=', 'nttf'))
    journal = client.create('account.journal', {
        'name': '収納', 'code': 'CLR', 'type': 'general'})
    client.write('payment.provider', provider, {
        'nttf_profile_id': profile, 'nttf_consignor_code': CONSIGNOR,
        'nttf_consignor_name': CONSIGNOR_NAME, 'nttf_bank_code': bank,
        'nttf_branch_code': branch, 'nttf_account_type': kind, 'nttf_account_number': number,
        'nttf_host': agency.host, 'nttf_port': agency.port, 'nttf_user': agency.username,
        'nttf_host_key': agency.host_key, 'nttf_password': password,
        'sb_clearing_journal_id': journal, 'sb_clearing_account_id': clearing,
        'sb_suspense_account_id': suspense, 'state': 'enabled'})
    return provider


def _catalogue(client):
    """Plans, and the products that sell them."""
    fee = client.create('product.product', {'name': '月額利用料', 'type': 'service'})
    plans, products = {}, {}
    for plan in PLANS.values():
        plans[plan.code] = client.create('smart.billing.plan', {
            'name': plan.name, 'code': plan.code, 'version_ids': [(0, 0, {
                'date_from': str(EARLIEST), 'charge_ids': [(0, 0, {
                    'name': f'{plan.name} 月額料金', 'price': plan.price, 'product_id': fee,
                    'timing': plan.timing})]})]})
        template = client.create('product.template', {
            'name': plan.name, 'type': 'service', 'list_price': plan.price,
            'sb_plan_id': plans[plan.code]})
        products[plan.code] = client.find('product.product', ('product_tmpl_id', '=', template))
    return plans, products

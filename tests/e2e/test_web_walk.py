"""The whole way through the web client, in Chromium, with nothing replaced.

A new contract by the form, preview, run, approval, batch sent to the agency's real SFTP server,
result, paid invoice. Odoo is a server process of its own, its scheduled jobs do the work, and the
pages show by themselves what the jobs have done.
"""
import os
from datetime import date

import pytest

from tests.simulators.client import Simulator
from tools import databases, odoo
from tools.browser import Browser
from tools.screenshots import Client, session_cookie

CONSIGNOR = {'code': '1234567890', 'name': 'ｻﾝﾌﾟﾙｻ-ﾋﾞｽ(ｶ',
             'account': ['0001', '001', '1', '0000001']}
# Pages of the menu that an auditor may open; the last one has a row by the time it is looked at.
READABLE = (
    'billing-plans', 'billing-accounts', 'billing-runs', 'billing-invoices-to-check',
    'billing-invoices', 'billed-items', 'collection-batches', 'collection-requests',
    'received-files', 'billing-receipts', 'receipt-exceptions', 'collection-problems',
    'parked-accounts', 'billing-not-collected', 'collection-transfers', 'billing-contracts',
)
SHEET = '.o_form_view .o_form_sheet'


def current(state):
    return f'.o_form_statusbar .o_statusbar_status .o_arrow_button_current[data-value={state}]'


@pytest.fixture(scope='module')
def agency(tmp_path_factory):
    with Simulator(tmp_path_factory.mktemp('agency'), today='2026-10-01',
                   consignors=[CONSIGNOR]) as simulator:
        yield simulator


@pytest.fixture(scope='module')
def server():
    name = f'e2e_web_walk_{os.getpid()}'
    databases.create(name)
    try:
        with odoo.OdooServer(name, cron_threads=1) as running:
            yield running
    finally:
        databases.drop(name)


@pytest.fixture(scope='module')
def client(server, agency):
    client = Client(server.url, server.database)
    client.company = client.call('res.company', 'search', [], limit=1)[0]
    client.call('res.company', 'write', [client.company], {
        'sb_business_date': '2026-10-01', 'sb_tax_rounding': 'floor', 'sb_run_approval': True})
    client.provider = set_up_service(client, agency)
    client.account = set_up_customer(client)
    return client


def set_up_service(client, agency):
    """The company's own nttf provider, pointed at the agency."""
    clearing, suspense = client.call('account.account', 'create', [
        {'name': '未収入金（回収代行）', 'code': '119901', 'account_type': 'asset_current',
         'reconcile': True},
        {'name': '仮受金（回収代行）', 'code': '219901', 'account_type': 'liability_current',
         'reconcile': True}])
    [journal] = client.call('account.journal', 'create', [
        {'name': '収納仕訳帳', 'code': 'NTTF', 'type': 'general'}])
    [provider] = client.call(
        'payment.provider', 'search', [('code', '=', 'nttf'), ('company_id', '=', client.company)])
    client.call('payment.provider', 'write', [provider], {
        'nttf_consignor_code': CONSIGNOR['code'], 'nttf_consignor_name': '株式会社サンプルサービス',
        'nttf_bank_code': '0001', 'nttf_branch_code': '001', 'nttf_account_type': '1',
        'nttf_account_number': '0000001', 'nttf_host': agency.host, 'nttf_port': agency.port,
        'nttf_user': agency.username, 'nttf_password': agency.password,
        'nttf_host_key': agency.host_key, 'sb_clearing_journal_id': journal,
        'sb_clearing_account_id': clearing, 'sb_suspense_account_id': suspense})
    client.call('payment.provider', 'write', [provider], {'state': 'enabled'})
    return provider


def set_up_customer(client):
    """A plan, and a payer whose direct-debit authority is active."""
    [product] = client.call('product.product', 'create', [
        {'name': 'ライトプラン', 'type': 'service'}])
    client.call('smart.billing.plan', 'create', [{
        'name': 'ライトプラン', 'code': 'light', 'version_ids': [(0, 0, {
            'date_from': '2026-01-01', 'charge_ids': [(0, 0, {
                'name': 'ライトプラン 月額料金', 'price': 1000, 'product_id': product})]})]}])
    [partner] = client.call('res.partner', 'create', [{'name': '山田 太郎', 'lang': 'ja_JP'}])
    [account] = client.call('smart.billing.account', 'create', [
        {'partner_id': partner, 'provider_id': client.provider}])
    [mandate] = client.call('smart.billing.mandate', 'create', [{
        'account_id': account, 'provider_id': client.provider, 'bank_code': '0001',
        'branch_code': '001', 'account_type': '1', 'account_number': '1234567',
        'holder_name': '山田 太郎', 'holder_kana': 'ヤマダ タロウ'}])
    client.call('smart.billing.mandate', 'action_activate', [mandate])
    return account


@pytest.fixture(scope='module')
def browser(server, client):
    with Browser() as browser:
        browser.set_cookie(
            server.url, 'session_id', session_cookie(server.url, server.database))
        yield browser


class Clerk:
    """What a person does on the pages."""

    def __init__(self, browser, url):
        self.browser = browser
        self.url = url

    def go(self, path, ready=SHEET):
        self.browser.open(f'{self.url}/odoo/{path}', ready)

    def choose(self, field, text):
        """Look a record up by a part of its name and take the one that is offered."""
        self.browser.write(f'.o_field_widget[name={field}] input', text)
        self.browser.click_text(
            '.o-autocomplete--dropdown-item:not(.o_m2o_dropdown_option) > a', text)
        self.browser.wait(f'.o_field_widget[name={field}] .o_external_button')

    def enter_date(self, field, text):
        self.browser.click(f'.o_field_widget[name={field}] button')
        self.browser.evaluate(
            f"document.querySelector('.o_field_widget[name={field}] button')?.focus()")
        self.browser.write(f'.o_field_widget[name={field}] input', text)
        self.browser.press('Enter')
        self.browser.press('Tab')

    def press(self, method, then):
        """Press a button of the form and wait for what must follow."""
        self.browser.click(f'.o_form_view button[name={method}]')
        self.browser.wait(then)


def test_from_a_new_contract_to_a_paid_invoice(server, client, agency, browser):
    clerk = Clerk(browser, server.url)

    clerk.go('billing-contracts/new')
    clerk.choose('account_id', '山田')
    clerk.choose('start_plan_id', 'ライト')
    clerk.enter_date('date_start', '10/01/2026')
    clerk.press('action_confirm', current('active'))
    assert '1,000' in browser.text('.o_field_widget[name=next_charge_amount]')

    clerk.go('billing-runs/new')
    clerk.press('action_preview', '.o_field_widget[name=preview_html] table')
    assert 'ライトプラン 月額料金' in browser.text('.o_field_widget[name=preview_html]')
    assert client.call('smart.billing.item', 'search_count', []) == 0
    clerk.press('action_start', current('to_approve'))
    clerk.press('action_approve', current('done'))
    [invoice] = client.call('account.move', 'search', [('sb_account_id', '=', client.account)])

    [batch] = client.call('smart.billing.collection.batch', 'search', [])
    clerk.go(f'collection-batches/{batch}')
    clerk.press('action_send', current('sent'))
    assert agency.books()['totals']['requested'] == {'count': 1, 'amount': 1100}

    agency.advance('2026-11-02')
    client.call('res.company', 'write', [client.company], {'sb_business_date': '2026-11-02'})
    clerk.go('received-files', '.o_list_view')
    browser.click('.o_menu_sections [data-menu-xmlid="smart_billing.menu_collection"]')
    browser.click('.dropdown-item[data-menu-xmlid="smart_billing.menu_fetch_results"]')
    wait_until_answered(client, batch, browser)

    clerk.go(f'collection-batches/{batch}', current('answered'))
    assert '1,100' in browser.text('.o_field_widget[name=collected_amount]')
    clerk.go(f'billing-invoices/{invoice}', '.o_widget_web_ribbon .ribbon span')
    assert 'Paid' in browser.text('.o_form_sheet')
    assert browser.text('.o_field_widget[name=collection_state]') == 'Collected'
    values = client.call('account.move', 'read', [invoice], [
        'payment_state', 'amount_residual', 'invoice_date', 'invoice_date_due'])[0]
    assert (values['payment_state'], values['amount_residual']) == ('paid', 0)
    assert date.fromisoformat(values['invoice_date_due']) == date(2026, 10, 27)


def test_the_auditor_sees_every_page_and_changes_nothing(server, client):
    group = client.call('ir.model.data', 'search_read', [
        ('module', '=', 'smart_billing'), ('name', '=', 'group_billing_auditor')],
        fields=['res_id'])[0]['res_id']
    client.call('res.users', 'create', [{
        'name': 'Auditor', 'login': 'auditor', 'password': 'auditor-1',
        'group_ids': [(6, 0, [group])]}])
    with Browser() as browser:
        browser.set_cookie(server.url, 'session_id', session_cookie(
            server.url, server.database, 'auditor', 'auditor-1'))
        for path in READABLE:
            browser.open(f'{server.url}/odoo/{path}', '.o_list_view')
            browser.settle()
            assert count(browser, '.o_error_dialog, .o_list_button_add') == 0, path
        browser.click('.o_list_view .o_data_row .o_data_cell')
        browser.wait(SHEET)
        assert count(browser, '.o_statusbar_buttons button') == 0


def count(browser, selector):
    return browser.evaluate(f'document.querySelectorAll("{selector}").length')


def wait_until_answered(client, batch, browser):
    """The scheduled jobs fetch, read and post; nobody presses anything."""
    browser.until(
        lambda: client.call('smart.billing.collection.batch', 'read', [batch], ['state'])[0][
            'state'] == 'answered', 'the result of the batch')

"""Pictures of the web client for the manual, in one language, from a served database.

``python3 -m tools python -m tools.screenshots --database NAME --lang ja_JP --out docs/ja/images``
takes the pictures of `SHOTS`. A picture whose record is not in the database is an error: the
manual must not show less than it says.
"""

import argparse
import json
import sys
import urllib.request
import xmlrpc.client
from pathlib import Path
from typing import NamedTuple

from . import odoo
from .browser import Browser
from .steps import SetupError, say


class Shot(NamedTuple):
    """One picture: a record (or the list) of a window action, and what is clicked before."""

    name: str
    action: str
    model: str = ''
    domain: list = []
    order: str = 'id desc'
    clicks: tuple = ()
    whole: bool = True
    ready: str = '.o_form_view .o_form_sheet'


LIST = {'ready': '.o_list_view .o_data_row', 'whole': False}

SHOTS = [
    Shot('apps', '', ready='.o_main_navbar', whole=False),
    Shot('plan', 'billing-plans', 'smart.billing.plan', [], 'id'),
    Shot('account', 'billing-accounts', 'smart.billing.account',
         [('contract_ids.state', '=', 'active')]),
    Shot('contracts', 'billing-contracts', **LIST),
    Shot('contract', 'billing-contracts', 'smart.billing.contract', [('state', '=', 'active')]),
    Shot('contract_change', 'billing-contracts', 'smart.billing.contract',
         [('state', '=', 'active')],
         clicks=('.o_statusbar_buttons button.sb_change',), ready='.modal .o_form_view',
         whole=False),
    Shot('runs', 'billing-runs', **LIST),
    Shot('run', 'billing-runs', 'smart.billing.run', [('state', '=', 'done')], whole=False),
    Shot('run_parked', 'billing-runs', 'smart.billing.run', [('parked_ids', '!=', False)]),
    Shot('invoice', 'billing-invoices', 'account.move',
         [('sb_run_id', '!=', False), ('payment_state', 'in', ('paid', 'in_payment'))]),
    Shot('invoice_failed', 'billing-invoices', 'account.move',
         [('collection_state', '=', 'failed')], clicks=('a.nav-link[name=sb_requests]',)),
    Shot('batches', 'collection-batches', **LIST),
    Shot('batch', 'collection-batches', 'smart.billing.collection.batch',
         [('state', '=', 'answered')], whole=False),
    Shot('receipt_file', 'received-files', 'smart.billing.receipt.file',
         [('state', '=', 'applied')], whole=False),
    Shot('not_collected', 'billing-not-collected', **LIST),
    Shot('transfers', 'collection-transfers', **LIST),
    Shot('services', 'collection-services', ready='.o_list_view .o_data_row', whole=False),
    Shot('settings', 'smart-billing-settings', ready='.o_setting_container .app_settings_block'),
]


class Client:
    """Odoo's XML-RPC door, for finding the records that are photographed."""

    def __init__(self, url, database, password='admin'):
        common = xmlrpc.client.ServerProxy(f'{url}/xmlrpc/2/common')
        self.database, self.password = database, password
        self.uid = common.authenticate(database, 'admin', password, {})
        if not self.uid:
            raise SetupError(f'Nobody named admin with that password in database {database}.')
        self.proxy = xmlrpc.client.ServerProxy(f'{url}/xmlrpc/2/object', allow_none=True)

    def call(self, model, method, *args, **kwargs):
        return self.proxy.execute_kw(
            self.database, self.uid, self.password, model, method, args, kwargs)


def session_cookie(url, database, login='admin', password='admin'):
    """Sign in as the web client does, and return the session's id."""
    body = json.dumps({'jsonrpc': '2.0', 'params': {
        'db': database, 'login': login, 'password': password}}).encode()
    request = urllib.request.Request(
        f'{url}/web/session/authenticate', body, {'Content-Type': 'application/json'})
    with urllib.request.urlopen(request, timeout=60) as answer:
        for header in answer.headers.get_all('Set-Cookie', []):
            name, _equals, value = header.split(';')[0].partition('=')
            if name == 'session_id':
                return value
    raise SetupError('The server gave no session.')


def address_of(shot, client):
    """The page of a shot, with the record that its domain finds first."""
    if not shot.model:
        return f'/odoo/{shot.action}'.rstrip('/')
    ids = client.call(shot.model, 'search', shot.domain, limit=1, order=shot.order)
    if not ids:
        raise SetupError(f'{shot.name}: there is no {shot.model} with {shot.domain}.')
    return f'/odoo/{shot.action}/{ids[0]}'


def take(shots, url, database, lang, folder):
    """Take `shots` in `lang` as PNG files in `folder`; the user's language is put back."""
    client = Client(url, database)
    [user] = client.call('res.users', 'read', [client.uid], ['lang'])
    client.call('res.users', 'write', [client.uid], {'lang': lang})
    try:
        with Browser() as browser:
            browser.set_cookie(url, 'session_id', session_cookie(url, database))
            for shot in shots:
                browser.open(url + address_of(shot, client), '.o_main_navbar')
                for selector in shot.clicks:
                    browser.click(selector)
                browser.wait(shot.ready)
                browser.photograph(folder / f'{shot.name}.png', shot.whole)
                say(f'{folder / shot.name}.png')
    finally:
        client.call('res.users', 'write', [client.uid], {'lang': user['lang']})


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--database', required=True)
    parser.add_argument('--lang', default='ja_JP')
    parser.add_argument('--out', type=Path, required=True)
    parser.add_argument('--only', nargs='*', help='names of pictures; all without it')
    options = parser.parse_args(arguments)
    shots = [shot for shot in SHOTS if not options.only or shot.name in options.only]
    try:
        with odoo.OdooServer(options.database, log_name='screenshots') as server:
            take(shots, server.url, options.database, options.lang, options.out)
    except SetupError as error:
        say(str(error))
        return 1
    return 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))

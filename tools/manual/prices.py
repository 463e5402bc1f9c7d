"""``make manual-prices``: the page on kinds of price, with pictures and the resulting invoices.

Enters every price sheet of `sheets` over XML-RPC in a database of its own, lets two closings bill
the stories, and writes ``docs/<language>/prices.md`` with its pictures: what the page says was
billed is what was billed.
"""

import argparse
import sys
from datetime import date, timedelta

from PIL import Image

from tools import databases, odoo, paths
from tools.browser import Browser
from tools.demo.rpc import Client
from tools.screenshots import session_cookie
from tools.steps import say

from .sheets import CLOSINGS, SHEETS, START

LANGUAGES = {'ja': 'ja_JP', 'en': 'en_US'}
DATABASE = 'smart_billing_manual_prices'
RUN, PLAN, CONTRACT = 'smart.billing.run', 'smart.billing.plan', 'smart.billing.contract'
EARLIEST = '2020-01-01'
COLOURS = 48

TITLE = {'ja': '料金の種類と設定', 'en': 'Kinds of price'}
LEAD = {
    'ja': 'プランの版に料金を並べるだけで、次の料金をそのまま設定できます。どの例も'
          '2026年10月10日に始まった契約を、10月末と11月末に締めた実際の請求です'
          '(金額は税抜、税込価格の例だけ税込)。',
    'en': 'Each of these is entered on a version of a plan, without customisation. Every example '
          'is a contract that started on 10 October 2026, as the closings at the end of October '
          'and of November really billed it (amounts without tax, except where prices contain it).',
}
HEAD = {'ja': '| 請求 | 明細 | 金額(円) |', 'en': '| closing | line | yen |'}
NOTHING = {'ja': '(請求なし)', 'en': '(nothing is billed)'}


class Book:
    """The database in which the stories are billed."""

    def __init__(self, client, lang):
        self.client, self.lang = client, lang
        self.products, self.plans, self.contracts = {}, {}, {}

    def say(self, words):
        return getattr(words, self.lang)

    # === ENTERING === #

    def set_up(self):
        company = self.client.find('res.company')
        self.client.write('res.company', company, {
            'name': 'サンプル通信株式会社' if self.lang == 'ja' else 'Sample Telecom K.K.',
            'sb_run_approval': False, 'sb_tax_rounding': 'floor', 'sb_business_date': START})
        self.product = self.client.create('product.product', {
            'name': 'サービス利用料' if self.lang == 'ja' else 'Service', 'type': 'service'})
        self.metric = self.client.create('smart.billing.metric', {
            'code': 'calls', 'name': '通話' if self.lang == 'ja' else 'Calls',
            'unit': '分' if self.lang == 'ja' else 'min'})
        self.client.create('smart.billing.discount', {
            'name': 'ご入会割引' if self.lang == 'ja' else 'Welcome discount',
            'coupon_code': 'WELCOME', 'discount_type': 'percent', 'percent': 20, 'periods': 2})

    def enter(self, sheet):
        """The plan of a sheet and a contract on it."""
        values = {'name': self.say(sheet.title), 'code': sheet.code, **sheet.plan}
        if values.get('cancellation_fee'):
            values['cancellation_product_id'] = self.product
        values['version_ids'] = [(0, 0, {
            'date_from': EARLIEST,
            'charge_ids': [(0, 0, self._charge(one)) for one in sheet.charges]})]
        self.plans[sheet.code] = self.client.create(PLAN, values)
        answer = self.client.call(CONTRACT, 'create_contracts', [{
            'ref': sheet.code, 'plan': sheet.code, 'date_start': START,
            'quantity': sheet.quantity, 'closing_day': 31, 'account_ref': sheet.code,
            'partner_name': '山田 太郎' if self.lang == 'ja' else 'Taro Yamada'}])
        if answer['problems']:
            raise SystemExit(f'{sheet.code}: {answer["problems"]}')
        [self.contracts[sheet.code]] = answer['ids']

    def _charge(self, charge):
        values = {key: value for key, value in charge.items()
                  if key not in ('name', 'metric', 'tiers', 'steps')}
        values.update(name=self.say(charge['name']), product_id=self.product)
        if charge.get('metric'):
            values['metric_id'] = self.metric
        if charge.get('tiers'):
            values['tier_ids'] = [
                (0, 0, {'sequence': index, 'up_to': up_to, 'price': price, 'flat_fee': fee})
                for index, (up_to, price, fee) in enumerate(charge['tiers'])]
        if charge.get('steps'):
            values['step_ids'] = [
                (0, 0, {'sequence': index, 'periods': periods, 'price': price})
                for index, (periods, price) in enumerate(charge['steps'])]
        return values

    def tell(self, sheet, day, what, values):
        """Something that happens in a contract's story."""
        contract = self.contracts[sheet.code]
        if what == 'event':
            values = {'date_effective': day, **values}
            self.client.call(CONTRACT, 'add_event', [contract], **values)
        elif what == 'usage':
            answer = self.client.call('smart.billing.usage', 'load_usage', [{
                'contract': sheet.code, 'metric': 'calls', 'date': day,
                'external_id': f'{sheet.code}-{day}', **values}])
            if answer['problems']:
                raise SystemExit(f'{sheet.code}: {answer["problems"]}')
        elif what == 'agreed':
            account = self.client.row(CONTRACT, contract, ['account_id'])['account_id'][0]
            self.client.create('smart.billing.price.override', {
                'account_id': account, 'plan_id': self.plans[sheet.code],
                'charge_code': sheet.charges[0]['code'], 'date_from': day, **values})
        else:
            self.client.create('smart.billing.plan.version', {
                'plan_id': self.plans[sheet.code], 'date_from': day, 'existing_from': day,
                'charge_ids': [(0, 0, {**self._charge(sheet.charges[0]), **values})]})

    # === BILLING === #

    def bill(self, target):
        self.client.write('res.company', self.client.find('res.company'), {
            'sb_business_date': target})
        run = self.client.create(RUN, {'date_target': target})
        self.client.press(RUN, run, 'action_start')
        for _turn in range(60):
            self.client.run_job('smart_billing.cron_process_runs')
            values = self.client.row(RUN, run, ['state', 'parked_count'])
            if values['state'] == 'done':
                break
        if values != {'id': run, 'state': 'done', 'parked_count': 0}:
            raise SystemExit(f'run of {target}: {values}')
        return run

    def invoice(self, sheet, run):
        """(id, [(text, amount)]) of a sheet's invoice in a run; None where nothing was due."""
        account = self.client.row(
            CONTRACT, self.contracts[sheet.code], ['account_id'])['account_id'][0]
        move = self.client.find(
            'account.move', ('sb_run_id', '=', run), ('sb_account_id', '=', account))
        if not move:
            return None
        items = self.client.rows('smart.billing.item', [('move_id', '=', move)],
                                 ['name', 'amount'], order='id')
        return move, [(item['name'], round(item['amount'])) for item in items]


def section(book, sheet, runs):
    """One kind of price as Markdown."""
    lang = book.lang
    lines = [f'## {book.say(sheet.title)}', '', book.say(sheet.how), '',
             f'![{book.say(sheet.title)}](images/prices/{sheet.code}.png)', '',
             HEAD[lang], '|---|---|---:|']
    for target, run in runs.items():
        closing = date.fromisoformat(target) - timedelta(days=1)
        found = book.invoice(sheet, run)
        for name, amount in found[1] if found else [(NOTHING[lang], '')]:
            text = f'{amount:,}' if amount != '' else ''
            lines.append(f'| {closing} | {name} | {text} |')
    if any(book.invoice(sheet, run) for run in runs.values()):
        lines += ['', f'![{book.say(sheet.title)}](images/prices/{sheet.code}-invoice.png)']
    return '\n'.join(lines) + '\n'


def photograph(book, url, folder, runs, sheets):
    with Browser() as browser:
        browser.set_cookie(url, 'session_id', session_cookie(url, DATABASE))
        for sheet in sheets:
            plan = book.plans[sheet.code]
            browser.open(f'{url}/odoo/billing-plans/{plan}', '.o_form_view .o_form_sheet')
            take(browser, folder / f'{sheet.code}.png')
            found = [found for run in runs.values() if (found := book.invoice(sheet, run))]
            if found:
                browser.open(f'{url}/odoo/billing-invoices/{found[-1][0]}',
                             '.o_form_view .o_form_sheet')
                take(browser, folder / f'{sheet.code}-invoice.png')
            say(f'{sheet.code}: pictures taken')


def take(browser, path):
    """A picture in few colours: a page of the manual is read over slow lines too."""
    browser.photograph(path, whole=True)
    with Image.open(path) as picture:
        picture.convert('RGB').quantize(COLOURS).save(path, optimize=True)


def write_page(lang, sheets, pictures):
    databases.create(DATABASE)
    with odoo.OdooServer(DATABASE, log_name='manual') as server:
        context = {'lang': LANGUAGES[lang]}
        client = Client(server.url, DATABASE, context=context)
        client.write('res.users', client.uid, {'lang': LANGUAGES[lang], 'tz': 'Asia/Tokyo'})
        book = Book(client, lang)
        book.set_up()
        for sheet in sheets:
            book.enter(sheet)
        runs, told = {}, set()
        for target in CLOSINGS:
            for sheet in sheets:
                for index, (day, what, values) in enumerate(sheet.story):
                    if day < target and (sheet.code, index) not in told:
                        book.tell(sheet, day, what, values)
                        told.add((sheet.code, index))
            runs[target] = book.bill(target)
        folder = paths.ROOT / 'docs' / lang
        page = f'# {TITLE[lang]}\n\n{LEAD[lang]}\n\n' + '\n'.join(
            section(book, sheet, runs) for sheet in sheets)
        (folder / 'prices.md').write_text(page, encoding='utf-8')
        if pictures:
            photograph(book, server.url, folder / 'images' / 'prices', runs, sheets)
    databases.drop(DATABASE)


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--lang', choices=sorted(LANGUAGES), nargs='*', default=sorted(LANGUAGES))
    parser.add_argument('--only', nargs='*', help='codes of price sheets; all without it')
    parser.add_argument('--no-pictures', action='store_true')
    options = parser.parse_args(arguments)
    sheets = [sheet for sheet in SHEETS if not options.only or sheet.code in options.only]
    for lang in options.lang:
        write_page(lang, sheets, not options.no_pictures)
        say(f'docs/{lang}/prices.md: {len(sheets)} kinds of price')


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))

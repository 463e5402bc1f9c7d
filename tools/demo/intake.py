"""Subscribers come in through three doors: sale orders, a CSV file and the API."""

import base64
import csv
import io
from itertools import groupby

from . import people

CHUNK = 60
# 末日締め、翌月27日払い
TERMS = {'closing_day': 31, 'due_month_offset': 1, 'due_day': 27}


class IntakeError(Exception):
    """A subscriber was refused."""


class Register:
    """Which records belong to which subscriber."""

    def __init__(self, client, company):
        self._client, self._company = client, company
        self._country = client.find('res.country', ('code', '=', 'JP'))
        self._states = {row['code']: row['id'] for row in client.rows(
            'res.country.state', [('country_id', '=', self._country)], ['code'])}
        self.accounts = {}      # subscriber number -> billing account
        self.contracts = {}     # subscriber number -> contracts, the first one first

    def take_in(self, newcomers, progress=lambda done: None):
        """Enter contacts, contracts and mandates of subscribers."""
        done = 0
        doors = {people.SALE_ORDER: self._by_sale_order, people.CSV_FILE: self._by_file,
                 people.API: self._by_api}
        by_door = sorted(newcomers, key=lambda person: (person.channel, person.number))
        for channel, group in groupby(by_door, key=lambda person: person.channel):
            group = list(group)
            for start in range(0, len(group), CHUNK):
                chunk = group[start:start + CHUNK]
                partners = self._contacts(chunk)
                doors[channel](chunk, partners)
                self._remember(chunk)
                self._mandates(chunk)
                done += len(chunk)
                progress(done)

    def _contacts(self, chunk):
        return self._client.create('res.partner', [{
            'name': person.name, 'ref': person.ref, 'email': person.email,
            'is_company': person.is_firm, 'country_id': self._country, 'zip': person.zip,
            'state_id': self._states.get(f'JP-{person.prefecture}', False),
            'city': person.city, 'street': person.street, 'lang': 'ja_JP'} for person in chunk])

    # === THE DOORS === #

    def _by_sale_order(self, chunk, partners):
        """An order of plan products; its confirmation makes account and contracts."""
        orders = self._client.create('sale.order', [{
            'partner_id': partner, 'client_order_ref': person.ref,
            'sb_date_start': str(person.start), 'order_line': [
                (0, 0, {'product_id': self._company.products[plan], 'product_uom_qty': 1})
                for plan in person.plans]}
            for person, partner in zip(chunk, partners, strict=True)])
        self._client.press('sale.order', orders, 'action_confirm')
        rows = self._client.call('sale.order', 'read', orders, ['sb_account_id'])
        accounts = {row['id']: row['sb_account_id'][0] for row in rows}
        for person, order in zip(chunk, orders, strict=True):
            self._client.write('smart.billing.account', accounts[order], {
                'ref': person.ref, 'provider_id': self._company.provider, **TERMS})

    def _by_file(self, chunk, _partners):
        """The import wizard, with a file as a Japanese spreadsheet saves it."""
        rows = list(self._rows(chunk))
        stream = io.StringIO()
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
        wizard = self._client.create('smart.billing.contract.import', {
            'file_name': 'contracts.csv', 'encoding': 'cp932',
            'file_content': base64.b64encode(stream.getvalue().encode('cp932')).decode()})
        self._client.press('smart.billing.contract.import', wizard, 'action_import')
        outcome = self._client.row('smart.billing.contract.import', wizard,
                                   ['created_count', 'problem_text'])
        if outcome['created_count'] != len(rows):
            raise IntakeError(outcome['problem_text'])

    def _by_api(self, chunk, _partners):
        answer = self._client.call(
            'smart.billing.contract', 'create_contracts', list(self._rows(chunk)))
        if answer['problems']:
            raise IntakeError(answer['problems'][0]['reason'])

    def _rows(self, chunk):
        for person in chunk:
            for index, plan in enumerate(person.plans):
                yield {'ref': person.contract_ref(index), 'plan': plan,
                       'date_start': str(person.start), 'account_ref': person.ref,
                       'partner_ref': person.ref, 'provider': 'nttf', **TERMS}

    # === AFTERWARDS === #

    def _remember(self, chunk):
        by_ref = {person.ref: person.number for person in chunk}
        accounts = self._client.rows(
            'smart.billing.account', [('ref', 'in', list(by_ref))], ['ref'])
        numbers = {row['id']: by_ref[row['ref']] for row in accounts}
        self.accounts.update({number: account for account, number in numbers.items()})
        for row in self._client.rows(
                'smart.billing.contract', [('account_id', 'in', list(numbers))], ['account_id'],
                order='id'):
            self.contracts.setdefault(numbers[row['account_id'][0]], []).append(row['id'])

    def _mandates(self, chunk):
        """The forms come in, go to the agency, and the banks confirm them (口座振替依頼書)."""
        mandates = self._client.create('smart.billing.mandate', [
            self.mandate_values(person, person.bank) for person in chunk])
        self._client.press('smart.billing.mandate', mandates, 'action_file')
        self._client.press('smart.billing.mandate', mandates, 'action_activate')

    def mandate_values(self, person, bank):
        values = {
            'account_id': self.accounts[person.number], 'provider_id': self._company.provider,
            'holder_name': person.name, 'holder_kana': person.holder, 'bank_code': bank.bank,
            'account_type': bank.kind, 'date_start': str(person.start)}
        if bank.yucho:
            return {**values, 'yucho_entry': bank.yucho}
        return {**values, 'branch_code': bank.branch, 'account_number_masked': bank.number}

from base64 import b64decode
from dataclasses import replace
from datetime import date

from odoo import Command

from odoo.addons.smart_billing.core.zengin import customer_key, decode, encode_result
from odoo.addons.smart_billing.tests.common import BillingCase

CONSIGNOR = '1234567890'


class NttfCase(BillingCase):
    """A company that collects through the agency, on 1 October 2026."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.sb_business_date = date(2026, 10, 1)
        account = cls.env['account.account']
        cls.clearing, cls.suspense = account.create([
            {'name': 'Receivable from the agency', 'code': '119900',
             'account_type': 'asset_current', 'reconcile': True},
            {'name': 'Suspense', 'code': '219900',
             'account_type': 'liability_current', 'reconcile': True},
        ])
        cls.journal = cls.env['account.journal'].create({
            'name': 'Agency', 'code': 'NTTF', 'type': 'general', 'company_id': cls.company.id})
        cls.profile = cls.env.ref('smart_billing_payment_nttf.profile_default').copy()
        cls.provider = cls.env['payment.provider'].create({
            'name': 'Agency', 'code': 'nttf', 'company_id': cls.company.id,
            'nttf_profile_id': cls.profile.id,
            'nttf_consignor_code': CONSIGNOR,
            'nttf_consignor_name': '株式会社サンプルサービス',
            'nttf_bank_code': '0001', 'nttf_branch_code': '001',
            'nttf_account_type': '1', 'nttf_account_number': '0000001',
            'sb_clearing_journal_id': cls.journal.id,
            'sb_clearing_account_id': cls.clearing.id,
            'sb_suspense_account_id': cls.suspense.id,
            'payment_method_ids': [Command.set(
                cls.env.ref('smart_billing_payment_nttf.payment_method_direct_debit').ids)],
        })
        cls.provider.state = 'enabled'
        cls.Request = cls.env['smart.billing.collection.request']

    @classmethod
    def make_payer(cls, name='山田 太郎', **values):
        """A billing account with an active mandate; `values` change the mandate."""
        account = cls.make_account(name, provider_id=cls.provider.id)
        mandate = cls.env['smart.billing.mandate'].create({
            'account_id': account.id, 'provider_id': cls.provider.id,
            'bank_code': '0001', 'branch_code': '001', 'account_type': '1',
            'account_number': '1234567', 'holder_name': name, 'holder_kana': 'ヤマダ タロウ',
            **values})
        mandate.action_activate()
        return account

    @classmethod
    def make_invoice(cls, account, amount=1100, due=date(2026, 10, 27)):
        """A posted invoice of that total, without tax."""
        move = cls.env['account.move'].create({
            'move_type': 'out_invoice', 'partner_id': account.partner_id.id,
            'company_id': cls.company.id, 'sb_account_id': account.id,
            'invoice_date': date(2026, 9, 30), 'invoice_date_due': due,
            'invoice_payment_term_id': False,
            'invoice_line_ids': [Command.create({
                'name': 'Fee', 'price_unit': amount, 'tax_ids': [Command.clear()]})],
        })
        move._post(soft=False)
        return move

    @classmethod
    def ask(cls, *accounts, **values):
        """One invoice and one collection request for each account."""
        moves = cls.env['account.move']
        for account in accounts:
            moves |= cls.make_invoice(account, **values)
        return cls.Request._create_for_moves(moves)

    @classmethod
    def sent_batch(cls, *accounts, **values):
        """A batch of one request for each account that the agency has received."""
        batch = cls.ask(*accounts, **values).batch_id
        batch.action_seal()
        batch._set_state('sending')
        batch._mark_sent()
        return batch

    @staticmethod
    def sent_records(batch):
        """Header and records of a batch's sealed file."""
        return decode(b64decode(batch.file_content), expect='request').batches[0]

    def answer(self, batch, codes, **values):
        """The result file of a batch: result codes by account, in the format's own bytes."""
        sent = self.sent_records(batch)
        by_number = {customer_key(account.code): code for account, code in codes.items()}
        records = [
            replace(record, result_code=by_number[customer_key(record.customer_number)], **values)
            for record in sent.records if customer_key(record.customer_number) in by_number]
        return encode_result([(sent.header, records)])

    def receive(self, content, name=None, batch=None):
        """Store and process a file as it came from the agency."""
        name = name or batch.file_name.replace('.dat', '.res')
        file, _new = self.env['smart.billing.receipt.file']._store(self.provider, name, content)
        with self.enter_registry_test_mode():
            self.env.ref('smart_billing.cron_process_receipts').method_direct_trigger()
        self.env.invalidate_all()
        return file

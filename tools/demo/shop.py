"""The business: company, accounts, service, three plans."""
from datetime import date

CONSIGNOR = {
    'code': '1234567890', 'name': 'ｻﾝﾌﾟﾙﾂｳｼﾝ(ｶ', 'username': 'sample', 'password': 'demo-password',
    'account': ['0001', '001', '1', '1234567'],
}
# code, name, monthly price, when it is due (前払い / 後払い)
PLANS = (
    ('light', 'ライトプラン', 980, 'arrears'),
    ('standard', 'スタンダードプラン', 1980, 'arrears'),
    ('premium', 'プレミアムプラン', 3980, 'advance'),
)
SERVICE = 'nttf'


class Shop:
    """Records of the business that the other steps refer to."""

    def __init__(self, odoo, agency, today):
        self.odoo, self.today = odoo, today
        [user] = odoo.read('res.users', [('id', '=', odoo.uid)], ['company_id'])
        self.company = user['company_id'][0]
        self._company()
        self.accounts = self._accounts()
        self.provider = self._provider(agency)
        self.products = {}
        self.plans = {code: self._plan(code, *rest) for code, *rest in PLANS}

    def advance(self, agency, day):
        """Time passes, for the agency and as the company's business date; it never runs back.

        (The result of a debit comes after the next closing: that run is then a few days late.)
        """
        self.today = max(self.today, day)
        self.odoo.call(
            'res.company', 'write', [self.company], {'sb_business_date': str(self.today)})
        agency.advance(self.today)

    def _company(self):
        journal = self.odoo.create('account.journal', {
            'name': '定期請求', 'code': 'SBR', 'type': 'sale', 'company_id': self.company})
        self.odoo.call('res.company', 'write', [self.company], {
            'name': 'サンプル通信株式会社', 'sb_rounding': 'floor', 'sb_tax_rounding': 'floor',
            'tax_calculation_rounding_method': 'round_globally', 'sb_run_approval': True,
            'sb_run_journal_id': journal, 'sb_run_chunk': 50,
        })
        self.tax = self._tax()
        [company] = self.odoo.read('res.company', [('id', '=', self.company)], ['partner_id'])
        self.odoo.call('res.partner', 'write', [company['partner_id'][0]], {'lang': 'ja_JP'})

    def _tax(self):
        """The chart's own consumption tax on top of the price (外税 10 %)."""
        [tax] = self.odoo.read('account.tax', [
            ('type_tax_use', '=', 'sale'), ('amount', '=', 10), ('price_include', '=', False),
            ('company_id', '=', self.company)], ['id'], limit=1, order='sequence, id')
        return tax['id']

    def _accounts(self):
        clearing, suspense = self.odoo.create('account.account', [
            {'name': '未収入金(回収代行)', 'code': '138900', 'account_type': 'asset_current',
             'reconcile': True},
            {'name': '仮受金', 'code': '238900', 'account_type': 'liability_current',
             'reconcile': True}])
        journal = self.odoo.create('account.journal', {
            'name': '回収代行収納', 'code': 'CLR', 'type': 'general', 'company_id': self.company})
        return {'clearing': clearing, 'suspense': suspense, 'journal': journal}

    def _provider(self, agency):
        [provider] = self.odoo.read(
            'payment.provider', [('code', '=', 'nttf'), ('company_id', '=', self.company)], ['id'])
        bank, branch, kind, number = CONSIGNOR['account']
        self.odoo.call('payment.provider', 'write', [provider['id']], {
            'nttf_consignor_code': CONSIGNOR['code'], 'nttf_consignor_name': CONSIGNOR['name'],
            'nttf_bank_code': bank, 'nttf_branch_code': branch, 'nttf_account_type': kind,
            'nttf_account_number': number, 'nttf_host': agency.host, 'nttf_port': agency.port,
            'nttf_user': agency.username, 'nttf_password': agency.password,
            'nttf_host_key': agency.host_key,
            'sb_clearing_journal_id': self.accounts['journal'],
            'sb_clearing_account_id': self.accounts['clearing'],
            'sb_suspense_account_id': self.accounts['suspense'],
            'state': 'enabled',
        })
        return provider['id']

    def _plan(self, code, name, price, timing):
        product = self.odoo.create('product.product', {
            'name': f'{name} 月額', 'type': 'service', 'list_price': price,
            'taxes_id': [(6, 0, [self.tax])]})
        plan = self.odoo.create('smart.billing.plan', {
            'name': name, 'code': code, 'company_id': self.company,
            'version_ids': [(0, 0, {
                'date_from': str(date(2020, 1, 1)),
                'charge_ids': [(0, 0, {
                    'name': f'{name} 月額料金', 'code': 'base', 'price': price, 'timing': timing,
                    'product_id': product})],
            })],
        })
        [row] = self.odoo.read('product.product', [('id', '=', product)], ['product_tmpl_id'])
        self.odoo.call('product.template', 'write', [row['product_tmpl_id'][0]],
                       {'sb_plan_id': plan})
        self.products[code] = product
        return plan

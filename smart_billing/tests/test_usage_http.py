from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .common_usage import UsageCase


@tagged('post_install', '-at_install')
class TestUsageHttp(UsageCase, HttpCase):
    """The doors of front systems, through the network: JSON-2 with an API key, XML-RPC."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.front = new_test_user(
            cls.env, 'front_system', 'smart_billing.group_billing_user',
            company_ids=[(6, 0, cls.company.ids)], company_id=cls.company.id)
        cls.key = cls.key_of(cls.front)

    @classmethod
    def key_of(cls, user):
        return cls.env['res.users.apikeys'].with_user(user).sudo()._generate(
            'rpc', 'front', fields.Datetime.now() + timedelta(days=1))

    def post(self, method, key=None, **arguments):
        return self.url_open(
            f'/json/2/smart.billing.usage/{method}', json=arguments,
            headers={'Authorization': f'Bearer {key or self.key}'})

    def test_bulk_by_json2(self):
        rows = [self.row('u1', 5), self.row('u2', '0.25'), self.row('bad', -1)]
        answer = self.post('load_usage', rows=rows)
        self.assertEqual(answer.status_code, 200, answer.text)
        told = answer.json()
        self.assertEqual((told['loaded'], told['known'], told['ids'][2]), (2, 0, False))
        self.assertEqual([(problem['row'], problem['code']) for problem in told['problems']],
                         [(2, 'usage_negative')])
        again = self.post('load_usage', rows=rows).json()
        self.assertEqual((again['ids'], again['loaded'], again['known']), (told['ids'], 0, 2))
        usage = self.usage.browse(told['ids'][:2])
        self.assertEqual(usage.mapped('quantity'), [5, 0.25])
        self.assertEqual(usage.user_id, self.front)

    def test_single_by_json2(self):
        call = self.row('u1', 5)
        first, again = self.post('record_usage', **call), self.post('record_usage', **call)
        self.assertEqual(first.json(), again.json())
        corrected = self.post('record_usage', **{**call, 'quantity': 6, 'action': 'correct'})
        self.assertEqual(self.counting('u1').ids, [corrected.json()])
        with mute_logger('odoo.http'):
            refused = self.post('record_usage', **{**call, 'metric': 'steam'})
        self.assertEqual(refused.status_code, 422)
        self.assertIn("no metric with the code 'steam'", refused.json()['message'])

    @mute_logger('odoo.http')
    def test_who_may_not_load_is_refused(self):
        auditor = new_test_user(
            self.env, 'front_auditor', 'smart_billing.group_billing_auditor',
            company_ids=[(6, 0, self.company.ids)], company_id=self.company.id)
        answer = self.post('load_usage', key=self.key_of(auditor), rows=[self.row('u1')])
        self.assertEqual(answer.status_code, 403)
        self.assertEqual(self.post('load_usage', key='wrong', rows=[]).status_code, 401)
        self.assertFalse(self.counting('u1'))

    def test_bulk_and_single_by_xmlrpc(self):
        def call(method, *arguments):
            return self.xmlrpc_object.execute_kw(
                self.env.cr.dbname, self.front.id, 'front_system', 'smart.billing.usage', method,
                arguments)

        rows = [self.row('u1', 5), self.row('bad', 'x')]
        told, again = call('load_usage', rows), call('load_usage', rows)
        self.assertEqual((told['loaded'], again['loaded'], again['known']), (1, 0, 1))
        self.assertEqual([problem['row'] for problem in told['problems']], [1])
        row = self.row('u2', 7)
        single = call('record_usage', row['contract'], row['metric'], row['quantity'],
                      row['date'], row['external_id'])
        self.assertEqual(self.counting('u2').ids, [single])

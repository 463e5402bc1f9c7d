"""Run inside ``odoo shell``: a company that has billed, sealed a file and keeps mandates."""
from tests.faults import data
from tests.faults.chain import Chain


def use(env):
    data.prepare(env, accounts=6, seed=1)
    env.cr.commit()
    Chain(env, agency=0).perform(('start', 'bill'))
    batch = env['smart.billing.collection.batch'].search([], order='date_collect', limit=1)
    batch.action_seal()
    env['smart.billing.receipt.file']._store(batch.provider_id, 'early.res', b'not a result')
    contract = env['smart.billing.contract'].search([], limit=1)
    contract.message_post(body='A note')
    contract.activity_schedule('mail.mail_activity_data_todo')
    env['ir.default'].set('smart.billing.account', 'due_day', 20)
    env.cr.commit()


use(env)  # noqa: F821 (a global of the shell)

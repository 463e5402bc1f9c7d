from odoo.tools import SQL

from odoo.addons.payment import setup_provider

# Records that history may refer to after the addon is gone, and where their names wait meanwhile.
_KEPT_RECORDS = ('payment_provider_nttf', 'payment_method_direct_debit')
_MODULE, _WAITING = 'smart_billing_payment_nttf', '__export__'


def pre_init_hook(env):
    """Take the provider of an earlier installation up again, with its batches and receipts."""
    _rename(env, _WAITING, _MODULE)


def post_init_hook(env):
    """Give every company its own provider, as Odoo's payment addons do."""
    setup_provider(env, 'nttf')


def uninstall_hook(env):
    """Leave no provider behind that looks usable without its code.

    What was collected stays, so a provider with history stays too. The generic removal would ask
    for payments of an ``account.payment.method``, which this service has none of.
    """
    providers = env['payment.provider'].with_context(active_test=False).search(
        [('code', '=', 'nttf')])
    providers.write({**providers._get_removal_values(), 'nttf_profile_id': False})
    tokens = env['payment.token'].with_context(active_test=False).search(
        [('provider_id', 'in', providers.ids)])
    # The mandates go with the addon, and their mirrors are nothing without them.
    env.execute_query(SQL(
        "UPDATE payment_token SET active = FALSE WHERE provider_id = ANY(%s) RETURNING id",
        providers.ids))
    tokens.invalidate_recordset(['active'])
    batches = env['smart.billing.collection.batch'].search_count(
        [('provider_id', 'in', providers.ids)], limit=1)
    if tokens or batches:
        _rename(env, _MODULE, _WAITING)


def _rename(env, old, new):
    env['ir.model.data'].search(
        [('module', '=', old), ('name', 'in', _KEPT_RECORDS)]).write({'module': new})

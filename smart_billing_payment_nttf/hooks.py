from odoo.addons.payment import setup_provider


def post_init_hook(env):
    """Give every company its own provider, as Odoo's payment addons do."""
    setup_provider(env, 'nttf')


def uninstall_hook(env):
    """Leave no provider behind that looks usable without its code.

    The generic removal would ask for payments of an ``account.payment.method``, which this
    service has none of: its receipts are entries of the clearing journal.
    """
    providers = env['payment.provider'].search([('code', '=', 'nttf')])
    providers.write(providers._get_removal_values())

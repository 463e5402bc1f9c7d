{
    'name': 'Smart Billing: NTT Finance',
    'summary': 'Direct debit (口座振替) through the collection agency: mandates, files, results',
    'version': '19.0.1.0.0',
    'category': 'Accounting/Payment Providers',
    'author': 'Smart Billing for Odoo contributors',
    'website': 'https://github.com/smart-billing/smart-billing-odoo',
    'license': 'LGPL-3',
    'depends': ['smart_billing'],
    'external_dependencies': {'python': ['paramiko', 'zengin_code']},
    'data': [
        'security/ir.model.access.csv',
        'security/nttf_rules.xml',
        'data/ir_sequence_data.xml',
        'data/nttf_profile_data.xml',
        # The method before the provider that supports it.
        'data/payment_method_data.xml',
        'data/payment_provider_data.xml',
        'views/mandate_views.xml',
        'views/nttf_profile_views.xml',
        'views/billing_account_views.xml',
        'views/collection_batch_views.xml',
        'views/payment_provider_views.xml',
        # Menus last: they refer to the actions above.
        'views/menus.xml',
    ],
    'post_init_hook': 'post_init_hook',
    'uninstall_hook': 'uninstall_hook',
}

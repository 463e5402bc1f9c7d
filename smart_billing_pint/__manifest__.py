{
    'name': 'Smart Billing: JP PINT',
    'summary': 'Qualified invoices of Smart Billing as Peppol e-invoices (JP PINT)',
    'version': '19.0.1.0.0',
    'category': 'Accounting/Localizations/EDI',
    'author': 'Smart Billing for Odoo contributors',
    'website': 'https://github.com/smart-billing/smart-billing-odoo',
    'license': 'LGPL-3',
    'countries': ['jp'],
    'depends': ['smart_billing', 'l10n_jp_ubl_pint'],
    # Where both are there, so is what joins them.
    'auto_install': True,
}

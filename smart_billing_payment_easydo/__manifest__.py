{
    'name': 'Smart Billing: EasyDo',
    'summary': 'Reserved place of the EasyDo card gateway; collects nothing yet',
    'version': '19.0.1.0.0',
    'category': 'Accounting/Payment Providers',
    'author': 'Smart Billing for Odoo contributors',
    'website': 'https://github.com/smart-billing/smart-billing-odoo',
    'license': 'LGPL-3',
    'depends': ['smart_billing'],
}

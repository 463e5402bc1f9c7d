"""Peppol e-invoices (JP PINT) where Odoo's own module for them is installed.

The addons' own tests run without it, as in most databases; here it is installed, and with it, by
itself, the addon that joins the two.
"""
import pytest

from tools import databases, odoo_tests

DATABASE = 'smart_billing_e_invoice_test'
MODULE = 'l10n_jp_ubl_pint'
GLUE = 'smart_billing_pint'


def test_invoices_are_exported_with_the_totals_of_the_ledger():
    databases.create(DATABASE)
    try:
        if not databases.run_sql(
                f"SELECT 1 FROM ir_module_module WHERE name = '{MODULE}'", DATABASE):
            pytest.skip(f'this Odoo has no {MODULE}')
        outcome, log = odoo_tests.run(
            DATABASE, 'test-e-invoice', '-i', MODULE, '--test-tags', f'/{GLUE}')
        assert outcome.ok, log
        installed = databases.run_sql(
            f"SELECT state FROM ir_module_module WHERE name = '{GLUE}'", DATABASE)
        assert installed == ['installed']
    finally:
        databases.drop(DATABASE)

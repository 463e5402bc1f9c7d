import pytest

from odoo.addons.smart_billing_payment_nttf.paper.fonts import load_typefaces


@pytest.fixture(scope='session')
def typefaces():
    return load_typefaces()

import pytest

from odoo.addons.smart_billing.core.errors import FieldError
from odoo.addons.smart_billing_payment_nttf.wire.profile import parse_debit_days


@pytest.mark.parametrize(('text', 'days'), [
    ('27', (27,)),
    ('5,27,EOM', (5, 27, 'EOM')),
    (' 5 、 27  eom ', (5, 27, 'EOM')),
    ('27,27', (27,)),
    ('31', (31,)),
])
def test_debit_days_are_read_as_people_write_them(text, days):
    assert parse_debit_days(text) == days


@pytest.mark.parametrize('text', ['0', '32', '-5', '27.5', '末', '２７'])
def test_what_is_no_day_is_refused_by_name(text):
    with pytest.raises(FieldError) as caught:
        parse_debit_days(text)
    assert caught.value.code == 'debit_day'
    assert caught.value.context['value'] == text


@pytest.mark.parametrize('text', ['', ' , '])
def test_no_day_at_all_is_refused(text):
    with pytest.raises(FieldError) as caught:
        parse_debit_days(text)
    assert caught.value.code == 'debit_days_missing'

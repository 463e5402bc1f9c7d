from datetime import date

import pytest

from odoo.addons.smart_billing.core.errors import FieldError
from odoo.addons.smart_billing_payment_nttf.wire.file_names import (
    FileKey,
    check_template,
    parse,
    render,
)

TEMPLATE = '{consignor}_{date}_{part}.dat'
DAY = date(2026, 10, 27)


def test_a_name_is_made_of_consignor_day_and_part():
    assert render(TEMPLATE, '1234567890', DAY, 1) == '1234567890_20261027_01.dat'
    assert render('KF{mmdd}-{date}.{part}', '1', DAY, 12) == 'KF1027-20261027.12'


def test_a_name_is_read_back_to_what_it_was_made_of():
    name = render(TEMPLATE, '0000000042', DAY, 3)
    assert parse(TEMPLATE, name) == FileKey('0000000042', DAY, None, 3)
    assert parse('KF{mmdd}', 'KF1027') == FileKey(None, None, '1027', None)


@pytest.mark.parametrize('name', [
    '1234567890_20261027_01.res', '1234567890_20261027_01.dat.tmp', '123_20261027_01.dat',
    '1234567890_20261327_01.dat', '1234567890_20270229_01.dat', '', '1234567890_20261027_01xdat',
])
def test_a_name_that_the_template_does_not_make_says_nothing(name):
    assert parse(TEMPLATE, name) is None


def test_templates_that_make_one_name_a_batch_are_accepted():
    check_template(TEMPLATE)
    check_template('FURI-{date}-{part}')


@pytest.mark.parametrize(('template', 'code'), [
    ('{consignor}_{date}.dat', 'template_incomplete'),
    ('{part}.dat', 'template_incomplete'),
    ('{date}{date}{part}', 'template_incomplete'),
    ('{date}{part}{year}', 'template_token'),
    ('{date}{part}{}', 'template_token'),
    ('../{date}{part}', 'template_character'),
    ('{date}/{part}', 'template_character'),
    ('{date}{part}{', 'template_character'),
    ('{date!r}{date}{part}', 'template_character'),
])
def test_other_templates_are_refused(template, code):
    with pytest.raises(FieldError) as caught:
        check_template(template)
    assert caught.value.code == code

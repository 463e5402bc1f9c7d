"""T-numbers: format, check digit, the forms in which people write them."""
import pytest

from odoo.addons.smart_billing.core.errors import DomainError
from odoo.addons.smart_billing.core.registration_number import (
    check_digit,
    compact,
    is_valid,
    validate,
)

# 国税庁's own number, published by itself.
NTA = 'T7000012050002'


def test_the_tax_agencys_own_number_is_valid():
    assert validate(NTA) == NTA
    assert is_valid(NTA)


@pytest.mark.parametrize('written', [
    'Ｔ７０００　０１２０　５０００２', 't7000012050002', 'T7000-0120-50002', ' T 7000012050002 '])
def test_people_write_it_in_many_ways(written):
    assert compact(written) == validate(written) == NTA


@pytest.mark.parametrize('number', [
    '', 'T', '7000012050002', 'T700001205000', 'T70000120500021', 'X7000012050002',
    'T700001205000A', 'T70000120500０２3', 'T70000120500０ア'])
def test_what_is_no_number(number):
    with pytest.raises(DomainError) as caught:
        validate(number)
    assert caught.value.code == 'registration_number_format'
    assert not is_valid(number)


@pytest.mark.parametrize('place', range(1, 14))
def test_each_wrong_digit_is_found(place):
    """Weights 1 and 2 by 9: only 0 for 9, and 9 for 0, go unnoticed."""
    for digit in '0123456789':
        if digit != NTA[place] and {digit, NTA[place]} != {'0', '9'}:
            wrong = NTA[:place] + digit + NTA[place + 1:]
            assert not is_valid(wrong), wrong


def test_the_published_counterexample():
    with pytest.raises(DomainError) as caught:
        validate('T7000012050003')
    assert caught.value.code == 'registration_number_check_digit'


def test_check_digits_are_one_to_nine():
    assert check_digit('000000000000') == '9'
    assert check_digit('000000000008') == '1'

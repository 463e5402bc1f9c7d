"""Which tax holds on a day, from any member of the chain."""
from datetime import date

import pytest

from odoo.addons.smart_billing.core.tax_changes import TaxChange, TaxHistory

FIVE, EIGHT, TEN = 'five', 'eight', 'ten'
HISTORY = TaxHistory([
    TaxChange(EIGHT, TEN, date(2019, 10, 1)), TaxChange(FIVE, EIGHT, date(2014, 4, 1))])


@pytest.mark.parametrize('named', [FIVE, EIGHT, TEN])
@pytest.mark.parametrize(('day', 'tax'), [
    (date(1997, 4, 1), FIVE), (date(2014, 3, 31), FIVE), (date(2014, 4, 1), EIGHT),
    (date(2019, 9, 30), EIGHT), (date(2019, 10, 1), TEN), (date(2030, 1, 1), TEN)])
def test_the_tax_of_a_day_whichever_the_product_names(named, day, tax):
    assert HISTORY.in_force(named, day) == tax


def test_a_tax_that_never_changed():
    assert HISTORY.in_force('export', date(2019, 10, 1)) == 'export'
    assert HISTORY.days('export') == ()
    assert not HISTORY.knows('export')


@pytest.mark.parametrize('named', [FIVE, EIGHT, TEN])
def test_the_days_on_which_periods_are_cut(named):
    assert HISTORY.knows(named)
    assert HISTORY.days(named) == (date(2014, 4, 1), date(2019, 10, 1))


def test_a_history_without_changes_is_empty():
    assert HISTORY
    assert not TaxHistory([])

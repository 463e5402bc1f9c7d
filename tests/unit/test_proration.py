"""Which days are charged, and what they cost."""
from datetime import date
from fractions import Fraction

import pytest

from odoo.addons.smart_billing.core.facts import (
    ACTUAL_DAYS,
    CEIL,
    FIXED_30,
    FLOOR,
    NO_PRORATION,
    Every,
    Rules,
)
from odoo.addons.smart_billing.core.intervals import intersect, split, subtract, union
from odoo.addons.smart_billing.core.periods import Period
from odoo.addons.smart_billing.core.proration import (
    Measure,
    Piece,
    Valuation,
    missing_days,
    prorated_sides,
)

from tests.unit.planner_world import charge

MONTH, WEEK = Every(1, 'month'), Every(1, 'week')


def may(begin, end):
    return date(2026, 5, begin), date(2026, 6, 1) if end == 32 else date(2026, 5, end)


def measured(begin, end, days, proration=FIXED_30, every=MONTH):
    measure = Measure(begin, end, every, Rules(0, FLOOR, proration))
    return measure.count([days]), measure.whole


def value(pieces, days, amount=1500, rules=Rules(0, FLOOR)):
    measure = Measure(*may(1, 32), MONTH, rules)
    return Valuation(Fraction(amount), measure, pieces, rules).of(days)


def test_sets_of_days():
    assert union([may(5, 9), may(1, 5), may(7, 8), may(3, 3)]) == [may(1, 9)]
    assert subtract([may(1, 10)], [may(3, 5), may(20, 22), may(8, 12)]) == [may(1, 3), may(5, 8)]
    assert subtract([may(3, 5)], [may(1, 9)]) == []
    assert intersect([may(1, 10)], [may(8, 20), may(2, 3)]) == [may(8, 10), may(2, 3)]
    assert split([may(1, 10)], [date(2026, 5, 4), date(2026, 5, 10)]) == [may(1, 4), may(4, 10)]


@pytest.mark.parametrize(('begin', 'end', 'days', 'expected'), [
    (date(2023, 4, 23), date(2023, 5, 23), (date(2023, 5, 15), date(2023, 5, 23)), 8),
    (date(2023, 5, 15), date(2023, 6, 15), (date(2023, 5, 23), date(2023, 6, 15)), 22),
    (date(2026, 5, 1), date(2026, 6, 1), (date(2026, 5, 31), date(2026, 6, 1)), 1),
    (date(2026, 1, 31), date(2026, 2, 28), (date(2026, 1, 31), date(2026, 2, 28)), 30),
    # A part never counts more than the whole: 30 - 28 + 30 = 32.
    (date(2026, 2, 28), date(2026, 3, 31), (date(2026, 2, 28), date(2026, 3, 30)), 30),
])
def test_months_of_thirty_days(begin, end, days, expected):
    assert measured(begin, end, days) == (expected, 30)


def test_weeks_and_unknown_lengths_count_real_days():
    week = date(2026, 5, 28), date(2026, 6, 4)
    assert measured(*week, (date(2026, 5, 30), date(2026, 6, 4)), every=WEEK) == (5, 7)
    assert measured(*may(1, 32), may(1, 32), every=None) == (31, 31)
    assert measured(*may(1, 32), may(10, 32), ACTUAL_DAYS) == (22, 31)


@pytest.mark.parametrize(('prorate', 'sides'), [
    ('both', (True, True)), ('start', (True, False)), ('end', (False, True)),
    ('none', (False, False))])
def test_sides(prorate, sides):
    assert prorated_sides(charge(prorate=prorate), Rules(0)) == sides
    assert prorated_sides(charge(prorate=prorate), Rules(0, proration=NO_PRORATION)) == (
        False, False)


def test_missing_days_are_those_that_no_proration_covers():
    month = Period(*may(5, 20), *may(1, 32), 1)
    assert missing_days((True, True), month, *may(5, 20)) == ([], [])
    assert missing_days((False, False), month, *may(5, 20)) == ([may(1, 5)], [may(20, 32)])
    assert missing_days((False, False), month, *may(1, 32)) == ([], [])


def test_each_run_of_days_is_rounded_once():
    whole = [Piece(*may(1, 32))]
    assert value(whole, [may(1, 32)]) == 1500
    assert value(whole, [may(1, 10), may(20, 32)]) == 435 + 580
    assert value(whole, []) == 0


def test_a_border_between_pieces_is_a_border_of_rounding():
    rules = Rules(0, CEIL)
    apart = [Piece(*may(1, 16)), Piece(*may(16, 32))]
    assert value([Piece(*may(1, 32))], [may(1, 32)], 1000, rules) == 1000
    assert value(apart, [may(1, 32)], 1000, rules) == 484 + 517


def test_missing_days_are_charged_with_the_piece_at_the_edge():
    pieces = [Piece(*may(5, 10), before=[may(1, 5)]), Piece(*may(12, 20), after=[may(20, 32)])]
    assert value(pieces, [may(5, 10), may(12, 20)]) == 1500 * 9 // 31 + 1500 * 20 // 31
    assert value(pieces, [may(6, 10)]) == 1500 * 4 // 31


def test_no_day_is_charged_twice():
    """Left and come back without proration at the end: the first part has paid for all."""
    pieces = [Piece(*may(1, 10), after=[may(10, 32)]), Piece(*may(20, 32))]
    assert value(pieces, [may(1, 10), may(20, 32)]) == 1500

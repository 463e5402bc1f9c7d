"""The benchmark and the soak in small: what they measure, and that they tell what is wrong."""
from datetime import date
from itertools import islice

import pytest
from hypothesis import strategies

from odoo.addons.smart_billing.core import facts
from odoo.addons.smart_billing.core.periods import MonthGrid
from odoo.addons.smart_billing.core.planner import Planner

from tests.load import contracts
from tests.load import planner as bench
from tests.soak import __main__ as soak
from tests.soak import campaign
from tests.unit import planner_cases, planner_laws
from tests.unit.planner_world import account, charge, one_plan, start


def planned(count, sort, years):
    planner = Planner(contracts.RULES)
    return [planner.plan(payer, items, contracts.TARGET) for payer, items in
            contracts.accounts(count, sort, contracts.begins(years), seed=7)]


def test_each_flat_contract_is_billed_its_month():
    results = planned(50, contracts.flat, 3)
    assert len(results) == 50
    assert {(item.date_from, item.date_to, int(item.amount)) for result in results
            for item in result.items} == {(contracts.TARGET, date(2026, 6, 1), 1500)}


def test_a_mix_has_every_sort_of_line():
    lines = [item for result in planned(400, contracts.mix, 3) for item in result.items]
    assert {item.kind for item in lines} >= {'recurring', 'usage', 'one_time', 'credit'}
    assert {item.charge for item in lines} >= {'base', 'calls', 'setup'}
    assert planned(400, contracts.mix, 3) == planned(400, contracts.mix, 3)


def test_work_does_not_grow_with_history(monkeypatch):
    """Boundaries of periods that are looked up, for a contract of one year and of ten."""
    looked_up = []
    at = MonthGrid.at
    monkeypatch.setattr(MonthGrid, 'at', lambda grid, k: looked_up.append(k) or at(grid, k))
    counts = []
    for first in (date(2025, 5, 1), date(2016, 5, 1)):
        [(payer, items)] = contracts.accounts(1, contracts.flat, lambda random: first)
        looked_up.clear()
        Planner(contracts.RULES).plan(payer, items, contracts.TARGET)
        counts.append(len(looked_up))
    assert counts[0] == counts[1] > 0


def test_the_benchmark_counts_contracts_and_lines(capsys, monkeypatch):
    monkeypatch.setattr('sys.argv', ['planner', '--contracts', '40'])
    assert bench.main() == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0].startswith('flat: 4 contracts of the last 1 years, 4 lines: ')
    assert told[-1].startswith('bench-planner: flat=')


def test_the_benchmark_walks_through_chunks(monkeypatch):
    monkeypatch.setattr(bench, 'CHUNK', 3)
    some = contracts.accounts(10, contracts.flat, contracts.begins(1))
    next(some)
    rate, lines = bench.measure(islice(some, 7))
    assert (rate > 0, lines) == (True, 7)


def test_a_soak_of_a_few_timelines(capsys, monkeypatch):
    monkeypatch.setattr(soak, '_portions', lambda options: [
        campaign.try_portion(options.seed, options.timelines)])
    monkeypatch.setattr('sys.argv', ['soak', '--timelines', '11', '--seed', '5'])
    assert soak.main() == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0] == 'seed 5'
    assert told[-1].startswith('soak: timelines=11 failed=0 seconds=')


def no_contract_ever_starts(trial):
    assert not trial.account.contracts[0].events


def test_a_soak_tells_the_case_of_a_failure(capsys, monkeypatch):
    setup = charge('setup', '5000', type=facts.ONE_TIME, every=None)
    contract = facts.Contract('c0', (start(one_plan(charge(), setup), planner_cases.START),))
    monkeypatch.setattr(campaign, 'cases', lambda: strategies.integers(1, 28).map(
        lambda day: planner_cases.Case(
            account(contract, billing_day=day), contracts.RULES, ())))
    monkeypatch.setattr(campaign, 'LAWS', (
        no_contract_ever_starts, planner_laws.a_dry_run_is_a_real_run))
    monkeypatch.setattr(soak, '_portions', lambda options: [
        campaign.try_portion(options.seed, options.timelines)])
    monkeypatch.setattr('sys.argv', ['soak', '--timelines', '4', '--seed', '5'])
    assert soak.main() == 1
    told = capsys.readouterr().out
    assert 'FAIL no_contract_ever_starts (--seed 5 ' in told
    assert '\nbilling day 1\n' in told
    assert '  Event(kind=start, effective=2025-01-01, sequence=1, plan=plan)' in told
    assert '    Charge(code=setup, type=one_time, price=5000)' in told
    assert 'AssertionError' in told
    # The other law goes on to the end.
    assert 'soak: timelines=4 failed=1 ' in told.splitlines()[-1]


@pytest.mark.parametrize(('timelines', 'shares'), [(600, [250, 250, 100]), (250, [250])])
def test_a_soak_is_shared_out_in_portions(monkeypatch, timelines, shares):
    class Pool:
        def __init__(self, jobs):
            self.jobs = jobs

        def __enter__(self):
            return self

        def __exit__(self, *_error):
            return False

        def map(self, function, *arguments):
            return list(zip(*arguments))

    class Options:
        seed, jobs = 3, 2

    Options.timelines = timelines
    monkeypatch.setattr(soak, 'ProcessPoolExecutor', Pool)
    assert list(soak._portions(Options)) == list(enumerate(shares, start=3))

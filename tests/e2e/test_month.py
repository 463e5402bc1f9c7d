"""Two closings of a handful of subscribers whose invoices are worked out by hand."""
from collections import Counter
from datetime import date

import pytest

from tests.e2e.world import NOVEMBER, OCTOBER, opened, subscriber
from tools.demo import audit, expect, people
from tools.demo.life import Life
from tools.demo.people import API, CSV_FILE, SALE_ORDER, Event

# The company opens in October. ライト 980 is billed in arrears, スタンダード 1,980 and
# プレミアム 3,980 in advance, so these two pay two months at first. 10 % tax, cut off.
SUBSCRIBERS = [
    subscriber(1, '佐藤 陽子', 'サトウ ヨウコ', ('light',)),
    subscriber(2, '鈴木 誠', 'スズキ マコト', ('light',), CSV_FILE),
    subscriber(3, '高橋 蓮', 'タカハシ レン', ('standard',), SALE_ORDER),
    subscriber(4, '田中 愛', 'タナカ アイ', ('standard',), CSV_FILE),
    subscriber(5, '伊藤 修', 'イトウ オサム', ('premium',)),
    subscriber(6, '渡辺 凛', 'ワタナベ リン', ('premium',), SALE_ORDER, date(2026, 10, 16)),
    subscriber(7, '株式会社山本商店', '株式会社ヤマモトショウテン', ('standard', 'light')),
    subscriber(8, '中村 茜', 'ナカムラ アカネ', ('standard',),
               event=Event('cancel', date(2026, 11, 11))),
    subscriber(9, '小林 航', 'コバヤシ ワタル', ('light',),
               event=Event('change_plan', date(2026, 11, 16), plan='premium')),
    subscriber(10, '加藤 彩', 'カトウ アヤ', ('standard',), API, date(2026, 11, 21)),
    subscriber(11, '吉田 剛', 'ヨシダ ツヨシ', ('light',)),
    subscriber(12, '山田 舞', 'ヤマダ マイ', ('standard',),
               event=Event('cancel', date(2026, 11, 10), at_period_end=True)),
    subscriber(13, '佐々木 淳', 'ササキ ジュン', ('premium',)),
    subscriber(14, '山口 瞳', 'ヤマグチ ヒトミ', ('light',), CSV_FILE),
]
OCTOBER_INVOICES = {
    1: 1078, 2: 1078, 3: 4356, 4: 4356, 5: 8756,
    6: 6637,        # 3,980 × 16/31 = 2,054, and 3,980
    7: 5434,        # both contracts on one invoice
    8: 4356, 9: 1078, 11: 1078, 12: 4356, 13: 8756, 14: 1078}
NOVEMBER_INVOICES = {
    1: 1078, 2: 1078, 3: 2178, 4: 2178, 5: 4378, 6: 4378, 7: 3256,
    8: -1452,       # 20 of 30 days come back: 1,320
    9: 7106,        # 980 × 15/30, 3,980 × 15/30, and 3,980
    10: 2904,       # 1,980 × 10/30, and 1,980
    11: 1078, 13: 4378, 14: 1078}       # 12 has left, with nothing to give back
# Code of the first debit, and of the second one where there is any.
RESULTS = {2: '10', 4: '20', 5: '3', 11: '91', 13: '8', 14: '40'}
REASONS = {'1': '資金不足', '3': '預金者の都合による振替停止', '8': '委託者の都合による振替停止'}
FIRST, SECOND = '2026-11-27', '2026-12-14'


@pytest.fixture(scope='module')
def world(tmp_path_factory):
    with opened('month', tmp_path_factory.mktemp('agency'), lang='ja_JP') as world:
        yield world


@pytest.fixture(scope='module')
def cycles(world):
    """Both closings, as the demo plays them."""
    life = Life(world.client, world.register, world.company, world.screen, SUBSCRIBERS)
    life.take_in(OCTOBER)
    for number, codes in RESULTS.items():
        for day, code in zip((FIRST, SECOND), codes, strict=False):
            world.agency.script({world.customer(number): code}, debit_date=day)
    october = world.office.bill(OCTOBER)
    world.office.diary.append((date(2026, 11, 20), lambda: life.pass_month(NOVEMBER)))
    world.office.work()
    world.office.second_debits = False
    november = world.office.bill(NOVEMBER)
    world.office.work()
    return october, november


@pytest.fixture
def findings(world, cycles):
    found = [audit.examine(world.office, cycle, expect.contracts_due(
        SUBSCRIBERS, [OCTOBER, NOVEMBER], cycle.month)) for cycle in cycles]
    found[-1].checks += audit.whole(world.office, found)
    return found


def by_subscriber(world, findings, field):
    numbers = {account: number for number, account in world.register.accounts.items()}
    moves = {move['id']: move for move in findings.moves}
    return {numbers[row['sb_account_id'][0]]: moves[row['id']][field] for row in world.client.call(
        'account.move', 'read', list(moves), ['sb_account_id'])}


def kinds(world, findings):
    numbers = by_subscriber(world, findings, 'id')
    return {number: findings.kinds[move] for number, move in numbers.items()}


def test_invoices_are_those_worked_out_by_hand(world, findings):
    october, november = (by_subscriber(world, each, 'amount_total_signed') for each in findings)
    assert october == OCTOBER_INVOICES
    assert november == NOVEMBER_INVOICES
    assert [each.contracts for each in findings] == [14, 14]


def test_each_invoice_is_due_on_the_27th_or_the_next_business_day(world, findings):
    for each, issued, due in zip(findings, ('2026-10-31', '2026-11-30'),
                                 ('2026-11-27', '2026-12-28'), strict=True):
        dates = world.client.call('account.move', 'read', [move['id'] for move in each.moves],
                                  ['invoice_date', 'invoice_date_due', 'move_type'])
        assert {row['invoice_date'] for row in dates} == {issued}
        assert {row['invoice_date_due'] for row in dates
                if row['move_type'] == 'out_invoice'} == {due}


def test_what_became_of_each_invoice(world, findings):
    october, november = (kinds(world, each) for each in findings)
    assert {number for number, kind in october.items() if kind == 'failed'} == {5, 11, 13}
    assert {kind for kind in october.values()} == {'collected', 'failed'}
    # Subscriber 5 has stopped the debit: no second one, and November is held back.
    assert [number for number, kind in november.items() if kind == 'held back'] == [5]
    assert [number for number, kind in november.items() if kind == 'credit'] == [8]
    assert Counter(november.values()) == {'collected': 11, 'held back': 1, 'credit': 1}


def test_reasons_are_on_the_invoices_in_words(world, findings):
    reasons = by_subscriber(world, findings[0], 'collection_reason')
    assert reasons[5] == REASONS['3']
    assert reasons[11] == REASONS['1']      # of the second debit; the first one said 9
    assert reasons[13] == REASONS['8']
    held = by_subscriber(world, findings[1], 'collection_reason')[5]
    assert REASONS['3'] in held and '2026-11-27' in held


def test_second_debits_go_to_what_may_succeed(world, findings):
    second = [row for row in findings[0].requests if row['attempt'] == 2]
    customers = {world.customer(number) for number in (2, 4, 11, 14)}
    assert {row['customer_number'] for row in second} == customers
    assert max(row['attempt'] for row in findings[0].requests) == 2


def test_mandates_follow_the_results(world, cycles):
    states = {row['account_id'][0]: row['state'] for row in world.client.rows(
        'smart.billing.mandate', [], ['account_id', 'state'])}
    accounts = world.register.accounts
    assert [number for number in accounts if states[accounts[number]] != 'active'] == [5]
    assert states[accounts[5]] == 'suspended'


def test_the_agency_received_what_it_expects(world, cycles):
    books = world.agency.books()
    assert books['rejected'] == []
    assert [file['debit_date'] for file in books['files']] == [FIRST, SECOND, '2026-12-28']
    # 新規コード: the first debit of each account, then no longer.
    collected = {line['customer'] for line in books['lines']
                 if line['debit_date'] == FIRST and line['code'] == '0'}
    assert {line['new_code'] for line in books['lines'] if line['debit_date'] == FIRST} == {'1'}
    assert {line['new_code'] for line in books['lines']
            if line['debit_date'] != FIRST and line['customer'] in collected} == {'0'}
    firm = next(line for line in books['lines'] if line['customer'].endswith(world.customer(7)))
    assert firm['holder'] == 'ｶ)ﾔﾏﾓﾄｼﾖｳﾃﾝ'


def test_everything_is_explained_and_the_ledger_agrees(world, findings):
    assert [each.mysteries for each in findings] == [[], []]
    assert [check for each in findings for check in each.checks if check.difference] == []
    invoiced = sum(OCTOBER_INVOICES.values()) + sum(NOVEMBER_INVOICES.values())
    failed = sum(OCTOBER_INVOICES[number] for number in (5, 11, 13))
    still_open = failed + NOVEMBER_INVOICES[5] + NOVEMBER_INVOICES[8]
    assert world.balance(world.company.clearing_account) == invoiced - still_open
    rows = audit.trial_balance(world.client)
    assert sum(balance for *_rest, balance in rows) == 0
    assert sorted(balance for *_rest, balance in rows if balance > 0) == sorted(
        [still_open, invoiced - still_open])
    assert findings[0].last_line == (
        'cycle 2026-10: contracts=14 invoices=13 sent=13 collected=10 failed=3 unexplained=0')
    assert findings[1].last_line == (
        'cycle 2026-11: contracts=14 invoices=13 sent=11 collected=11 failed=0 unexplained=0')


def test_the_same_closing_again_finds_nothing(world, cycles):
    before = world.client.count('account.move', [])
    again = world.office.bill(NOVEMBER)
    assert world.client.count('account.move', []) == before
    assert world.client.count('smart.billing.item', [('run_id', '=', again.run)]) == 0


def post(world, debit, credit):
    entry = world.client.create('account.move', {
        'journal_id': world.client.find('account.journal', ('code', '=', 'CLR')),
        'date': '2026-12-31', 'line_ids': [
            (0, 0, {'account_id': debit, 'debit': 1}),
            (0, 0, {'account_id': credit, 'credit': 1})]})
    world.client.press('account.move', entry, 'action_post')


def test_one_yen_that_nobody_explains_is_found(world, findings):
    accounts = world.company.clearing_account, world.company.suspense_account
    post(world, *accounts)
    differing = [check.what for check in audit.whole(world.office, findings) if check.difference]
    assert differing == ['clearing account = agency has collected',
                         'clearing account = requests collected', 'suspense account']
    post(world, *reversed(accounts))
    assert not [check for check in audit.whole(world.office, findings) if check.difference]


def test_a_forgotten_contract_is_found(world, cycles):
    found = audit.examine(world.office, cycles[0], contracts_due=15)
    assert found.unexplained == 1


def test_an_invoice_without_an_outcome_is_found(world, findings):
    move = dict(next(move for move in findings[0].moves if move['collection_state'] == 'failed'))
    latest = {'state': 'failed', 'problem': False}
    assert audit.kind_of(move, latest) == 'failed'
    for change in ({'state': 'draft'}, {'amount_residual': 1}, {'payment_state': 'paid'},
                   {'collection_reason': False}):
        assert audit.kind_of({**move, **change}, latest) == ''
    for state in ('unknown', 'sent', 'cancelled', 'collected'):
        assert audit.kind_of(move, {**latest, 'state': state}) == ''


def test_people_of_a_seed_are_the_same_and_all_different():
    cycles = [OCTOBER, NOVEMBER]
    some = people.subscribers(300, 7, cycles)
    assert some == people.subscribers(300, 7, cycles)
    assert some != people.subscribers(300, 8, cycles)
    assert len({person.name for person in some}) == 300
    assert {person.channel for person in some} == {API, CSV_FILE, SALE_ORDER}
    assert any(person.start > NOVEMBER for person in some)
    assert {person.event.kind for person in some if person.event} == {
        'cancel', 'change_plan', 'suspend'}

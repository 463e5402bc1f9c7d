"""Matching of transfers to invoices: who paid, what is settled, and what is left to a person."""
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.smart_billing.core.matching import (
    Allocation,
    Incoming,
    Matcher,
    OpenInvoice,
    Outcome,
    Payer,
    Settings,
    names,
    sums,
    values,
)

DAY = date(2026, 11, 24)


def invoice(key, account, amount, month=10, reference=''):
    return OpenInvoice(key, account, amount, date(2026, month, 27), reference)


def transfer(amount, name='', **told):
    return Incoming('r', amount, DAY, name, **told)


def decide(receipt, payers, invoices, **settings):
    [decision] = Matcher(payers, invoices, Settings(**settings)).match([receipt])
    return decision


YAMADA = Payer('A', '0000001001', ('ヤマダ タロウ',), virtual_accounts=('1234567',),
               transfer_codes=('0000000777',))
SUZUKI = Payer('B', '0000001002', ('スズキ ハナコ',))
SAMPLE = Payer('C', '0000001003', ('株式会社サンプル',))


# Names

@pytest.mark.parametrize('one, other', [
    ('株式会社サンプル', 'ｻﾝﾌﾟﾙ(ｶ'), ('ｶ)ｻﾝﾌﾟﾙ', 'サンプル'), ('ﾔﾏﾀﾞ ﾀﾛｳ', 'ﾔﾏﾀﾞﾀﾛｳ'),
    ('ヤマダ　タロウ', 'ﾔﾏﾀﾞ ﾀﾛｳ 1001'), ('キャノン', 'ｷﾔﾉﾝ'), ('ｻﾝﾌﾟﾙ(ｶ)ﾄｳｷﾖｳ', 'サンプルトウキョウ'),
    ('ｼﾔ)ﾆﾎﾝ', 'ﾆﾎﾝ'),
])
def test_names_that_are_the_same(one, other):
    assert names.name_key(one) == names.name_key(other) != ''


@pytest.mark.parametrize('one, other', [
    ('オオノ', 'オーノ'), ('オオノ', 'オウノ'), ('コンドウ', 'コンドオ'), ('ミツヅカ', 'ミツズカ'),
    ('ユウキ', 'ユキ'), ('ヂンダイ', 'ジンダイ'),
])
def test_names_that_are_written_in_two_ways(one, other):
    assert names.loose_key(names.name_key(one)) == names.loose_key(names.name_key(other))


def test_names_that_are_not_the_same():
    assert names.name_key('ヤマダ') != names.name_key('ヤマタ')
    assert names.loose_key(names.name_key('ヤマダ')) != names.loose_key(names.name_key('ヤマタ'))


def test_kanji_have_no_reading():
    assert names.name_key('山田') == ''
    assert names.name_key('山田 タロウ') == 'ﾀﾛｳ'


def test_the_family_name_of_a_person():
    assert names.family_key('ﾔﾏﾀﾞ ﾊﾅｺ') == 'ﾔﾏﾀﾞ'
    assert names.family_key('ﾔﾏﾀﾞﾊﾅｺ') == ''
    assert names.family_key('ｶ)ﾔﾏﾀﾞ ｼﾖｳｼﾞ') == ''


def test_numbers_in_a_text():
    assert names.numbers_in('INV/2026/00012 ７７ 000') == ('2026', '12', '77')


# Who paid

@pytest.mark.parametrize('receipt, rule', [
    (transfer(1000, 'ﾀﾞﾚｶ', virtual_account='1234567'), values.VIRTUAL_ACCOUNT),
    (transfer(1000, 'ﾀﾞﾚｶ', payer_code='0000000777'), values.TRANSFER_CODE),
    (transfer(1000, 'ﾀﾞﾚｶ', edi='NO.1001'), values.EDI),
    (transfer(1000, 'ﾀﾞﾚｶ', edi='INV 55501'), values.EDI),
    (transfer(1000, '1001 ﾀﾞﾚｶ'), values.EDI),
    (transfer(1000, 'ﾔﾏﾀﾞ ﾀﾛｳ'), values.NAME),
    (transfer(1000, 'ﾔﾏﾀﾞ ﾀﾛ-'), values.LOOSE_NAME),
])
def test_the_payer_is_found_by_the_surest_way(receipt, rule):
    decision = decide(receipt, [YAMADA, SUZUKI],
                      [invoice(1, 'A', 1000, reference='55501'), invoice(2, 'B', 1000)])
    assert decision.outcome is Outcome.MATCHED
    assert (decision.chosen.account, decision.chosen.rule) == ('A', rule)
    assert decision.chosen.allocations == (Allocation(1, 1000),)


def test_a_learned_name_finds_the_payer():
    payer = SUZUKI._replace(learned=('ﾀﾅｶ ｲﾁﾛｳ',))
    decision = decide(transfer(1000, 'ﾀﾅｶｲﾁﾛｳ'), [YAMADA, payer],
                      [invoice(1, 'A', 1000), invoice(2, 'B', 1000)])
    assert (decision.chosen.account, decision.chosen.rule) == ('B', values.LEARNED_NAME)


def test_a_name_that_the_bank_has_cut_is_compared_with_the_beginning():
    long = Payer('L', '', ('ｱ' * 60,))
    decision = decide(transfer(500, 'ｱ' * 48), [long], [invoice(1, 'L', 500)])
    assert decision.chosen.account == 'L'
    assert decide(transfer(500, 'ｱ' * 47), [long], [invoice(1, 'L', 500)]).chosen is None


def test_short_numbers_tell_nothing():
    few = Payer('A', '12', ('ﾔﾏﾀﾞ ﾀﾛｳ',))
    assert decide(transfer(700, 'ﾀﾞﾚｶ 12'), [few], [invoice(1, 'A', 1000)]).chosen is None


def test_a_rule_that_is_switched_off_finds_nobody():
    decision = decide(transfer(1000, 'ﾔﾏﾀﾞ ﾀﾛｳ'), [YAMADA], [invoice(1, 'A', 1000)],
                      rules=(values.VIRTUAL_ACCOUNT,))
    assert decision.outcome is Outcome.UNMATCHED


# What is settled

def test_several_invoices_are_paid_together():
    invoices = [invoice(1, 'A', 1000, 8), invoice(2, 'A', 700, 9), invoice(3, 'A', 450, 10)]
    total = decide(transfer(2150, 'ﾔﾏﾀﾞ ﾀﾛｳ'), [YAMADA], invoices).chosen
    assert (total.fit, len(total.allocations)) == (values.TOTAL, 3)
    some = decide(transfer(1450, 'ﾔﾏﾀﾞ ﾀﾛｳ'), [YAMADA], invoices).chosen
    assert some.fit == values.SUM
    assert some.allocations == (Allocation(1, 1000), Allocation(3, 450))


def test_of_equal_invoices_the_oldest_are_meant():
    invoices = [invoice(month, 'A', 1000, month) for month in (9, 7, 8)]
    chosen = decide(transfer(2000, 'ﾔﾏﾀﾞ ﾀﾛｳ'), [YAMADA], invoices).chosen
    assert chosen.allocations == (Allocation(7, 1000), Allocation(8, 1000))


def test_two_ways_to_make_up_an_amount_are_left_to_a_person():
    invoices = [invoice(key, 'A', amount) for key, amount in enumerate((100, 400, 200, 300, 50))]
    decision = decide(transfer(500, 'ﾔﾏﾀﾞ ﾀﾛｳ'), [YAMADA], invoices)
    assert decision.outcome is Outcome.SUGGESTED
    assert decision.reason == 'amount'


def test_a_search_without_end_is_given_up(monkeypatch):
    many = [invoice(key, 'A', 3 ** key) for key in range(20)]
    amount = sum(one.amount for one in many[::2])
    assert sums.fits(many, amount, Settings()).kind == values.SUM
    monkeypatch.setattr(sums, 'MOST_STEPS', 5)
    assert sums.fits(many, amount, Settings()) is None


@pytest.mark.parametrize('settings', [{'fees': (330, 550)}, {'fee_tolerance': 600}])
def test_a_fee_that_the_payer_took_off(settings):
    chosen = decide(transfer(9_670, 'ﾔﾏﾀﾞ ﾀﾛｳ'), [YAMADA], [invoice(1, 'A', 10_000)],
                    **settings).chosen
    assert (chosen.fit, chosen.fee) == (values.FEE, 330)
    assert chosen.allocations == (Allocation(1, 10_000),)


def test_a_fee_off_all_that_is_open():
    invoices = [invoice(1, 'A', 1000, 9), invoice(2, 'A', 2000)]
    chosen = decide(transfer(2670, 'ﾔﾏﾀﾞ ﾀﾛｳ'), [YAMADA], invoices, fees=(330,)).chosen
    assert chosen.allocations == (Allocation(1, 1000), Allocation(2, 2000))


def test_a_difference_that_is_no_fee_is_left_to_a_person():
    decision = decide(transfer(9_000, 'ﾔﾏﾀﾞ ﾀﾛｳ'), [YAMADA], [invoice(1, 'A', 10_000)],
                      fees=(330,))
    assert (decision.outcome, decision.reason) == (Outcome.SUGGESTED, 'amount')
    assert decision.suggestions[0].fit == values.PARTIAL


def test_two_fees_that_explain_it_are_left_to_a_person():
    invoices = [invoice(1, 'A', 1_330, 9), invoice(2, 'A', 1_550)]
    assert decide(transfer(1000, 'ﾔﾏﾀﾞ ﾀﾛｳ'), [YAMADA], invoices, fees=(330, 550)).chosen is None


def test_a_sure_payer_may_pay_less_or_more():
    short = decide(transfer(600, virtual_account='1234567'), [YAMADA], [invoice(1, 'A', 1000)])
    assert (short.chosen.fit, short.chosen.allocations) == (values.PARTIAL, (Allocation(1, 600),))
    over = decide(transfer(1_600, virtual_account='1234567'), [YAMADA], [invoice(1, 'A', 1000)])
    assert (over.chosen.fit, over.chosen.rest) == (values.OVER, 600)
    nothing = decide(transfer(500, virtual_account='1234567'), [YAMADA], [])
    assert (nothing.chosen.allocations, nothing.chosen.rest) == ((), 500)


def test_a_sure_payer_is_asked_about_where_the_settings_say_so():
    for amount in (600, 1_600):
        decision = decide(transfer(amount, virtual_account='1234567'), [YAMADA],
                          [invoice(1, 'A', 1000)], settle_partial=False, settle_over=False)
        assert decision.outcome is Outcome.SUGGESTED


def test_one_payment_for_several_accounts_of_a_family():
    members = [YAMADA._replace(group='G'), SUZUKI._replace(group='G')]
    matcher = Matcher(members, [invoice(1, 'A', 1000), invoice(2, 'B', 700)])
    first, second = matcher.match([transfer(1700, 'ﾔﾏﾀﾞ ﾀﾛｳ'), transfer(700, 'ｽｽﾞｷ ﾊﾅｺ')])
    assert first.chosen.allocations == (Allocation(1, 1000), Allocation(2, 700))
    assert second.outcome is Outcome.UNMATCHED


# What is left to a person

def test_two_payers_of_one_name_and_amount():
    twin = YAMADA._replace(account='T', number='0000009999', virtual_accounts=())
    decision = decide(transfer(1000, 'ﾔﾏﾀﾞ ﾀﾛｳ'), [YAMADA, twin],
                      [invoice(1, 'A', 1000), invoice(2, 'T', 1000)])
    assert (decision.outcome, decision.reason) == (Outcome.SUGGESTED, 'ambiguous')
    assert {way.account for way in decision.suggestions} == {'A', 'T'}


def test_an_exact_name_is_not_taken_for_a_similar_one():
    ono, ohno = Payer('A', '', ('ｵﾉ ｹﾝ',)), Payer('B', '', ('ｵｵﾉ ｹﾝ',))
    decision = decide(transfer(500, 'ｵｵﾉ ｹﾝ'), [ono, ohno],
                      [invoice(1, 'A', 500), invoice(2, 'B', 800)])
    assert decision.outcome is Outcome.SUGGESTED


def test_a_member_of_the_family_is_only_suggested():
    decision = decide(transfer(1000, 'ﾔﾏﾀﾞ ｼﾞﾛｳ'), [YAMADA], [invoice(1, 'A', 1000)])
    assert (decision.outcome, decision.reason) == (Outcome.SUGGESTED, 'unsure')
    assert decision.suggestions[0].rule == values.FAMILY_NAME


def test_an_amount_alone_is_only_suggested():
    decision = decide(transfer(1234, 'ﾀﾞﾚｶ'), [YAMADA], [invoice(1, 'A', 1234)])
    assert (decision.outcome, decision.reason) == (Outcome.SUGGESTED, 'unsure')
    assert decision.suggestions[0].rule == values.AMOUNT


def test_nobody_is_guessed():
    decision = decide(transfer(77, 'ﾀﾞﾚｶ'), [YAMADA, SAMPLE], [invoice(1, 'A', 1234)])
    assert (decision.outcome, decision.reason, decision.suggestions) == (
        Outcome.UNMATCHED, 'unknown_payer', ())


def test_sure_payments_go_first():
    receipts = [transfer(1000, 'ﾔﾏﾀﾞ ﾀﾛｳ')._replace(key='by name'),
                transfer(1000, virtual_account='1234567')._replace(key='by number')]
    by_name, by_number = Matcher([YAMADA], [invoice(1, 'A', 1000)]).match(receipts)
    assert by_number.outcome is Outcome.MATCHED
    assert by_name.outcome is not Outcome.MATCHED


def test_a_part_paid_invoice_stays_open_for_the_rest():
    receipts = [transfer(600, virtual_account='1234567'), transfer(400, 'ﾔﾏﾀﾞ ﾀﾛｳ')]
    first, second = Matcher([YAMADA], [invoice(1, 'A', 1000)]).match(receipts)
    assert first.chosen.fit == values.PARTIAL
    assert (second.chosen.fit, second.chosen.allocations) == (
        values.EXACT, (Allocation(1, 400),))


PAYERS = [YAMADA, SUZUKI, SAMPLE, Payer('D', '1004', ('ｽｽﾞｷ ﾊﾅｺ',), group='G'),
          Payer('E', '1005', ('ｵｵﾉ ｹﾝ',), group='G')]
some_invoices = st.lists(st.builds(
    lambda account, amount, month: (account, amount * 100, month), st.sampled_from('ABCDE'),
    st.integers(1, 9), st.integers(1, 12)), max_size=10).map(lambda rows: [
        invoice(key, account, amount, month)
        for key, (account, amount, month) in enumerate(rows)])
some_receipts = st.lists(st.builds(
    transfer, st.integers(1, 30).map(lambda n: n * 100),
    st.sampled_from(['ﾔﾏﾀﾞ ﾀﾛｳ', 'ｽｽﾞｷ ﾊﾅｺ', 'ｶ)ｻﾝﾌﾟﾙ', 'ｵ-ﾉ ｹﾝ', 'ﾔﾏﾀﾞ ﾊﾅｺ', 'ﾀﾞﾚｶ']),
    virtual_account=st.sampled_from(['', '', '1234567'])), max_size=8)


@given(some_invoices, some_receipts, st.sampled_from([(), (100, 300)]))
def test_money_is_given_once_and_in_full(invoices, receipts, fees):
    open_then = {one.key: one.amount for one in invoices}
    settled: dict = {}
    decisions = Matcher(PAYERS, invoices, Settings(fees=fees)).match(receipts)
    assert len(decisions) == len(receipts)
    for receipt, decision in zip(receipts, decisions):
        for way in decision.suggestions:
            given_out = sum(part.amount for part in way.allocations)
            assert given_out == receipt.amount + way.fee - way.rest
            assert 0 <= way.confidence <= 100
        if decision.outcome is Outcome.MATCHED:
            for part in decision.chosen.allocations:
                settled[part.invoice] = settled.get(part.invoice, 0) + part.amount
    assert all(amount <= open_then[key] for key, amount in settled.items())

import hashlib
from dataclasses import replace
from datetime import date

import pytest

from odoo.addons.smart_billing.core.calendar import DebitRule
from odoo.addons.smart_billing.core.errors import FieldError, FileError, KanaError
from odoo.addons.smart_billing.core.zengin import (
    DebitHeader,
    DebitRecord,
    decode,
    encode_result,
)
from odoo.addons.smart_billing_payment_nttf.wire import direct_debit
from odoo.addons.smart_billing_payment_nttf.wire.direct_debit import Consignor, DebitRow
from odoo.addons.smart_billing_payment_nttf.wire.profile import Profile

from tests.simulators import zengin91

PROFILE = Profile(DebitRule((27,), 7, 4, 6))
DAY = date(2027, 1, 27)
CONSIGNOR = Consignor('1234567890', 'サンプルサービス株式会社', '9999', 'テスト', '999', 'ホンテン', '1',
                      '0000001')
YAMADA = DebitRow(1, '9999', 'テスト', '001', 'トウキヨウ', '1', '1234567', 'ヤマダ タロウ', 11000, '1',
                  '1001')
SAMPLE = DebitRow(2, '9999', 'テスト', '002', 'オオサカ', '2', '7654321', '株式会社サンプルショウジ', 5500,
                  '0', '1002')
# domain.md §7: the regression anchor of the layout.
ANCHORS = {'crlf': '73ab6e4631e7bf4101cd2f7f64bc0bf994262e3fe6d02fc34a380a1b3d67ec02',
           'none': 'b6cf4285ad9391d3237561b54d5ea2856011e38b78f27da06fb3484cf4bb0206'}


def codes(found):
    return [(key, error.code) for key, error in found]


# === OUT === #


@pytest.mark.parametrize('separator', ['crlf', 'none'])
def test_the_anchor_is_made_from_names_as_people_write_them(separator):
    content = direct_debit.encode(
        CONSIGNOR, DAY, [YAMADA, SAMPLE], replace(PROFILE, separator=separator))
    assert hashlib.sha256(content).hexdigest() == ANCHORS[separator]


def test_the_agency_reads_what_is_written():
    file = zengin91.read(direct_debit.encode(CONSIGNOR, DAY, [YAMADA, SAMPLE], PROFILE))
    assert not file.problems
    assert [(line.customer, line.amount, line.holder) for line in file.lines] == [
        ('00000000000000001001', 11000, 'ﾔﾏﾀﾞ ﾀﾛｳ'),
        ('00000000000000001002', 5500, 'ｶ)ｻﾝﾌﾟﾙｼﾖｳｼﾞ')]


def test_good_rows_have_no_problem():
    assert direct_debit.check_rows([YAMADA, SAMPLE], PROFILE) == []


@pytest.mark.parametrize(('values', 'code'), [
    ({'holder': '山田 太郎'}, 'kana_kanji'),
    ({'holder': 'ヤマダ♪'}, 'kana_character'),
    ({'holder': 'ヲノ タロウ'}, 'kana_wo'),
    ({'holder': '株式会社'}, 'kana_name_missing'),
    ({'holder': 'ア' * 31}, 'kana_too_long'),
    ({'holder': 'ガ' * 16}, 'kana_too_long'),
    ({'holder': ''}, 'missing'),
    ({'holder': '　'}, 'missing'),
    ({'amount': 0}, 'amount_not_positive'),
    ({'amount': -100}, 'amount_not_positive'),
    ({'amount': 10_000_000_000}, 'amount_over_limit'),
    ({'account_number': '12345A7'}, 'not_digits'),
    ({'account_number': ''}, 'missing'),
    ({'account_number': '12345678'}, 'too_long'),
    ({'bank_code': ''}, 'missing'),
    ({'branch_code': '12B'}, 'not_digits'),
    ({'account_type': '7'}, 'not_in_list'),
    ({'customer_number': 'C-1'}, 'not_digits'),
    ({'customer_number': '1' * 21}, 'too_long'),
])
def test_what_cannot_be_sent_is_told_for_its_row_and_the_others_are_free(values, code):
    found = direct_debit.check_rows([YAMADA, replace(SAMPLE, **values)], PROFILE)
    assert codes(found) == [(2, code)]


def test_every_problem_of_a_row_is_told_at_once():
    bad = replace(YAMADA, holder='山田', amount=0, branch_code='')
    assert codes(direct_debit.check_rows([bad], PROFILE)) == [
        (1, 'kana_kanji'), (1, 'amount_not_positive'), (1, 'missing')]


def test_limits_of_the_profile_are_inclusive():
    profile = replace(PROFILE, min_amount=5500, max_amount=11000)
    assert direct_debit.check_rows([YAMADA, SAMPLE], profile) == []
    found = direct_debit.check_rows(
        [replace(YAMADA, amount=11001), replace(SAMPLE, amount=5499)], profile)
    assert codes(found) == [(1, 'amount_over_limit'), (2, 'amount_below_minimum')]
    assert found[0][1].context['maximum'] == 11000


def test_a_row_that_was_not_checked_is_refused_and_not_cut():
    with pytest.raises(KanaError):
        direct_debit.encode(CONSIGNOR, DAY, [replace(YAMADA, holder='ア' * 31)], PROFILE)


def test_a_profile_may_allow_cutting_names_but_never_between_kana_and_mark():
    profile = replace(PROFILE, truncate=True)
    assert direct_debit.normalise_holder('ガ' * 16, profile) == 'ｶﾞ' * 15
    assert direct_debit.normalise_holder('ア' + 'ガ' * 15, profile) == 'ｱ' + 'ｶﾞ' * 14
    assert direct_debit.check_rows([replace(YAMADA, holder='ア' * 31)], profile) == []


def test_the_profile_decides_about_middle_dot_and_wo():
    assert direct_debit.normalise_holder('ア・イ', PROFILE) == 'ｱ ｲ'
    profile = replace(PROFILE, middle_dot='.', wo='o')
    assert direct_debit.normalise_holder('ア・ヲ', profile) == 'ｱ.ｵ'


def test_long_bank_names_are_cut_unwritable_ones_left_out_and_all_left_out_on_demand():
    row = replace(YAMADA, bank_name='ドコカデガンバルギンコウ', branch_name='Ａ．Ｂ')
    record = decode(direct_debit.encode(CONSIGNOR, DAY, [row], PROFILE),
                    expect='request').batches[0].records[0]
    assert (record.bank_name, record.branch_name) == ('ﾄﾞｺｶﾃﾞｶﾞﾝﾊﾞﾙｷﾞﾝ', '')
    bare = replace(PROFILE, bank_names=False)
    record = decode(direct_debit.encode(CONSIGNOR, DAY, [row], bare),
                    expect='request').batches[0].records[0]
    assert (record.bank_name, record.branch_name) == ('', '')


def test_a_consignor_that_does_not_fit_is_refused():
    with pytest.raises(FieldError) as caught:
        direct_debit.encode(replace(CONSIGNOR, code='12345678901'), DAY, [YAMADA], PROFILE)
    assert caught.value.context['field'] == 'consignor_code'
    with pytest.raises(KanaError):
        direct_debit.normalise_consignor('ア' * 41, PROFILE)


# === IN === #

HEADER = DebitHeader('1234567890', 'ｻﾝﾌﾟﾙ', '0127')
SENT = direct_debit.read_request(
    direct_debit.encode(CONSIGNOR, DAY, [YAMADA, SAMPLE], PROFILE))


def result(*records, header=HEADER, separator='crlf'):
    return encode_result([(header, records)], separator=separator)


def answered(index=0, code='0', **values):
    return replace(SENT.records[index], result_code=code, **values)


def outcomes(*records):
    return direct_debit.match(direct_debit.read_result(result(*records), PROFILE), SENT)


def test_results_find_their_requests_whatever_their_order():
    found = outcomes(answered(1, '1'), answered(0, '0'))
    assert [(o.customer, o.kind, o.reason, o.problem) for o in found] == [
        ('1002', 'failed', 'insufficient_funds', None), ('1001', 'collected', 'collected', None)]
    assert [o.record.line for o in found] == [2, 3]


@pytest.mark.parametrize(('code', 'kind', 'consequence'), [
    ('0', 'collected', 'collected'), ('1', 'failed', 'retry'), ('2', 'failed', 'suspend'),
    ('3', 'failed', 'suspend'), ('4', 'failed', 'resubmit'), ('8', 'failed', 'stopped'),
    ('9', 'failed', 'review')])
def test_every_known_code_has_its_consequence(code, kind, consequence):
    outcome, = outcomes(answered(0, code))
    assert (outcome.kind, outcome.consequence, outcome.problem) == (kind, consequence, None)
    assert direct_debit.stops_mandate(code) == (code in '234')


@pytest.mark.parametrize(('code', 'problem'), [
    ('7', 'result_unknown'), ('A', 'result_unknown'), (' ', 'result_not_processed')])
def test_an_unknown_code_is_unclear_and_kept_as_it_is(code, problem):
    outcome, = outcomes(answered(0, code))
    assert (outcome.kind, outcome.problem.code) == ('unclear', problem)
    assert outcome.record.result_code.strip() == code.strip()


@pytest.mark.parametrize(('values', 'problem'), [
    ({'customer_number': '9' * 20}, 'unknown_customer'),
    ({'amount': 11001}, 'other_amount'),
    ({'account_number': '1234568'}, 'other_account'),
    ({'branch_code': '002'}, 'other_account'),
    ({'bank_code': '0001'}, 'other_account'),
    ({'account_type': '2'}, 'other_account'),
])
def test_a_record_that_was_not_sent_like_this_does_not_settle(values, problem):
    outcome, = outcomes(answered(0, '0', **values))
    assert (outcome.kind, outcome.problem.code) == ('collected', problem)


def test_zeros_before_a_customer_number_do_not_count():
    outcome, = outcomes(answered(0, '0', customer_number='1001'))
    assert outcome.problem is None


def test_of_two_equal_records_the_first_counts():
    found = outcomes(answered(0, '0'), answered(0, '0'))
    assert [o.problem and o.problem.code for o in found] == [None, 'customer_repeated']


def test_of_two_contradicting_records_none_counts():
    found = outcomes(answered(0, '0'), answered(0, '1'))
    assert [o.problem.code for o in found] == ['customer_repeated', 'customer_repeated']


def test_a_result_of_somebody_else_or_of_another_day_is_refused():
    direct_debit.check_header(HEADER, '1234567890', DAY)
    direct_debit.check_header(HEADER, '1234567890', None)
    with pytest.raises(FileError) as caught:
        direct_debit.check_header(HEADER, '1234567891', DAY)
    assert caught.value.code == 'wrong_consignor'
    with pytest.raises(FileError) as caught:
        direct_debit.check_header(HEADER, '1234567890', date(2027, 2, 1))
    assert caught.value.code == 'wrong_debit_date'


def test_two_debit_days_in_one_file_are_refused():
    content = encode_result([(HEADER, [answered()]), (HEADER, [answered(1)])])
    with pytest.raises(FileError) as caught:
        direct_debit.read_result(content, PROFILE)
    assert caught.value.code == 'several_batches'


def test_only_the_declared_record_ends_are_read():
    content = result(answered(), separator='lf')
    with pytest.raises(FileError) as caught:
        direct_debit.read_result(content, PROFILE)
    assert caught.value.code == 'separator_not_declared'
    lenient = replace(PROFILE, result_separators=('lf',))
    assert direct_debit.read_result(content, lenient).records[0].amount == 11000


def test_a_record_is_a_value_of_the_core():
    assert isinstance(SENT.records[0], DebitRecord)

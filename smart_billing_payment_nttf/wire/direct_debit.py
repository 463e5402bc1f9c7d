"""Direct debit (預金口座振替) between the addon's rows and the agency's files.

Out: rows -> problems of each row, or the bytes of a request file. In: bytes -> one outcome for
each record, compared with the file that was sent. The sealed file is the witness: what was asked
is what stands in it, whatever has changed in the database since.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from odoo.addons.smart_billing.core.errors import DomainError, FieldError, FileError, KanaError
from odoo.addons.smart_billing.core.kana import (
    BANK_NAME,
    PARTY_NAME,
    corporate_abbreviation,
    fit,
    legal_pattern,
    resolve_class,
    to_zengin_kana,
)
from odoo.addons.smart_billing.core.zengin import (
    Consequence,
    DebitBatch,
    DebitHeader,
    DebitRecord,
    customer_key,
    decode,
    encode_request,
    interpret_result,
    record_problems,
)

from .profile import Profile

HOLDER_LENGTH = 30  # Zengin 91, data record, field 9 (預金者名)
CONSIGNOR_LENGTH = 40  # header record, field 5 (委託者名)
BANK_NAME_LENGTH = 15  # header fields 8 and 10, data fields 3 and 5


@dataclass(frozen=True, slots=True)
class Consignor:
    """Who collects (委託者), as the agency has registered it."""

    code: str
    name: str
    bank_code: str = ''
    bank_name: str = ''
    branch_code: str = ''
    branch_name: str = ''
    account_type: str = ''
    account_number: str = ''


@dataclass(frozen=True, slots=True)
class DebitRow:
    """One debit as the database holds it; `key` finds the way back to its request."""

    key: int
    bank_code: str
    bank_name: str
    branch_code: str
    branch_name: str
    account_type: str
    account_number: str
    holder: str
    amount: int
    new_code: str
    customer_number: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the agency says about one record, and whether that settles by itself."""

    record: DebitRecord
    customer: str  # comparable form of 顧客番号
    kind: str  # collected, failed, unclear
    reason: str  # code of core.zengin.results
    consequence: str
    problem: DomainError | None = None


# === OUT === #


def normalise_holder(text: str, profile: Profile) -> str:
    """Return a holder's name (預金者名) in bank kana, legal forms abbreviated, or refuse it."""
    return fit(_party_name(text, profile), HOLDER_LENGTH, truncate=profile.truncate)


def normalise_consignor(text: str, profile: Profile) -> str:
    """Return the consignor's name (委託者名) in bank kana, or refuse it."""
    return fit(_party_name(text, profile), CONSIGNOR_LENGTH, truncate=profile.truncate)


def _party_name(text: str, profile: Profile) -> str:
    # What is in bank kana already, as mandates keep it, has nothing to convert.
    if legal_pattern(resolve_class(PARTY_NAME, profile.symbols)).fullmatch(text):
        return text.strip(' ')
    return corporate_abbreviation(text, middle_dot=profile.middle_dot, wo=profile.wo,
                                  symbols=profile.symbols)


@lru_cache(maxsize=8192)
def _bank_name(text: str, profile: Profile) -> str:
    """Return a bank's or branch's name for its optional field.

    Banks are identified by their codes, so a name of the bank master that does not fit is cut,
    and one with characters that the field does not know is left out.
    """
    if not profile.bank_names:
        return ''
    try:
        return fit(to_zengin_kana(text, BANK_NAME), BANK_NAME_LENGTH, truncate=True)
    except KanaError:
        return ''


def check_rows(rows: Iterable[DebitRow], profile: Profile) -> list[tuple[int, DomainError]]:
    """Return everything that keeps rows out of a file, as (key of the row, error)."""
    found = []
    for row in rows:
        record, errors = _record(row, profile)
        found += [(row.key, error) for error in errors]
        found += [(row.key, error) for error in record_problems(record, symbols=profile.symbols)
                  # Said already, with the name as it was typed.
                  if error.context['field'] not in ('holder_name', 'amount')]
    return found


def _record(row: DebitRow, profile: Profile) -> tuple[DebitRecord, list[DomainError]]:
    """Return the data record of a row with what is wrong with its name and amount."""
    errors: list[DomainError] = []
    holder = ''
    try:
        holder = normalise_holder(row.holder, profile)
        if not holder:
            errors.append(FieldError('missing', field='holder_name', remedy='fill'))
    except KanaError as error:
        errors.append(error)
    errors += _amount_problems(row.amount, profile)
    return DebitRecord(
        bank_code=row.bank_code, bank_name=_bank_name(row.bank_name, profile),
        branch_code=row.branch_code, branch_name=_bank_name(row.branch_name, profile),
        account_type=row.account_type, account_number=row.account_number, holder_name=holder,
        amount=row.amount, new_code=row.new_code,
        customer_number=row.customer_number), errors


def _amount_problems(amount: int, profile: Profile) -> list[DomainError]:
    if amount <= 0:
        return [FieldError('amount_not_positive', field='amount', amount=amount)]
    if amount < profile.min_amount:
        return [FieldError('amount_below_minimum', field='amount', amount=amount,
                           minimum=profile.min_amount)]
    if profile.max_amount and amount > profile.max_amount:
        return [FieldError('amount_over_limit', field='amount', amount=amount,
                           maximum=profile.max_amount)]
    if amount > 9_999_999_999:  # Zengin 91, data record, field 10: ten digits
        return [FieldError('amount_over_limit', field='amount', amount=amount,
                           maximum=9_999_999_999)]
    return []


def encode(consignor: Consignor, debit_date: date, rows: Iterable[DebitRow],
           profile: Profile) -> bytes:
    """Return the request file (依頼明細) of one debit day; refuse what does not fit."""
    header = DebitHeader(
        consignor_code=consignor.code,
        consignor_name=normalise_consignor(consignor.name, profile),
        debit_date=f'{debit_date:%m%d}',
        bank_code=consignor.bank_code, bank_name=_bank_name(consignor.bank_name, profile),
        branch_code=consignor.branch_code,
        branch_name=_bank_name(consignor.branch_name, profile),
        account_type=consignor.account_type, account_number=consignor.account_number)
    return encode_request(header, _records(rows, profile), separator=profile.separator,
                          symbols=profile.symbols)


def _records(rows: Iterable[DebitRow], profile: Profile) -> Iterable[DebitRecord]:
    for row in rows:
        record, errors = _record(row, profile)
        if errors:
            raise errors[0]
        yield record


# === IN === #


def read_request(content: bytes) -> DebitBatch:
    """Return the one batch of a request file that this addon has made."""
    return decode(content, expect='request').batches[0]


def read_result(content: bytes, profile: Profile) -> DebitBatch:
    """Return the batch of a result file (処理結果明細), or refuse the file with all problems."""
    batches = decode(content, expect='result', separators=profile.result_separators).batches
    if len(batches) > 1:
        raise FileError('several_batches', 1, 0, count=len(batches))
    return batches[0]


def check_header(header: DebitHeader, consignor_code: str, debit_date: date | None) -> None:
    """Refuse a result that is somebody else's, or not of the day that its name tells."""
    if customer_key(header.consignor_code) != customer_key(consignor_code):
        raise FileError('wrong_consignor', 1, 4, found=header.consignor_code,
                        expected=consignor_code.zfill(10))
    if debit_date and header.debit_date != f'{debit_date:%m%d}':
        raise FileError('wrong_debit_date', 1, 54, found=header.debit_date,
                        expected=f'{debit_date:%m%d}')


def match(result: DebitBatch, sent: DebitBatch) -> list[Outcome]:
    """Compare each record of a result with what was sent: number, amount and account."""
    asked = {customer_key(record.customer_number): record for record in sent.records}
    codes: dict[str, set[str]] = {}
    for record in result.records:
        codes.setdefault(customer_key(record.customer_number), set()).add(record.result_code)
    seen: set[str] = set()
    outcomes = []
    for record in result.records:
        customer = customer_key(record.customer_number)
        # A number that comes twice says nothing where its results differ; where they agree, the
        # first record counts and the other one is shown.
        repeated = customer in seen or len(codes[customer]) > 1
        seen.add(customer)
        outcomes.append(_outcome(record, customer, asked.get(customer), repeated))
    return outcomes


def stops_mandate(result_code: str) -> bool:
    """Tell whether nothing may be debited through the mandate after this result."""
    return interpret_result(result_code).consequence in (
        Consequence.SUSPEND, Consequence.RESUBMIT)


def _outcome(record: DebitRecord, customer: str, asked: DebitRecord | None,
             repeated: bool) -> Outcome:
    meaning = interpret_result(record.result_code)
    kind = 'collected' if meaning.code == '0' else 'failed' if meaning.known else 'unclear'
    problem = _mismatch(record, asked, repeated)
    if problem is None and not meaning.known:
        problem = FieldError('result_' + meaning.reason, result_code=record.result_code)
    return Outcome(record, customer, kind, meaning.reason, meaning.consequence.value, problem)


def _mismatch(record: DebitRecord, asked: DebitRecord | None,
              repeated: bool) -> DomainError | None:
    if asked is None:
        return FieldError('unknown_customer', customer_number=record.customer_number)
    if repeated:
        return FieldError('customer_repeated', customer_number=record.customer_number)
    if record.amount != asked.amount:
        return FieldError('other_amount', found=record.amount, expected=asked.amount)
    if _account(record) != _account(asked):
        return FieldError('other_account', customer_number=record.customer_number)
    return None


def _account(record: DebitRecord) -> Sequence[str]:
    return (record.bank_code, record.branch_code, record.account_type, record.account_number)

"""What the gateway says to a call: accepted, refused with a class, or unknown (応答の三値)."""

from enum import StrEnum
from typing import NamedTuple

from odoo.addons.smart_billing.core.errors import DomainError

from .message import Message
from .profile import UNKNOWN, Profile, class_of

OK, NG = 'OK', 'NG'


class Outcome(StrEnum):
    """The three outcomes of a call. Unknown is never sent again before an inquiry answered."""

    ACCEPTED = 'accepted'
    REFUSED = 'refused'
    UNKNOWN = 'unknown'


class Answer(NamedTuple):
    """An outcome with what came along; `error_class` and `code` where it was not accepted."""

    outcome: Outcome
    fields: dict[str, str]
    code: str = ''
    error_class: str = ''


class AnswerError(DomainError):
    """An answer belongs to another order, amount or currency: it settles nothing."""


def read_answer(message: Message, profile: Profile) -> Answer:
    """Return the outcome that a proven answer tells."""
    fields = {name: value for name, value in message.fields if isinstance(value, str)}
    result, code = message.get('res_result'), message.get('res_err_code')
    if result == OK:
        return Answer(Outcome.ACCEPTED, fields)
    if result == NG:
        kind = class_of(code, profile)
        outcome = Outcome.UNKNOWN if kind == UNKNOWN else Outcome.REFUSED
        return Answer(outcome, fields, code, kind)
    return Answer(Outcome.UNKNOWN, fields, code, UNKNOWN)


def check_order(fields: dict[str, str], order: str, amount: int, currency: str = 'JPY') -> None:
    """Refuse an answer that is about something else than what was asked."""
    for name, expected in (('order_id', order), ('amount', str(amount)), ('currency', currency)):
        found = fields.get(name)
        if found is not None and found.lstrip('0') != expected.lstrip('0'):
            raise AnswerError(f'other_{name.removesuffix("_id")}', field=name, expected=expected)


# States of an order as an inquiry tells them, and what they mean for the money.
ORDER_STATES = {
    'NONE': 'absent',            # the gateway knows no such order: it may be sent
    'CHECK': 'checked',          # only looked at: no money
    'AUTH': 'authorised',
    'SAUTH': 'authorised',
    'CAPTURE': 'captured',
    'SALES': 'captured',
    'VOID': 'voided',
    'CANCEL': 'voided',
    'EXPIRED': 'expired',        # an authorisation that nobody turned into a sale
    'RETURN': 'refunded',
    'RETURNX': 'refunded',
    'FAILED': 'failed',
    'PAYFAIL': 'failed',
    'CHARGEBACK': 'charged_back',
}


def order_state(fields: dict[str, str]) -> str:
    """Return what has become of an order; a state that nobody declared is 'unknown'."""
    return ORDER_STATES.get(fields.get('status', ''), 'unknown')

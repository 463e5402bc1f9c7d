"""Zengin (全銀協) files: type 91, direct debit (預金口座振替), in both directions."""

from .dates import resolve_mmdd, to_mmdd
from .debit import (
    DebitBatch,
    DebitFile,
    DebitHeader,
    DebitRecord,
    DebitTrailer,
    customer_key,
    record_problems,
)
from .framing import SEPARATORS
from .read import decode
from .results import Consequence, DebitResult, interpret_result
from .write import encode_request, encode_result, iter_request
from .yucho import YuchoAccount, yucho_account

__all__ = [
    'SEPARATORS',
    'Consequence',
    'DebitBatch',
    'DebitFile',
    'DebitHeader',
    'DebitRecord',
    'DebitResult',
    'DebitTrailer',
    'YuchoAccount',
    'customer_key',
    'decode',
    'encode_request',
    'encode_result',
    'interpret_result',
    'iter_request',
    'record_problems',
    'resolve_mmdd',
    'to_mmdd',
    'yucho_account',
]

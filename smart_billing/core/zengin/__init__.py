"""Zengin (全銀協) files.

Type 91, direct debit (預金口座振替), in both directions; 01, incoming transfers (振込入金通知), and
03, account statements (入出金取引明細), read; 21, bulk transfers (総合振込), written.
"""

from .bulk_transfer import (
    TransferHeader,
    TransferRecord,
    encode_transfers,
    transfer_problems,
)
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
from .statement import CORRECTION, TRANSFER_IN, Statement, StatementLine, read_statements
from .transfer_notice import IncomingTransfer, TransferNotice, read_notices
from .wareki import resolve_wareki, to_wareki
from .write import encode_request, encode_result, iter_request
from .yucho import YuchoAccount, yucho_account

__all__ = [
    'CORRECTION',
    'SEPARATORS',
    'TRANSFER_IN',
    'Consequence',
    'DebitBatch',
    'DebitFile',
    'DebitHeader',
    'DebitRecord',
    'DebitResult',
    'DebitTrailer',
    'IncomingTransfer',
    'Statement',
    'StatementLine',
    'TransferHeader',
    'TransferNotice',
    'TransferRecord',
    'YuchoAccount',
    'customer_key',
    'decode',
    'encode_request',
    'encode_result',
    'encode_transfers',
    'interpret_result',
    'iter_request',
    'record_problems',
    'read_notices',
    'read_statements',
    'resolve_mmdd',
    'resolve_wareki',
    'to_mmdd',
    'to_wareki',
    'transfer_problems',
    'yucho_account',
]

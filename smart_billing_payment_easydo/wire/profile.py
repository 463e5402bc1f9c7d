"""What one gateway wants (ゲートウェイのプロファイル): characters, hash, encryption, ids, codes.

The interface of EasyDo is not public. The shipped profile follows comparable Japanese gateways
(XML over HTTPS, a hash over the leaf values, optional field encryption); a customer enters what
was agreed upon, and no code changes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

SHA1, SHA256, SHA512 = 'sha1', 'sha256', 'sha512'
NO_CIPHER, AES_CBC, TRIPLE_DES_CBC = 'none', 'aes-cbc', '3des-cbc'
SHIFT_JIS, UTF_8 = 'Shift_JIS', 'UTF-8'

# Python's names of the declared encodings; CP932 is what Japanese systems mean by Shift_JIS.
CODECS = {SHIFT_JIS: 'cp932', UTF_8: 'utf-8'}


@dataclass(frozen=True, slots=True)
class Keys:
    """The secrets of one merchant; never printed."""

    hash_key: str = field(repr=False)
    cipher_key: bytes = field(default=b'', repr=False)
    cipher_iv: bytes = field(default=b'', repr=False)


@dataclass(frozen=True, slots=True)
class Profile:
    """How messages are written and read.

    `base64_fields`: text beyond ASCII travels as base64 of the charset's bytes.
    `encrypted_fields`: encrypted where a cipher is set. `window`: for how many seconds a request
    holds (`limit_second`). `message_ids`: operation -> id of its message. `error_classes`:
    beginnings of error codes -> class, the longest beginning counts.
    """

    charset: str = SHIFT_JIS
    hash_algorithm: str = SHA1
    cipher: str = NO_CIPHER
    window: int = 600
    base64_fields: frozenset[str] = frozenset({'item_name', 'cust_name', 'free1', 'free2', 'free3'})
    encrypted_fields: frozenset[str] = frozenset({'token', 'token_key', 'cc_number'})
    message_ids: Mapping[str, str] = field(default_factory=lambda: dict(MESSAGE_IDS))
    error_classes: Mapping[str, str] = field(default_factory=lambda: dict(ERROR_CLASSES))


# Ids in the manner of comparable gateways: ST01 authorise, ST02 what follows, MG02 stored cards.
MESSAGE_IDS = {
    'check': 'ST01-00101-101',
    'authorise': 'ST01-00131-101',
    'capture': 'ST02-00201-101',
    'cancel': 'ST02-00303-101',
    'refund': 'ST02-00307-101',
    'inquire': 'MG01-00101-101',
    'store_card': 'MG02-00131-101',
    'read_card': 'MG02-00104-101',
    'delete_card': 'MG02-00103-101',
    'notify': 'NT01-00101-101',
}

RETRY, ASK_CUSTOMER, CONFIGURATION, UNKNOWN = 'retry', 'ask_customer', 'configuration', 'unknown'
CLASSES = (RETRY, ASK_CUSTOMER, CONFIGURATION, UNKNOWN)

# Eight digits: method (101 card), type, item. Only the type decides.
ERROR_CLASSES = {
    '10121': RETRY,          # 残高不足
    '10122': RETRY,          # 限度額オーバー
    '10128': RETRY,          # 処理が混み合っている
    '10123': ASK_CUSTOMER,   # カード使用不可
    '10124': ASK_CUSTOMER,   # 有効期限切れ
    '10127': ASK_CUSTOMER,   # 番号・有効期限の誤り
    '10161': ASK_CUSTOMER,   # セキュリティコードの誤り
    '10162': ASK_CUSTOMER,   # 本人認証の失敗
    '10103': CONFIGURATION,  # 項目の書式
    '10107': CONFIGURATION,  # 加盟店の設定
    '10109': CONFIGURATION,  # ハッシュ値の不一致
    '10110': UNKNOWN,        # 要求の期限切れ: 届いた後に処理されたかもしれない
    '10196': UNKNOWN,        # 二重要求: 前の要求の結果を照会する
    '10199': UNKNOWN,        # システム障害
}


def class_of(code: str, profile: Profile) -> str:
    """Return the class of an error code; a code that nobody declared is unknown.

    Unknown never means "send again": an inquiry must answer first.
    """
    for length in range(len(code), 0, -1):
        found = profile.error_classes.get(code[:length])
        if found:
            return found
    return UNKNOWN

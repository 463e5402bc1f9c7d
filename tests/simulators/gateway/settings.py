"""What the gateway has agreed upon with its shops, and how it behaves by itself."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..settings import Agreement, SettingError
from ..workdays import EOM
from . import faults, seal

MACHINE, OWN = 'machine', 'own'
BY_STATUS, BY_CODE = 'status', 'code'
REQUIRED, OFF = 'required', 'off'
APPROVED = 'ok'


@dataclass(frozen=True)
class Settings(Agreement):
    # ------------------------------------------------ the wire
    hash: str = seal.SHA1
    charset: str = 'Shift_JIS'
    cipher: str = seal.NO_CIPHER
    base64_items: tuple[str, ...] = ('item_name', 'cust_name', 'free1', 'free2', 'free3')
    encrypted_items: tuple[str, ...] = ('token', 'token_key', 'cc_number')
    basic_auth: bool = True
    max_window: int = 600           # seconds; the most that limit_second may say
    clock_skew: int = 60            # seconds that a sender's clock may be fast
    window_clock: str = OWN         # or the machine's, while the driver lets days go by
    # ------------------------------------------------ limits
    rate_limit: int = 0             # calls a second, 0: none
    rate_burst: int = 0             # calls at once, 0: as many as a second allows
    rate_answer: str = BY_STATUS    # HTTP 429, or an answer NG with `busy_code`
    busy_code: str = '10128999'
    no_order: str = BY_STATUS       # an inquiry about none: state NONE, or NG "not found"
    max_amount: int = 9_999_999
    auth_months: int = 3            # an authorisation is good until the end of the n-th month after
    # ------------------------------------------------ habits
    mix: Mapping[str, int] = field(default_factory=lambda: {APPROVED: 1})   # error code -> weight
    fault_mix: Mapping[str, int] = field(default_factory=dict)      # fault -> calls of a thousand
    fault_seconds: float = 1.0      # of a delay that fault_mix draws
    seed: int = 1
    three_d_secure: str = REQUIRED
    token_hours: int = 24
    # ------------------------------------------------ notifications
    notify_url: str = ''            # '': none
    notify_of: tuple[str, ...] = ('authorise', 'capture', 'cancel', 'refund', 'chargeback')
    notify_retry: float = 1.0       # seconds before the second try, doubled each time
    notify_retry_most: float = 60.0
    notify_timeout: float = 10.0
    # ------------------------------------------------ files and money
    refresh_bd: int = 1             # business days until a refresh is answered
    closing_days: tuple[int | str, ...] = (EOM,)
    payout_bd: int = 10             # business days after the closing day
    fee_per_mille: int = 0          # of what is captured, rounded down
    fee_per_item: int = 0           # yen for each payment captured
    fee_tax_percent: int = 10
    chargeback_fee: int = 0         # yen for each chargeback

    def _check(self) -> None:
        super()._check()
        self._one_of('hash', (seal.SHA1, seal.SHA256, seal.SHA512))
        self._one_of('charset', tuple(seal.CODECS))
        self._one_of('cipher', (seal.NO_CIPHER, seal.TRIPLE_DES, seal.AES_CBC))
        self._one_of('window_clock', (OWN, MACHINE))
        self._one_of('rate_answer', (BY_STATUS, BY_CODE))
        self._one_of('no_order', (BY_STATUS, BY_CODE))
        self._one_of('three_d_secure', (REQUIRED, OFF))
        for day in self.closing_days:
            if day != EOM and day not in range(1, 29):
                raise SettingError(f'closing_days: {day!r}')
        _check_weights('mix', self.mix)
        if not sum(self.mix.values()):
            raise SettingError('mix: no weight at all')
        _check_weights('fault_mix', self.fault_mix)
        for kind in self.fault_mix:
            if kind not in faults.CALL_KINDS:
                raise SettingError(f'fault_mix: no kind {kind!r} of a call')
        if sum(self.fault_mix.values()) > 1000:
            raise SettingError('fault_mix: more than every call')


def _check_weights(name: str, weights: Mapping[str, int]) -> None:
    for key, weight in weights.items():
        if isinstance(weight, bool) or not isinstance(weight, int) or weight < 0:
            raise SettingError(f'{name}: weight {weight!r} of {key}')

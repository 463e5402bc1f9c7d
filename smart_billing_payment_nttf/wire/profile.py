"""What one agency wants (委託先プロファイル): calendar, limits, characters and file names.

Neither the interface nor the calendar of the agency is public, so nothing of it stands in the
code: the values come from a data record that a customer adapts to the agreed specification.
"""

import re
from dataclasses import dataclass

from odoo.addons.smart_billing.core.calendar import END_OF_MONTH, LAST_DAY, DebitRule
from odoo.addons.smart_billing.core.errors import FieldError

_DAYS = re.compile(r'[\s,、，]+')


@dataclass(frozen=True, slots=True)
class Profile:
    """Settings of the direct-debit files, ready for the codec."""

    rule: DebitRule
    separator: str = 'crlf'
    result_separators: tuple[str, ...] = ('none', 'crlf')
    symbols: str = 'strict'
    middle_dot: str = ' '
    wo: str = 'refuse'
    min_amount: int = 1
    max_amount: int = 0  # 0: as far as the field goes
    bank_names: bool = True
    truncate: bool = False


def parse_debit_days(text: str) -> tuple[int | str, ...]:
    """Return the debit days (振替日) of a text such as '27' or '5, 27, EOM'.

    The 29th to 31st are named by their number where the agency means the last day of a shorter
    month, and EOM (末日) where it means the last day of any month.
    """
    days = []
    for word in filter(None, _DAYS.split(text)):
        if word.upper() == END_OF_MONTH:
            days.append(END_OF_MONTH)
        elif word.isascii() and word.isdigit() and 1 <= int(word) <= LAST_DAY:
            days.append(int(word))
        else:
            raise FieldError('debit_day', value=word, remedy='day_or_eom')
    if not days:
        raise FieldError('debit_days_missing', remedy='day_or_eom')
    return tuple(dict.fromkeys(days))

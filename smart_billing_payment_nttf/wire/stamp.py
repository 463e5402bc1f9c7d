"""Whether the receipt of a slip needs a revenue stamp (収入印紙), and whether a slip can be printed.

Stamp duty on receipts (印紙税法 17号文書) begins at 50,000 yen; where consumption tax is stated
separately, the amount without it decides. With mixed rates the actual tax counts, not a threshold.
"""

from typing import NamedTuple

STAMP_FROM = 50_000


class SlipLimits(NamedTuple):
    """What an agency accepts on slips: yen, inclusive, and from where a stamp is due."""

    most_amount: int = 300_000
    stamp_from: int = STAMP_FROM
    stamp_exempt: bool = False  # public bodies pay none


def needs_stamp(amount: int, tax: int, limits: SlipLimits) -> bool:
    """Return the stamp flag (収入印紙フラグ) of a slip.

    :param amount: yen with tax
    :param tax: consumption tax that the slip states separately; 0 where it states none
    """
    return not limits.stamp_exempt and amount - tax >= limits.stamp_from


def fits_slip(amount: int, limits: SlipLimits) -> bool:
    """Tell whether a slip with a barcode may be printed over this amount."""
    return 0 < amount <= limits.most_amount

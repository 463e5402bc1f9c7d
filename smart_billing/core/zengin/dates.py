"""Dates without a year (MMDD), as 120-byte headers carry them."""

from datetime import date

from ..errors import CalendarError

# Any month and day that exists in some year, 0229 included.
MMDD = ('(?:(?:0[13578]|1[02])(?:0[1-9]|[12][0-9]|3[01])'
        '|(?:0[469]|11)(?:0[1-9]|[12][0-9]|30)|02(?:0[1-9]|[12][0-9]))')


def to_mmdd(day: date) -> str:
    """Return the month and day of a date as a header carries them."""
    return f'{day.month:02}{day.day:02}'


def resolve_mmdd(mmdd: str, context_date: date) -> date:
    """Return the first day of that name on or after the context's date, within one year.

    The context is what the reader already knows: the debit date of the stored batch, or the day
    on which a file was made. 0229 is refused when those twelve months have no such day; it never
    falls back to an earlier leap year, and never becomes 28 February or 1 March.
    """
    for year in (context_date.year, context_date.year + 1):
        try:
            day = date(year, int(mmdd[:2]), int(mmdd[2:]))
        except ValueError:
            continue
        limit = (context_date.year + 1, context_date.month, context_date.day)
        if day >= context_date and (day.year, day.month, day.day) < limit:
            return day
    raise CalendarError('mmdd_unresolved', mmdd=mmdd, context_date=context_date.isoformat())

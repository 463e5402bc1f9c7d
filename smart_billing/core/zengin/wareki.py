"""Dates with the Japanese era's year (和暦 YYMMDD), as 200-byte records carry them."""

from datetime import date

from ..errors import CalendarError
from ..fixed_width import Field

# First day of each era that such files can name, the newest first.
ERAS = (
    ('reiwa', date(2019, 5, 1)),
    ('heisei', date(1989, 1, 8)),
    ('showa', date(1926, 12, 25)),
)
# Six digits that may be a date; whether they are one depends on the era.
WAREKI = '[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])'


def wareki_field(name: str, required: bool = True) -> Field:
    """Return a field of such a date; one that is not required may be zeros or blank."""
    return Field(name, 6, 'N', required=required, expression=WAREKI if required else '')


def resolve_wareki(text: str, latest: date) -> date:
    """Return the day that YYMMDD names: that of the newest era in which it exists.

    :param latest: days after it are not meant (the day on which the file is read, and what a
        bank may announce ahead)
    """
    year, month, day = int(text[:2]), int(text[2:4]), int(text[4:])
    following = date.max
    for _name, begin in ERAS:
        try:
            found = date(begin.year - 1 + year, month, day)
        except ValueError:
            found = date.min  # no such day, or year 0 of an era
        if begin <= found < following and found <= latest:
            return found
        following = begin
    raise CalendarError('wareki_unresolved', value=text, latest=latest.isoformat())


def to_wareki(day: date) -> str:
    """Return a day with the year of its era."""
    for _name, begin in ERAS:
        if day >= begin:
            return f'{day.year - begin.year + 1:02}{day.month:02}{day.day:02}'
    raise CalendarError('before_eras', value=day.isoformat())


def booked_and_value(values: dict, latest: date) -> tuple[date, date]:
    """Return 勘定日 and 起算日 of a record; where no value date stands, it is the booking day."""
    booked_on = resolve_wareki(values['booked_on'], latest)
    if not values['value_date'].strip('0'):
        return booked_on, booked_on
    return booked_on, resolve_wareki(values['value_date'], latest)

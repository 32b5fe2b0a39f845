"""Reading days and moments that somebody typed: one spelling, and years with which arithmetic works. Pure."""

import datetime as dt
import re

DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
MOMENT = re.compile(
    r"(?P<day>\d{4}-\d{2}-\d{2})[T ](?P<time>\d{2}:\d{2}(:\d{2}([.,]\d{1,9})?)?)(?P<offset>Z|[+ -]\d{2}:?\d{2})?",
    re.ASCII,
)
#: The years accepted: beyond them, arithmetic with days could exceed the range of dates.
YEARS = range(1800, 3000)
#: What is said of any other text, behind the text.
NOT_A_DAY = f"is not a day of the years {YEARS[0]} to {YEARS[-1]}; 2020-06-15 would be accepted"


def day_or_none(text: str) -> dt.date | None:
    """A day in ISO 8601; None for any other text."""
    try:
        return dt.date.fromisoformat(text) if DAY.fullmatch(text) and int(text[:4]) in YEARS else None
    except ValueError:
        return None


def parse_day(text: str) -> dt.date:
    """A day in ISO 8601. Raises ValueError saying what would be accepted."""
    day = day_or_none(text)
    if day is None:
        raise ValueError(f"“{text[:40]}” {NOT_A_DAY}")
    return day


def parse_moment(text: str) -> dt.datetime:
    """A moment in ISO 8601 with an offset. Raises ValueError saying what would be accepted.

    A plus sign that was not percent-encoded arrives as a space and is understood. It is given in UTC: PostgreSQL reads
    no offset of 16 hours or more.
    """
    found = MOMENT.fullmatch(text)
    if found and not found["offset"]:
        raise ValueError(f"“{text}” has no offset; {found['day']}T{found['time']}Z or …+09:00 would be accepted")
    try:
        if found and int(text[:4]) in YEARS:
            offset = found["offset"].replace(" ", "+")
            moment = dt.datetime.fromisoformat(f"{found['day']}T{found['time'].replace(',', '.')}{offset}")
            return moment.astimezone(dt.UTC)
    except ValueError:
        pass
    raise ValueError(f"“{text[:40]}” is not a timestamp; 2020-06-25T09:00:00+09:00 would be accepted")

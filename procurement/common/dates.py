"""Days, the precision with which a source gives them, and the three dates of a question. Pure."""

import calendar
import datetime as dt
from dataclasses import dataclass

#: How coarse a source's date is -> how many months the period has that ends on the stored day (0: the day itself). `by`
#: is no period: it happened on the stored day or on an unknown earlier one.
PRECISIONS = {"day": 0, "month": 1, "quarter": 3, "fiscal_year": 12, "year": 12, "by": 0}
DAY, BY = "day", "by"


#: The one value of the parameter `undated`.
INCLUDE = "include"


@dataclass(frozen=True)
class Asked:
    """The three dates of a question (DESIGN.md section 2): true by, public by and recorded by then.

    With `undated`, a fact with an unknown publication date counts as public from its effective date; otherwise
    published_by leaves it out.
    """

    as_of: dt.date
    published_by: dt.date | None = None
    recorded_by: dt.datetime | None = None
    undated: bool = False


def undated_fault(given: str, published_by: dt.date | None) -> str | None:
    """Say what is wrong with the parameter `undated`, which is only accepted beside published_by."""
    if given != INCLUDE:
        return f"“{given[:40]}” is unknown; accepted: {INCLUDE}, or leave it out"
    if published_by is None:
        return "applies only with published_by: without it, facts with an unknown publication date are in view anyway"
    return None


def month_end(day: dt.date) -> dt.date:
    """The last day of the month that the day lies in."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def months_before(day: dt.date, months: int) -> dt.date:
    """The same day some months earlier, or that month's last day."""
    index = day.year * 12 + day.month - 1 - months
    year, month = divmod(index, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def precision_fault(day: dt.date, precision: str) -> str | None:
    """Say why a day cannot carry a precision, or None: a coarse date is stored as its period's last day."""
    if precision in (DAY, BY):
        return None
    end = month_end(day)
    if precision == "year":
        end = day.replace(month=12, day=31)
    elif precision == "quarter":
        end = month_end(day.replace(day=1, month=(day.month + 2) // 3 * 3))
    if day != end:
        return f"with precision {precision} the date is the period's last day; {end.isoformat()} would be accepted"
    return None


def period_start(day: dt.date, precision: str) -> dt.date | None:
    """The first day of the period that a stored day stands for; None where it is unknown (`by`)."""
    if precision == BY:
        return None
    months = PRECISIONS.get(precision, 0)
    return months_before(day.replace(day=1), months - 1) if months else day


def whole_days(since: dt.date | None, until: dt.date) -> int | None:
    """Days from one day to another; None when the first is unknown."""
    return None if since is None else (until - since).days

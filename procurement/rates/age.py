"""How old the newest reference rate is."""

import datetime as dt

from procurement.rates.converting import DAYS_BEFORE
from procurement.rates.models import ExchangeRate


def newest_reference_day() -> dt.date | None:
    """The day of the newest stored reference rate."""
    days = ExchangeRate.objects.filter(rate_type=ExchangeRate.Type.ECB_REFERENCE).order_by("-on", "-id")
    return days.values_list("on", flat=True).first()


def age_said(today: dt.date) -> str:
    """How old the newest reference rate is, in words."""
    day = newest_reference_day()
    if day is None:
        return "no reference rates are stored"
    days = (today - day).days
    age = "of today" if days == 0 else "1 day old" if days == 1 else f"{days} days old"
    return f"the newest reference rates are of {day.isoformat()}, {age}"


def are_old(today: dt.date) -> bool:
    """Whether the newest reference rate is too old to be one of today."""
    day = newest_reference_day()
    return day is not None and (today - day).days > DAYS_BEFORE

"""Reading the dates of a question from a request: as_of, published_by (and undated), recorded_by."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django.utils import timezone

from procurement.api.http.pagination import filters_hash, opened
from procurement.common.dates import INCLUDE, Asked, undated_fault
from procurement.common.errors import Complaints
from procurement.common.reading_dates import parse_day, parse_moment
from procurement.sources.horizon import refuse_beyond_horizon

T = TypeVar("T")

A_DAY = {"type": "string", "format": "date"}
A_MOMENT = {"type": "string", "format": "date-time"}
UNDATED = {"type": "string", "enum": [INCLUDE]}

#: The type and the description of each parameter, for OpenAPI.
DATES: dict[str, tuple[dict[str, Any], str]] = {
    "as_of": (A_DAY, "Only facts that were true on or before this day; default today."),
    "published_by": (
        A_DAY,
        "Only facts published by this day; `undated` counts those with an unknown publication date.",
    ),
    "undated": (
        UNDATED,
        "With published_by: includes facts with an unknown publication date, from their effective date.",
    ),
    "recorded_by": (A_MOMENT, "Only facts that this service had recorded by this moment; give a UTC offset."),
}


def asked_in(params: Mapping[str, str], today: dt.date | None = None) -> Asked:
    """The dates that a request asks for; `today` is the default of as_of.

    Raises Refused naming the parameter, also for a moment beyond the horizon.
    """
    complaints = Complaints()
    as_of = parsed(params, "as_of", parse_day, complaints)
    published_by = parsed(params, "published_by", parse_day, complaints)
    recorded_by = parsed(params, "recorded_by", parse_moment, complaints)
    undated = params.get("undated")
    if (
        undated is not None
        and "published_by" not in complaints.errors
        and (fault := undated_fault(undated, published_by))
    ):
        complaints.add("undated", fault)
    complaints.refuse_if_any()
    if recorded_by is not None:
        refuse_beyond_horizon(recorded_by)
    return Asked(as_of or today or timezone.localdate(), published_by, recorded_by, undated == INCLUDE)


def goes_on_today(params: Mapping[str, str], path: str) -> bool:
    """Whether a page goes on, on the same day, from one that named none: it shows the same rows. Raises Refused."""
    if "cursor" not in params or params["as_of"] != timezone.localdate().isoformat():
        return False
    return opened(params["cursor"], filters_hash(path, params)).undated


def parsed(params: Mapping[str, str], name: str, parse: Callable[[str], T], complaints: Complaints) -> T | None:
    """The value of a parameter; None where it is not given, or not readable, of which it complains."""
    if name not in params:
        return None
    try:
        return parse(params[name])
    except ValueError as error:
        complaints.add(name, str(error))
        return None

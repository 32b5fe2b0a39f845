"""The dates in a page's address."""

from collections.abc import Callable
from typing import TypeVar

from django.http import HttpRequest
from django.utils import timezone

from procurement.common.dates import INCLUDE, Asked, undated_fault
from procurement.common.errors import Complaints
from procurement.common.reading_dates import parse_day, parse_moment
from procurement.sources.horizon import refuse_beyond_horizon

T = TypeVar("T")


def asked_in(request: HttpRequest) -> Asked:
    """The dates in a page's address; what is left empty in a form is not given. Raises Refused naming each fault."""
    complaints = Complaints()
    as_of = _read(request, "as_of", parse_day, complaints)
    published_by = _read(request, "published_by", parse_day, complaints)
    recorded_by = _read(request, "recorded_by", parse_moment, complaints)
    undated = request.GET.get("undated", "")
    if undated and "published_by" not in complaints.errors and (fault := undated_fault(undated, published_by)):
        complaints.add("undated", fault)
    complaints.refuse_if_any()
    refuse_beyond_horizon(recorded_by)
    return Asked(as_of or timezone.localdate(), published_by, recorded_by, undated == INCLUDE)


def given_in(request: HttpRequest) -> dict[str, str]:
    """The parameters in a page's address; what is left empty in a form is not given."""
    return {name: str(value) for name, value in request.GET.items() if value}


def _read(request: HttpRequest, name: str, parse: Callable[[str], T], complaints: Complaints) -> T | None:
    given = request.GET.get(name, "")
    try:
        return parse(given) if given else None
    except ValueError as error:
        complaints.add(name, str(error))
        return None

"""Every fact in order of recording, for mirrors."""

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpResponseBase
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from procurement.api.facts.merged import FACTS, TYPES, Feed, Place
from procurement.api.facts.viewset import Facts
from procurement.api.http.filtering import Filter, split
from procurement.api.http.pagination import Cursor, link_header, opened, page_size, sealed
from procurement.api.http.viewsets import Listing, Names
from procurement.common.dates import Asked
from procurement.common.errors import Refused
from procurement.common.file_names import moment_name
from procurement.common.reading_dates import parse_moment
from procurement.sources.horizon import horizon, refuse_beyond_horizon

FEED = "changes"
ACCEPTED = "give the `after` of an earlier answer, or a timestamp with a UTC offset such as 2020-06-25T09:00:00Z"


class ChangeShape(serializers.Serializer[Any]):
    """A fact: its type and its row."""

    type = serializers.ChoiceField(choices=TYPES)
    row = serializers.DictField()


class ChangesShape(serializers.Serializer[Any]):
    """Some changes; `after` is where to continue, even if there are no more yet."""

    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    after = serializers.CharField(allow_null=True)
    horizon = serializers.DateTimeField()
    results = ChangeShape(many=True)


def place_after(text: str) -> Place:
    """The place that a text names. Raises Refused, also for a moment beyond the horizon: facts before it may follow."""
    if (moment := _moment(text)) is not None:
        refuse_beyond_horizon(moment, "after")
        return (moment, len(TYPES), 0)
    try:
        value, rank, pk = opened(text, FEED).values
        return (value, int(rank), int(pk))
    except (Refused, ValueError) as error:
        raise Refused({"after": ACCEPTED}) from error


class TypeFilter(Filter):
    """Types of facts."""

    schema: ClassVar[dict[str, Any]] = {"type": "array", "items": {"type": "string", "enum": TYPES}, "minItems": 1}

    def parse(self, text: str) -> str:
        if text not in FACTS:
            raise ValueError(f"“{text[:60]}” is not a type of facts; accepted: {', '.join(TYPES)}")
        return text


def types_in(params: Mapping[str, str]) -> list[str]:
    """The types of facts that a request names; all where it names none. Raises Refused."""
    try:
        return [TypeFilter("type").parse(each) for each in split(params["type"])] if "type" in params else TYPES
    except ValueError as error:
        raise Refused({"type": str(error)}) from error


def _moment(text: str) -> dt.datetime | None:
    try:
        return parse_moment(text)
    except ValueError:
        return None


class Changes(Listing):
    """Every fact in order of recording, up to the horizon: before it, nothing can change any more."""

    shape = ChangeShape  # type: ignore[assignment]
    versioned = False  # the horizon moves on while nothing changes
    pagination_class = None  # type: ignore[assignment]
    answers: ClassVar[Mapping[str, type[Any]]] = {"list": ChangesShape}

    reads: ClassVar[Mapping[str, Names]] = {"list": ["after", "type", "page_size", "format"]}
    described: ClassVar[Mapping[str, Filter]] = {"type": TypeFilter("type")}

    def list(self, request: Request) -> HttpResponseBase:
        """Changes after a place; continue from `after` at any time. A file has all of them, up to its `X-Horizon`."""
        until = horizon()
        place = place_after(self.params["after"]) if self.params.get("after") else None
        self.asked = Asked(dt.date.max, None, until)
        feed = Feed("recorded_at", self.asked, _recorded(self.asked, types_in(self.params)))
        if self.is_whole:
            return self.as_file(request, map(_change, feed.every(place)), {"X-Horizon": until.isoformat()})
        rows, last, more = feed.page(place, page_size(self.params))
        after = None if last is None else sealed(Cursor(last), FEED)
        query = urlencode({**self.params, "after": after})
        links = {"next": f"{request.build_absolute_uri(request.path)}?{query}" if more else None, "previous": None}
        found = {**links, "after": after, "horizon": until, "results": [_change(row) for row in rows]}
        return Response(found, headers=link_header(links))

    def columns(self) -> Names:
        return ["type", "row"]

    def numbers(self) -> frozenset[str]:
        return frozenset()

    def file_stem(self) -> str:
        assert self.asked.recorded_by is not None, "it is the horizon"
        return f"changes_recorded-by-{moment_name(self.asked.recorded_by)}"


def _change(row: dict[str, Any]) -> dict[str, Any]:
    """A fact as its type and its row."""
    return {"type": row.pop("type"), "row": row}


def _recorded(asked: Asked, types: Collection[str]) -> Any:
    wanted = {FACTS[name] for name in types}

    def rows(resource: type[Facts]) -> QuerySet[Any] | None:
        return resource.model._default_manager.in_view(asked) if resource in wanted else None

    return rows

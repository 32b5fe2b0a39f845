"""What happened to a flag, in order, with its evidence at each time."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import QuerySet
from rest_framework.request import Request

from procurement.api.flags.shapes import EventShape
from procurement.api.http.filtering import query
from procurement.api.http.pagination import Cursor, Key, filters_hash, opened, page_size, read_page, sealed
from procurement.common.dates import Asked
from procurement.common.reading_rows import read_through
from procurement.flags.models import FlagEvent

#: By the day that an event is about, because past days may be replayed later.
ORDER = (Key("on"), Key("id"))


def page(request: Request, params: Mapping[str, str], asked: Asked, flag_id: int) -> dict[str, Any]:
    """One page of a flag's events. One query."""
    address, belongs_to = request.build_absolute_uri(request.path), filters_hash(request.path, params)
    cursor = opened(params["cursor"], belongs_to) if "cursor" in params else None
    rows = _rows(flag_id)
    found = read_page(rows, ORDER, cursor, page_size(params))

    def link(to: Cursor | None) -> str | None:
        return None if to is None else f"{address}?{query(params, cursor=sealed(to, belongs_to))}"

    results = EventShape.shaped(found.rows, asked)
    return {"next": link(found.next), "previous": link(found.previous), "results": results}


def every(asked: Asked, flag_id: int) -> Iterator[dict[str, Any]]:
    """All of a flag's events."""
    rows = _rows(flag_id).order_by(*(key.expression() for key in ORDER))
    with read_through(rows) as read:
        for event in read:
            yield from EventShape.shaped([event], asked)


def _rows(flag_id: int) -> QuerySet[Any]:
    found: QuerySet[Any] = FlagEvent.objects.filter(flag=flag_id).by_day().values("id", "on", *EventShape.columns())
    return found

"""Pages by keyset: a deep page costs as much as the first one, and new rows do not shift pages."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.core import signing
from django.db.models import F, Q, QuerySet
from django.db.models.expressions import OrderBy
from rest_framework import serializers
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response

from procurement.common.errors import Refused

DEFAULT_SIZE, LARGEST_SIZE = 100, 1000
#: Parameters that do not change which rows there are, nor their order.
NOT_FILTERS = frozenset({"cursor", "page_size", "count", "format", "bom", "after", "expand", "fields"})
#: Signed without a timestamp: the same page has the same cursor, and so the same ETag.
SIGNER = signing.Signer(salt="procurement.api.cursor")
#: Columns whose nulls come last in both directions: an undated row is not the newest one.
UNKNOWN_LAST = frozenset({"published_on"})
STALE = "is not a cursor for this address with these filters and this order; start again without one"


@dataclass(frozen=True)
class Key:
    """One column of the order.

    By default nulls have PostgreSQL's own place, so that an index can be used: last when ascending and first when
    descending.
    """

    path: str
    descending: bool = False
    nulls_first: bool | None = None

    @property
    def begins_with_nulls(self) -> bool:
        """Whether rows without a value come first."""
        return self.descending if self.nulls_first is None else self.nulls_first

    def expression(self) -> OrderBy:
        """The column as ORDER BY takes it."""
        nulls = {"nulls_first": True} if self.begins_with_nulls else {"nulls_last": True}
        return F(self.path).desc(**nulls) if self.descending else F(self.path).asc(**nulls)

    def turned(self) -> "Key":
        """The same column in the other direction."""
        return Key(self.path, not self.descending, not self.begins_with_nulls)

    def beyond(self, value: Any, rest: Q) -> Q:
        """Rows after a value, or at it and after it by the rest of the order."""
        null, known = (Q(**{f"{self.path}__isnull": empty}) for empty in (True, False))
        if value is None:
            return known | (null & rest) if self.begins_with_nulls else null & rest
        further, at_least = ("lt", "lte") if self.descending else ("gt", "gte")
        beyond = Q(**{f"{self.path}__{further}": value})
        if self.begins_with_nulls:
            return Q(**{f"{self.path}__{at_least}": value}) & (beyond | rest)
        return beyond | null | (Q(**{self.path: value}) & rest)


@dataclass(frozen=True)
class Cursor:
    """A place between two rows: the ordering values and id of one of them, and whether to read before it.

    `undated` says that the first page named no date, so that on the same day this one shows the same rows.
    """

    values: tuple[Any, ...]
    backwards: bool = False
    undated: bool = False


def after(keys: Sequence[Key], values: Sequence[Any]) -> Q:
    """Rows after the one with these ordering values; the last key is unique."""
    last = keys[-1]
    condition = Q(**{f"{last.path}__{'lt' if last.descending else 'gt'}": values[-1]})
    for key, value in reversed(list(zip(keys[:-1], values[:-1], strict=True))):
        condition = key.beyond(value, condition)
    return condition


def filters_hash(path: str, params: Mapping[str, str]) -> str:
    """What a cursor belongs to: the address and every parameter that chooses or orders rows."""
    kept = sorted((name, value) for name, value in params.items() if name not in NOT_FILTERS)
    return hashlib.sha256(repr((path, kept)).encode()).hexdigest()[:16]


def sealed(cursor: Cursor, belongs_to: str) -> str:
    """A cursor as signed text."""
    values = [_as_json(value) for value in cursor.values]
    said = [values, int(cursor.backwards), belongs_to, *([1] if cursor.undated else [])]
    return SIGNER.sign_object(said, compress=True)


def _as_json(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat() if hasattr(value, "isoformat") else value


def opened(text: str, belongs_to: str) -> Cursor:
    """The cursor in a text. Raises Refused when it was altered or belongs to another question."""
    try:
        values, backwards, of, *undated = SIGNER.unsign_object(text)
    except signing.BadSignature as error:
        raise Refused({"cursor": STALE}) from error
    if of != belongs_to:
        raise Refused({"cursor": STALE})
    return Cursor(tuple(values), bool(backwards), bool(undated))


def page_size(params: Mapping[str, str]) -> int:
    """How many rows a page has. Raises Refused."""
    text = params.get("page_size", str(DEFAULT_SIZE))
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:9]) <= LARGEST_SIZE:
        raise Refused({"page_size": f"a whole number from 1 to {LARGEST_SIZE} would be accepted"})
    return int(text)


def chosen_order(params: Mapping[str, str], orderings: Mapping[str, str], default: str) -> list[Key]:
    """The order that a request asks for, ending in the id. Raises Refused naming what would be accepted."""
    keys: list[Key] = []
    for name in params.get("ordering", default).split(","):
        path = orderings.get(name.strip().removeprefix("-"))
        if path is None:
            known = ", ".join(orderings)
            raise Refused({"ordering": f"“{name[:60]}” is not an order; accepted: {known}, each also with - before it"})
        keys.append(Key(path, name.strip().startswith("-"), False if path in UNKNOWN_LAST else None))
    return _ending_in_id(keys)


def _ending_in_id(keys: list[Key]) -> list[Key]:
    for index, key in enumerate(keys):
        if key.path == "id":
            return keys[: index + 1]
    return [*keys, Key("id", keys[-1].descending)]


@dataclass(frozen=True)
class Page:
    """The rows of a page in their order, and the cursors of the pages beside it."""

    rows: list[dict[str, Any]]
    next: Cursor | None
    previous: Cursor | None


def read_page(rows: QuerySet[Any], keys: Sequence[Key], cursor: Cursor | None, size: int) -> Page:
    """Read one page of `.values()` rows that hold the keys' columns. One query."""
    backwards = cursor is not None and cursor.backwards
    order = [key.turned() for key in keys] if backwards else list(keys)
    if cursor is not None:
        rows = rows.filter(after(order, cursor.values))
    found = list(rows.order_by(*(key.expression() for key in order))[: size + 1])
    more, found = len(found) > size, found[:size]
    return (
        _page(found[::-1], keys, cursor, before=more, after=True)
        if backwards
        else _page(found, keys, cursor, before=cursor is not None, after=more)
    )


def _page(rows: list[dict[str, Any]], keys: Sequence[Key], cursor: Cursor | None, *, before: bool, after: bool) -> Page:
    first = place_of(rows[0], keys) if rows else (cursor.values if cursor else ())
    last = place_of(rows[-1], keys) if rows else (cursor.values if cursor else ())
    return Page(rows, Cursor(last) if after else None, Cursor(first, backwards=True) if before else None)


def place_of(row: Mapping[str, Any], keys: Sequence[Key]) -> tuple[Any, ...]:
    """The ordering values of a row."""
    return tuple(row[key.path] for key in keys)


class KeysetPagination(BasePagination):
    """`{"next", "previous", "results"}`; `count` only when asked for, because counting reads every row."""

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        self.undated = view.undated
        self.params, self.url = view.params, request.build_absolute_uri(request.path)
        self.belongs_to = filters_hash(request.path, self.params)
        keys = chosen_order(self.params, view.orderings, view.default_ordering)
        cursor = opened(self.params["cursor"], self.belongs_to) if "cursor" in self.params else None
        self.of_today = view.is_of_today
        self.count = counted(queryset, self.params)
        self.page = read_page(view.with_columns(queryset, keys), keys, cursor, page_size(self.params))
        return self.page.rows

    def get_paginated_response(self, data: Any) -> Response:
        links = {"next": self.link(self.page.next), "previous": self.link(self.page.previous)}
        count = {} if self.count is None else {"count": self.count}
        body = count | links | undated_part(self.undated) | {"results": data}
        return Response(body, headers=link_header(links) | undated_header(self.undated))

    def link(self, cursor: Cursor | None) -> str | None:
        """The address of a page; it repeats the question, with today's date if it named none."""
        if cursor is None:
            return None
        kept = {name: value for name, value in self.params.items() if name not in {"cursor", "count"}}
        place = sealed(replace(cursor, undated=self.of_today), self.belongs_to)
        return f"{self.url}?{urlencode(kept | {'cursor': place})}"

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": ["string", "null"], "format": "uri"}
        properties = {"count": {"type": "integer"}, "next": link, "previous": link, "results": schema}
        return {"type": "object", "required": ["next", "previous", "results"], "properties": properties}

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        return [_parameter(name, schema, says) for name, schema, says in PARAMETERS]


class DatedPagination(KeysetPagination):
    """Pages of facts; with published_by they say how many rows of unknown publication they left out."""

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        described = super().get_paginated_response_schema(schema)
        undated = {"undated": {"type": "integer", "description": UNDATED_SAYS}}
        return described | {"properties": undated | described["properties"]}


PARAMETERS: Sequence[tuple[str, dict[str, Any], str]] = (
    ("cursor", {"type": "string"}, "Where to continue; taken from next and previous."),
    (
        "page_size",
        {"type": "integer", "minimum": 1, "maximum": LARGEST_SIZE, "default": DEFAULT_SIZE},
        "Rows in a page.",
    ),
    ("count", {"type": "string", "enum": ["exact"]}, "Ask for the number of rows, which reads them all."),
)


def _parameter(name: str, schema: dict[str, Any], says: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "description": says, "schema": schema}


def counted(queryset: QuerySet[Any], params: Mapping[str, str]) -> int | None:
    """The number of rows, if requested. Raises Refused."""
    if "count" not in params:
        return None
    if params["count"] != "exact":
        raise Refused({"count": "exact would be accepted; without the parameter nothing is counted"})
    return queryset.count()


class ReproducedShape(serializers.Serializer[Any]):
    """How an answer is given again, whatever is recorded later."""

    horizon = serializers.DateTimeField(help_text="the moment up to which the answer has all that was recorded")
    permalink = serializers.CharField(
        allow_null=True, help_text="the address that gives this answer again; null while no moment does: ask again"
    )


UNDATED_SAYS = (
    "With published_by: how many rows were left out because their publication date is unknown; undated=include "
    "includes them from their effective date."
)


def undated_part(number: int | None) -> dict[str, int]:
    """The part of an answer about rows left out for unknown publication."""
    return {} if number is None else {"undated": number}


def undated_header(number: int | None) -> dict[str, str]:
    """The same as a header, for formats that have no place for it."""
    return {} if number is None else {"X-Undated": str(number)}


def link_header(links: Mapping[str, str | None]) -> dict[str, str]:
    """The same links as a header, for formats that have no place for them (RFC 8288)."""
    given = ", ".join(_links(links))
    return {"Link": given} if given else {}


def _links(links: Mapping[str, str | None]) -> Iterator[str]:
    for relation, url in links.items():
        if url is not None:
            yield f'<{url}>; rel="{relation.removesuffix("ious")}"'
